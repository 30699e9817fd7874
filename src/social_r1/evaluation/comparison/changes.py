"""What a comparison of two models consists of, and what of it is flagged as worse.

Controls (questions of memory, reality, fact) are flagged without correction for their number: to
miss a model that has stopped reading the story is the worse mistake. Other kinds of question are
held to Holm's corrected p.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from social_r1.evaluation.comparison.overall import Overall
from social_r1.evaluation.types import ProtocolName
from social_r1.stats import Interval, McNemar

LEVEL = 0.05
"""p below which a loss is flagged."""
FEW_GROUPS = 10
"""With fewer groups an interval is a guess and said to be one."""
_CONTROL = re.compile(
    r"\b(memory|reality|facts?|factual|comprehension|controls?|general)\b|^order 0$"
)

Cause = Literal["set", "control", "ability", "reading"]


@dataclass(frozen=True)
class Change:
    """A mean over paired items, before and after."""

    name: str
    n: int
    groups: int
    before: float
    after: float
    difference: Interval
    """After minus before; paired bootstrap over groups."""
    p: float
    """By sign changes of whole groups."""
    mcnemar: McNemar | None = None
    """Items right gained and lost, and the exact p of single items; for scores only.

    An item of several runs is right if it is right in each, so a steadier model may gain here
    without a higher score.
    """
    holm: float | None = None
    """p corrected over the parts of the set; None for a whole set."""

    @property
    def few(self) -> bool:
        """Too few groups for its interval to be trusted."""
        return self.groups < FEW_GROUPS


@dataclass(frozen=True)
class MetricChange:
    """One of the set's own figures; its items need not be the paired ones."""

    name: str
    before: Interval
    after: Interval
    difference: Interval
    """Newcombe's interval of unpaired estimates."""


@dataclass(frozen=True)
class SetComparison:
    """One set under one protocol."""

    name: str
    protocol: ProtocolName
    whole: Change
    metrics: tuple[MetricChange, ...]
    dimensions: tuple[Change, ...]
    """By kind of question, Holm-corrected over all of them."""
    failures: Change
    """Share of answers that could not be read as asked; more is worse."""
    length: Change
    """Characters of the thought."""
    only_before: int
    only_after: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flag:
    """Something that got significantly worse."""

    set: str
    part: str
    """The kind of question, or empty for the whole set."""
    cause: Cause
    change: Change
    p: float
    """The p that was held against `LEVEL`."""

    @property
    def text(self) -> str:
        """What got worse, in a line."""
        where = f"{self.set}, {self.part}" if self.part else self.set
        what = "share of unreadable answers" if self.cause == "reading" else "score"
        low, high = self.change.difference.low, self.change.difference.high
        return (
            f"{self.cause}: {where}: {what} {self.change.before:.3f} to {self.change.after:.3f} "
            f"({self.change.difference.value:+.3f}, {low:+.3f} to {high:+.3f}, p {self.p:.2g})"
        )


@dataclass(frozen=True)
class Comparison:
    """Two models on all sets that both were asked."""

    before: str
    after: str
    sets: tuple[SetComparison, ...]
    refused: dict[str, str]
    """Sets of both that hold other questions, with the reason."""
    only_before: tuple[str, ...]
    """Sets that only the first was asked."""
    only_after: tuple[str, ...]
    notes: tuple[str, ...]
    """Settings in which the two evaluations differ."""
    overall: dict[ProtocolName, tuple[Overall, Overall]]
    flags: tuple[Flag, ...] = field(default=())


def flags_of(found: SetComparison) -> list[Flag]:
    """What got significantly worse in a set."""
    flags: list[Flag] = []
    whole = found.whole
    if whole.difference.high < 0 and whole.p < LEVEL:
        flags.append(
            Flag(found.name, "", "control" if is_control(found.name) else "set", whole, whole.p)
        )
    for change in found.dimensions if len(found.dimensions) > 1 else ():
        control = is_control(change.name) or is_control(found.name)
        p = change.p if control or change.holm is None else change.holm
        if change.difference.high < 0 and p < LEVEL:
            flags.append(
                Flag(found.name, change.name, "control" if control else "ability", change, p)
            )
    worse = found.failures
    if worse.difference.low > 0 and worse.p < LEVEL:
        flags.append(Flag(found.name, "", "reading", worse, worse.p))
    return flags


def is_control(name: str) -> bool:
    """A set or kind of question that needs no reading of minds: memory, reality, facts.

    >>> is_control("memory"), is_control("order_0"), is_control("second_order_0_tom")
    (True, True, False)
    """
    return _CONTROL.search(name.lower().replace("_", " ")) is not None


def is_gain(change: Change) -> bool:
    """Significantly better."""
    return change.difference.low > 0 and change.p < LEVEL
