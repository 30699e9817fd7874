"""The words that the slots of a clause may hold, for whoever reads a story back (HARDBENCH 10)."""

from __future__ import annotations

from functools import cache

from social_r1.hardbench.surface.words import domain, domain_names, names, occasions


@cache
def vocabulary() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Per matter the fluents and the values that a text may name."""
    words = [domain(n) for n in domain_names()]
    places = frozenset(p for d in words for p in d.places)
    return {
        "location": (frozenset(t for d in words for t in d.things), places),
        "contents": (places, frozenset(g.name for d in words for g in d.goods)),
        "status": (
            frozenset(m.name for d in words for m in d.matters),
            frozenset(v for d in words for m in d.matters for v in m.values),
        ),
    }


@cache
def outcomes() -> dict[str, tuple[str, ...]]:
    """The status words of each thing that is decided."""
    found: dict[str, set[str]] = {}
    for name in domain_names():
        for m in domain(name).matters:
            found.setdefault(m.name, set()).update(m.values)
    return {name: tuple(sorted(outcomes)) for name, outcomes in found.items()}


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
    scenes = (o for name in domain_names() for o in occasions(name).values())
    return frozenset(errand for scene in scenes for errand in scene.errands)


@cache
def rooms() -> frozenset[str]:
    """The rooms of all walks of life."""
    return frozenset(r for n in domain_names() for r in domain(n).rooms)


@cache
def all_words(name: str) -> frozenset[str]:
    """The things, places, goods and matters of one walk of life."""
    words = domain(name)
    return frozenset(
        (
            *words.things,
            *words.places,
            *(g.name for g in words.goods),
            *(m.name for m in words.matters),
        )
    )
