"""Three trajectories to read: a hard item gained, one still wrong, an easy one.

The thoughts are cut into their stages (`social_r1.trajectory`) and scored anew, part by part, with
the rule scorer for structure and, where an item brings its event log, the oracle for content.
Weights are those at the end of the curriculum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from social_r1.analysis.types import EvalRow, EvalSet, Run
from social_r1.items import LETTERS, SocialItem
from social_r1.rewards.types import RewardParts
from social_r1.trajectory import ParseOutcome, Trajectory, parse

Scorer = Callable[[Sequence[SocialItem], Sequence[str]], Sequence[RewardParts]]


class Piece(NamedTuple):
    """A stretch of the thought; ``stage`` is 1 to 4, or 0 where no stage was recognised."""

    stage: int
    text: str


class Told(NamedTuple):
    """One completion, ready to be shown."""

    moment: str
    pieces: tuple[Piece, ...]
    raw: str
    """The whole completion, shown when no thought can be read."""
    outcome: str
    answer: str | None
    """The letter answered."""
    right: bool
    parts: RewardParts | None


class Example(NamedTuple):
    """One item with what the model said before and after training."""

    title: str
    why: str
    item: SocialItem
    """With its options in the order in which they were shown."""
    story: tuple[str, ...]
    told: tuple[Told, ...]


class _Wanted(NamedTuple):
    set_name: str
    title: str
    why: str
    fits: Callable[[EvalRow, EvalRow], bool]
    rank: Callable[[EvalRow, EvalRow], float]


_WANTED = (
    _Wanted(
        "hard",
        "A hard item gained",
        "Wrong before training, right after it.",
        lambda a, b: a.greedy == 0 and b.greedy == 1,
        lambda a, b: b.sampled - a.sampled,
    ),
    _Wanted(
        "hard",
        "A hard item still wrong",
        "Wrong before and after training.",
        lambda a, b: a.greedy == 0 and b.greedy == 0,
        lambda a, b: -b.sampled,
    ),
    _Wanted(
        "easy",
        "An easy item",
        "Right before and after training.",
        lambda a, b: a.greedy == 1 and b.greedy == 1,
        lambda a, b: b.sampled,
    ),
)


def examples(run: Run, scorer: Scorer | None) -> list[Example]:
    """Pick and prepare up to three examples; a kind that the run does not hold is left out.

    Among the fitting items it takes those whose thoughts can be read, then the clearest case by
    sampled answers, then the first: so the choice is the same each time.
    """
    found: list[Example] = []
    for wanted in _WANTED:
        pair = run.sets.get(wanted.set_name)
        place = _pick(pair, run, wanted) if pair else None
        if pair is None or place is None:
            continue
        item = pair.before[place].greedy_answer.shown(run.items[pair.before[place].item_id])
        rows = (("before", pair.before[place]), ("after", pair.after[place]))
        told = tuple(_tell(moment, row, item, scorer) for moment, row in rows)
        found.append(Example(wanted.title, wanted.why, item, story_lines(item.story), told))
    return found


def _pick(pair: EvalSet, run: Run, wanted: _Wanted) -> int | None:
    fitting = [
        place
        for place, (a, b) in enumerate(zip(pair.before, pair.after, strict=True))
        if wanted.fits(a, b) and a.item_id in run.items and a.completion and b.completion
    ]

    def merit(place: int) -> tuple[int, float, int]:
        a, b = pair.before[place], pair.after[place]
        item = a.greedy_answer.shown(run.items[a.item_id])
        readable = sum(parse(r.completion, item).outcome is ParseOutcome.OK for r in (a, b))
        return readable, wanted.rank(a, b), -place

    return max(fitting, key=merit, default=None)


def _tell(moment: str, row: EvalRow, item: SocialItem, scorer: Scorer | None) -> Told:
    trajectory = parse(row.completion, item)
    return Told(
        moment=moment,
        pieces=pieces(trajectory),
        raw=row.completion,
        outcome=trajectory.outcome.value,
        answer=None if trajectory.answer is None else LETTERS[trajectory.answer],
        right=trajectory.answer == item.answer,
        parts=scorer([item], [row.completion])[0] if scorer else None,
    )


def pieces(trajectory: Trajectory) -> tuple[Piece, ...]:
    """The whole thought in order, as stretches with their stage; no character is lost."""
    found: list[Piece] = []
    end = 0
    for span in trajectory.stages:
        found.append(Piece(0, trajectory.thought[end : span.start]))
        found.append(Piece(span.stage.value + 1, trajectory.thought[span.start : span.end]))
        end = span.end
    found.append(Piece(0, trajectory.thought[end:]))
    return tuple(piece for piece in found if piece.text.strip())


def story_lines(story: str) -> tuple[str, ...]:
    r"""The lines of a story, or its sentences when it is one paragraph; own numbers are dropped.

    >>> story_lines("1. Ann left.\n2. Bo came.")
    ('Ann left.', 'Bo came.')
    """
    lines = [line.strip() for line in story.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = [s for s in re.split(r"(?<=[.!?])\s+(?=[A-Z\[\d])", lines[0]) if s]
    numbers = [re.match(r"\[?(\d+)[\].):]?\s+", line) for line in lines]
    if all(match and int(match[1]) == i for i, match in enumerate(numbers, 1)):
        return tuple(
            line[match.end() :] for line, match in zip(lines, numbers, strict=True) if match
        )
    return tuple(lines)
