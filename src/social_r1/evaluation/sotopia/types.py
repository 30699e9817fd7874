"""Records of an episode: what is asked, what comes back, what was done, how it was judged."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from social_r1.errors import SocialR1Error
from social_r1.stats import Interval

ActionType = Literal["none", "speak", "non-verbal communication", "action", "leave"]
Ended = Literal["left", "idle", "turns"]
"""Somebody left; more than two idle turns in a row; the last turn was reached."""
Role = Literal["model", "partner", "judge"]

OK = "ok"
"""How a reading ends that has nothing to complain of; every other word is counted as a failure."""


class Ask(NamedTuple):
    """One question to a model."""

    messages: list[dict[str, str]]
    turn: int = 0
    """Number of turns that this person has had before; scripts go by it."""
    seed: int = 0


class Reply(NamedTuple):
    """What a model wrote."""

    text: str
    fault: str = ""
    """``truncated``, ``context_full`` or ``refused`` where the provider says so."""
    input_tokens: int = 0
    output_tokens: int = 0


class Voice(Protocol):
    """Somebody who can be asked: a model behind Inspect, or a script."""

    @property
    def name(self) -> str:
        """As results state it."""
        ...

    async def say(self, ask: Ask) -> Reply:
        """The reply.

        Raises:
            UnreachableError: the endpoint did not give one, however often it was tried.
        """
        ...


class UnreachableError(SocialR1Error):
    """A model did not answer; the episode is left missing."""


class Action(NamedTuple):
    """What somebody does in a turn."""

    type: ActionType
    argument: str = ""


class ReadAction(NamedTuple):
    """A model's text as an action; ``none`` with a reason where it cannot be read."""

    action: Action
    reason: str = OK


class Turn(BaseModel):
    """One turn of one side."""

    model_config = ConfigDict(frozen=True)

    side: int
    """0 or 1."""
    type: ActionType
    argument: str
    reason: str
    """``ok``, or why the text could not be read (the action is ``none`` then)."""
    text: str
    """The model's text, whole."""
    input_tokens: int = 0
    output_tokens: int = 0


class Dialogue(NamedTuple):
    """The turns of an episode and what ended it."""

    turns: tuple[Turn, ...]
    ended: Ended


class Mark(BaseModel):
    """Score and reasoning of a dimension."""

    model_config = ConfigDict(frozen=True)

    score: int
    reasoning: str = ""


Marks = dict[str, Mark]
"""Dimension to mark, of one person."""


class Judgement(NamedTuple):
    """What the judge said of both sides; no marks where it said nothing that can be used."""

    marks: tuple[Marks, Marks] | None
    reasons: tuple[str, ...]
    """How each attempt ended; the last is ``ok`` where there are marks."""
    input_tokens: int = 0
    output_tokens: int = 0


class EpisodeRow(BaseModel):
    """One line of ``episodes.jsonl``: a finished dialogue, and its scores if the judge gave any.

    A row without ``scores`` is a dialogue that waits for a judge: the next run asks for the
    judgement alone and appends the row again; the last row of a key counts.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    """Hash of all that decides the episode and its scores."""
    dialogue_key: str
    """The same without the judge: another judge can be asked about the same dialogue."""
    id: str
    """``<pair>#<position>``."""
    model: str
    partner: str
    judge: str
    env_id: str
    codename: str
    relationship: int
    names: tuple[str, str]
    position: int
    """Side that the model plays: 0 speaks first."""
    turns: tuple[Turn, ...]
    ended: Ended
    scores: dict[str, int] | None
    """The model's score on each dimension; None is missing, not zero."""
    overall: float | None
    """Mean of the seven."""
    partner_scores: dict[str, int] | None
    reasoning: dict[str, str] = Field(default_factory=dict)
    """Why the judge scored the model as it did."""
    judge_reasons: tuple[str, ...] = ()
    """How each attempt at a judgement ended."""
    parse: dict[str, int] = Field(default_factory=dict)
    """Turns of the model that could not be read, by reason."""
    partner_parse: dict[str, int] = Field(default_factory=dict)
    tokens: dict[Role, tuple[int, int]] = Field(default_factory=dict[Role, tuple[int, int]])
    """Tokens read and written, where the provider says; (0, 0) where it does not."""


class Missing(NamedTuple):
    """An episode that is not finished, because somebody could not be reached."""

    id: str
    role: Role
    detail: str


class VoiceConfig(BaseModel):
    """A model, how it is reached and how it samples."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    """Any name of Inspect, a Hugging Face folder, or ``baseline/<script>``."""
    args: dict[str, Any] = Field(default_factory=dict)
    """For the Inspect provider: ``base_url``, ``api_key``, ``device``, ..."""
    temperature: float | None = Field(default=None, ge=0)
    """None is 0.7 for players and 0 for the judge, as the authors have it."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Longest reply; None is the model's default."""
    timeout: float = Field(default=600.0, gt=0)
    """Seconds for one call."""
    attempts: int = Field(default=5, ge=1)
    """Calls for one reply, while the endpoint fails in a way that may pass."""
    backoff: float = Field(default=2.0, ge=0)
    """Seconds before the second call; doubled each time, a minute at most."""

    def told(self) -> dict[str, Any]:
        """The settings without keys and address, for files and fingerprints."""
        hidden = {"api_key", "base_url"}
        args = {name: value for name, value in self.args.items() if name not in hidden}
        return {**self.model_dump(exclude={"args", "timeout", "attempts", "backoff"}), "args": args}


class SotopiaConfig(BaseModel):
    """Everything besides the three models that decides which episodes are played and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hard: bool = True
    """The 14 hard environments, or all 90."""
    limit: int | None = Field(default=None, ge=1)
    """At most so many episodes, over as many environments as can be."""
    both_positions: bool = True
    """The model plays each pair twice, once on either side; else it has the first side."""
    turns: int = Field(default=20, ge=1, le=200)
    """Turns of both sides together."""
    idle: int = Field(default=2, ge=0)
    """An episode ends when more turns than this in a row were idle."""
    omniscient: bool = False
    """Each side is told the other's goal (without its tags)."""
    judge_attempts: int = Field(default=3, ge=1, le=20)
    """Times that a judge is asked while its reply cannot be used."""
    seed: int = 0
    """Of the sampling and of the bootstrap."""
    concurrency: int = Field(default=8, ge=1, le=512)
    """Episodes under way at once."""


class SotopiaSummary(BaseModel):
    """The figures of a run. Scores depend on partner and judge: quote all three names."""

    model_config = ConfigDict(frozen=True)

    model: str
    partner: str
    judge: str
    set: str
    """``hard`` or ``all``."""
    planned: int
    """Episodes that were to be played."""
    played: int
    judged: int
    """Episodes with scores: the figures are over these."""
    environments: int
    """Environments among the judged."""
    figures: dict[str, Interval]
    """``overall`` and each dimension: mean of the model's scores over episodes, bootstrap over
    environments; empty without a judged episode."""
    positions: dict[str, Interval]
    """``overall`` and ``goal`` where the model speaks ``first`` and ``second``."""
    partner_figures: dict[str, Interval]
    ended: dict[str, int]
    turns: float | None
    """Mean turns of an episode, both sides."""
    actions: int
    """Turns of the model."""
    parse: dict[str, int]
    """Those that could not be read (and counted as ``none``), by reason."""
    partner_actions: int
    partner_parse: dict[str, int]
    judge_failures: dict[str, int]
    """Replies of the judge that could not be used, by reason; attempts, not episodes."""
    unjudged: int
    """Episodes of which the judge said nothing usable in any attempt."""
    missing: dict[str, int]
    """Episodes not finished, by who could not be reached; with the judged and the unjudged they
    make up the planned."""
    tokens: dict[str, tuple[int, int]]
    seconds: float
    caveat: str


class SotopiaResult(NamedTuple):
    """Figures, rows in the order of the plan, and what is missing."""

    summary: SotopiaSummary
    rows: list[EpisodeRow]
    missing: list[Missing]
    resumed: int = 0
    """Finished episodes that an earlier run had left."""
