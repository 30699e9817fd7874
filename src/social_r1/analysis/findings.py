"""Every figure of a report, worked out once; `report` makes JSON of it and `page` a page."""

from __future__ import annotations

from typing import NamedTuple

from social_r1.analysis import goodhart, learning, parasitism
from social_r1.analysis.learning import Resampling
from social_r1.analysis.types import Breakdown, Change, Curve, Habits, Run, Watch


class Findings(NamedTuple):
    """All figures of a report, before they become JSON or a page."""

    run: Run
    accuracy: dict[str, Change]
    accuracy_greedy: dict[str, Change]
    block_accuracy: dict[str, Change]
    chance: dict[str, float | None]
    breakdown: dict[str, list[Breakdown]]
    habits: dict[str, tuple[Habits, Habits]]
    curves: dict[str, Curve]
    unscored: dict[str, learning.Unscored]
    watch: Watch | None
    resampling: Resampling


def find(run: Run, resampling: Resampling = Resampling()) -> Findings:  # noqa: B008
    """Work out every figure of the report; the same run gives the same figures."""
    habits: dict[str, tuple[Habits, Habits]] = {}
    for name, pair in run.sets.items():
        before, after = (parasitism.habits(rows, run.items) for rows in (pair.before, pair.after))
        if before and after:
            habits[name] = (before, after)
    blocks = {name: learning.block_accuracy(pair, resampling) for name, pair in run.sets.items()}
    return Findings(
        run=run,
        accuracy={n: learning.accuracy(p, "sampled", resampling) for n, p in run.sets.items()},
        accuracy_greedy={
            n: learning.accuracy(p, "greedy", resampling) for n, p in run.sets.items()
        },
        block_accuracy={name: change for name, change in blocks.items() if change},
        chance={name: learning.chance(run, name) for name in run.sets},
        breakdown={name: learning.breakdown(p, resampling) for name, p in run.sets.items()},
        habits=habits,
        curves=learning.curves(run),
        unscored=learning.unscored(run),
        watch=goodhart.watch(run),
        resampling=resampling,
    )
