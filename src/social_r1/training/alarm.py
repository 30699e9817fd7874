"""When reward model and truth part: windows over the rows of the log, and the alarm (ours).

`judge` is a pure function of the rows so far, so a run that was killed and resumed says the same.
The last W watched steps are compared with the first W (W = ``goodhart.window``). Score s and truth
are put on one scale: the mean of the first W steps is 0, the standard deviation of the thoughts in
them is 1. A step is in alarm while one of these holds; nothing is remembered:

rise   the score has risen by more than ``rise``, the truth by less than ``share`` of that. Choosing
       thoughts by a score that correlates with the truth by ρ lifts the truth by ρ times as much
       (regressional Goodhart, Gao et al., arXiv 2210.10760), so a rise below a quarter says that
       the correlation is now below 0.25. 0.3 standard deviations are three to four standard errors
       of the difference between two windows of nano (measured: .08 to .11, with eight prompts).
fall   since the W steps in which the truth stood highest it has fallen by more than ``rise``, and
       the score by less than ``share`` of that: the hump of over-optimisation, which a comparison
       with the beginning cannot see.
gap    the score has risen by more than ``gap`` above the truth: most of a large gain is not real.
rank   the mean rank correlation within groups is below ``rank`` over the last W steps: the score
       does not, or no longer, order the thoughts it is meant to order. The correlation falls by
       itself as thoughts grow alike: in trials on nano with W = 8 from .61 to .41 for the truth
       with noise added (no alarm in 32 steps), from .51 to 0 for a score that pays for length. It
       counts only with two groups a step, on average, whose truth varies: when all thoughts are
       equally good there is nothing left to order.

``rank`` needs W steps with both figures, the others 2 W; before that there is no verdict. An alarm
is news, not a brake: the run goes on.

    watch/window                    W
    watch/base/score, score_sd, truth, truth_sd, rank
                                    the first W steps: means, spreads, rank correlation
    watch/rise/score, truth         the last W less the first W, on the common scale
    watch/since_best/score, truth   the last W less the W in which the truth stood highest
    watch/rank                      rank correlation within groups over the last W
    watch/gain/total, PART          what the reward, and each part of it, has gained since
    watch/gain/weights              how much of that the curriculum's weights alone account for
    watch/share/PART, weights       the same as shares of the whole gain; the parts sum to 1
    watch/alarm                     the rules that hold, in words with numbers
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, pvariance
from typing import Any, NamedTuple

from social_r1.training.goodhart import EARNING, MARK, MAYBE, GoodhartConfig

Row = dict[str, Any]

ALARM = "watch/alarm"
SPREAD = 0.25
"""Least standard deviation that the scale uses: scores s have about 1, and first thoughts that are
all alike would blow up every change."""
RANKED = 2
"""Groups a step, on average, below which a mean rank correlation says little."""
LEAST_GAIN = 0.05
"""A change of the reward below this has no shares."""


class Base(NamedTuple):
    """The scale: the first W steps."""

    score: float
    score_sd: float
    truth: float
    truth_sd: float


class Move(NamedTuple):
    """How far score and truth have gone, on the common scale."""

    score: float
    truth: float


def judge(rows: Sequence[Row], config: GoodhartConfig) -> Row:
    """What the watch says of the last row, seen from all rows up to it.

    Args:
        rows: rows of the log, oldest first; those of other steps may lie between.
        config: windows and bounds.

    Returns:
        The figures named in the module, for the last row, and None for each figure of the batch
        that it lacks; nothing where it was not watched.
    """
    if not rows or MARK not in rows[-1]:
        return {}
    watched = [row for row in rows if MARK in row]
    both = [row for row in watched if _has(row, "watch/score") and _has(row, "watch/truth")]
    window = config.window
    base = _base(both[:window]) if both else None
    made: Row = {key: None for key in MAYBE if key not in rows[-1]}
    made |= {"watch/window": window, **_gains(watched, window)}
    for name in Base._fields:
        made[f"watch/base/{name}"] = getattr(base, name) if base else None
    ranks = _rank(both[:window]), _rank(both[-window:])
    judged = base is not None and len(both) >= 2 * window and both[-1] is rows[-1]
    since = _move(both[:window], both[-window:], base) if judged and base else None
    best = _best(both, window) if judged else 0
    slip = _move(both[best : best + window], both[-window:], base) if judged and base else None
    for name in Move._fields:
        made[f"watch/rise/{name}"] = getattr(since, name) if since else None
        made[f"watch/since_best/{name}"] = getattr(slip, name) if slip else None
    made["watch/base/rank"], made["watch/rank"] = ranks
    reasons: list[str] = []
    if since and slip:
        steps = f"steps {both[best]['step']} to {both[best + window - 1]['step']}"
        reasons += _parted(since, slip, steps, config)
    if len(both) >= window and both[-1] is rows[-1]:
        reasons += _unordered(*ranks, config)
    return made | {ALARM: reasons}


def _parted(since: Move, slip: Move, best: str, config: GoodhartConfig) -> list[str]:
    """The rules ``rise``, ``fall`` and ``gap`` that hold."""
    said: list[str] = []
    first = f"since the first {config.window} steps"
    if since.score > config.rise and since.truth < config.share * since.score:
        said.append(f"rise: score {since.score:+.2f}, truth {since.truth:+.2f} {first}")
    if slip.truth < -config.rise and slip.score > config.share * slip.truth:
        said.append(
            f"fall: truth {slip.truth:+.2f}, score {slip.score:+.2f} since the truth was best "
            f"({best})"
        )
    if since.score - since.truth > config.gap:
        ahead = f"{since.score - since.truth:.2f} apart"
        said.append(f"gap: score {since.score:+.2f}, truth {since.truth:+.2f} {first}, {ahead}")
    return said


def _unordered(first: float | None, last: float | None, config: GoodhartConfig) -> list[str]:
    """The rule ``rank``, if it holds."""
    if last is None or last >= config.rank:
        return []
    before = "" if first is None else f", {_two(first)} over the first"
    window = f"over the last {config.window} steps"
    return [f"rank: correlation within groups {_two(last)} {window}{before}"]


def started(before: Row | None, now: Row) -> list[str]:
    """Alarms of this row whose rule did not hold in the row before."""
    held = {_rule(reason) for reason in (before or {}).get(ALARM, [])}
    return [reason for reason in now.get(ALARM, []) if _rule(reason) not in held]


def summary(rows: Sequence[Row]) -> Row:
    """How many steps were watched, how many had an alarm, and the first of them."""
    alarmed = [row["step"] for row in rows if row.get(ALARM)]
    return {
        "watched": sum(MARK in row for row in rows),
        "alarms": len(alarmed),
        "first_alarm": alarmed[0] if alarmed else None,
    }


def _two(value: float) -> str:
    """Two decimals, and no minus before a zero."""
    return f"{round(value, 2) + 0.0:.2f}"


def _rule(reason: str) -> str:
    return reason.partition(":")[0]


def _has(row: Row, key: str) -> bool:
    return row.get(key) is not None


def _base(rows: Sequence[Row]) -> Base:
    """Means of the first steps, and the spread of all their thoughts."""
    figures: list[float] = []
    for name in ("score", "truth"):
        means = [row[f"watch/{name}"] for row in rows]
        spread = fmean(row[f"watch/{name}_sd"] ** 2 for row in rows) + pvariance(means)
        figures += [fmean(means), max(SPREAD, sqrt(spread))]
    return Base(*figures)


def _move(then: Sequence[Row], now: Sequence[Row], base: Base) -> Move:
    """Change of the means from one window to another."""
    score, truth = (
        fmean(row[f"watch/{name}"] for row in now) - fmean(row[f"watch/{name}"] for row in then)
        for name in Move._fields
    )
    return Move(score / base.score_sd, truth / base.truth_sd)


def _best(rows: Sequence[Row], window: int) -> int:
    """Where the window with the highest truth begins, among those that end before the last one."""
    truth = [row["watch/truth"] for row in rows]
    starts = range(len(rows) - 2 * window + 1)
    return max(starts, key=lambda start: (fmean(truth[start : start + window]), -start))


def _rank(rows: Sequence[Row]) -> float | None:
    """Mean rank correlation within groups, over all groups of the rows; None with too few."""
    pairs = [
        (row["watch/spearman_within"], row["watch/ranked_groups"])
        for row in rows
        if _has(row, "watch/spearman_within")
    ]
    count = sum(n for _, n in pairs)
    if not rows or count < RANKED * len(rows):
        return None
    return sum(r * n for r, n in pairs) / count


def _gains(rows: Sequence[Row], window: int) -> Row:
    """What each part of the reward has gained from the first window to the last, and its share.

    A part's gain holds that of its weight. What the weights alone account for is the gain that the
    first thoughts would have made under the last weights.
    """
    names = (*EARNING, "weights")
    if len(rows) < 2 * window:
        gains: dict[str, float] = {}
    else:
        first, last = rows[:window], rows[-window:]
        gains = {name: _mean(last, _earned(name)) - _mean(first, _earned(name)) for name in EARNING}
        gains["weights"] = 0.0
        for name in ("structure", "content"):
            then, now = (_mean(some, f"weights/{name}") for some in (first, last))
            gains["weights"] += _mean(first, _earned(name)) * (now / then - 1) if then else 0.0
    total = sum(gains[name] for name in EARNING) if gains else None
    shown = total is not None and abs(total) >= LEAST_GAIN
    made: Row = {"watch/gain/total": total}
    for name in names:
        made[f"watch/gain/{name}"] = gains.get(name)
        made[f"watch/share/{name}"] = gains[name] / total if shown and total else None
    return made


def _earned(name: str) -> str:
    return f"watch/earned/{name}"


def _mean(rows: Sequence[Row], key: str) -> float:
    """Mean over the rows that have it; 0 without any."""
    known = [float(row[key]) for row in rows if _has(row, key)]
    return fmean(known) if known else 0.0
