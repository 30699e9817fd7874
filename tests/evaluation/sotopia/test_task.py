"""The same as an Inspect task: roles for partner and judge, nothing missing is a zero."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("inspect_ai")

from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model

from social_r1.errors import ConfigError, InputError
from social_r1.evaluation.benchmarks import DATA_VARIABLE
from social_r1.evaluation.sotopia.task import sotopia_task

from .conftest import FULL, act, verdict


def mock(*texts: str) -> Model:
    """A model that says the texts in turn and then the last of them; usage given, so that no
    tokenizer is fetched."""

    def outputs() -> Any:
        number = 0
        while True:
            text = texts[min(number, len(texts) - 1)]
            output = ModelOutput.from_content("mockllm/model", text)
            output.usage = ModelUsage(input_tokens=3, output_tokens=2, total_tokens=5)
            yield output
            number += 1

    return get_model("mockllm/model", custom_outputs=outputs())


def evaluated(task: Any, folder: Path, **roles: Model) -> EvalLog:
    return inspect_eval(
        task, model=mock(act("speak", "Hm.")), model_roles=dict(roles), log_dir=str(folder),
        display="none", max_connections=1,
    )[0]  # fmt: skip


def test_scores_name_all_three_models(data: Path, tmp_path: Path) -> None:
    task = sotopia_task(data=str(data), turns=4, episodes=4)
    log = evaluated(task, tmp_path, partner=mock(act("none")), judge=mock(verdict()))
    assert log.status == "success"
    assert log.samples is not None
    assert {sample.id for sample in log.samples} == {
        "choir-0#0", "choir-0#1", "boat-0#0", "boat-0#1",
    }  # fmt: skip
    for sample in log.samples:
        score = (sample.scores or {})["sotopia_scorer"]
        assert score.value == {"overall": 3.0, **FULL}
        named = {role: (score.metadata or {})[role] for role in ("model", "partner", "judge")}
        assert named == dict.fromkeys(named, "mockllm/model")
    assert log.results is not None
    means = {score.name: score.metrics["mean"].value for score in log.results.scores}
    assert means["overall"] == 3.0
    assert means["goal"] == 7.0
    assert "stderr" in log.results.scores[0].metrics


def test_scripts_may_take_a_role_and_garbage_is_unscored(data: Path, tmp_path: Path) -> None:
    task = sotopia_task(
        data=str(data), partner="baseline/polite", turns=4, episodes=2, judge_attempts=2
    )
    log = evaluated(task, tmp_path, judge=mock("Lovely."))
    assert log.status == "success"
    for sample in log.samples or []:
        score = (sample.scores or {})["sotopia_scorer"]
        assert score.value != score.value  # not a number: missing
        assert (score.metadata or {})["partner"] == "baseline/polite"
        assert (score.metadata or {})["judge_reasons"] == ["no_json", "no_json"]


def test_a_role_that_nobody_takes_is_an_error_and_no_score(data: Path, tmp_path: Path) -> None:
    log = evaluated(sotopia_task(data=str(data), judge="baseline/middle", episodes=1), tmp_path)
    sample = (log.samples or [])[0]
    assert sample.error is not None
    assert "partner" in sample.error.message
    assert not sample.scores


def test_the_data_folder_may_be_named_by_the_environment(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    assert len(sotopia_task(episodes=2).dataset) == 2
    monkeypatch.setenv(DATA_VARIABLE, "")
    with pytest.raises(InputError, match="sotopia needs its data"):
        sotopia_task()


def test_what_cannot_be_used_is_said_when_the_task_is_made(data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lacks"):
        sotopia_task(data=str(tmp_path))
    with pytest.raises(ConfigError, match="no script baseline/gold"):
        sotopia_task(data=str(data), partner="baseline/gold")
