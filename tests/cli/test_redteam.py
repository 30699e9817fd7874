"""``social-r1 redteam`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.items import SocialItem
from social_r1.records import write_jsonl

FEW = ["items.plain=0", "items.rich=1"]
BLOCK = ["items.plain=0", "items.rich=4"]
"""Bounds are on means: of a single item another one's trace may hold nearly all."""


def test_bounds_that_hold_are_exit_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["redteam", *BLOCK]) == 0
    said = capsys.readouterr()
    assert "honest_right" in said.out
    assert "answer_first" in said.out
    assert "cheats are held; without knowing the answer" in said.out
    assert "trying" in said.err


def test_a_broken_bound_is_exit_status_1_and_json_is_one_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [*FEW, "cheats=[stage_talk, padded]", "bounds.stage_talk=0.001"]
    assert main(["redteam", *words]) == 1
    assert "broken: stage_talk earns 0.0" in capsys.readouterr().out
    assert main(["redteam", *words, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["profile"] == "recommended"
    assert document["broken"] == ["stage_talk"]
    assert [row["verdict"] for row in document["rows"]] == ["broken", "held"]
    assert set(document["rows"][0]["earned"]["guess"]) == {"value", "low", "high", "n"}


def test_the_run_folder_can_be_scored_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = [*FEW, "cheats=[answer_first, story_pasted]"]
    assert main(["redteam", *words, "--out", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert names == {"redteam.json", "redteam.md", "examples.jsonl", "manifest.json"}
    page = (out / "redteam.md").read_text(encoding="utf-8")
    assert "social-r1 redteam items.plain=0 items.rich=1" in page
    assert "| answer_first |" in page
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["config"]["profile"] == "recommended"
    capsys.readouterr()
    assert main(["score", str(out / "examples.jsonl"), "--config", "recommended", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) >= 5  # three or four references and two cheats


def test_items_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.jsonl"
    story = "One day Ella hid a key in the jar. Then Ben took it, and Ella went out to sea."
    write_jsonl(
        path,
        [
            SocialItem(id=f"i{n}", dimension="Belief", group=f"g{n}", story=story,
                       question="Where is it?", options=("the jar", "the tin"), answer=n)
            for n in range(2)
        ],
    )  # fmt: skip
    assert main(["redteam", "--items", str(path), "content=none", "bounds.default=1",
                 "beyond.default=1", "cheats=[answer_first, stage_talk]"]) == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "2 file items" in said
    assert "not tried, for want of an event log: answer_first" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["profil=paper"], "did you mean 'profile'?"),
        (["bounds.answer_frist=1"], "did you mean 'answer_first'?"),
        (["--config", "nowhere.yaml"], "nowhere.yaml"),
        (["content=nowhere"], "content scorer 'nowhere'"),
        (["--items", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_wrong_input_is_exit_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["redteam", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["redteam", "--help"]) == 0
    assert "social-r1 redteam --config configs/redteam.yaml" in capsys.readouterr().out


def test_items_of_a_file_and_numbers_of_built_ones_do_not_go_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["redteam", *FEW, "--items", str(tmp_path / "i.jsonl")]) == 2
    err = capsys.readouterr().err
    assert "takes the place of items.plain=0; repair: give only one of them" in err
