"""Who is there and attends: going out, coming in, sleeping, being far away in mind (HARDBENCH 8).

Away during a change, somebody asked about misses it, and the answer may flip. Away while nothing
happens, or as a bystander, it is all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from social_r1.hardbench.script import Act, Line
from social_r1.hardbench.twins.story import Draft, Maker, Story, shuffled, wraps


def during_a_change(first: Act, second: Act) -> Maker:
    """Somebody asked about misses a change that he saw, or a bystander does."""

    def make(_rng: Random, story: Story) -> Iterator[Draft]:
        for at in story.changes:
            for who in story.asked:
                if who in story.awake(at) and who != story.lines[at].actor:
                    yield wraps(story, at, first, second, who)

    return make


def while_nothing_happens(first: Act, second: Act) -> Maker:
    """Somebody is away for a moment in which nothing happens."""

    def make(rng: Random, story: Story) -> Iterator[Draft]:
        at = story.spot(rng)
        there = story.awake(at)
        for who in shuffled(rng, there if len(there) > 1 else []):
            yield story.insert(at, Line(first, who), Line(second, who))

    return make


def back_in_time(_rng: Random, story: Story) -> Iterator[Draft]:
    """Somebody asked about is back before a change that he missed."""
    for at in story.changes:
        for who in story.asked:
            if who not in story.outside(at):
                continue
            later = [i for i in range(at, len(story.lines)) if story.lines[i].involves(who)]
            come = [i for i in later if story.lines[i] == Line(Act.ENTER, who)]
            rest = [x for i, x in enumerate(story.lines) if i not in come[:1]]
            yield story.with_lines(*rest[:at], Line(Act.ENTER, who), *rest[at:])


_UNNOTICED = {Act.NAP: Act.DRIFT, Act.WAKE: Act.STIR}


def goes_unnoticed(_rng: Random, story: Story) -> Iterator[Draft]:
    """A lapse that everybody sees becomes one that nobody can tell.

    Or one of two minds of a nested question falls asleep before the other's eyes.
    """
    for who in (*story.asked, *story.bystanders):
        lines = [
            replace(x, act=_UNNOTICED.get(x.act, x.act)) if x.actor == who else x
            for x in story.lines
        ]
        if tuple(lines) != story.lines:
            yield story.with_lines(*lines)
    for at in story.changes:
        for who in story.question.chain[1:]:
            if set(story.question.chain) <= set(story.awake(at)) and who != story.lines[at].actor:
                yield wraps(story, at, Act.NAP, Act.WAKE, who)
