"""The cap on what a judge may use: calls, tokens, money.

Before a call its likely price is set aside: the tokens of the longest reply, and a third of the
bytes of the prompt. When it returns, what it used takes the place of that; a reply that does not
say counts as what was set aside. So calls under way together cannot run past the cap unless a
prompt has more tokens than that. A call without a reply counts as a call and no tokens.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from social_r1.judge.config import JudgeConfig
from social_r1.judge.types import Message

BYTES_PER_TOKEN = 3
PER_MESSAGE = 8
"""Tokens of a chat template around each message."""


class Room(Enum):
    """Whether one more call fits."""

    YES = "yes"
    WAIT = "wait"
    """Not now, but perhaps when a call under way turns out cheaper than was set aside."""
    NO = "no"


class Use(NamedTuple):
    """Calls and tokens."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def plus(self, other: Use) -> Use:
        """The sum, field by field."""
        return Use(*(a + b for a, b in zip(self, other, strict=True)))


class Budget:
    """What was used so far, and what is set aside.

    Args:
        config: caps and prices.
        used: what earlier runs on the same store used; it counts.
    """

    def __init__(self, config: JudgeConfig, used: Use | None = None) -> None:
        self.config = config
        self.used = used or Use()
        self._aside: list[Use] = []
        self._lock = threading.Lock()

    @property
    def cost(self) -> float:
        """Money used, in the config's currency."""
        return self.config.cost(self.used.prompt_tokens, self.used.completion_tokens)

    def estimate(self, messages: Sequence[Message]) -> Use:
        """What one call is likely to use, at most."""
        size = sum(len(message["content"].encode()) for message in messages)
        prompt = -(-size // BYTES_PER_TOKEN) + PER_MESSAGE * len(messages)
        return Use(1, prompt, self.config.reply_tokens)

    def take(self, wanted: Use) -> Room:
        """Set a call's use aside, if it fits."""
        with self._lock:
            if self._over(self.used.plus(wanted)):
                return Room.NO
            total = self.used.plus(wanted)
            for use in self._aside:
                total = total.plus(use)
            if self._over(total):
                return Room.WAIT
            self._aside.append(wanted)
            return Room.YES

    def settle(self, wanted: Use, used: Use) -> None:
        """Put what a call used in the place of what was set aside for it."""
        with self._lock:
            self._aside.remove(wanted)
            self.used = self.used.plus(used)

    def _over(self, use: Use) -> bool:
        config = self.config
        tokens = use.prompt_tokens + use.completion_tokens
        cost = config.cost(use.prompt_tokens, use.completion_tokens)
        return (
            (config.budget_calls is not None and use.calls > config.budget_calls)
            or (config.budget_tokens is not None and tokens > config.budget_tokens)
            or (config.budget_cost is not None and cost > config.budget_cost)
        )
