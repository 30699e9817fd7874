"""Tables of claims and the ways to say them, read in both directions.

A claim is a sentence in the notation of `traces`, with slots; a way says the same in ordinary words
with the same slots. `Table.say` goes from a claim to one of its ways, `Table.read` from any way
back to the claim. All of them are the file ``data/prose.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import NamedTuple, TypeVar

from social_r1.hardbench.readings import NO_ONE
from social_r1.hardbench.surface.words import bank

NAME = r"[A-Z][\w'’-]*"
CHAIN = rf"(?:Really|{NAME}(?: on {NAME})*)"
_NAMES = rf"(?:{NAME}(?:, {NAME})*(?: and {NAME})?|{NO_ONE})"
_VALUE = r"(?:“[^“”]+”|[^,;:()\[\]“”]+?)"
T = TypeVar("T")

_SLOT = re.compile(r"\{(\w)\}")


_AS = {"location": "the {}", "status": "“{}”"}
"""How a value is said, by what the story is about; contents are said as they are."""


class Words:
    """Which of several ways to take: the same seed takes the same ones.

    Ways are shuffled once and used in turn, so a text repeats none before all have come; and a
    claim that is changed leaves the ways of all others as they were.
    """

    def __init__(self, seed: str, matter: str = "") -> None:
        self.seed = seed
        self.matter = matter

    def choose(self, row: str, ways: Sequence[T], place: int) -> T:
        """The way of a row at some place."""
        return ways[self.order(row, len(ways))[place % len(ways)]]

    def order(self, row: str, many: int) -> list[int]:
        """The ways of a row in the order in which they are used."""
        return Random(f"{self.seed}/{row}").sample(range(many), many)

    def value(self, value: str) -> str:
        """A value as it is said."""
        return _AS.get(self.matter, "{}").format(value)


class _Way(NamedTuple):
    """One wording of a claim."""

    claim: str
    said: str
    pattern: re.Pattern[str]
    mark: str
    """The longest run of letters that stands in it whatever the slots hold: quick to look for."""


class Table:
    """Claims of one kind and how they are said.

    Args:
        rows: from claim to ways.
        views: how whose view it is is said, for slot {p}.
    """

    def __init__(self, rows: Mapping[str, Sequence[str]], views: Table | None = None) -> None:
        self.rows = {claim: tuple(ways) for claim, ways in rows.items()}
        self._views = views
        view = views.anything if views else ""
        claimed = {"p": CHAIN}
        told = {"p": view}
        self._claims = [(re.compile(_pattern(claim, claimed)), claim) for claim in self.rows]
        self._ways = [
            _Way(claim, way, re.compile(_pattern(way, told)), _mark(way))
            for claim, ways in self.rows.items()
            for way in ways
        ]

    @property
    def anything(self) -> str:
        """A pattern without groups for all that can be said, or a name."""
        ways = sorted((w.said for w in self._ways), key=len, reverse=True)
        return f"(?:{'|'.join([*(_pattern(w, {}, named=False) for w in ways), NAME])})"

    def say(self, claim: str, words: Words, place: int = 0) -> str | None:
        """The claim in words, or None where it is not of this kind.

        Args:
            claim: what to say.
            words: which ways to take.
            place: where it stands among others of its kind.
        """
        for pattern, row in self._claims:
            found = pattern.fullmatch(claim)
            if found:
                way = words.choose(row, self.rows[row], place)
                return _fill(way, found.groupdict(), lambda k, v: self._tell(k, v, words, place))
        return None

    def read(self, text: str) -> str | None:
        """The claim that is said, or None."""
        for way in self._ways:
            if way.mark in text:
                found = way.pattern.fullmatch(text)
                if found:
                    return _fill(way.claim, found.groupdict(), self._untell)
        return None

    def _tell(self, slot: str, value: str, words: Words, place: int) -> str:
        if slot == "p" and self._views:
            return self._views.say(value, words, place) or value
        if slot == "t":
            return f"the {value}"
        if slot in _VALUES:
            return words.value(value)
        return listed(value) if slot == "A" else value

    def _untell(self, slot: str, value: str) -> str:
        if slot == "p" and self._views:
            return self._views.read(value) or value
        if slot == "t":
            return value.removeprefix("the ")
        if slot in _VALUES:
            return value.removeprefix("the ").strip("“”")
        return value.replace(" and ", ", ") if slot == "A" else value


def listed(names: str) -> str:
    """``Ann, Bo, Cy`` as ``Ann, Bo and Cy``."""
    first, mark, last = names.rpartition(", ")
    return f"{first} and {last}" if mark else last


def _fill(template: str, slots: Mapping[str, str], turn: Callable[[str, str], str]) -> str:
    return _SLOT.sub(lambda found: turn(found[1], slots[found[1]]), template)


def _pattern(template: str, special: Mapping[str, str], *, named: bool = True) -> str:
    """The regular expression of a template; a slot that comes twice holds the same both times."""
    seen: set[str] = set()
    parts: list[str] = []
    for i, part in enumerate(_SLOT.split(template)):
        if i % 2 == 0:
            parts.append(re.escape(part))
            continue
        kind = special.get(part) or _KINDS.get(part, _VALUE)
        if not named:
            parts.append(kind)
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>{kind})")
        seen.add(part)
    return "".join(parts)


_VALUES = "vwu"
_KINDS = {**dict.fromkeys("abcd", NAME), "A": _NAMES, "n": r"\d+", "k": "[^:]+?"} | dict.fromkeys(
    "go", ".+"
)


def _mark(template: str) -> str:
    return max(_SLOT.split(template)[::2], key=len)


@cache
def views() -> Table:
    """Whose view it is, of one mind or nested; a mind alone is its name."""
    return Table(bank("prose.yaml")["views"])


@cache
def phrases(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Frames around another text {x}, with patterns that take it out."""
    rows: list[str] = bank("prose.yaml")[name]
    return tuple((row, re.compile(_pattern(row, {"x": ".+"}))) for row in rows)


@cache
def table(name: str, matter: str = "") -> Table:
    """A table by its name in the file, of what is peculiar to a matter where there are such."""
    rows = bank("prose.yaml")[name]
    return Table(rows[matter] if matter else rows, views())


MATTERS = ("location", "contents", "status")
