"""Questions and options of the rich register in words (HARDBENCH 6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

from social_r1.errors import InputError
from social_r1.hardbench.forms import FORMS, Question
from social_r1.hardbench.surface.words import bank, in_bank, matters, purposes, shelve


def ask_rich(question: Question, style: int, family: str = "all") -> str:
    """The question; the same style and family give the same words.

    Raises:
        InputError: the bank has no words for that form, about so many minds or such a thing.
    """
    key = template_key(question)
    if key not in bank("questions.yaml"):
        raise InputError(
            f"questions.yaml has no {key!r}: {question.form!r} is not asked of a "
            f"{question.matter} at order {question.order}; repair: take another depth or matter, "
            "or add the key"
        )
    templates = _templates(key, family)
    template = Random(f"{style}-question").choice(templates)
    chain = question.chain
    if question.form == "takes":  # the template names the speaker first
        chain = (*chain[:-2], chain[-1], chain[-2])
    value = question.value.lstrip("+-~") if question.value else None
    return template.format(*chain, *question.others, o=question.thing, c=value)


def template_key(question: Question) -> str:
    """Key of ``questions.yaml``."""
    minds, form = len(question.chain), question.form
    if form in ("belief", "before", "knowledge", "news", "mistaken", "after"):
        name = "knows" if form == "knowledge" else form
        return f"{name}{question.order}_{question.matter}"
    if form in ("speech", "takes"):
        return f"{form}{minds - 1}"
    return f"{form}{minds}"


def option_texts(question: Question, keys: Sequence[str], style: int) -> tuple[str, ...]:
    """How the options are printed, in the order of their keys."""
    kind = FORMS[question.form].options
    if kind in _LABELS:
        words = Random(f"{style}-labels").choice(_labels(kind))
        outcome = matters().get(question.thing)
        yes, no = (outcome.yes, outcome.no) if outcome else ("", "")
        a, b = (*question.others, "", "")[:2]
        return tuple(words[key].format(yes=yes, no=no, a=a, b=b) for key in keys)
    if question.form in ("why", "failed"):
        return tuple(f"to {in_bank(purposes(), key)}" for key in keys)
    if question.form in ("predict", "persuade"):
        phrase = Random(f"{style}-labels").choice(_phrases(question.form))
        return tuple(phrase.format(c=key) for key in keys)
    return tuple(key.lstrip("+-~") for key in keys)


@cache
def _templates(key: str, family: str) -> tuple[str, ...]:
    return shelve(tuple(bank("questions.yaml")[key]), family)


@cache
def _labels(kind: str) -> tuple[dict[str, str], ...]:
    return tuple(bank("labels.yaml")[_LABELS[kind]])


@cache
def _phrases(form: str) -> tuple[str, ...]:
    return tuple(bank("labels.yaml")[form])


_LABELS = {
    "feeling": "feel",
    "act": "speech",
    "source": "source",
    "turn": "turn",
    "conscience": "conscience",
    "mixed": "mixed",
    "scale": "scale",
    "interest": "interest",
}
"""Keys of ``labels.yaml``, by what the options are."""
