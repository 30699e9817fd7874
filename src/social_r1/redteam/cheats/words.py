"""Building blocks of cheats: completions, and sentences that fit any story and say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from social_r1.redteam.types import Attempt, Scene
from social_r1.redteam.wording import Speak, Texts
from social_r1.trajectory.prompt import render_target, render_thought
from social_r1.trajectory.stages import sentences

LOOKS = (
    "{a} and {b} are there and a number of things get said and done.",
    "There is some coming and going, with {a} in the middle of it.",
    "One remark and one small act of {b} deserve a second look.",
    "Not everything happens before everybody, as {a} may or may not notice.",
    "The telling keeps to what an onlooker could take in about {b}.",
    "A few lines give only the setting around {a}.",
)
MINDS = (
    "{a} can only go by what came to eyes and ears.",
    "Whoever was elsewhere had to do without, and {b} is no exception.",
    "What {b} makes of it need not be what {a} makes of it.",
    "Feelings follow from how things look to {a}, less from how they are.",
    "An earlier impression lasts with {b} until something replaces it.",
    "Each of them pictures the other with limited means.",
)
GOALS = (
    "The question is about one person's side of the matter, not about all of it.",
    "It wants to know how things stand for {a} at the end.",
    "A tempting mistake would be to answer for {b} instead.",
)
REPLIES = (
    "Weighing all of this, one reply agrees with the steps above ({letter}).",
    "It is in keeping with what was worked out for {a}.",
)
"""Sentences for each stage; the names are all that they take from a story."""

NOBODY = ("a person", "another person")

STUFFING = (
    "Stories of this kind reward patience.",
    "It helps to go slowly and to keep an open mind throughout.",
    "Human affairs seldom have one side only.",
    "Much depends on tone, and tone is hard to put on paper.",
    "Small gestures often weigh more than grand speeches.",
    "Nobody sees everything, and everybody sees something.",
    "Time passes differently for those who wait.",
    "Good judgement begins with good attention.",
    "A fair reader gives every character the benefit of the doubt.",
    "Context is what turns plain facts into meaning.",
    "Memory is selective, and so is curiosity.",
    "Trust is built in drops and lost in buckets, as the saying goes.",
    "Rooms, doors and corridors shape what people get to know.",
    "An honest account names what it leaves open.",
    "Silence may be agreement, or tiredness, or tact.",
    "Habits explain more behaviour than plans do.",
)
"""Filler that could stand in any thought."""


def done(thought: str, letter: str, claims: str | None = None) -> Attempt:
    """A well-formed completion."""
    return Attempt(render_target(thought, letter), claims)


def say(texts: Texts, letter: str, speak: Speak) -> Attempt:
    """A trace in the wording of the run, under an answer."""
    return done(speak(texts), letter, render_thought(texts))


def two(scene: Scene, rng: Random) -> tuple[str, str]:
    """Two people of the story."""
    people = list(scene.people[:6])
    if len(people) < 2:
        return NOBODY
    a, b = rng.sample(people, 2)
    return a, b


def chatter(letter: str, rng: Random, people: tuple[str, str]) -> Texts:
    """Four stage texts that fit any story with these people in it."""
    a, b = people
    lists: list[Sequence[str]] = [LOOKS, MINDS, GOALS, REPLIES]
    texts: list[str] = []
    for pool in lists:
        keep = list(pool) if pool is REPLIES else rng.sample(pool, len(pool))
        texts.append(" ".join(line.format(a=a, b=b, letter=letter) for line in keep))
    cues, minds, goal, reply = texts
    return cues, minds, _capital(goal), reply


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def stuffing(length: int, rng: Random) -> str:
    """Filler of about so many characters, no sentence twice while there are others."""
    lines: list[str] = []
    while sum(map(len, lines)) < length:
        lines += rng.sample(STUFFING, len(STUFFING))
    text = ""
    for line in lines:
        if len(text) >= length:
            break
        text = f"{text} {line}".strip()
    return text


def story_lines(scene: Scene) -> list[str]:
    """The sentences of the story."""
    story = scene.item.story
    return [story[left:right] for left, right in sentences(story)]
