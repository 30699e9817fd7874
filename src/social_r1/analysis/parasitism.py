"""Reasoning habits: where options are first named, and which stages a thought has.

The paper calls it *reasoning parasitism* when a model settles on an option early and builds its
reasons backwards (paper section 1; analyses in section 5). We look at the place of the first
option in the thought, as a share of its length: 0 at its first character, 1 at its end.

An option is *named* by its letter, or by its words next to the language of choosing, exactly as the
structure reward sees it (`social_r1.rewards.mentions`): "the blue tin" says nothing about options
when the story is about a blue tin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from social_r1.analysis.types import EvalRow, Habits
from social_r1.items import SocialItem
from social_r1.rewards.mentions import find_mentions
from social_r1.trajectory import Stage, Trajectory, parse

BINS = 10
EARLY = 0.5
"""A first mention before this share of the thought counts as early."""


def first_mention(thought: str, item: SocialItem) -> int | None:
    """Place in the thought, in characters, at which an option is first named; None if never.

    >>> item = SocialItem(id="x", dimension="Belief", group="g", story="A key lies in a box.",
    ...                   question="Where?", options=("box", "drawer"), answer=0)
    >>> first_mention("A key was seen in the box. Option B is empty.", item)
    34
    """
    return min((mention.start for mention in find_mentions(item, thought)), default=None)


def habits(rows: Sequence[EvalRow], items: Mapping[str, SocialItem]) -> Habits | None:
    """Habits of one sampled thought per item of a set; None when no thought can be read.

    A greedy thought shows the policy's favourite habit only, a sampled one each habit as often as
    it occurs; greedy thoughts stand in where nothing was sampled.

    Args:
        rows: the evaluation of one set at one moment.
        items: the questions by id; rows without their question are passed over.
    """
    said = [(row.typical_answer, items[row.item_id]) for row in rows if row.item_id in items]
    shown = [(answer.text, answer.shown(item)) for answer, item in said]
    read = [(parse(text, item), item) for text, item in shown]
    read = [(trajectory, item) for trajectory, item in read if trajectory.thought]
    if not read:
        return None
    found = [(first_mention(t.thought, item), len(t.thought)) for t, item in read]
    places = [place / length for place, length in found if place is not None]
    trajectories = [trajectory for trajectory, _ in read]
    n = len(read)
    return Habits(
        n=n,
        naming=len(places) / n,
        first_mention=median(places) if places else None,
        early=sum(place < EARLY for place in places) / n,
        histogram=tuple(
            sum(min(int(place * BINS), BINS - 1) == bin_ for place in places)
            for bin_ in range(BINS)
        ),
        all_stages=sum(map(has_all_stages, trajectories)) / n,
        in_order=sum(has_all_stages(t) and goes_forward(t) for t in trajectories) / n,
        stage_share=tuple(sum(_share(t, stage) for t in trajectories) / n for stage in Stage),
        length=sum(len(t.thought) for t in trajectories) / n,
    )


def has_all_stages(trajectory: Trajectory) -> bool:
    """Whether every SIP stage occurs in the thought."""
    return {span.stage for span in trajectory.stages} == set(Stage)


def goes_forward(trajectory: Trajectory) -> bool:
    """Whether the thought never returns to a stage that it has left."""
    order = [span.stage for span in trajectory.stages]
    return order == sorted(order)


def _share(trajectory: Trajectory, stage: Stage) -> float:
    chars = sum(span.end - span.start for span in trajectory.stages if span.stage == stage)
    return chars / len(trajectory.thought)
