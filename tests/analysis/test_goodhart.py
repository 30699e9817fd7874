"""The Goodhart panel: its sentence, its figure, its block of report.json, and runs without one."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from social_r1.analysis import Resampling, figures, goodhart, load_run, words, write_report
from social_r1.records import write_jsonl
from social_r1.training.alarm import judge
from social_r1.training.goodhart import GoodhartConfig

RunMaker = Callable[..., Path]
FAST = Resampling(n_boot=100)
WINDOW = 4


def watched(make_run: RunMaker, score: list[float] | None, truth: list[float] | None) -> Path:
    """A run folder whose log was watched; score and truth are its means step by step."""
    folder = make_run(n=8, steps=len(score or truth or []))
    file = folder / "train" / "metrics.jsonl"
    rows: list[dict] = []
    for number, line in enumerate(file.read_text().splitlines()):
        row = json.loads(line) | {
            "watch/groups": 16.0, "watch/length": 400.0 + number, "watch/zero/right": 0.25,
            "watch/zero/wrong": 0.125, "watch/zero/mixed": 0.0, "watch/earned/outcome": 0.5,
            "watch/earned/structure": 1.0, "watch/earned/content": 1.0 + number,
        }  # fmt: skip
        if truth:
            row |= {"watch/truth": truth[number], "watch/truth_sd": 1.0}
        if score and truth:
            row |= {"watch/score": score[number], "watch/score_sd": 1.0}
            row |= {"watch/spearman_within": 0.5, "watch/ranked_groups": 16.0}
        rows.append(row | judge([*rows, row], GoodhartConfig(window=WINDOW)))
    write_jsonl(file, rows)
    return folder


def says(folder: Path) -> str:
    return words.parted(goodhart.watch(load_run(folder)))


UP = [0.0] * 4 + [0.5] * 4 + [1.2] * 4
PARTED = [0.0] * 8 + [-0.36] * 4


def test_a_faithful_run_is_said_to_be_one(make_run: RunMaker) -> None:
    folder = watched(make_run, UP, [0.0] * 4 + [0.4] * 4 + [1.1] * 4)
    said = "The reward model's score rose by 1.2 and truth by 1.1; no alarm."
    assert says(folder) == said
    files = write_report(folder, resampling=FAST)
    block = files.report["goodhart"]
    assert block["says"] == said
    assert block["rise"] == {"score": pytest.approx(1.2), "truth": pytest.approx(1.1)}
    assert block["alarms"] == {"steps": 0, "first": None, "last": None, "by_step": {}}
    # Content earned 1 to 4 over the first four steps, 9 to 12 over the last: 8, the whole gain.
    assert block["gain"]["total"] == pytest.approx(8)
    assert block["gain"]["parts"]["content"] == {"gain": pytest.approx(8), "share": 1.0}
    assert block["zero_signal"]["wrong"] == {"first": 0.125, "last": 0.125}
    page = files.html.read_text()
    assert said.replace("'", "&#39;") in page
    assert "What the alarms said" not in page
    assert "Groups without signal: all wrong" in page


def test_a_run_that_parts_is_told_with_its_steps(make_run: RunMaker) -> None:
    folder = watched(make_run, UP, PARTED)
    assert says(folder) == (
        "The reward model's score rose by 1.2 and truth fell by 0.4; alarm (rise, gap, fall) in 5 "
        "of 12 steps (steps 8 to 12), and at the end."
    )
    files = write_report(folder, resampling=FAST)
    block = files.report["goodhart"]["alarms"]
    assert (block["steps"], block["first"], block["last"]) == (5, 8, 12)
    assert block["by_step"]["8"] == ["rise: score +0.50, truth +0.00 since the first 4 steps"]
    page = files.html.read_text()
    # The four steps up to the ninth: score (.5 + .5 + .5 + 1.2) / 4 = .675, truth -.36 / 4 = -.09;
    # from the tenth on they are more than 1 apart.
    [line] = [line for line in page.splitlines() if "Steps 8 to 9:" in line]
    assert "<li>Steps 8 to 9: rise: score +0.68, truth -0.09 since the first 4 steps.</li>" in line
    assert (
        "<li>Steps 10 to 11: rise: score +1.02, truth -0.27 since the first 4 steps; gap:" in line
    )
    assert "<li>Step 12: rise:" in line
    assert "Strokes below mark steps in alarm" in page
    assert page.count('class="alarm"') == 5


def test_alarms_in_a_row_are_told_together_and_a_pause_parts_them(make_run: RunMaker) -> None:
    found = goodhart.watch(load_run(watched(make_run, UP, UP)))
    assert found is not None
    found.alarms.update({2.0: ("rise: a",), 3.0: ("rise: b",), 5.0: ("rise: c",)})
    found.alarms[6.0] = ("rise: d", "gap: e")
    assert [(s.first, s.last, s.said) for s in goodhart.spans(found)] == [
        (2, 3, ("rise: b",)), (5, 5, ("rise: c",)), (6, 6, ("rise: d", "gap: e")),
    ]  # fmt: skip


def test_runs_that_cannot_be_judged_say_why(make_run: RunMaker) -> None:
    assert says(make_run(n=4, steps=4)) == (
        "This run has no Goodhart watch: its log holds no watch metrics."
    )
    assert says(watched(make_run, UP[:5], UP[:5])) == (
        "Too short to tell: the last 4 steps are held against the first 4, and this run has 5; "
        "no alarm."
    )
    assert says(watched(make_run, None, UP)).startswith("No reward model scored the content")
    assert says(watched(make_run, UP, None)).startswith("No truth to hold against")


@pytest.mark.parametrize("kind", ["old", "short", "no score", "no truth"])
def test_every_kind_of_run_gets_its_panel(make_run: RunMaker, kind: str) -> None:
    folder = {
        "old": lambda: make_run(n=4, steps=3),
        "short": lambda: watched(make_run, UP[:1], UP[:1]),
        "no score": lambda: watched(make_run, None, UP),
        "no truth": lambda: watched(make_run, UP, None),
    }[kind]()
    files = write_report(folder, resampling=FAST)
    page = files.html.read_text()
    assert "Did the score part from the truth?" in page
    assert files.report["goodhart"]["says"] in page
    drawn = 'id="parting-t"' in page
    assert drawn == (kind == "short")
    json.dumps(files.report, allow_nan=False)


def test_the_figure_has_two_lines_on_one_axis_and_a_stroke_for_each_alarm(
    make_run: RunMaker,
) -> None:
    found = goodhart.watch(load_run(watched(make_run, UP, PARTED)))
    assert found is not None
    assert found.score is not None
    assert found.truth is not None
    svg = figures.parting_figure("p", found.score, found.truth, sorted(found.alarms), WINDOW)
    root = ET.fromstring(svg)
    lines = {line.get("class"): line.get("points", "").split() for line in root.iter("polyline")}
    assert set(lines) == {"curve score", "curve truth"}
    assert all(len(points) == 12 for points in lines.values())
    # Both begin at 0 on the common scale; the score ends higher, which is further up the page.
    assert lines["curve score"][0] == lines["curve truth"][0]
    last = {name: float(points[-1].split(",")[1]) for name, points in lines.items()}
    assert last["curve score"] < last["curve truth"]
    strokes = [line.get("x1") for line in root.iter("line") if line.get("class") == "alarm"]
    assert len(strokes) == len(set(strokes)) == 5
    assert (root.findtext("desc") or "").endswith("alarm in 5 steps, first at step 8")
    assert root.findtext("title")
