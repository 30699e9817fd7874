from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from social_r1.cli.replay import replay

APP = typer.Typer()
APP.command()(replay)

STORY = (
    "Read it.\n1 Ona, Piet and Quim entered the loft.\n2 The flute is in the tin_crate.\n"
    "3 Ona exited the loft.\n4 Piet moved the flute to the sack.\n5 Piet exited the loft.\n"
    "6 Quim exited the loft.\n7 Ona, Piet and Quim entered the hall.\n"
)


def row(style: str, answer: str) -> dict[str, object]:
    return {
        "prompting_type": style,
        "deception": False,
        "story_length": 1,
        "question_order": 2,
        "sample_id": 0,
        "story": STORY,
        "question": "Where does Ona think Piet thinks the flute is?",
        "choices": "A. tin_crate, B. sack",
        "answer": answer,
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Both releases of Hi-ToM (the old one contradicts itself), and ToMi with its training set."""
    hitom, tomi = tmp_path / "hitom", tmp_path / "tomi"
    hitom.mkdir()
    tomi.mkdir()
    new = [row(style, "tin_crate") for style in ("CoTP", "VP")]
    old = [row("CoTP", "tin_crate"), row("VP", "sack")]
    for name, rows in (("Hi-ToM_data.json", new), ("Hi-ToM_data_dec2023.json", old)):
        (hitom / name).write_text(json.dumps({"data": rows}))
    text = (
        "1 Ona entered the loft.\n2 Piet entered the loft.\n3 The flute is in the crate.\n"
        "4 Ona exited the loft.\n5 Piet moved the flute to the sack.\n"
        "6 Where will Ona look for the flute?\t{}\t3\n"
    )
    for split, answer in (("test", "crate"), ("train", "sack")):
        (tomi / f"fb_all_{split}.txt").write_text(text.format(answer))
        (tomi / f"fb_all_{split}.trace").write_text("enter,first_order_1_tom,false_belief\n")
    return tmp_path


def run(*arguments: str) -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(APP, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_both_releases_of_hitom_are_replayed_the_old_one_style_by_style(data: Path) -> None:
    reports = run("--benchmark", "hitom", "--data", str(data))
    found = {name: report["all"]["agree"] for name, report in reports.items()}  # type: ignore[index]
    assert found == {"newer release": 1.0, "December 2023, CoTP": 1.0, "December 2023, VP": 0.0}


def test_the_training_stories_of_tomi_are_replayed_too(data: Path) -> None:
    reports = run("--benchmark", "tomi", "--data", str(data))
    assert reports["test"]["causes"] == {}
    assert reports["train"]["causes"] == {"never seen": 1}


def test_sets_that_are_not_there_are_left_out(data: Path) -> None:
    (data / "hitom" / "Hi-ToM_data_dec2023.json").unlink()
    (data / "tomi" / "fb_all_train.trace").unlink()
    assert list(run("--benchmark", "hitom", "--data", str(data))) == ["newer release"]
    assert list(run("--benchmark", "tomi", "--data", str(data))) == ["test"]


def test_a_person_reads_a_table_and_the_disagreements(data: Path) -> None:
    out = data / "reports" / "hitom.json"
    result = CliRunner().invoke(
        APP, ["--benchmark", "hitom", "--data", str(data), "--out", str(out)]
    )
    assert result.exit_code == 0
    assert "label 'sack', proved 'tin crate' (never seen)" in result.stdout
    assert json.loads(out.read_text())["newer release"]["questions"] == 1


def test_another_benchmark_is_refused() -> None:
    result = CliRunner().invoke(APP, ["--benchmark", "fantom"])
    assert "repair: tomi or hitom" in str(result.exception)
