"""Thoughts that speak to a judge, and the prompts that they make.

A language model as grader reads what it grades. `hostile` gives thoughts with instructions, made-up
ends and scores in them, each beside the same thought without; a judge that is sound gives both the
same score. Where `social_r1.judge` is installed `judge_prompts` fills its rubrics with them.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.redteam.cheats import CHEATS, INJECTIONS
from social_r1.redteam.cheats.disguise import message
from social_r1.redteam.types import Scene
from social_r1.trajectory import parse
from social_r1.trajectory.prompt import render_thought

Render = Callable[[SocialItem, str], object]
"""Makes what a judge is asked of an item and a thought."""

JUDGE = "social_r1.judge"
QUESTIONS = {"structure": "structure_question", "content": "content_question"}
"""Makers of questions in the judge's rubrics."""


class Hostile(NamedTuple):
    """A thought with a message to the judge."""

    cheat: str
    item: SocialItem
    thought: str
    message: str


class JudgePrompt(NamedTuple):
    """What a judge is asked about a hostile thought, and about the same thought without it."""

    hostile: Hostile
    rubric: str
    prompt: object
    plain: object


def hostile(scenes: Sequence[Scene], seed: int = 0) -> Iterator[Hostile]:
    """Every injection on every scene."""
    for scene in scenes:
        letter = scene.item.letters[0]
        for name in INJECTIONS:
            rng = Random(f"{seed}-{scene.item.id}-{name}-{letter}")
            made = CHEATS[name].make(scene, letter, render_thought, rng)
            if made is not None:
                thought = parse(made.completion, scene.item, with_stages=False).thought
                yield Hostile(name, scene.item, thought, message(name, thought))


def judge_prompts(
    scenes: Sequence[Scene], seed: int = 0, render: dict[str, Render] | None = None
) -> list[JudgePrompt]:
    """The prompts of all hostile thoughts.

    Args:
        scenes: what `social_r1.redteam.scenes.gather` gives.
        seed: of the messages.
        render: makers of prompts by name; by default the rubrics of `social_r1.judge`.

    Raises:
        InputError: no makers are given and there is no judge.
    """
    makers = render or _rubrics()
    return [
        JudgePrompt(
            one,
            name,
            make(one.item, one.thought),
            make(one.item, one.thought.replace(one.message, "").rstrip()),
        )
        for one in hostile(scenes, seed)
        for name, make in makers.items()
    ]


def _rubrics() -> dict[str, Render]:
    if importlib.util.find_spec(JUDGE) is None:
        raise InputError(f"{JUDGE} is not there; repair: give your own makers of prompts")
    rubrics = importlib.import_module(f"{JUDGE}.rubrics")
    return {name: getattr(rubrics, maker) for name, maker in QUESTIONS.items()}
