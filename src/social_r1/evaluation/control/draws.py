"""What an item of the control is drawn from, and how its options are laid out.

Item ``number`` depends on its part and its number alone. Its digits give the kind, the place of the
right option and a *corner*, all crossed: over 96 successive numbers each of the six kinds has every
pair of place and corner once. The corner makes the options tell nothing: four options are the four
corners of a square (slip one made or not, slip two made or not), or four things of which the story
asks for one, and the right one stands on every corner equally often.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from social_r1.evaluation.types import OpenItem
from social_r1.items import SocialItem

SET = "control"
OPTIONS = 4
KINDS = 6
"""Kinds of item in each part."""
CYCLE = KINDS * OPTIONS * OPTIONS
"""Items of a part over which kinds, places and corners are balanced: 96."""
LICENCE = "MIT, as the project"


class Draw(NamedTuple):
    """What an item is made from."""

    part: str
    number: int
    rng: random.Random

    @property
    def kind(self) -> int:
        """Which of the part's kinds."""
        return self.number % KINDS

    @property
    def place(self) -> int:
        """Where the right option stands, from 0."""
        return self.number // KINDS % OPTIONS

    @property
    def corner(self) -> int:
        """Which of the four equal roles the right option plays, from 0."""
        return self.number // (KINDS * OPTIONS) % OPTIONS

    @property
    def turn(self) -> int:
        """A third digit, balanced against place and against corner."""
        return (self.place + self.corner) % OPTIONS

    @property
    def signs(self) -> tuple[int, int]:
        """The corner as two signs."""
        return (1 if self.corner % 2 else -1), (1 if self.corner // 2 else -1)


def draw(part: str, number: int) -> Draw:
    """The draw of an item."""
    return Draw(part, number, random.Random(f"{SET}/{part}/{number}"))


@cache
def words() -> Mapping[str, Any]:
    """The word lists."""
    path = files("social_r1.evaluation.control") / "control.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def choice(
    drawn: Draw, kind: str, story: str, question: str, right: str, wrong: Sequence[str],
    steps: int = 1,
) -> SocialItem:  # fmt: skip
    """An item with options: the right one at the draw's place, the others in a drawn order."""
    others = list(wrong)
    drawn.rng.shuffle(others)
    options = (*others[: drawn.place], right, *others[drawn.place :])
    return SocialItem(
        **_names(drawn, kind), story=story, question=question, options=options,
        answer=drawn.place, difficulty=steps,
    )  # fmt: skip


def text(
    drawn: Draw, kind: str, story: str, question: str, right: str, wrong: Sequence[str]
) -> OpenItem:
    """An item whose answer is written: one text is right, ``wrong`` are typical slips."""
    return OpenItem(
        **_names(drawn, kind), story=story, question=question, accepted=(right,),
        rejected=tuple(wrong),
    )  # fmt: skip


def _names(drawn: Draw, kind: str) -> dict[str, Any]:
    name = f"{SET}/{drawn.part}/{drawn.number}"
    return {
        "id": name,
        "source": SET,
        "dimension": drawn.part,
        "group": name,
        "meta": {"kind": kind, "licence": LICENCE},
    }
