"""Questions about a log, and their proved answers (HARDBENCH 5.7, 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from social_r1.hardbench.core.events import Kind, Log
from social_r1.hardbench.core.replay import Replay


class Oracle(Protocol):
    """What both oracles offer: the value of a fluent along a chain, at the end of the log."""

    def value(self, chain: Sequence[str], fluent: str) -> str:
        """The value, or one of the two special values of `core.events`."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    ``form`` is ``reality``, ``memory``, ``belief`` (the place along the chain) or ``knowledge``
    (which person knows the place; with a chain: knows it as the chain has it, up to third order).
    """

    form: str
    chain: tuple[str, ...]
    thing: str

    @property
    def order(self) -> int:
        """How many minds are nested: 0 for reality and memory."""
        return len(self.chain) + (1 if self.form == "knowledge" else 0)

    @property
    def template(self) -> str:
        """Key of the surface bank's ``questions``."""
        return self.form if self.form in ("reality", "memory") else f"{self.form}{self.order}"

    @property
    def dimension(self) -> str:
        """The ATOMS dimension."""
        return "Knowledge" if self.form == "knowledge" else "Belief"


def answer(question: Question, log: Log, oracle: Oracle, options: Sequence[str]) -> str | None:
    """The right answer by one oracle, or None where there is none or more than one."""
    if question.form == "memory":
        return next((e.value for e in log.events if e.kind is Kind.PLACE), None)
    if question.form != "knowledge":
        value = oracle.value(question.chain, question.thing)
        return None if value.startswith("<") else value
    truth = oracle.value(question.chain, question.thing)
    if truth.startswith("<"):
        return None
    knowers = [x for x in options if oracle.value((*question.chain, x), question.thing) == truth]
    return knowers[0] if len(knowers) == 1 else None


def grounded(question: Question, log: Log, replay: Replay, options: Sequence[str]) -> bool:
    """Whether every belief that the answer rests on came honestly to its holder.

    Whoever is told something that only *happens* to be so does not know it, nor does he to whose
    last known place the thing was brought back behind his back. Knowledge questions are asked only
    where each candidate's last word was true when he got it, and did not turn false and true again.
    """
    if question.form != "knowledge":
        return True
    chain, thing, end = question.chain, question.thing, len(log.events)
    for x in options:
        updates = replay.updates((*chain, x), thing)
        if any(value.startswith("<") for _, value in updates):
            return False
        if not updates:
            continue
        index, value = updates[-1]
        told = log.events[index].kind is Kind.TELL
        if told and replay.value(chain, thing, index) != value:
            return False
        since = {replay.value(chain, thing, t) for t in range(index + 1, end + 1)}
        if replay.value(chain, thing) == value and since != {value}:
            return False
    return True
