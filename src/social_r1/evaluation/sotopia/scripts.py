"""Players and a judge without a model: for tests, and to see a whole run in a second.

There is no ``gold`` here: nobody knows what one should have said.
"""

from __future__ import annotations

import json

from social_r1.errors import ConfigError
from social_r1.evaluation.sotopia.judge import AGENTS, DIMENSIONS
from social_r1.evaluation.sotopia.types import Ask, Reply

PREFIX = "baseline/"
POLITE_LINES = 2
"""Turns in which ``baseline/polite`` speaks before it leaves."""
PLAYERS = ("polite", "silent")
JUDGES = ("middle",)


class Script:
    """``polite`` says a fixed line twice and leaves, ``silent`` does nothing, ``middle`` (a judge)
    gives the midpoint of every range: an overall of 5/7.

    Raises:
        ConfigError: there is no such script.
    """  # noqa: D205

    def __init__(self, rule: str) -> None:
        if rule not in (*PLAYERS, *JUDGES):
            known = ", ".join(PREFIX + name for name in (*PLAYERS, *JUDGES))
            raise ConfigError(f"no script {PREFIX}{rule} for dialogues; repair: one of {known}")
        self.rule = rule

    @property
    def name(self) -> str:
        """As results state it."""
        return PREFIX + self.rule

    async def say(self, ask: Ask) -> Reply:
        """What the rule says."""
        if self.rule == "middle":
            return Reply(json.dumps(dict.fromkeys(AGENTS, _MIDDLE)))
        kind, words = "none", ""
        if self.rule == "polite":
            speaks = ask.turn < POLITE_LINES
            kind, words = ("speak", "How can I be of help?") if speaks else ("leave", "")
        return Reply(json.dumps({"action_type": kind, "argument": words}))


_MIDDLE = {
    name: {"reasoning": "A script that reads nothing.", "score": (one.low + one.high) // 2}
    for name, one in DIMENSIONS.items()
}
