"""The words of one rich story: who, where, on what occasion and about what (HARDBENCH 10)."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from social_r1.hardbench.surface.plain import Cast
from social_r1.hardbench.surface.words import (
    Domain,
    Subject,
    domain,
    occasion,
    occasions,
    people,
    shelve,
)


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
    key = rng.choice(shelve(tuple(occasions(where.name)), shelf))
    subject = occasion(key).subjects[matter]
    return Cast(
        names=tuple(rng.sample(people(shelf), agents)),
        room=rng.choice(shelve(where.rooms, shelf)),
        thing=subject.name,
        other_things=_others(rng, where, matter, subject, shelf),
        places=_values(rng, matter, subject),
        style=rng.randrange(1 << 30),
        domain=where.name,
        frame=rng.choice(frames),
        matter=matter,
        family=shelf,
        occasion=key,
    )


def _others(
    rng: Random, where: Domain, matter: str, subject: Subject, shelf: str
) -> tuple[str, ...]:
    """Two other things of the sort, which share no word with it or with each other."""
    if matter == "status":
        pool: Sequence[str] = [m.name for m in shelve(where.matters, shelf)]
    elif matter == "contents":
        pool = [p for p in shelve(where.places, shelf) if p in where.portable]
    else:
        pool = shelve(where.things, shelf)
    chosen: list[str] = []
    used = set(subject.name.split())
    while len(chosen) < 2:
        phrase = rng.choice(pool)
        if not set(phrase.split()) & used:
            chosen.append(phrase)
            used |= set(phrase.split())
    return tuple(chosen)


def _values(rng: Random, matter: str, subject: Subject) -> tuple[str, ...]:
    """How it may be, beginning with how it is at first: a matter is undecided then."""
    if matter != "status":
        return tuple(rng.sample(subject.values, len(subject.values)))
    yes, no, pending = subject.values
    return (pending, *rng.sample((yes, no), 2))


def other_value(rng: Random, cast: Cast, thing: str) -> str:
    """A value that a fluent other than the asked one may take."""
    where = domain(cast.domain)
    if cast.matter == "status":
        found = next(m for m in where.matters if m.name == thing)
        return rng.choice(found.values)
    return rng.choice(cast.places)
