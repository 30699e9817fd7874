"""`serve` refuses what could not work before it binds anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from social_r1.cli import serve as command
from social_r1.errors import ConfigError, InputError, SocialR1Error
from social_r1.preference.scorer import META
from social_r1.serving.config import TOKEN_ENV, ServeConfig

TOKEN = "a-token-of-the-tests-0123456789"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> ServeConfig:
    """The config that would be served."""
    asked: list[ServeConfig] = []
    monkeypatch.delenv(TOKEN_ENV, raising=False)
    monkeypatch.setattr("social_r1.serving.run.serve", lambda config, **_: asked.append(config))
    app = typer.Typer()
    app.command()(command.serve)
    typer.main.get_command(app)(list(arguments), standalone_mode=False)
    return asked[0]


def test_options_become_the_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    config = run(
        monkeypatch, "--reward", "nano", "--token-file", str(file), "--max-body-mb", "0.5",
        "--workers", "3", "--max-queue", "7", "--port", "0", "--progress", "0.25",
    )  # fmt: skip
    assert (config.token, config.max_body, config.workers) == (TOKEN, 524_288, 3)
    assert (config.max_queue, config.port, config.worker.progress) == (7, 0, 0.25)
    assert config.worker.reward.name == "nano"
    plain = run(monkeypatch)
    assert (plain.host, plain.port, plain.token, plain.worker.content) == (
        "127.0.0.1", 8765, None, "none",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["--reward", "nope"], ConfigError, "no reward config 'nope'"),
        (["--content", "nowhere"], InputError, "'nowhere' is no folder"),
        (["--content", "http://x"], ConfigError, "needs --content-folder"),
        (["--items", "none.jsonl"], InputError, "none.jsonl does not exist"),
        (["--max-body-mb", "inf"], ConfigError, "--max-body-mb inf is no limit"),
    ],
)
def test_what_cannot_work_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    kind: type[SocialR1Error],
    message: str,
) -> None:
    with pytest.raises(kind, match=message):
        run(monkeypatch, *arguments)


def test_a_vllm_server_needs_the_folder_of_a_scalar_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    meta: dict[str, Any] = {"head": "scalar", "mean": 0, "std": 1}
    (tmp_path / META).write_text(json.dumps(meta))
    arguments = ["--content", "http://gpu:8000", "--content-folder", str(tmp_path)]
    worker = run(monkeypatch, *arguments).worker
    assert (worker.content, worker.content_folder) == ("http://gpu:8000", str(tmp_path))
