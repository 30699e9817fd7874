"""`social-r1 plan`: a table for people, a document for programs, a header for the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
FILE = str(ROOT / "configs" / "qwen3_4b.yaml")


def test_the_table_says_that_it_is_an_estimate_and_what_it_assumes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plan", "--config", FILE, "--gpu", "h200", "--gpus", "8"]) == 0
    out = capsys.readouterr().out
    assert "4.02 B" in out
    assert "36 layers x 8 heads x 128 x 2 x 2 bytes" in out  # ZeRO-2: a bf16 copy
    assert "update_efficiency" in out
    assert "Estimates, none of it was run" in out


def test_json_is_one_document_in_bytes_and_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["steps=100", "--gpu", "a100-80", "--gpus", "8", "--json"]
    assert main(["plan", "--config", FILE, *words, "--assume", "update_efficiency=0.5"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["estimate"] is True
    assert found["parameters"]["total"] == 4_022_468_096
    assert found["kv_bytes_per_token"] == 147_456
    assert found["kv_bytes_per_sequence"] == 4096 * 147_456
    assert found["assumptions"]["update_efficiency"] == 0.5
    assert found["hours"] == pytest.approx(100 * found["seconds_per_batch"]["total"] / 3600)
    assert found["chosen"] in {o["placement"] for o in found["placements"] if o["fits"]}


def test_weights_that_would_not_learn_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["plan", "--config", FILE, "--gpu", "h200", "weights=bf16"]
    assert main([*words, "--gpus", "1", "--json"]) == 0
    assert "repair: weights=fp32" in json.loads(capsys.readouterr().out)["warning"]
    assert main([*words, "--gpus", "1"]) == 0
    assert "warning: weights=bf16 without LoRA at lr=5e-07" in capsys.readouterr().out
    # Where the state is shared out, fp32 masters are kept.
    assert main([*words, "micro_batch_size=1", "--gpus", "4", "--gpu", "a100-80", "--json"]) == 0
    shared = json.loads(capsys.readouterr().out)
    assert (shared["chosen"], shared["warning"]) == ("zero3", None)


def test_the_header_is_written_into_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("# mine\nprofile: readme\nmodel: Qwen/Qwen3-0.6B\nitems: i\nout: o\n")
    words = ["plan", "--config", str(path), "--gpu", "4090", "--gpus", "5", "--write-header"]
    assert main(words) == 0
    once = path.read_text()
    assert once.startswith("# mine\n# estimate, not measured: social-r1 plan --config ")
    assert main(words) == 0
    assert path.read_text() == once
    capsys.readouterr()
    assert main([*words, "steps=5"]) == 2
    assert "leave out key=value words" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--config", FILE, "--gpu", "tpu"], "--gpu 'tpu' is not known"),
        (["--config", FILE, "model=some/model"], "the shape of 'some/model' is not known"),
        (["--config", str(ROOT / "configs/rm_nano.yaml"), "lr=1"], "is a config of `rm train`"),
        (["--config", "none.yaml"], "none.yaml cannot be read"),
    ],
)
def test_what_cannot_be_planned_is_one_line_with_a_repair(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "repair:" in err
    assert err.count("\n") == 1


def test_a_reward_model_is_planned_by_its_own_config(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    recipe = ROOT / "configs" / "rm_qwen3_4b_lora.yaml"
    assert main(["plan", "--config", str(recipe), "--gpu", "h100", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["trained"] == 66_060_288
    assert found["fits"] is True
    path = tmp_path / "rm.yaml"
    path.write_text(recipe.read_text())
    assert main(["plan", "--config", str(path), "--gpu", "4090", "--write-header"]) == 0
    assert "DOES NOT FIT" in path.read_text()
    assert "DOES NOT FIT" in capsys.readouterr().out
