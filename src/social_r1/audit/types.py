"""Records of an audit: who answered how, in which part of the set, with which interval."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from social_r1.stats import Interval

Kind = Literal["text", "log", "probe"]
"""A rule on the words, a solver over the event log, or a learned probe."""

Verdict = Literal["pass", "fail", "unclear", "not shown", "no limit"]
"""``no limit``: a measure for which HARDBENCH names no number."""


class Answers(NamedTuple):
    """What one answerer scores on each item, in the order of the items."""

    name: str
    kind: Kind
    values: tuple[float | None, ...]
    """Expected share of right answers, 0 to 1 (ties share); None where it does not apply."""
    first: tuple[float | None, ...] | None = None
    """The same with ties given to the first option of the tie; None where that says nothing."""


class Figure(NamedTuple):
    """Accuracy of one answerer on one part of the set."""

    name: str
    kind: Kind
    by: str
    """What the part is cut by: ``all``, ``dimension``, ``order``, ``operator``, ``cell``, ..."""
    part: str
    value: float
    low: float
    high: float
    """Wilson's 95 % interval."""
    n: int
    chance: float
    """Mean of 1/options over the part."""
    first: float | None = None
    """The value with ties given to the first option."""


class Gate(NamedTuple):
    """One probe held against one limit of HARDBENCH section 12."""

    gate: str
    what: str
    part: str
    low: float
    """Lowest value that passes."""
    high: float
    """Highest value that passes."""
    value: float | None
    interval: tuple[float, float] | None
    n: int
    verdict: Verdict
    note: str = ""


class RoleShare(NamedTuple):
    """How often the right option has a role where an operator is used."""

    operator: str
    role: str
    share: Interval
    base: float
    """The same over all items that offer the role."""

    @property
    def shift(self) -> float:
        """By how much the operator moves it."""
        return self.share.value - self.base


class Gap(NamedTuple):
    """What a probe gains by words and templates that it has met (HARDBENCH 18)."""

    probe: str
    inside: float
    """Accuracy on blocks of the training file that it did not learn."""
    outside: float
    """Accuracy on the set."""
    low: float
    high: float
    """Newcombe's 95 % interval of the difference."""
    n: int
    """Items of the set."""

    @property
    def gap(self) -> float:
        """The difference."""
        return self.inside - self.outside


class Trap(NamedTuple):
    """One measure of one trap."""

    trap: str
    measure: str
    low: float | None
    high: float | None
    """The least and the greatest value that passes; None where there is none."""
    value: float | None
    interval: tuple[float, float] | None
    """None of what is counted and not estimated."""
    n: int
    verdict: Verdict
    note: str = ""

    @property
    def limit(self) -> str:
        """The limit in words.

        >>> Trap("t", "m", 0.2, None, 0.1, None, 1, "fail").limit
        'at least 0.2'
        """
        if self.low is None:
            return "" if self.high is None else f"at most {self.high:g}"
        return f"at least {self.low:g}" if self.high is None else f"{self.low:g} to {self.high:g}"


class Limits(NamedTuple):
    """Widths around chance; with four options .05 is the band .20 to .30."""

    band: float = 0.05
    cell: float = 0.10
    share: float = 0.03
    enough: int = 400
    """From so many items on, a value outside of its band fails even if its interval reaches in."""


@dataclass(frozen=True)
class AFLite:
    """Settings of adversarial filtering (Le Bras et al. 2020; HARDBENCH 3.5 and 12)."""

    partitions: int = 16
    """m: random partitions in each round."""
    train_share: float = 0.8
    threshold: float = 0.75
    """τ: share of right held-out predictions from which an item counts as predictable."""
    cut: float = 0.05
    """k: most items dropped in a round, as a share of the set at the start."""
    quota: float = 0.2
    """Most that a cell of dimension and order may lose, as a share of it; 1 for no quota."""
    margin: float = 0.05
    """Stop when the ensemble is within so much of chance."""
    rounds: int = 20
    probe: str = "option_only"
    """The probe that filters; ``option_question`` finds a little more and takes far longer."""


@dataclass(frozen=True)
class Settings:
    """What an audit does."""

    probes: bool = True
    aflite: AFLite | None = None
    seed: int = 0
    folds: int = 5
    repeats: int = 3
    """Draws of the folds over which the probes of options are averaged; story probes take one."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Audit:
    """Everything that one audit found; `social_r1.records.jsonable` makes it JSON."""

    title: str
    n: int
    groups: int
    chance: float
    dimensions: dict[str, int]
    figures: tuple[Figure, ...]
    """All answerers on all parts."""
    transfer: tuple[Figure, ...]
    """Probes trained on the training file and tested here; empty without one."""
    bias: dict[str, Any]
    diversity: dict[str, Any]
    overlap: tuple[dict[str, Any], ...]
    aflite: dict[str, Any] | None
    gates: tuple[Gate, ...]
    operators: tuple[RoleShare, ...]
    """Which option is right where an operator is used."""
    inert: tuple[float, int] | None
    """Share of the uses of operators that change nothing, and how many uses; None without any."""
    template_gap: tuple[Gap, ...]
    """Empty without a training file."""
    hardness: dict[str, Interval]
    """Correlation with length, depth and order given, by what measures hardness."""
    traces: dict[str, Any] | None
    """How varied the gold traces are; None where items carry none."""
    notes: tuple[str, ...]
    """What was left out, and why."""
    traps: tuple[Trap, ...] = ()
    """The table of HARDBENCH 18; empty for sets that are not ours."""

    def on_all(self, name: str) -> Figure | None:
        """The figure of an answerer on the whole set."""
        return next((f for f in self.figures if f.name == name and f.by == "all"), None)
