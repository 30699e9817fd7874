"""Metrics that several benchmarks share: accuracy, its parts, joint scores, ladders, macro means.

A metric is a function from `Scored` items to `Figure`s. An item has one score per *run* (one option
order, or one vote over several), so that a joint score is the mean over runs of the share of groups
that are right throughout, as MotiveBench and EmoBench define it. A part without items is left out.

Proportions carry Wilson's interval over items. Joint scores count groups. Means of parts have a
normal interval from the variances of the parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from math import sqrt
from statistics import fmean

from social_r1.evaluation.types import Figure, Item, Scored
from social_r1.items import SocialItem
from social_r1.stats import Z95, Interval, wilson

Metrics = Callable[[Sequence[Scored]], list[Figure]]
"""All figures of a set; the first is the one to report."""
Key = Callable[[Item], str | None]
"""Part of the set that an item belongs to; None belongs to none."""


def accuracy(scored: Sequence[Scored], name: str = "accuracy") -> list[Figure]:
    """Mean score over items; nothing where there are none."""
    if not scored:
        return []
    return [Figure(name, wilson(sum(one.score for one in scored), len(scored)))]


def accuracy_by(scored: Sequence[Scored], key: Key, prefix: str = "") -> list[Figure]:
    """Mean score of each part, in the order in which the parts first occur."""
    parts: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        part = key(one.item)
        if part is not None:
            parts[part].append(one)
    return [figure for part, ones in parts.items() for figure in accuracy(ones, prefix + part)]


def joint(
    scored: Sequence[Scored],
    name: str = "joint",
    *,
    key: Callable[[Item], Hashable] = lambda item: item.group,
    size: int | None = None,
) -> list[Figure]:
    """Share of groups that are right throughout, averaged over runs.

    Args:
        scored: the items that count; give them filtered.
        name: of the figure.
        key: the group of an item; its story or block.
        size: number of items that a whole group has; smaller groups (a copy that lacks a file) are
            left out. None takes every group of two or more.
    """
    groups: dict[Hashable, list[Scored]] = defaultdict(list)
    for one in scored:
        groups[key(one.item)].append(one)
    whole = [ones for ones in groups.values() if (len(ones) == size if size else len(ones) > 1)]
    if not whole:
        return []
    return [Figure(name, wilson(sum(map(_throughout, whole)), len(whole)))]


def _throughout(ones: Sequence[Scored]) -> float:
    """Share of runs in which every one of them is right."""
    runs = min(len(one.runs) for one in ones)
    return fmean(all(one.runs[run] == 1 for one in ones) for run in range(runs))


def ladder(
    scored: Sequence[Scored], rung: Callable[[Item], int | None], name: str = "ladder"
) -> list[Figure]:
    """Share of items that are right together with all lower rungs of their group (Hi-ToM)."""
    climbing = [(one, step) for one in scored if (step := rung(one.item)) is not None]
    if not climbing:
        return []
    runs = min(len(one.runs) for one, _ in climbing)
    right = 0.0
    for run in range(runs):
        lowest: dict[str, int] = {}
        for one, step in climbing:
            if one.runs[run] != 1:
                lowest[one.item.group] = min(step, lowest.get(one.item.group, step))
        right += sum(
            one.runs[run] == 1 and lowest.get(one.item.group, step + 1) > step
            for one, step in climbing
        )
    return [Figure(name, wilson(right / runs, len(climbing)))]


def macro(figures: Sequence[Figure], name: str = "macro") -> list[Figure]:
    """Plain mean of figures, with a normal interval from the variances of independent parts."""
    if not figures:
        return []
    value = fmean(figure.interval.value for figure in figures)
    variance = sum(
        ((figure.interval.high - figure.interval.low) / (2 * Z95)) ** 2 for figure in figures
    )
    half = Z95 * sqrt(variance) / len(figures)
    n = sum(figure.interval.n for figure in figures)
    return [Figure(name, Interval(value, max(0.0, value - half), min(1.0, value + half), n))]


def mean_detail(scored: Sequence[Scored], detail: str, name: str | None = None) -> list[Figure]:
    """Mean of a figure that the protocol gives beside the score, over the items that have it."""
    found = [one.details[detail] for one in scored if detail in one.details]
    return [Figure(name or detail, wilson(sum(found), len(found)))] if found else []


def consistency(scored: Sequence[Scored], name: str = "consistency") -> list[Figure]:
    """Share of items that get one and the same readable answer in every run; none with one run."""
    several = [one for one in scored if len(one.picks) > 1]
    if not several:
        return []
    same = sum(len(set(one.picks)) == 1 and one.picks[0] is not None for one in several)
    return [Figure(name, wilson(same, len(several)))]


def macro_f1(scored: Sequence[Scored], labels: Sequence[str], name: str = "macro_f1") -> Figure:
    """Unweighted mean of the F1 of each label that occurs as gold, answers by their option's text.

    An unreadable answer is no label: it costs recall alone. The interval is the normal one of an
    accuracy of that height, as a guide.
    """
    pairs = [(text_of(one.item), said) for one in scored for said in _texts(one)]
    scores: list[float] = []
    for label in labels:
        gold = sum(right == label for right, _ in pairs)
        said = sum(answer == label for _, answer in pairs)
        both = sum(right == answer == label for right, answer in pairs)
        if gold:
            scores.append(2 * both / (gold + said))
    value = fmean(scores) if scores else 0.0
    return Figure(name, wilson(value * len(scored), len(scored)))


def text_of(item: Item) -> str:
    """The right answer as text; names by comma."""
    if isinstance(item, SocialItem):
        return item.options[item.answer]
    return ", ".join(item.accepted) if item.form == "names" else item.accepted[0]


def _texts(one: Scored) -> list[str | None]:
    if not isinstance(one.item, SocialItem):
        return [pick if isinstance(pick, str) else None for pick in one.picks]
    options = one.item.options
    return [options[pick] if isinstance(pick, int) else None for pick in one.picks]
