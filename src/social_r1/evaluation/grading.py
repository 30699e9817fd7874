"""From a completion to a judged answer, and from the answers to an item's row.

The one parser of `social_r1.trajectory` reads training and evaluation alike. A completion without a
readable option is wrong and its reason is counted; there is no default answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from social_r1.evaluation.types import Answer, Ask, Completion, ItemRow
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory import parse

_LONGEST_META = 80


def judge(ask: Ask, completion: Completion, *, sample: int | None) -> Answer:
    """Parse one completion and compare its option with the right one.

    An answer is read wherever it is unambiguous; whether the whole text has the asked-for form is a
    figure of its own (``well_formed``).
    """
    trajectory = parse(
        completion.text, ask.item, truncated=not completion.finished, with_stages=False
    )
    shown = trajectory.answer
    return Answer(
        order=ask.order,
        places=ask.places,
        sample=sample,
        letter=None if shown is None else LETTERS[shown],
        option=None if shown is None else ask.places[shown],
        correct=shown == ask.item.answer,
        outcome=trajectory.outcome,
        well_formed=trajectory.well_formed,
        length=len(trajectory.thought),
        tokens=completion.tokens,
        text=completion.text,
    )


def to_row(item: SocialItem, answers: Sequence[Answer]) -> ItemRow:
    """Put the answers to one item together; ``answers`` holds at least one."""
    greedy = [answer for answer in answers if answer.sample is None]
    sampled = [answer for answer in answers if answer.sample is not None]
    first = (greedy or sampled)[0]
    return ItemRow(
        item_id=item.id,
        group=item.group,
        dimension=item.dimension,
        source=item.source,
        difficulty=item.difficulty,
        meta={key: value for key, value in item.meta.items() if _is_short(value)},
        greedy=fmean(answer.correct for answer in greedy) if greedy else None,
        voted=float(elected(greedy) == item.answer) if greedy else None,
        sampled=fmean(answer.correct for answer in sampled) if sampled else None,
        k=len(sampled),
        parse=dict(Counter(str(answer.outcome) for answer in answers)),
        length=fmean(answer.length for answer in answers),
        completion=first.text,
        places=first.places,
        answers=tuple(answers),
    )


def elected(answers: Sequence[Answer]) -> int | None:
    """The option with most votes; None when nothing was read or two options share the lead."""
    votes = Counter(answer.option for answer in answers if answer.option is not None)
    lead = votes.most_common(2)
    if not lead or (len(lead) == 2 and lead[0][1] == lead[1][1]):
        return None
    return lead[0][0]


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_META
    return isinstance(value, bool | int | float)
