"""Structure reward S in [0, 1]: how well a thought runs through the SIP stages (paper section 3).

The rule scorer needs no network and sees neither the gold nor which letter is right. It cuts the
thought into stage spans and sorts it into one band; faults then move it down inside the band:

    0.0 - 0.3   answer picking: a verdict before the mental states are read, reasons fitted to an
                answer, or hardly any stage
    0.4 - 0.6   a stage skipped or misplaced, options named early, or running in circles
    0.7 - 0.8   all four stages in order, but with returns, repeated text or the story pasted in
    0.9 - 1.0   a concise forward chain

Where each part is found: runs of stages `trajectory.stages`, what counts as a stage `coverage`,
options named or picked `mentions`, backward justification `backward`, pasted text `copying`; here
the order, the loops and the bands.

In free prose, going to and fro between cues and their interpretation is a way of walking through
the story, and applying the interpretation once more after the goal is none of a loop, as long as
something new is said. Under headings every return counts. A thought mostly in a script that the
rules cannot read gets 0.5: neither praise nor blame, unless four headings show its stages or an
option is picked early.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from social_r1.items import SocialItem
from social_r1.rewards.backward import find_backward
from social_r1.rewards.copying import Copies, copies
from social_r1.rewards.coverage import Coverage, cover
from social_r1.rewards.mentions import Mention, find_mentions
from social_r1.rewards.reasons import Reason, StructureReport
from social_r1.trajectory.letters import lower_in_place, plain_in_place
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import Segment, segments
from social_r1.trajectory.words import item_words, sentences, stems, stems_of, words

__all__ = ["Reason", "RuleStructure", "StructureReport", "explain"]

REPEATED_LIMIT = 0.4
"""Share of repeated five-word runs above which a thought is redundant."""
CIRCLES = 4
"""Returns and repetitions from which on a thought is running in circles."""
WALKED = 0.7
"""Share of known stems above which a way back in free prose says nothing new."""
UNREAD = 0.5
"""S of a thought in a script that the rules cannot read."""
LAST_LATIN = "\u024f"
"""The last of the Latin letters with accents."""
UNREAD_LETTERS = 20
"""Letters from which on a thought can be in such a script."""

_RETURN = re.compile(
    r"(?:^|[.!?…\n]\s{0,3}|\b(?:but|hmm|no|oh|ok|okay|actually),?\s+)(?:wait|hold on)\b"
    r"|\blet(?:'s| me| us) (?:re-?(?:think|consider|read|check|visit)|go back|start over)\b"
    r"|\blet(?:'s| me| us) (?:double-?check|think|check|verify|look|go|read|try)\b[^.!?\n]{0,40}?"
    r"\b(?:again|once more|one (?:more|last) time|more|another angle)\b"
    r"|\bon second thought|\bas (?:i|we) (?:said|noted)\b|\bstarting over\b|\bstart over\b"
    r"|(?:^|[.!?…\n]\s{0,3})(?:going back|back to the (?:beginning|start|story|text|question))\b"
    r"|\bonce more[:,]|\bactually, (?:no|hmm|wait)\b"
)


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
    thought = plain_in_place(thought)
    parts = segments(thought, item)
    mentions = find_mentions(item, thought)
    copied = copies(item, thought)
    coverage = cover(item, thought, parts, mentions, copied)
    first = coverage.first
    faults = [
        *_early_mentions(mentions, first, len(thought)),
        *find_backward(item, thought, first, mentions),
        *_misplaced(first),
        *_returns(item, thought, parts, coverage),
        *_repeated(thought, parts),
        *_pasted(copied),
        *(_unread(thought, first) or _foreign(item, thought, first)),
    ]
    covered = tuple(sorted(first))
    reasons = [Reason("stage", part.start, part.end, part.stage.title) for part in first.values()]
    reasons += _missing(thought, parts, coverage)
    ordered = sorted([*reasons, *faults], key=lambda reason: (reason.start, reason.end))
    return StructureReport(_band(covered, faults), covered, tuple(ordered))


def _missing(thought: str, parts: Sequence[Segment], coverage: Coverage) -> list[Reason]:
    """Each stage that is not covered: at the run that should have covered it, or at the end."""
    found: list[Reason] = []
    for stage in Stage:
        if stage in coverage.first:
            continue
        tried = [(parts[n], why) for n, why in coverage.empty.items() if parts[n].stage is stage]
        if tried:
            part, why = tried[0]
            found.append(Reason("missing", part.start, part.end, why))
        else:
            end = len(thought)
            found.append(Reason("missing", end, end, f"{stage.title} is missing"))
    return found


def _early_mentions(
    mentions: Sequence[Mention], first: dict[Stage, Segment], length: int
) -> list[Reason]:
    """Options named or picked before the mental states have been read."""
    done = _inference_done(first, length)
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


def _inference_done(first: dict[Stage, Segment], length: int) -> int:
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


def _returns(
    item: SocialItem, thought: str, parts: Sequence[Segment], coverage: Coverage
) -> list[Reason]:
    """Runs of a stage that was there before, and phrases of starting again."""
    seen: dict[Stage, frozenset[str]] = {}
    found: list[Reason] = []
    for number, part in enumerate(parts):
        preamble = (
            part.stage is Stage.GOAL_CLARIFICATION
            and part.stage in coverage.first
            and part.start < coverage.first[part.stage].start
        )
        if number in coverage.empty or preamble:
            continue
        own = stems(thought[part.body : part.end])
        if part.stage in seen and not _walks_on(part, own, seen):
            found.append(Reason("return", part.start, part.end, f"back to {part.stage.title}"))
        seen[part.stage] = seen.get(part.stage, frozenset()) | own
    told, known, lowered = lower_in_place(item.story), item_words(item), lower_in_place(thought)
    for match in _RETURN.finditer(lowered):
        phrase = match[0].lstrip(" .!?…\n")
        begun = not known.story.isdisjoint(stems(lowered[: match.start()]))
        if begun and phrase not in told:
            found.append(Reason("return", match.end() - len(phrase), match.end(), "starts again"))
    return found


def _walks_on(part: Segment, own: frozenset[str], seen: dict[Stage, frozenset[str]]) -> bool:
    """Whether a way back in free prose goes on: to more cues, or to apply what was inferred."""
    if part.headed or part.stage > Stage.CUE_INTERPRETATION or Stage.RESPONSE_GENERATION in seen:
        return False
    if Stage.GOAL_CLARIFICATION in seen and part.stage is Stage.CUE_ENCODING:
        return False
    return len(own & seen[part.stage]) <= WALKED * len(own)


def _repeated(thought: str, parts: Sequence[Segment]) -> list[Reason]:
    """Sentences that stand there twice, and heavy repetition of runs.

    A sentence of four words is the same if it has the same words; one of three stems of substance
    if it has the same stems, on the same stage (a response may well say what was inferred); one of
    two or three words (``[3] nothing.``) within one run.
    """
    seen: set[object] = set()
    found: list[Reason] = []
    said: list[str] = []
    for number, part in enumerate(parts):
        for left, right in sentences(thought, part.body, part.end):
            own = tuple(words(thought[left:right]))
            said += own
            keys = _keys(own, stems_of(own), part.stage, number)
            if not seen.isdisjoint(keys):
                found.append(Reason("repeated", left, right, "says the same again"))
            seen.update(keys)
    total = len(said) - 4
    if not found and total > 0:
        runs = len(set(zip(said, said[1:], said[2:], said[3:], said[4:], strict=False)))
        if (total - runs) / total > REPEATED_LIMIT:
            found.append(Reason("repeated", 0, len(thought), "much of the wording is repeated"))
    return found


def _keys(own: tuple[str, ...], substance: frozenset[str], stage: Stage, part: int) -> list[object]:
    """What another sentence must share to be the same."""
    keys: list[object] = []
    if len(own) >= 4:
        keys.append(own)
    elif len(own) >= 2:
        keys.append((part, own))
    if len(substance) >= 3:
        keys.append((stage, substance))
    return keys


def _pasted(copied: Copies) -> list[Reason]:
    """The story written out again."""
    place = copied.pasted()
    return [Reason("pasted", *place, "writes the story out again")] if place else []


def _unread(thought: str, first: dict[Stage, Segment]) -> list[Reason]:
    """A thought mostly in letters that the rules do not know, without its four headings."""
    if thought.isascii():
        return []
    foreign, letters = _letters_beyond(thought), sum(map(str.isalpha, thought))
    if len(first) == len(Stage) or foreign < UNREAD_LETTERS or 2 * foreign <= letters:
        return []
    return [Reason("unread", 0, len(thought), "mostly in a script that the rules cannot read")]


def _foreign(item: SocialItem, thought: str, first: dict[Stage, Segment]) -> list[Reason]:
    """Sentences before the inference in a script that neither the rules read nor the item has."""
    if thought.isascii() or _letters_beyond(f"{item.story}{item.question}{item.options}"):
        return []
    done = _inference_done(first, len(thought))
    note = "a sentence in a script that the rules cannot read, before the cues are interpreted"
    return [
        Reason("foreign", left, right, note)
        for left, right in sentences(thought)
        if left < done and 2 * _letters_beyond(thought[left:right]) > right - left
    ]


def _letters_beyond(text: str) -> int:
    """Letters that are not Latin ones."""
    return sum(char > LAST_LATIN and char.isalpha() for char in text)


def _band(covered: Sequence[Stage], faults: Sequence[Reason]) -> float:
    """The band of the module's table, and the place inside it."""
    count = Counter(fault.kind for fault in faults)
    share = len(covered) / len(Stage)
    loops = count["return"] + count["repeated"] + count["pasted"]
    picked = count["early_verdict"] or count["backward"]
    if count["unread"] and not picked:
        return UNREAD
    if picked or len(covered) <= 1:
        return round(max(0.0, 0.3 * share - 0.05 * min(loops, 2)), 4)
    lacking = len(Stage) - len(covered)
    burdens = lacking + count["misplaced"] + min(count["early_option"] + count["foreign"], 2)
    if burdens or loops >= CIRCLES:
        return round(max(0.4, 0.6 - 0.1 * max(0, burdens - 1) - 0.05 * min(loops, 2)), 4)
    if loops:
        return round(0.8 - 0.05 * min(loops - 1, 2), 4)
    return 1.0
