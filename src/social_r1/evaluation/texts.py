"""Answers in free text: shared words, likeness, and the people that an answer names.

`token_f1` is SQuAD's measure. `similarity` says which of two texts an answer is nearer to. The
authors of FANToM and TactfulToM measure that with sentence embeddings; ours is lexical unless the
environment names a local model, so that scores need no download and are the same everywhere.
"""

from __future__ import annotations

import importlib
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.errors import ConfigError

EMBEDDER = "SOCIAL_R1_EMBEDDER"
"""Environment variable with the folder of a local sentence-transformers model."""
SIZES = (3, 4, 5)
"""Lengths of the character n-grams of `likeness`."""


class Similarity(NamedTuple):
    """A way to compare two texts."""

    name: str
    """``lexical``, or ``embedding:<folder>``; goes into the names of figures if not lexical."""
    of: Callable[[str, str], float]
    """1 for equal texts; higher is nearer."""


def tokens(text: str) -> list[str]:
    """Lower-case words without punctuation and articles, as SQuAD's script takes them.

    >>> tokens("The tin's lid, a red one.")
    ['tins', 'lid', 'red', 'one']
    """
    bare = re.sub(r"[^\w\s]|_", "", text.lower())
    return [word for word in bare.split() if word not in ("a", "an", "the")]


def overlap_f1(said: Sequence[str], right: Sequence[str]) -> float:
    """F1 of two bags of words; 1 where both are empty, 0 where one is.

    >>> overlap_f1(["red", "tin"], ["tin"])  # precision 1/2, recall 1
    0.6666666666666666
    """
    if not said or not right:
        return float(not said and not right)
    shared = sum((Counter(said) & Counter(right)).values())
    return 2 * shared / (len(said) + len(right))


def token_f1(said: str, right: str) -> float:
    """SQuAD's token F1 of an answer.

    >>> token_f1("the Tin!", "a tin"), token_f1("the lid", "a tin")
    (1.0, 0.0)
    """
    return overlap_f1(tokens(said), tokens(right))


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """Cosine of the counts of character 3-, 4- and 5-grams of the words, case and marks aside.

    N-grams run over the gaps between words, so that the order of the words counts.

    >>> round(likeness("Ann knows it.", "ann knows IT"), 6), likeness("abc", "xyz")
    (1.0, 0.0)
    """
    (a, long_a), (b, long_b) = _grams(one), _grams(other)
    if not a or not b:
        return 0.0
    return sum(n * b[gram] for gram, n in a.items() if gram in b) / (long_a * long_b)


@lru_cache(maxsize=16384)
def _grams(text: str) -> tuple[Counter[str], float]:
    """Counts of the n-grams of a text, and the length of that vector."""
    bare = " ".join(re.findall(r"\w+", text.lower()))
    padded = f" {bare} " if bare else ""
    counts = Counter(padded[i : i + n] for n in SIZES for i in range(len(padded) - n + 1))
    return counts, sqrt(sum(n * n for n in counts.values()))


def similarity() -> Similarity:
    """The measure in use: lexical, or the local embedding model that the environment names.

    Raises:
        ConfigError: a model is named, but it is not there or its library is not installed.
    """
    folder = os.environ.get(EMBEDDER)
    return _embedding(folder) if folder else LEXICAL


@lru_cache(maxsize=1)
def _embedding(folder: str) -> Similarity:
    if not Path(folder).is_dir():
        raise ConfigError(f"{EMBEDDER}={folder}: no such folder; repair: name a local model")
    try:
        library: Any = importlib.import_module("sentence_transformers")
    except ImportError as error:
        raise ConfigError(
            f"{EMBEDDER} needs sentence-transformers, which is not installed; repair: install it, "
            f"or unset {EMBEDDER} for the lexical measure"
        ) from error
    model = library.SentenceTransformer(folder, local_files_only=True)

    @lru_cache(maxsize=16384)
    def embed(text: str) -> Any:
        return model.encode(text, normalize_embeddings=True)

    return Similarity(
        f"embedding:{Path(folder).name}", lambda a, b: float((embed(a) * embed(b)).sum())
    )


def nearest(said: str, right: str, wrong: Sequence[str]) -> bool:
    """An answer is nearer to the right text than to every wrong one; as near is not enough.

    >>> nearest("Ann knows", "Ann knows it", ["Ann is away"]), nearest("", "yes", ["no"])
    (True, False)
    """
    of = similarity().of
    return all(of(said, right) > of(said, text) for text in wrong) and bool(said.strip())


def nearest_by_words(said: str, right: str, wrong: Sequence[str]) -> tuple[float, bool]:
    """F1 of the sets of words and marks with the right text, and whether no wrong text has more.

    Word sets do not see the order of words, so equal F1 is decided by `likeness`.

    >>> nearest_by_words("Ann trusts Bo", "Ann trusts Bo", ["Bo trusts Ann"])
    (1.0, True)
    """
    words = _words(said)
    shared = {text: overlap_f1(words, _words(text)) for text in (right, *wrong)}
    mine = (shared[right], likeness(said, right))
    nearer = all(mine > (shared[text], likeness(said, text)) for text in wrong)
    return shared[right], nearer and shared[right] > 0


def _words(text: str) -> list[str]:
    return sorted(set(re.findall(r"\w+|[^\w\s]", text)))


_EVERYONE = re.compile(
    r"(?:everyone|everybody|all(?: (?:of )?(?:them|(?:the )?(?:characters|people|speakers)))?)"
    r"(?: (?:except|but|besides|apart from|other than)\b(.*))?"
)


def everyone_but(text: str) -> str | None:
    """What an answer that begins with ``everyone`` leaves out; None for any other answer.

    >>> everyone_but("Everyone."), everyone_but("all of them except Bo"), everyone_but("Ann, Bo")
    ('', ' bo', None)
    """
    bare = " ".join(re.sub(r"[^\w\s]", " ", text.lower()).split())
    found = _EVERYONE.fullmatch(bare)
    return None if found is None else (found[1] or "")


LEXICAL = Similarity("lexical", likeness)
