"""A reward model against a judge's pair labels (paper section 3: a judge says which is better).

The labels are ``pairs.jsonl`` of `social-r1 judge pairs`; pairs that anybody else labelled, people
too, will do in that form. Where the file that was labelled knows a pair's truth from the event log,
three agreements are told: scorer and judge, file and judge, scorer and file. The scorer reads whole
thoughts; a judge was shown the stage that differs and what stands before it.

    better, worse = pair_scores(scorer, labelled)
    pair_agreement(labelled, better, worse, read_pairs("pairs.jsonl"))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.preference import candidates
from social_r1.preference.judge_labels import SUFFIX
from social_r1.preference.types import Pair, read_pairs
from social_r1.records import read_jsonl
from social_r1.stats import Interval, wilson


class Agreed(NamedTuple):
    """Shares of pairs in which two prefer the same side; a tie of the scorer counts half."""

    scorer_judge: Interval
    kappa: float
    """Of scorer and judge beyond chance, which is one half: no side of a pair is the first one."""
    file_judge: Interval | None
    """The file's direction and the judge's; None where the file knows none."""
    scorer_file: Interval | None
    """On the same pairs."""


class PairAgreement(NamedTuple):
    """Agreement on the pairs that a judge has decided."""

    all: Agreed
    code: Mapping[str, Agreed]
    """By what is wrong with the worse side, as the file has it."""
    source: Mapping[str, Agreed]


class _Vote(NamedTuple):
    code: str
    source: str
    scorer: float
    """1 where the scorer prefers the judge's side, 0.5 where it has no preference, else 0."""
    file: bool | None
    """Whether the file prefers it."""


def labelled_pairs(path: Path) -> list[Pair] | None:
    """The pairs that `judge pairs` kept; None for a file of `judge score`.

    Raises:
        InputError: no such file, a row that is no pair, or the list of what became of each pair.
    """
    _, first = next(iter(read_jsonl(path)))
    if "as_given" in first:
        raise InputError(
            f"{path} says what became of each pair, without its texts; repair: give the kept "
            "pairs, pairs.jsonl in the same folder"
        )
    return read_pairs(path) if "chosen" in first else None


def pair_agreement(
    labelled: Sequence[Pair],
    better: Sequence[float],
    worse: Sequence[float],
    pairs: Sequence[Pair],
) -> PairAgreement:
    """Hold a scorer, and the file that was labelled, against a judge's labels.

    Args:
        labelled: the judge's better side as ``chosen``.
        better: the scorer's scores of the judge's better thoughts.
        worse: those of the others.
        pairs: the file that was labelled. Its candidates have no direction of their own.

    Raises:
        InputError: no labels, or one with the id of a pair and other texts.
    """
    known = {p.id: p for p in pairs if p.source != candidates.SOURCE}
    votes = [
        _vote(label, known.get(label.id), 1.0 if b > w else 0.5 if b == w else 0.0)
        for label, b, w in zip(labelled, better, worse, strict=True)
    ]
    code: dict[str, list[_Vote]] = defaultdict(list)
    source: dict[str, list[_Vote]] = defaultdict(list)
    for vote in votes:
        code[vote.code].append(vote)
        source[vote.source].append(vote)
    return PairAgreement(
        _agreed(votes),
        {name: _agreed(rows) for name, rows in sorted(code.items())},
        {name: _agreed(rows) for name, rows in sorted(source.items())},
    )


def _vote(label: Pair, given: Pair | None, scorer: float) -> _Vote:
    source = label.source.removesuffix(SUFFIX)
    if given is None:
        return _Vote(label.code.value, source, scorer, None)
    sides = (given.chosen_thought, given.rejected_thought)
    if {label.chosen_thought, label.rejected_thought} != set(sides):
        raise InputError(
            f"the label of pair {label.id!r} has other texts than the pair; repair: give the file "
            "of pairs that was labelled"
        )
    return _Vote(given.code.value, source, scorer, label.chosen_thought == sides[0])


def _agreed(votes: Sequence[_Vote]) -> Agreed:
    scorer = wilson(sum(v.scorer for v in votes), len(votes))
    held = [(v.scorer, v.file) for v in votes if v.file is not None]
    with_file = sum(s if same else 1 - s for s, same in held)
    return Agreed(
        scorer,
        2 * scorer.value - 1,
        wilson(sum(same for _, same in held), len(held)) if held else None,
        wilson(with_file, len(held)) if held else None,
    )
