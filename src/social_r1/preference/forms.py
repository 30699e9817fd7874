"""Mistakes of form, seen without the story: an option first, stages skipped, swapped or padded.

They are meant to be visible, so they are kept to a small share of the pairs (HARDBENCH 11).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from social_r1.items import LETTERS
from social_r1.preference.subject import Corruption, Subject
from social_r1.preference.types import Code
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage


def _parasitism(s: Subject, rng: Random) -> Corruption:
    """R2: an option first; it may well be the right one."""
    stage = rng.choice((Stage.CUE_ENCODING, Stage.CUE_INTERPRETATION))
    letter = rng.choice(s.item.letters)
    option = s.item.options[LETTERS.index(letter)]
    early = f"The {option} ({letter}) looks right."
    text = early if rng.random() < 0.3 else f"{early} {s.texts[stage]}"
    return Corruption(Code.PARASITISM, stage, render_thought([text], [stage]), None)


def _skip(s: Subject, rng: Random) -> Corruption:
    """S1: a stage is missing."""
    stage = rng.choice(list(Stage)[:3])
    after = [t for t in Stage if t > stage]
    return Corruption(Code.SKIP, stage, "", render_thought(s.texts[stage + 1 :], after))


def _swap(s: Subject, rng: Random) -> Corruption:
    """S2: two stages change places."""
    stage = rng.choice(list(Stage)[:3])
    order = [stage + 1, stage, *range(stage + 2, 4)]
    first, *rest = [render_thought([s.texts[i]], [Stage(i)]) for i in order]
    return Corruption(Code.SWAP, stage, first, "\n".join(rest))


def _padding(s: Subject, rng: Random) -> Corruption:
    """S3: a stage says some of its sentences twice."""
    stage = rng.choice(list(Stage)[:2])
    said = re.findall(r"\S.*?\.(?=\s|$)", s.texts[stage])
    again = rng.sample(said, min(len(said), rng.randint(1, 4)))
    text = " ".join([s.texts[stage], *again])
    return Corruption(Code.PADDING, stage, render_thought([text], [stage]), None)


FORMS: dict[Code, Callable[[Subject, Random], Corruption]] = {
    Code.PARASITISM: _parasitism,
    Code.SKIP: _skip,
    Code.SWAP: _swap,
    Code.PADDING: _padding,
}
