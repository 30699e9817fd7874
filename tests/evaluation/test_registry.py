"""Tasks that Inspect finds by name."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval

from social_r1.errors import InputError
from social_r1.evaluation.registry import hard, hitom, make_task, tomi
from social_r1.evaluation.types import EvalConfig
from social_r1.items import SocialItem
from social_r1.records import write_jsonl


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
    assert means == {"greedy": 1.0, "sampled": 1.0, "read": 1.0, "well_formed": 1.0}
    assert log.results.total_samples == 24
    greedy = next(score for score in log.results.scores if score.name == "greedy")
    assert any(name.endswith("joint") for name in greedy.metrics)


def test_public_tasks_read_the_data_folder(
    tomi_folder: Path, hitom_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(tomi(data=str(tomi_folder.parent)).dataset) == 4
    monkeypatch.setenv("SOCIAL_R1_DATA", str(hitom_folder.parent))
    assert len(hitom(orders=3).dataset) == 15


def test_a_task_without_items_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        hard(items=str(tmp_path / "nothing.jsonl"))
    with pytest.raises(InputError, match="no items"):
        make_task("empty", [], EvalConfig())
