"""Tasks that Inspect finds by name."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai import eval_set
from inspect_ai import score as score_log
from inspect_ai.log import read_eval_log

from social_r1.errors import InputError
from social_r1.evaluation.registry import TASKS, hard, make_task
from social_r1.evaluation.scorer import trajectory_scorer
from social_r1.evaluation.types import EvalConfig
from social_r1.items import SocialItem
from social_r1.records import write_jsonl

from .test_simpletom import write_simpletom


def test_the_package_announces_its_tasks_to_inspect() -> None:
    found = {entry.name: entry.value for entry in entry_points(group="inspect_ai")}
    assert found.get("social_r1") == "social_r1.evaluation.registry"


def test_a_task_runs_by_its_public_name(items: list[SocialItem], tmp_path: Path) -> None:
    write_jsonl(tmp_path / "items.jsonl", items)
    log = inspect_eval(
        "social_r1/hard",
        task_args={"items": str(tmp_path / "items.jsonl"), "orders": 2, "samples": 1},
        model="baseline/gold",
        log_dir=str(tmp_path),
        display="none",
    )[0]
    assert log.status == "success"
    assert log.results is not None
    means = {score.name: score.metrics["mean"].value for score in log.results.scores}
    assert means == dict.fromkeys(("score", "greedy", "sampled", "read", "well_formed"), 1.0)
    assert log.results.total_samples == 24
    score = next(score for score in log.results.scores if score.name == "score")
    assert any(name.endswith("joint") for name in score.metrics)


def test_public_tasks_read_the_data_folder(
    tomi_folder: Path, hitom_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(TASKS["tomi"](data=str(tomi_folder.parent)).dataset) == 4
    monkeypatch.setenv("SOCIAL_R1_DATA", str(hitom_folder.parent))
    assert len(TASKS["hitom"](orders=3).dataset) == 15


@pytest.mark.parametrize("protocol", ["social-r1", "native"])
def test_a_public_set_has_its_own_metrics_inside_inspect(protocol: str, tmp_path: Path) -> None:
    write_simpletom(tmp_path)
    log = inspect_eval(
        "social_r1/simpletom",
        task_args={"data": str(tmp_path), "protocol": protocol},
        model="baseline/shortest",
        log_dir=str(tmp_path / "logs"),
        display="none",
    )[0]
    assert log.status == "success", log.error
    assert log.results is not None
    score = next(score for score in log.results.scores if score.name == "score")
    own = {metric.name: metric.value for metric in score.metrics.values()}
    # Shortest: "No" and "Reasonable" are right; of the two actions the wrong one is shorter.
    assert (own["mental_state"], own["judgment"], own["behavior"]) == (1.0, 1.0, 0.0)
    assert own["all_three"] == 0.0


def test_a_finished_eval_set_is_taken_as_it_is(tmp_path: Path) -> None:
    write_simpletom(tmp_path)
    arguments = {
        "tasks": "social_r1/simpletom",
        "task_args": {"data": str(tmp_path)},
        "model": "baseline/gold",
        "log_dir": str(tmp_path / "logs"),
        "display": "none",
    }
    first, _ = eval_set(**arguments)
    again, logs = eval_set(**arguments)
    assert first
    assert again
    assert len(logs) == 1  # the finished log is taken as it is


def test_logs_can_be_scored_anew_without_a_model(tmp_path: Path) -> None:
    write_simpletom(tmp_path)
    log = inspect_eval(
        "social_r1/simpletom",
        task_args={"data": str(tmp_path)},
        model="baseline/gold",
        log_dir=str(tmp_path / "logs"),
        display="none",
    )[0]
    again = score_log(log, trajectory_scorer(), action="overwrite")
    assert again.results is not None
    means = {s.name: s.metrics["mean"].value for s in again.results.scores}
    assert means["score"] == 1.0


def test_inspect_scores_a_log_anew_from_the_command_line(tmp_path: Path) -> None:
    write_simpletom(tmp_path)
    log = inspect_eval(
        "social_r1/simpletom", task_args={"data": str(tmp_path)}, model="baseline/gold",
        log_dir=str(tmp_path / "logs"), display="none",
    )[0]  # fmt: skip
    anew = tmp_path / "anew.eval"
    done = subprocess.run(
        [Path(sys.executable).with_name("inspect"), "score", log.location, "--scorer",
         "social_r1/trajectory_scorer", "--action", "overwrite", "--output-file", str(anew)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    again = read_eval_log(anew)
    assert again.results is not None
    assert {s.name: s.metrics["mean"].value for s in again.results.scores}["score"] == 1.0


def test_a_task_without_items_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        hard(items=str(tmp_path / "nothing.jsonl"))
    with pytest.raises(InputError, match="no items"):
        make_task("empty", [], EvalConfig())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["hard", "-T", "items=none.jsonl"], "none.jsonl does not exist; repair: check the path"),
        (
            ["hard", "-T", "items=none.jsonl", "-T", "style=odd"],
            "hard: style: Input should be 'sip' or 'compact' (got 'odd'); "
            "repair: mend these parameters (-T NAME=VALUE)",
        ),
        (
            ["sotopia", "-T", "turns=0"],
            "sotopia_task: turns: Input should be greater than or equal to 1 (got 0); "
            "repair: mend these parameters (-T NAME=VALUE)",
        ),
    ],
)
def test_inspect_says_in_one_line_what_a_task_cannot_take(
    words: list[str], says: str, tmp_path: Path
) -> None:
    name, *parameters = words
    done = subprocess.run(
        [Path(sys.executable).with_name("inspect"), "eval", f"social_r1/{name}", *parameters,
         "--model", "mockllm/model"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"COLUMNS": "400"},
    )  # fmt: skip
    assert done.returncode == 1
    assert (done.stdout + done.stderr).split("\n") == ["", says, "", ""]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "parameters", [{"limit": 0}, {"protocol": "ours"}, {"orders": 0}, {"samples": "some"}]
)
def test_a_public_task_refuses_what_it_cannot_take(
    parameters: dict[str, object], tomi_folder: Path
) -> None:
    with pytest.raises(InputError, match=rf"tomi: {next(iter(parameters))}: .*repair: mend"):
        TASKS["tomi"](data=str(tomi_folder.parent), **parameters)


def test_an_empty_variable_is_no_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIAL_R1_DATA", "")
    with pytest.raises(InputError, match="give --data DIR"):
        TASKS["simpletom"]()
