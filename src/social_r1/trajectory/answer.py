"""The answer tag: where it stands and which option it names (paper section 3, "Parsing").

Two rules read a letter from the inside of a tag:

- ``first_capital``, the paper's: the first capital letter A to Z. Forgiving, and fooled by words:
  ``The B`` reads as T (no option of four), ``Definitely B`` as D.
- ``letter_first``, ours: the letter stands first and alone, as in ``B``, ``(B)``, ``Option B`` or
  ``B. the jar``.

Neither ever falls back on a default letter.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from social_r1.items import LETTERS

AnswerRule = Literal["first_capital", "letter_first"]

_TAG = re.compile(r"<(/?)([Aa])nswer>")
_FIRST_CAPITAL = re.compile(r"[A-Z]")
_LETTER_FIRST = re.compile(r"\s*(?:[Oo]ption\s+)?\(?([A-Z])\)?\s*(?:[.:)].*)?", re.DOTALL)


class AnswerTag(NamedTuple):
    """One ``<Answer>…</Answer>`` pair: its characters ``start`` to ``end``, and what it holds."""

    start: int
    end: int
    inside: str


class AnswerTags(NamedTuple):
    """All answer tags of a text."""

    pairs: tuple[AnswerTag, ...]
    opened: int
    """Opening tags; more of them than pairs means that one was never closed."""


def find_answers(text: str, *, strict_case: bool = False) -> AnswerTags:
    """Pair every opening answer tag with the closing tag that comes before the next opening.

    Args:
        text: what follows the thought.
        strict_case: accept ``<Answer>`` only; by default ``<answer>`` is a tag as well.

    >>> find_answers("<Answer>B</Answer>").pairs[0].inside
    'B'
    """
    pairs: list[AnswerTag] = []
    opened = 0
    open_tag: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        if strict_case and tag[2] != "A":
            continue
        if not tag[1]:
            opened += 1
            open_tag = tag
        elif open_tag is not None:
            pairs.append(AnswerTag(open_tag.start(), tag.end(), text[open_tag.end() : tag.start()]))
            open_tag = None
    return AnswerTags(tuple(pairs), opened)


def read_letter(inside: str, n_options: int, rule: AnswerRule = "first_capital") -> int | None:
    """Index of the option that the inside of an answer tag names, or None.

    >>> read_letter(" b, or rather C.", 4), read_letter("The B", 4)
    (2, None)
    """
    if rule == "first_capital":
        found = _FIRST_CAPITAL.search(inside)
        letter = found[0] if found else ""
    else:
        whole = _LETTER_FIRST.fullmatch(inside)
        letter = whole[1] if whole else ""
    index = LETTERS.find(letter) if letter else -1
    return index if 0 <= index < n_options else None
