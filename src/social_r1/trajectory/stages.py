"""Thought → SIP stage spans (paper section 4; DESIGN 3, structure scorer).

Explicit headings win: ``Cue Encoding:``, ``2. **Cue Interpretation**``. Text without headings is
cut into sentences; each sentence has a score for every stage (`emissions`), and a left-to-right
Viterbi decoder picks the cheapest path: staying and moving on are (nearly) free, skipping a stage
and returning to an earlier one cost. So one stray word does not make a loop, but a plain return to
the cues does.

Run it: ``segment("Ann left. Bo thinks she is in.")``.
"""

from __future__ import annotations

from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.emissions import Gains, emissions
from social_r1.trajectory.headings import find_headings
from social_r1.trajectory.letters import plain_in_place
from social_r1.trajectory.reading import Reading
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.types import StageSpan
from social_r1.trajectory.words import sentences

__all__ = ["Segment", "segment", "segments", "segments_in", "sentences"]

MOVE_COST = 0.1
"""Price of going on to the next stage; keeps a sentence without signs where it is."""
SKIP_COST = 1.0
"""Price of each stage that is jumped over."""
ENTRY_COST = 0.3
"""Price of each stage that is jumped over at the very start; a thought may well begin late."""
RETURN_COST = 1.5
"""Price of going back to the stage before."""
FAR_RETURN_COST = 0.5
"""Price of each further step back."""
BLANK_COST = 1.0
"""Price of going to a stage with a sentence that shows no sign of it."""


_STAGES = tuple(Stage)


class Segment(NamedTuple):
    """One run of text on one stage: heading from ``start`` to ``body``, content up to ``end``."""

    stage: Stage
    start: int
    body: int
    end: int
    headed: bool = False
    """Whether a heading names the stage; otherwise the decoder found it."""


def segment(thought: str) -> tuple[StageSpan, ...]:
    r"""Stage spans of a thought, in text order, without overlap.

    >>> [s.stage.key for s in segment("Cue Encoding: Bo left.\nGoal: what Bo thinks.")]
    ['cue_encoding', 'goal_clarification']
    """
    return tuple(StageSpan(s.stage, s.start, s.end) for s in segments(thought))


def segments(thought: str, item: SocialItem | None = None) -> tuple[Segment, ...]:
    """Like `segment`, but each run also tells where its heading ends and its content begins.

    Args:
        thought: any text.
        item: the question, if its words are to help where there are no headings.
    """
    return segments_in(Reading(plain_in_place(thought)), item)


def segments_in(reading: Reading, item: SocialItem | None = None) -> tuple[Segment, ...]:
    """Like `segments`, of a text that is being read."""
    text = reading.text
    headings = find_headings(text)
    if not headings:
        return tuple(_merge(_decode_prose(reading, len(text), item)))
    found = _decode_prose(reading, headings[0].start, item)
    ends = [heading.start for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        stop = len(text[heading.end : end].rstrip()) + heading.end
        found.append(Segment(heading.stage, heading.start, min(heading.end, stop), stop, True))
    return tuple(_merge(found))


def _decode_prose(reading: Reading, end: int, item: SocialItem | None) -> list[Segment]:
    """The cheapest stage path over the sentences of the beginning, up to where headings begin."""
    spoken = reading.cut(0, end)
    path = _fill(emissions(reading, spoken, item))
    return [
        Segment(_STAGES[stage], sentence.start, sentence.start, sentence.end)
        for stage, sentence in zip(path, spoken, strict=True)
    ]


def _fill(gains: list[Gains]) -> list[int]:
    """The best stage of every sentence; one that shows nothing goes with the one before it."""
    path = iter(_decode([emitted for emitted in gains if any(emitted)]))
    found: list[int | None] = []
    for emitted in gains:
        found.append(next(path) if any(emitted) else found[-1] if found else None)
    first = next((stage for stage in found if stage is not None), 0)
    return [first if stage is None else stage for stage in found]


def _decode(gains: list[Gains]) -> list[int]:
    """The best stage of every sentence: Viterbi over four states."""
    if not gains:
        return []
    scores = [
        gain - ENTRY_COST * stage - (BLANK_COST if stage and not gain else 0.0)
        for stage, gain in enumerate(gains[0])
    ]
    back: list[list[int]] = []
    for emitted in gains[1:]:
        a, b, c, d = scores
        origins: list[int] = []
        reached: list[float] = []
        for new, gain in enumerate(emitted):
            cost = _COSTS[new]
            steps = [a - cost[0], b - cost[1], c - cost[2], d - cost[3]]
            if not gain:
                stay = steps[new]
                steps = [step - BLANK_COST for step in steps]
                steps[new] = stay
            best = max(steps)
            origins.append(steps.index(best))
            reached.append(best + gain)
        back.append(origins)
        scores = reached
    path = [max(range(4), key=scores.__getitem__)]
    for origins in reversed(back):
        path.append(origins[path[-1]])
    return path[::-1]


def _cost(old: int, new: int) -> float:
    if new == old:
        return 0.0
    if new > old:
        return MOVE_COST + SKIP_COST * (new - old - 1)
    return RETURN_COST + FAR_RETURN_COST * (old - new - 1)


_COSTS = tuple(tuple(_cost(old, new) for old in range(4)) for new in range(4))
"""By the stage that is gone to, then by the one that is left."""


def _merge(found: list[Segment]) -> list[Segment]:
    """Neighbours on one stage as one run; its content is what stands under its heading."""
    merged: list[Segment] = []
    for part in found:
        if merged and merged[-1].stage == part.stage:
            last = merged[-1]
            body = part.body if part.headed and not last.headed else last.body
            headed = last.headed or part.headed
            merged[-1] = Segment(last.stage, last.start, body, part.end, headed)
        else:
            merged.append(part)
    return merged
