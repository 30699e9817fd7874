"""What a clause may stand for: every act of the bank that it fits (HARDBENCH 10)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from social_r1.hardbench.script import Act, Line
from social_r1.hardbench.surface.ahead import Ahead
from social_r1.hardbench.surface.rich import ACTS, speaks_for
from social_r1.hardbench.surface.vocabulary import (
    ends,
    errands,
    given_names,
    occasion_keys,
    outcomes,
    rooms,
    vocabulary,
)
from social_r1.hardbench.surface.words import MATTERS, bank, domain_names, occasions

NAME = r"[A-Z][a-z]+"
"""Somebody's given name, as something to match."""
PHRASE = r"[a-zA-Z][a-zA-Z' -]*"
"""What a thing, a place or a room is called."""
_SLOTS = {
    "a": NAME,
    "b": NAME,
    "people": rf"{NAME}(?:(?:, {NAME})* and {NAME})?",
    "o": PHRASE,
    "c": PHRASE,
    "room": rf"{PHRASE}?",
    "p": r"[^,]+",
    "e": r"to .+",
    "w": r"[^,]+",
    "n": r"[^,]+",
}
_SLOT = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[A-Za-z']+")
_FILES = ("presence", "opening", "extras", "location", "contents", "status")
_DECIDED = (Act.STANCE, Act.REMARK, Act.REMARKS)
"""Acts about something that is decided, in whatever file."""
_EXTRAS = (*_DECIDED, Act.POLITE, Act.DEED, Act.FAILED, Act.QUEST, Act.FREE)


class Reading(NamedTuple):
    """One way to read a sentence."""

    line: Line
    matter: str
    """The matter in whose bank it stands; empty for any."""
    room: str
    """The room that it names, if it does."""
    ahead: Ahead = Ahead()
    """What may be said ahead of it, if anything is."""
    reasoned: bool = False
    """Whether it says what speaks for having the thing so."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A clause as something to match."""

    act: Act
    matter: str
    """The matter whose clauses it belongs to; empty for clauses of any."""
    noise: str | None
    """Key of the doing or ambience clause that it is."""
    regex: re.Pattern[str]
    room: bool


def read_clause(clause: str) -> set[tuple[Line, str]]:
    """Every reading of one clause, with the matter whose bank it stands in."""
    return {(x.line, x.matter) for x in clause_readings(clause)}


@lru_cache(maxsize=65536)
def clause_readings(clause: str) -> frozenset[Reading]:
    """A reading for each template that the clause fits."""
    found: set[Reading] = set()
    index = _index()
    words = {w.lower() for w in _WORD.findall(clause)}
    for pattern in (p for w in (*words, "") for p in index.get(w, ())):
        match = pattern.regex.fullmatch(clause)
        if match:
            found |= set(_lines(pattern, match.groupdict()))
    return frozenset(found)


def _lines(pattern: _Pattern, slots: dict[str, str]) -> Iterator[Reading]:
    """What a match stands for, if its slots hold words of the bank."""
    things, values = vocabulary()[pattern.matter or "location"]
    thing, value = slots.get("o"), slots.get("c")
    if "n" in slots:
        thing = ends().get(slots["n"], "")
    people = slots.get("people")
    if pattern.act in _EXTRAS:
        things = things | vocabulary()["status"][0] | vocabulary()["contents"][0]
    if thing is not None and thing not in things:
        return
    if pattern.room and slots.get("room") not in rooms():
        return
    said = (*_people(people, pattern.act, None), slots.get("a"), slots.get("b"))
    if any(name is not None and name not in given_names() for name in said):
        return
    purpose = occasion_keys().get(slots.get("p") or "")
    if ("p" in slots and purpose is None) or ("e" in slots and slots["e"] not in errands()):
        return
    for v in _values(pattern, thing, value, values):
        if "w" in slots and slots["w"] != speaks_for(pattern.act, thing, v):
            continue
        line = Line(
            pattern.act,
            slots.get("a"),
            slots.get("b"),
            thing=thing,
            value=v,
            people=_people(people, pattern.act, slots.get("a")),
            noise=pattern.noise,
        )
        if pattern.act is Act.ROLL:
            line = Line(Act.ROLL, people=line.people, noise=purpose)
        yield Reading(line, pattern.matter, slots.get("room") or "", reasoned="w" in slots)


def _values(
    pattern: _Pattern, thing: str | None, value: str | None, values: frozenset[str]
) -> list[str | None]:
    """The values that a word may stand for: status words get their sign back."""
    if value is None:
        return [None]
    if pattern.matter == "status" or pattern.act in _DECIDED:
        return [v for v in outcomes().get(thing or "", ()) if v[1:] == value]
    if pattern.act is Act.POLITE:
        values = vocabulary()["contents"][1]
    return [value] if value in values else []


def _people(text: str | None, act: Act, actor: str | None) -> tuple[str, ...]:
    if act is Act.ROLL and text is None and actor:
        return (actor,)
    return tuple(re.split(r", | and ", text)) if text else ()


@cache
def _index() -> dict[str, list[_Pattern]]:
    """Patterns by the rarest literal word of each."""
    templates = list(_templates())
    counts = Counter(w for _, text in templates for w in set(_literal(text)))
    found: dict[str, list[_Pattern]] = {}
    for (act, matter, noise), text in templates:
        key = min(_literal(text), key=lambda w: (counts[w], w), default="")
        found.setdefault(key, []).append(
            _Pattern(act, matter, noise, pattern(text), "{room}" in text)
        )
    return found


def _templates() -> Iterator[tuple[tuple[Act, str, str | None], str]]:
    for file in _FILES:
        for key, texts in bank(f"clauses/{file}.yaml").items():
            act = ACTS.get(key)
            if act is None:
                continue
            for text in texts:
                yield (act, file if file in MATTERS else "", None), text
    for name in domain_names():
        for key, scene in occasions(name).items():
            for act, texts in ((Act.DOING, scene.doings), (Act.AMBIENCE, scene.sights)):
                for i, text in enumerate(texts):
                    yield (act, "", f"{key}/{i}"), text


def _literal(text: str) -> list[str]:
    """The whole words of a template outside its slots, in lower case."""
    return [w.lower() for w in _WORD.findall(re.sub(r"\S*\{\w+\}\S*", " ", text))]


def pattern(template: str) -> re.Pattern[str]:
    """A clause template as something to match."""
    return re.compile(_regex(template))


def _regex(text: str) -> str:
    first = text[0]
    parts = _SLOT.split(text)
    seen: set[str] = set()
    pattern = ""
    for i, part in enumerate(parts):
        if i % 2 == 0:
            pattern += re.escape(part)
            continue
        pattern += f"(?P={part})" if part in seen else f"(?P<{part}>{_SLOTS[part]})"
        seen.add(part)
    if first.isalpha():
        pattern = f"[{first.upper()}{first.lower()}]{pattern[1:]}"
    return pattern
