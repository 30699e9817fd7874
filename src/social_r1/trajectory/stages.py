"""Thought → SIP stage spans (paper section 4; DESIGN 3, structure scorer).

Explicit headings win: ``Cue Encoding:``, ``2. **Cue Interpretation**``, ``Step 3: ...``. Text
without headings is cut into sentences; each sentence emits a score for every stage from a table of
lexical signs (``cues.yaml``), and a left-to-right Viterbi decoder picks the cheapest path: staying
and moving on are (nearly) free, skipping a stage and returning to an earlier one cost. So one stray
word does not make a loop, but a plain return to the cues does.

Run it: ``segment("Ann left. Bo thinks she is in.")``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from social_r1.trajectory.sip import Stage
from social_r1.trajectory.types import StageSpan

MOVE_COST = 0.1
"""Price of going on to the next stage; keeps a sentence without signs where it is."""
SKIP_COST = 1.2
"""Price of each stage that is jumped over."""
ENTRY_COST = 0.9
"""Price of each stage that is jumped over at the very start; a thought may well begin late."""
RETURN_COST = 1.5
"""Price of going back to the stage before."""
FAR_RETURN_COST = 0.5
"""Price of each further step back."""
NARRATIVE_PRIOR = 0.3
"""What a sentence without any sign says for cue encoding: plain telling."""

_SENTENCE = re.compile(r"[^.!?\n]*[^.!?\s][^.!?\n]*(?:[.!?]+[\"'”’)\]*]*(?=\s|$)|[.!?]+|\n|$)")
_NUMBERED = re.compile(
    r"^[ \t>#*_-]*(?:step|stage)[ \t]*(\d{1,2})[ \t]*[*_]*[.:)][*_]*", re.IGNORECASE | re.MULTILINE
)


class Segment(NamedTuple):
    """One run of text on one stage: heading from ``start`` to ``body``, content up to ``end``."""

    stage: Stage
    start: int
    body: int
    end: int


class _Heading(NamedTuple):
    stage: Stage
    start: int
    end: int


class _Tables(NamedTuple):
    heading: re.Pattern[str]
    signs: tuple[tuple[tuple[float, re.Pattern[str]], ...], ...]


def segment(thought: str) -> tuple[StageSpan, ...]:
    r"""Stage spans of a thought, in text order, without overlap.

    >>> [s.stage.key for s in segment("Cue Encoding: Bo left.\nGoal: what Bo thinks.")]
    ['cue_encoding', 'goal_clarification']
    """
    return tuple(StageSpan(s.stage, s.start, s.end) for s in segments(thought))


def segments(thought: str) -> tuple[Segment, ...]:
    """Like `segment`, but each run also tells where its heading ends and its content begins."""
    headings = _find_headings(thought)
    if not headings:
        return tuple(_merge(_decode_prose(thought, 0, len(thought))))
    found = _decode_prose(thought, 0, headings[0].start)
    ends = [heading.start for heading in headings[1:]] + [len(thought)]
    for heading, end in zip(headings, ends, strict=True):
        stop = len(thought[:end].rstrip()) if thought[end - 1].isspace() else end
        found.append(Segment(heading.stage, heading.start, min(heading.end, stop), stop))
    return tuple(_merge(found))


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Character ranges of the sentences of ``text[start:end]``; line breaks end a sentence too."""
    found: list[tuple[int, int]] = []
    stop = len(text) if end is None else end
    for match in _SENTENCE.finditer(text, start, stop):
        raw = match[0]
        left = match.start() + len(raw) - len(raw.lstrip())
        found.append((left, left + len(raw.strip())))
    return found


def _find_headings(thought: str) -> list[_Heading]:
    found: list[_Heading] = []
    for match in _tables().heading.finditer(thought):
        name = match.lastgroup or ""
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        found.append(_Heading(Stage(int(name[1])), start, match.end()))
    return found or _numbered_headings(thought)


def _numbered_headings(thought: str) -> list[_Heading]:
    """``Step 1:`` to ``Step 4:`` without titles, if there are at least two and none beyond 4."""
    found = list(_NUMBERED.finditer(thought))
    numbers = {int(match[1]) for match in found}
    if len(numbers) < 2 or not numbers <= {1, 2, 3, 4}:
        return []
    return [_Heading(Stage(int(m[1]) - 1), m.start(), m.end()) for m in found]


def _decode_prose(thought: str, start: int, end: int) -> list[Segment]:
    """The cheapest stage path over the sentences of a stretch without headings."""
    places = sentences(thought, start, end)
    if not places:
        return []
    signs = _tables().signs
    scores = _enter()
    back: list[list[int]] = []
    for number, (left, right) in enumerate(places):
        emitted = _emit(thought[left:right].lower(), signs)
        if number:
            origins = [
                max(range(4), key=lambda old, new=new, s=scores: s[old] - _COSTS[old][new])
                for new in range(4)
            ]
            scores = [scores[old] - _COSTS[old][new] for new, old in enumerate(origins)]
            back.append(origins)
        scores = [score + gain for score, gain in zip(scores, emitted, strict=True)]
    state = max(range(4), key=scores.__getitem__)
    path = [state]
    for origins in reversed(back):
        state = origins[state]
        path.append(state)
    path.reverse()
    return [
        Segment(Stage(stage), left, left, right)
        for stage, (left, right) in zip(path, places, strict=True)
    ]


def _enter() -> list[float]:
    return [-ENTRY_COST * stage for stage in range(4)]


def _cost(old: int, new: int) -> float:
    if new == old:
        return 0.0
    if new > old:
        return MOVE_COST + SKIP_COST * (new - old - 1)
    return RETURN_COST + FAR_RETURN_COST * (old - new - 1)


_COSTS = tuple(tuple(_cost(old, new) for new in range(4)) for old in range(4))


def _emit(
    sentence: str, signs: tuple[tuple[tuple[float, re.Pattern[str]], ...], ...]
) -> list[float]:
    gains = [
        sum(weight for weight, pattern in stage_signs if pattern.search(sentence))
        for stage_signs in signs
    ]
    gains[0] += NARRATIVE_PRIOR
    return gains


def _merge(found: list[Segment]) -> list[Segment]:
    merged: list[Segment] = []
    for part in found:
        if merged and merged[-1].stage == part.stage:
            merged[-1] = merged[-1]._replace(end=part.end)
        else:
            merged.append(part)
    return merged


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    """The compiled cue table; read once."""
    text = files("social_r1.trajectory").joinpath("cues.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    signs = tuple(
        tuple(
            (float(weight), re.compile("|".join(patterns)))
            for weight, patterns in data["signs"][stage.key].items()
        )
        for stage in Stage
    )
    return _Tables(_compile_headings(data["headings"]), signs)


def _compile_headings(headings: dict[str, dict[str, list[str]]]) -> re.Pattern[str]:
    """One pattern; the group ``t0`` … ``t3`` or ``s0`` … ``s3`` that matched tells the stage.

    Runs of decoration are possessive (``*+``): without it a long one takes quadratic time.
    """
    step = r"(?:(?:step|stage|phase|part)[ \t]*+)?(?:\(?\d{1,2}\)?[ \t]*+[.):–—-]*+[ \t]*+)?"
    before = rf"[ \t>#*_-]*+{step}[*_]*+"
    after = r"[*_ \t]*+(?:\([^)\n]{0,40}\)[*_ \t]*+)?(?:[:：]|[.–—-](?=\s)|(?=\n|\Z))[*_]*"
    titles = "|".join(
        f"(?P<t{stage.value}>{'|'.join(headings[stage.key]['titles'])})" for stage in Stage
    )
    synonyms = "|".join(
        f"(?P<s{stage.value}>{'|'.join(headings[stage.key]['synonyms'])})" for stage in Stage
    )
    line_start = rf"^{before}(?:{titles}|{synonyms}){after}"
    inline_titles = titles.replace("(?P<t", "(?P<i")
    inline = rf"(?<=[.!?])[ \t]++{before}(?:{inline_titles}){after}"
    return re.compile(f"{line_start}|{inline}", re.IGNORECASE | re.MULTILINE)
