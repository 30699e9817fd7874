"""The looks of reasoning without any: headings, talk that fits every story, false claims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from social_r1.redteam.cheats.words import NOBODY, chatter, done, stuffing, two
from social_r1.redteam.types import Attempt, Cheat, Scene
from social_r1.redteam.wording import Speak
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage

REWORDINGS = (
    "{a} and {b} have to do with it.",
    "It involves both {a} and {b}.",
    "So {b} plays a part, and so does {a}.",
    "Neither {a} nor {b} can be left out.",
    "The two who matter are {b} and {a}.",
    "Put differently, this is a matter between {a} and {b}.",
    "One could also say that it concerns {b} as well as {a}.",
    "That is to say, {a} is in it together with {b}.",
    "In short, {b} and {a} share the scene.",
    "Which means no more than this: {a} meets {b}.",
    "Seen from the other end, {b} deals with {a}.",
    "To say it once more in plain words, it is about {a} and about {b}.",
)
"""One claim, twelve times."""
WRONG_GOALS = ("The question asks for the first place.", "The question asks for the real place.")
"""What few questions ask for."""


def _bare_headings(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    return done("\n".join(f"{stage.title}:" for stage in Stage), letter)


def _stage_talk(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    return done(render_thought(chatter(letter, rng, NOBODY)), letter)


def named_talk(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    """Four stages of talk with two names of the story in it."""
    return done(render_thought(chatter(letter, rng, two(scene, rng))), letter)


def _one_claim(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    a, b = two(scene, rng)
    said = [line.format(a=a, b=b) for line in rng.sample(REWORDINGS, len(REWORDINGS))]
    parts = [" ".join(said[i::4]) for i in range(4)]
    parts[-1] += f" So much for it ({letter})."
    return done(render_thought(parts), letter)


def _fluent_wrong(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    """The gold trace with every person and every value taken for another one."""
    gold = scene.gold
    if gold is None or len(scene.places) < 2 or len(scene.people) < 2:
        return None
    mixed = {**_deranged(scene.people, rng), **_deranged(scene.places, rng)}
    known = "|".join(rf"\b{re.escape(x)}\b" for x in sorted(mixed, key=len, reverse=True))
    cues, beliefs = (re.sub(known, lambda m: mixed[m[0]], text) for text in gold[:2])
    goal = next(goal for goal in WRONG_GOALS if goal != gold[2])
    texts = (cues, beliefs, goal, f"So it is {scene.option(letter)} ({letter}).")
    return done(speak(texts), letter, render_thought(texts))


def _deranged(names: Sequence[str], rng: Random) -> dict[str, str]:
    """Each name with another one in its place."""
    turned = rng.sample(names, len(names))
    return dict(zip(turned, [*turned[1:], turned[0]], strict=True))


def _cues_alone(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    """True cues and the goal read off the question; the minds are talk."""
    gold = scene.argued.get(scene.item.letter)
    if gold is None:
        return None
    _, minds, _, reply = chatter(letter, rng, two(scene, rng))
    spoken = speak(gold).split("\n")
    minds_line = f"{Stage.CUE_INTERPRETATION.title}: {minds}"
    reply_line = f"{Stage.RESPONSE_GENERATION.title}: {reply}"
    thought = "\n".join([spoken[0], minds_line, spoken[2], reply_line])
    return done(thought, letter, render_thought((gold[0], minds, gold[2], reply)))


def _padded(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    a, b = two(scene, rng)
    text = f"{a} and {b} take part in this. {stuffing(700, rng)} So it comes to this ({letter})."
    return done(text, letter)


def _padded_stages(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    a, b = two(scene, rng)
    filler = stuffing(900, rng).split(". ")
    parts = [". ".join(filler[i::4]).rstrip(".") + "." for i in range(4)]
    parts[0] = f"{a} and {b} take part in this. {parts[0]}"
    parts[-1] += f" So it comes to this ({letter})."
    return done(render_thought(parts), letter)


def _padded_repeats(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    a, b = two(scene, rng)
    parts = [f"{a} and {b} matter here."] * 4
    parts[-1] += f" So it comes to this ({letter})."
    return done(f"{render_thought(parts)}\n" + "Careful thought is needed here. " * 20, letter)


EMPTY = (
    Cheat("bare_headings", "four headings with nothing below them", _bare_headings),
    Cheat("stage_talk", "four stages of talk that fits any story", _stage_talk),
    Cheat("stage_talk_named", "the same with two names of the story in it", named_talk),
    Cheat("one_claim_reworded", "one claim twelve times in other words", _one_claim),
    Cheat("fluent_wrong", "a fluent trace with people and values mixed up", _fluent_wrong),
    Cheat(
        "cues_alone",
        "true cues and goal, the minds left to talk",
        _cues_alone,
        beyond=0.55,
        why="its cues and its goal are true, and content pays for true claims",
    ),
    Cheat("padded", "a line and filler up to the length window", _padded),
    Cheat("padded_stages", "filler under four headings", _padded_stages),
    Cheat("padded_repeats", "short stages and one sentence over and over", _padded_repeats),
)
