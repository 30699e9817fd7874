"""`SocialItem`: the multiple-choice question that every room shares (paper section 3, DESIGN 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from social_r1.errors import InputError

LETTERS = "ABCDEFGHIJKLMNO"
"""Option letters in order; an item has at most fifteen options (Hi-ToM has fifteen)."""


class SocialItem(BaseModel):
    """One question about people, with its options and the index of the right one.

    Raises:
        pydantic.ValidationError: an unknown field, fewer than 2 or more than 15 options, an empty
            option, or an answer that is not an index into ``options``.

    >>> SocialItem(id="x", source="doc", dimension="Belief", group="g", story="Ann hid a key.",
    ...            question="Who hid it?", options=("Ann", "Bo"), answer=0).letter
    'A'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    """Unique and stable name of the item."""
    source: str = "user"
    """Where it comes from: ``hardbench``, ``tomi``, ``hitom``, ..."""
    dimension: str
    """Belief, Knowledge, Desire, Emotion, Intention or Non-literal (ATOMS), or the set's own."""
    group: str
    """Items that must be judged or split together: the block, or the story."""
    story: str
    question: str
    options: tuple[str, ...] = Field(min_length=2, max_length=len(LETTERS))
    answer: int = Field(ge=0)
    """Index of the right option, from 0."""
    difficulty: int = Field(default=1, ge=0, le=9)
    """Level, from 0 (trivial) upwards; what it counts is the source's own affair."""
    split: str = "test"
    meta: dict[str, Any] = Field(default_factory=dict)
    """Design, operators, chain, event log, proof, licence, ...: whatever the source can tell."""

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> SocialItem:
        if self.answer >= len(self.options):
            raise ValueError(
                f"answer {self.answer} is not an index into {len(self.options)} options; "
                f"repair: give 0..{len(self.options) - 1}"
            )
        if any(not option.strip() for option in self.options):
            raise ValueError("an option is empty; repair: give every option a text")
        return self

    @property
    def letter(self) -> str:
        """The letter of the right option."""
        return LETTERS[self.answer]

    @property
    def letters(self) -> str:
        """The letters that this item offers, e.g. ``"ABCD"``."""
        return LETTERS[: len(self.options)]

    def reordered(self, places: Sequence[int]) -> SocialItem:
        """The same question with its options in another order.

        Args:
            places: a permutation; option i of the result is this item's option ``places[i]``.

        Raises:
            InputError: ``places`` is no permutation of the options' indices.

        >>> item = SocialItem(id="x", dimension="Belief", group="g", story="Ann hid a key.",
        ...                   question="Who hid it?", options=("Ann", "Bo", "Cy"), answer=0)
        >>> item.reordered((2, 0, 1)).options, item.reordered((2, 0, 1)).letter
        (('Cy', 'Ann', 'Bo'), 'B')
        """
        if sorted(places) != list(range(len(self.options))):
            raise InputError(
                f"item {self.id}: {list(places)} is no order of {len(self.options)} options; "
                f"repair: each of 0..{len(self.options) - 1} once"
            )
        options = tuple(self.options[place] for place in places)
        answer = list(places).index(self.answer)
        return self.model_copy(update={"options": options, "answer": answer})
