"""Figures are well-formed SVG, say what they show, and put marks where the numbers are."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from social_r1.analysis import figures
from social_r1.analysis.types import Change, Curve, Gain, Habits
from social_r1.stats import Interval

CHANGE = Change(Interval(0.25, 0.2, 0.3, 80), Interval(0.5, 0.4, 0.6, 80), Gain(0.25, 0.1, 0.4), 20)
HABITS = Habits(4, 0.5, 0.1, 0.5, (2, *[0] * 9), 0.5, 0.25, (0.4, 0.3, 0.1, 0.2), 300.0)


def _parse(svg: str) -> ET.Element:
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    texts = [child.text for child in root if child.tag in ("title", "desc")]
    assert len(texts) == 2
    assert all(texts)
    ids = {child.get("id") for child in root if child.get("id")}
    assert set((root.get("aria-labelledby") or "").split()) == ids
    return root


def test_dots_stand_at_their_share_of_the_axis() -> None:
    root = _parse(figures.interval_figure([figures.IntervalRow("Hard <items>", CHANGE, 0.25)]))
    before, after = (float(dot.get("cx") or "") for dot in root.iter("circle"))
    lines = {line.get("class"): line for line in root.iter("line")}
    assert float(lines["chance"].get("x1") or "") == before
    grid = [
        float(line.get("x1") or "") for line in root.iter("line") if line.get("class") == "grid"
    ]
    assert before == pytest.approx(grid[1])  # 25 %
    assert after == pytest.approx(grid[2])  # 50 %


def test_text_in_figures_is_escaped() -> None:
    svg = figures.interval_figure([figures.IntervalRow("<script>alert(1)</script>", CHANGE, None)])
    assert "<script>" not in svg


def test_a_curve_has_a_point_for_each_step_even_when_flat() -> None:
    flat = Curve("reward", (1.0, 2.0, 3.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 1.0, 1.0)
    root = _parse(figures.curve_figure("c", "Reward", flat))
    assert len(list(root.iter("circle"))) == 3
    one = Curve("reward", (1.0,), (0.0,), (0.0,), 0.0, 0.0)
    assert len(list(_parse(figures.curve_figure("c", "Reward", one)).iter("circle"))) == 1


def test_bars_are_as_long_as_their_shares() -> None:
    root = _parse(figures.stage_figure("s", "hard items", HABITS, HABITS))
    widths = [float(r.get("width") or "") for r in root.iter("rect")]
    assert widths[1:5] == pytest.approx([0.4 * 380, 0.3 * 380, 0.1 * 380, 0.2 * 380])


def test_the_histogram_shows_each_tenth() -> None:
    root = _parse(figures.mention_figure("m", "hard items", HABITS, HABITS))
    bars = [float(r.get("height") or "") for r in root.iter("rect")]
    assert len(bars) == 20
    assert [tall > 0 for tall in bars[:10]] == [True, *[False] * 9]
