"""From a completion to a judged answer, and from the answers to an item's row.

The protocol that asked reads the answer (`protocols`). A completion without a readable answer is
wrong and its reason is counted; under our protocol there is no default answer.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import fmean
from typing import cast

from social_r1.evaluation.protocols import SOCIAL_R1, Protocol, protocol_of
from social_r1.evaluation.types import Answer, Ask, Completion, Item, ItemRow, Pick, Scored
from social_r1.items import LETTERS, SocialItem

_LONGEST_META, _MOST_PARTS = 80, 12


def judge(ask: Ask, completion: Completion, *, sample: int | None) -> Answer:
    """Read one completion as its protocol does, and score it.

    An answer is read wherever it is unambiguous; whether the whole text has the asked-for form is a
    figure of its own (``well_formed``).
    """
    protocol = protocol_of(ask.how)
    seen = completion
    if protocol.name != SOCIAL_R1.name and not protocol.reads_thought:
        seen = completion._replace(text=completion.text[completion.apart :])
    found = protocol.read(ask, seen)
    pick = found.pick
    option = pick if isinstance(pick, int) else None
    return Answer(
        order=ask.order,
        places=ask.places,
        sample=sample,
        letter=None if option is None else LETTERS[option],
        option=None if option is None else ask.places[option],
        said=None if isinstance(pick, int) else pick,
        correct=found.value == 1,
        value=found.value,
        outcome=found.reason,
        well_formed=found.well_formed,
        length=len(found.thought),
        tokens=completion.tokens,
        prompt_tokens=completion.prompt_tokens,
        details=dict(found.details),
        text=completion.text,
    )


def to_row(item: Item, answers: Sequence[Answer], protocol: Protocol = SOCIAL_R1) -> ItemRow:
    """Put the answers to one item together; ``answers`` holds at least one."""
    greedy = [answer for answer in answers if answer.sample is None]
    sampled = [answer for answer in answers if answer.sample is not None]
    first = (greedy or sampled)[0]
    runs, picks = runs_of(item, greedy or sampled, protocol)
    return ItemRow(
        item_id=item.id,
        group=item.group,
        dimension=item.dimension,
        source=item.source,
        difficulty=item.difficulty,
        meta={key: value for key, value in item.meta.items() if _is_short(value)},
        greedy=fmean(answer.value for answer in greedy) if greedy else None,
        voted=_voted(item, greedy),
        sampled=fmean(answer.value for answer in sampled) if sampled else None,
        k=len(sampled),
        parse=dict(Counter(answer.outcome for answer in answers)),
        length=fmean(answer.length for answer in answers),
        completion=first.text,
        places=first.places,
        answers=tuple(answers),
        asked=content_of(item),
        runs=runs,
        picks=picks,
        details=_mean_details(answers),
    )


def runs_of(
    item: Item, answers: Sequence[Answer], protocol: Protocol
) -> tuple[tuple[float, ...], tuple[Pick | None, ...]]:
    """Runs of an item: those of the protocol for the greedy pass, or for each sampled pass."""
    passes: dict[int | None, list[Answer]] = defaultdict(list)
    for answer in answers:
        passes[answer.sample].append(answer)
    values: tuple[float, ...] = ()
    picks: tuple[Pick | None, ...] = ()
    for ones in passes.values():
        value, pick = protocol.runs(item, sorted(ones, key=lambda answer: answer.order))
        values, picks = values + value, picks + pick
    return values, picks


def to_scored(item: Item, row: ItemRow) -> Scored:
    """What a metric sees of an item's row."""
    return Scored(item, row.runs, row.picks, row.details)


def elected(answers: Sequence[Answer]) -> Pick | None:
    """The answer with most votes; None when nothing was read or two share the lead."""
    votes = Counter(answer.pick for answer in answers if answer.pick is not None)
    lead = votes.most_common(2)
    if not lead or (len(lead) == 2 and lead[0][1] == lead[1][1]):
        return None
    return lead[0][0]


def _voted(item: Item, greedy: Sequence[Answer]) -> float | None:
    if not greedy:
        return None
    if not isinstance(item, SocialItem):
        return fmean(answer.value for answer in greedy)
    return float(elected(greedy) == item.answer)


def _mean_details(answers: Sequence[Answer]) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        for name, value in answer.details.items():
            found[name].append(value)
    return {name: fmean(values) for name, values in found.items()}


def content_of(item: Item) -> str:
    """Short hash of what an item asks and what is right, whatever the order of its options."""
    texts = (
        [*sorted(item.options), item.options[item.answer]]
        if isinstance(item, SocialItem)
        else [*item.accepted, "", *item.rejected]
    )
    whole = json.dumps([item.group, item.story, item.question, *texts])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_META
    if isinstance(value, list | tuple):
        parts = cast("Sequence[object]", value)
        return len(parts) <= _MOST_PARTS and all(
            isinstance(part, str) and len(part) <= _LONGEST_META for part in parts
        )
    return isinstance(value, bool | int | float)
