"""The reading step of a gold trace: what beliefs come to as an answer (HARDBENCH 5.4 to 5.7, 11).

What somebody takes to be so is not yet what he feels, is after or does with words. A reading names
the premises and what they come to: *Ella loses by granted, takes it to be granted: dismayed*. It
is made from what a trace says that people end with, so that of wrong beliefs the reading is made
which follows from them. Forms whose answer is the believed value itself have none.

The *shallow* reading of the same beliefs is what one says who leaves the inference out: the typical
feeling, the words at face value, the outcome as the goal, presence as the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from social_r1.hardbench.agents.appraisal import appraise, gains_by
from social_r1.hardbench.agents.planner import goal
from social_r1.hardbench.agents.provenance import Source, arrival
from social_r1.hardbench.agents.speech import Speech, speech_act
from social_r1.hardbench.core.events import UNDETERMINED, Log
from social_r1.hardbench.questions import FORMS, SPEAKERS, Question, speech_chains, spoken
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


def read(facts: Facts) -> Reading | None:
    """The reading, or None where the answer is the believed value or a premise is lacking."""
    reader = READERS.get(facts.question.form)
    return reader(facts) if reader else None


def shallow(facts: Facts) -> Reading | None:
    """What the same beliefs come to on the face of it; None where the form has no such reading."""
    reader = SHALLOW.get(facts.question.form)
    return reader(facts) if reader else None


def say(question: Question, reading: Reading, otherwise: str | None = None) -> str:
    """The reading in words, without the dot.

    Args:
        question: what is asked.
        reading: what to say.
        otherwise: key of the option to end with where the premises come to none.

    >>> said = Reading("Ella loses by granted, takes it to be granted", "dismayed")
    >>> say(Question("feel", ("Ben", "Ella"), "permit"), said)
    'Ella loses by granted, takes it to be granted: dismayed, as Ben sees it'
    """
    text, key = reading.premises, reading.key or otherwise
    kind = FORMS[question.form].options
    if key and kind == "value":
        text += f": is after {word(key)}"
    elif key and kind != "person":
        text += f": {key.replace('_', ' ')}"
    outer = onlookers(question)
    return f"{text}, as {perspective(outer)} sees it" if outer else text


def onlookers(question: Question) -> Chain:
    """Those in whose eyes the person asked about is seen."""
    if question.asks_person and question.form not in SPEAKERS:
        return question.chain
    if FORMS[question.form].options == "act":
        return speech_chains(question)[0][:-1]
    return question.chain[:-1]


# --- feelings --------------------------------------------------------------------------------


def _feel(f: Facts) -> Reading | None:
    """Who gains or loses by the favourable outcome, and what he takes to be so."""
    good = next((v for v in f.values.values() if v.startswith("+")), None)
    if good is None:
        return None
    gains = gains_by(f.log.stakes, f.question.chain[-1], f.question.thing, good)
    return None if gains is None else _appraised(f, good, gains=gains)


def _typical(f: Facts) -> Reading | None:
    """Everybody gains by the favourable outcome."""
    good = next((v for v in f.values.values() if v.startswith("+")), None)
    return _appraised(f, good, gains=True) if good else None


def _appraised(f: Facts, good: str, *, gains: bool) -> Reading:
    chain = f.question.chain
    said = f.end(chain)
    sign = f.values.get(said, "")[:1]
    cell = appraise(gains=gains, came=sign == "+").value if sign in ("+", "-") else None
    stake = f"{chain[-1]} {'gains' if gains else 'loses'} by {word(good)}"
    return Reading(f"{stake}, takes it to be {said}", cell)


# --- aims ------------------------------------------------------------------------------------


def _after(f: Facts) -> Reading:
    """What he takes the container to hold is what he is after."""
    return _holding(f, f.end(f.question.chain))


def _outcome(f: Facts) -> Reading | None:
    """What is really inside is taken for what he is after."""
    change = _last_change(f)
    return _holding(f, change[1]) if change and change[1] in f.keys else None


def _holding(f: Facts, said: str) -> Reading:
    text = f"{f.question.chain[-1]} takes {f.question.thing} to hold {said}"
    if f.question.form == "want":
        return Reading(text, goal(said, f.keys))
    return Reading(text, said if said in f.keys else None)


def _last_change(f: Facts) -> tuple[int, str] | None:
    """Number and value of the last line that changes the thing."""
    numbers = {line: number for number, line in enumerate(f.script.order(), 1)}
    found = [
        (numbers[i], word(line.value))
        for i, line in enumerate(f.script.lines)
        if line.act in CHANGES and line.thing == f.question.thing and line.value
    ]
    return found[-1] if found else None


# --- remarks ---------------------------------------------------------------------------------


class Minds(NamedTuple):
    """What a speaker takes both to make of p, True for p; None where somebody has no idea."""

    belief: bool | None
    """Whether he takes p to be so."""
    hearer: bool | None
    """Whether he takes the hearer to do so."""
    mutual: bool | None
    """Whether he takes the hearer to take him to do so."""

    @property
    def act(self) -> str | None:
        """What he does by saying p; None where that is contested or not settled."""
        belief, hearer, mutual = self
        if belief is None or hearer is None or mutual is None:
            return None
        return speech_act(belief=belief, hearer=hearer, mutual=mutual)


def minds(facts: Facts, chains: Sequence[Chain], remark: str) -> Minds:
    """What stands behind a remark, along the three chains of `questions.speech_chains`."""
    ends = [facts.end(chain) for chain in chains]
    no_idea = (UNSAID, UNDETERMINED)
    return Minds(*(None if e in no_idea else e == word(remark) for e in ends))


def _speech(f: Facts) -> Reading | None:
    """What the speaker takes to be so, and takes the hearer to take to be so."""
    remark = f.question.value
    return _said(f, minds(f, speech_chains(f.question), remark)) if remark else None


def _literal(f: Facts) -> Reading | None:
    """The words at face value: he takes to be so what he says."""
    remark = f.question.value
    if not remark:
        return None
    return _said(f, minds(f, speech_chains(f.question), remark)._replace(belief=True))


def _said(f: Facts, behind: Minds) -> Reading:
    *_, speaker, hearer = speech_chains(f.question)[1]
    value = word(f.question.value or "")
    text = f"{speaker} takes it {_to_be(value, behind.belief)}"
    text += f", takes {hearer} to take it {_to_be(value, behind.hearer)}"
    if behind.belief is False and behind.hearer is False:
        text += ", mutually" if not behind.mutual else ", not mutually"
    return Reading(text, behind.act)


def _to_be(value: str, holds: bool | None) -> str:
    return f"to be {value}" if holds else f"not to be {value}"


# --- knowledge -------------------------------------------------------------------------------


_HOW = {
    Source.SEEN.value: "openly",
    Source.SPIED.value: "unseen",
    Source.TOLD.value: "by word",
    Source.IGNORANT.value: "wrongly",
}


def _source(f: Facts) -> Reading | None:
    """Where the last word came from, and how; or that it is wrong."""
    chain = f.question.chain
    got = f.beliefs.get(chain, ())
    if not got:
        return Reading(f"{chain[-1]} has no word of it", Source.IGNORANT.value)
    line, said = got[-1]
    if said != f.end(chain[:-1]):
        return _came(f, said, line, Source.IGNORANT.value)
    key = arrival(f.log, chain, f.script.order()[line - 1])
    return _came(f, said, line, key) if key else None


def _present(f: Facts) -> Reading | None:
    """Whoever is about saw the last change with the others."""
    change = _last_change(f)
    return _came(f, change[1], change[0], Source.SEEN.value) if change else None


def _came(f: Facts, said: str, line: int, key: str) -> Reading:
    return Reading(f"{f.question.chain[-1]} has {said} from [{line}], {_HOW[key]}", key)


def _holders(f: Facts) -> Reading:
    """Which of the candidates hold what is asked about (or do not, where it is news)."""
    chain, news = f.question.chain, f.question.form == "news"
    truth = f.end(chain)
    wanted = word(f.question.value or "") if f.question.form == "mistaken" else truth
    fits = [x for x in f.keys if (f.end((*chain, x)) == wanted) != news]
    names = ", ".join(fits) or NO_ONE
    text = f"of these {names} {'lacks' if news else 'holds'} {wanted}"
    return Reading(text, fits[0] if len(fits) == 1 and truth != UNSAID else None)


def _speakers(f: Facts) -> Reading | None:
    """Which of those who say the same means what is asked for."""
    remark, wanted = f.question.value, SPEAKERS[f.question.form]
    if not remark:
        return None
    fits: list[str] = []
    for x in f.keys:
        behind = minds(f, speech_chains(spoken(f.question, x)), remark)
        if behind.belief if wanted is None else _does(behind, wanted):
            fits.append(x)
    names = ", ".join(fits) or NO_ONE
    verb = {"liar": "lies", "joker": "jokes", "blunder": "means it"}[f.question.form]
    return Reading(f"of these {names} {verb}", fits[0] if len(fits) == 1 else None)


def _does(behind: Minds, wanted: Speech) -> bool:
    """Whether that is what the words do; of a lie what the speaker is taken to hold is nothing."""
    if wanted is Speech.LIE:
        return behind.belief is False and behind.hearer is True
    return behind.act == wanted


READERS: dict[str, Callable[[Facts], Reading | None]] = {
    "feel": _feel,
    **dict.fromkeys(("want", "why", "failed"), _after),
    **dict.fromkeys(("speech", "takes"), _speech),
    "source": _source,
    **dict.fromkeys(("knowledge", "news", "mistaken"), _holders),
    **dict.fromkeys(SPEAKERS, _speakers),
}
"""How each form is read."""

SHALLOW: dict[str, Callable[[Facts], Reading | None]] = {
    "feel": _typical,
    **dict.fromkeys(("want", "why", "failed"), _outcome),
    **dict.fromkeys(("speech", "takes"), _literal),
    "source": _present,
}
"""How each form is read without the inference (HARDBENCH 11, I5)."""
