"""Records of the evaluation room: what was asked, what came back, and how it was judged.

A line of ``<set>.jsonl`` is one `ItemRow`. Its fields up to ``places`` are the ones that the
analysis of a run reads; ``answers`` keeps every single answer with its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from social_r1.items import SocialItem
from social_r1.stats import Interval
from social_r1.trajectory import ParseOutcome, PromptStyle

Engine = Literal["auto", "direct", "inspect"]


class Ask(NamedTuple):
    """One item as it is shown to the model: options in one order, and the prompt made of it."""

    item: SocialItem
    """The shown item; ``answer`` is the place of the right option *as shown*."""
    order: int
    """Number of the option order, from 0."""
    places: tuple[int, ...]
    """``places[i]`` is the index that shown option i has in the item's own options."""
    messages: list[dict[str, str]]

    @property
    def key(self) -> str:
        """Unique name of the ask within its set."""
        return f"{self.item.id}#{self.order}"


class Completion(NamedTuple):
    """What a model wrote; ``finished`` is False where a length limit cut it."""

    text: str
    finished: bool = True
    tokens: int | None = None


class Responder(Protocol):
    """A model that runs in this process and answers many asks at once."""

    name: str
    style: PromptStyle

    @property
    def fingerprint(self) -> str:
        """Changes when the model's answers may change; a finished set is then asked again."""
        ...

    def respond(
        self, asks: Sequence[Ask], *, n: int, temperature: float, max_tokens: int | None, seed: int
    ) -> list[list[Completion]]:
        """``n`` completions per ask; temperature 0 is greedy. The same call gives the same text."""
        ...


class EvalConfig(BaseModel):
    """Everything that decides what is asked and how often."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    greedy: bool = True
    """Ask once at temperature 0."""
    samples: int = Field(default=4, ge=0, le=1024)
    """Answers sampled beside the greedy one."""
    temperature: float = Field(default=1.0, gt=0)
    """Temperature of the sampled answers."""
    orders: int = Field(default=1, ge=1, le=120)
    """Seeded orders in which the options of each item are shown."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Longest completion; None is the model's own default."""
    seed: int = 0
    limit: Annotated[int, Field(ge=1)] | dict[str, Annotated[int, Field(ge=1)]] | None = None
    """Ask at most so many items of each set (or of those that it names), in whole groups."""

    @property
    def answers(self) -> int:
        """Answers to one ask."""
        return self.greedy + self.samples


class Answer(BaseModel):
    """One judged completion."""

    model_config = ConfigDict(frozen=True)

    order: int
    places: tuple[int, ...]
    """``places[i]`` is the index that shown option i has in the item's own options."""
    sample: int | None
    """Number of the sample, from 0; None is the greedy answer."""
    letter: str | None
    """The letter answered, as shown; None when none can be read."""
    option: int | None
    """Index of the option answered in the item's own options."""
    correct: bool
    outcome: ParseOutcome
    well_formed: bool
    length: int
    """Characters of the thought."""
    tokens: int | None
    text: str


class ItemRow(BaseModel):
    """One item of a set, with every answer to it."""

    model_config = ConfigDict(frozen=True)

    item_id: str
    group: str
    dimension: str
    source: str
    difficulty: int
    meta: dict[str, Any]
    """The short values of the item's ``meta`` (order, design, kind, ...)."""
    greedy: float | None
    """Share of option orders whose greedy answer is right; 1 or 0 with a single order."""
    voted: float | None
    """1 if the option that most orders elect is the right one, else 0 (a tie elects none)."""
    sampled: float | None
    """Share of right answers among the sampled ones; None when none was sampled."""
    k: int
    """Number of sampled answers."""
    parse: dict[str, int]
    """How the parsing of all answers ended, counted."""
    length: float
    """Mean characters of the thought."""
    completion: str
    """The first greedy text (or the first sample), whole."""
    places: tuple[int, ...]
    """The order of options that it answers, as in `Answer`."""
    answers: tuple[Answer, ...]


class Summary(BaseModel):
    """The figures of one set."""

    model_config = ConfigDict(frozen=True)

    name: str
    n: int
    greedy: Interval | None
    """Accuracy of the greedy answers, with Wilson's interval."""
    voted: Interval | None
    """Accuracy of the vote over several option orders; None with one order."""
    sampled: Interval | None
    """Mean accuracy of the sampled answers; bootstrap over groups."""
    joint: Interval | None
    """Share of groups of two or more items with every greedy answer right."""
    ladder: Interval | None
    """As accuracy, but an item counts only if all lower rungs of its group are right too."""
    consistency: float | None
    """Share of items that get one and the same readable option in every order."""
    failures: dict[str, int]
    """Answers whose parsing did not end ``ok``, by reason."""
    failure_rate: float
    unread: float
    """Share of answers in which no option can be read."""
    well_formed: float
    length: float
    """Mean characters of the thought."""
    chance: float
    """Mean of 1 / number of options."""
    letter: float
    """Accuracy of always answering the best single letter, in the orders shown."""
    best_letter: str
    longest: float
    """Accuracy of always choosing the longest option (ties share)."""
    shortest: float
    dimensions: dict[str, Interval]
    """Greedy accuracy (sampled, where nothing was asked greedily) by dimension."""
    seconds: float


class SetResult(NamedTuple):
    """One evaluated set: its figures and its rows, in the order of the items."""

    summary: Summary
    rows: list[ItemRow]
    resumed: bool = False
    """Read back from a finished run instead of asked again."""
