"""What was learned: accuracies before and after, gains, breakdowns and training curves.

Every interval is over items and resamples whole groups (blocks, stories), because the items of one
group share their story and are not independent. It says nothing about other training seeds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, NamedTuple

from social_r1.analysis.types import (
    MOMENTS,
    Breakdown,
    Change,
    Curve,
    EvalRow,
    EvalSet,
    Gain,
    Run,
)
from social_r1.stats import Interval, McNemar, bootstrap_mean, mcnemar, paired_bootstrap, wilson

Measure = Literal["sampled", "greedy"]

BREAKDOWN_KEYS = ("order", "design", "dimension")
PARTS_IN_ORDER = ("outcome", "format", "structure", "content_score", "content")
MISSING = "missing/"
"""What the names of the shares of missing scores begin with."""


class Resampling(NamedTuple):
    """How the bootstrap intervals are made."""

    n_boot: int = 2000
    seed: int = 0

    def gain(self, before: Sequence[float], after: Sequence[float], groups: Sequence[str]) -> Gain:
        """Paired bootstrap of ``after - before`` over items, clustered by group."""
        drawn = paired_bootstrap(before, after, groups=groups, n_boot=self.n_boot, seed=self.seed)
        return Gain(drawn.value, drawn.low, drawn.high)

    def mean(self, values: Sequence[float], groups: Sequence[str]) -> Interval:
        """Bootstrap of a mean share, clustered by group.

        When no draw differs (all right, all wrong), a bootstrap would claim certainty; then it is
        Wilson's interval with the number of groups as n.
        """
        drawn = bootstrap_mean(values, groups=groups, n_boot=self.n_boot, seed=self.seed)
        if drawn.low < drawn.high:
            return drawn
        n_groups = len(set(groups))
        return wilson(drawn.value * n_groups, n_groups)._replace(n=len(values))


def accuracy(pair: EvalSet, measure: Measure, resampling: Resampling) -> Change:
    """Accuracy before and after, and the paired gain.

    Args:
        pair: the set, answered twice.
        measure: ``sampled`` (mean over sampled answers; bootstrap) or ``greedy`` (Wilson).
        resampling: rounds and seed.
    """
    values = {
        moment: [float(getattr(row, measure)) for row in getattr(pair, moment)]
        for moment in MOMENTS
    }
    estimates = [
        wilson(sum(values[moment]), len(values[moment]))
        if measure == "greedy"
        else resampling.mean(values[moment], pair.groups)
        for moment in MOMENTS
    ]
    gain = resampling.gain(values["before"], values["after"], pair.groups)
    return Change(estimates[0], estimates[1], gain, len(set(pair.groups)))


def block_accuracy(pair: EvalSet, resampling: Resampling) -> Change | None:
    """Share of groups whose items are *all* answered right (greedy); None without real groups.

    A shortcut that gets three of four twins right scores 0.75 by item and 0 here.
    """
    hits = [_blocks(rows) for rows in (pair.before, pair.after)]
    if not hits[0]:
        return None
    names = sorted(hits[0])
    before, after = ([float(hit[name]) for name in names] for hit in hits)
    return Change(
        wilson(sum(before), len(names)),
        wilson(sum(after), len(names)),
        resampling.gain(before, after, names),
        len(names),
    )


def _blocks(rows: Sequence[EvalRow]) -> dict[str, bool]:
    blocks: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        blocks[row.group].append(row.greedy == 1)
    return {name: all(right) for name, right in blocks.items() if len(right) > 1}


def flips(pair: EvalSet) -> McNemar:
    """Items whose greedy answer turned right, and those that turned wrong."""
    return mcnemar([r.greedy == 1 for r in pair.before], [r.greedy == 1 for r in pair.after])


def breakdown(pair: EvalSet, resampling: Resampling) -> list[Breakdown]:
    """The change by order, design and dimension; a key with one value only is left out."""
    parts: list[Breakdown] = []
    for key in BREAKDOWN_KEYS:
        places: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(pair.before):
            value = row.dimension if key == "dimension" else row.meta.get(key)
            if value is not None:
                places[str(value)].append(place)
        if len(places) > 1:
            parts += [
                Breakdown(key, value, accuracy(_subset(pair, chosen), "sampled", resampling))
                for value, chosen in sorted(places.items())
            ]
    return parts


def _subset(pair: EvalSet, places: Sequence[int]) -> EvalSet:
    before, after = (tuple(rows[i] for i in places) for rows in (pair.before, pair.after))
    return EvalSet(pair.name, before, after)


def parse_failures(rows: Sequence[EvalRow]) -> dict[str, int]:
    """How the parsing of all answers ended, greedy and sampled, by reason (``ok`` included)."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        for reason, count in row.parse.items():
            counts[reason] += count
    return dict(sorted(counts.items()))


def chance(run: Run, name: str) -> float | None:
    """Accuracy of blind guessing: the mean of 1 / options; None when an item is not at hand."""
    items = [run.items.get(row.item_id) for row in run.sets[name].before]
    shares = [1 / len(item.options) for item in items if item is not None]
    return sum(shares) / len(shares) if shares and len(shares) == len(items) else None


def curves(run: Run) -> dict[str, Curve]:
    """The reward, its parts, the length and the KL over the steps; what was logged at all."""
    names = {key for row in run.metrics for key in row}
    known = ["reward", *(f"parts/{part}" for part in PARTS_IN_ORDER)]
    others = sorted(key for key in names if key.startswith("parts/") and key not in known)
    wanted = [*known, *others, "completions/mean_length", "kl"]
    made = ((key, curve(run, key)) for key in wanted if key in names)
    return {key: found for key, found in made if found is not None}


class Unscored(NamedTuple):
    """Well-formed thoughts to which a scorer gave nothing: a judge that failed, a lost service.

    Attributes:
        mean: their share over all steps.
        worst: their share in the worst step.
        step: which one that was.
    """

    mean: float
    worst: float
    step: float


def unscored(run: Run) -> dict[str, Unscored]:
    """Per part of the reward that was logged: how often its score was missing."""
    names = {key for row in run.metrics for key in row if key.startswith(MISSING)}
    found: dict[str, Unscored] = {}
    for name in sorted(names):
        logged = curve(run, name)
        if logged is not None:
            worst = max(logged.values)
            step = logged.steps[logged.values.index(worst)]
            mean = sum(logged.values) / len(logged.values)
            found[name.removeprefix(MISSING)] = Unscored(mean, worst, step)
    return found


def curve(run: Run, key: str) -> Curve | None:
    """One logged quantity over the steps that have it; None without any."""
    points = [(row["step"], row.get(key)) for row in run.metrics]
    return curve_of(key, [(s, v) for s, v in points if s is not None and v is not None])


def curve_of(name: str, points: Sequence[tuple[float, float]]) -> Curve | None:
    """A curve of steps and values; None without any."""
    if not points:
        return None
    steps, values = zip(*points, strict=True)
    tenth = min(max(1, len(values) // 10), 10)
    return Curve(
        name=name,
        steps=steps,
        values=values,
        smooth=tuple(smooth(values)),
        first=sum(values[:tenth]) / tenth,
        last=sum(values[-tenth:]) / tenth,
    )


def smooth(values: Sequence[float]) -> list[float]:
    """A centred running mean over about a sixth of the points, narrower at the ends.

    >>> smooth([0.0, 3.0, 0.0, 3.0, 0.0, 3.0])
    [1.5, 1.0, 2.0, 1.0, 2.0, 1.5]
    """
    half = max(1, len(values) // 12)
    windows = (values[max(0, i - half) : i + half + 1] for i in range(len(values)))
    return [sum(window) / len(window) for window in windows]
