"""The folder that `social-r1 train` writes, read by itself: curves, parts, alarms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.analysis import load_run
from social_r1.cli.main import main
from social_r1.records import write_json, write_jsonl


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four steps; the reward rises from 1 to 4, and the watch raises an alarm at the last two."""
    alarm = ["gap: score +2.0 sd, truth +0.1 sd"]
    rows = [
        {
            "step": step,
            "reward": float(step),
            "parts/outcome": step / 10,
            "parts/structure": 0.5,
            "watch/groups": 2,
            "watch/window": 1,
            "watch/truth": 0.25,
            "watch/alarm": alarm if step > 2 else [],
        }
        for step in (1, 2, 3, 4)
    ]
    out = tmp_path / "policy"
    write_jsonl(out / "metrics.jsonl", rows)
    config = {"reward": "paper", "content": "shipped"}
    write_json(out / "manifest.json", {"command": "social-r1 train", "config": config})
    return out


def test_a_training_folder_is_a_run_without_evaluation(folder: Path) -> None:
    run = load_run(folder)
    assert [row["reward"] for row in run.metrics] == [1, 2, 3, 4]
    assert set(run.alarms) == {3, 4}
    assert run.manifest["config"]["content"] == "shipped"
    assert run.sets == {}
    (left,) = run.left_out  # one line, not one for each set that nobody asked for
    assert "`social-r1 eval`" in left.reason


def test_its_report_has_curves_parts_and_alarms(folder: Path) -> None:
    assert main(["report", str(folder), "--n-boot", "100"]) == 0
    report = json.loads((folder / "report.json").read_text())
    # Means of the first and of the last tenth: of four steps, the first and the last.
    assert report["reward_parts"]["outcome"] == {"first": 0.1, "last": 0.4, "steps": 4}
    assert report["headline"]["text"].startswith(
        "4 steps: the reward went from 1.00 to 4.00 and right answers went from 0.10 to 0.40"
    )
    assert report["goodhart"]["alarms"]["steps"] == 2
    page = (folder / "report.html").read_text()
    assert "Steps 3 to 4: gap: score +2.0 sd, truth +0.1 sd" in page
    assert "Did the answers get better?" not in page


def test_analyze_prints_its_parts_and_alarms_and_no_empty_tables(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "Four stages in order" in shown
    assert "alarm, steps 3-4: gap: score +2.0 sd" in shown
    assert "Accuracy" not in shown.partition("left out")[0]
    assert main(["analyze", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["reward_parts"]["reward"]["last"] == 4.0
    assert document["goodhart"]["alarms"]["first"] == 3


def test_a_folder_with_neither_is_told_of_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", str(tmp_path)]) == 2
    assert "nor train/metrics.jsonl or metrics.jsonl" in capsys.readouterr().err


def test_scores_that_never_came_are_in_the_report(folder: Path) -> None:
    rows = [
        {"step": 1, "reward": 1.0, "missing/structure": 0.0, "missing/content": 0.1},
        {"step": 2, "reward": 1.0, "missing/structure": 0.0, "missing/content": 0.3},
    ]
    write_jsonl(folder / "metrics.jsonl", rows)
    assert main(["report", str(folder)]) == 0
    report = json.loads((folder / "report.json").read_text())
    assert report["missing_scores"] == {
        "content": {"mean": pytest.approx(0.2), "worst": 0.3, "step": 2.0},
        "structure": {"mean": 0.0, "worst": 0.0, "step": 1.0},
    }
    page = (folder / "report.html").read_text().replace("\u202f", " ")
    assert "content C in 20.0 % of the well-formed thoughts (at worst 30.0 %, in step 2)" in page
    assert "never count as zero" in page


def test_a_run_that_lost_no_score_says_so(folder: Path) -> None:
    write_jsonl(folder / "metrics.jsonl", [{"step": 1, "reward": 1.0, "missing/content": 0.0}])
    assert main(["report", str(folder)]) == 0
    assert "Every well-formed thought got all its scores." in (folder / "report.html").read_text()
