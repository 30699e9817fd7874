"""Words, sentences, names and masks: the only text processing that the audit knows.

English, without a tagger: a name is a word that is written with a capital wherever it stands, in
the middle of a sentence too. Items that carry their people (``meta["script"]["agents"]``) need no
guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from social_r1.items import SocialItem

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBERING = re.compile(r"^\s*(?:\(?\d+[).:]?\s+)?(?:\[[\d:]+\]\s*)?")
_IN_BRACKETS = re.compile(r"\((\d+)\) ")
_END = re.compile(
    r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])"
)
_ARTICLE = re.compile(r"^(?:(?:in|on|under|at|into|inside) )?(?:(?:the|a|an) )?")

NAME, NUMBER, THING = "N", "0", "T"
"""What stands for a name, a number and a thing or place in masked text."""

_HELD = "\x00"
"""Holds the place of a thing until words are told apart; no text contains it."""


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """Words in lower case.

    >>> words("Ann's key: 2 (red_box)!")
    ("ann's", 'key', '2', 'red', 'box')
    """
    return tuple(_WORD.findall(text.lower()))


STOP = frozenset(
    words(
        "a an the and or but if of to in on at by for with from into as is are was were be been "
        "being has have had do does did will would can could should may might must not no it "
        "its he she they him her them his their this that these those there here i you we me my "
        "your our who what which where when why how than then so"
    )
)
"""Words that carry no content of their own."""


def sentences(story: str) -> list[str]:
    r"""Lines without their numbers, cut at the ends of sentences.

    >>> sentences("(1) [08:30] Ann left. Bo stayed.\n2 Cy came.")
    ['Ann left.', 'Bo stayed.', 'Cy came.']
    >>> sentences("(1) Ann left, (2) then came back. (3) Bo stayed.")
    ['Ann left, then came back.', 'Bo stayed.']
    """
    found: list[str] = []
    for line in _unnumbered(story).splitlines():
        bare = _NUMBERING.sub("", line).strip()
        found += [part.strip() for part in _END.split(bare) if part.strip()]
    return found


def _unnumbered(story: str) -> str:
    """The story without numbers in brackets that run from 1 through it."""
    numbers = [int(n) for n in _IN_BRACKETS.findall(story)]
    return _IN_BRACKETS.sub("", story) if numbers == [*range(1, len(numbers) + 1)] else story


def grams(tokens: Sequence[str], sizes: Iterable[int]) -> list[str]:
    """All n-grams of the given sizes, joined by a blank.

    >>> grams(("a", "b", "c"), (1, 2))
    ['a', 'b', 'c', 'a b', 'b c']
    """
    return [" ".join(tokens[i : i + n]) for n in sizes for i in range(len(tokens) - n + 1)]


def bare(option: str) -> str:
    """An option as a story would name it: its words without preposition and article.

    >>> bare("In the red box.")
    'red box'
    """
    return _ARTICLE.sub("", " ".join(words(option)))


def agents(item: SocialItem) -> list[str]:
    """The people that the item itself lists, if it does."""
    listed = _script(item).get("agents")
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def corpus_names(items: Sequence[SocialItem]) -> frozenset[str]:
    """Names of the whole set, in lower case: what the items list, else what capitals tell.

    A word counts as a name if it stands with a capital in the middle of a sentence and nine times
    in ten wherever it stands.
    """
    high: Counter[str] = Counter()
    low: Counter[str] = Counter()
    inside: set[str] = set()
    known: set[str] = set()
    guessed = {item.story: item for item in items if not agents(item)}
    for item in items:
        known.update(part for name in agents(item) for part in words(name))
        texts = [item.question] + ([item.story] if guessed.get(item.story) is item else [])
        if not agents(item):
            _count(texts, high, low, inside)
    return frozenset(
        known
        | {w for w in inside if w not in STOP and len(w) > 1 and high[w] >= 9 * low[w]} - {"i"}
    )


def _count(texts: Sequence[str], high: Counter[str], low: Counter[str], inside: set[str]) -> None:
    for text in texts:
        for sentence in sentences(text):
            for place, found in enumerate(_WORD.finditer(sentence)):
                word = found[0].lower().removesuffix("'s").removesuffix("’s")
                if not found[0][0].isupper():
                    low[word] += 1
                    continue
                high[word] += 1
                opens = place == 0 or sentence[max(0, found.start() - 1)] in '"“‘('
                if not opens:
                    inside.add(word)


def things(item: SocialItem) -> list[str]:
    """Things, values and places that the item's script lists, longest first, in lower case."""
    script = _script(item)
    listed = [script.get("room")]
    for line in script.get("lines") or ():
        if isinstance(line, dict):
            listed += [line.get("thing"), line.get("value")]
    texts = {" ".join(words(text)) for text in listed if isinstance(text, str)}
    return sorted(texts - {""}, key=lambda text: (-len(text), text))


class Masker:
    """Replaces names, numbers and, where a script tells them, things and places."""

    def __init__(self, items: Sequence[SocialItem]) -> None:
        self.names = corpus_names(items)
        self._patterns: dict[tuple[str, ...], re.Pattern[str] | None] = {}

    def words(self, text: str, item: SocialItem, *, mask_things: bool = True) -> list[str]:
        """Masked words of a text of the item; a run of names becomes one."""
        joined = " ".join(words(text))
        pattern = self._pattern(tuple(things(item))) if mask_things else None
        if pattern is not None:
            joined = pattern.sub(_HELD, joined)
        masked: list[str] = []
        for word in joined.split():
            token = self._token(word)
            if token == NAME and masked and masked[-1] == NAME:
                continue
            masked.append(token)
        return masked

    def _token(self, word: str) -> str:
        if word == _HELD:
            return THING
        if any(character.isdigit() for character in word):
            return NUMBER
        return NAME if word.removesuffix("'s").removesuffix("’s") in self.names else word

    def _pattern(self, found: tuple[str, ...]) -> re.Pattern[str] | None:
        if found not in self._patterns:
            anyone = "|".join(map(re.escape, found))
            self._patterns[found] = re.compile(rf"(?<!\S)(?:{anyone})(?!\S)") if found else None
        return self._patterns[found]


def _script(item: SocialItem) -> dict[str, Any]:
    script = item.meta.get("script")
    return script if isinstance(script, dict) else {}
