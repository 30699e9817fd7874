"""`rewards explain` prints the formula in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main


def test_the_formula_stands_there_with_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rewards", "explain"]) == 0
    shown = capsys.readouterr().out
    assert "R = R_fmt · (1·R_out + τ · (w_struct·S + w_content·C)) · G(L) · Q(r)" in shown
    assert "13.2116" in shown


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rewards", "explain", "--config", "nano", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["config"]["efficiency"]["low"] == 150
    assert [moment["structure"] for moment in document["moments"]] == pytest.approx([2, 1.5, 1, 1])


def test_a_file_of_ones_own_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: paper\ngate: {kind: schedule}\n")
    assert main(["rewards", "explain", "--config", str(path)]) == 0
    assert "τ rises from 0.2 to 1" in capsys.readouterr().out


def test_an_unknown_config_lists_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rewards", "explain", "--config", "papper"]) == 2
    assert "outcome_only, paper, recommended" in capsys.readouterr().err
