"""The command: a table that names all three models, one JSON document, an exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from social_r1.cli.sotopia import sotopia
from social_r1.errors import InputError

from .conftest import House, Server

NAMES = ["--model", "baseline/polite", "--partner", "baseline/silent", "--judge", "baseline/middle"]


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(sotopia)
    return CliRunner().invoke(app, list(arguments))


def test_the_table_names_model_partner_and_judge_and_marks_what_is_reported(data: Path) -> None:
    result = call(*NAMES, "--data", str(data))
    assert result.exit_code == 0, result.output
    title = result.stdout.splitlines()[0]
    assert title == (
        "SOTOPIA hard: model baseline/polite, partner baseline/silent, judge baseline/middle; "
        "8 of 8 episodes judged, 2 environments"
    )
    assert "GPT-4 vs GPT-3.5, reported" in result.stdout
    row = next(line for line in result.stdout.splitlines() if line.strip().startswith("goal"))
    assert row.split() == ["goal", "0", "to", "10", "5.00", "[5.00,", "5.00]", "5.00", "7.62",
                           "6.45", "5.38"]  # fmt: skip
    assert "Ended: left 8; 5.5 turns an episode" in result.stdout
    assert "model 0 of 24, partner 0 of 20" in result.stdout
    assert "other partner, judge and episodes" in result.stderr


def test_json_holds_summary_missing_and_reported(data: Path, tmp_path: Path) -> None:
    arguments = [*NAMES, "--data", str(data), "--all", "--episodes", "5", "--out", str(tmp_path)]
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed["summary"]["set"] == "all"
    assert printed["summary"]["planned"] == 5
    assert printed["reported"][0]["model"] == "GPT-4"
    again = call(*arguments)
    assert "5 episodes read back" in again.stderr


def test_help_has_an_example() -> None:
    result = call("--help")
    assert "Example: social-r1 sotopia --model" in " ".join(result.output.split())


def test_arguments_reach_the_provider_and_a_dead_judge_is_exit_status_1(
    data: Path, house: House, server: Server
) -> None:
    pytest.importorskip("inspect_ai")
    house.plan = lambda role, number, prompt: ("status", 404)
    url = f"http://127.0.0.1:{server.server_port}/judge/v1"
    result = call(
        *NAMES[:4], "--judge", "openai-api/house/judge-m", "-J", f"base_url={url}",
        "-J", "api_key=none", "-J", "max_retries=0", "--data", str(data), "--episodes", "2",
    )  # fmt: skip
    assert result.exit_code == 1, result.output
    assert "Missing, endpoint not reached: judge 2" in result.stdout
    assert "missing choir-0#" in result.stderr
    assert len(house.asked["judge"]) == 2


def test_mistakes_of_the_caller_are_named(tmp_path: Path) -> None:
    assert isinstance(call(*NAMES, "--data", str(tmp_path)).exception, InputError)
    wrong = call(*NAMES, "--data", str(tmp_path), "-M", "nothing")
    assert isinstance(wrong.exception, InputError)
    assert "KEY=VALUE" in str(wrong.exception)
