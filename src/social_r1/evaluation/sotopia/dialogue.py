"""Two people take turns until one leaves, both fall silent, or the turns are used up.

Round robin, the first agent of the pair begins. After each turn, in this order: ``left`` if it was
a ``leave``; ``idle`` if more than two turns in a row were ``none``; ``turns`` if it was the 20th
(of both together). An action that cannot be read is a ``none`` and counts as idle, as with the
authors.

A player reads one message: who they are, the context (`scene.view`), every turn so far, what can be
done. That is what the authors' prompt holds, in their order; the wording is ours, and an idle turn
is told as "did nothing" where theirs stays blank. Their early code also counted the turns in which
a side was not asked as idle, so that one silence could end an episode; we follow their present rule
(three silent turns in a row).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from social_r1.evaluation.sotopia.actions import ACTIONS, describe, read_action
from social_r1.evaluation.sotopia.scene import Scene, view
from social_r1.evaluation.sotopia.types import (
    Action,
    Ask,
    Dialogue,
    Ended,
    SotopiaConfig,
    Turn,
    Voice,
)

PROMPT = """\
You are {name}. Speak and act as {name} would in the scene below, always with {name}'s social goal \
in mind. That goal is known to you alone.
Do your best to reach it in a way that fits {name}'s character, and keep the conversation natural: \
for instance, do not say again what has been said before.

{context}

The conversation:
{history}

This is turn #{turn} and it is yours. The kinds of action open to you: {actions}.
You may leave when you have reached your goal, when you feel uncomfortable, when it bores you or \
you run out of patience, or for any other reason of yours.

Write one JSON object and nothing else:
{{"action_type": "...", "argument": "..."}}
action_type is one of the kinds above. argument is what you say (speak), your look or gesture \
(non-verbal communication) or what you do (action); it is empty for none and leave."""
NOTHING_YET = "(nothing has been said yet)"


async def talk(
    scene: Scene, voices: Sequence[Voice], config: SotopiaConfig, *, key: str = ""
) -> Dialogue:
    """Play an episode.

    Args:
        scene: who and where.
        voices: who plays the first and who the second agent.
        config: turns, idle turns, what is known, seed.
        key: of the episode; with the seed it seeds every call.

    Raises:
        UnreachableError: a model could not be reached.
    """
    turns: list[Turn] = []
    ended = None
    while ended is None:
        number = len(turns)
        side = number % 2
        ask = Ask(
            messages(scene, side, turns, omniscient=config.omniscient),
            turn=number // 2,
            seed=call_seed(config.seed, key, number),
        )
        reply = await voices[side].say(ask)
        (kind, argument), reason = read_action(reply)
        turns.append(
            Turn(
                side=side, type=kind, argument=argument, reason=reason, text=reply.text,
                input_tokens=reply.input_tokens, output_tokens=reply.output_tokens,
            )
        )  # fmt: skip
        ended = ending(turns, limit=config.turns, idle=config.idle)
    return Dialogue(tuple(turns), ended)


def ending(turns: Sequence[Turn], *, limit: int = 20, idle: int = 2) -> Ended | None:
    """What ends an episode after these turns, if anything does."""
    if turns and turns[-1].type == "leave":
        return "left"
    last = turns[-(idle + 1) :]
    if len(last) > idle and all(turn.type == "none" for turn in last):
        return "idle"
    return "turns" if len(turns) >= limit else None


def messages(
    scene: Scene, side: int, turns: Sequence[Turn], *, omniscient: bool = False
) -> list[dict[str, str]]:
    """The prompt of the side whose turn it is."""
    text = PROMPT.format(
        name=scene.names[side],
        context=view(scene, side, omniscient=omniscient),
        history=transcript(scene, turns) or NOTHING_YET,
        turn=len(turns),
        actions=", ".join(ACTIONS),
    )
    return [{"role": "user", "content": text}]


def transcript(scene: Scene, turns: Sequence[Turn], *, idle: bool = True) -> str:
    """The turns in words, one a line, numbered from 0; ``idle=False`` leaves idle ones out."""
    return "\n".join(
        f"Turn #{number}: {describe(scene.names[turn.side], Action(turn.type, turn.argument))}"
        for number, turn in enumerate(turns)
        if idle or turn.type != "none"
    )


def call_seed(*parts: object) -> int:
    """A seed of 31 bits that depends on all parts."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1
