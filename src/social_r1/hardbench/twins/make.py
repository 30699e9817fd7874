"""The twins of an item: drafted, proved by both oracles, the rarest operators first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import NamedTuple

from social_r1.hardbench.forms import Question
from social_r1.hardbench.operators import Undone
from social_r1.hardbench.questions import answer, second_oracle
from social_r1.hardbench.script import Script
from social_r1.hardbench.sense import walked
from social_r1.hardbench.twins.registry import PAIRS
from social_r1.hardbench.twins.story import Draft, Story
from social_r1.hardbench.twins.turns import to_another
from social_r1.hardbench.variants import all_awake, fits, says_all, staged

DIR, INV = "DIR", "INV"
"""Twins whose answer is another one of the item's options, and those whose answer is the same."""
IN_VAIN = 24
"""So many drafts that came to nothing make an operator wait as one twin does."""


class Twin(NamedTuple):
    """A story that differs from an item's by one operator.

    Attributes:
        operator: a key of `PAIRS`.
        kind: `DIR` or `INV`.
        script: what happens.
        question: what is asked.
        options: keys of the options.
        answer: the right one.
    """

    operator: str
    kind: str
    script: Script
    question: Question
    options: tuple[str, ...]
    answer: str

    @property
    def story(self) -> tuple[Script, Question]:
        """What is told and asked, by whatever operator it came about."""
        return self.script, self.question


class Twins:
    """Makes twins of one item after another, so that no operator stays rare.

    The operators of which there are the fewest so far are tried first, but `IN_VAIN` drafts count
    as one twin, so that what seldom fits does not take most of the time. What is made of an item
    thus depends on those before it, and on nothing else.

    Args:
        each: most twins of an item of either kind, each by another operator.
        drafts: most drafts to look at for the twins of a kind, and so many of one operator.
    """

    def __init__(self, each: int = 2, drafts: tuple[int, int] = (48, 8)) -> None:
        self._each = each
        self._drafts = drafts
        self.made = {DIR: Counter[str](), INV: Counter[str]()}
        self._looked_at = {DIR: Counter[str](), INV: Counter[str]()}

    def of(self, rng: Random, story: Story, undone: Undone) -> list[Twin]:
        """Twins of an item: first those that flip the answer, then those that do not.

        Args:
            rng: draws the drafts.
            story: the item.
            undone: what it comes to with one of its lines undone.
        """
        found: list[Twin] = []
        for kind, made in self.made.items():
            new = (
                twin
                for twin in self._first(rng, story, undone, kind)
                if all(twin.story != other.story for other in found)
            )
            for twin in islice(new, self._each):
                made[twin.operator] += 1
                found.append(twin)
        return found

    def _first(self, rng: Random, story: Story, undone: Undone, kind: str) -> Iterator[Twin]:
        """Twins of a kind, of each operator one, the rarest first."""
        made, looked_at = self.made[kind], self._looked_at[kind]
        names = [n for n in PAIRS if kind == INV or not PAIRS[n].inert]
        left, of_one = self._drafts
        for name in sorted(names, key=lambda n: made[n] + looked_at[n] / IN_VAIN):
            for draft in islice(drafted(rng, story, undone, name, kind), min(left, of_one)):
                left -= 1
                looked_at[name] += 1
                twin = proved(draft, name, kind)
                if twin:
                    yield twin
                    break
            if not left:
                break


def drafted(rng: Random, story: Story, undone: Undone, name: str, kind: str) -> Iterator[Draft]:
    """What may become a twin of a kind: made on purpose, or by undoing the operator."""
    pair = PAIRS[name]
    maker = pair.flip if kind == DIR else pair.keep
    if kind == DIR and story.question.asks_person and pair.turns:
        yield from to_another(story, name)
        return
    undo = [u for u in undone.uses if u.operator == name and u.flips == (kind == DIR)]
    for use in rng.sample(undo, len(undo)):
        yield story.with_lines(*use.script.lines)
    if maker:
        yield from maker(rng, story)


def proved(draft: Draft, operator: str, kind: str) -> Twin | None:
    """The draft as a twin, if it is one of that kind and as good a story as an item's.

    It makes sense, names what its options speak of, and rests on no contested convention; both
    oracles give the same one of the options.
    """
    script, question, options, gold = draft
    eyes, sensible = walked(script, question.thing)
    if not sensible or not all_awake(eyes, question, options):
        return None
    if not says_all(script, question, options):
        return None
    found = staged(script, question, options)
    if found is None or (found.gold == gold) != (kind == INV):
        return None
    log = found.log
    if not fits(found, options):
        return None
    # The second oracle is the dearer one, so it comes last.
    if answer(question, log, second_oracle(log, question, options), options) != found.gold:
        return None
    return Twin(operator, kind, script, question, options, found.gold)
