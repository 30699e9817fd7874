"""Which column of the authors' file holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from re import compile as pattern
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.items import LETTERS

ALIASES: Mapping[str, tuple[str, ...]] = {
    "story": ("story", "context", "passage", "scenario", "narrative", "situation", "background"),
    "question": ("question", "query", "questiontext"),
    "options": ("options", "choices", "optionlist", "candidates", "answerchoices", "option"),
    "answer": (
        "answer", "label", "gold", "answerkey", "correctanswer", "correctoption", "correct",
        "goldanswer", "goldlabel", "groundtruth", "target",
    ),
    "ability": ("ability", "dimension", "category", "skill", "task", "tasktype", "type"),
}  # fmt: skip
"""Spellings of each column, best first; letters and digits alone count, in any case."""

DIMENSIONS: Mapping[str, str] = {
    "belief": "Belief",
    "knowledge": "Knowledge",
    "desire": "Desire",
    "emotion": "Emotion",
    "intention": "Intention",
    "nonliteral": "Non-literal",
}
"""The six dimensions, by the word that an ability's name holds."""

NO_DIMENSION = "unspecified"

_SLOT = pattern(r"(?:option|choice|opt|answer)?([a-o]|\d{1,2})")
_RUNS = (tuple(LETTERS.lower()), tuple(map(str, range(15))), tuple(map(str, range(1, 16))))


class Columns(NamedTuple):
    """Which column of a file holds what."""

    story: str
    question: str
    options: str | None
    """A column with all options, or None where each has its own (``slots``)."""
    slots: tuple[str, ...]
    answer: str
    ability: str | None
    first: int | None
    """Number of the first option where the option columns are numbered."""


def find_columns(names: Sequence[str], place: str) -> Columns:
    """Say which column is which.

    Args:
        names: the columns, as the file calls them.
        place: the file, for the message.

    Raises:
        InputError: one is missing; the message names the columns found.

    >>> found = find_columns(["INDEX", "STORY", "QUESTION", "OPTION-A", "OPTION-B", "ANSWER"], "x")
    >>> found.slots, found.answer
    (('OPTION-A', 'OPTION-B'), 'ANSWER')
    """
    found = {what: _column(names, aliases) for what, aliases in ALIASES.items()}
    slots, first = _slots(names)
    story, question, answer = found["story"], found["question"], found["answer"]
    if story and question and answer and (slots or found["options"]):
        listed = None if slots else found["options"]
        return Columns(story, question, listed, slots, answer, found["ability"], first)
    missing = [
        f"{what} (one of {', '.join(ALIASES[what])})"
        for what in ("story", "question", "answer")
        if found[what] is None
    ]
    if not (slots or found["options"]):
        missing.append("options (OPTION-A, OPTION-B, ... or one column with a list)")
    raise InputError(
        f"{place}: missing {'; '.join(missing)}; columns found: "
        f"{', '.join(map(repr, names)) or 'none'}; repair: rename its columns"
    )


def dimension(ability: str) -> str:
    """The ATOMS dimension that an ability belongs to, or the ability itself where none is named.

    >>> dimension("Non-Literal Communication: Irony"), dimension("Belief: Second-order beliefs")
    ('Non-literal', 'Belief')
    """
    for text in (ability.partition(":")[0], ability):
        named = {name for word, name in DIMENSIONS.items() if word in _plain(text)}
        if len(named) == 1:
            return named.pop()
    return ability or NO_DIMENSION


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _column(names: Sequence[str], aliases: Sequence[str]) -> str | None:
    return next((n for alias in aliases for n in names if _is_called(n, alias)), None)


def _is_called(name: str, alias: str) -> bool:
    """Whether a column has this name, alone or beside its translation (ToMBench heads are so)."""
    plain = _plain(name)
    return alias in (plain, "".join(c for c in plain if c.isascii()))


def _slots(names: Sequence[str]) -> tuple[tuple[str, ...], int | None]:
    """Columns with one option each (OPTION-A, A, option_a, choice1), and their first number.

    Of several families the one that comes first counts; it has to begin at A, 0 or 1.
    """
    families: dict[str, dict[str, str]] = {}
    for name in names:
        plain = _plain(name)
        slot = _SLOT.fullmatch(plain)
        if slot and not plain.isdecimal():
            families.setdefault(plain.removesuffix(slot[1]), {})[slot[1]] = name
    for by_slot in families.values():
        for run in _RUNS:
            there = list(takewhile(by_slot.__contains__, run))
            if len(there) > 1:
                first = int(there[0]) if there[0].isdecimal() else None
                return tuple(by_slot[slot] for slot in there), first
    return (), None
