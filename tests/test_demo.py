"""The demo at its smallest: every stage for real, on the shipped checkpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.demo import SMOKE, DemoConfig, demo
from social_r1.errors import ConfigError

CONFIG = DemoConfig(
    **{
        **SMOKE,
        "hard_items": 8,
        "other_items": 4,
        "public_items": 4,
        "train_items": 8,
        "threads": 1,
        "steps": 2,
    }
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "run"
    demo(out, CONFIG)
    return out


@pytest.mark.smoke
def test_the_report_holds_accuracy_before_and_after_with_the_gain(run: Path) -> None:
    report = json.loads((run / "report.json").read_text())
    for name, n in (("easy", 4), ("hard", 8), ("ood", 4)):
        row = report["accuracy"][name]
        assert row["before"]["n"] == row["after"]["n"] == n
        assert row["gain"]["low"] <= row["gain"]["value"] <= row["gain"]["high"]
    page = (run / "report.html").read_text()
    assert "oracle" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.smoke
def test_a_second_call_does_nothing_again(run: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (run / "eval").rglob("*.jsonl")}
    weights = (run / "train" / "model" / "model.safetensors").read_bytes()
    demo(run, CONFIG)
    assert {p: p.stat().st_mtime_ns for p in (run / "eval").rglob("*.jsonl")} == before
    assert (run / "train" / "model" / "model.safetensors").read_bytes() == weights


@pytest.mark.smoke
def test_a_folder_with_another_demo_is_refused(run: Path) -> None:
    with pytest.raises(ConfigError, match=r"seed=0, not 7; repair: give another --out"):
        demo(run, CONFIG.model_copy(update={"seed": 7}))
