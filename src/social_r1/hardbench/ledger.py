"""The ledger of assumptions: what an answer rests on besides what is told (HARDBENCH 5.2).

Each convention can be toggled. Where toggling one changes the answer of an item, the text must say
it (`needs`), or the item is dropped (`contested`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from social_r1.hardbench.agents.speech import Speech
from social_r1.hardbench.core.events import Event, Kind, Log
from social_r1.hardbench.core.replay import Chain, Replay
from social_r1.hardbench.core.view import aware
from social_r1.hardbench.forms import JESTED, Question
from social_r1.hardbench.questions import answer, done_by_saying, remark, speech_chains, spoken
from social_r1.hardbench.script import CHANGES, PRIVATE, Act, Line, Script, presence
from social_r1.hardbench.traces import perspectives

_ROUTINE = Act.ROUTINE

ASSUMPTIONS = {
    "A1": "what nobody is seen to change stays as it was",
    "A2": "whoever is in the room and attends perceives what happens there",
    "A3": "what is private stays private",
    "A4": "people take each other's word (said in the text where it matters)",
    "A5": "people mean what they say (said in the text where it matters)",
    "A6": "who leaves knows that things go on without him",
    "A7": "one looks first where one takes the thing to be",
    "A8": "closed containers hide what they hold",
    "A9": "who was told of a routine beforehand has no picture of who else was there to see it",
    "A10": "who looks finds what is there (said in the text)",
    "A11": "who missed a change has no picture of whether those he left there saw it",
    "A12": "of a person's word and a note by nobody named, what came later is newer",
    "A13": "who names the true place by accident, and whose own mind is asked about, does not know",
    "A14": "who may have missed a change since takes nobody's false word of it for a joke",
}
"""What may be taken for granted. A4 and A5 are toggled, on `SHUNNED` nothing may depend."""

SHUNNED = ("A9", "A11", "A12", "A13", "A14")
"""Conventions that readers would not agree on."""


def _nobody_trusts(log: Log) -> Log:
    pairs = frozenset((a, b) for a in log.agents for b in log.agents if a != b)
    return replace(log, distrust=pairs)


def _words_prove_nothing(log: Log) -> Log:
    return replace(log, sincere=False)


TOGGLES: Mapping[str, Callable[[Log], Log]] = {
    "A4": _nobody_trusts,
    "A5": _words_prove_nothing,
}
"""The log without the convention."""


def needs(log: Log, question: Question, options: Sequence[str]) -> tuple[str, ...]:
    """The conventions without which the answer would be another; the text must state them."""
    gold = answer(question, log, Replay(log), options)
    found: list[str] = []
    for name, toggle in TOGGLES.items():
        other = toggle(log)
        if answer(question, other, Replay(other), options) != gold:
            found.append(name)
    return tuple(found)


def contested(script: Script, log: Log, question: Question, options: Sequence[str]) -> bool:
    """Whether the answer rests on a convention that readers would not agree on (`SHUNNED`)."""
    chains = perspectives(script, question, options) or ()
    replay = Replay(log)
    return (
        _true_by_accident(replay, {chain[0] for chain in chains if chain}, question.thing)
        or _guesses_who_was_told(script, log, question.thing, chains)
        or any(_note_against_word(replay, chain, question.thing) for chain in chains)
        or any(doubtful(script, replay, said) for said in _remarks(question, options))
        or any(
            _left_beside_it(script, replay, chain[:at], chain[at:to], question.thing)
            for chain in chains
            for at in range(1, len(chain))
            for to in range(at + 1, len(chain) + 1)
        )
    )


def _true_by_accident(replay: Replay, people: Collection[str], thing: str) -> bool:
    """Whether one whose own mind is asked about says what is so and takes another to be (A13).

    For all that readers can tell he has it from somewhere, and has an idea who else has.
    """
    return any(
        event.value == replay.value((), thing, at) != replay.value((event.actor,), thing, at)
        for at, event in enumerate(replay.log.events)
        if event.kind is Kind.TELL and event.fluent == thing
        if event.actor and event.actor in people
    )


def _note_against_word(replay: Replay, chain: Chain, thing: str) -> bool:
    """Whether a note by nobody named ever takes the place of what a person said (A12)."""
    events = replay.log.events
    return any(
        new != old and events[j].kind is Kind.TELL and not events[j].actor and _is_word(events[i])
        for (i, old), (j, new) in pairwise(replay.updates(chain, thing))
    )


def _is_word(event: Event) -> bool:
    return event.kind is Kind.TELL and event.actor is not None


def _left_beside_it(script: Script, replay: Replay, outer: Chain, inner: Chain, thing: str) -> bool:
    """Whether a change came to the outer minds otherwise than by seeing it happen (A11).

    They heard of it, or saw what had come of it; by then they had left the inner ones awake in the
    room, or had them there beside them, so that for all they can tell these saw it together.
    """
    held, seen = replay.value((*outer, *inner), thing), replay.updates((*outer, *inner), thing)
    since = seen[-1][0] + 1 if seen else 0
    return any(
        _news(replay, outer, thing, index, value) not in (None, held)
        and all(_left_there(script, outer, one, since, index) for one in inner)
        for index, value in replay.updates(outer, thing)
        if index >= since
    )


def _news(replay: Replay, outer: Chain, thing: str, index: int, value: str) -> str | None:
    """The value that came about behind the outer minds and that an event gives away, or None.

    A word and a look give away what is there now, a change that is seen what was there before.
    """
    kind = replay.log.events[index].kind
    if kind is Kind.TELL or kind is Kind.LOOK:
        return value
    before = replay.value((), thing, index)
    return None if before == replay.value(outer, thing, index) else before


def _left_there(script: Script, outer: Chain, inner: str, since: int, end: int) -> bool:
    """Whether the outer minds leave the inner one awake in the room, or are with him to the end.

    Who has watched the room from outside has left, too, those whom he saw in there.
    """
    asleep: set[str | None] = set()
    beside = False
    for at, (line, inside, lost) in enumerate(presence(script.lines[: end + 1])):
        if line.act is Act.NAP:  # that somebody drifts nobody can tell
            asleep.add(line.actor)
        elif line.act is Act.WAKE:
            asleep.discard(line.actor)
        if at < since - 1:
            continue
        watches = line.act is Act.PEEK_MOVE and line.other == outer[0]
        here = outer[1:] if watches else outer
        if inside.issuperset(here) and lost.isdisjoint(here):
            beside = inner in inside and inner not in asleep
        elif beside:
            return True
    return beside


def _remarks(question: Question, options: Sequence[str]) -> list[Question]:
    """What is said in the story, where it must be told whether it is a joke."""
    if question.form not in JESTED:
        return []
    return [spoken(question, x) for x in options] if question.asks_person else [question]


def doubtful(script: Script, replay: Replay, said: Question) -> bool:
    """Whether a remark may be no false word at all (A13), or its joke lost on the hearer (A14).

    Who says against his own picture what is so, for all that readers can tell, has heard of it. Of
    a joke they think so too if it has been so at any time since he last had news.
    """
    act, end = done_by_saying(said, replay), len(replay.log.events)
    if act not in (Speech.LIE, Speech.JOKE):
        return False
    own = speech_chains(said)[0]
    updates = replay.updates(own, said.thing)
    since = end if act == Speech.LIE or not updates else updates[-1][0] + 1
    times = range(since, end + 1)
    views = {own[:-1], ()}  # in the eyes of who judges it, and in fact
    came_true = any(replay.value(v, said.thing, t) == said.value for v in views for t in times)
    return came_true or (act == Speech.JOKE and not _seen_through(script, said))


def _seen_through(script: Script, said: Question) -> bool:
    """Whether the hearer of a false word must see through it (A14).

    Both saw the thing put where it was last changed before the speaker's eyes, and the hearer has
    missed nothing since that the speaker may have seen; or it was he who told the speaker. Of
    nothing else has that one heard since. To one who had left before, or slept, the same word is
    news that he has no reason to doubt.
    """
    speaker, hearer = remark(said)
    knows = False
    for line, inside, lost in presence(script.lines):
        there, beside = (p in inside and p not in lost for p in (speaker, hearer))
        if there and not beside:
            knows = False
        elif line.thing != said.thing:
            continue
        elif there and line.act in CHANGES:
            knows = True
        elif _brings_news(line, speaker):
            knows = line.act in PRIVATE and line.actor == hearer
    return knows


def _brings_news(line: Line, person: str) -> bool:
    """Whether somebody has news by it other than by seeing it happen in the room."""
    match line.act:
        case Act.TEXT | Act.RELAY | Act.READ | Act.PEEK_MOVE | Act.OVERHEAR:
            return line.other == person
        case Act.GLIMPSE | Act.ENTRY:
            return line.actor == person
        case Act.ROUTINE:
            return person in line.people
        case _:
            return False


def _guesses_who_was_told(script: Script, log: Log, thing: str, chains: Sequence[Chain]) -> bool:
    """Whether it matters whom one takes to have heard or seen of a routine (A9).

    Who was told beforehand knows that it happened; whom he takes to have been there is anybody's
    guess, and so is for those there who else had been told.
    """
    routines = [
        (event, frozenset(line.people))
        for event, line in zip(log.events, script.lines, strict=True)
        if line.act is _ROUTINE and line.thing == thing
    ]
    return any(
        (outer in event.covert and inner not in told)
        or (outer not in told and inner in event.covert and aware(event, outer))
        for event, told in routines
        for chain in chains
        for outer, inner in pairwise(chain)
    )
