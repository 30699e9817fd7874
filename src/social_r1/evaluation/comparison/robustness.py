"""Does an answer hold when the question is turned? Twins of a story, and orders of the options.

A *twin* is the story of an item with one event changed; its row names the item in ``meta["of"]``
and its kind in ``meta["design"]``: ``twin:DIR`` flips the right answer, ``twin:INV`` leaves it.
Twins usually stand in a set of their own (``twins.jsonl`` of a release), so an item's partner is
looked for in every set of the folder that was asked under the same protocol.

A model that reads the story follows a flip and ignores an idle change. One that has learned what
such stories end in keeps its old answer: `Perturbation.stuck`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from social_r1.evaluation.comparison.folders import EvalFolder, read_folder, score
from social_r1.evaluation.types import ItemRow, Pick, ProtocolName
from social_r1.stats import Interval, paired_bootstrap, wilson

KINDS = {"twin:DIR": "flips the answer", "twin:INV": "leaves the answer"}
"""Kinds of twins as the items name them, and what they do."""


@dataclass(frozen=True)
class Perturbation:
    """All pairs of an item and a twin of one kind."""

    name: str
    """The kind (``twin:DIR``), or the operator and the kind (``peek:DIR``)."""
    says: str
    protocol: ProtocolName
    pairs: int
    original: float
    """Mean score of the items; one with several twins of the kind counts once for each."""
    perturbed: float
    difference: Interval
    """Perturbed minus original; bootstrap over the groups of the originals."""
    kept: Interval | None
    """Of the pairs whose original is right: share of twins that are right too."""
    stuck: Interval | None
    """Of the twins that flip the answer: share that get the option their original got."""
    length_original: float
    length_perturbed: float


@dataclass(frozen=True)
class Orders:
    """One set of which every item was shown in several orders of its options."""

    set: str
    protocol: ProtocolName
    orders: int
    same: Interval
    """Items that get one and the same readable option in every order."""
    lowest: float
    """Accuracy in the order that suits the model least."""
    highest: float
    flips: float
    """Mean share of pairs of orders that get different answers."""


@dataclass(frozen=True)
class Robustness:
    """What a model's answers hold against."""

    model: str
    perturbations: tuple[Perturbation, ...]
    orders: tuple[Orders, ...]
    lonely: int
    """Twins whose original was not asked; they count nowhere."""


class Twin(NamedTuple):
    """An item's row and the row of its twin."""

    original: ItemRow
    twin: ItemRow
    scores: tuple[float, float]


def robustness(folder: str | Path | EvalFolder, *, seed: int = 0) -> Robustness:
    """Robustness of one evaluated model.

    Raises:
        InputError: the folder cannot be read.
    """
    found = folder if isinstance(folder, EvalFolder) else read_folder(folder)
    by_protocol: dict[ProtocolName, list[ItemRow]] = defaultdict(list)
    orders: list[Orders] = []
    for name, one in found.sets.items():
        by_protocol[one.summary.protocol] += one.rows
        shown = option_orders(name, one.summary.protocol, one.rows)
        if shown is not None:
            orders.append(shown)
    perturbations: list[Perturbation] = []
    lonely = 0
    for protocol, rows in by_protocol.items():
        known = {row.item_id: row for row in rows}
        kinds: dict[str, list[Twin]] = defaultdict(list)
        for row in known.values():
            names, pair = _names(row), _pair(known, row)
            if pair is None:
                lonely += bool(names)
                continue
            for name in names:
                kinds[name].append(pair)
        perturbations += [
            _perturbation(name, protocol, pairs, seed) for name, pairs in sorted(kinds.items())
        ]
    return Robustness(found.label, tuple(perturbations), tuple(orders), lonely)


def option_orders(name: str, protocol: ProtocolName, rows: Sequence[ItemRow]) -> Orders | None:
    """Agreement over the orders in which options were shown; None where there was one order."""
    several = [answers for row in rows if len(answers := _by_order(row)) > 1]
    if not several:
        return None
    number = min(map(len, several))
    same = sum(len({pick for pick, _ in one}) == 1 and one[0][0] is not None for one in several)
    accuracies = [sum(one[i][1] for one in several) / len(several) for i in range(number)]
    return Orders(
        set=name,
        protocol=protocol,
        orders=number,
        same=wilson(same, len(several)),
        lowest=min(accuracies),
        highest=max(accuracies),
        flips=sum(map(_disagreement, several)) / len(several),
    )


def _by_order(row: ItemRow) -> list[tuple[Pick | None, float]]:
    """What each order got in the first pass: the greedy one, else the first sample."""
    first = min((-1 if one.sample is None else one.sample for one in row.answers), default=None)
    if first is None:
        return list(zip(row.picks, row.runs, strict=False))
    chosen = [one for one in row.answers if (-1 if one.sample is None else one.sample) == first]
    return [(one.pick, one.value) for one in sorted(chosen, key=lambda one: one.order)]


def _disagreement(answers: Sequence[tuple[Pick | None, float]]) -> float:
    picks = [pick for pick, _ in answers]
    pairs = [(a, b) for i, a in enumerate(picks) for b in picks[i + 1 :]]
    return sum(a != b or a is None for a, b in pairs) / len(pairs)


def _names(row: ItemRow) -> list[str]:
    """The kinds that a twin counts for; empty for an item that is none."""
    design = row.meta.get("design")
    if not isinstance(design, str) or not design.startswith("twin:"):
        return []
    told = row.meta.get("operators", row.meta.get("operator", ()))
    return [design, *([told] if isinstance(told, str) else map(str, told))]


def _pair(known: dict[str, ItemRow], twin: ItemRow) -> Twin | None:
    original = known.get(str(twin.meta.get("of")))
    if original is None:
        return None
    scores = score(original), score(twin)
    if scores[0] is None or scores[1] is None:
        return None
    return Twin(original, twin, (scores[0], scores[1]))


def _perturbation(
    name: str, protocol: ProtocolName, pairs: Sequence[Twin], seed: int
) -> Perturbation:
    before, after = [pair.scores[0] for pair in pairs], [pair.scores[1] for pair in pairs]
    groups = [pair.original.group for pair in pairs]
    right = [pair for pair in pairs if pair.scores[0] == 1]
    flips = [pair for pair in pairs if name.endswith("DIR")]
    kept = sum(pair.scores[1] == 1 for pair in right)
    stuck = sum(_first_pick(pair.twin) == _first_pick(pair.original) is not None for pair in flips)
    return Perturbation(
        name=name,
        says=KINDS.get(f"twin:{name.rpartition(':')[2]}", ""),
        protocol=protocol,
        pairs=len(pairs),
        original=sum(before) / len(before),
        perturbed=sum(after) / len(after),
        difference=paired_bootstrap(before, after, groups=groups, n_boot=2000, seed=seed),
        kept=wilson(kept, len(right)) if right else None,
        stuck=wilson(stuck, len(flips)) if flips else None,
        length_original=sum(pair.original.length for pair in pairs) / len(pairs),
        length_perturbed=sum(pair.twin.length for pair in pairs) / len(pairs),
    )


def _first_pick(row: ItemRow) -> Pick | None:
    """The first answer by the item's own options, which an item and its twin share."""
    return row.picks[0] if row.picks else (row.answers[0].pick if row.answers else None)
