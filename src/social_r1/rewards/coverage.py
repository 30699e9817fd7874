"""Which stages a thought has, as against headings that it has (paper section 3, coverage).

A run of text covers its stage if it has something of its own to say:

- three words at least, or, for the response to something, an option;
- cue encoding takes three in ten of its words of substance from the story, two at least (one from a
  tiny story), and not names alone; in a long run, where new words add up, three in ten occurrences
  may be those of four such words instead, names aside, or it cites three lines and has twice four;
- the others show a sign of their stage (``cues.yaml``) or speak of this question's people and
  things (an interpretation under a heading must do so), do not just list the options, are not
  copied from the story, and do not say again what an earlier stage says: in the same words, or in
  others where the stage shows no sign of its own and cites no line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from social_r1.rewards.copying import Copies
from social_r1.rewards.mentions import Mention
from social_r1.rewards.question import Question
from social_r1.trajectory.emissions import HELD, held_option, shows
from social_r1.trajectory.letters import lower_in_place
from social_r1.trajectory.reading import Reading, Sentence
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import Segment
from social_r1.trajectory.words import ItemWords, substance

MIN_WORDS = 3
"""Words that make a stage more than a heading."""
COPIED = 0.6
"""Share of copied words from which on a stage is the story's, not the thought's."""
SAME = 0.6
"""Shared stems, of all stems of two stages, from which on they say the same."""
TOLD = 0.3
"""Least share of the story's stems in cue encoding; honest texts have .43 and more, talk that fits
any story at most .29 (docs/results/structure.md)."""
KEPT = 4
"""Words of the story, names aside, from which on a run may be measured by their occurrences."""
LISTED = 3
"""Options from which on a stage without a sign of its own may be a mere list of them."""
CITED = 3
"""Lines from which on a run that cites them may tell them in its own words for the most part."""
_CITES = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The first run that covers each stage, in text order, and what is wrong with other runs."""

    first: dict[Stage, Segment]
    empty: dict[int, str]
    """Number of a run that covers nothing: why."""


class Run:
    """A run of a thought with what it says."""

    def __init__(self, reading: Reading, part: Segment) -> None:
        self.part = part
        self.stage = part.stage
        self.sentences: list[Sentence] = reading.cut(part.body, part.end)
        self.words = list(chain.from_iterable([sentence.words for sentence in self.sentences]))
        self.stems = frozenset[str]().union(*[sentence.stems for sentence in self.sentences])
        self._text = reading.text[part.body : part.end]

    @cached_property
    def signed(self) -> bool:
        """Whether it shows a sign of its stage."""
        tokens = chain.from_iterable(sentence.tokens for sentence in self.sentences)
        return shows(lower_in_place(self._text), tokens, self.stage)

    @cached_property
    def cites(self) -> bool:
        """Whether it cites a line."""
        return bool(self.cited)

    @cached_property
    def cited(self) -> frozenset[str]:
        """The lines that it cites."""
        return frozenset(_CITES.findall(self._text))


def cover(
    question: Question, runs: Sequence[Run], mentions: Sequence[Mention], copied: Copies
) -> Coverage:
    """Find the run that covers each stage.

    A question restated at the very beginning of free prose is a preamble if the thought comes back
    to it: then the later place counts.

    Args:
        question: the question.
        runs: the runs of the thought.
        mentions: where it names options.
        copied: what it copies from the story.
    """
    first: dict[Stage, Segment] = {}
    empty: dict[int, str] = {}
    said: list[Run] = []
    for number, own in enumerate(runs):
        why = _lack(own, question, said, mentions) or _copied(own.part, copied)
        if why:
            empty[number] = why
            continue
        if own.stage in first or _is_preamble(own.part, first, runs[number + 1 :]):
            continue
        first[own.stage] = own.part
        said.append(own)
    return Coverage(first, empty)


def _lack(
    own: Run, question: Question, said: Sequence[Run], mentions: Sequence[Mention]
) -> str | None:
    """What keeps a run from covering its stage, or None."""
    title = own.stage.title
    answers = own.stage is Stage.RESPONSE_GENERATION and _names(own, question.words, mentions)
    if len(own.words) < MIN_WORDS and not (answers and said):
        return f"{title} is a heading without content" if not own.words else f"{title} is too short"
    if own.stage is Stage.CUE_ENCODING:
        return None if _is_told(own, question.words) else f"{title} takes too little from the story"
    earlier = next((o for o in said if own.words == o.words or _says_same(own, o)), None)
    if earlier is not None and earlier.stage is not own.stage:
        return f"{title} says what {earlier.stage.title} says"
    return None if answers or _is_about(own, question) else f"{title} is not about this question"


def _names(own: Run, known: ItemWords, mentions: Sequence[Mention]) -> bool:
    """Whether a run names an option by its letter or in its words."""
    if any(own.part.body <= m.start < own.part.end for m in mentions):
        return True
    return held_option(own.stems, known).share >= HELD


def _is_told(own: Run, known: ItemWords) -> bool:
    """Whether a run takes its cues from the story: talk with two names in it does not."""
    said = [stem for stem in own.stems if not stem.isdigit()]
    taken = known.story.intersection(said)
    more = len(taken - known.names) >= min(1, len(known.story - known.names))
    enough = len(taken) >= max(min(2, len(known.story)), TOLD * len(said))
    return more and (enough or _keeps_to(own, known.story - known.names))


def _keeps_to(own: Run, told: frozenset[str]) -> bool:
    """Whether a long run stays with what is told: the story's words come again, others add up."""
    said = [stem for stem in map(substance, own.words) if stem and not stem.isdigit()]
    taken = [stem for stem in said if stem in told]
    kept = len(set(taken))
    if len(own.cited) >= CITED and kept >= 2 * KEPT:
        return True
    return kept >= KEPT and len(taken) >= TOLD * len(said)


def _is_about(own: Run, question: Question) -> bool:
    """Whether a stage shows its sign or speaks of this question, and does not just list options."""
    known, told = question.words, own.stems & question.about
    listed = sum(bool(option) and option <= own.stems for option in known.options)
    only_lists = own.stage is Stage.GOAL_CLARIFICATION or told.issubset(chain(*known.options))
    if listed >= LISTED and only_lists and not own.signed:
        return False
    if told:
        return True
    needs_it = own.stage is Stage.CUE_INTERPRETATION and own.part.headed
    return not needs_it and own.signed


def _says_same(own: Run, other: Run) -> bool:
    """Whether two stages make the same claim, perhaps in other words."""
    shared = len(own.stems & other.stems)
    both = len(own.stems) + len(other.stems) - shared
    return shared >= SAME * max(1, both) and not (own.cites or own.signed)


def _copied(part: Segment, copied: Copies) -> str | None:
    """Whether a stage after the cues is the story's own text."""
    if part.stage is Stage.CUE_ENCODING or copied.share(part.body, part.end) < COPIED:
        return None
    return f"{part.stage.title} is copied from the story"


def _is_preamble(part: Segment, first: dict[Stage, Segment], later: Sequence[Run]) -> bool:
    """Whether a question restated at the start comes up again behind the cues."""
    opening = part.stage is Stage.GOAL_CLARIFICATION and not first and not part.headed
    return opening and any(run.stage is Stage.GOAL_CLARIFICATION for run in later)
