"""The reading step of a gold trace: what beliefs come to as an answer (HARDBENCH 5.4 to 5.7, 11).

What somebody takes to be so is not yet what he feels, is after or does with words. A reading names
the premises and what they come to: *Ella loses by granted, takes it to be granted: dismayed*. It
is made from what a trace says that people end with, so that of wrong beliefs the reading is made
which follows from them. Forms whose answer is the believed value itself have none.

The *shallow* reading of the same beliefs is what one says who leaves the inference out: the typical
feeling, the words at face value, the outcome as the goal, presence as the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from social_r1.hardbench.forms import FORMS, HELD, SPEAKERS, Question
from social_r1.hardbench.questions import speech_chains
from social_r1.hardbench.readings.aims import (
    after,
    denied,
    earlier,
    heads,
    hinted,
    outcome,
    own_place,
)
from social_r1.hardbench.readings.base import (
    NO_ONE,
    UNSAID,
    Beliefs,
    Chain,
    Facts,
    Held,
    Reading,
    last,
    perspective,
    word,
)
from social_r1.hardbench.readings.feelings import (
    feel,
    of_two,
    promised,
    turned,
    typical,
    typical_turn,
)
from social_r1.hardbench.readings.knowledge import came_by, holders, speakers, was_there
from social_r1.hardbench.readings.remarks import Minds, literal, served, speech, suggested


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
        text += f": {_SO[question.form]} {word(key)}"
    elif key and kind != "person":
        text += f": {key.replace('_', ' ')}"
    outer = onlookers(question)
    return f"{text}, as {perspective(outer)} sees it" if outer else text


_SO = {
    **dict.fromkeys(("want", "why", "failed"), "is after"),
    "before": "earlier",
    "predict": "makes for",
    "hint": "hints at",
    "persuade": "denies",
}
"""What stands before a value that the premises come to."""


def onlookers(question: Question) -> Chain:
    """Those in whose eyes the person asked about is seen."""
    if question.asks_person and question.form not in SPEAKERS:
        return question.chain
    if FORMS[question.form].options == "act":
        return speech_chains(question)[0][:-1]
    return question.chain[:-1]


READERS: Mapping[str, Callable[[Facts], Reading | None]] = {
    **dict.fromkeys(("feel", "shows"), feel),
    "turn": turned,
    "mixed": of_two,
    "conscience": promised,
    "before": earlier,
    "predict": heads,
    "hint": hinted,
    "persuade": denied,
    **dict.fromkeys(("want", "why", "failed"), after),
    **dict.fromkeys(("speech", "takes"), speech),
    "source": came_by,
    "scalar": suggested,
    "interest": served,
    **dict.fromkeys(("knowledge", "news", *HELD), holders),
    **dict.fromkeys(SPEAKERS, speakers),
}
"""How each form is read."""

SHALLOW: Mapping[str, Callable[[Facts], Reading | None]] = {
    **dict.fromkeys(("feel", "shows"), typical),
    "turn": typical_turn,
    "hint": own_place,
    **dict.fromkeys(("want", "why", "failed"), outcome),
    **dict.fromkeys(("speech", "takes"), literal),
    "source": was_there,
}
"""How each form is read without the inference (HARDBENCH 11, I5)."""

__all__ = [
    "NO_ONE",
    "READERS",
    "SHALLOW",
    "UNSAID",
    "Beliefs",
    "Chain",
    "Facts",
    "Held",
    "Minds",
    "Reading",
    "last",
    "onlookers",
    "perspective",
    "read",
    "say",
    "shallow",
    "word",
]
