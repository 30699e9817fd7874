"""A real run of the shipped nano under watch: its rows, its summary, and going on with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.hardbench import easy_item
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


def test_a_watch_that_is_off_leaves_no_trace(tmp_path: Path) -> None:
    changes = {"steps": 1, "save_every": 1, "goodhart": {"enabled": False}}
    result = train(config(tmp_path / "run", **changes), content=LikesLong())
    assert not [key for key in result.last if key.startswith("watch/")]
    assert result.watch == {"watched": 0, "alarms": 0, "first_alarm": None}
