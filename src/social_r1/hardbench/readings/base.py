"""What readings are made from, and what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from social_r1.hardbench.core.events import Log
from social_r1.hardbench.forms import Question
from social_r1.hardbench.script import CHANGES, Script

NO_ONE = "no one"
UNSAID = "unknown"
"""What stands for a value that somebody has no idea of."""

Chain = tuple[str, ...]
Held = tuple[tuple[int, str], ...]
"""What reached a perspective: (line number, value), in order."""
Beliefs = Sequence[tuple[Chain, Held]]


class Reading(NamedTuple):
    """Premises and what they come to.

    Attributes:
        premises: in words.
        key: key of the option that they come to; None where they come to none or to several.
    """

    premises: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a reading is made from.

    Attributes:
        question: what is asked.
        script: the story; its lines tell the sign of a status word, and the last change.
        log: its events, and who gains by what.
        beliefs: per perspective, what reached it.
        keys: what the options stand for.
    """

    question: Question
    script: Script
    log: Log
    beliefs: Mapping[Chain, Held]
    keys: tuple[str, ...]

    def end(self, chain: Chain) -> str:
        """The value that a perspective ends with, as it is said."""
        return last(self.beliefs.get(chain, ()))

    @property
    def values(self) -> dict[str, str]:
        """Every value that the story gives of the thing, by how it is said."""
        thing = self.question.thing
        said = (x.value for x in self.script.lines if x.thing == thing and x.value)
        return {word(v): v for v in (*said, self.question.value) if v}


def word(value: str) -> str:
    """A value as people say it: status words without the sign that scripts give them."""
    return value.lstrip("+-~")


def perspective(chain: Chain) -> str:
    """``Ella on Ben``; the world itself is ``Really``."""
    return " on ".join(chain) if chain else "Really"


def last(held: Held) -> str:
    """The value that somebody ends with, of all that reached him."""
    return held[-1][1] if held else UNSAID


def key_of(f: Facts, said: str) -> str | None:
    """The option that stands for a value as it is said."""
    return next((k for k in f.keys if word(k) == said), None)


def last_change(f: Facts) -> tuple[int, str] | None:
    """Number and value of the last line that changes the thing."""
    numbers = {line: number for number, line in enumerate(f.script.order(), 1)}
    found = [
        (numbers[i], word(line.value))
        for i, line in enumerate(f.script.lines)
        if line.act in CHANGES and line.thing == f.question.thing and line.value
    ]
    return found[-1] if found else None
