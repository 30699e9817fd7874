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


def test_a_part_that_is_off_stands_in_no_table_and_is_said_to_be_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["rewards", "explain", "--config", "no_content"]) == 0
    formula, _, tables = capsys.readouterr().out.partition("Weights")
    assert "off, and no other part takes over its weight: content" in formula
    assert "content=none" not in formula
    assert "w_content" not in tables
    assert "s=" not in tables
    # The paper's examples "S=1, s=2" and "S=1, s=1" of a wrong answer are one here.
    assert tables.count("wrong, S=1") == 1
    assert main(["rewards", "explain", "--config", "outcome_only"]) == 0
    tables = capsys.readouterr().out.partition("Weights")[2]
    assert "τ" not in tables
    assert (tables.count("right"), tables.count("wrong")) == (2, 1)  # one in a title


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
