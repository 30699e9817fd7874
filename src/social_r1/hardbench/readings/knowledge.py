"""Readings of knowledge: where the last word came from, and who holds what."""

from __future__ import annotations

from social_r1.hardbench.agents.provenance import Source, arrival
from social_r1.hardbench.agents.speech import Speech
from social_r1.hardbench.forms import HELD, SPEAKERS
from social_r1.hardbench.questions import speech_chains, spoken
from social_r1.hardbench.readings.base import NO_ONE, UNSAID, Facts, Reading, last_change, word
from social_r1.hardbench.readings.remarks import Minds, minds

_HOW = {
    Source.SEEN.value: "openly",
    Source.SPIED.value: "unseen",
    Source.TOLD.value: "by word",
    Source.IGNORANT.value: "wrongly",
}


def came_by(f: Facts) -> Reading | None:
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


def was_there(f: Facts) -> Reading | None:
    """Whoever is about saw the last change with the others."""
    change = last_change(f)
    return _came(f, change[1], change[0], Source.SEEN.value) if change else None


def _came(f: Facts, said: str, line: int, key: str) -> Reading:
    return Reading(f"{f.question.chain[-1]} has {said} from [{line}], {_HOW[key]}", key)


def holders(f: Facts) -> Reading:
    """Which of the candidates hold what is asked about (or do not, where it is news)."""
    chain, news = f.question.chain, f.question.form == "news"
    truth = f.end(chain)
    wanted = word(f.question.value or "") if f.question.form in HELD else truth
    fits = [x for x in f.keys if (f.end((*chain, x)) == wanted) != news]
    names = ", ".join(fits) or NO_ONE
    text = f"of these {names} {'lacks' if news else 'holds'} {wanted}"
    return Reading(text, fits[0] if len(fits) == 1 and truth != UNSAID else None)


def speakers(f: Facts) -> Reading | None:
    """Which of those who say the same means what is asked for."""
    remark, wanted = f.question.value, SPEAKERS[f.question.form]
    if not remark:
        return None
    fits: list[str] = []
    for x in f.keys:
        behind = minds(f, speech_chains(spoken(f.question, x)), remark)
        if _means(f.question.form, behind) if wanted is None else _does(behind, wanted):
            fits.append(x)
    names = ", ".join(fits) or NO_ONE
    verb = _MEANS[f.question.form]
    return Reading(f"of these {names} {verb}", fits[0] if len(fits) == 1 else None)


_MEANS = {
    "liar": "lies", "joker": "jokes", "blunder": "means it", "pretender": "only says so",
}  # fmt: skip


def _means(form: str, behind: Minds) -> bool:
    """Whether he takes to be so what he says, or where that is asked does not."""
    return behind.belief is not None and (behind.belief == behind.said) == (form == "blunder")


def _does(behind: Minds, wanted: Speech) -> bool:
    """Whether that is what the words do; of a lie what the speaker is taken to hold is nothing."""
    if wanted is Speech.LIE:
        known = behind.belief is not None and behind.hearer is not None
        return known and behind.said != behind.belief != behind.hearer
    return behind.act == wanted
