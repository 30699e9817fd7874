"""Which items two evaluations of a set have in common, and whether they are the same questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.evaluation.comparison.folders import SetFiles, score
from social_r1.evaluation.types import ItemRow

SETTINGS = ("style", "greedy", "samples", "temperature", "orders", "max_tokens", "seed")
"""Settings that change what was asked; a difference is said and no reason to refuse."""


class Pair(NamedTuple):
    """One item and its two rows."""

    before: ItemRow
    after: ItemRow
    scores: tuple[float, float]


class Matched(NamedTuple):
    """The items that two evaluations share, and what a reader must know of the rest."""

    pairs: list[Pair]
    """Sorted by item."""
    only_before: int
    only_after: int
    notes: tuple[str, ...]


def match(before: SetFiles, after: SetFiles) -> Matched:
    """Match items by id.

    Raises:
        InputError: no item in common, another protocol, or one id that stands for two questions.
    """
    name = before.name
    if before.summary.protocol != after.summary.protocol:
        raise InputError(
            f"set {name!r}: protocol {before.summary.protocol} before and "
            f"{after.summary.protocol} after; repair: evaluate both under one"
        )
    old, new = ({row.item_id: row for row in one.rows} for one in (before, after))
    common = sorted(old.keys() & new.keys())
    if not common:
        raise InputError(
            f"set {name!r}: none of the {len(old)} items of {before.path} is among the {len(new)} "
            f"of {after.path}; repair: evaluate both on one set"
        )
    for item in common:
        _check_same(name, old[item], new[item])
    pairs = [
        Pair(old[item], new[item], (a, b))
        for item in common
        if (a := score(old[item])) is not None and (b := score(new[item])) is not None
    ]
    if not pairs:
        raise InputError(f"set {name!r}: no item has a score in both; repair: evaluate them anew")
    only_before, only_after = len(old) - len(common), len(new) - len(common)
    notes = [
        *(["both were written by one and the same run"] if _is_one_run(before, after) else []),
        *_counted(only_before, "only before, left out"),
        *_counted(only_after, "only after, left out"),
        *_counted(len(common) - len(pairs), "without a score in one of the two, left out"),
        *_counted(sum(map(_other_orders, pairs)), "shown in other orders of their options"),
    ]
    return Matched(pairs, only_before, only_after, tuple(notes))


def settings_notes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Settings in which two evaluations differ, as sentences."""
    return tuple(
        f"{key} is {before.get(key)!r} before and {after.get(key)!r} after"
        for key in SETTINGS
        if before.get(key) != after.get(key)
    )


def right_options(row: ItemRow) -> set[int]:
    """The right option, known where some answer was right."""
    return {one.option for one in row.answers if one.correct and one.option is not None}


def _check_same(name: str, before: ItemRow, after: ItemRow) -> None:
    for field, a, b in (
        ("group", before.group, after.group),
        ("dimension", before.dimension, after.dimension),
        ("number of options", len(before.places), len(after.places)),
        ("right option", right_options(before), right_options(after)),
        ("wording", before.asked, after.asked),
    ):
        unknown = field in ("right option", "wording") and not (a and b)
        if a != b and not unknown:
            raise InputError(
                f"set {name!r}: item {before.item_id!r} is another question in the two "
                f"evaluations ({field} {a!r} before, {b!r} after); repair: evaluate both on one "
                "version of the set"
            )


def _is_one_run(before: SetFiles, after: SetFiles) -> bool:
    return bool(before.fingerprint) and before.fingerprint == after.fingerprint


def _other_orders(pair: Pair) -> bool:
    return _orders(pair.before) != _orders(pair.after)


def _orders(row: ItemRow) -> set[Sequence[int]]:
    return {answer.places for answer in row.answers} or {row.places}


def _counted(count: int, words: str) -> list[str]:
    return [f"{count} {'item' if count == 1 else 'items'} {words}"] if count else []
