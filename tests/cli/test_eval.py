"""``social-r1 eval`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.items import SocialItem
from social_r1.records import write_jsonl


@pytest.fixture
def item_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    rows = [
        SocialItem(
            id=f"i{n}", dimension="Belief", group=f"g{n // 2}", story="1 Ann left.",
            question="Where will Ann look?", options=("a jar", "the blue box"), answer=n % 2,
        )
        for n in range(8)
    ]  # fmt: skip
    write_jsonl(path, rows)
    return path


def test_json_is_one_document_and_nothing_else(
    item_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["eval", "-m", "baseline/longest", "--items", str(item_file), "--json"])
    said = capsys.readouterr()
    assert status == 0
    document = json.loads(said.out)
    figures = document["sets"]["mine"]
    assert document["model"] == "baseline/longest"
    assert figures["greedy"]["value"] == figures["longest"] == figures["chance"] == 0.5
    assert "baseline/longest on mine" in said.err


def test_the_table_shows_scores_beside_shortcuts(
    item_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["eval", "-m", "baseline/gold", "--items", f"own={item_file}", "--samples", "2"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    table = capsys.readouterr().out
    # Block accuracy is the figure of our own sets. Wilson: 4 / (4 + 1.96²) = .510 of four blocks.
    assert "1.000 [0.510, 1.000]" in table
    assert "chance" in table
    assert (tmp_path / "out" / "own.jsonl").is_file()
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    assert "own: read back" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tasks", "nosuch"], "neither a benchmark"),
        (["--items", "nosuch.jsonl"], "no item file"),
        ([], "nothing to evaluate"),
        (["--tasks", "tomi", "--engine", "fast"], "auto, direct or inspect"),
        (["--tasks", "tomi", "--data", "/nosuch"], "facebookresearch/ToMi"),
        (["--tasks", "tomi", "-M", "device"], "KEY=VALUE"),
        (["--tasks", "tomi,tomi"], "same name"),
        (["--tasks", "control", "--price", "nan,1"], "0 or more"),
        (["--tasks", "control", "--price=-1,1"], "0 or more"),
        (["--tasks", "control", "--out", "o", "--bundle", "b"], "--engine inspect"),
    ],
)
def test_bad_input_is_one_line_with_a_repair_and_status_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "-m", "baseline/gold", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "repair" in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_an_item_file_cannot_pass_for_a_public_set(
    item_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "-m", "baseline/gold", "--items", f"tomi={item_file}"]) == 2
    assert "tomi is a public set; repair: --items NAME=" in capsys.readouterr().err


def test_an_item_file_among_the_tasks_is_taken_as_one(
    item_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "-m", "baseline/first", "--tasks", str(item_file), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["sets"]) == {"mine"}
    assert main(["eval", "-m", "baseline/first", "--tasks", "nowhere/mine.jsonl"]) == 2
    assert "no item file nowhere/mine.jsonl; repair" in capsys.readouterr().err
