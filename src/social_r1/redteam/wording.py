"""How a thought is worded: in the notation of traces, or in ordinary words.

A gold trace tells each perspective once per line. It is made to be checked, and by the paper's
repetition penalty most of it is waste. In words (`social_r1.hardbench.prose`) a perspective is told
once, where it ends. The claims stay those of the trace, so the oracle grades the trace and the
wording only carries it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from social_r1.hardbench.assemble import world
from social_r1.hardbench.prose import Texts, write
from social_r1.items import SocialItem
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage

Wording = Literal["trace", "prose"]

Speak = Callable[[Texts], str]
"""Makes a thought of stage texts."""


def speaker(wording: Wording, item: SocialItem) -> Speak:
    """Who words thoughts about an item.

    Block mates, honest thoughts and cheats share their words, so that none earns more by them.

    Args:
        wording: ``trace`` leaves stage texts as they are; ``prose`` says each in ordinary words,
            but for those that are no trace.
        item: what the thoughts are about; without an event log its thing is any thing.
    """
    if wording == "trace":
        return render_thought
    matter = world(item).script.matter if "script" in item.meta else "contents"

    def prose(texts: Texts) -> str:
        return render_thought(
            [_say(s, t, item.group, matter) for s, t in zip(Stage, texts, strict=True)]
        )

    return prose


@lru_cache(maxsize=4096)
def _say(stage: Stage, text: str, seed: str, matter: str) -> str:
    """A stage in ordinary words; what is no trace stays as it is. Cheats share most stages."""
    try:
        return write(stage, text, seed, matter)
    except ValueError:
        return text
