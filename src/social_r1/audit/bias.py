"""Position, length and wording: what tells right options from wrong ones before any reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt
from statistics import fmean
from typing import Any

from social_r1.audit.heuristics import Reading
from social_r1.items import LETTERS
from social_r1.stats import wilson

LENGTH_RATIO = 1.25
"""Longest to shortest option in words, at most, by HARDBENCH 6."""

_TELLING = 2.0
"""Words with a smaller |z| are not listed."""


def bias(readings: Sequence[Reading], *, shown: int = 8) -> dict[str, Any]:
    """The three biases of a set.

    Args:
        readings: the items.
        shown: how many telling words to list on each side.
    """
    return {
        "position": positions(readings),
        "mention": mentions(readings),
        "length": lengths(readings),
        "wording": wording(readings, shown),
    }


def positions(readings: Sequence[Reading]) -> dict[str, dict[str, float]]:
    """Per letter: how often it is right among the items that offer it, and how often by chance."""
    found: dict[str, dict[str, float]] = {}
    for place, letter in enumerate(LETTERS):
        offering = [r for r in readings if len(r.options) > place]
        if offering:
            right = [r.item.answer == place for r in offering]
            chance = fmean(1 / len(r.options) for r in offering)
            found[letter] = _share(sum(right), len(right), chance)
    return found


def mentions(readings: Sequence[Reading]) -> dict[str, dict[str, float]]:
    """Per rank: how often the option named n-th in the story is right, among items that name all.

    The roles of gate g7: the gold must not favour the place that is named first, or last.
    """
    whole = [r for r in readings if r.named == len(r.options)]
    found: dict[str, dict[str, float]] = {}
    for rank in range(max((len(r.options) for r in whole), default=0)):
        fitting = [r for r in whole if len(r.options) > rank]
        hits = sum(gold_rank(r) == rank for r in fitting)
        chance = fmean(1 / len(r.options) for r in fitting)
        found[f"named {rank + 1}."] = _share(hits, len(fitting), chance)
    return found


def lengths(readings: Sequence[Reading]) -> dict[str, float]:
    """Mean words of right and wrong options, and how often the longest is over 1.25 shortest."""
    right = [len(r.options[r.item.answer]) for r in readings]
    wrong = [len(o) for r in readings for i, o in enumerate(r.options) if i != r.item.answer]
    ratios = [
        max(map(len, r.options)) / max(1, min(map(len, r.options))) for r in readings
    ]  # fmt: skip
    return {
        "words_right": fmean(right),
        "words_wrong": fmean(wrong),
        "mean_ratio": fmean(ratios),
        "over_limit": fmean(ratio > LENGTH_RATIO for ratio in ratios),
    }


def wording(readings: Sequence[Reading], shown: int) -> dict[str, list[dict[str, Any]]]:
    """Words that stand in right options more, or less, often than they would by chance.

    z of the log odds ratio of a word in right against wrong options (Monroe et al. 2008). Before
    counting, every word has stood once, shared out between the sides as the options are. Words
    within ±2 are not listed; beyond ±4 one is no accident.
    """
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for reading in readings:
        for place, option in enumerate(reading.options):
            (right if place == reading.item.answer else wrong).update(set(option))
    n_right, n_wrong = sum(right.values()), sum(wrong.values())
    prior = n_right / max(1, n_right + n_wrong)
    ranked = sorted(
        (
            (_z(right[word], wrong[word], n_right, n_wrong, prior), word)
            for word in sorted(right.keys() | wrong.keys())
        ),
        key=lambda pair: -pair[0],
    )

    def told(pairs: list[tuple[float, str]]) -> list[dict[str, Any]]:
        return [
            {"word": word, "z": round(z, 2), "right": right[word], "wrong": wrong[word]}
            for z, word in pairs
        ]

    return {
        "right": told([pair for pair in ranked[:shown] if pair[0] >= _TELLING]),
        "wrong": told([pair for pair in reversed(ranked[-shown:]) if pair[0] <= -_TELLING]),
    }


def _share(hits: int, n: int, chance: float) -> dict[str, float]:
    interval = wilson(hits, n)
    return {
        "share": interval.value,
        "low": interval.low,
        "high": interval.high,
        "chance": chance,
        "n": n,
    }


def gold_rank(reading: Reading) -> int:
    """How many options the story names before the right one; it names all of them."""
    firsts = [found[0] for found in reading.mentions]
    return sorted(firsts).index(firsts[reading.item.answer])


def _z(right: int, wrong: int, n_right: int, n_wrong: int, prior: float) -> float:
    a, b = right + prior, wrong + 1 - prior
    odds = log(a / (n_right + 1 - a)) - log(b / (n_wrong + 1 - b))
    return odds / sqrt(1 / a + 1 / b)
