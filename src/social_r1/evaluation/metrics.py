"""The figures of one evaluated set, always beside what a shortcut would have scored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import choices
from social_r1.evaluation.figures import Metrics, accuracy, consistency, joint, ladder
from social_r1.evaluation.grading import to_scored
from social_r1.evaluation.protocols import SOCIAL_R1, Protocol
from social_r1.evaluation.shortcuts import shortcuts
from social_r1.evaluation.types import Answer, Ask, Figure, Item, ItemRow, Summary
from social_r1.items import SocialItem
from social_r1.stats import Interval, bootstrap_mean, wilson
from social_r1.trajectory import ParseOutcome

RUNG = "rung"
"""Key of ``meta``: place of a question on the ladder of its group (belief order in Hi-ToM)."""

_N_BOOT = 2000


class Context(NamedTuple):
    """What the figures of a set need beside its rows."""

    name: str
    protocol: Protocol = SOCIAL_R1
    metrics: Metrics = accuracy
    seed: int = 0
    """Of the bootstrap."""
    seconds: float = 0.0
    """Wall-clock time of the answers."""
    missing: int = 0
    """Answers that never came."""
    prices: tuple[float, float] | None = None
    """Price of a million tokens read, and of a million written."""


def summarise(
    context: Context, items: Sequence[Item], asks: Sequence[Ask], rows: Sequence[ItemRow]
) -> Summary:
    """Figures of a set.

    Args:
        context: name, protocol, metrics and what else belongs to the set.
        items: the items, in the order of ``rows``.
        asks: the items as shown; letters are counted here.
        rows: the judged items.

    Raises:
        InputError: the set has no items.
    """
    if not rows:
        raise InputError(
            f"set {context.name!r} has no items; repair: give a file or benchmark with some"
        )
    answers = [answer for row in rows for answer in row.answers]
    failures = Counter(a.outcome for a in answers if a.outcome != ParseOutcome.OK)
    lettered = choices([ask.item for ask in asks])
    letters = Counter(item.letter for item in lettered)
    best, hits = min(letters.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
    sampled = [row.sampled for row in rows if row.sampled is not None]
    scored = [to_scored(item, row) for item, row in zip(items, rows, strict=True)]
    greedy = scored if rows[0].greedy is not None else []
    same = first(consistency(greedy))
    offered, seed = choices(items), context.seed
    read, written = _tokens(answers)
    return Summary(
        name=context.name,
        n=len(rows),
        protocol="native" if context.protocol.name.endswith("native") else "social-r1",
        metrics={figure.name: figure.interval for figure in context.metrics(scored)},
        shortcuts=shortcuts(items, asks, context.protocol, context.metrics),
        missing=context.missing,
        faults=sum("fault" in item.meta for item in items),
        input_tokens=read,
        output_tokens=written,
        cost=_cost(read, written, context.prices),
        greedy=_accuracy(rows) if rows[0].greedy is not None else None,
        sampled=bootstrap_mean(
            sampled, groups=[row.group for row in rows], n_boot=_N_BOOT, seed=seed
        )
        if sampled
        else None,
        voted=_voted(rows) if len(asks) > len(items) else None,
        joint=first(joint(greedy)),
        ladder=first(ladder(greedy, rung_of)),
        consistency=None if same is None else same.value,
        failures=dict(failures.most_common()),
        failure_rate=sum(failures.values()) / len(answers),
        unread=fmean(answer.pick is None for answer in answers),
        well_formed=fmean(answer.well_formed for answer in answers),
        length=fmean(row.length for row in rows),
        chance=fmean(1 / len(item.options) for item in offered) if offered else 0.0,
        letter=hits / len(lettered) if lettered else None,
        best_letter=best,
        longest=fmean(by_length(item, max) for item in offered) if offered else None,
        shortest=fmean(by_length(item, min) for item in offered) if offered else None,
        dimensions=_by_dimension(rows),
        seconds=context.seconds,
    )


def first(figures: Sequence[Figure]) -> Interval | None:
    """The interval of the one figure there is, if any."""
    return figures[0].interval if figures else None


def rung_of(item: Item) -> int | None:
    """Place of an item on the ladder of its group."""
    return item.meta.get(RUNG)


def by_length(item: SocialItem, extreme: Callable[[list[int]], int]) -> float:
    """Chance that the longest (``max``) or shortest (``min``) option is right; ties share."""
    lengths = [len(option) for option in item.options]
    wanted = extreme(lengths)
    return (lengths[item.answer] == wanted) / lengths.count(wanted)


def _tokens(answers: Sequence[Answer]) -> tuple[int | None, int | None]:
    """Tokens read and written; None where no answer tells."""
    read = [answer.prompt_tokens for answer in answers if answer.prompt_tokens is not None]
    written = [answer.tokens for answer in answers if answer.tokens is not None]
    return sum(read) if read else None, sum(written) if written else None


def _cost(
    read: int | None, written: int | None, prices: tuple[float, float] | None
) -> float | None:
    if prices is None or read is None or written is None:
        return None
    return (read * prices[0] + written * prices[1]) / 1_000_000


def _accuracy(rows: Sequence[ItemRow]) -> Interval:
    values = [row.greedy if row.greedy is not None else row.sampled or 0.0 for row in rows]
    return wilson(sum(values), len(values))


def _voted(rows: Sequence[ItemRow]) -> Interval | None:
    votes = [row.voted for row in rows if row.voted is not None]
    return wilson(sum(votes), len(votes)) if votes else None


def _by_dimension(rows: Sequence[ItemRow]) -> dict[str, Interval]:
    parts: dict[str, list[ItemRow]] = defaultdict(list)
    for row in rows:
        parts[row.dimension].append(row)
    return {dimension: _accuracy(parts[dimension]) for dimension in sorted(parts)}
