"""Records of the analysis room: a run folder as read, and the figures made of it (DESIGN 1, 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from social_r1.items import SocialItem
from social_r1.stats import Interval

Moment = Literal["before", "after"]
MOMENTS: tuple[Moment, Moment] = ("before", "after")

FEW_GROUPS = 5
"""Below this many groups a bootstrap interval means little."""

JsonObject = dict[str, Any]


class Said(BaseModel):
    """One answer to an item."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sample: int | None = None
    """Number of the sample; None is the greedy answer."""
    text: str
    places: tuple[int, ...] = ()
    """The order in which it met the options: ``places[i]`` is the own index of shown option i."""

    def shown(self, item: SocialItem) -> SocialItem:
        """The item as the answer met it: its letters are those of this order of options."""
        return item.reordered(self.places) if self.places else item


class EvalRow(BaseModel):
    """One item of an evaluation: a line of ``eval/<moment>/<set>.jsonl``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    item_id: str = Field(min_length=1)
    group: str
    """The block or story; intervals resample whole groups."""
    dimension: str
    meta: JsonObject = Field(default_factory=dict)
    """``order`` and ``design`` of the item, where it has them."""
    greedy: float = Field(ge=0, le=1)
    """1 if the greedy answer is right, else 0."""
    sampled: float = Field(ge=0, le=1)
    """Share of right answers among the ``k`` sampled ones."""
    k: int = Field(default=1, ge=1)
    parse: dict[str, int] = Field(default_factory=dict)
    """How the parsing of the samples ended, counted."""
    length: float | None = None
    """Mean characters of the thought."""
    completion: str = ""
    """The greedy text, whole."""
    places: tuple[int, ...] = ()
    """The order in which it met the options, as in `Said`."""
    answers: tuple[Said, ...] = ()
    """Every single answer, where the file holds them."""

    @property
    def greedy_answer(self) -> Said:
        """The greedy text."""
        return Said(text=self.completion, places=self.places)

    @property
    def typical_answer(self) -> Said:
        """The first sampled answer: how the policy speaks, not what it likes best."""
        sampled = (said for said in self.answers if said.sample is not None)
        return next(sampled, self.greedy_answer)

    @model_validator(mode="after")
    def _greedy_is_a_bit(self) -> EvalRow:
        if self.greedy not in (0.0, 1.0):
            raise ValueError(f"greedy is {self.greedy}; repair: give 0 or 1")
        return self


class EvalSet(NamedTuple):
    """One set, answered before and after training: the same items in the same order."""

    name: str
    before: tuple[EvalRow, ...]
    after: tuple[EvalRow, ...]

    @property
    def groups(self) -> list[str]:
        """The group of each item."""
        return [row.group for row in self.before]


class LeftOut(NamedTuple):
    """A part that the report cannot show, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, read and checked."""

    path: Path
    manifest: JsonObject
    sets: dict[str, EvalSet]
    items: dict[str, SocialItem]
    """Items by id, from every file of ``items/``."""
    metrics: tuple[dict[str, float | None], ...]
    """One row per training step."""
    timings: dict[str, float]
    """Seconds per stage."""
    alarms: dict[float, tuple[str, ...]] = field(default_factory=dict)
    """Alarms of the Goodhart watch by step; steps without one are not there."""
    left_out: tuple[LeftOut, ...] = field(default=())


class Gain(NamedTuple):
    """After minus before, with the 95 % interval of a paired bootstrap."""

    value: float
    low: float
    high: float


class Change(NamedTuple):
    """One quantity before and after training, and the paired difference."""

    before: Interval
    after: Interval
    gain: Gain
    groups: int
    """Groups that the intervals resample; with fewer than five they mean little."""

    def as_json(self) -> JsonObject:
        """The form of the report's contract."""
        parts: JsonObject = {
            name: getattr(self, name)._asdict() for name in ("before", "after", "gain")
        }
        return {**parts, "groups": self.groups}


class Breakdown(NamedTuple):
    """The change within one part of a set, e.g. second-order questions."""

    key: str
    value: str
    change: Change


class Curve(NamedTuple):
    """One quantity over the training steps."""

    name: str
    steps: tuple[float, ...]
    values: tuple[float, ...]
    smooth: tuple[float, ...]
    first: float
    last: float


class PartGain(NamedTuple):
    """What one part of the reward has gained since the first steps."""

    name: str
    """The part, or ``weights``: how much of it the curriculum's weights alone account for."""
    gain: float
    share: float | None
    """Of the whole gain; None when that is hardly there."""


class Span(NamedTuple):
    """Watched steps in a row in which the same alarms held."""

    first: float
    last: float
    said: tuple[str, ...]
    """What the last of them said."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The Goodhart watch of a run: reward model against oracle, and what the reward paid for."""

    watched: tuple[float, ...]
    """The steps that were watched."""
    window: int
    """The first and the last so many are compared."""
    score: Curve | None
    """The reward model's score, on the common scale; None where no reward model scored."""
    truth: Curve | None
    """The oracle's score over the same thoughts, on the common scale."""
    truth_raw: Curve | None
    """The oracle's score s as it is, between -2 and 2."""
    rise: tuple[float, float] | None
    """How far score and truth rose, on the common scale; None before two windows."""
    rank: Curve | None
    """Rank correlation of the two within groups."""
    length: Curve | None
    """Characters of a well-formed thought."""
    zero: dict[str, Curve]
    """Shares of groups with equal rewards: all ``right``, all ``wrong``, ``mixed``."""
    gain: float | None
    """What the reward has gained; None before two windows."""
    gains: tuple[PartGain, ...]
    alarms: dict[float, tuple[str, ...]]
    """What each step in alarm said."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How the thoughts of one set look at one moment (paper section 5, analyses)."""

    n: int
    """Completions with a readable thought."""
    naming: float
    """Share of them that point at an option at all."""
    first_mention: float | None
    """Median place of the first option, as a share of the thought."""
    early: float
    """Share of them that point at an option in the first half."""
    histogram: tuple[int, ...]
    """First mentions counted in tenths of the thought."""
    all_stages: float
    """Share of them in which all four stages occur."""
    in_order: float
    """Share of them in which all four occur and none goes back."""
    stage_share: tuple[float, ...]
    """Mean share of the thought spent on each stage; the rest carries no stage."""
    length: float
    """Mean characters of the thought."""
