"""Shortcuts that look at the words alone, for any set (HARDBENCH 7, text level).

One file each. A heuristic gives every option a number; the option with the highest is its answer.
Ties share: an option among three best counts one third, and one that rates all alike is a blind
guess. So no rule gains from the order of the options unless it is about the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from social_r1.audit.heuristics.centroid import centroid
from social_r1.audit.heuristics.first_mentioned import first_mentioned
from social_r1.audit.heuristics.hedged import hedged
from social_r1.audit.heuristics.last_mentioned import last_mentioned
from social_r1.audit.heuristics.least_mentioned import least_mentioned
from social_r1.audit.heuristics.longest import longest
from social_r1.audit.heuristics.most_mentioned import most_mentioned
from social_r1.audit.heuristics.negated import negated
from social_r1.audit.heuristics.negation_match import negation_match
from social_r1.audit.heuristics.odd_one_out import odd_one_out
from social_r1.audit.heuristics.overlap_max import overlap_max
from social_r1.audit.heuristics.overlap_min import overlap_min
from social_r1.audit.heuristics.position import position
from social_r1.audit.heuristics.positive import positive
from social_r1.audit.heuristics.question_overlap import question_overlap
from social_r1.audit.heuristics.reading import Heuristic, Reading, read
from social_r1.audit.heuristics.sentiment_match import sentiment_match
from social_r1.audit.heuristics.shortest import shortest
from social_r1.audit.heuristics.tail_overlap import tail_overlap
from social_r1.audit.types import Answers
from social_r1.items import LETTERS

HEURISTICS: dict[str, Heuristic] = {
    **{f"position_{x}": partial(position, place=i) for i, x in enumerate(LETTERS)},
    "longest": longest,
    "shortest": shortest,
    "overlap_max": overlap_max,
    "overlap_min": overlap_min,
    "tail_overlap": tail_overlap,
    "question_overlap": question_overlap,
    "centroid": centroid,
    "odd_one_out": odd_one_out,
    "first_mentioned": first_mentioned,
    "last_mentioned": last_mentioned,
    "most_mentioned": most_mentioned,
    "least_mentioned": least_mentioned,
    "negated": negated,
    "negation_match": negation_match,
    "hedged": hedged,
    "positive": positive,
    "sentiment_match": sentiment_match,
}
"""Every rule by its name. Letters that no item offers are left out of an audit."""


def heuristic_answers(readings: Sequence[Reading]) -> list[Answers]:
    """What every heuristic scores on every item."""
    most = max((len(reading.options) for reading in readings), default=0)
    found: list[Answers] = []
    for name, rule in HEURISTICS.items():
        if name.startswith("position_") and LETTERS.index(name[-1]) >= most:
            continue
        picks = [best(rule(reading)) for reading in readings]
        golds = [reading.item.answer for reading in readings]
        found.append(
            Answers(
                name,
                "text",
                tuple(expected(pick, gold) for pick, gold in zip(picks, golds, strict=True)),
                tuple(float(pick[0] == gold) for pick, gold in zip(picks, golds, strict=True)),
            )
        )
    return found


def best(scores: Sequence[float], tolerance: float = 1e-9) -> list[int]:
    """Indices of the options with the highest score.

    >>> best([1.0, 3.0, 3.0])
    [1, 2]
    """
    top = max(scores)
    return [i for i, score in enumerate(scores) if score >= top - tolerance]


def expected(pick: Sequence[int], gold: int) -> float:
    """Chance of being right with a blind choice among the picked options."""
    return (gold in pick) / len(pick)


__all__ = [
    "HEURISTICS",
    "Heuristic",
    "Reading",
    "best",
    "expected",
    "heuristic_answers",
    "read",
]
