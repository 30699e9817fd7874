"""The plain register: lexicon, cast and sentences of the embedded model (HARDBENCH 10, NANO).

Words and sentence templates are data (``data/lexicon.yaml``, ``data/surface.yaml``). Every line of
a script becomes one numbered sentence, so a trace can cite it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from social_r1.hardbench.script import Act, Line, Script

Shelf = str
"""Which words a cast may use: ``all``, ``train`` or ``test`` (the last two are disjoint)."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All the words, as tuples in file order."""

    names: tuple[str, ...]
    things: tuple[str, ...]
    containers: tuple[str, ...]
    """Noun phrases such as ``red box``: every adjective with every noun."""
    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The words of one story."""

    names: tuple[str, ...]
    room: str
    thing: str
    other_things: tuple[str, ...]
    places: tuple[str, ...]
    style: int
    """Seed of the choice of sentences: the same for all variants of a block."""
    domain: str = ""
    """The walk of life; empty in the plain register."""
    frame: str = "plain"
    """The discourse frame."""
    matter: str = "location"
    """What the asked fluent is; see `script.Script`."""
    family: str = "all"
    """Which sentences of the rich register may be used: those of one shelf, or all."""
    occasion: str = ""
    """Key of what brings its people together (`words.occasion`); empty in the plain register."""


@cache
def surface_bank() -> dict[str, Any]:
    """The sentence templates."""
    return yaml.safe_load(_data("surface.yaml"))


@cache
def lexicon(shelf: Shelf = "all") -> Lexicon:
    """The words of one shelf; every fourth word is kept for the test shelf."""
    raw: dict[str, Any] = yaml.safe_load(_data("lexicon.yaml"))
    names = [n for region in raw["names"].values() for n in region]
    things = [t for row in raw["things"] for t in row.split(", ")]
    adjectives = [*raw["colours"], *raw["materials"], *raw["sizes"]]
    nouns = [str(n).replace("_", " ") for n in raw["containers"]]
    containers = [f"{a} {n}" for n in nouns for a in adjectives]
    rooms = list(dict.fromkeys(r.replace("_", " ") for rs in raw["rooms"].values() for r in rs))
    return Lexicon(
        _shelve(names, shelf), _shelve(things, shelf), _shelve(containers, shelf), tuple(rooms)
    )


def draw_cast(rng: Random, *, agents: int, places: int, shelf: Shelf = "all") -> Cast:
    """Draw the words of a story; no two places share a noun or an adjective."""
    words = lexicon(shelf)
    things = rng.sample(words.things, 3)
    return Cast(
        names=tuple(rng.sample(words.names, agents)),
        room=rng.choice(words.rooms),
        thing=things[0],
        other_things=tuple(things[1:]),
        places=_draw_places(rng, words.containers, places),
        style=rng.randrange(1 << 30),
    )


def tell(script: Script, style: int) -> list[str]:
    """The sentences of a script, one per line, not numbered."""
    bank = surface_bank()
    sentences: list[str] = []
    for index, line in enumerate(script.lines):
        # The choice depends on the line's kind and how many of the kind came before, not on its
        # people, so that variants of a block use the same sentences.
        same = sum(1 for earlier in script.lines[:index] if earlier.act is line.act)
        sentences.append(_sentence(bank, script, line, f"{style}-{line.act}-{same}"))
    return sentences


def number(sentences: list[str]) -> str:
    """The story as the reader gets it: ``1 Ella left the barn.`` and so on, a line each."""
    return "\n".join(f"{i} {s}" for i, s in enumerate(sentences, 1))


def join_names(names: tuple[str, ...] | list[str]) -> str:
    """``Ella, Ben and Kofi``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def ask(form: str, chain: tuple[str, ...], thing: str, style: int) -> str:
    """The question; ``form`` is a key of the bank's ``questions``."""
    template = Random(f"{style}-question").choice(surface_bank()["questions"][form])
    return template.format(*chain, o=thing)


@lru_cache(maxsize=4096)
def _pick(seed: str, count: int) -> int:
    """Which of so many templates a seed chooses."""
    return Random(seed).choice(range(count))


def _sentence(bank: dict[str, Any], script: Script, line: Line, seed: str) -> str:
    if line.act is Act.NOISE:
        template: str = bank["noise"][line.noise]
    else:
        key = "roll_one" if line.act is Act.ROLL and len(line.people) == 1 else line.act.value
        template = bank[key][_pick(seed, len(bank[key]))]
    return template.format(
        a=line.actor,
        b=line.other,
        o=line.thing,
        c=line.value,
        o2=line.thing,
        c2=line.value,
        room=script.room,
        people=join_names(line.people),
    )


def _draw_places(rng: Random, containers: tuple[str, ...], count: int) -> tuple[str, ...]:
    chosen: list[str] = []
    used: set[str] = set()
    while len(chosen) < count:
        place = rng.choice(containers)
        words = set(place.split())
        if not words & used:
            chosen.append(place)
            used |= words
    return tuple(chosen)


def _shelve(words: list[str], shelf: Shelf) -> tuple[str, ...]:
    if shelf == "all":
        return tuple(words)
    wanted = 3 if shelf == "test" else None
    return tuple(w for i, w in enumerate(words) if (i % 4 == 3) == (wanted is not None))


def _data(name: str) -> str:
    return (files("social_r1.hardbench") / "data" / name).read_text(encoding="utf-8")
