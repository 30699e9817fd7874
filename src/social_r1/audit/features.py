"""What the probes see of an item: sparse columns for each of its options (HARDBENCH 3.4, 12, B).

Rows are options, item after item. The story probes cross each word of the story with the *role* of
the option: the ranks of its first and of its last mention among the options that the story names,
or its words if the story does not name it. So a probe can learn "the place named last, when
somebody leaves", and nothing about where an option stands in the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from social_r1.audit.heuristics import Reading
from social_r1.audit.text import Masker, grams, sentences, words

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

View = Callable[[Reading, Masker], Iterable[str]]
"""Words of the story that a probe may see."""


class Table(NamedTuple):
    """The rows of several items, and where each item begins."""

    x: csr_matrix
    starts: tuple[int, ...]
    """First row of each item, and at the end the number of rows."""


def option_words(readings: Sequence[Reading], masker: Masker) -> Table:
    """Words and pairs of words of the option, and nothing else."""
    return _table([[grams(option, (1, 2)) for option in r.options] for r in readings])


def option_and_question(readings: Sequence[Reading], masker: Masker) -> Table:
    """The same, and words of the option crossed with words and pairs of the question."""
    rows: list[list[list[str]]] = []
    for reading in readings:
        asked = sorted(set(grams(reading.question, (1, 2))))
        rows.append(
            [
                grams(option, (1, 2)) + [f"{q}|{w}" for w in sorted(set(option)) for q in asked]
                for option in reading.options
            ]
        )
    return _table(rows)


def story_words(readings: Sequence[Reading], masker: Masker) -> Table:
    """Words of the whole story, each crossed with the role of the option."""
    return _crossed(readings, masker, lambda reading, _: reading.story)


def story_pairs(readings: Sequence[Reading], masker: Masker) -> Table:
    """Pairs of neighbouring words of the story, names masked, crossed with the role."""
    return _crossed(readings, masker, _pairs)


def name_window(readings: Sequence[Reading], masker: Masker, radius: int) -> Table:
    """Words of the lines within so many hops of the people asked about, names masked, crossed.

    One hop: the lines that name somebody whom the question names. Each further hop takes in the
    lines of all those who occur in the lines so far.
    """
    return _crossed(readings, masker, lambda reading, masks: window(reading, masks, radius))


def window(reading: Reading, masker: Masker, radius: int) -> list[str]:
    """Masked words of the lines within ``radius`` hops; none if the question names nobody."""
    lines = sentences(reading.item.story)
    named = [people(line, masker) for line in lines]
    reached = people(reading.item.question, masker)
    for _ in range(radius - 1):
        reached |= {name for found in named if found & reached for name in found}
    return [
        word
        for line, found in zip(lines, named, strict=True)
        if found & reached
        for word in masker.words(line, reading.item, mask_things=False)
    ]


def people(text: str, masker: Masker) -> set[str]:
    """The names in a text."""
    return {w for raw in words(text) if (w := raw.removesuffix("'s")) in masker.names}


def roles(reading: Reading) -> list[str]:
    """The role of each option.

    >>> from social_r1.audit.heuristics import read
    >>> from social_r1.items import SocialItem
    >>> roles(read(SocialItem(id="x", dimension="d", group="g", question="Where?", answer=0,
    ...     story="It lay in the box, then in the bag, then in the box.",
    ...     options=("the bag", "the box", "a jar"))))
    ['2/1', '1/2', 'jar']
    """
    named = [found for found in reading.mentions if found]
    firsts = sorted(found[0] for found in named)
    lasts = sorted(found[-1] for found in named)
    return [
        f"{firsts.index(found[0]) + 1}/{lasts.index(found[-1]) + 1}"
        if found
        else " ".join(w for w in option if w not in ("the", "a", "an"))
        for found, option in zip(reading.mentions, reading.options, strict=True)
    ]


def _pairs(reading: Reading, masker: Masker) -> list[str]:
    item = reading.item
    return [
        pair
        for line in sentences(item.story)
        for pair in grams(masker.words(line, item, mask_things=False), (2,))
    ]


def _crossed(readings: Sequence[Reading], masker: Masker, view: View) -> Table:
    columns: dict[str, int] = {}
    roles_seen: dict[str, int] = {}
    seen: list[tuple[list[int], list[int], list[int]]] = []
    for reading in readings:
        counts = Counter(view(reading, masker))
        ids = [columns.setdefault(word, len(columns)) for word in counts]
        of_options = [roles_seen.setdefault(role, len(roles_seen)) for role in roles(reading)]
        seen.append((ids, list(counts.values()), of_options))
    width = len(columns) + 1
    indices: list[np.ndarray] = []
    data: list[np.ndarray] = []
    sizes: list[int] = []
    for ids, counts, of_options in seen:
        base = np.asarray([*ids, width - 1], dtype=np.int64)
        # Square roots, so that a word said five times does not outweigh the rest.
        weights = np.sqrt(np.asarray([*counts, 1], dtype=np.float64))
        for role in of_options:
            indices.append(base + role * width)
            data.append(weights / np.linalg.norm(weights))
            sizes.append(base.size)
    starts = _starts(readings)
    x = _csr(np.concatenate(data), np.concatenate(indices), sizes, width * len(roles_seen))
    return Table(_used(x), starts)


def _table(rows: Sequence[Sequence[Sequence[str]]]) -> Table:
    columns: dict[str, int] = {}
    indices: list[int] = []
    sizes: list[int] = []
    for row in (row for item in rows for row in item):
        indices += [columns.setdefault(name, len(columns)) for name in row]
        sizes.append(len(row))
    data = np.ones(len(indices))
    x = _csr(data, np.asarray(indices, dtype=np.int64), sizes, max(1, len(columns)))
    lengths = np.cumsum([0, *(len(item) for item in rows)])
    return Table(x, tuple(int(start) for start in lengths))


def _csr(data: np.ndarray, indices: np.ndarray, sizes: Sequence[int], width: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    pointers = np.cumsum([0, *sizes])
    x = csr_matrix((data, indices, pointers), shape=(len(sizes), width))
    x.sum_duplicates()
    return x


def _used(x: csr_matrix) -> csr_matrix:
    """Without the columns that are empty or stand in one row alone; they can teach nothing."""
    width = int(x.indices.max(initial=0)) + 1
    keep = np.flatnonzero(np.bincount(x.indices, minlength=width) > 1)
    return x[:, keep] if keep.size else x[:, :1]


def _starts(readings: Sequence[Reading]) -> tuple[int, ...]:
    return tuple(int(n) for n in np.cumsum([0, *(len(r.options) for r in readings)]))
