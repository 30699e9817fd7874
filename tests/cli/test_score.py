"""`score` keeps its contract: one object per row, every part, and broken rows named by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from social_r1.cli.main import main
from social_r1.hardbench.easy import easy_item
from social_r1.nano.corpus import careful_thought
from social_r1.trajectory import render_target

ITEM: dict[str, Any] = {
    "id": "q1",
    "dimension": "Belief",
    "group": "g",
    "story": "Ann put the key in the jar and left. Bo moved the key to the box.",
    "question": "Where will Ann look?",
    "options": ["box", "jar", "bag", "bed"],
    "answer": 1,
    "split": "test",
}
RIGHT = "<think>Ann put the key there.</think><Answer>B</Answer>"
WRONG = RIGHT.replace(">B<", ">A<")
GRADERS = {"structure": 0.3, "content": -1.0}


def save(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def scored(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["score", *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_recorded_graders_give_the_figures_of_the_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"item": ITEM, "completion": text, "graders": GRADERS, "progress": progress}
        for text, progress in ((RIGHT, 0.0), (RIGHT, 1 / 6), (RIGHT, 1.0), (WRONG, 0.0))
    ]
    out = scored(capsys, save(tmp_path / "rows.jsonl", *rows), "--config", "no_length")
    assert [row["total"] for row in out] == pytest.approx([2.6, 3.45, 4.3, 0.32], abs=1e-4)
    assert out[0]["structure"] == 0.3
    assert out[0]["content_score"] == -1.0
    assert out[0]["content"] == pytest.approx(1.0)
    assert out[0]["weights"] == {
        "outcome": 1.0, "structure": 2.0, "content": 1.0, "gate": 1.0, "format": 0.0,
    }  # fmt: skip
    assert {"format", "outcome", "window", "repetition", "length", "parse", "answer"} <= set(out[0])
    assert (out[3]["answer"], out[3]["outcome"]) == ("A", 0.0)


def test_a_null_grader_is_missing_and_is_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"item": ITEM, "completion": RIGHT, "graders": {"structure": 0.5, "content": None}}
    (out,) = scored(capsys, save(tmp_path / "r.jsonl", row), "--config", "no_length")
    assert out["content"] is None
    assert out["missing"] == ["content"]
    assert out["total"] == pytest.approx(1 + 4 * 0.5)  # progress is 1 where a row does not say


def test_without_a_world_to_check_content_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out,) = scored(capsys, save(tmp_path / "r.jsonl", {"item": ITEM, "completion": RIGHT}))
    assert out["content_score"] is None
    assert out["structure"] is not None


def test_the_oracle_scores_items_that_carry_their_world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = easy_item(3, 0)
    gold = render_target(careful_thought(item), item.letter)
    empty = render_target("Option A looks right.", item.letter)
    rows = [{"item": item.model_dump(mode="json"), "completion": text} for text in (gold, empty)]
    first, second = scored(capsys, save(tmp_path / "r.jsonl", *rows), "--config", "nano")
    assert first["content_score"] > 1 > second["content_score"]
    assert first["missing"] == []


def test_malformed_completions_are_data_not_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"item": ITEM, "completion": text} for text in ("", "B", RIGHT + "!", "<think>")]
    out = scored(capsys, save(tmp_path / "r.jsonl", *rows))
    assert [row["total"] for row in out] == [0.0] * 4
    assert [row["parse"] for row in out] == ["empty", "no_think", "text_outside", "unclosed_think"]


def test_two_rewards_are_set_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = save(tmp_path / "r.jsonl", {"item": ITEM, "completion": RIGHT, "graders": GRADERS})
    (out,) = scored(capsys, file, "--config", "no_length", "--compare", "outcome_only")
    assert out["total"] == pytest.approx(4.3)
    assert out["compare"]["total"] == 2.0
    assert main(["score", file, "--compare", "outcome_only"]) == 0
    assert "outcome_only" in capsys.readouterr().out


def test_rows_may_name_their_item(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rollout = {"item_id": "q1", "step": 3, "completion": RIGHT, "parts": {"content_score": 0.0}}
    file = save(tmp_path / "rollouts.jsonl", rollout)
    (out,) = scored(capsys, file, "--items", save(tmp_path / "items.jsonl", ITEM))
    assert out["content"] == pytest.approx(2.2974, abs=1e-4)


def test_the_rows_can_be_written_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = save(tmp_path / "r.jsonl", {"item": ITEM, "completion": RIGHT})
    target = tmp_path / "scored.jsonl"
    (out,) = scored(capsys, file, "--out", str(target))
    assert json.loads(target.read_text()) == out


def test_the_summary_counts_parsing_and_missing_graders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"item": ITEM, "completion": text} for text in (RIGHT, WRONG, "")]
    assert main(["score", save(tmp_path / "r.jsonl", *rows)]) == 0
    shown = capsys.readouterr().out
    assert "3 completions" in shown
    assert "empty" in shown
    assert "missing graders" in shown


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"completion": RIGHT}, "no item"),
        ({"item": ITEM}, "completion is None"),
        ({"item": ITEM, "completion": 3}, "completion is 3"),
        ({"item": {**ITEM, "answer": 9}, "completion": RIGHT}, "answer 9"),
        ({"item_id": "q9", "completion": RIGHT}, "q9"),
        ({"item": ITEM, "completion": RIGHT, "progress": 2}, "progress 2"),
        ({"item": ITEM, "completion": RIGHT, "progress": True}, "progress is True"),
        ({"item": ITEM, "completion": RIGHT, "graders": {"style": 1}}, "'style'"),
        ({"item": ITEM, "completion": RIGHT, "graders": {"content": "x"}}, "graders.content"),
        ({"item": ITEM, "completion": RIGHT, "graders": []}, "graders is []"),
    ],
)
def test_a_broken_row_is_named_by_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: dict[str, Any], words: str
) -> None:
    file = save(tmp_path / "r.jsonl", {"item": ITEM, "completion": RIGHT}, row)
    assert main(["score", file]) == 2
    error = capsys.readouterr().err
    assert f"{file}:2" in error
    assert words in error
    assert "repair" in error


def test_an_unknown_config_lists_the_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = save(tmp_path / "r.jsonl", {"item": ITEM, "completion": RIGHT})
    assert main(["score", file, "--config", "papper"]) == 2
    assert "outcome_only, paper, recommended" in capsys.readouterr().err
