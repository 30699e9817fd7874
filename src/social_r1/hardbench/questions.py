"""Questions about a log, and their proved answers (HARDBENCH 5.4 to 5.7, 6).

Every form is a *reading* of what the epistemic core says. The answer of a belief question is a
value of the asked fluent along a chain of minds; that of an emotion, intention, desire or
non-literal question is what such values come to for the person asked about (`agents`). So no
answer can be looked up in a dictionary without working out who takes what to be the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from social_r1.hardbench.agents.appraisal import appraise, feeling
from social_r1.hardbench.agents.planner import goal
from social_r1.hardbench.agents.provenance import Source, source
from social_r1.hardbench.agents.speech import Speech, speech_act
from social_r1.hardbench.core.events import Kind, Log
from social_r1.hardbench.core.kripke import Kripke
from social_r1.hardbench.core.replay import Replay


class Oracle(Protocol):
    """What both oracles offer: the value of a fluent along a chain, at the end of the log."""

    def value(self, chain: Sequence[str], fluent: str) -> str:
        """The value, or one of the two special values of `core.events`."""
        ...


class Form(NamedTuple):
    """A form of question.

    Attributes:
        dimension: the ATOMS dimension.
        depth: how many minds the reading itself adds to the chain.
        options: what the options are: ``value``, ``person``, ``source``, ``feeling`` or ``act``.
    """

    dimension: str
    depth: int
    options: str


FORMS = {
    "reality": Form("Belief", 0, "value"),
    "memory": Form("Belief", 0, "value"),
    "belief": Form("Belief", 0, "value"),
    "mistaken": Form("Belief", 1, "person"),
    "knowledge": Form("Knowledge", 1, "person"),
    "news": Form("Knowledge", 1, "person"),
    "source": Form("Knowledge", 0, "source"),
    "feel": Form("Emotion", 0, "feeling"),
    "why": Form("Intention", 0, "value"),
    "failed": Form("Intention", 0, "value"),
    "want": Form("Desire", 0, "value"),
    "speech": Form("Non-literal", 1, "act"),
    "takes": Form("Non-literal", 2, "act"),
    "liar": Form("Non-literal", 2, "person"),
    "joker": Form("Non-literal", 2, "person"),
    "blunder": Form("Non-literal", 1, "person"),
}
"""All forms. ``reality`` and ``memory`` are controls, which the hard sets do not ask."""

SPEAKERS = {"liar": Speech.LIE, "joker": Speech.JOKE, "blunder": None}
"""Forms about who of several people means what by the same words to the same hearer. A blunder is
an honest mistake (an involuntary lie) to one who knows better: a faux pas."""

GROUNDED = ("knowledge", "news", "source")
"""Forms that ask for knowledge, not only for belief."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        form: a key of `FORMS`.
        chain: whose mind, the outer one first. For ``speech`` the speaker and the hearer (in an
            outer mind, if there are three); for ``takes`` the hearer and the speaker; for
            `SPEAKERS` the hearer.
        thing: the fluent asked about.
        value: what it is asked of: the place that somebody is mistaken about, the thing that
            is news, what the remark says.
        matter: what sort of fluent; see `script.Script`.
    """

    form: str
    chain: tuple[str, ...]
    thing: str
    value: str | None = None
    matter: str = "location"

    @property
    def order(self) -> int:
        """How many minds are nested: 0 for reality and memory."""
        return len(self.chain) + FORMS[self.form].depth

    @property
    def template(self) -> str:
        """Key of the plain surface bank's ``questions``."""
        return self.form if self.form in ("reality", "memory") else f"{self.form}{self.order}"

    @property
    def dimension(self) -> str:
        """The ATOMS dimension."""
        return FORMS[self.form].dimension

    @property
    def asks_person(self) -> bool:
        """Whether the options are people."""
        return FORMS[self.form].options == "person"


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
        case "knowledge" | "news" | "mistaken":
            return _person(question, oracle, options)
        case "liar" | "joker" | "blunder":
            return _speaker(question, oracle, options)
        case "speech" | "takes":
            return _act(question, oracle)
        case "source":
            return _source(question, log, oracle)
        case _:
            value = oracle.value(question.chain, question.thing)
            if question.form == "feel":
                return feeling(log.stakes, question.chain[-1], question.thing, value)
            return reading(question, log, value, options)


def reading(
    question: Question, log: Log, value: str | None, options: Sequence[str] = ()
) -> str | None:
    """What a value of the asked fluent comes to as an answer, on the face of it.

    Shortcuts have their own idea of the value and read it so: of an outcome by the typical
    reaction, of a remark as if the hearer took for granted what it says. Whoever works out the
    person's stake, or the hearer's picture, has done half of the work (`solvers.ablate`).
    """
    if value is None or value.startswith("<"):
        return None
    match question.form:
        case "feel":
            came = value.startswith("+")
            return None if value.startswith("~") else appraise(gains=True, came=came).value
        case "want":
            return goal(value, options)
        case "source":
            known = value == Replay(log).value((), question.thing)
            return (Source.SEEN if known else Source.IGNORANT).value
        case "speech" | "takes":
            return (Speech.AGREE if value == question.value else Speech.LIE).value
        case _:
            return value


def _person(question: Question, oracle: Oracle, options: Sequence[str]) -> str | None:
    """The one person who fits."""
    chain, thing = question.chain, question.thing
    truth = oracle.value(chain, thing)
    if truth.startswith("<"):
        return None
    wanted = question.value if question.form == "mistaken" else truth
    held = {x: oracle.value((*chain, x), thing) for x in options}
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


def speech_chains(question: Question) -> tuple[tuple[str, ...], ...]:
    """Of a remark: the speaker's picture, his of the hearer's, and the hearer's of his in that."""
    *outer, first, second = question.chain
    speaker, hearer = (first, second) if question.form == "speech" else (second, first)
    if question.form == "takes":
        outer = [*outer, hearer]
    ends = ((speaker,), (speaker, hearer), (speaker, hearer, speaker))
    return tuple((*outer, *end) for end in ends)


def _act(question: Question, oracle: Oracle) -> str | None:
    """The speech act, by what the speaker takes both to take to be so."""
    values = [oracle.value(chain, question.thing) for chain in speech_chains(question)]
    if any(v.startswith("<") for v in values):
        return None
    belief, hearer, mutual = (v == question.value for v in values)
    return speech_act(belief=belief, hearer=hearer, mutual=mutual)


def spoken(question: Question, speaker: str) -> Question:
    """What one of several speakers does by the remark, as a question of its own."""
    *outer, hearer = question.chain
    return replace(question, form="speech", chain=(*outer, speaker, hearer))


def fits_speaker(question: Question, oracle: Oracle, speaker: str) -> bool | None:
    """Whether the speaker does what is asked for; None where that is contested or has no answer."""
    wanted, said = SPEAKERS[question.form], spoken(question, speaker)
    if wanted is not None:
        act = _act(said, oracle)
        return None if act is None else act == wanted
    belief = oracle.value(said.chain[:-1], question.thing)
    return None if belief.startswith("<") else belief == question.value


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
    people = {*question.chain, *(options if question.asks_person else ())}
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
    chain, thing, end = question.chain, question.thing, len(log.events)
    if question.form == "source":
        chain, options = chain[:-1], chain[-1:]
    for x in options:
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
