"""Preference pairs labelled by a language model (paper section 3, content: a judge compares).

Judges lean towards what they are shown first, so each pair is asked about twice, with its sides
exchanged. Only where both answers name the same side is there a label; ties, disagreements and
missing answers are dropped and counted. The file's own direction is not told to the judge; how
often a judge agrees with it says, where an event log gave the direction, how far to trust a judge.

    labelled = label_pairs(read_pairs("pairs.jsonl"), JudgePairs(client))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from social_r1.judge.rubrics import Contest
from social_r1.judge.scorers import Verdict
from social_r1.preference.types import Code, Pair

SUFFIX = "/judge"
"""Added to the source of a pair whose direction a judge gave."""


class Outcome(StrEnum):
    """What two answers about one pair come to."""

    KEPT = "kept"
    TIE = "tie"
    """One answer or both say that neither side is better."""
    DISAGREEMENT = "disagreement"
    """The answers name different sides: the place, not the text, has decided."""
    MISSING = "missing"
    """One answer or both are missing."""


class PairJudge(Protocol):
    """Whoever can compare; fulfilled by `social_r1.judge.JudgePairs`."""

    def __call__(
        self, contests: Sequence[Contest], advance: Callable[[int], None] | None = None
    ) -> list[Verdict]:
        """One verdict per contest, in their order."""
        ...


class LabelRow(NamedTuple):
    """What became of one pair."""

    id: str
    item_id: str
    stage: str
    outcome: Outcome
    as_given: str | None
    """The winner when ``chosen`` was shown first: ``chosen``, ``rejected``, ``tie``, or None."""
    exchanged: str | None
    """The winner when ``rejected`` was shown first."""
    reason: str | None
    """Why an answer is missing."""
    agrees: bool | None
    """Whether the label has the direction that the pair came with; None without a label."""


class Labelled(NamedTuple):
    """Labels of a list of pairs."""

    pairs: list[Pair]
    """The pairs that are kept, in their order, the better side as ``chosen``."""
    rows: list[LabelRow]
    """One per pair that was given, in their order."""

    def summary(self) -> dict[str, Any]:
        """Counts and rates in [0, 1] for a summary file; a rate of nothing is None."""
        counts = Counter(row.outcome for row in self.rows)
        decided = [r for r in self.rows if r.outcome in (Outcome.KEPT, Outcome.DISAGREEMENT)]
        first = [r.as_given == "chosen" for r in decided] + [
            r.exchanged == "rejected" for r in decided
        ]
        kept = [row for row in self.rows if row.agrees is not None]
        return {
            "pairs": len(self.rows),
            **{outcome.value: counts[outcome] for outcome in Outcome},
            "missing_rate": _share([row.outcome is Outcome.MISSING for row in self.rows]),
            "consistent": _share([row.outcome is Outcome.KEPT for row in decided]),
            "first_shown_wins": _share(first),
            "agrees_with_file": _share([bool(row.agrees) for row in kept]),
        }


def label_pairs(
    pairs: Sequence[Pair], judge: PairJudge, advance: Callable[[int], None] | None = None
) -> Labelled:
    """Have a judge say which side of each pair is better.

    A kept pair whose direction turns loses its margin, and its code becomes ``POLICY``: both told
    what is wrong with the side that is now the better one.

    Args:
        pairs: candidates; which side is called ``chosen`` does not matter.
        judge: asked twice about each pair.
        advance: told how many questions were dealt with, of two per pair.

    Raises:
        InputError: the stage of a pair is none of the four.
    """
    # A pair's two questions stand side by side: a budget that ends has paid for whole pairs.
    shown = [_contest(pair, exchanged=way) for pair in pairs for way in (False, True)]
    verdicts = judge(shown, advance)
    given, exchanged = verdicts[::2], verdicts[1::2]
    rows = [_row(*one) for one in zip(pairs, given, exchanged, strict=True)]
    kept = [
        _labelled(pair, agrees=row.agrees)
        for pair, row in zip(pairs, rows, strict=True)
        if row.agrees is not None
    ]
    return Labelled(kept, rows)


def _contest(pair: Pair, *, exchanged: bool) -> Contest:
    sides = (pair.rejected, pair.chosen) if exchanged else (pair.chosen, pair.rejected)
    return Contest(pair.prompt, pair.stage, pair.prefix, *sides)


def _row(pair: Pair, given: Verdict, exchanged: Verdict) -> LabelRow:
    names = {"first": "chosen", "second": "rejected"}
    one = names.get(given.winner or "", given.winner)
    names = {"first": "rejected", "second": "chosen"}
    two = names.get(exchanged.winner or "", exchanged.winner)
    reason = given.reason or exchanged.reason
    if one is None or two is None:
        outcome = Outcome.MISSING
    elif "tie" in (one, two):
        outcome = Outcome.TIE
    else:
        outcome = Outcome.KEPT if one == two else Outcome.DISAGREEMENT
    return LabelRow(
        id=pair.id,
        item_id=pair.item_id,
        stage=pair.stage,
        outcome=outcome,
        as_given=one,
        exchanged=two,
        reason=reason and reason.value,
        agrees=one == "chosen" if outcome is Outcome.KEPT else None,
    )


def _labelled(pair: Pair, *, agrees: bool | None) -> Pair:
    source = f"{pair.source}{SUFFIX}"
    if agrees:
        return pair.model_copy(update={"source": source})
    return pair.model_copy(
        update={
            "source": source,
            "chosen": pair.rejected,
            "rejected": pair.chosen,
            "chosen_suffix": pair.rejected_suffix,
            "rejected_suffix": pair.chosen_suffix,
            "code": Code.POLICY,
            "margin": None,
        }
    )


def _share(facts: Sequence[bool]) -> float | None:
    return sum(facts) / len(facts) if facts else None
