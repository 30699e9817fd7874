"""The demo at its smallest: every stage for real, on the shipped checkpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.demo import SMOKE, DemoConfig, demo
from social_r1.errors import ConfigError, InputError

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


@pytest.mark.smoke
def test_a_folder_with_the_demo_of_other_weights_is_refused(run: Path) -> None:
    claimed = json.loads((run / "demo.json").read_text())
    (run / "demo.json").write_text(json.dumps(claimed | {"model_sha256": "other"}))
    try:
        with pytest.raises(ConfigError, match=r"model_sha256='other', not '[0-9a-f]{64}'; repair"):
            demo(run, CONFIG)
    finally:
        (run / "demo.json").write_text(json.dumps(claimed))


@pytest.mark.smoke
def test_results_name_every_set_and_hash_every_file(run: Path) -> None:
    for when in ("before", "after"):
        results = json.loads((run / "eval" / when / "results.json").read_text())
        assert set(results["sets"]) == {"easy", "hard", "ood"}
        inputs = json.loads((run / "eval" / when / "manifest.json").read_text())["inputs"]
        assert {Path(name).name for name in inputs} == {"easy.jsonl", "hard.jsonl", "ood.jsonl"}


def test_wrong_input_is_found_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with pytest.raises(InputError, match="nowhere"):
        demo(out, CONFIG.model_copy(update={"content": str(tmp_path / "nowhere")}))
    with pytest.raises(InputError, match="holds none of the public sets tomi, hitom; repair"):
        demo(out, CONFIG, data=tmp_path)
    with pytest.raises(ConfigError, match="no reward config 'papper'"):
        demo(out, CONFIG.model_copy(update={"reward": "papper"}))
    assert not out.exists()
