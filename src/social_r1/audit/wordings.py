"""How varied the wordings of the gold traces are (HARDBENCH 11 and 18).

A trace that is always right in the same words teaches the words. Three measures:

* *renderers*: in how many wordings the same is told. Counted are texts with names, things,
  numbers and options masked: of a cue among lines of one kind, of the goal and of the reply among
  questions of one form and order. What is seldom is left out, and the median taken.
* *self-BLEU*: BLEU-4 of each trace with the others of the sample as references, averaged (Zhu et
  al. 2018, Texygen). 1 says that all are alike. It grows with the sample, so its size is told.
  Names and things differ between stories, so it is also taken with these masked.
* *type entropy*: entropy of the masked traces over the logarithm of their number; 1: all differ.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from math import log
from statistics import fmean, median
from typing import Any

from social_r1.audit.text import Masker, words
from social_r1.audit.worlds import Staged
from social_r1.errors import MissingExtraError

SAMPLE = 100
"""Traces between which BLEU is taken."""

ENOUGH = 20
"""Texts of one kind that there must be for their wordings to be counted."""


def trace_wordings(
    staged: Sequence[Staged], masker: Masker, *, seed: int = 0, sample: int = SAMPLE
) -> dict[str, Any] | None:
    """Figures of the gold traces; None where there are none.

    Keys: ``traces``; ``renderers`` of ``cue``, ``goal`` and ``reply``; ``self_bleu`` and
    ``self_bleu_masked`` of ``sample`` traces drawn by the seed; ``type_entropy``.

    Raises:
        MissingExtraError: nltk is not installed.
    """
    if not staged:
        return None
    # One letter for all, since letters are no wording.
    told = [found.world.trace.stages("A") for found in staged]
    masked = [
        tuple(tuple(masker.words(text, found.item)) for text in texts)
        for texts, found in zip(told, staged, strict=True)
    ]
    order = sorted(range(len(told)), key=lambda i: staged[i].item.id)
    random.Random(seed).shuffle(order)
    drawn = order[:sample]
    return {
        "traces": len(told),
        "renderers": {
            "cue": _renderers(_cues(staged, masker)),
            "goal": _renderers(_stage(staged, masker, 2)),
            "reply": _renderers(_stage(staged, masker, 3)),
        },
        "sample": len(drawn),
        "self_bleu": self_bleu([words(" ".join(told[i])) for i in drawn]),
        "self_bleu_masked": self_bleu([list(chain.from_iterable(masked[i])) for i in drawn]),
        "type_entropy": entropy_share(masked),
    }


def self_bleu(texts: Sequence[Sequence[str]]) -> float | None:
    """Mean BLEU-4 of each text with all others as references; None of fewer than two.

    Where no n-gram of a size is found elsewhere, a small count stands for it (method 1 of Chen and
    Cherry 2014), as in Texygen.

    Raises:
        MissingExtraError: nltk is not installed.
    """
    if len(texts) < 2:
        return None
    try:
        from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
    except ImportError as error:
        raise MissingExtraError("nltk", "audit") from error
    smooth = SmoothingFunction().method1
    rows = [list(text) for text in texts]
    scores: list[Any] = [
        sentence_bleu(rows[:i] + rows[i + 1 :], row, smoothing_function=smooth)
        for i, row in enumerate(rows)
    ]
    return fmean(map(float, scores))


def entropy_share(texts: Sequence[object]) -> float:
    """Entropy of the different texts over the greatest that so many can have."""
    n = len(texts)
    if n < 2:
        return 1.0
    return -sum(c / n * log(c / n) for c in Counter(texts).values()) / log(n)


Wordings = Iterable[tuple[Hashable, str]]
"""Pairs of what is told and the masked words that tell it."""


def _renderers(wordings: Wordings) -> float | None:
    """The median number of wordings over what is told often enough."""
    found: dict[Hashable, list[str]] = defaultdict(list)
    for kind, text in wordings:
        found[kind].append(text)
    counts = [len(set(texts)) for texts in found.values() if len(texts) >= ENOUGH]
    return median(counts) if counts else None


def _cues(staged: Sequence[Staged], masker: Masker) -> Wordings:
    """Of every line its kind, and the words in which the trace tells it."""
    for found in staged:
        script, trace = found.world.script, found.world.trace
        for line, cue in zip(script.order(), trace.cues, strict=True):
            yield script.lines[line].act, " ".join(masker.words(cue, found.item))


def _stage(staged: Sequence[Staged], masker: Masker, stage: int) -> Wordings:
    """Of every question its form and order, and the words of one stage."""
    for found in staged:
        question, options = found.world.question, found.item.options
        text = found.world.trace.stages("A")[stage]
        for option in sorted(options, key=len, reverse=True):
            text = text.replace(option, "0")
        yield (question.form, question.order), " ".join(masker.words(text, found.item))
