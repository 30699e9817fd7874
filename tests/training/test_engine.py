"""One command, two engines: verl is handed over, never trained in this process."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from social_r1.cli.main import app
from social_r1.errors import ConfigError
from social_r1.training import build_config, train

FIELDS = {"profile": "readme", "engine": "verl", "model": "org/model", "verl": {"nodes": 2}}


@pytest.fixture
def file(items_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "run.yaml"
    path.write_text(json.dumps(FIELDS | {"items": str(items_file), "out": str(tmp_path / "out")}))
    return path


def test_the_library_says_who_starts_verl(tmp_path: Path) -> None:
    config = build_config(FIELDS | {"items": "i", "out": tmp_path})
    with pytest.raises(ConfigError, match=r"engine verl does not train in this process; repair"):
        train(config)


def test_a_dry_run_shows_the_job_and_writes_nothing(file: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["train", "--config", str(file), "--dry-run"])
    assert shown.exit_code == 0, shown.output
    said = json.loads(shown.stdout)
    assert "verl.trainer.main_ppo" in said["command"]
    assert said["settings"]["trainer"]["nnodes"] == 2
    assert not (tmp_path / "out").exists()


def test_a_launcher_that_cannot_be_imported_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "social_r1.integrations.verl.launch", None)
    shown = CliRunner().invoke(app, ["train", "--config", str(file), "--dry-run"])
    assert isinstance(shown.exception, ConfigError)
    assert "engine verl cannot be started" in str(shown.exception)


def test_an_address_belongs_to_verl(file: Path) -> None:
    words = ["train", "--config", str(file), "engine=trl", "--address", "http://host:8265"]
    shown = CliRunner().invoke(app, words)
    assert "repair: engine=verl" in str(shown.exception)
