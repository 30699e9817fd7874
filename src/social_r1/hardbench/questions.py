"""Questions about a log, and their proved answers (HARDBENCH 5.4 to 5.7, 6).

Every form is a *reading* of what the epistemic core says. The answer of a belief question is a
value of the asked fluent along a chain of minds; that of an emotion, intention, desire or
non-literal question is what such values come to for the person asked about (`agents`). So no
answer can be looked up in a dictionary without working out who takes what to be the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Protocol

from social_r1.hardbench.agents.appraisal import (
    appraise,
    feeling,
    gains_by,
    mixed,
    turn,
)
from social_r1.hardbench.agents.conscience import conscience
from social_r1.hardbench.agents.interest import Interest, interest
from social_r1.hardbench.agents.planner import goal
from social_r1.hardbench.agents.provenance import Source, source
from social_r1.hardbench.agents.scale import Scale, scale
from social_r1.hardbench.agents.speech import Speech, speech_act
from social_r1.hardbench.core.events import Kind, Log
from social_r1.hardbench.core.kripke import Kripke
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.core.view import view_along
from social_r1.hardbench.forms import GROUNDED, HELD, OTHERS, SPEAKERS, Question


class Oracle(Protocol):
    """What both oracles offer: the value of a fluent along a chain, at the end of the log."""

    def value(self, chain: Sequence[str], fluent: str) -> str:
        """The value, or one of the two special values of `core.events`."""
        ...

    def history(self, chain: Sequence[str], fluent: str) -> list[str]:
        """The different values that it had one after the other, without the unknown beginning."""
        ...


def answer(question: Question, log: Log, oracle: Oracle, options: Sequence[str]) -> str | None:
    """The right answer by one oracle, or None where there is none or more than one.

    Args:
        question: what is asked.
        log: the story.
        oracle: either oracle, over that log.
        options: keys of the options; only questions about people look at them.
    """
    match question.form:
        case "memory":
            return next((e.value for e in log.events if e.kind is Kind.PLACE), None)
        case "knowledge" | "news" | "mistaken" | "after" | "identity":
            return _person(question, oracle, options)
        case "liar" | "joker" | "blunder" | "pretender":
            return _speaker(question, oracle, options)
        case "speech" | "takes":
            return done_by_saying(question, oracle)
        case "source":
            return _source(question, log, oracle)
        case "scalar":
            return _scalar(question, log, oracle)
        case "interest":
            return _interest(question, log, oracle)
        case "before":
            return _before(oracle.history(question.chain, question.thing))
        case _:
            return _proved(question, log, oracle, options)


def _proved(question: Question, log: Log, oracle: Oracle, options: Sequence[str]) -> str | None:
    """What the last of the chain takes to be so comes to, in the eyes of the others.

    It hangs on who has what at stake, and on what is so for these others; reality, if there are
    none.
    """
    chain, thing = question.chain, question.thing
    asked, value = chain[-1] if chain else "", oracle.value(chain, thing)
    match question.form:
        case "feel" | "shows":
            return feeling(log.stakes, asked, thing, value)
        case "turn":
            now = feeling(log.stakes, asked, thing, value)
            then = feeling(log.stakes, asked, thing, oracle.value(chain[:-1], thing))
            return turn(now, then) if now and then else None
        case "mixed":
            return _mixed(question, log, value)
        case "hint" if value == oracle.value(chain[:-1], thing):
            return None  # whoever takes the other to be right has nothing to hint at
        case "conscience":
            return _conscience(question, log, value)
        case _:
            return reading(question, log, oracle, value, options)


def reading(
    question: Question, log: Log, oracle: Oracle, value: str | None, options: Sequence[str] = ()
) -> str | None:
    """What a value of the asked fluent comes to as an answer, on the face of it.

    Shortcuts have their own idea of the value and read it so: of an outcome by the typical
    reaction, of a promise as if it had been broken, of a remark as if the hearer took for granted
    what it says, were glad to hear it and the speaker left nothing unsaid. Whoever works out the
    person's stake, or the hearer's picture, has done half of the work (`solvers.ablate`). What the
    value is held against, where it is, is told by the oracle.
    """
    if value is None or value.startswith("<"):
        return None
    match question.form:
        case "feel" | "shows":
            came = value.startswith("+")
            return None if value.startswith("~") else appraise(gains=True, came=came).value
        case "turn":
            truth = oracle.value(question.chain[:-1], question.thing)
            now, then = (appraise(gains=True, came=v.startswith("+")) for v in (value, truth))
            return None if "~" in (value[0], truth[0]) else turn(now.value, then.value)
        case "mixed":
            came = value.startswith("+")
            return None if value.startswith("~") else mixed(first=came, second=came)
        case "conscience":
            first = next((e.value for e in log.events if e.kind is Kind.PLACE), None)
            return conscience(broke=True, noticed=value != first)
        case "want":
            return goal(value, options)
        case "source":
            known = value == oracle.value((), question.thing)
            return (Source.SEEN if known else Source.IGNORANT).value
        case "scalar":
            known = value == oracle.value(question.chain[:-1], question.thing)
            return (Scale.FITTING if known else Scale.BLIND).value
        case form if form in _TOLD:
            meant, not_meant = _TOLD[form]
            return meant if value == question.value else not_meant
        case _:
            return value


_TOLD: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("speech", "takes"), (Speech.AGREE.value, Speech.LIE.value)),
    "interest": (Interest.WELCOME.value, Interest.WHITE.value),
}
"""What a remark comes to on the face of it, if it is meant and if it is not."""


def broke(question: Question, log: Log) -> bool:
    """Whether the person whose conscience is asked about ever moved the thing."""
    who, thing = question.chain[-2], question.thing
    return any(e.kind is Kind.MOVE and e.actor == who and e.fluent == thing for e in log.events)


def _conscience(question: Question, log: Log, value: str) -> str | None:
    """Whether he broke his word, and takes the other to see a change.

    None where the other is taken to know another culprit, or does know one and suspects nobody
    else, or where it was put back where it was.
    """
    who, other = question.chain[-2:]
    thing = question.thing
    moves = [e for e in log.events if e.kind is Kind.MOVE and e.fluent == thing]
    first = next((e.value for e in log.events if e.kind is Kind.PLACE), None)
    if value.startswith("<") or any(
        e.value == first or (e.actor != who and view_along(e, question.chain)) for e in moves
    ):
        return None
    broken, noticed = broke(question, log), value != first
    if noticed and not broken and any(view_along(e, (other,)) for e in moves):
        return None
    return conscience(broke=broken, noticed=noticed)


def _mixed(question: Question, log: Log, value: str) -> str | None:
    """What is felt for two people, each of whom gains or loses by what is taken to be so."""
    if value[:1] not in ("+", "-"):
        return None
    first, second = (gains_by(log.stakes, n, question.thing, value) for n in question.others)
    return None if first is None or second is None else mixed(first=first, second=second)


def _before(history: Sequence[str]) -> str | None:
    """The value before the present one, where there was one and neither is open."""
    if len(history) < 2 or any(v.startswith("<") for v in history[-2:]):
        return None
    return history[-2]


def _person(question: Question, oracle: Oracle, options: Sequence[str]) -> str | None:
    """The one person who fits."""
    chain, thing = question.chain, question.thing
    truth = oracle.value(chain, thing)
    if truth.startswith("<"):
        return None
    wanted = question.value if question.form in HELD else truth
    held = {x: oracle.value((*chain, x), thing) for x in options}
    if question.form == "identity" and any(v.startswith("<") for v in held.values()):
        return None  # it might be anybody of whom one has no picture
    if question.form == "news":
        if truth != question.value:
            return None
        fits = [x for x in options if held[x] != truth]
    else:
        fits = [x for x in options if held[x] == wanted]
    return fits[0] if len(fits) == 1 else None


def _source(question: Question, log: Log, oracle: Oracle) -> str | None:
    """How the last of the chain knows, in the eyes of those before him."""
    chain, thing = question.chain, question.thing
    truth, held = oracle.value(chain[:-1], thing), oracle.value(chain, thing)
    if truth.startswith("<"):
        return None
    return source(log, chain, thing, truth=truth, held=held)


def scalar_chains(question: Question) -> tuple[tuple[str, ...], ...]:
    """Of a remark about two people: the onlookers, the speaker, and each of the two in his eyes."""
    chain = question.chain
    return (chain[:-1], chain, *((*chain, x) for x in question.others))


def _scalar(question: Question, log: Log, oracle: Oracle) -> str | None:
    """What is suggested of the two by one who knows it himself, or does not.

    None where he knows it, but not from seeing it put there: whom he takes to have seen it is
    anybody's guess then.
    """
    values = [oracle.value(chain, question.thing) for chain in scalar_chains(question)]
    if len(question.others) != OTHERS["scalar"] or any(v.startswith("<") for v in values):
        return None
    truth, held, *theirs = values
    if held == truth and not _saw_it_put(question, log, held):
        return None
    return scale(knows=held == truth, count=theirs.count(held))


def _saw_it_put(question: Question, log: Log, held: str) -> bool:
    """Whether what the last of the chain takes to be so first came to him as a change he saw."""
    updates = Replay(log).updates(question.chain, question.thing)
    same = [index for index, _ in takewhile(lambda u: u[1] == held, reversed(updates))]
    return bool(same) and log.events[same[-1]].kind in (Kind.PLACE, Kind.MOVE)


def _interest(question: Question, log: Log, oracle: Oracle) -> str | None:
    """Whether the speaker means it, and whom it suits.

    None where he takes the hearer to be of his own mind, since that is no news and no lie but a
    joke, and where it suits both of them or neither.
    """
    chain, thing, said = question.chain, question.thing, question.value
    if len(question.others) != OTHERS["interest"] or said is None:
        return None
    own, theirs = (oracle.value(c, thing) for c in (chain, (*chain, *question.others)))
    if own == theirs or "<" in (own[0], theirs[0]):
        return None
    kind, selfish = (
        gains_by(log.stakes, n, thing, said) for n in (*question.others, question.chain[-1])
    )
    if kind is None or selfish is None or kind == selfish:
        return None
    return interest(meant=own == said, kind=kind)


def remark(question: Question) -> tuple[str, str]:
    """Who says it to whom."""
    *_, first, second = question.chain
    return (first, second) if question.form == "speech" else (second, first)


def speech_chains(question: Question) -> tuple[tuple[str, ...], ...]:
    """Of a remark: the speaker's picture, his of the hearer's, and the hearer's of his in that."""
    speaker, hearer = remark(question)
    outer = [*question.chain[:-2], *((hearer,) if question.form == "takes" else ())]
    ends = ((speaker,), (speaker, hearer), (speaker, hearer, speaker))
    return tuple((*outer, *end) for end in ends)


def done_by_saying(question: Question, oracle: Oracle) -> str | None:
    """The speech act, by what the speaker takes both to take to be so."""
    values = [oracle.value(chain, question.thing) for chain in speech_chains(question)]
    if question.value is None or any(v.startswith("<") for v in values):
        return None
    return speech_act(question.value, *values)


def spoken(question: Question, speaker: str) -> Question:
    """What one of several speakers does by the remark, as a question of its own."""
    *outer, hearer = question.chain
    return replace(question, form="speech", chain=(*outer, speaker, hearer))


def fits_speaker(question: Question, oracle: Oracle, speaker: str) -> bool | None:
    """Whether the speaker does what is asked for; None where that is contested or has no answer."""
    wanted, said = SPEAKERS[question.form], spoken(question, speaker)
    if wanted is not None:
        act = done_by_saying(said, oracle)
        return None if act is None else act == wanted
    belief = oracle.value(said.chain[:-1], question.thing)
    honest = belief == question.value
    return None if belief.startswith("<") else honest == (question.form == "blunder")


def _speaker(question: Question, oracle: Oracle, options: Sequence[str]) -> str | None:
    """The one speaker who fits, where of all of them it can be told."""
    if question.form == "blunder" and not _knows_better(question, oracle):
        return None
    fits = {x: fits_speaker(question, oracle, x) for x in options}
    found = [x for x, fit in fits.items() if fit]
    return found[0] if len(found) == 1 and None not in fits.values() else None


def _knows_better(question: Question, oracle: Oracle) -> bool:
    """Whether the remark is wrong, and the hearer takes it to be."""
    truth = oracle.value(question.chain[:-1], question.thing)
    held = oracle.value(question.chain, question.thing)
    return held == truth != question.value and not truth.startswith("<")


def second_oracle(log: Log, question: Question, options: Sequence[str]) -> Kripke:
    """The Kripke model, of what the question needs: its fluent, and the people that it names.

    Events on other fluents change nothing of this one, and arrows of other people are followed by
    no chain of the question; without them the model is small.
    """
    people = {*question.people, *(options if question.asks_person else ())}
    return Kripke(
        replace(
            log,
            agents=tuple(a for a in log.agents if a in people),
            events=tuple(e for e in log.events if e.fluent == question.thing),
        )
    )


def grounded(question: Question, log: Log, replay: Replay, options: Sequence[str]) -> bool:
    """Whether every belief that the answer rests on came honestly to its holder.

    Whoever is told something that only *happens* to be so does not know it, nor does he to whose
    last known place the thing was brought back behind his back. Knowledge questions are asked only
    where each candidate's last word was true when he got it, and did not turn false and true again.
    """
    if question.form not in GROUNDED:
        return True
    thing, end = question.thing, len(log.events)
    for chain, x in _knowers(question, options):
        updates = replay.updates((*chain, x), thing)
        if any(value.startswith("<") for _, value in updates):
            return False
        if not updates:
            continue
        index, value = updates[-1]
        told = log.events[index].kind is Kind.TELL
        if told and replay.value(chain, thing, index) != value:
            return False
        since = {replay.value(chain, thing, t) for t in range(index + 1, end + 1)}
        if replay.value(chain, thing) == value and since != {value}:
            return False
    return True


def _knowers(question: Question, options: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """Whose knowledge is asked about, each behind those in whose eyes it counts as such."""
    chain = question.chain
    match question.form:
        case "source":
            return [(chain[:-1], chain[-1])]
        case "scalar":
            return [(chain[:-1], chain[-1]), *((chain, x) for x in question.others)]
        case _:
            return [(chain, x) for x in options]
