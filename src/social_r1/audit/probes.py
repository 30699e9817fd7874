"""Learned probes: how far does one get without the story, or with a piece of it?

Logistic regression on single options (right or wrong), the option with the highest score is the
answer; ties share. Tested by cross-validation in which items of one group, or of one story, never
stand on both sides. Blocks of four with the same options and every option right once hold a probe
that sees question and options alone at exactly 1/4 (HARDBENCH F1), whatever it learns.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from statistics import fmean
from typing import NamedTuple

import numpy as np

from social_r1.audit import features
from social_r1.audit.features import Table
from social_r1.audit.heuristics import Reading, best, expected
from social_r1.audit.text import Masker
from social_r1.audit.types import Answers
from social_r1.errors import InputError, MissingExtraError
from social_r1.items import SocialItem

View = Callable[[Sequence[Reading], Masker], Table]


class Probe(NamedTuple):
    """A probe and what it sees."""

    view: View
    says: str
    story: bool
    """Whether it sees anything of the story; those that do not are cheap and are repeated."""


PROBES: dict[str, Probe] = {
    "option_only": Probe(features.option_words, "words of the options", False),
    "option_question": Probe(
        features.option_and_question, "words of options and question, crossed", False
    ),
    "bag_of_words": Probe(
        features.story_words, "words of the story × role of the option in it", True
    ),
    "bigrams": Probe(features.story_pairs, "neighbouring words, names masked, × role", True),
    **{
        f"window_{r}": Probe(
            partial(features.name_window, radius=r),
            f"words within {r} hop{'s' * (r > 1)} of the people asked about, names masked, × role",
            True,
        )
        for r in (1, 2, 3)
    },
}
"""Every probe by its name."""

REGULARISATION = 1.0
"""C of the logistic regression."""


def need_sklearn() -> None:
    """Check that scikit-learn is here.

    Raises:
        MissingExtraError: it is not.
    """
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("scikit-learn", "audit") from error


def cross_validated(
    readings: Sequence[Reading], masker: Masker, name: str, *, folds: int, repeats: int, seed: int
) -> Answers:
    """What a probe scores on items of groups that it was not trained on.

    Args:
        readings: the items.
        masker: knows the names of the set.
        name: a key of `PROBES`.
        folds: parts of each draw; fewer if there are fewer groups.
        repeats: draws of the folds, over which the scores are averaged.
        seed: of the draws.

    Raises:
        InputError: the items are all of one group.
        MissingExtraError: scikit-learn is not installed.
    """
    need_sklearn()
    table = PROBES[name].view(readings, masker)
    items = [reading.item for reading in readings]
    draws = [_one_draw(table, items, fold_numbers(items, folds, seed + n)) for n in range(repeats)]
    values = tuple(fmean(column) for column in zip(*draws, strict=True))
    return Answers(name, "probe", values)


def within_dimensions(
    readings: Sequence[Reading], masker: Masker, name: str, *, folds: int, repeats: int, seed: int
) -> Answers:
    """As `cross_validated`, but each dimension is learned for itself.

    Dimensions with fewer groups than folds are left out.
    """
    parts: dict[str, list[int]] = defaultdict(list)
    for i, reading in enumerate(readings):
        parts[reading.item.dimension].append(i)
    values: list[float | None] = [None] * len(readings)
    for places in parts.values():
        part = [readings[i] for i in places]
        if len({r.item.group for r in part}) < folds or one_fold([r.item for r in part]):
            continue
        found = cross_validated(part, masker, name, folds=folds, repeats=repeats, seed=seed)
        for place, value in zip(places, found.values, strict=True):
            values[place] = value
    return Answers(f"{name}_within", "probe", tuple(values))


def transferred(
    train: Sequence[Reading], test: Sequence[Reading], masker: Masker, name: str
) -> Answers:
    """What a probe that learned one set scores on another.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    need_sklearn()
    table = PROBES[name].view([*train, *test], masker)
    golds = [reading.item.answer for reading in (*train, *test)]
    numbers = np.asarray([0] * len(train) + [1] * len(test))
    scores = _scores(table, golds, numbers == 0, numbers == 1)
    values = [_value(table, scores, i, golds[i]) for i in range(len(train), len(golds))]
    return Answers(name, "probe", tuple(values))


def fold_numbers(items: Sequence[SocialItem], folds: int, seed: int) -> np.ndarray:
    """A fold for each item: whole groups, drawn by the seed, into the fold that is smallest.

    Raises:
        InputError: the items are all of one group.
    """
    groups = joined_groups(items)
    sizes = Counter(groups)
    if len(sizes) < 2:
        raise InputError(
            "all items share one group or story, so nothing is left to test a probe on; "
            "repair: --no-probes, or give items their groups"
        )
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    load = [0] * min(folds, len(names))
    place: dict[str, int] = {}
    for name in names:
        place[name] = load.index(min(load))
        load[place[name]] += sizes[name]
    return np.asarray([place[group] for group in groups])


def one_fold(items: Sequence[SocialItem]) -> bool:
    """Whether the items hang together so that no fold can be cut off."""
    return len(set(joined_groups(items))) < 2


def joined_groups(items: Sequence[SocialItem]) -> list[str]:
    """The group of each item, where groups that share a story are one."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    of_story: dict[str, str] = {}
    for item in items:
        other = of_story.setdefault(item.story, item.group)
        a, b = sorted((root(item.group), root(other)))
        parent[b] = a
    return [root(item.group) for item in items]


def held_out(
    table: Table, golds: Sequence[int], train: np.ndarray, test: np.ndarray
) -> dict[int, float]:
    """Scores of the items of ``test`` (a mask) by a probe that learned those of ``train``."""
    scores = _scores(table, golds, train, test)
    return {int(i): _value(table, scores, int(i), golds[int(i)]) for i in np.flatnonzero(test)}


def _one_draw(table: Table, items: Sequence[SocialItem], numbers: np.ndarray) -> list[float]:
    golds = [item.answer for item in items]
    values = [0.0] * len(items)
    for fold in range(int(numbers.max()) + 1):
        for i, value in held_out(table, golds, numbers != fold, numbers == fold).items():
            values[i] = value
    return values


def _scores(table: Table, golds: Sequence[int], train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Decision values of all rows; those that were not asked for are 0."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    counts = np.diff(np.asarray(table.starts))
    target = np.zeros(table.starts[-1], dtype=np.int64)
    target[np.asarray(table.starts[:-1]) + np.asarray(golds)] = 1
    learned, asked = np.repeat(train, counts), np.repeat(test, counts)
    model = LogisticRegression(C=REGULARISATION, solver="liblinear", random_state=0)
    scores = np.zeros(table.starts[-1])
    # Threads gain nothing on such small products, and spin where another job wants the core.
    with threadpool_limits(1):
        model.fit(table.x[learned], target[learned])
        scores[asked] = model.decision_function(table.x[asked])
    return scores


def _value(table: Table, scores: np.ndarray, item: int, gold: int) -> float:
    own = scores[table.starts[item] : table.starts[item + 1]]
    return expected(best(own.tolist()), gold)
