"""How varied the wordings of the gold traces are (HARDBENCH 11 and 18).

A trace that is always right in the same words teaches the words. Three measures:

* *renderers*: in how many wordings the same is told. Counted are texts with names, things,
  numbers and options masked: of a cue among lines of one kind, of a view among those of as many
  people, of the goal among questions of one form and order, of the reply among all. The items of
  a block share their words, so what stands in few blocks is left out; of the rest the median is
  taken.
* *self-BLEU*: BLEU-4 of each trace with the others of the sample as references, averaged (Zhu et
  al. 2018, Texygen). 1 says that all are alike. It grows with the sample, so its size is told.
  Names and things differ between stories, so it is also taken with these masked.
* *type entropy*: entropy of the masked traces over the logarithm of their number; 1: all differ.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from math import log
from statistics import fmean, median
from typing import Any

from social_r1.audit.text import NAME, Masker, words
from social_r1.audit.worlds import Staged
from social_r1.errors import MissingExtraError
from social_r1.hardbench.prose import sentences, told
from social_r1.trajectory.sip import Stage

SAMPLE = 100
"""Traces between which BLEU is taken."""

SHORTEST, LONGEST = 60, 180
"""Words that a thought usually has (HARDBENCH 11)."""

ENOUGH = 20
"""Blocks in which there must be texts of a kind for their wordings to be counted."""


def trace_wordings(
    staged: Sequence[Staged], masker: Masker, *, seed: int = 0, sample: int = SAMPLE
) -> dict[str, Any] | None:
    """Figures of the gold traces; None where there are none.

    Keys: ``traces``; ``words``, their mean number, and ``usual``, the share of traces of 60 to 180;
    ``renderers`` of ``cue``, ``view``, ``goal`` and ``reply``; ``self_bleu`` and
    ``self_bleu_masked`` of ``sample`` traces drawn by the seed; ``type_entropy``.

    Raises:
        MissingExtraError: nltk is not installed.
    """
    if not staged:
        return None
    # One letter for all, since letters are no wording.
    thoughts = [told(found.world, "A", found.item.group) for found in staged]
    rows = list(zip(staged, thoughts, strict=True))
    masked = [tuple(tuple(masker.words(t, found.item)) for t in texts) for found, texts in rows]
    order = sorted(range(len(staged)), key=lambda i: staged[i].item.id)
    random.Random(seed).shuffle(order)
    drawn = order[:sample]
    lengths = [len(" ".join(texts).split()) for texts in thoughts]
    return {
        "traces": len(thoughts),
        "words": fmean(lengths),
        "usual": fmean(SHORTEST <= n <= LONGEST for n in lengths),
        "renderers": {
            "cue": _renderers(_cues(rows, masker)),
            "view": _renderers(_views(rows, masker)),
            "goal": _renderers(_stage(rows, masker, Stage.GOAL_CLARIFICATION)),
            "reply": _renderers(_stage(rows, masker, Stage.RESPONSE_GENERATION)),
        },
        "sample": len(drawn),
        "self_bleu": self_bleu([words(" ".join(thoughts[i])) for i in drawn]),
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


Wordings = Iterable[tuple[Hashable, str, str]]
"""What is told, the block in which it is, and the masked words that tell it."""


def _renderers(wordings: Wordings) -> float | None:
    """The median number of wordings over what is told often enough."""
    blocks: dict[Hashable, set[str]] = defaultdict(set)
    texts: dict[Hashable, set[str]] = defaultdict(set)
    for kind, block, text in wordings:
        blocks[kind].add(block)
        texts[kind].add(text)
    counts = [len(told) for kind, told in texts.items() if len(blocks[kind]) >= ENOUGH]
    return median(counts) if counts else None


Told = Iterable[tuple[Staged, Sequence[str]]]
"""Items with the stage texts of their gold traces."""

_LINE = re.compile(r"\[(\d+)\]")


def _cues(rows: Told, masker: Masker) -> Wordings:
    """Of every cue the kind of its line, and its words."""
    for found, texts in rows:
        lines = [found.world.script.lines[i].act for i in found.world.script.order()]
        for sentence in sentences(texts[Stage.CUE_ENCODING]):
            line = _LINE.search(sentence)
            if line:
                yield lines[int(line[1]) - 1], found.item.group, _masked(sentence, found, masker)


def _views(rows: Told, masker: Masker) -> Wordings:
    """Of every view how many people it names, and its words."""
    for found, texts in rows:
        people = set(found.world.script.agents)
        for sentence in sentences(texts[Stage.CUE_INTERPRETATION]):
            if _LINE.search(sentence):
                named = people & set(re.findall(r"[^\W\d_]+", sentence))
                yield len(named), found.item.group, _masked(sentence, found, masker)


def _stage(rows: Told, masker: Masker, stage: Stage) -> Wordings:
    """Of every question its form and order, of a reply nothing, and the words of the stage."""
    for found, texts in rows:
        question, text = found.world.question, texts[stage]
        for option in sorted(found.item.options, key=len, reverse=True):
            text = text.replace(option, "0")
        kind = (question.form, question.order) if stage is Stage.GOAL_CLARIFICATION else None
        yield kind, found.item.group, _masked(text, found, masker)


def _masked(text: str, found: Staged, masker: Masker) -> str:
    """The masked words; ``Ann and Bo`` is one name, as ``Ann, Bo`` is."""
    return " ".join(masker.words(text, found.item)).replace(f"{NAME} and {NAME}", NAME)
