"""What two splits share: structures, near duplicates, names, words (HARDBENCH 13 and 18).

Near duplicates are pairs of stories whose sets of masked 5-grams have a Jaccard index of .6 or
more. The index is computed exactly, for all pairs that share a 5-gram.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from social_r1.audit.text import STOP, Masker, agents, grams, sentences, words
from social_r1.items import SocialItem

NEAR = 0.6
"""Jaccard index from which two stories count as near duplicates."""

SHINGLE = 5
"""Words of a shingle."""


def overlap(
    left: Sequence[SocialItem], right: Sequence[SocialItem], masker: Masker, *, shown: int = 10
) -> dict[str, Any]:
    """What the right split shares with the left one, which a model may have been trained on.

    Args:
        left: items of one split.
        right: items of the other; shares are shares of this one.
        masker: knows the names of both.
        shown: how many near duplicates to list, the nearest first.

    Keys: ``groups``, ``stories`` (equal texts) and ``signatures`` in common; ``near`` pairs of
    distinct stories with the items' ids, ``near_pairs`` and ``near_share`` of the right stories;
    ``names`` in common with their share; ``word_share`` of the right split's content words.
    """
    pairs = near_duplicates(left, right, masker)
    stories = {item.story for item in right}
    near_right = {b.id for _, _, b in pairs}
    names = _names(left, masker) & _names(right, masker)
    own_words = _words(right)
    marks = [_signatures(items) for items in (left, right)]
    return {
        "groups": len({i.group for i in left} & {i.group for i in right}),
        "stories": len({i.story for i in left} & stories),
        "signatures": len(marks[0] & marks[1]) if all(marks) else None,
        "near_pairs": len(pairs),
        "near_share": len(near_right) / max(1, len(stories)),
        "near": [
            {"jaccard": round(index, 3), "left": a.id, "right": b.id}
            for index, a, b in pairs[:shown]
        ],
        "names": len(names),
        "name_share": len(names) / max(1, len(_names(right, masker))),
        "word_share": len(own_words & _words(left)) / max(1, len(own_words)),
    }


def near_duplicates(
    left: Sequence[SocialItem],
    right: Sequence[SocialItem],
    masker: Masker,
    *,
    least: float = NEAR,
) -> list[tuple[float, SocialItem, SocialItem]]:
    """Pairs of distinct stories at or above the index, nearest first; one item stands for each."""
    ours, theirs = ({item.story: item for item in items} for items in (left, right))
    columns: dict[str, int] = {}
    postings: dict[int, list[int]] = defaultdict(list)
    sizes = np.zeros(len(ours))
    for row, item in enumerate(ours.values()):
        found = shingles(item, masker)
        sizes[row] = len(found)
        for shingle in found:
            postings[columns.setdefault(shingle, len(columns))].append(row)
    arrays = {column: np.asarray(rows) for column, rows in postings.items()}
    listed = list(ours.values())
    pairs: list[tuple[float, SocialItem, SocialItem]] = []
    for item in theirs.values():
        found = shingles(item, masker)
        hits = [arrays[columns[s]] for s in found if s in columns]
        if not hits:
            continue
        common = np.bincount(np.concatenate(hits), minlength=len(listed))
        index = common / (sizes + len(found) - common)
        near = np.flatnonzero(index >= least - 1e-12)
        pairs += [(float(index[i]), listed[i], item) for i in near if listed[i].story != item.story]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1].id, pair[2].id))


def shingles(item: SocialItem, masker: Masker) -> set[str]:
    """Masked 5-grams of a story; a story shorter than that is one shingle."""
    masked = masker.words(" ".join(sentences(item.story)), item)
    return set(grams(masked, (SHINGLE,))) or {" ".join(masked)}


def _signatures(items: Sequence[SocialItem]) -> set[str]:
    return {str(item.meta["signature"]) for item in items if item.meta.get("signature")}


def _names(items: Sequence[SocialItem], masker: Masker) -> set[str]:
    listed = {name for item in items for name in agents(item)}
    if listed:
        return listed
    return {w for text in {item.story for item in items} for w in words(text)} & masker.names


def _words(items: Sequence[SocialItem]) -> set[str]:
    texts = {item.story for item in items}
    return {w for text in texts for w in words(text) if w not in STOP and not w.isdigit()}
