"""What is said ahead of a clause: what the act answers, and why it is done just now (HARDBENCH 9).

``with Ben gone, and hearing the first guests, Ana put the key into the chest``: first a *tie*
(`ties`), then a *moment*, a circumstance from the bank that makes anybody see why the thing is put
there now. Who asks or tells from afar may say instead what is still *due* that hangs on it. None of
the three adds an event; the parser takes no moment but that of the very thing and value, and no tie
that the story does not bear out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from social_r1.hardbench.script import BY_HAND, Act, Line, Script
from social_r1.hardbench.surface import ties
from social_r1.hardbench.surface.picks import first_fresh, pick
from social_r1.hardbench.surface.ties import Tie
from social_r1.hardbench.surface.words import subjects

TIED_SHARE = {"done": 25}
"""Per cent of the clauses of a kind of tie that say what they answer, where they leave room for it
and tell no moment: most changes of a thing do."""
TIED = 90
"""The same for the other kinds."""
DUE_SHARE = {"ask": 95, "report": 95}
"""Per cent of those that say what is still due instead."""
_WITH_MOMENT = frozenset(
    {"gone", "undone", "seemingly", "asleep", "again_gone", "over", "against", "harm"}
)
"""Kinds that may be told with a moment as well: they say who minds, not why it is done."""
_SHAPES = (re.compile(r"with "), re.compile(r"(?!during)(?:not )?\w+ing "))
"""Phrases that ``and`` can couple: both begin with a preposition, or both with a participle."""
_BEGINS = re.compile(r"\{([ab])\}")
_REASON = re.compile(
    r"\b(?:because|so that|as (?:rain|the|a)|to (?:keep|make|have|get|be)|\} had|"
    r"needed|was (?:\w+ing|sent|driven)|with \w+ \w+ to|before|until|in a (?:hurry|rush))\b"
)
"""What says why somebody does it; such a clause needs nothing ahead of it."""
_NO_TIES: frozenset[Tie] = frozenset()


class Ahead(NamedTuple):
    """What may have been said ahead of a clause.

    Attributes:
        ties: what it may answer; empty where nothing of the sort is said.
        moment: the thing and the value that the moment told is of, if one is.
        due: the thing on which what is still due hangs, if that is told.
    """

    ties: frozenset[Tie] = _NO_TIES
    moment: tuple[str, str] | None = None
    due: str | None = None

    def suits(self, line: Line) -> bool:
        """Whether it can be said of that line; a tie is held against the whole story later."""
        if self.moment and (line.act not in BY_HAND or self.moment != (line.thing, line.value)):
            return False
        return not self.due or (line.act in _FROM_AFAR and self.due == line.thing)


_FROM_AFAR = frozenset({Act.RELAY, Act.TEXT})


def moments_told(lines: Sequence[Line]) -> dict[int, str]:
    """What makes somebody have the thing so just now, by line: once for each way to have it."""
    found: dict[int, str] = {}
    seen: set[tuple[str | None, str | None]] = set()
    for number, line in enumerate(lines):
        if line.act in BY_HAND and (line.thing, line.value) not in seen:
            seen.add((line.thing, line.value))
            subject = subjects().get(line.thing or "")
            moment = subject.moments.get(line.value or "") if subject else None
            if moment:
                found[number] = moment
    return found


def bare_of_reasons(template: str) -> bool:
    """Whether a clause says nothing of why it is done."""
    return not _REASON.search(template)


def said_ahead(
    script: Script,
    style: int,
    places: Sequence[int],
    answers: Sequence[Mapping[str, Tie]],
    templates: Sequence[str],
) -> dict[int, str]:
    """What is said ahead of the clauses, by line; mostly nothing.

    Args:
        script: the story.
        style: chooses the words.
        places: what the choice goes by, per line.
        answers: what each line answers, by the slot of whoever does.
        templates: the clause of each line.
    """
    said: list[str] = []
    found: dict[int, str] = {}
    moments = moments_told(script.lines)
    if script.flashback:  # a line out of its turn is told with no more than its place
        moments.pop(script.flashback[0], None)
    for index, (slots, template) in enumerate(zip(answers, templates, strict=True)):
        begins = _BEGINS.match(template)
        if not begins or not bare_of_reasons(template):
            continue
        line, seed = script.lines[index], f"{style}-tied-{places[index]}"
        tie = slots.get(begins[1])
        if tie and pick(seed, 100) >= TIED_SHARE.get(tie.kind, TIED):
            tie = None
        moment = moments.get(index) if begins[1] == "a" else None
        texts = [moment] if moment else []
        if tie and (not moment or tie.kind in _WITH_MOMENT):
            due = pick(f"{seed}-due", 100) < DUE_SHARE.get(tie.kind, 0)
            ways = (_due(line, said) if due else ()) or ties.phrases(tie.kind, script.family)
            ways = tuple(way for way in ways if not moment or _alike(way, moment))
            if ways:
                said.append(first_fresh(ways, f"{style}-tie-{tie.kind}", said))
                texts.insert(0, ties.say(tie, said[-1]))
        if texts:
            found[index] = ", and ".join(texts) + ", "
    return found


def _alike(*phrases: str) -> bool:
    """Whether ``and`` can couple the phrases."""
    return any(all(shape.match(x) for x in phrases) for shape in _SHAPES)


def _due(line: Line, said: Sequence[str]) -> tuple[str, ...]:
    """What is still due that hangs on the line's thing, and has not been said yet."""
    subject = subjects().get(line.thing or "")
    return tuple(text for text in subject.due if text not in said) if subject else ()


def split(sentence: str) -> Iterator[tuple[Ahead, str]]:
    """Each way to take the sentence apart: what is said ahead, and the clause; never nothing."""
    yield from _moment_first(sentence, _NO_TIES)
    for tied, rest in ties.split(sentence):
        yield Ahead(tied), rest
    said, and_, rest = sentence.partition(", and ")
    if and_:
        for tied, _ in ties.split(f"{said}, Somebody"):
            yield from (x for x in _moment_first(rest, tied) if x[0].moment)


def _moment_first(text: str, tied: frozenset[Tie]) -> Iterator[tuple[Ahead, str]]:
    said, comma, clause = text.partition(", ")
    if comma:
        for found in _told().get(said[0].lower() + said[1:], ()):
            yield found._replace(ties=tied), clause


@cache
def _told() -> dict[str, tuple[Ahead, ...]]:
    """What the bank has of moments and of what is due, by its words."""
    found: dict[str, tuple[Ahead, ...]] = {}
    for name, subject in subjects().items():
        for value, text in subject.moments.items():
            found[text] = (*found.get(text, ()), Ahead(moment=(name, value)))
        for text in subject.due:
            found[text] = (*found.get(text, ()), Ahead(due=name))
    return found
