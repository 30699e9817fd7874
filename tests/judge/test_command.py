"""`social-r1 judge`: one result per row, resumed after being killed, errors in one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from social_r1.append_log import file_lock
from social_r1.cli.main import main
from social_r1.preference.types import read_pairs
from social_r1.records import read_json, write_jsonl

from .conftest import PROMPT_TOKENS, REPLY_TOKENS, Endpoint, make_item
from .test_judge_labels import PAIRS, opinion


def completion(number: int) -> str:
    return f"<think>Key {number}: Ann thinks it is in the jar.</think><Answer>B</Answer>"


def rollouts(path: Path, count: int) -> list[str]:
    """A file of rollouts and a file of items, as options of the command."""
    items = [make_item(number) for number in range(count)]
    write_jsonl(path / "items.jsonl", items)
    rows = [
        {"item_id": item.id, "step": 0, "sample": k, "completion": completion(k), "parts": None}
        for k, item in enumerate(items)
    ]
    write_jsonl(path / "rollouts.jsonl", rows)
    return [str(path / "rollouts.jsonl"), "--items", str(path / "items.jsonl")]


def options(address: str, out: Path, *more: str) -> list[str]:
    fast = out.parent / "judge.yaml"
    fast.write_text("backoff: 0.002\n")
    fixed = ["--endpoint", address, "--model", "m", "--out", str(out), "--config", str(fast)]
    return [*fixed, "--json", *more]


def results(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def test_every_row_has_one_result_in_its_place_and_the_summary_counts_failures(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = rollouts(tmp_path, 30)
    endpoint.plan = lambda number, attempt, user: (
        ("ok", "none") if "Key 7:" in user else "ok" if number % 3 else ("status", 500)
    )
    out = tmp_path / "run"
    arguments = ["score", *file, "--rubric", "structure", "--attempts", "12"]
    prices = ["--price-in", "2", "--price-out", "10"]
    assert main(["judge", *arguments, *options(address, out, *prices)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == read_json(out / "judge.json")
    rows = results(out)
    assert [row["item_id"] for row in rows] == [f"q{number}" for number in range(30)]
    assert [row["completion"] for row in rows] == [completion(number) for number in range(30)]
    for number, row in enumerate(rows):
        score, reason = row["judge"]["score"], row["judge"]["missing"]
        assert row["graders"] == {"structure": score}
        assert (score is None, reason) == ((True, "no_score") if number == 7 else (False, None))
    assert set(endpoint.answered.values()) == {1}
    assert (told["rows"], told["scored"], told["score"]["n"]) == (30, 29, 29)
    assert told["missing"]["reasons"] == {"no_score": 1}
    assert told["missing"]["rate"] == pytest.approx(1 / 30)
    assert told["calls"] == endpoint.requests == 30 + told["retries"]
    assert told["prompt_tokens"] == 30 * PROMPT_TOKENS
    assert told["cost"] == pytest.approx(30 * (PROMPT_TOKENS * 2 + REPLY_TOKENS * 10) / 1e6)
    assert told["prompt"]["version"] == "structure-1"
    manifest = read_json(out / "manifest.json")
    assert manifest["config"]["model"] == "m"
    assert set(manifest["inputs"]) == {file[0], file[2]}


def test_a_killed_run_goes_on_to_the_same_result_and_asks_nothing_twice(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    count, limit = 80, 4
    file = rollouts(tmp_path, count)
    endpoint.delay = 0.03
    endpoint.plan = lambda number, attempt, user: "ok" if number % 3 else ("status", 500)
    out, whole = tmp_path / "killed", tmp_path / "whole"
    arguments = ["judge", "score", *file, "--rubric", "content", "--attempts", "12"]
    arguments += ["--concurrency", str(limit)]
    answers = out / "answers.jsonl"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "social_r1.cli.main", *arguments, *options(address, out)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (answers.is_file() and answers.read_bytes().count(b"\n") >= 15):
        assert process.poll() is None, "ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    assert not (out / "results.jsonl").exists()
    kept = {json.loads(line)["key"] for line in answers.read_text().splitlines()}
    assert 15 <= len(kept) < count
    while endpoint.live:  # requests that were under way come to their end
        time.sleep(0.01)
    time.sleep(0.1)
    before = endpoint.answered.copy()
    endpoint.delay = 0

    assert main([*arguments, *options(address, out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cached"] == len(kept)
    assert told["answered"] == count - len(kept)
    rows = results(out)
    assert len(rows) == len({row["judge"]["key"] for row in rows}) == count
    asked_again = [user for user, times in endpoint.answered.items() if times > 1]
    assert len(asked_again) <= limit  # under way when the process died: it never had the answer
    assert all(before[user] for user in asked_again)
    assert sum(endpoint.answered.values()) - count == len(asked_again)
    assert sum(before.values()) - len(kept) == len(asked_again)

    endpoint.reset()
    assert main([*arguments, *options(address, whole)]) == 0
    assert set(endpoint.answered.values()) == {1}
    capsys.readouterr()
    assert (out / "results.jsonl").read_bytes() == (whole / "results.jsonl").read_bytes()
    endpoint.reset()
    assert main([*arguments, *options(address, out)]) == 0  # a third run has nothing to ask
    assert json.loads(capsys.readouterr().out)["cached"] == count
    assert endpoint.requests == 0


def test_a_budget_leaves_the_rest_missing_and_a_larger_one_goes_on(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = rollouts(tmp_path, 12)
    out = tmp_path / "run"
    arguments = ["judge", "score", *file, "--rubric", "structure"]
    for calls, scored in (("5", 5), ("12", 12)):
        assert main([*arguments, *options(address, out, "--budget-calls", calls)]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["scored"], endpoint.requests) == (scored, scored)
        assert told["missing"]["reasons"] == ({"budget": 7} if scored == 5 else {})
        assert told["spent"]["calls"] == scored
    assert [row["judge"]["missing"] for row in results(out)] == [None] * 12


def test_rows_may_hold_item_and_thought_and_keep_what_graders_said(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint.reply = lambda user: '{"score": 0.75}'
    item = make_item(0).model_dump(mode="json")
    rows = [
        {"item": item, "thought": "Ann left.", "graders": {"structure": 0.3}},
        {"item": item, "completion": completion(1), "parts": {"content_score": -1.0}},
        {"item": item, "completion": "no thought in here"},
        {"item": item, "completion": completion(3) + "half \ud800"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found: list[dict[str, Any]] = []
    for rubric, graders in (
        ("content", [{"structure": 0.3, "content": 1.0}, {"content": 1.0}]),
        ("structure", [{"structure": 0.75}, {"content": -1.0, "structure": 0.75}]),
    ):
        out = tmp_path / rubric
        assert main(["judge", "score", str(path), "--rubric", rubric, *options(address, out)]) == 0
        found = results(out)
        assert [row["graders"] for row in found[:2]] == graders
        assert found[2]["graders"] == {rubric: None}
        assert found[2]["judge"]["missing"] == "no_thought"
        assert found[3]["judge"]["score"] == 0.75
    capsys.readouterr()
    write_jsonl(tmp_path / "rest.jsonl", found[1:])  # `score` reads completions, not thoughts
    assert main(["score", str(tmp_path / "rest.jsonl"), "--json", "--config", "no_content"]) == 0
    parts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [part["structure"] for part in parts] == [0.75, None, 0.75]


def test_a_stage_is_scored_without_touching_the_graders(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    thought = "Cue Encoding: Ann left.\nCue Interpretation: Ann thinks it is there."
    row = {"item": make_item(0).model_dump(mode="json"), "thought": thought}
    write_jsonl(tmp_path / "rows.jsonl", [row])
    arguments = ["judge", "score", str(tmp_path / "rows.jsonl"), "--stage", "cue_encoding"]
    assert main([*arguments, "--rubric", "content", *options(address, tmp_path / "run")]) == 0
    assert json.loads(capsys.readouterr().out)["prompt"]["version"] == "stage-1"
    (found,) = results(tmp_path / "run")
    assert "graders" not in found
    assert found["judge"]["stage"] == "cue_encoding"
    assert main([*arguments, "--rubric", "structure", *options(address, tmp_path / "x")]) == 2
    assert "no structure of its own; repair" in capsys.readouterr().err


def test_pairs_are_labelled_into_a_file_that_the_reward_model_can_read(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint.reply = opinion
    write_jsonl(tmp_path / "pairs.jsonl", PAIRS)
    out = tmp_path / "run"
    assert main(["judge", "pairs", str(tmp_path / "pairs.jsonl"), *options(address, out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["labels"]["kept"] == 2
    assert told["labels"]["missing_rate"] == pytest.approx(1 / 6)
    assert (told["questions"], told["calls"]) == (12, 12)
    assert [pair.id for pair in read_pairs(out / "pairs.jsonl")] == ["right", "turned"]
    assert [row["id"] for row in results(out)] == [pair.id for pair in PAIRS]


def test_a_budget_pays_for_both_orders_of_a_pair_before_the_next_one(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint.reply = opinion
    write_jsonl(tmp_path / "pairs.jsonl", [PAIRS[0], PAIRS[1], *PAIRS[4:]])
    out = tmp_path / "run"
    arguments = ["judge", "pairs", str(tmp_path / "pairs.jsonl"), *options(address, out)]
    assert main([*arguments, "--budget-calls", "4", "--concurrency", "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["calls"], told["labels"]["kept"], told["labels"]["missing"]) == (4, 2, 2)
    assert told["missing"]["reasons"] == {"budget": 4}


def test_a_pair_of_no_stage_is_named_and_leaves_no_folder(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [PAIRS[0], PAIRS[1].model_copy(update={"stage": "whole"})]
    write_jsonl(tmp_path / "pairs.jsonl", rows)
    out = tmp_path / "run"
    assert main(["judge", "pairs", str(tmp_path / "pairs.jsonl"), *options(address, out)]) == 2
    error = capsys.readouterr().err
    assert "pairs.jsonl:2: stage: " in error
    assert "one of cue_encoding" in error
    assert not out.exists()
    assert endpoint.requests == 0


def test_sampled_thoughts_about_items_without_a_log_become_labelled_pairs(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint.reply = opinion
    items = [make_item(number) for number in range(3)]
    write_jsonl(tmp_path / "items.jsonl", items)
    said = [
        {"item_id": item.id, "completion": f"<think>Cue Encoding: {cue}.</think><Answer>A</Answer>"}
        for item in items
        for cue in (f"good reading {item.id}", f"bad reading {item.id}")
    ]
    write_jsonl(tmp_path / "rollouts.jsonl", said)
    drawn = ["pairs", "candidates", "-i", str(tmp_path / "items.jsonl"), "--json"]
    file = str(tmp_path / "candidates.jsonl")
    assert main([*drawn, "--rollouts", str(tmp_path / "rollouts.jsonl"), "-o", file]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 3
    out = tmp_path / "run"
    assert main(["judge", "pairs", file, *options(address, out)]) == 0
    assert json.loads(capsys.readouterr().out)["labels"]["kept"] == 3
    labelled = read_pairs(out / "pairs.jsonl")
    assert all("good" in p.chosen and "bad" in p.rejected for p in labelled)
    assert {p.stage for p in labelled} == {"cue_encoding"}


def test_tables_are_for_people(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = rollouts(tmp_path, 3)
    endpoint.plan = lambda number, attempt, user: "ok" if number else ("status", 400)
    arguments = [*options(address, tmp_path / "run"), "--concurrency", "1"]
    arguments.remove("--json")
    assert main(["judge", "score", *file, "--rubric", "structure", *arguments]) == 0
    shown = capsys.readouterr().out
    for words in ("3 thoughts", "Missing answers", "refused", "0.3333", "3 calls (0 retries)"):
        assert words in shown
    write_jsonl(tmp_path / "pairs.jsonl", PAIRS[:1])
    arguments[arguments.index("--out") + 1] = str(tmp_path / "labels")
    assert main(["judge", "pairs", str(tmp_path / "pairs.jsonl"), *arguments]) == 0
    assert "first_shown_wins" in capsys.readouterr().out


def test_a_run_without_a_single_verdict_fails(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint.plan = lambda *_: ("status", 401)
    arguments = ["judge", "score", *rollouts(tmp_path, 3), "--rubric", "content"]
    assert main([*arguments, *options(address, tmp_path / "run"), "--concurrency", "1"]) == 1
    error = capsys.readouterr().err
    assert "error: no verdict at all (gave_up 2, refused 1); repair: check endpoint" in error
    assert len(results(tmp_path / "run")) == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--rubric": "style"}, "rubric 'style' scores no thoughts; repair: structure or content"),
        ({"--stage": "cue"}, "stage 'cue' is not known; repair: one of cue_encoding"),
        ({"--endpoint": "nowhere"}, "'nowhere' is no http address; repair"),
        ({"--budget": "2"}, "means nothing without prices; repair"),
        ({"--api-key-env": "NO_SUCH_KEY"}, "NO_SUCH_KEY is not set; repair: export it"),
        ({"--config": "none.yaml"}, "none.yaml cannot be read"),
        ({"--items": "none.jsonl"}, "none.jsonl does not exist; repair"),
        ({"--endpoint": None}, "endpoint: Field required"),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_asked(
    tmp_path: Path,
    endpoint: Endpoint,
    address: str,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str | None],
    words: str,
) -> None:
    file, flag, items = rollouts(tmp_path, 2)
    given: dict[str, str | None] = {
        "--rubric": "content", "--endpoint": address, "--model": "m",
        "--out": str(tmp_path / "run"), flag: items,
    }  # fmt: skip
    pairs = [word for pair in (given | change).items() if pair[1] is not None for word in pair]
    assert main(["judge", "score", file, *(str(word) for word in pairs)]) == 2
    assert words in capsys.readouterr().err
    assert endpoint.requests == 0
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"completion": "x"}, "no item for None; repair"),
        ({"item_id": "q9", "completion": "x"}, "no item for 'q9'; repair"),
        ({"item": make_item(0).model_dump(mode="json")}, "neither a completion nor a thought"),
        ({"item": make_item(0).model_dump(mode="json"), "thought": 3}, "thought is '3', not text"),
        ({"item": {"id": ""}, "completion": "x"}, "id:"),
    ],
)
def test_a_broken_row_is_named_by_file_and_line(
    tmp_path: Path,
    address: str,
    capsys: pytest.CaptureFixture[str],
    row: dict[str, Any],
    words: str,
) -> None:
    good = {"item": make_item(0).model_dump(mode="json"), "thought": "Ann left."}
    write_jsonl(tmp_path / "rows.jsonl", [good, row])
    arguments = ["judge", "score", str(tmp_path / "rows.jsonl"), "--rubric", "content"]
    assert main([*arguments, *options(address, tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert f"{tmp_path / 'rows.jsonl'}:2" in error
    assert words in error


def test_a_folder_is_kept_for_one_job_and_one_run(
    tmp_path: Path, endpoint: Endpoint, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = rollouts(tmp_path, 2), tmp_path / "run"
    arguments = ["judge", "score", *file, "--rubric", "content", *options(address, out)]
    assert main(arguments) == 0
    capsys.readouterr()
    assert main([*arguments, "--rubric", "structure"]) == 2
    assert "holds another job (other rubric); repair: give another --out" in capsys.readouterr().err
    with (out / ".lock").open("a") as stream, file_lock(stream):
        assert main(arguments) == 2
    assert "is in use by another run; repair: wait for it" in capsys.readouterr().err


def test_each_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("score", "pairs"):
        assert main(["judge", name, "--help"]) == 0
        assert f"Example: social-r1 judge {name}" in " ".join(capsys.readouterr().out.split())
