"""The words of the rich register: names, and a dozen walks of life (HARDBENCH 10).

All of it is data under ``data/``. A *shelf* is a part of the words: ``train`` and ``test`` are
disjoint, ``all`` is both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from social_r1.errors import InputError

T = TypeVar("T")

MATTERS = ("location", "contents", "status")
"""What a story can be about: where a thing is, what a container holds, how a matter stands."""
SHELVES = ("all", "train", "test")
YES, NO, OPEN = "+", "-", "~"
"""How scripts keep a status word: ``+granted`` is the favourable one, ``-refused`` the other, and
``~pending`` neither."""
PENDING = ("pending", "undecided", "on hold", "still open", "under review", "to be settled")
"""Status words for what has no outcome yet."""


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
class Subject:
    """What people come to differ about on an occasion: a thing, and how it may be."""

    name: str
    """The thing, container or matter."""
    end: str
    """What will come of it at a certain moment, by how it is then."""
    reasons: Mapping[str, str]
    """How it may be, as scripts keep it, and what speaks for that: the end of a clause."""
    purposes: Mapping[str, str]
    """What each stuff in a container is fetched for; empty for other things."""
    moments: Mapping[str, str]
    """What makes one have it so just now, by how it may be: a phrase said ahead of the act."""
    due: tuple[str, ...]
    """Who still has to be told of it, and why: phrases said ahead of a question or of word."""
    gains: Mapping[str, str]
    """What somebody has of either outcome, by the word for it; empty for what has none."""

    @property
    def values(self) -> tuple[str, ...]:
        """How it may be: four places or stuffs, or the three status words of a matter."""
        return tuple(self.reasons)


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
    subjects: Mapping[str, Subject]
    """What they may come to differ about: ``location``, ``contents`` and ``status``."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The words of one walk of life."""

    name: str
    rooms: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    portable: tuple[str, ...]
    """Of the places the closed ones that one person can carry off, contents and all."""
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
        matters=tuple(
            Matter(m["o"], str(m["yes"]), str(m["no"]), PENDING[i % len(PENDING)])
            for i, m in enumerate(raw["matters"])
        ),
        occasions=tuple(
            Occasion(
                o["purpose"],
                tuple(o["doings"]),
                tuple(o["sights"]),
                tuple(o["errands"]),
                {matter: _subject(name, row, matter, i) for matter in MATTERS},
            )
            for i, (o, row) in enumerate(zip(raw["occasions"], subject_rows(name), strict=True))
        ),
    )


def subject_rows(name: str) -> list[dict[str, Any]]:
    """The bank's entries for what people differ about in one walk of life, by occasion.

    Raises:
        InputError: there are more or fewer than occasions.
    """
    rows: Any = bank(f"subjects/{name}.yaml")
    wanted = len(bank(f"domains/{name}.yaml")["occasions"])
    if len(rows) != wanted:
        raise InputError(
            f"subjects/{name}.yaml has {len(rows)} entries for {wanted} occasions; repair: one for "
            "each, in their order"
        )
    return rows


def _subject(name: str, row: Mapping[str, Any], matter: str, number: int) -> Subject:
    """One thing that an occasion may turn on, from its entry in the bank."""
    try:
        about = row[matter]
        if matter == "status":
            named = (YES, about["good"]), (NO, about["bad"]), (OPEN, about["open"])
            pending = PENDING[number % len(PENDING)]
            ways = {sign + str(v.get("c", pending)): v for sign, v in named}
        else:
            ways = {str(v["c"]): v for v in about["values"]}
        return Subject(
            name=about["o"],
            end=about["end"],
            reasons={value: str(v["why"]) for value, v in ways.items()},
            purposes={value: str(v["to"]) for value, v in ways.items() if matter == "contents"},
            moments={value: str(v["now"]) for value, v in ways.items()},
            due=tuple(about["due"]),
            gains={value: str(v["gain"]) for value, v in ways.items() if value[0] in (YES, NO)},
        )
    except KeyError as error:
        raise InputError(
            f"subjects/{name}.yaml, {row.get('purpose')!r}, {matter}: no {error}; repair: give it"
        ) from error


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
def all_occasions() -> tuple[Occasion, ...]:
    """The occasions of all walks of life."""
    return tuple(o for name in domain_names() for o in domain(name).occasions)


@cache
def subjects() -> dict[str, Subject]:
    """Everything that people come to differ about, by name."""
    return {s.name: s for scene in all_occasions() for s in scene.subjects.values()}


def in_bank(words: Mapping[str, T], name: str | None) -> T:
    """What the bank has of that name.

    Raises:
        InputError: it has nothing, as in items that another version of the bank made.
    """
    found = words.get(name or "")
    if found is None:
        raise InputError(
            f"{name!r} is not in this version's bank of words; repair: build the items anew, or "
            "use the version that made them"
        )
    return found


def reason(thing: str | None, value: str | None) -> str:
    """What speaks for having a thing so; empty where nothing is known of it."""
    subject = subjects().get(thing or "")
    return subject.reasons.get(value or "", "") if subject else ""


def gain(thing: str | None, value: str | None) -> str:
    """What somebody has of an outcome; empty where nothing is known of it."""
    subject = subjects().get(thing or "")
    return subject.gains.get(value or "", "") if subject else ""


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
    return {stuff: to for s in subjects().values() for stuff, to in s.purposes.items()}


@cache
def matters() -> dict[str, Matter]:
    """Everything that is decided or reported, by name."""
    found = {m.name: m for d in domain_names() for m in domain(d).matters}
    decided = (scene.subjects["status"] for scene in all_occasions())
    return found | {s.name: Matter(s.name, *(v[1:] for v in s.values)) for s in decided}


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
    return tuple(w for i, w in enumerate(words) if tested(i) == (shelf == "test"))


def tested(number: int) -> bool:
    """Whether the word of that number, from 0, is kept for ``test``."""
    return number % 3 == 2
