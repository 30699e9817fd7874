"""Headings that name a stage: ``Cue Encoding:``, ``## 2. **CUE ENCODING**`` (paper section 4).

The phrases stand in ``cues.yaml``. *Titles* are unmistakable: they head a stage at the start of a
line and, with a colon or bar behind them, anywhere after a space or mark. *Synonyms* are ordinary
words (``Goal:``) and do so only at the start of a line, next to another stage's heading. Dress does
not matter: case, markdown, numbers, tags, tables, a joining ``_`` or ``-``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from social_r1.trajectory.cues import cue_table
from social_r1.trajectory.sip import Stage

_LINE = re.compile(r"\n")
_ODD_CASE = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that the pattern takes for i, s and k, and whose lower case is another."""
_BEGINNING = re.compile(r"\w+(?!\?)")


class Heading(NamedTuple):
    """Characters ``start`` to ``end`` of the thought, naming a stage."""

    stage: Stage
    start: int
    end: int


def find_headings(thought: str) -> list[Heading]:
    """Every heading of a thought in plain letters, in text order.

    >>> [h.stage.key for h in find_headings("### 1. CUE ENCODING")]
    ['cue_encoding']
    """
    found: list[Heading] = []
    titled = False
    for match in _matches(f"\n{thought}"):
        name = match.lastgroup or ""
        text = match[0][1:]
        start = match.start() + len(text) - len(text.lstrip())
        found.append(Heading(Stage(int(name[1])), start, match.end() - 1))
        titled = titled or name[0] != "s"
    return found if titled or len({heading.stage for heading in found}) > 1 else []


def _matches(text: str) -> list[re.Match[str]]:
    """The matches of `_pattern`: those at line starts, and others if there are titles elsewhere."""
    pattern = _pattern()
    if text.isascii() or not _ODD_CASE.search(text):
        lines = (pattern.match(text, line.start()) for line in _LINE.finditer(text))
        found = [match for match in lines if match]
        heads = "\n".join([match[0] for match in found])
        if _titles_in(heads) == _titles_in(text):
            return found
    return list(_search(pattern, text))


def _search(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches whose first character may be the last one of the match before."""
    match = pattern.search(text)
    while match:
        yield match
        match = pattern.search(text, match.end() - 1)


def _titles_in(text: str) -> int:
    """How many titles may begin in a text."""
    return sum(map(text.lower().count, _beginnings()))


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """The first letters of every title."""
    headings = cue_table()["headings"].values()
    found = (_BEGINNING.match(title) for own in headings for title in own["titles"])
    return frozenset(match[0] for match in found if match)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """One pattern; the group ``t0`` … ``t3``, ``s0`` … that matched tells the stage.

    It begins with the character before the heading, because the engine finds the next of a class of
    characters fastest. Runs of decoration are possessive (``*+``) and short: otherwise a long one
    takes quadratic time.
    """
    headings = cue_table()["headings"]
    step = (
        r"(?:(?:step|stage|phase|part)[ \t]*+)?"
        r"(?:\(?(?:\d{1,2}|[ivx]{1,4}(?=[.):]))\)?[ \t]*+[.):–—-]*+[ \t]*+)?"
    )
    before = rf"(?:[^\w\n/(]|_){{0,12}}+{step}(?:[^\w\n/]|_){{0,12}}+"
    close = r"[*_ \t\]>)】#\"”]*+(?:\([^)\n]{0,40}\)[*_ \t]*+)?"
    closed = r"(?<=[>\]】])|(?<=[>\]】] )"
    after = rf"{close}(?:[:：|]|[.–—-](?=\s)|(?=\n|\Z)|{closed})[*_#]*"
    first = "".join(sorted({title[0] for own in headings.values() for title in own["titles"]}))
    titles = {kind: f"(?=[{first}])(?:{_groups(kind, 'titles')})" for kind in ("t", "i", "a")}
    line_start = rf"(?<=\n){before}(?:{titles['t']}|{_groups('s', 'synonyms')}){after}"
    inline = rf"(?<=[.!?;|])[ \t]++{before}{titles['i']}{after}"
    anywhere = rf"(?<=[\s>*_\]<\[])(?<!\n){titles['a']}{close}(?:[:：|]|{closed})[*_#]*"
    return re.compile(rf"[\s.!?;|>*_\]<\[](?:{line_start}|{inline}|{anywhere})", re.IGNORECASE)


def _groups(kind: str, which: str) -> str:
    """The phrases of all stages, each stage a group with the name of the kind and its number."""
    phrases = {stage: cue_table()["headings"][stage.key][which] for stage in Stage}
    return "|".join(
        f"(?P<{kind}{stage.value}>{'|'.join(map(_joined, own))})" for stage, own in phrases.items()
    )


def _joined(title: str) -> str:
    """Words of a title may be joined by a space, ``_`` or ``-``."""
    return title.replace(" ", "[ _-]?")
