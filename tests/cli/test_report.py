"""`social-r1 report` and `social-r1 analyze` on a synthetic run folder."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from social_r1.cli.main import main

BUILD = runpy.run_path(str(Path(__file__).parents[1] / "analysis" / "conftest.py"))["build_run"]


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    return BUILD(tmp_path / "run", n=16, steps=4)


def test_report_writes_both_files_and_says_the_headline(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["report", str(run_folder), "--out", str(out), "--n-boot", "200"]) == 0
    assert (out / "report.html").stat().st_size > 10_000
    headline = json.loads((out / "report.json").read_text())["headline"]["text"]
    assert headline in capsys.readouterr().out
    page = (out / "report.html").read_text()
    assert "total reward" in page
    assert "Scores beside the trajectories: reward nano" in page


def test_report_json_is_the_only_thing_on_standard_output(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(run_folder), "--json", "--n-boot", "200"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((run_folder / "report.json").read_text())


def test_a_broken_run_is_one_line_and_status_two(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run_folder / "eval/after/hard.jsonl").write_text("{}\n")
    assert main(["report", str(run_folder)]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert "after/hard.jsonl:1" in error


def test_analyze_prints_tables(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(run_folder), "--n-boot", "200"]) == 0
    printed = capsys.readouterr().out
    for title in ("Accuracy (sampled answers)", "Gain by part", "Habits of the thoughts"):
        assert title in printed


def test_analyze_json_is_one_document(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(run_folder), "--json", "--n-boot", "200"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["habits"]) == {"easy", "hard", "ood"}
    assert document["breakdown"]["hard"]["order"]["1"]["before"]["n"] == 8
