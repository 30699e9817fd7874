"""The words of the rich register: names, and a dozen walks of life (HARDBENCH 10).

All of it is data under ``data/``. A *shelf* is a part of the words: ``train`` and ``test`` are
disjoint, ``all`` is both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

import yaml

from social_r1.hardbench.surface.plain import Cast

T = TypeVar("T")

SHELVES = ("all", "train", "test")
YES, NO, OPEN = "+", "-", "~"
"""How scripts keep a status word: ``+granted`` is the favourable one, ``-refused`` the other, and
``~pending`` neither."""
PENDING = ("pending", "undecided", "on hold", "still open", "under review", "to be settled")
"""Status words for what has no outcome yet."""


@dataclass(frozen=True, slots=True)
class Good:
    """A stuff that a container can hold, and what one who fetches it is up to."""

    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is decided or reported, with its two outcomes."""

    name: str
    yes: str
    no: str
    open: str
    """The word for neither."""

    @property
    def values(self) -> tuple[str, str, str]:
        """The three status words as scripts keep them."""
        return YES + self.yes, NO + self.no, OPEN + self.open


@dataclass(frozen=True, slots=True)
class Occasion:
    """What people have come together for: what goes on between the events, and whither they go."""

    purpose: str
    """What they are there to do."""
    doings: tuple[str, ...]
    """Clauses about ``{a}``, in order of time, that change nothing."""
    sights: tuple[str, ...]
    """Clauses about nobody, in order of time, that change nothing."""
    errands: tuple[str, ...]
    """What one goes well away for: the end of a clause, from its ``to`` on."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The words of one walk of life."""

    name: str
    rooms: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    portable: tuple[str, ...]
    """Of the places the closed ones that one person can carry off, contents and all."""
    goods: tuple[Good, ...]
    matters: tuple[Matter, ...]
    occasions: tuple[Occasion, ...]


@cache
def domain_names() -> tuple[str, ...]:
    """The walks of life, in alphabetical order."""
    folder = files("social_r1.hardbench") / "data" / "domains"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir()))


@cache
def domain(name: str) -> Domain:
    """The words of one walk of life."""
    raw = bank(f"domains/{name}.yaml")
    return Domain(
        name=name,
        rooms=tuple(raw["rooms"]),
        things=tuple(raw["things"]),
        places=tuple(raw["places"]),
        portable=tuple(raw["portable"]),
        goods=tuple(Good(g["c"], g["to"]) for g in raw["goods"]),
        matters=tuple(
            Matter(m["o"], str(m["yes"]), str(m["no"]), PENDING[i % len(PENDING)])
            for i, m in enumerate(raw["matters"])
        ),
        occasions=tuple(
            Occasion(o["purpose"], tuple(o["doings"]), tuple(o["sights"]), tuple(o["errands"]))
            for o in raw["occasions"]
        ),
    )


@cache
def occasion(key: str) -> Occasion:
    """The occasion that a line's key names, with or without one of its lines: ``farm/12/3``."""
    where, number, *_ = key.split("/")
    return domain(where).occasions[int(number)]


@cache
def occasions(where: str) -> dict[str, Occasion]:
    """The occasions of one walk of life by their keys."""
    return {f"{where}/{i}": found for i, found in enumerate(domain(where).occasions)}


@cache
def names() -> tuple[str, ...]:
    """All given names, region by region."""
    return tuple(n for region in bank("names.yaml").values() for n in region)


@cache
def tellers(shelf: str) -> tuple[str, ...]:
    """The names of one shelf that only those bear who tell a story, never its people."""
    kept = frozenset(names()[9::10])
    return tuple(n for n in shelve(names(), shelf) if n in kept)


@cache
def people(shelf: str) -> tuple[str, ...]:
    """The names of one shelf that the people of a story bear."""
    return tuple(n for n in shelve(names(), shelf) if n not in tellers("all"))


@cache
def purposes() -> dict[str, str]:
    """What each stuff is fetched for."""
    return {g.name: g.purpose for d in domain_names() for g in domain(d).goods}


@cache
def matters() -> dict[str, Matter]:
    """Everything that is decided or reported, by name."""
    return {m.name: m for d in domain_names() for m in domain(d).matters}


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def bank(path: str) -> dict[str, Any]:
    """One file of the bank, below ``data/``."""
    text = (files("social_r1.hardbench") / "data" / path).read_text(encoding="utf-8")
    return yaml.load(text, _LOADER)


@lru_cache(maxsize=1024)
def shelve(words: Sequence[T], shelf: str) -> tuple[T, ...]:
    """The words of one shelf: every third one is kept for ``test``; takes what can be hashed."""
    if shelf == "all":
        return tuple(words)
    return tuple(w for i, w in enumerate(words) if (i % 3 == 2) == (shelf == "test"))


def draw_rich_cast(
    rng: Random,
    *,
    agents: int,
    matter: str,
    frames: Sequence[str],
    domains: Sequence[str],
    shelf: str = "all",
) -> Cast:
    """Draw the words of a rich story.

    Args:
        rng: the stream.
        agents: how many people.
        matter: ``location``, ``contents`` or ``status``.
        frames: discourse frames to draw from.
        domains: walks of life to draw from.
        shelf: which words.
    """
    where = domain(rng.choice(domains))
    things, places = _fluents(rng, where, matter, shelf)
    return Cast(
        names=tuple(rng.sample(people(shelf), agents)),
        room=rng.choice(shelve(where.rooms, shelf)),
        thing=things[0],
        other_things=things[1:],
        places=places,
        style=rng.randrange(1 << 30),
        domain=where.name,
        frame=rng.choice(frames),
        matter=matter,
        family=shelf,
        occasion=rng.choice(shelve(tuple(occasions(where.name)), shelf)),
    )


def _fluents(
    rng: Random, where: Domain, matter: str, shelf: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The asked fluent and two others of its sort, and the values that it can take."""
    if matter == "status":
        chosen = rng.sample(shelve(where.matters, shelf), 3)
        yes, no, pending = chosen[0].values
        # The first is what it is marked as at the start.
        return tuple(m.name for m in chosen), (pending, *rng.sample((yes, no), 2))
    if matter == "contents":
        goods = rng.sample(shelve(where.goods, shelf), 4)
        closed = [p for p in shelve(where.places, shelf) if p in where.portable]
        return _apart(rng, closed, 3), tuple(g.name for g in goods)
    things = rng.sample(shelve(where.things, shelf), 3)
    return tuple(things), _apart(rng, shelve(where.places, shelf), 4)


def _apart(rng: Random, phrases: Sequence[str], count: int) -> tuple[str, ...]:
    """So many phrases of which no two share a word."""
    chosen: list[str] = []
    used: set[str] = set()
    while len(chosen) < count:
        phrase = rng.choice(phrases)
        if not set(phrase.split()) & used:
            chosen.append(phrase)
            used |= set(phrase.split())
    return tuple(chosen)


def other_value(rng: Random, cast: Cast, thing: str) -> str:
    """A value that a fluent other than the asked one may take."""
    where = domain(cast.domain)
    if cast.matter == "status":
        found = next(m for m in where.matters if m.name == thing)
        return rng.choice(found.values)
    return rng.choice(cast.places)
