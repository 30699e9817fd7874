"""Three models on a real server, through Inspect: slow, failing, talking nonsense, killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("inspect_ai")

from social_r1.evaluation.sotopia import SotopiaResult, VoiceConfig, run_sotopia

from .conftest import FULL, House, Server, act, address, usual, verdict

Voices = dict[str, VoiceConfig]


def run(voices: Voices, data: Path, **changes: object) -> SotopiaResult:
    return run_sotopia(voices["model"], voices["partner"], voices["judge"], data, **changes)


def test_two_agents_and_a_judge_end_to_end(voices: Voices, data: Path, house: House) -> None:
    result = run(voices, data, seed=5)
    summary = result.summary
    assert (summary.judged, summary.ended, summary.turns) == (8, {"left": 8}, 5.0)
    assert summary.figures["overall"].value == 3.0
    assert summary.model == "openai-api/house/model-m"
    assert summary.judge == "openai-api/house/judge-m"
    first = result.rows[0]
    assert [turn.argument for turn in first.turns] == [
        "Line 0 of the model.", "Line 1 of the partner.", "Line 2 of the model.",
        "Line 3 of the partner.", "",
    ]  # fmt: skip
    assert first.tokens == {"model": (300, 30), "partner": (200, 20), "judge": (100, 10)}
    assert first.reasoning["goal"] == "Because goal."
    # The players sample at 0.7, each call with its own seed; the judge is greedy.
    bodies = house.bodies["model"]
    assert {body["temperature"] for body in bodies} == {0.7}
    assert len({body["seed"] for body in bodies}) == len(bodies)
    assert {body["temperature"] for body in house.bodies["judge"]} == {0.0}
    assert {body["model"] for body in bodies} == {"model-m"}
    assert len(house.asked["model"]) + len(house.asked["partner"]) == 40
    assert len(house.asked["judge"]) == 8


def test_two_runs_in_one_process_do_not_share_a_client(
    voices: Voices, data: Path, house: House
) -> None:
    house.delay = 0.01
    for _ in range(2):
        assert run(voices, data, concurrency=2).summary.judged == 8


def test_one_call_in_three_may_fail(voices: Voices, data: Path, house: House) -> None:
    faults = [("status", 500), "drop", ("status", 429), ("slow", 0.05)]
    house.plan = lambda role, number, prompt: (
        faults[number // 3 % len(faults)] if number % 3 == 2 else "ok"
    )
    result = run(voices, data)
    assert result.missing == []
    assert result.summary.judged == 8
    assert result.summary.parse == {}
    assert result.summary.figures["overall"].value == 3.0
    assert house.kinds["status"] > 0
    assert house.kinds["drop"] > 0


def test_garbage_json_is_counted_on_both_ends(voices: Voices, data: Path, house: House) -> None:
    def reply(role: str, prompt: str) -> str:
        if role == "judge":
            again = "cannot be used" in prompt
            return verdict() if again else verdict(FULL | {"secret": 5})
        return '{"action_type": "speak", "argu' if role == "model" else usual(role, prompt)

    house.reply = reply
    summary = run(voices, data).summary
    assert summary.judged == 8
    assert summary.judge_failures == {"out_of_range": 8}
    assert summary.parse == {"broken_json": summary.actions}
    assert summary.partner_parse == {}


def test_a_body_that_is_no_completion_leaves_the_episode_missing(
    voices: Voices, data: Path, house: House
) -> None:
    house.plan = lambda role, number, prompt: ("body", "nonsense") if role == "partner" else "ok"
    result = run(voices, data)
    assert result.rows == []
    assert result.summary.missing == {"partner": 8}


def test_a_dead_endpoint_is_given_up(voices: Voices, data: Path, house: House) -> None:
    house.plan = lambda role, number, prompt: ("status", 503) if role == "judge" else "ok"
    voices["judge"] = voices["judge"].model_copy(update={"attempts": 2})
    result = run(voices, data, concurrency=1)
    assert result.summary.missing == {"judge": 8}
    assert result.summary.figures == {}
    assert len(house.asked["judge"]) == 10  # five replies of two attempts each, then no more
    assert "given up" in result.missing[-1].detail
    house.plan = lambda role, number, prompt: ("status", 401) if role == "model" else "ok"
    assert run(voices, data, seed=1, concurrency=1).summary.missing == {"model": 8}
    # A refused key is not tried again: five calls from the first episodes, then none.
    assert sum("turn #0" in prompt or "turn #1" in prompt for prompt in house.asked["model"]) >= 5
    assert house.kinds["status"] == 15


def test_a_slow_endpoint_times_out(voices: Voices, data: Path, house: House) -> None:
    house.plan = lambda role, number, prompt: ("slow", 3.0) if role == "partner" else "ok"
    voices["partner"] = voices["partner"].model_copy(update={"attempts": 1, "timeout": 1.0})
    began = time.monotonic()
    result = run(voices, data, limit=2)
    assert result.summary.missing == {"partner": 2}
    assert time.monotonic() - began < 2.9


def test_a_length_limit_cuts_and_is_counted(voices: Voices, data: Path, house: House) -> None:
    voices["model"] = voices["model"].model_copy(update={"max_tokens": 10})  # the server writes 10
    summary = run(voices, data, limit=1).summary
    assert set(summary.parse) == {"truncated"}


SCRIPT = """
import json, sys
from social_r1.evaluation.sotopia import VoiceConfig, run_sotopia
data, out, *configs = sys.argv[1:]
run_sotopia(*(VoiceConfig.model_validate_json(one) for one in configs), data, out=out, hard=False,
            concurrency=2)
"""


def test_a_killed_run_goes_on_where_it_stopped(
    voices: Voices, data: Path, house: House, tmp_path: Path
) -> None:
    house.delay = 0.03
    out = tmp_path / "out"
    episodes = out / "episodes.jsonl"
    configs = [voices[role].model_dump_json() for role in ("model", "partner", "judge")]
    command = [sys.executable, "-c", SCRIPT, str(data), str(out), *configs]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if episodes.is_file() and episodes.read_bytes().count(b"\n") >= 4:
            break
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    with episodes.open("ab") as stream:
        stream.write(b'{"key": "torn')
    finished = [json.loads(line) for line in episodes.read_bytes().splitlines()[:-1]]
    assert 4 <= len(finished) < 12
    judged_before = Counter(house.asked["judge"])
    opened_before = Counter(p for p in house.asked["model"] if "turn #0 " in p)
    house.delay = 0.0
    result = run(voices, data, out=out, hard=False)
    assert result.resumed == len(finished)
    assert result.summary.judged == 12
    rows = {row.id: row for row in result.rows}
    assert all(rows[row["id"]].model_dump(mode="json") == row for row in finished)
    lines = episodes.read_text().splitlines()
    assert len(lines) == 12
    assert len({json.loads(line)["id"] for line in lines}) == 12
    # Every finished episode was judged once, and those in flight at most once more.
    judged = Counter(house.asked["judge"])
    assert len(judged) == 12
    assert sum(judged.values()) <= 12 + 2
    repeated = [prompt for prompt, count in judged.items() if count > 1]
    assert len(repeated) <= 2
    opened = Counter(p for p in house.asked["model"] if "turn #0 " in p)
    again = [prompt for prompt, count in opened.items() if count > 1]
    assert len(opened) == 6  # the model opens one of the two episodes of each pair
    assert len(again) <= 2
    assert sum(opened_before.values()) == len(opened_before)
    assert sum(judged_before.values()) >= len(finished)


def test_a_mute_reply_is_an_empty_action(voices: Voices, data: Path, house: House) -> None:
    house.plan = lambda role, number, prompt: ("text", "") if role == "model" else "ok"
    summary = run(voices, data, limit=2).summary
    assert set(summary.parse) == {"empty"}


def test_a_client_may_retry_by_itself(server: Server, data: Path, house: House) -> None:
    house.plan = lambda role, number, prompt: ("status", 500) if number == 0 else "ok"
    arguments = address(server, "model") | {"max_retries": 2}
    model = VoiceConfig(name="openai-api/house/model-m", args=arguments, attempts=1)
    result = run_sotopia(model, "baseline/silent", "baseline/middle", data, limit=1)
    assert result.summary.judged == 1
    assert act("leave") in [turn.text for turn in result.rows[0].turns]
