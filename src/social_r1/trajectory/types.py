"""Records of the trajectory room: what a model said, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from social_r1.trajectory.sip import Stage


class ParseOutcome(StrEnum):
    """How the parsing of a completion ended. Everything but ``OK`` is a failure with a reason."""

    OK = "ok"
    EMPTY = "empty"
    NO_THINK = "no_think"
    UNCLOSED_THINK = "unclosed_think"
    NESTED_THINK = "nested_think"
    TRUNCATED = "truncated"
    NO_ANSWER = "no_answer"
    UNCLOSED_ANSWER = "unclosed_answer"
    SEVERAL_ANSWERS = "several_answers"
    NOT_AN_OPTION = "not_an_option"
    TEXT_OUTSIDE = "text_outside"


@dataclass(frozen=True, slots=True)
class StageSpan:
    """Characters ``start`` to ``end`` (exclusive) of the thought, spent on one stage."""

    stage: Stage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One completion, parsed. ``text`` is kept whole; nothing here is ever guessed."""

    item_id: str
    text: str
    outcome: ParseOutcome
    well_formed: bool
    """The whole text is one think pair followed, at its very end, by one answer tag."""
    thought: str
    """The text inside the first think pair, stripped; empty when there is none."""
    answer: int | None
    """Index of the option answered, or None when no option can be read."""
    stages: tuple[StageSpan, ...] = ()
    """Stage spans of the thought in the order in which they stand there."""
