"""The words that the slots of a clause may hold, for whoever reads a story back (HARDBENCH 10)."""

from __future__ import annotations

from functools import cache

from social_r1.hardbench.surface.words import (
    all_occasions,
    domain,
    domain_names,
    matters,
    names,
    occasions,
    purposes,
    subjects,
)


@cache
def vocabulary() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Per matter the fluents and the values that a text may name."""
    words = [domain(n) for n in domain_names()]
    places = frozenset(p for d in words for p in d.places)
    where, what = ([o.subjects[m] for o in all_occasions()] for m in ("location", "contents"))
    return {
        "location": (
            frozenset((*(t for d in words for t in d.things), *(s.name for s in where))),
            places | {v for s in where for v in s.values},
        ),
        "contents": (places | {s.name for s in what}, frozenset(purposes())),
        "status": (
            frozenset(matters()),
            frozenset(v for m in matters().values() for v in m.values),
        ),
    }


@cache
def outcomes() -> dict[str, tuple[str, ...]]:
    """The status words of each thing that is decided."""
    found: dict[str, set[str]] = {}
    words = (m for name in domain_names() for m in domain(name).matters)
    for m in (*words, *matters().values()):
        found.setdefault(m.name, set()).update(m.values)
    return {name: tuple(sorted(outcomes)) for name, outcomes in found.items()}


@cache
def ends() -> dict[str, str]:
    """The things that people differ about, by what will come of them."""
    return {s.end: name for name, s in subjects().items()}


@cache
def given_names() -> frozenset[str]:
    """All given names."""
    return frozenset(names())


@cache
def occasion_keys() -> dict[str, str]:
    """The keys of the occasions by what people are there for."""
    return {o.purpose: key for name in domain_names() for key, o in occasions(name).items()}


@cache
def errands() -> frozenset[str]:
    """What people go well away for."""
    return frozenset(errand for scene in all_occasions() for errand in scene.errands)


@cache
def rooms() -> frozenset[str]:
    """The rooms of all walks of life."""
    return frozenset(r for n in domain_names() for r in domain(n).rooms)


@cache
def all_words(name: str) -> frozenset[str]:
    """The things, places, stuffs and matters of one walk of life."""
    words = domain(name)
    return frozenset(
        (
            *words.things,
            *words.places,
            *(m.name for m in words.matters),
            *(w for o in words.occasions for s in o.subjects.values() for w in (s.name, *s.values)),
        )
    )
