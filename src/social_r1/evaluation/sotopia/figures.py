"""Figures of a run, and those that others have reported.

A figure is a mean over episodes with a bootstrap interval over *environments*, because the five
pairs of an environment and the two positions share its scenario and goals. Overall is the mean of
the seven dimensions of each episode. Episodes without scores are left out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from social_r1.evaluation.sotopia.judge import DIMENSIONS, overall
from social_r1.evaluation.sotopia.types import (
    OK,
    EpisodeRow,
    Missing,
    Role,
    SotopiaConfig,
    SotopiaSummary,
)
from social_r1.stats import Interval, bootstrap_mean

CAVEAT = (
    "scores are opinions of the judge about talks with this partner: compare only runs that share "
    "both, and always name them"
)
ROLES: tuple[Role, ...] = ("model", "partner", "judge")


class ReportedScores(NamedTuple):
    """Scores that the authors have published; never to be shown as ours."""

    model: str
    partner: str
    judge: str
    scores: Mapping[str, float]
    where: str

    @property
    def overall(self) -> float:
        """Mean of the seven, computed from them."""
        return fmean(self.scores[name] for name in DIMENSIONS)


def _reported(model: str, values: Sequence[float]) -> ReportedScores:
    columns = ["SOC", "SEC", "FIN", "REL", "KNO", "GOAL", "BEL"]
    by_short = dict(zip(columns, values, strict=True))
    return ReportedScores(
        model,
        partner="GPT-3.5",
        judge="not stated in the file",
        scores={name: by_short[one.short] for name, one in DIMENSIONS.items()},
        where="sotopia-lab/sotopia-space @12c13d8, data_dir/models_vs_gpt35.jsonl",
    )


REPORTED = (
    _reported("GPT-4", (-0.07, -0.14, 0.81, 1.94, 3.73, 7.62, 9.28)),
    _reported("GPT-3.5", (-0.08, -0.08, 0.46, 1.23, 3.40, 6.45, 9.15)),
    _reported("Llama-2", (-0.11, -0.14, 0.40, 0.91, 3.11, 5.38, 8.10)),
)
"""Against another partner and another judge than most runs have: for orientation alone."""


def summarise(
    names: Mapping[Role, str], config: SotopiaConfig, planned: int, rows: Sequence[EpisodeRow],
    missing: Sequence[Missing], *, seconds: float,
) -> SotopiaSummary:  # fmt: skip
    """The figures of a run.

    Args:
        names: of the three models.
        config: what was asked for.
        planned: episodes that were to be played.
        rows: dialogues, with or without scores.
        missing: episodes not finished.
        seconds: that the run took.
    """
    lost = {one.id for one in missing}
    judged = [row for row in rows if row.scores is not None]
    sides = {place: [row for row in judged if row.position == place] for place in (0, 1)}
    positions: dict[str, Interval] = {}
    for place, word in enumerate(("first", "second")):
        found = _figures(sides[place], lambda row: row.scores, config.seed)
        positions |= {
            f"{name}, {word}": found[name] for name in ("overall", "goal") if name in found
        }
    return SotopiaSummary(
        model=names["model"],
        partner=names["partner"],
        judge=names["judge"],
        set="hard" if config.hard else "all",
        planned=planned,
        played=len(rows),
        judged=len(judged),
        environments=len({row.env_id for row in judged}),
        figures=_figures(judged, lambda row: row.scores, config.seed),
        positions=positions,
        partner_figures=_figures(judged, lambda row: row.partner_scores, config.seed),
        ended=_counted(row.ended for row in rows),
        turns=fmean(len(row.turns) for row in rows) if rows else None,
        actions=sum(turn.side == row.position for row in rows for turn in row.turns),
        parse=_summed(row.parse for row in rows),
        partner_actions=sum(turn.side != row.position for row in rows for turn in row.turns),
        partner_parse=_summed(row.partner_parse for row in rows),
        judge_failures=_counted(
            reason for row in rows for reason in row.judge_reasons if reason != OK
        ),
        unjudged=sum(row.scores is None and row.id not in lost for row in rows),
        missing=_counted(one.role for one in missing),
        tokens={
            role: (
                sum(row.tokens.get(role, (0, 0))[0] for row in rows),
                sum(row.tokens.get(role, (0, 0))[1] for row in rows),
            )
            for role in ROLES
        },
        seconds=seconds,
        caveat=CAVEAT,
    )


def table(summary: SotopiaSummary) -> tuple[list[str], list[list[object]]]:
    """Columns and rows for a terminal: each figure with its range and what others report.

    >>> [one.model for one in REPORTED]
    ['GPT-4', 'GPT-3.5', 'Llama-2']
    """
    columns = ["figure", "range", f"{summary.model} [95 %]", f"partner {summary.partner}"]
    columns += [f"{one.model} vs {one.partner}, reported" for one in REPORTED]
    rows: list[list[object]] = []
    for name in ("overall", *DIMENSIONS):
        dimension = DIMENSIONS.get(name)
        reported = [one.scores[name] if dimension else one.overall for one in REPORTED]
        rows.append(
            [
                name,
                f"{dimension.low} to {dimension.high}" if dimension else "mean of the 7",
                _interval(summary.figures.get(name)),
                _point(summary.partner_figures.get(name)),
                *(f"{value:.2f}" for value in reported),
            ]
        )
    return columns, rows


def _figures(
    rows: Sequence[EpisodeRow], scores: Callable[[EpisodeRow], dict[str, int] | None], seed: int
) -> dict[str, Interval]:
    found = [(row.env_id, marks) for row in rows if (marks := scores(row)) is not None]
    if not found:
        return {}
    groups = [env for env, _ in found]
    values = {"overall": [overall(marks) for _, marks in found]}
    values |= {name: [float(marks[name]) for _, marks in found] for name in DIMENSIONS}
    return {name: bootstrap_mean(one, groups=groups, seed=seed) for name, one in values.items()}


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))


def _interval(interval: Interval | None) -> str | None:
    if interval is None:
        return None
    return f"{interval.value:.2f} [{interval.low:.2f}, {interval.high:.2f}]"


def _point(interval: Interval | None) -> str | None:
    return None if interval is None else f"{interval.value:.2f}"
