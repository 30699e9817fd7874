"""Rows to score, as files and requests carry them, and the record that answers each of them.

A row is ``{"item": {…}, "completion": "…"}``. It may carry recorded grader outputs,
``"graders": {"structure": 0.3, "content": -1.0}``, used instead of calling the graders (null means
that the grader failed), and ``"progress": 0.5``. One reading and one record for `social-r1 score`
and for the service, so that both say the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from social_r1.errors import InputError
from social_r1.items import LETTERS, SocialItem
from social_r1.records import parse_item, row_item
from social_r1.rewards import CompositeReward, RewardParts, explain_parts, missing_parts

GRADERS = ("structure", "content")
KEPT_ITEMS = 4096
"""Items that a reader remembers; a group of completions repeats its item."""


class SavedRow(NamedTuple):
    """One completion to score."""

    line: int
    item: SocialItem
    completion: str
    graders: dict[str, float | None]
    progress: float


class ItemReader:
    """The question that a row is about; one that was read before is not checked again."""

    def __init__(self, known: Mapping[str, SocialItem] | None = None) -> None:
        self.known = known or {}
        self._read: dict[str, SocialItem] = {}

    def __call__(self, row: Mapping[str, Any], place: str) -> SocialItem:
        """Whole under ``item``, or named by ``item_id``.

        Raises:
            InputError: neither, or not a valid item; the message begins with ``place``.
        """
        inside = row.get("item")
        if not isinstance(inside, dict):
            return row_item(row, self.known, place=place)
        text = json.dumps(inside)
        item = self._read.get(text)
        if item is None:
            item = parse_item(cast("dict[str, Any]", inside), place=place)
            if len(self._read) >= KEPT_ITEMS:
                self._read.clear()
            self._read[text] = item
        return item


def read_row(
    row: Mapping[str, Any], items: ItemReader, *, line: int, place: str, progress: float
) -> SavedRow:
    """Check one row.

    Args:
        row: the parsed JSON object.
        items: finds its question.
        line: number of the row, from 1.
        place: file and line, or number of the row; opens every message.
        progress: of rows that do not say.

    Raises:
        InputError: something is missing or has the wrong form.
    """
    completion = row.get("completion")
    if not isinstance(completion, str):
        raise InputError(
            f"{place}: completion is {repr(completion)[:60]}, not text; repair: give the model's "
            "output"
        )
    own = row.get("progress")
    return SavedRow(
        line=line,
        item=items(row, place),
        completion=completion,
        graders=_graders(row, place),
        progress=progress if own is None else read_progress(own, place),
    )


def replay(reward: CompositeReward, rows: Sequence[SavedRow]) -> list[dict[str, Any]]:
    """Score rows: one plain record per row, with every part of the reward."""
    return [_record(reward, row, one) for row, one in zip(rows, score(reward, rows), strict=True)]


def score(reward: CompositeReward, rows: Sequence[SavedRow]) -> list[RewardParts]:
    """The parts of every row's reward."""
    return reward.score(
        [row.item for row in rows],
        [row.completion for row in rows],
        progress=[row.progress for row in rows],
        graders=[row.graders for row in rows],
    )


def read_progress(value: object, place: str) -> float:
    """A share of the run, in [0, 1].

    Raises:
        InputError: it is none.
    """
    number = _number(value, f"{place}: progress")
    if not 0 <= number <= 1:
        raise InputError(f"{place}: progress {number} is not in [0, 1]; repair: step / total steps")
    return number


def _graders(row: Mapping[str, Any], place: str) -> dict[str, float | None]:
    """Recorded grader outputs; of our rollouts, the content score that their parts hold."""
    given = row.get("graders")
    if given is None:
        parts = row.get("parts")
        s = cast("dict[str, Any]", parts).get("content_score") if isinstance(parts, dict) else None
        return {} if s is None else {"content": _number(s, f"{place}: parts.content_score")}
    if not isinstance(given, dict):
        raise InputError(
            f"{place}: graders is {repr(given)[:60]}; repair: an object such as {{'content': 0}}"
        )
    grades: dict[str, float | None] = {}
    for name, value in cast("dict[str, Any]", given).items():
        if name not in GRADERS:
            raise InputError(
                f"{place}: unknown grader {repr(name)[:60]}; repair: use {' and '.join(GRADERS)}"
            )
        grades[name] = None if value is None else _number(value, f"{place}: graders.{name}")
    return grades


def _number(value: object, place: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        number = math.inf
    if isinstance(value, bool) or not math.isfinite(number):
        raise InputError(
            f"{place} is {repr(value)[:40]}; repair: give a number, or null where allowed"
        )
    return number


def _record(reward: CompositeReward, row: SavedRow, parts: RewardParts) -> dict[str, Any]:
    read = reward.parse(row.item, row.completion)
    explained = explain_parts(parts)
    return {
        "item_id": row.item.id,
        "line": row.line,
        "config": reward.config.name,
        "progress": row.progress,
        "parse": read.outcome,
        "answer": None if read.answer is None else LETTERS[read.answer],
        **parts._asdict(),
        "missing": missing_parts(reward, parts, row.graders),
        "weighted": explained["weighted"],
        "gated": explained["gated"],
    }
