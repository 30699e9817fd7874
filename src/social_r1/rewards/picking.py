"""Whether a thought settles on its answer before it has read the cues (reasoning parasitism).

The paper's S punishes that, but S is a small part of the reward once content counts: an answer
first and a true defence of it behind earn .96 of an honest thought at the end of the curriculum.
Profile ``recommended`` therefore pays only the outcome where this says yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from social_r1.items import LETTERS, SocialItem
from social_r1.rewards.structure import StructureReport, explain
from social_r1.trajectory import Stage, Trajectory

CLEAN = 0.6
"""More than this the rule scorer gives only where it sees no option named early."""
INTERPRETATION = Stage.CUE_INTERPRETATION.title
_SIGNED = re.compile(r"[(\[]([A-O])[)\]]")
"""A letter in brackets; the scorer passes over ``(A)`` where the story uses the article."""
_KEPT = 4096


def picks_first(
    item: SocialItem,
    trajectory: Trajectory,
    structure: float | None = None,
    report: StructureReport | None = None,
) -> bool:
    """Whether a verdict stands before the end of the first interpretation, or is argued back from.

    Naming one option there, the one that is answered in the end, is a verdict too; going through
    several is not: that costs structure alone.

    Args:
        item: the question.
        trajectory: the parsed completion.
        structure: S by the rule scorer, where it is known; a clean thought is not read again.
        report: what the rule scorer saw, where it is known; then no thought is.
    """
    thought = trajectory.thought
    if structure is not None and structure > CLEAN and len(_SIGNED.findall(thought)) < 2:
        return False
    answer = "" if trajectory.answer is None else LETTERS[trajectory.answer]
    asked = _Asked(item.id, item.story, thought, answer, item)
    return _read(asked) if report is None else _picks(asked, report)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A thought about an item; the item itself cannot be a key."""

    name: str
    story: str
    thought: str
    answer: str
    item: SocialItem = field(compare=False)


@lru_cache(maxsize=_KEPT)
def _read(asked: _Asked) -> bool:
    return _picks(asked, explain(asked.item, asked.thought))


def _picks(asked: _Asked, report: StructureReport) -> bool:
    reasons = report.reasons
    if any(reason.kind in ("early_verdict", "backward") for reason in reasons):
        return True
    early = (r for r in reasons if r.kind == "early_option")
    named = {asked.thought[r.start : r.end].upper() for r in early}
    ends = [r.end for r in reasons if r.kind == "stage" and r.note == INTERPRETATION]
    signed = {m[1] for m in _SIGNED.finditer(asked.thought, 0, ends[0] if ends else 0)}
    return named | (signed - set(_SIGNED.findall(asked.story))) == {asked.answer}
