"""Figures as inline SVG, drawn by hand: they follow the page's colours and stay sharp on a phone.

Colours are CSS classes of the page (``before``, ``after``, ``s0`` … ``s3``), so that light and dark
need one drawing. Every figure carries a ``<title>`` and a ``<desc>`` that say what it shows. All
text is escaped. Coordinates are user units of the view box; the page scales it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from social_r1.analysis.types import Change, Curve, Habits
from social_r1.trajectory import Stage

WIDTH = 400.0
STAGE_NAMES = ("cues", "mental states", "goal", "answer")


class IntervalRow(NamedTuple):
    """One set of the before/after figure."""

    label: str
    change: Change
    chance: float | None


def percent(value: float) -> str:
    """A share in whole per cent, e.g. ``58 %`` (with a narrow no-break space)."""
    return f"{100 * value:.0f}\u202f%"


def _svg(name: str, width: float, height: float, title: str, desc: str, body: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{name}-t {name}-d" class="figure">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(desc)}</desc>'
        f"{body}</svg>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _rect(x: float, y: float, width: float, height: float, css: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
        f'height="{max(height, 0):.1f}" class="{css}"/>'
    )


def interval_figure(rows: Sequence[IntervalRow]) -> str:
    """Dots and intervals before and after, one row per set, with the chance level as a tick."""
    left, right, row_height, top = 12.0, WIDTH - 24.0, 66.0, 4.0
    bottom = top + row_height * len(rows)

    def x(share: float) -> float:
        return left + share * (right - left)

    grid = "".join(_line(x(t / 4), top, x(t / 4), bottom, "grid") for t in range(5))
    ticks = "".join(
        _text(x(t / 4), bottom + 16, percent(t / 4), "tick", "middle") for t in range(5)
    )
    parts = [grid, ticks]
    for index, row in enumerate(rows):
        y = top + index * row_height
        before, after = row.change.before, row.change.after
        parts.append(_text(left, y + 17, row.label, "label"))
        parts.append(
            _text(
                right, y + 17, f"{percent(before.value)} → {percent(after.value)}", "label", "end"
            )
        )
        if row.chance is not None:
            parts.append(_line(x(row.chance), y + 25, x(row.chance), y + 58, "chance"))
        for estimate, css, lane in ((before, "before", 32.0), (after, "after", 50.0)):
            parts.append(_line(x(estimate.low), y + lane, x(estimate.high), y + lane, f"bar {css}"))
            parts.append(
                f'<circle cx="{x(estimate.value):.1f}" cy="{y + lane:.1f}" r="5.5" '
                f'class="dot {css}"/>'
            )
    said = "; ".join(
        f"{row.label}: before {percent(row.change.before.value)}, "
        f"after {percent(row.change.after.value)}"
        + (f", chance {percent(row.chance)}" if row.chance is not None else "")
        for row in rows
    )
    title = "Accuracy before and after training, with 95 % intervals"
    return _svg("accuracy", WIDTH, bottom + 24, title, said, "".join(parts))


def curve_figure(name: str, title: str, curve: Curve) -> str:
    """A small panel: raw values as points, their running mean as a line."""
    width, height, left, top, bottom = 170.0, 112.0, 36.0, 8.0, 90.0
    low, high = _padded(min(curve.values), max(curve.values))
    first, last = curve.steps[0], curve.steps[-1]

    def x(step: float) -> float:
        return left + (step - first) / ((last - first) or 1) * (width - left - 8)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    points = "".join(
        f'<circle cx="{x(step):.1f}" cy="{y(value):.1f}" r="1.5" class="raw"/>'
        for step, value in zip(curve.steps, curve.values, strict=True)
    )
    path = " ".join(
        f"{x(step):.1f},{y(value):.1f}"
        for step, value in zip(curve.steps, curve.smooth, strict=True)
    )
    ticks = "".join(
        _line(left, y(value), width - 8, y(value), "grid")
        + _text(left - 4, y(value) + 3.5, _short(value, high - low), "tick small", "end")
        for value in (low, (low + high) / 2, high)
    )
    steps = _text(x(first), height - 6, f"step {first:g}", "tick small") + _text(
        width - 8, height - 6, f"{last:g}", "tick small", "end"
    )
    desc = (
        f"{len(curve.values)} steps; mean of the first tenth {curve.first:.3g}, "
        f"of the last tenth {curve.last:.3g}"
    )
    body = f'{ticks}{points}<polyline points="{path}" class="curve"/>{steps}'
    return _svg(name, width, height, f"{title} over the training steps", desc, body)


def parting_figure(
    name: str, score: Curve, truth: Curve, alarms: Sequence[float], window: int
) -> str:
    """Reward model's score and oracle's truth on one axis, steps in alarm marked below it."""
    left, right, top, bottom = 40.0, WIDTH - 52.0, 10.0, 170.0
    every = (*score.values, *truth.values)
    low, high = min(every), max(every)
    pad = 0.08 * (high - low) or 0.1
    low, high = low - pad, high + pad
    first, last = min(score.steps[0], truth.steps[0]), max(score.steps[-1], truth.steps[-1])

    def x(step: float) -> float:
        return left + (step - first) / ((last - first) or 1) * (right - left)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    ticks = [low + (high - low) * k / 4 for k in range(5)]
    parts = [
        _line(left, y(value), right, y(value), "grid")
        + _text(left - 5, y(value) + 4, _short(value, high - low), "tick", "end")
        for value in ticks
    ]
    ends = {css: y(curve.smooth[-1]) for css, curve in (("score", score), ("truth", truth))}
    apart = max(0.0, 15 - abs(ends["score"] - ends["truth"])) / 2
    above = "score" if ends["score"] < ends["truth"] else "truth"
    for css, curve in (("score", score), ("truth", truth)):
        spots = zip(curve.steps, curve.values, strict=True)
        parts += [f'<circle cx="{x(s):.1f}" cy="{y(v):.1f}" r="1.8" class="raw {css}"/>'
                  for s, v in spots]  # fmt: skip
        path = " ".join(
            f"{x(s):.1f},{y(v):.1f}" for s, v in zip(curve.steps, curve.smooth, strict=True)
        )
        parts.append(f'<polyline points="{path}" class="curve {css}"/>')
        moved = ends[css] + (-apart if css == above else apart)
        parts.append(_text(right + 5, moved + 4, css, f"label {css}"))
    parts += [_line(x(step), bottom + 6, x(step), bottom + 18, "alarm") for step in alarms]
    if alarms:
        parts.append(_text(right + 5, bottom + 16, "alarm", "label alarmed"))
    parts.append(_text(left, bottom + 34, f"step {first:g}", "tick"))
    parts.append(_text(right, bottom + 34, f"{last:g}", "tick", "end"))
    desc = (
        f"Score {score.first:.2g} to {score.last:.2g}, truth {truth.first:.2g} to {truth.last:.2g} "
        f"(first and last tenth), in standard deviations of the first {window} steps; "
        + (f"alarm in {len(alarms)} steps, first at step {alarms[0]:g}" if alarms else "no alarm")
    )
    title = "Reward model's score and oracle's truth over the training steps"
    return _svg(name, WIDTH, bottom + 42, title, desc, "".join(parts))


def mention_figure(name: str, label: str, before: Habits, after: Habits) -> str:
    """Where in the thought an option is first named: two histograms above one axis."""
    left, right, band = 10.0, WIDTH - 10.0, 84.0
    tallest = max(0.01, *(c / h.n for h in (before, after) for c in h.histogram))
    bins = len(before.histogram)
    step = (right - left) / bins
    parts: list[str] = []
    for lane, (word, css, habit) in enumerate(
        (("before", "before", before), ("after", "after", after))
    ):
        base = (lane + 1) * band
        parts.append(_line(left, base, right, base, "axis"))
        note = f"{word}: {percent(1 - habit.naming)} never name one"
        parts.append(_text(left, base - band + 20, note, "label"))
        for index, count in enumerate(habit.histogram):
            tall = (band - 30) * (count / habit.n) / tallest
            parts.append(_rect(left + index * step + 2, base - tall, step - 4, tall, f"fill {css}"))
            if count:
                x = left + (index + 0.5) * step
                parts.append(
                    _text(x, base - tall - 3, percent(count / habit.n), "tick small", "middle")
                )
    bottom = 2 * band
    parts.append(_text(left, bottom + 16, "start of the thought", "tick"))
    parts.append(_text(right, bottom + 16, "end", "tick", "end"))
    desc = "; ".join(
        f"{word}: an option in {percent(h.naming)} of the thoughts, "
        f"in the first half in {percent(h.early)}"
        for word, h in (("before", before), ("after", after))
    )
    title = f"Where the thought first names an option, {label}"
    return _svg(name, WIDTH, bottom + 24, title, desc, "".join(parts))


def stage_figure(name: str, label: str, before: Habits, after: Habits) -> str:
    """How the thought divides into the four stages: one stacked bar for each moment."""
    left, right = 10.0, WIDTH - 10.0
    parts: list[str] = []
    for lane, (word, habit) in enumerate((("before", before), ("after", after))):
        y, x = 22.0 + lane * 56, left
        note = f"{word}: {percent(habit.all_stages)} have all four stages"
        parts.append(_text(left, y - 5, note, "label"))
        parts.append(_rect(left, y, right - left, 24, "none"))
        for stage, share in zip(Stage, habit.stage_share, strict=True):
            width = share * (right - left)
            parts.append(_rect(x, y, width, 24, f"stage s{stage.value}"))
            if width > 16:
                parts.append(_text(x + width / 2, y + 17, str(stage + 1), "onstage", "middle"))
            x += width
    desc = "; ".join(
        f"{word}: "
        + ", ".join(
            f"{stage_name} {percent(share)}"
            for stage_name, share in zip(STAGE_NAMES, h.stage_share, strict=True)
        )
        for word, h in (("before", before), ("after", after))
    )
    return _svg(name, WIDTH, 112, f"Share of the thought per stage, {label}", desc, "".join(parts))


def _padded(low: float, high: float) -> tuple[float, float]:
    """Room around the values that never goes beyond 0 and 1 where these bound them."""
    pad = 0.08 * (high - low) or max(0.05, 0.05 * abs(high))
    bottom, top = low - pad, high + pad
    return (max(bottom, 0.0) if low >= 0 else bottom), (min(top, 1.0) if high <= 1 < top else top)


def _short(value: float, span: float) -> str:
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if span > 2 else f"{value:.2f}" if span > 0.02 else f"{value:.3f}"
