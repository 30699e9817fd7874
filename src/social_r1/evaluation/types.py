"""Records of the evaluation room: what was asked, what came back, and how it was judged.

A question has options (`SocialItem`) or none (`OpenItem`). A line of ``<set>.jsonl`` is one
`ItemRow`. Its fields up to ``places`` are the ones that the analysis of a run reads; ``answers``
keeps every single answer with its text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from social_r1.items import SocialItem
from social_r1.stats import Interval
from social_r1.trajectory import PromptStyle

Engine = Literal["auto", "direct", "inspect"]
ProtocolName = Literal["social-r1", "native"]

Pick = int | str | tuple[str, ...]
"""What is answered: the index of an option, a text, or a set of names."""


class OpenItem(BaseModel):
    """One question without options: it is answered by a text, or by a list of names.

    Raises:
        pydantic.ValidationError: an unknown field, or a text question that accepts nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    source: str
    dimension: str
    """Kind of question, as for `SocialItem`."""
    group: str
    story: str
    question: str
    form: Literal["text", "names"] = "text"
    accepted: tuple[str, ...]
    """``text``: any of these is right, the first is the canonical one. ``names``: exactly these."""
    rejected: tuple[str, ...] = ()
    """``text``: wrong answers to compare with. ``names``: the others who might be named."""
    difficulty: int = Field(default=1, ge=0, le=9)
    split: str = "test"
    meta: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_right(self) -> OpenItem:
        if self.form == "text" and not any(text.strip() for text in self.accepted):
            raise ValueError("no text is accepted; repair: give the right answer")
        return self


Item = SocialItem | OpenItem


class Ask(NamedTuple):
    """One item as it is shown to the model: options in one order, and the prompt made of it."""

    item: Item
    """The shown item; ``answer`` is the place of the right option *as shown*."""
    order: int
    """Number of the option order, from 0."""
    places: tuple[int, ...]
    """``places[i]`` is the index that shown option i has in the item's own options; empty without
    options."""
    messages: list[dict[str, str]]
    how: str = "social-r1"
    """Protocol that made the prompt and reads the answer (`protocols.protocol_of`)."""
    opened: bool = False
    """The chat template has opened the thought: completions begin inside it."""

    @property
    def key(self) -> str:
        """Unique name of the ask within its set."""
        return f"{self.item.id}#{self.order}"


class Completion(NamedTuple):
    """What a model wrote; ``finished`` is False where a length limit cut it."""

    text: str
    finished: bool = True
    tokens: int | None = None
    """Tokens written; None where the provider does not say."""
    prompt_tokens: int | None = None
    apart: int = 0
    """Characters at the front of ``text`` that the provider gave apart, as the model's thought."""


class Reading(NamedTuple):
    """A completion as a protocol understands it."""

    pick: Pick | None
    """Index of an option *as shown*, a text or names; None when nothing can be read."""
    value: float
    """Score of this answer, from 0 to 1."""
    reason: str = "ok"
    """How the reading ended; everything but ``ok`` is counted beside the score."""
    well_formed: bool = True
    """The answer has the form that the prompt asked for."""
    thought: str = ""
    details: Mapping[str, float] = {}
    """Figures of this answer beside its score, from 0 to 1 (token F1, halves of a pair, ...)."""


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

    protocol: ProtocolName = "social-r1"
    """``social-r1`` (our prompt, parser and strict scores) or ``native`` (the authors')."""

    greedy: bool = True
    """Ask once at temperature 0."""
    samples: int = Field(default=4, ge=0, le=1024)
    """Answers sampled beside the greedy one."""
    temperature: float = Field(default=1.0, gt=0)
    """Temperature of the sampled answers."""
    prefilled_think: bool = False
    """The model's chat template opens ``<think>`` itself; completions begin inside the thought."""
    orders: int = Field(default=1, ge=1, le=120)
    """Seeded orders in which the options of each item are shown; ``native`` has its own."""
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
    said: str | tuple[str, ...] | None = None
    """The text or the names answered, where there are no options."""
    correct: bool
    """The full score."""
    value: float = 0.0
    """The score, from 0 to 1."""
    outcome: str
    """``ok``, or why the answer could not be read as the protocol has it."""
    well_formed: bool
    length: int
    """Characters of the thought."""
    tokens: int | None
    prompt_tokens: int | None = None
    details: dict[str, float] = Field(default_factory=dict)
    text: str

    @property
    def pick(self) -> Pick | None:
        """What was answered, in terms of the item's own options."""
        return self.option if self.option is not None else self.said


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
    asked: str = ""
    """Short hash of story, question, options and right answer: the same question has the same."""
    runs: tuple[float, ...] = ()
    """Score in each run of the protocol: one per option order, or one vote over them."""
    picks: tuple[Pick | None, ...] = ()
    """What was answered in each run."""
    details: dict[str, float] = Field(default_factory=dict)
    """Mean over the answers of the protocol's other figures."""


class Scored(NamedTuple):
    """An item and what became of it: all that a metric may look at."""

    item: Item
    runs: tuple[float, ...]
    """Score in each run, from 0 to 1; at least one."""
    picks: tuple[Pick | None, ...]
    """What was answered in each run, options by the item's own index."""
    details: Mapping[str, float] = {}

    @property
    def score(self) -> float:
        """Mean over the runs."""
        return sum(self.runs) / len(self.runs)


class Figure(NamedTuple):
    """A named metric of a set with its interval."""

    name: str
    interval: Interval


class Summary(BaseModel):
    """The figures of one set under one protocol."""

    model_config = ConfigDict(frozen=True)

    name: str
    n: int
    protocol: ProtocolName = "social-r1"
    metrics: dict[str, Interval] = Field(default_factory=dict)
    """The set's own metrics under this protocol; the first is the one to report."""
    shortcuts: dict[str, dict[str, float]] = Field(default_factory=dict)
    """What each shortcut (``random``, ``letter A``, ``longest``, ...) scores on each metric."""
    missing: int = 0
    """Answers that never came (the endpoint failed); such items are left out of the figures."""
    faults: int = 0
    """Items with a known fault of the data (``meta["fault"]``); they are asked and scored."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    """Tokens times the prices given, in their currency; None without prices."""
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
    """Mean of 1 / number of options over the items that have some; 0 where none has."""
    letter: float | None
    """Accuracy of always answering the best single letter, in the orders shown."""
    best_letter: str
    longest: float | None
    """Accuracy of always choosing the longest option (ties share)."""
    shortest: float | None
    dimensions: dict[str, Interval]
    """Greedy accuracy (sampled, where nothing was asked greedily) by dimension."""
    seconds: float


class SetResult(NamedTuple):
    """One evaluated set: its figures and its rows, in the order of the items."""

    summary: Summary
    rows: list[ItemRow]
    resumed: bool = False
    """Read back from a finished run instead of asked again."""
    kept: int = 0
    """Answers that an interrupted run had left; they were not asked for again."""
    why: str = ""
    """What the endpoint said of the first answer that is missing; empty where none is."""
