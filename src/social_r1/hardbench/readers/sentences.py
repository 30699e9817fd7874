"""The sentences of ToMi and Hi-ToM: what each of them tells, and what each question asks.

Both sets come from one family of generators, so one grammar reads both. Names and places may be
written with underscores (as in the files) or with spaces (as the loaders give them).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from social_r1.errors import InputError


class Tells(StrEnum):
    """What a sentence tells."""

    ENTER = "enter"
    EXIT = "exit"
    PLACE = "place"
    """The narrator shows where a thing lies."""
    MOVE = "move"
    PRIVATE = "private"
    """Somebody tells one person where a thing is; nobody else hears it."""
    PUBLIC = "public"
    """Somebody claims it before all who are where he is."""
    NOISE = "noise"
    """Likes, sightings, losses, and staying without a movement."""


class Sentence(NamedTuple):
    """One sentence of a story, read.

    Attributes:
        tells: what kind of thing it tells.
        people: who does it: all who enter; speaker and hearer of what is told in private.
        thing: the thing it is about, if any.
        place: the room (ENTER, EXIT) or the container.
    """

    tells: Tells
    people: tuple[str, ...] = ()
    thing: str | None = None
    place: str | None = None


class Asked(NamedTuple):
    """A question, read.

    Attributes:
        form: ``belief``, ``reality`` or ``memory``, as in `questions.FORMS`.
        chain: whose mind, the outer one first; empty for reality and memory.
        thing: the thing asked about.
    """

    form: str
    chain: tuple[str, ...]
    thing: str


_GRAMMAR = tuple(
    (tells, re.compile(pattern))
    for tells, pattern in (
        (Tells.ENTER, r"(?P<people>.+) entered the (?P<place>.+)\."),
        (Tells.EXIT, r"(?P<people>\w+) exited the (?P<place>.+)\."),
        (Tells.MOVE, r"(?P<people>\w+) moved the (?P<thing>.+) to the (?P<place>.+)\."),
        (
            Tells.PRIVATE,
            r"(?P<people>\w+ privately told \w+) that (?:the )?"
            r"(?P<thing>.+?) is in the (?P<place>.+?)(?: now)?\.",
        ),
        (
            Tells.PUBLIC,
            r"(?P<people>\w+) publicly claimed that (?:the )?"
            r"(?P<thing>.+?) is in the (?P<place>.+?)(?: now)?\.",
        ),
        (Tells.PLACE, r"The (?P<thing>.+) is in the (?P<place>.+)\."),
        (Tells.NOISE, r"\w+ (?:likes|dislikes|loves|hates|saw|lost) .+"),
        (Tells.NOISE, r"\w+ made no movements and stayed in the .+\."),
    )
)
_SPLIT = re.compile(r", (?:and )?| and | privately told ")
_NUMBER = re.compile(r"^\d+ ")

_FIXED = (
    ("memory", re.compile(r"Where was the (?P<thing>.+) at the beginning\?")),
    ("reality", re.compile(r"Where is the (?P<thing>.+) really\?")),
)
_MINDS = (
    re.compile(r"Where will (?P<chain>\w+) look for the (?P<thing>.+)\?"),
    re.compile(r"Where does (?P<chain>\w+ think that \w+) searches for the (?P<thing>.+)\?"),
    re.compile(
        r"Where does (?P<chain>\w+ (?:really )?think(?: \w+ thinks)*) the (?P<thing>.+) is\?"
    ),
)
_VERBS = {"really", "think", "thinks", "that"}


def parse_story(story: str | Sequence[str]) -> tuple[Sentence, ...]:
    r"""Read a story: its lines, with or without their numbers.

    Raises:
        InputError: a sentence of another form; its number and text are named.

    >>> parse_story("1 Ann and Bo entered the den.\n2 The key is in the jar.")[1]
    Sentence(tells=<Tells.PLACE: 'place'>, people=(), thing='key', place='jar')
    """
    lines = story.splitlines() if isinstance(story, str) else story
    stripped = (line.strip() for line in lines)
    return tuple(_sentence(line, i) for i, line in enumerate(filter(None, stripped), start=1))


def _sentence(line: str, number: int) -> Sentence:
    text = _NUMBER.sub("", line)
    for tells, pattern in _GRAMMAR:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        people = tuple(_SPLIT.split(parts["people"])) if "people" in parts else ()
        return Sentence(tells, people, parts.get("thing"), parts.get("place"))
    raise InputError(
        f"sentence {number}, {text!r}, is of no known form; repair: give a ToMi or Hi-ToM story"
    )


def parse_question(question: str) -> Asked:
    """Read a question.

    Raises:
        InputError: a question of another form.

    >>> parse_question("Where does Ann think Bo thinks the key is?")
    Asked(form='belief', chain=('Ann', 'Bo'), thing='key')
    """
    text = question.strip()
    for form, pattern in _FIXED:
        if found := pattern.fullmatch(text):
            return Asked(form, (), found["thing"])
    for pattern in _MINDS:
        if found := pattern.fullmatch(text):
            chain = tuple(word for word in found["chain"].split() if word not in _VERBS)
            return Asked("belief", chain, found["thing"])
    raise InputError(
        f"question {text!r} is of no known form; repair: give a ToMi or Hi-ToM question"
    )
