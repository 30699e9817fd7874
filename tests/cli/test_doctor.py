"""The doctor: what is absent is not wrong, what is wrong comes with its repair."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.integrations.verl import machine
from social_r1.integrations.verl.machine import Device
from social_r1.nano.checkpoint import shipped_checkpoint

ROOT = Path(__file__).resolve().parents[2]


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    return {f["what"]: f for f in json.loads(capsys.readouterr().out)["findings"]}


def test_this_installation_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "pydantic" in capsys.readouterr().out


def test_json_is_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "hitom").mkdir()
    assert main(["doctor", "--json", "--data", str(tmp_path)]) == 0
    found = findings(capsys)
    assert found["benchmarks"] == {
        "what": "benchmarks",
        "state": "fine",
        "found": "hitom",
        "repair": "",
    }
    assert {"python", "torch", "numpy", "trl [train]", "threads", "verl plugin"} <= set(found)


def test_a_data_folder_that_is_not_there_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--json", "--data", str(tmp_path / "none")]) == 1
    assert "SOCIAL_R1_DATA" in findings(capsys)["benchmarks"]["repair"]


def test_a_config_and_a_model_are_looked_at_where_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "trl.yaml"
    config.write_text("reward_funcs: [a.score, b.score]\n")
    model = str(shipped_checkpoint())
    assert main(["doctor", "--json", "--config", str(config), "--model", model]) == 1
    found = findings(capsys)
    assert found["reward names"]["state"] == "wrong"
    assert found["chat template"]["state"] == "fine"


def test_the_estimate_stands_beside_what_this_machine_has(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = str(ROOT / "configs" / "qwen3_4b_lora.yaml")

    def memory(devices: list[Device], *words: str) -> dict[str, str]:
        monkeypatch.setattr(machine, "gpus", lambda: devices)
        main(["doctor", "--json", "--config", recipe, *words])
        return findings(capsys)["memory"]

    none = memory([])
    assert none["state"] == "absent"
    assert none["found"].startswith("no GPU here: plan says ")
    large, small = Device("H100", 79 * 2**30), Device("RTX 4090", 23.5 * 2**30)
    assert memory([large])["state"] == "fine"
    too_small = memory([large, small])  # the smallest counts
    assert too_small["state"] == "wrong"
    assert too_small["found"].endswith("this machine has 2 x 24")
    assert memory([small], "model=some/model")["state"] == "absent"  # of no known shape
    assert memory([], "model=nano")["state"] == "fine"  # trains on this CPU


def test_nothing_is_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--json", "--config", str(ROOT / "configs" / "qwen3_4b.yaml")])
    rows = [tuple(f.items()) for f in json.loads(capsys.readouterr().out)["findings"]]
    assert len(rows) == len(set(rows))


def test_words_without_a_config_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "items=x"]) == 2
    assert "repair: give --config FILE too" in capsys.readouterr().err


def test_no_heavy_library_is_loaded() -> None:
    code = (
        "import sys\nfrom social_r1.doctor import examine\nexamine()\n"
        "heavy = {'torch', 'transformers', 'trl', 'verl', 'inspect_ai', 'openai', 'tiktoken'}\n"
        "sys.exit(f'loaded: {heavy & set(sys.modules)}' if heavy & set(sys.modules) else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_traps_of_the_libraries_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--traps", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["traps"]
    assert {"library", "trap", "guard", "where"} == set(found[0])
    assert {"trl", "verl", "verifiers", "inspect-ai", "openrlhf"} <= {t["library"] for t in found}
