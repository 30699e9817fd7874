"""One number for a model: the paper's Overall (section 5), and the mean over what was evaluated.

The paper averages eight benchmarks, each by an accuracy over its questions. For each of them the
figure that stands for it here is the metric of `METRICS`. The paper does not say how it weighs the
kinds of question within a set, nor how it asks, so that ours is the same mean over figures that may
be made otherwise. With fewer than eight the mean is named for what it is: ``over k of 8``.

    overall(summaries).text    # 'Overall: 0.7012' or 'mean over 3 of 8: 0.7012'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from social_r1.evaluation import figures
from social_r1.evaluation.benchmarks import MODULES, benchmark
from social_r1.evaluation.types import Figure, ProtocolName, Summary
from social_r1.stats import Interval

METRICS = {
    "tombench": "accuracy",
    "tombench_hard": "accuracy",
    "socialiqa": "accuracy",
    "simpletom": "accuracy",
    "emobench": "accuracy",
    "motivebench": "accuracy",
    "hitom": "accuracy",
    "tactfultom": "accuracy",
}
"""The paper's eight benchmarks, and the metric that stands for each: accuracy over its questions.

Where a set's own figure to report is a stricter one (SimpleToM ``all_three``, EmoBench and Hi-ToM
``joint``), that one counts in `Overall.macro` and not here.
"""


class Overall(NamedTuple):
    """The means of one model under one protocol."""

    mean: Interval | None
    """Plain mean over those of the eight that are there, with a normal interval; None without."""
    used: dict[str, str]
    """Set to the metric that stood for it."""
    missing: tuple[str, ...]
    """Those of the eight that were not evaluated."""
    partial: tuple[str, ...]
    """Sets of which fewer items were asked than the authors' release has."""
    macro: Interval | None
    """Plain mean of the first figure of every evaluated set, whatever it is."""
    macro_sets: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """All eight are there."""
        return not self.missing

    @property
    def name(self) -> str:
        """``Overall``, or over how many of the eight the mean is."""
        return "Overall" if self.complete else f"mean over {len(self.used)} of {len(METRICS)}"

    @property
    def text(self) -> str:
        """The mean by its name."""
        if self.mean is None:
            return f"no Overall: none of {', '.join(METRICS)}"
        return f"{self.name}: {self.mean.value:.4f}"


def overall(
    summaries: Mapping[str, Summary] | Iterable[Summary], protocol: ProtocolName = "social-r1"
) -> Overall:
    """The means over the sets that were asked under a protocol.

    Args:
        summaries: figures of the sets, as ``results.json`` has them; ``<set>.native`` stands for
            ``<set>`` under the protocol ``native``.
        protocol: sets of the other one are left out; the two are not mixed.
    """
    named: Iterable[Summary] = (
        cast("Mapping[str, Summary]", summaries).values()
        if isinstance(summaries, Mapping)
        else summaries
    )
    sets = {one.name.removesuffix(".native"): one for one in named if one.protocol == protocol}
    chosen = {name: _stands_for(sets[name], METRICS[name]) for name in METRICS if name in sets}
    eight = {name: found for name, found in chosen.items() if found is not None}
    mains = {name: found for name, one in sets.items() if (found := _main(one)) is not None}
    return Overall(
        mean=_mean(eight.values()),
        used={name: found.name for name, found in eight.items()},
        missing=tuple(name for name in METRICS if name not in eight),
        partial=tuple(name for name in eight if _is_partial(sets[name], name)),
        macro=_mean(mains.values()),
        macro_sets=tuple(mains),
    )


def _stands_for(summary: Summary, metric: str) -> Figure | None:
    if metric in summary.metrics:
        return Figure(metric, summary.metrics[metric])
    plain = summary.greedy or summary.sampled
    return Figure("accuracy", plain) if plain and metric == "accuracy" else _main(summary)


def _main(summary: Summary) -> Figure | None:
    for name, interval in summary.metrics.items():
        return Figure(name, interval)
    plain = summary.greedy or summary.sampled
    return Figure("accuracy", plain) if plain else None


def _mean(found: Iterable[Figure]) -> Interval | None:
    means = figures.macro(list(found))
    return means[0].interval if means else None


def _is_partial(summary: Summary, name: str) -> bool:
    return name in MODULES and summary.n < benchmark(name).total
