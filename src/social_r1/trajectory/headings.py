"""Headings that name a stage: ``Cue Encoding:``, ``## 2. **CUE ENCODING**`` (paper section 4).

The phrases stand in ``cues.yaml``. *Titles* are unmistakable: they head a stage at the start of a
line and, with a colon or bar behind them, anywhere after a space or mark. *Synonyms* are ordinary
words (``Goal:``) and do so only at the start of a line, next to another stage's heading. Dress does
not matter: case, markdown, numbers, tags, tables, a joining ``_`` or ``-``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from social_r1.trajectory.cues import cue_table
from social_r1.trajectory.sip import Stage


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
    for match in _pattern().finditer(thought):
        name = match.lastgroup or ""
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        found.append(Heading(Stage(int(name[1])), start, match.end()))
        titled = titled or name[0] != "s"
    return found if titled or len({heading.stage for heading in found}) > 1 else []


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """One pattern; the group ``t0`` … ``t3``, ``s0`` … that matched tells the stage.

    Runs of decoration are possessive (``*+``) and short: otherwise a long one takes quadratic time.
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
    named = {
        kind: "|".join(
            f"(?P<{kind}{stage.value}>{'|'.join(map(_joined, headings[stage.key][which]))})"
            for stage in Stage
        )
        for kind, which in (("t", "titles"), ("s", "synonyms"), ("i", "titles"), ("a", "titles"))
    }
    line_start = rf"^{before}(?:{named['t']}|{named['s']}){after}"
    inline = rf"(?<=[.!?;|])[ \t]++{before}(?:{named['i']}){after}"
    anywhere = rf"(?<=[\s>*_\]<\[])(?<!\n)(?:{named['a']}){close}(?:[:：|]|{closed})[*_#]*"
    return re.compile(f"{line_start}|{inline}|{anywhere}", re.IGNORECASE | re.MULTILINE)


def _joined(title: str) -> str:
    """Words of a title may be joined by a space, ``_`` or ``-``."""
    return title.replace(" ", "[ _-]?")
