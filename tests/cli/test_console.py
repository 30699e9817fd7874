"""What commands print: results on standard output, news on standard error."""

from __future__ import annotations

import json
import math

import pytest

from social_r1.cli import console


def test_json_goes_to_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with console.status("Working"), console.progress("Counting", total=2) as advance:
        advance(2)
    console.print_json({"π": [1, None]})
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"π": [1, None]}
    assert captured.err == "Working ...\nCounting (2) ...\n"


def test_json_refuses_numbers_that_json_cannot_say() -> None:
    with pytest.raises(ValueError, match="nan"):
        console.print_json({"a": math.nan})


def test_a_table_shows_every_cell_whole(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_table("Scores", ["set", "accuracy"], [["easy [x]", 0.51239], ["hard", None]])
    shown = capsys.readouterr().out
    for text in ("Scores", "set", "accuracy", "easy [x]", "0.5124", "hard", "–"):
        assert text in shown


def test_an_empty_table_shows_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_table("Nothing", ["set"], [])
    assert "set" in capsys.readouterr().out
