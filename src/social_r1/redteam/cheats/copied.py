"""Other people's words: the story, the options, another item's trace."""

from __future__ import annotations

from random import Random

from social_r1.redteam.cheats.words import done, story_lines
from social_r1.redteam.scenes import relettered
from social_r1.redteam.types import Attempt, Cheat, Scene
from social_r1.redteam.wording import Speak, Texts
from social_r1.trajectory.prompt import render_thought

LONGEST = 2400
"""Characters of a story that are copied, so that the length window stays open."""


def _story(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    return done(f"{scene.item.story[:LONGEST]}\nSo it is ({letter}).", letter)


def _story_in_stages(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    lines = story_lines(scene)
    size = max(1, -(-len(lines) // 4))
    parts = [" ".join(lines[i * size : (i + 1) * size]) or scene.item.question for i in range(4)]
    short = [part[: LONGEST // 4] for part in parts]
    short[-1] += f" So it is ({letter})."
    return done(render_thought(short), letter)


def _one_passage(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    passage = " ".join(story_lines(scene)[:4])[:400].strip()
    return done(render_thought([passage] * 4), letter)


def _options(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    listed = " ".join(f"It could be “{option}”." for option in scene.item.options)
    people = " and ".join(scene.people[:2])
    parts = (
        f"{people} are in it, and the question is: {scene.item.question}",
        listed,
        f"What is asked: {scene.item.question}",
        f"Of these, “{scene.option(letter)}” ({letter}).",
    )
    return done(render_thought(parts), letter)


def _copied(texts: Texts | None, letter: str, speak: Speak) -> Attempt | None:
    if texts is None:
        return None
    cues, beliefs, goal, reply = texts
    own = (cues, beliefs, goal, relettered(reply, letter))
    return done(speak(own), letter, render_thought(own))


def _other(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    return _copied(scene.other, letter, speak)


def _twin(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    return _copied(scene.twin, letter, speak)


COPIED = (
    Cheat("story_pasted", "the story as the thought", _story),
    Cheat("story_in_stages", "the story cut in four under the headings", _story_in_stages),
    Cheat("passage_in_stages", "one passage of the story under every heading", _one_passage),
    Cheat("options_in_stages", "question and options under the headings", _options),
    Cheat("other_trace", "the gold trace of an unrelated item", _other),
    Cheat(
        "twin_trace",
        "the gold trace of a twin with another answer",
        _twin,
        beyond=0.8,
        why="twins differ in a line or two, so most of its claims are true here as well",
    ),
)
