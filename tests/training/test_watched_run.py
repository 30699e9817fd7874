"""A real run of the shipped nano under watch: its rows, its summary, and going on with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from social_r1.hardbench import easy_item
from social_r1.preference.callbacks import Terminated
from social_r1.preference.checkpoints import MARKER
from social_r1.records import write_jsonl
from social_r1.training import build_config, train
from social_r1.training.goodhart import MAYBE

pytestmark = pytest.mark.smoke


class LikesLong:
    """A reward model that can be fooled: the longer the better."""

    def __call__(self, items, thoughts):
        return [len(thought) / 400 - 1 for thought in thoughts]


def config(out: Path, **changes):
    items = out.parent / "items.jsonl"
    write_jsonl(items, [easy_item(5, number) for number in range(6)])
    fields = {
        "profile": "nano", "items": items, "split": "any", "out": out, "steps": 4,
        "prompts_per_step": 2, "group_size": 4, "micro_batch_size": 8, "save_every": 2,
        "max_completion_length": 300, "threads": 1, "precision": "fp32",
        "goodhart": {"window": 1, "rank": 1.0},
    }  # fmt: skip
    return build_config(fields | changes)


def rows_of(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("watched") / "run"
    train(config(out), content=LikesLong())
    return out


def test_every_row_holds_the_watch_and_agrees_with_the_rest_of_the_row(run: Path) -> None:
    rows = rows_of(run)
    assert len(rows) == 4
    for row in rows:
        assert row["watch/groups"] == 2
        assert row["watch/score"] == pytest.approx(row["parts/content_score"], abs=1e-5)
        assert -2 <= row["watch/truth"] <= 2
        assert {*MAYBE, "watch/alarm", "watch/rank", "watch/share/content"} <= set(row)
        earned = sum(v for k, v in row.items() if k.startswith("watch/earned/"))
        assert earned == pytest.approx(row["reward"], abs=0.02)  # but for the floor
        assert 0 < row["seconds/watch"] < row["seconds/reward"]
        json.dumps(row, allow_nan=False)
    # A bound of 1 can hardly be met: the rank rule speaks up, and the summary counts it.
    alarmed = [row["step"] for row in rows if row["watch/alarm"]]
    assert alarmed
    done = json.loads((run / "done.json").read_text())
    first = alarmed[0]
    assert done["watch"] == {"watched": 4, "alarms": len(alarmed), "first_alarm": first}


def test_a_finished_run_still_knows_its_alarms(run: Path) -> None:
    again = train(config(run), content=LikesLong())
    assert again.watch["watched"] == 4
    assert again.last == rows_of(run)[-1]


def test_a_run_that_is_gone_on_with_has_the_rows_of_an_unbroken_one(run: Path) -> None:
    def watched() -> list[dict]:  # all but the clock
        clock = ("step_time", "seconds/")
        return [{k: v for k, v in row.items() if not k.startswith(clock)} for row in rows_of(run)]

    whole = watched()
    (run / "done.json").unlink()
    (run / "checkpoints" / "checkpoint-4" / MARKER).unlink()
    result = train(config(run), content=LikesLong())
    assert result.resumed_from == 2
    assert watched() == whole


def alarmed(out: Path):
    """A run of four steps that its second ends: with a bound of 1 each is in alarm."""
    items = out.parent / "items.jsonl"
    return config(out, stop_on_alarm=2, save_every=4, eval_items=items)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ended") / "run"
    assert train(alarmed(out), content=LikesLong()).steps == 2
    return out


def check_ends_like(ended: Path, out: Path) -> None:
    """The same command again trains no step: weights, log and end are those of the other run."""
    assert [row["step"] for row in rows_of(out)] == [1, 2]
    result = train(alarmed(out), content=LikesLong())
    assert (result.resumed_from, result.steps) == (2, 2)
    assert result.stopped == json.loads((ended / "done.json").read_text())["stopped"]
    assert result.stopped == json.loads((out / "done.json").read_text())["stopped"]
    assert [row["step"] for row in rows_of(out)] == [1, 2]
    assert (out / "eval.jsonl").read_text() == (ended / "eval.jsonl").read_text()
    found, expected = (load_file(o / "model" / "model.safetensors") for o in (out, ended))
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)


SCRIPT = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from test_watched_run import LikesLong, alarmed
from social_r1.preference import callbacks
from social_r1.training import run

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "with the checkpoint":
    mark = callbacks.mark_complete
    callbacks.mark_complete = lambda *of: die(mark(*of))
if sys.argv[3] == "before the end is said":
    run.write_json = die
run.train(alarmed(Path(sys.argv[2])), content=LikesLong())
"""


@pytest.mark.parametrize("moment", ["with the checkpoint", "before the end is said"])
def test_a_run_that_the_alarm_has_ended_stays_ended_when_it_is_killed(
    moment: str, ended: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    (tmp_path / "job.py").write_text(SCRIPT)
    here = str(Path(__file__).parent)
    command = [sys.executable, str(tmp_path / "job.py"), here, str(out), moment]
    job = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert job.returncode == -signal.SIGKILL, job.stderr
    assert not (out / "done.json").exists()
    check_ends_like(ended, out)


def test_a_run_that_the_alarm_has_ended_stays_ended_after_sigterm(
    ended: Path, tmp_path: Path
) -> None:
    class Terminates(LikesLong):
        calls = 0

        def __call__(self, items, thoughts):
            self.calls += 1
            if self.calls == 3:  # after the evaluation at step 0 and step 1
                os.kill(os.getpid(), signal.SIGTERM)
            return super().__call__(items, thoughts)

    with pytest.raises(Terminated, match="after step 2 of 4"):
        train(alarmed(tmp_path / "run"), content=Terminates())
    assert not (tmp_path / "run" / "done.json").exists()
    check_ends_like(ended, tmp_path / "run")


def test_a_watch_that_is_off_leaves_no_trace(tmp_path: Path) -> None:
    changes = {"steps": 1, "save_every": 1, "goodhart": {"enabled": False}}
    result = train(config(tmp_path / "run", **changes), content=LikesLong())
    assert not [key for key in result.last if key.startswith("watch/")]
    assert result.watch == {"watched": 0, "alarms": 0, "first_alarm": None}
