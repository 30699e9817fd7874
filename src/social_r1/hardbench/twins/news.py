"""Who gets news of the thing, and by which channel: peeks, words, notes, a look of one's own.

Aimed at somebody asked about, with another value than he holds, news may flip the answer. The same
words to a bystander, or about another thing, do not (HARDBENCH 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import NamedTuple

from social_r1.hardbench.script import Act, Line
from social_r1.hardbench.twins.story import Draft, Maker, Story, shuffled


class News(NamedTuple):
    """Somebody who is to learn at some point of the story that a thing has a value."""

    at: int
    who: str
    thing: str
    value: str


Channel = Callable[[Random, Story, News], tuple[Line, ...]]
"""The lines that bring the news; empty where it cannot come this way."""


def to_the_asked(channel: Channel) -> Maker:
    """News of the asked fluent to those asked about, last thing before the question."""

    def make(rng: Random, story: Story) -> Iterator[Draft]:
        for who in story.asked:
            for value in shuffled(rng, [v for v in story.values if v != story.gold]):
                lines = channel(rng, story, News(story.end, who, story.thing, value))
                if lines:
                    yield story.insert(story.end, *lines)

    return make


def to_no_effect(channel: Channel) -> Maker:
    """The same to a bystander, or to anybody about another thing."""

    def make(rng: Random, story: Story) -> Iterator[Draft]:
        other = story.other_thing()
        for who in shuffled(rng, story.bystanders):
            at = story.spot(rng)
            if story.values:
                news = News(at, who, story.thing, rng.choice(story.values))
                yield from _told(rng, story, channel, news)
        if other:
            for who in shuffled(rng, story.script.agents):
                yield from _told(rng, story, channel, News(story.spot(rng), who, *other))

    return make


def _told(rng: Random, story: Story, channel: Channel, news: News) -> Iterator[Draft]:
    lines = channel(rng, story, news)
    if lines:
        yield story.insert(news.at, *lines)


def _sender(rng: Random, story: Story, news: News) -> str | None:
    """Somebody awake who is not in the same room; the outer mind, if there is one."""
    lost, inside = story.lost(news.at), story.inside(news.at)
    if news.who in lost:
        return None
    free = [
        n
        for n in story.script.agents
        if n != news.who and n not in lost and not inside >= {n, news.who}
    ]
    chain = story.question.chain
    outer = chain[-2] if len(chain) > 1 and chain[-1] == news.who else None
    if outer in free:
        return outer
    return rng.choice(free) if free else None


def text(rng: Random, story: Story, news: News) -> tuple[Line, ...]:
    """A private message."""
    sender = _sender(rng, story, news)
    return (Line(Act.TEXT, sender, news.who, news.thing, news.value),) if sender else ()


def relay(rng: Random, story: Story, news: News) -> tuple[Line, ...]:
    """An honest answer that is not quoted; what it says is up to its sender."""
    sender = _sender(rng, story, news)
    return (Line(Act.RELAY, sender, news.who, news.thing),) if sender else ()


def letter(rng: Random, story: Story, news: News) -> tuple[Line, ...]:
    """A message that is sent and read."""
    sender = _sender(rng, story, news)
    if sender is None:
        return ()
    sent = Line(Act.LETTER, sender, news.who, news.thing, news.value)
    return sent, replace(sent, act=Act.READ)


def entry(_rng: Random, story: Story, news: News) -> tuple[Line, ...]:
    """An unsigned note that he reads alone."""
    if news.who in story.lost(news.at):
        return ()
    return (Line(Act.ENTRY, news.who, None, news.thing, news.value),)


def _watched(act: Act) -> Channel:
    """Something in the room that he watches or hears unseen from outside."""

    def lines(rng: Random, story: Story, news: News) -> tuple[Line, ...]:
        there = story.awake(news.at)
        if not there or news.who in story.inside(news.at):
            return ()
        return (Line(act, rng.choice(there), news.who, news.thing, news.value),)

    return lines


peek = _watched(Act.PEEK_MOVE)
overhear = _watched(Act.OVERHEAR)


def glimpse(_rng: Random, story: Story, news: News) -> tuple[Line, ...]:
    """A clear look from outside."""
    return (Line(Act.GLIMPSE, news.who, None, news.thing),) * (news.who in story.outside(news.at))


def look(_rng: Random, story: Story, news: News) -> tuple[Line, ...]:
    """A search, for which one comes in if one is out."""
    if news.who in story.lost(news.at):
        return ()
    search = Line(Act.LOOK, news.who, None, news.thing)
    return (search,) if news.who in story.inside(news.at) else (Line(Act.ENTER, news.who), search)


def routine(_rng: Random, _story: Story, news: News) -> tuple[Line, ...]:
    """A change that had been foretold to him."""
    return (Line(Act.ROUTINE, None, None, news.thing, news.value, (news.who,)),)


def shifted(_rng: Random, _story: Story, news: News) -> tuple[Line, ...]:
    """A change by nobody in sight, for those who are there."""
    return (Line(Act.SHIFTED, None, None, news.thing, news.value),)


_DATED = (Act.TEXT, Act.ENTRY, Act.READ, Act.RELAY)
"""Words and notes that reach one person at one time."""


def _dated(story: Story) -> list[int]:
    """Numbers of such lines about the asked fluent."""
    return [i for i, x in enumerate(story.lines) if x.act in _DATED and x.thing == story.thing]


def same_spot(act: Act) -> Maker:
    """The right spot, but nothing to be made out: the back turned, the note blurred."""

    def make(rng: Random, story: Story) -> Iterator[Draft]:
        at = story.spot(rng)
        for who in shuffled(rng, story.outside(at)):
            yield story.insert(at, Line(act, who, None, story.thing))

    return make


def seen_after_all(_rng: Random, story: Story) -> Iterator[Draft]:
    """Not a back is turned, but somebody looks through the glass: then and there, or at the end."""
    for at, line in enumerate(story.lines):
        if line.act is Act.FACED_AWAY and line.thing == story.thing:
            for to in (at, story.end):
                for who in dict.fromkeys((line.actor, *story.asked)):
                    if who in story.outside(to):
                        yield _instead(story, at, to, replace(line, act=Act.GLIMPSE, actor=who))


def legibility(rng: Random, story: Story) -> Iterator[Draft]:
    """A note that could not be made out, or was in no tongue of his, can be; or the reverse.

    Where there is none, somebody comes upon one that he cannot make out instead of being told.
    """
    notes = [i for i, x in enumerate(story.lines) if (x.act, x.thing) == (Act.BLANK, story.thing)]
    for at in notes:
        for to in (at, story.end):
            for who, value in zip(story.asked, _others(rng, story), strict=False):
                yield _instead(story, at, to, Line(Act.ENTRY, who, None, story.thing, value))
    for at in story.promising(rng, _dated(story)):
        line = story.lines[at]
        yield story.swap(at, Line(Act.BLANK, line.other or line.actor, None, story.thing))


def _others(rng: Random, story: Story) -> Iterator[str]:
    """Values that are not the answer, without end."""
    free = [v for v in story.values if v != story.gold]
    while free:
        yield rng.choice(free)


def _instead(story: Story, at: int, to: int, new: Line) -> Draft:
    """A line in the place of another, or later."""
    lines = list(story.lines)
    if to == at:
        lines[at] = new
    else:
        lines.insert(to, new)
        del lines[at]
    return story.with_lines(*lines)


def unread(rng: Random, story: Story) -> Iterator[Draft]:
    """A letter to somebody elsewhere that is never read."""
    at = story.spot(rng)
    elsewhere = [n for n in story.script.agents if n not in story.inside(at)]
    for writer in shuffled(rng, story.awake(at) if elsewhere else []):
        reader = rng.choice(elsewhere)
        for value in shuffled(rng, story.values):
            yield story.insert(at, Line(Act.LETTER, writer, reader, story.thing, value))


def read_in_time(_rng: Random, story: Story) -> Iterator[Draft]:
    """A letter that lay unread is read before the question, by its reader or by another."""
    for at, line in enumerate(story.lines):
        if line.act is not Act.LETTER or replace(line, act=Act.READ) in story.lines:
            continue
        for who in dict.fromkeys((line.other, *story.asked)):
            if who != line.actor and line.thing == story.thing:
                sent = replace(line, other=who)
                rest = story.lines[at + 1 : story.end]
                read = replace(sent, act=Act.READ)
                after = story.lines[story.end :]
                yield story.with_lines(*story.lines[:at], sent, *rest, read, *after)


def at_another_time(rng: Random, story: Story) -> Iterator[Draft]:
    """A word or note that comes before, not after, what overtakes it, or the other way round."""
    for at in story.promising(rng, _dated(story)):
        rest = [*story.lines[:at], *story.lines[at + 1 :]]
        others = [i for i in range(story.opening, story.end) if i != at]
        for to in rng.sample(others, min(3, len(others))):
            yield story.with_lines(*rest[:to], story.lines[at], *rest[to:])


_WORDS = (Act.TEXT, Act.RELAY, Act.READ, Act.SAY, Act.OVERHEAR)


def doubted(rng: Random, story: Story) -> Iterator[Draft]:
    """Somebody whose word counted is not taken at it."""
    for at in story.promising(rng, range(story.end)):
        line = story.lines[at]
        if line.act in _WORDS and line.thing == story.thing and line.actor:
            hearers = story.asked if line.act is Act.SAY else (line.other,)
            for hearer in shuffled(rng, [h for h in hearers if h and h != line.actor]):
                yield story.insert(story.opening, Line(Act.DOUBT, hearer, line.actor))


def doubted_for_nothing(rng: Random, story: Story) -> Iterator[Draft]:
    """Doubt of somebody whose word does not matter."""
    if len(story.script.agents) < 2:
        return
    for _ in range(3):
        hearer, speaker = rng.sample(story.script.agents, 2)
        yield story.insert(story.opening, Line(Act.DOUBT, hearer, speaker))
