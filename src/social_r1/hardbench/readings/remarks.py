"""Readings of remarks: what a speaker takes both to take to be so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from social_r1.hardbench.agents.appraisal import gains_by
from social_r1.hardbench.agents.interest import interest
from social_r1.hardbench.agents.scale import scale
from social_r1.hardbench.agents.speech import speech_act
from social_r1.hardbench.core.events import UNDETERMINED
from social_r1.hardbench.questions import scalar_chains, speech_chains
from social_r1.hardbench.readings.base import UNSAID, Chain, Facts, Reading, word


class Minds(NamedTuple):
    """What a speaker takes both to make of what he says; None where somebody has no idea."""

    said: str
    """What the words say."""
    belief: str | None
    """What he takes to be so."""
    hearer: str | None
    """What he takes the hearer to take to be so."""
    mutual: str | None
    """What he takes the hearer to take him to take to be so."""

    @property
    def act(self) -> str | None:
        """What he does by saying p; None where that is contested or not settled."""
        said, belief, hearer, mutual = self
        if belief is None or hearer is None or mutual is None:
            return None
        return speech_act(said, belief, hearer, mutual)


def minds(facts: Facts, chains: Sequence[Chain], remark: str) -> Minds:
    """What stands behind a remark, along the three chains of `questions.speech_chains`."""
    ends = [facts.end(chain) for chain in chains]
    return Minds(word(remark), *(None if e in (UNSAID, UNDETERMINED) else e for e in ends))


def speech(f: Facts) -> Reading | None:
    """What the speaker takes to be so, and takes the hearer to take to be so."""
    remark = f.question.value
    return _said(f, minds(f, speech_chains(f.question), remark)) if remark else None


def literal(f: Facts) -> Reading | None:
    """The words at face value: he takes to be so what he says."""
    remark = f.question.value
    if not remark:
        return None
    return _said(f, minds(f, speech_chains(f.question), remark)._replace(belief=word(remark)))


def _said(f: Facts, behind: Minds) -> Reading:
    *_, speaker, hearer = speech_chains(f.question)[1]
    value = word(f.question.value or "")
    text = f"{speaker} takes it {_to_be(value, behind.belief == value)}"
    text += f", takes {hearer} to take it {_to_be(value, behind.hearer == value)}"
    if value not in (behind.belief, behind.hearer):
        same = behind.hearer == behind.belief
        mutual = ", mutually" if behind.mutual == behind.belief else ", not mutually"
        text += mutual if same else f" but {behind.hearer}"
    return Reading(text, behind.act)


def _to_be(value: str, holds: bool) -> str:
    return f"to be {value}" if holds else f"not to be {value}"


def suggested(f: Facts) -> Reading:
    """Whether the speaker knows it himself, and who of the two does so in his eyes."""
    speaker, (_, own, *theirs) = f.question.chain[-1], scalar_chains(f.question)
    truth, said = (f.end(c) for c in (own[:-1], own))
    if said != truth:
        return Reading(f"{speaker} takes it to be in {said}, wrongly", scale(knows=False, count=0))
    know = [c[-1] for c in theirs if f.end(c) == said]
    text = f"{speaker} has it right, takes {' and '.join(know) or 'neither'} to have it too"
    return Reading(text, scale(knows=True, count=len(know)))


def served(f: Facts) -> Reading | None:
    """Whether the speaker means it, and which of the two gains by it."""
    speaker, [hearer], said = f.question.chain[-1], f.question.others, f.question.value or ""
    gains = {n: gains_by(f.log.stakes, n, f.question.thing, said) for n in (speaker, hearer)}
    winners = [n for n, gain in gains.items() if gain]
    if None in gains.values() or len(winners) != 1:
        return None
    own = f.end(f.question.chain)
    meant = own == word(said)
    text = f"{winners[0]} gains by {word(said)}, {speaker} takes it {_to_be(word(said), meant)}"
    if own == f.end((*f.question.chain, hearer)):
        return Reading(f"{text}, as {hearer} does", None)
    return Reading(text, interest(meant=meant, kind=winners[0] == hearer))
