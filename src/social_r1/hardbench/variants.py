"""The variants of a block while they are looked for: per option those that have it as the answer.

What the shortcuts make of a variant is the dear half of the work, and most stories are let go for
want of variants before anybody needs to know. So a variant waits, with its answer, until it does
matter (`Finds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from social_r1.hardbench.core.events import Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import ACTED, FORMS, Question
from social_r1.hardbench.ledger import contested
from social_r1.hardbench.questions import answer, grounded
from social_r1.hardbench.reasons import pointless
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Script
from social_r1.hardbench.sense import Eyes
from social_r1.hardbench.traces import perspectives


class Staged(NamedTuple):
    """A story that can happen, and its one right answer."""

    script: Script
    question: Question
    log: Log
    replay: Replay
    gold: str


class Variant(NamedTuple):
    """One of the four: its script, log and right answer, and what the shortcuts make of it."""

    script: Script
    log: Log
    gold: str
    hits: tuple[float, ...]
    """Per solver of the question's kind 1 where it is right, a quarter where it is silent."""
    question: Question
    """What is asked in this variant; the block's own, but in ``ask`` blocks."""


class Finds:
    """What was found for a block; of variants on which the same shortcuts are right, one each.

    Args:
        options: keys of the options.
        most: how many variants to keep per option.
        fits: whether a story may be asked about at all.
        weigh: what the shortcuts make of it.
    """

    def __init__(
        self,
        options: Sequence[str],
        most: int,
        fits: Callable[[Staged], bool],
        weigh: Callable[[Staged], Variant],
    ) -> None:
        self._most = most
        self._fits = fits
        self._weigh = weigh
        self._kept: dict[str, dict[tuple[float, ...], Variant]] = {o: {} for o in options}
        self._waiting: dict[str, list[Staged]] = {o: [] for o in options}

    def add(self, staged: Staged) -> None:
        """Take a story down; the first one of each option only if it fits."""
        kept, waiting = self._kept[staged.gold], self._waiting[staged.gold]
        if len(kept) < self._most and (kept or waiting or self._fits(staged)):
            waiting.append(staged)

    @property
    def answered(self) -> int:
        """How many options are right in some variant."""
        return sum(bool(self._kept[o] or self._waiting[o]) for o in self._kept)

    def full(self) -> bool:
        """Whether as many as wanted were found for every option."""
        for option, kept in self._kept.items():
            if len(kept) + len(self._waiting[option]) < self._most:
                return False
        self._settle()
        return all(len(kept) == self._most for kept in self._kept.values())

    def all(self) -> tuple[tuple[Variant, ...], ...] | None:
        """Per option its variants; None where one has none."""
        if self.answered < len(self._kept):
            return None
        self._settle()
        return tuple(tuple(kept.values()) for kept in self._kept.values())

    def _settle(self) -> None:
        """Weigh those that wait, in the order in which they were found."""
        for option, kept in self._kept.items():
            for staged in self._waiting[option]:
                if len(kept) == self._most:
                    break
                variant = self._weigh(staged)
                # The first of an option was seen to fit when it was added.
                if not kept or (variant.hits not in kept and self._fits(staged)):
                    kept[variant.hits] = variant
            self._waiting[option].clear()


def staged(script: Script, question: Question, options: Sequence[str]) -> Staged | None:
    """The story with its answer; None where it cannot happen, or no option is right."""
    try:
        log = stage(script)
    except ScriptError:
        return None
    replay = Replay(log)
    gold = answer(question, log, replay, options)
    if gold is None or gold not in options:
        return None
    return Staged(script, question, log, replay, gold)


def hits(said: Mapping[str, str | None], gold: str, names: Iterable[str]) -> tuple[float, ...]:
    """Per solver 1 where it is right, a quarter where it is silent."""
    return tuple([0.25 if said[name] is None else float(said[name] == gold) for name in names])


def sure(found: Staged, options: Sequence[str]) -> bool:
    """Whether the answer is honestly come by, and no convention in doubt on the way to it."""
    question, replay = found.question, found.replay
    if not grounded(question, found.log, replay, options):
        return False
    chains = perspectives(found.script, question, options)
    return chains is not None and not any(
        v.startswith("<") for c in chains for _, v in replay.updates(c, question.thing)
    )


def fits(found: Staged, options: Sequence[str]) -> bool:
    """Whether nobody can quarrel with the answer, or with anybody's reasons."""
    return (
        sure(found, options)
        and not pointless(found.replay, found.question, options)
        and not contested(found.script, found.log, found.question, options)
    )


def says_all(script: Script, question: Question, values: Iterable[str]) -> bool:
    """Whether every value occurs in the story, where the options are values."""
    if FORMS[question.form].options != "value":
        return True
    return {line.value for line in script.lines}.issuperset(values)


def all_awake(eyes: Eyes, question: Question, options: Iterable[str]) -> bool:
    """Whether those who do or undergo something at the end are awake, where somebody does."""
    return question.form not in ACTED or eyes.lost.isdisjoint((*question.people, *options))
