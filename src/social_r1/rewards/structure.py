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

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from social_r1.items import SocialItem
from social_r1.rewards.backward import find_backward
from social_r1.rewards.copying import Copies, copies
from social_r1.rewards.coverage import Coverage, Run, cover
from social_r1.rewards.mentions import Mention, mentions_in
from social_r1.rewards.question import Question, question_of
from social_r1.rewards.reasons import Reason, StructureReport
from social_r1.trajectory.letters import letters_beyond_latin, plain_in_place
from social_r1.trajectory.phrases import Phrases
from social_r1.trajectory.reading import Reading
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import Segment, segments_in
from social_r1.trajectory.words import places_of_words, substance

__all__ = ["Reason", "RuleStructure", "StructureReport", "explain"]

REPEATED_LIMIT = 0.4
"""Share of repeated five-word runs above which a thought is redundant."""
CIRCLES = 4
"""Returns and repetitions from which on a thought is running in circles."""
WALKED = 0.7
"""Share of known stems above which a way back in free prose says nothing new."""
UNREAD = 0.5
"""S of a thought in a script that the rules cannot read."""
UNREAD_LETTERS = 20
"""Letters from which on a thought can be in such a script."""

_RETURNS = Phrases(
    (
        "wait hold",
        r"(?:^|[.!?…\n]\s{0,3}|\b(?:but|hmm|no|oh|ok|okay|actually),?\s+)(?:wait|hold on)\b",
    ),
    (
        "let",
        r"\blet(?:'s| me| us) (?:re-?(?:think|consider|read|check|visit)|go back|start over)\b"
        r"|\blet(?:'s| me| us) (?:double-?check|think|check|verify|look|go|read|try)\b"
        r"[^.!?\n]{0,40}?\b(?:again|once more|one (?:more|last) time|more|another angle)\b",
    ),
    ("second", r"\bon second thought"),
    ("i we", r"\bas (?:i|we) (?:said|noted)\b"),
    ("over", r"\bstarting over\b|\bstart over\b"),
    (
        "going back",
        r"(?:^|[.!?…\n]\s{0,3})"
        r"(?:going back|back to the (?:beginning|start|story|text|question))\b",
    ),
    ("once", r"\bonce more[:,]"),
    ("actually", r"\bactually, (?:no|hmm|wait)\b"),
)
"""Phrases of starting again, each kind with words of which one stands in every match."""


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
        return self.of(explain(item, thought))

    def of(self, report: StructureReport) -> float:
        """S of a thought with this report."""
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
    question = question_of(item)
    reading = Reading(plain_in_place(thought))
    # Letters that were read as Latin ones can make others look so.
    plainer = plain_in_place(reading.text)
    again = reading if plainer == reading.text else Reading(plainer)
    runs = [Run(reading, part) for part in segments_in(again, item)]
    mentions = mentions_in(question, again)
    copied = copies(item, reading)
    coverage = cover(question, runs, mentions, copied)
    first = coverage.first
    faults = [
        *_early_mentions(mentions, first, len(thought)),
        *find_backward(question, reading, first, mentions),
        *_misplaced(first),
        *_returns(question, reading, runs, coverage),
        *_repeated(reading.text, runs),
        *_pasted(copied),
        *(_unread(reading.text, first) or _foreign(question, reading, first)),
    ]
    covered = tuple(sorted(first))
    reasons = [Reason("stage", part.start, part.end, part.stage.title) for part in first.values()]
    reasons += _missing(thought, runs, coverage)
    ordered = sorted([*reasons, *faults], key=lambda reason: (reason.start, reason.end))
    return StructureReport(_band(covered, faults), covered, tuple(ordered))


def _missing(thought: str, runs: Sequence[Run], coverage: Coverage) -> list[Reason]:
    """Each stage that is not covered: at the run that should have covered it, or at the end."""
    found: list[Reason] = []
    for stage in Stage:
        if stage in coverage.first:
            continue
        tried = [(runs[n].part, why) for n, why in coverage.empty.items() if runs[n].stage is stage]
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
    question: Question, reading: Reading, runs: Sequence[Run], coverage: Coverage
) -> list[Reason]:
    """Runs of a stage that was there before, and phrases of starting again."""
    seen: dict[Stage, frozenset[str]] = {}
    found: list[Reason] = []
    for number, run in enumerate(runs):
        part, own = run.part, run.stems
        preamble = (
            part.stage is Stage.GOAL_CLARIFICATION
            and part.stage in coverage.first
            and part.start < coverage.first[part.stage].start
        )
        if number in coverage.empty or preamble:
            continue
        if part.stage in seen and not _walks_on(part, own, seen):
            found.append(Reason("return", part.start, part.end, f"back to {part.stage.title}"))
        seen[part.stage] = seen[part.stage] | own if part.stage in seen else own
    return [*found, *_starts_again(question, reading)]


def _starts_again(question: Question, reading: Reading) -> Iterator[Reason]:
    """Phrases of starting again that are not the story's, once something of it has been told."""
    pattern, story = _RETURNS.among(reading.tokens), question.words.story
    if pattern is None:
        return
    words = places_of_words(reading.text)
    told = next((word.end for word in words if substance(word.text) in story), len(reading.text))
    for match in pattern.finditer(reading.lowered):
        phrase = match[0].lstrip(" .!?…\n")
        if told <= match.start() and phrase not in question.story:
            yield Reason("return", match.end() - len(phrase), match.end(), "starts again")


def _walks_on(part: Segment, own: frozenset[str], seen: dict[Stage, frozenset[str]]) -> bool:
    """Whether a way back in free prose goes on: to more cues, or to apply what was inferred."""
    if part.headed or part.stage > Stage.CUE_INTERPRETATION or Stage.RESPONSE_GENERATION in seen:
        return False
    if Stage.GOAL_CLARIFICATION in seen and part.stage is Stage.CUE_ENCODING:
        return False
    return len(own & seen[part.stage]) <= WALKED * len(own)


def _repeated(thought: str, runs: Sequence[Run]) -> list[Reason]:
    """Sentences that stand there twice, and heavy repetition of runs.

    A sentence of four words is the same if it has the same words; one of three stems of substance
    if it has the same stems, on the same stage (a response may well say what was inferred); one of
    two or three words (``[3] nothing.``) within one run.
    """
    seen: set[object] = set()
    found: list[Reason] = []
    for number, run in enumerate(runs):
        for sentence in run.sentences:
            keys = _keys(sentence.words, sentence.stems, run.stage, number)
            if not seen.isdisjoint(keys):
                found.append(
                    Reason("repeated", sentence.start, sentence.end, "says the same again")
                )
            seen.update(keys)
    said = list(chain.from_iterable([run.words for run in runs]))
    total = len(said) - 4
    if not found and total > 0:
        fives = len(set(zip(said, said[1:], said[2:], said[3:], said[4:], strict=False)))
        if (total - fives) / total > REPEATED_LIMIT:
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
    foreign = 0 if thought.isascii() else letters_beyond_latin(thought)
    if len(first) == len(Stage) or foreign < UNREAD_LETTERS:
        return []
    if 2 * foreign <= sum(map(str.isalpha, thought)):
        return []
    return [Reason("unread", 0, len(thought), "mostly in a script that the rules cannot read")]


def _foreign(question: Question, reading: Reading, first: dict[Stage, Segment]) -> list[Reason]:
    """Sentences before the inference in a script that neither the rules read nor the item has."""
    text = reading.text
    if text.isascii() or not question.latin or not letters_beyond_latin(text):
        return []
    done = _inference_done(first, len(text))
    note = "a sentence in a script that the rules cannot read, before the cues are interpreted"
    return [
        Reason("foreign", said.start, said.end, note)
        for said in reading.sentences
        if said.start < done
        and 2 * letters_beyond_latin(text[said.start : said.end]) > said.end - said.start
    ]


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
