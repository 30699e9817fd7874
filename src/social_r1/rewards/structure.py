"""Structure reward S in [0, 1]: how well a thought runs through the SIP stages (paper section 3).

The rule scorer needs no network and sees neither the gold nor which letter is right. It cuts the
thought into stage spans and sorts it into one band; faults then move it down inside the band:

    0.0 - 0.3   answer picking: a verdict before the mental states are read, or hardly any stage
    0.4 - 0.6   a stage skipped or misplaced, options named early, or running in circles
    0.7 - 0.8   all four stages in order, but with returns or repeated text
    0.9 - 1.0   a concise forward chain

What counts as a stage: at least three words of content (a bare heading is nothing), not a copy of
another stage's content; cue encoding must also share words with the story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.rewards.mentions import Mention, find_mentions, lower_in_place
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import Segment, segments, sentences

MIN_WORDS = 3
"""Words that make a stage more than a heading."""
REPEATED_LIMIT = 0.4
"""Share of repeated five-word runs above which a thought is redundant."""
CIRCLES = 4
"""Returns and repetitions from which on a thought is running in circles."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_RETURN = re.compile(
    r"\b(?:wait|hold on|let me (?:re-?think|re-?consider|re-?read|check again|go back)|on second "
    r"thought|as (?:i|we) (?:said|noted)|going back|once more|starting over)\b"
)
_COMMON = frozenset(
    ("the", "and", "that", "this", "with", "for", "was", "were", "are", "has", "had", "her", "his",
     "she", "him", "they", "them", "then", "from", "into", "not", "but", "who", "what", "when",
     "where", "which", "will", "would", "can", "could", "there", "here")
)  # fmt: skip
"""Words of a story that show nothing about whether a cue was taken from it."""


class Reason(NamedTuple):
    """One thing that the scorer saw, and the characters of the thought where it saw it."""

    kind: str
    """stage, missing, early_verdict, early_option, misplaced, return, repeated."""
    start: int
    end: int
    note: str


class StructureReport(NamedTuple):
    """S with its reasons."""

    score: float
    covered: tuple[Stage, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class RuleStructure:
    """The rule scorer as a `StructureScorer`."""

    incomplete_cap: float = 1.0
    """Greatest S of a thought that lacks a stage; 1 leaves the bands as they are."""

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """S for each thought; a rule never fails, so none is missing."""
        return [self.one(item, thought) for item, thought in zip(items, thoughts, strict=True)]

    def one(self, item: SocialItem, thought: str) -> float:
        """S of one thought."""
        report = explain(item, thought)
        complete = len(report.covered) == len(Stage)
        return report.score if complete else min(self.incomplete_cap, report.score)


def explain(item: SocialItem, thought: str) -> StructureReport:
    """S with its reasons as spans of the thought.

    Args:
        item: the question; used for its letters, its option texts and the words of its story.
        thought: the text inside the think tags.

    Returns:
        The score, the stages covered, and the reasons in text order.
    """
    parts = segments(thought)
    first = _first_covered(item, thought, parts)
    covered = tuple(sorted(first))
    mentions = find_mentions(item, thought)
    faults = [
        *_early_mentions(mentions, parts, first, len(thought)),
        *_misplaced(first),
        *_returns(thought, parts),
        *_repeated(thought, parts),
    ]
    score = _band(covered, faults)
    reasons = [Reason("stage", part.start, part.end, part.stage.title) for part in first.values()]
    reasons += [
        Reason("missing", len(thought), len(thought), f"{stage.title} is missing")
        for stage in Stage
        if stage not in first
    ]
    ordered = sorted([*reasons, *faults], key=lambda reason: (reason.start, reason.end))
    return StructureReport(score, covered, tuple(ordered))


def _first_covered(
    item: SocialItem, thought: str, parts: Sequence[Segment]
) -> dict[Stage, Segment]:
    """The first run of each stage that has content of its own, in text order."""
    first: dict[Stage, Segment] = {}
    seen: set[tuple[str, ...]] = set()
    for part in parts:
        words = tuple(_WORD.findall(thought[part.body : part.end].lower()))
        if part.stage in first or len(words) < MIN_WORDS or words in seen:
            continue
        if part.stage is Stage.CUE_ENCODING and not _from_story(item, words):
            continue
        seen.add(words)
        first[part.stage] = part
    return first


def _from_story(item: SocialItem, words: Sequence[str]) -> bool:
    """Whether two different words of substance come from the story (one in a tiny story)."""
    story = set(_WORD.findall(item.story.lower())) - _COMMON
    story = {word for word in story if len(word) > 2}
    shared = story.intersection(words)
    return len(shared) >= min(2, len(story))


def _early_mentions(
    mentions: Sequence[Mention],
    parts: Sequence[Segment],
    first: dict[Stage, Segment],
    length: int,
) -> list[Reason]:
    """Options named or picked before the mental states have been read."""
    done = _inference_done(parts, first, length)
    return [
        Reason(
            "early_verdict" if m.verdict else "early_option",
            m.start,
            m.end,
            "an option is picked before the cues are interpreted"
            if m.verdict
            else "an option is named before the cues are interpreted",
        )
        for m in mentions
        if m.start < done
    ]


def _inference_done(parts: Sequence[Segment], first: dict[Stage, Segment], length: int) -> int:
    """Character up to which naming an option is early: the end of the first interpretation.

    Without an interpretation it is the beginning of the response, if anything stands before that;
    a thought that begins with its response is early throughout.
    """
    if Stage.CUE_INTERPRETATION in first:
        return first[Stage.CUE_INTERPRETATION].end
    response = first.get(Stage.RESPONSE_GENERATION)
    before = [part for part in first.values() if response and part.start < response.start]
    if response is None or not before:
        return length
    return response.start


def _misplaced(first: dict[Stage, Segment]) -> list[Reason]:
    """Stages that appear for the first time after a later stage has begun."""
    runs = list(first.values())
    return [
        Reason("misplaced", b.start, b.end, f"{b.stage.title} comes after {a.stage.title}")
        for a, b in pairwise(runs)
        if b.stage < a.stage
    ]


def _returns(thought: str, parts: Sequence[Segment]) -> list[Reason]:
    """Runs of a stage that was there before, and phrases of starting again."""
    seen: set[Stage] = set()
    found: list[Reason] = []
    for part in parts:
        if part.stage in seen:
            found.append(Reason("return", part.start, part.end, f"back to {part.stage.title}"))
        seen.add(part.stage)
    found += [
        Reason("return", m.start(), m.end(), "starts again")
        for m in _RETURN.finditer(lower_in_place(thought))
    ]
    return found


def _repeated(thought: str, parts: Sequence[Segment]) -> list[Reason]:
    """Sentences of four words or more that stand there twice, and heavy repetition of runs."""
    seen: set[tuple[str, ...]] = set()
    found: list[Reason] = []
    words: list[str] = []
    places = [place for part in parts for place in sentences(thought, part.body, part.end)]
    for left, right in places:
        own = tuple(_WORD.findall(thought[left:right].lower()))
        words += own
        if len(own) >= 4 and own in seen:
            found.append(Reason("repeated", left, right, "says the same again"))
        seen.add(own)
    total = len(words) - 4
    if not found and total > 0:
        runs = len(set(zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)))
        if (total - runs) / total > REPEATED_LIMIT:
            found.append(Reason("repeated", 0, len(thought), "much of the wording is repeated"))
    return found


def _band(covered: Sequence[Stage], faults: Sequence[Reason]) -> float:
    """The band of the module's table, and the place inside it."""
    count = Counter(fault.kind for fault in faults)
    share = len(covered) / len(Stage)
    loops = count["return"] + count["repeated"]
    if count["early_verdict"] or len(covered) <= 1:
        return round(max(0.0, 0.3 * share - 0.05 * min(loops, 2)), 4)
    lacking = len(Stage) - len(covered)
    burdens = lacking + count["misplaced"] + min(count["early_option"], 2)
    if burdens or loops >= CIRCLES:
        return round(max(0.4, 0.6 - 0.1 * max(0, burdens - 1) - 0.05 * min(loops, 2)), 4)
    if loops:
        return round(0.8 - 0.05 * min(loops - 1, 2), 4)
    return 1.0
