"""Records of the judge room: what is asked, what came back, and why something is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

Message = dict[str, str]
"""A chat message: ``role`` and ``content``."""


class Missing(StrEnum):
    """Why there is no verdict. A failure is never turned into a score."""

    BUDGET = "budget"
    """The cap on calls, tokens or money was reached; nothing was asked."""
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    """No connection, or one that broke off."""
    RATE_LIMIT = "rate_limit"
    """HTTP 429 to the last attempt, or a wait longer than the config allows."""
    SERVER = "server_error"
    """HTTP 5xx to the last attempt."""
    REFUSED = "refused"
    """Any other HTTP status than 200: key, model or request are wrong."""
    BAD_BODY = "bad_body"
    """HTTP 200 with something that is no chat completion."""
    GAVE_UP = "gave_up"
    """Not asked: the endpoint had refused or failed too many questions before this one."""
    EMPTY = "empty"
    TRUNCATED = "truncated"
    """The reply ended at its length limit."""
    NO_SCORE = "no_score"
    UNREADABLE = "unreadable"
    """There is a score, but it is no number (or NaN), or no known choice."""
    OUT_OF_RANGE = "out_of_range"
    CONTRADICTORY = "contradictory"
    """Several scores that differ."""
    NO_THOUGHT = "no_thought"
    """Not asked: the completion holds no thought."""
    NO_STAGE = "no_stage"
    """Not asked: the thought lacks the stage."""


class Reading(NamedTuple):
    """What a parser made of a reply: a value, or the reason why there is none."""

    value: float | str | None
    reason: Missing | None = None


class Question(NamedTuple):
    """One thing to ask the judge."""

    messages: tuple[Message, ...]
    version: str
    """Version of the prompt, e.g. ``structure-1``."""
    read: Callable[[str], Reading]
    """Total parser of the reply."""


class Reply(NamedTuple):
    """What became of one question."""

    key: str
    """Hash of the question; empty where nothing could be asked."""
    value: float | str | None
    reason: Missing | None
    detail: str = ""
    """The HTTP status or the kind of network error, where there is one."""
    cached: bool = False
    """Answered before, by the store or by an equal question of the same batch."""
    calls: int = 0
    """HTTP requests made for it."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    """The server did not say how many tokens; they are what had been set aside."""

    @property
    def score(self) -> float | None:
        """The value, if it is a number."""
        return self.value if isinstance(self.value, float) else None


@dataclass
class JudgeStats:
    """Counts over questions; kept by scorers, shown in summaries."""

    questions: int = 0
    answered: int = 0
    """Questions with a verdict, asked now."""
    cached: int = 0
    """Questions with a verdict that was there before."""
    missing: dict[str, int] = field(default_factory=dict[str, int])
    """Questions without a verdict, by reason."""
    calls: int = 0
    """HTTP requests."""
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: int = 0
    """Replies whose tokens are estimates, because the server did not count them."""
    cost: float = 0.0
    """In the config's currency."""

    def add(self, reply: Reply, cost: float = 0.0) -> None:
        """Count one reply."""
        self.questions += 1
        if reply.reason is not None:
            self.missing[reply.reason.value] = self.missing.get(reply.reason.value, 0) + 1
        elif reply.cached:
            self.cached += 1
        else:
            self.answered += 1
        self.calls += reply.calls
        self.retries += max(0, reply.calls - 1)
        self.prompt_tokens += reply.prompt_tokens
        self.completion_tokens += reply.completion_tokens
        self.estimated += reply.estimated
        self.cost += cost

    @property
    def missing_rate(self) -> float:
        """Share of questions without a verdict; 0 before the first one."""
        return sum(self.missing.values()) / self.questions if self.questions else 0.0

    def summary(self) -> Mapping[str, Any]:
        """Plain values for ``judge.json``; missing rates by reason, in [0, 1]."""
        count = max(1, self.questions)
        return {
            "questions": self.questions,
            "answered": self.answered,
            "cached": self.cached,
            "missing": {
                "count": sum(self.missing.values()),
                "rate": self.missing_rate,
                "reasons": dict(sorted(self.missing.items())),
                "rates": {name: n / count for name, n in sorted(self.missing.items())},
            },
            "calls": self.calls,
            "retries": self.retries,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "estimated": self.estimated,
            "cost": self.cost,
        }
