"""Who wants, expects and does what: swaps that move desires and feelings (HARDBENCH 8).

For the person asked about they change the reading of what he takes to be so; for a bystander, or
between two outcomes that nobody asks for, they do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from random import Random

from social_r1.hardbench.forms import FORMS
from social_r1.hardbench.script import BY_HAND, Act, Line
from social_r1.hardbench.twins.story import Draft, Story, shuffled


def availability(rng: Random, story: Story) -> Iterator[Draft]:
    """Two goods change places in all that is done and said of the container."""
    if FORMS[story.question.form].dimension != "Desire":
        return
    pairs = list(combinations(story.values, 2))
    for first, second in rng.sample(pairs, len(pairs)):
        other = {first: second, second: first}
        yield story.with_lines(*(_about(x, story.thing, other) for x in story.lines))


def _about(line: Line, thing: str, other: Mapping[str, str]) -> Line:
    if line.thing != thing or line.value is None:
        return line
    return replace(line, value=other.get(line.value, line.value))


_SAID = (
    Act.TEXT, Act.RELAY, Act.SAY, Act.MOVE, Act.PEEK_MOVE, Act.SHIFTED, Act.ROUTINE, Act.ENTRY,
)  # fmt: skip


def expectation(rng: Random, story: Story) -> Iterator[Draft]:
    """Somebody sees or hears of another outcome than he did."""
    question = story.question
    if FORMS[question.form].dimension != "Emotion" or question.matter != "status":
        return
    for at in story.promising(rng, range(len(story.lines))):
        line = story.lines[at]
        if line.act in _SAID and line.thing == story.thing:
            act = Act.TEXT if line.act is Act.RELAY else line.act  # what it said is told now
            for value in shuffled(rng, [v for v in story.values if v != line.value]):
                yield story.swap(at, replace(line, act=act, value=value))


def blame(rng: Random, story: Story) -> Iterator[Draft]:
    """Not the one with the bad conscience did it, but another of those there; or the reverse."""
    if story.question.form != "conscience":
        return
    moves, who = _moves(story), story.question.chain[-2]
    own = [i for i in moves if story.lines[i].actor == who]
    if len(own) > 1:
        yield from _done_by(rng, story, own)
    for at in sorted(moves, key=lambda i: i not in own):
        yield from _done_by(rng, story, [at])


def agency(rng: Random, story: Story) -> Iterator[Draft]:
    """Somebody else of those there did it."""
    moves = _moves(story)
    for at in rng.sample(moves, len(moves)):
        yield from _done_by(rng, story, [at])


def _moves(story: Story) -> list[int]:
    return [i for i, x in enumerate(story.lines) if x.act in BY_HAND and x.thing == story.thing]


def _done_by(rng: Random, story: Story, moves: list[int]) -> Iterator[Draft]:
    """These changes are made by another who was there at all of them."""
    did = {story.lines[i].actor for i in moves}
    there = [n for n in story.awake(moves[0]) if all(n in story.awake(i) for i in moves)]
    asked_first = sorted(shuffled(rng, there), key=lambda n: n not in story.asked)
    for name in asked_first:
        if name not in did:
            lines = [replace(x, actor=name) if i in moves else x for i, x in enumerate(story.lines)]
            yield story.with_lines(*lines)


def aim(rng: Random, story: Story) -> Iterator[Draft]:
    """How somebody would have it who never touches it."""
    movers = {x.actor for x in story.lines if x.act in (*BY_HAND, Act.AIM)}
    for who in shuffled(rng, [n for n in story.script.agents if n not in movers]):
        value = rng.choice(story.values)
        yield story.insert(story.opening, Line(Act.AIM, who, None, story.thing, value))


def courtesy(rng: Random, story: Story) -> Iterator[Draft]:
    """Another good is named out of courtesy."""
    for at, line in enumerate(story.lines):
        if line.act is Act.POLITE:
            for value in shuffled(rng, [v for v in story.values if v != line.value]):
                yield story.swap(at, replace(line, value=value))
