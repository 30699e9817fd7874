"""Short plain texts: find a fact, compare, put in order, follow, join two facts; four options.

The options are the four things that the text names in the role asked about; which of the four is
right is the draw's corner: its place in the text, or its rank.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from social_r1.evaluation.control.draws import KINDS, OPTIONS, Draw, choice, words
from social_r1.items import SocialItem

PART = "reading"
_RANKS = ("first", "second", "third", "last")


def item(drawn: Draw) -> SocialItem:
    """One item."""
    return _MAKERS[drawn.kind](drawn)


def _four(drawn: Draw, names: str) -> list[str]:
    return drawn.rng.sample(words()[names], OPTIONS)


def _asked(
    drawn: Draw, kind: str, lines: list[str], question: str, options: list[str], right: int,
    steps: int = 1,
) -> SocialItem:  # fmt: skip
    wrong = [option for place, option in enumerate(options) if place != right]
    return choice(drawn, kind, " ".join(lines), question, options[right], wrong, steps)


def _kept(drawn: Draw) -> tuple[list[str], list[str], list[str]]:
    """Four things, their places, and the lines that say so, with two others between."""
    things, places = _four(drawn, "things"), _four(drawn, "places")
    lines = [f"The {a} is in the {b}." for a, b in zip(things, places, strict=True)]
    for filler in drawn.rng.sample(words()["fillers"], 2):
        lines.insert(drawn.rng.randint(0, len(lines)), filler)
    return things, places, lines


def _thing(drawn: Draw) -> SocialItem:
    things, places, lines = _kept(drawn)
    question = f"What is in the {places[drawn.corner]}?"
    return _asked(drawn, "thing", lines, question, things, drawn.corner)


def _place(drawn: Draw) -> SocialItem:
    things, places, lines = _kept(drawn)
    question = f"Where is the {things[drawn.corner]}?"
    return _asked(drawn, "place", lines, question, places, drawn.corner)


def _compare(drawn: Draw) -> SocialItem:
    """The corner is the place in the text, the turn the rank that is asked for."""
    towns, size = _four(drawn, "towns"), drawn.rng.choice(words()["sizes"])
    ranked = sorted(drawn.rng.sample(range(21, 99), OPTIONS))
    wanted = ranked.pop(drawn.turn)
    drawn.rng.shuffle(ranked)
    numbers = [*ranked[: drawn.corner], wanted, *ranked[drawn.corner :]]
    lines = [size["line"].format(name=a, n=n) for a, n in zip(towns, numbers, strict=True)]
    return _asked(drawn, "compare", lines, size["ask"][drawn.turn], towns, drawn.corner, 2)


def _row(drawn: Draw) -> SocialItem:
    """Three lines give the order of four buildings; the corner is the rank asked for."""
    row = _four(drawn, "buildings")
    lines = [
        f"The {a} stands directly to the left of the {b}."
        if drawn.rng.random() < 0.5
        else f"The {b} stands directly to the right of the {a}."
        for a, b in pairwise(row)
    ]
    drawn.rng.shuffle(lines)
    opening = "Four buildings stand in a row."
    question = f"Seen from the left, which building is the {_RANKS[drawn.corner]}?"
    return _asked(drawn, "row", [opening, *lines], question, row, drawn.corner, 3)


def _moves(drawn: Draw) -> SocialItem:
    """A thing goes from place to place; the corner is the move asked about."""
    thing, places = drawn.rng.choice(words()["things"]), _four(drawn, "places")
    verbs = drawn.rng.sample(["carried", "moved", "taken", "brought"], 3)
    lines = [f"At one o'clock the {thing} is in the {places[0]}."]
    for hour, verb, place in zip(("two", "three", "four"), verbs, places[1:], strict=True):
        lines.append(f"At {hour} o'clock it is {verb} to the {place}.")
    hour = ("one", "two", "three", "four")[drawn.corner]
    question = f"Where is the {thing} at half past {hour}?"
    return _asked(drawn, "moves", lines, question, places, drawn.corner, 2)


def _join(drawn: Draw) -> SocialItem:
    """From the town to the hour and from the hour to the platform."""
    towns = _four(drawn, "towns")
    minutes = drawn.rng.sample(range(10, 60), OPTIONS)
    hours = [f"{drawn.rng.randint(10, 19)}:{minute}" for minute in minutes]
    platforms = [str(number) for number in drawn.rng.sample(range(1, 10), OPTIONS)]
    leaves = [f"The train to {a} leaves at {b}." for a, b in zip(towns, hours, strict=True)]
    drawn.rng.shuffle(leaves)
    waits = [f"The {a} train waits on platform {b}." for a, b in zip(hours, platforms, strict=True)]
    question = f"On which platform does the train to {towns[drawn.corner]} wait?"
    return _asked(drawn, "join", leaves + waits, question, platforms, drawn.corner, 2)


_MAKERS: tuple[Callable[[Draw], SocialItem], ...] = (_thing, _place, _compare, _row, _moves, _join)
assert len(_MAKERS) == KINDS
