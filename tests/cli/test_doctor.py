"""The doctor: what is absent is not wrong, what is wrong comes with its repair."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from social_r1.cli import doctor
from social_r1.cli.doctor import State
from social_r1.cli.main import main


def test_this_installation_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "pydantic" in capsys.readouterr().out


def test_json_is_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "hitom").mkdir()
    assert main(["doctor", "--json", "--data", str(tmp_path)]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    by_name = {finding["what"]: finding for finding in findings}
    assert by_name["benchmarks"] == {
        "what": "benchmarks",
        "state": "fine",
        "found": "hitom",
        "repair": "",
    }
    assert {"python", "torch", "numpy", "trl [train]", "threads"} <= set(by_name)


def test_a_data_folder_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    assert main(["doctor", "--data", str(tmp_path / "none")]) == 1
    finding = doctor._data(tmp_path / "none")
    assert finding.state is State.WRONG
    assert "SOCIAL_R1_DATA" in finding.repair


def test_a_version_out_of_range_is_wrong_and_an_absent_one_is_not() -> None:
    old = doctor._library(Requirement("pydantic<1"), "", "x")
    assert old.state is State.WRONG
    assert old.repair == "pip install 'pydantic<1'"
    none = doctor._library(Requirement("no-such-package-here"), "train", "mend it")
    assert (none.state, none.repair) == (State.ABSENT, "mend it")


def test_a_checkpoint_without_weights_is_absent(tmp_path: Path) -> None:
    assert doctor._checkpoint(tmp_path).state is State.ABSENT
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 2_000_000)
    assert doctor._checkpoint(tmp_path).found == "2.0 MB"
