"""Whether `rm train` begins, goes on or has ended: its folder, held against its config."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from social_r1.preference.checkpoints import (
    Checkpoint,
    check_identity,
    drop_incomplete,
    keep_rows,
    to_go_on_from,
)
from social_r1.preference.config import RewardModelConfig
from social_r1.preference.scorer import META
from social_r1.records import read_json, sha256, write_json

DONE = "done.json"
"""Name of the file that says that a run has ended."""


def run_identity(config: RewardModelConfig) -> dict[str, Any]:
    """What a resumed run must share with its beginning.

    Names are not enough: besides the fields it has the contents of the pairs and of the backbone (a
    hub id is taken at its word).
    """
    folder = Path(config.backbone)
    weights = {"backbone_sha256": sha256(folder)} if folder.is_dir() else {}
    return config.identity() | weights | {"pairs_sha256": sha256(config.pairs)}


def finished_result(config: RewardModelConfig, identity: dict[str, Any]) -> dict[str, Any] | None:
    """The result of a run that has ended; None where there is something left to do.

    Raises:
        ConfigError: it is a run of another config.
    """
    done = config.out / DONE
    if config.resume == "never" or not done.is_file():
        return None
    found = read_json(done)
    check_identity(found["identity"], identity, config.out)
    if not (config.out / "model" / META).is_file():
        return None  # somebody has taken the model away
    # A kill in the last moment may have left them.
    shutil.rmtree(config.out / "checkpoints", ignore_errors=True)
    return found["result"]


def prepare_folder(config: RewardModelConfig, identity: dict[str, Any]) -> Checkpoint | None:
    """Clear or continue the run folder; returns the checkpoint to go on from.

    Raises:
        ConfigError: as `to_go_on_from`.
    """
    found = to_go_on_from(config.out, config.resume, identity)
    if config.resume == "never":
        for name in ("checkpoints", "model"):
            shutil.rmtree(config.out / name, ignore_errors=True)
    (config.out / DONE).unlink(missing_ok=True)
    drop_incomplete(config.out / "checkpoints")
    keep_rows(config.out / "metrics.jsonl", found[-1].step if found else -1)
    return found[-1] if found else None


def write_done(out: Path, identity: dict[str, Any], result: object) -> None:
    """Say that the run has ended, and take its checkpoints away."""
    write_json(out / DONE, {"identity": identity, "result": result})
    shutil.rmtree(out / "checkpoints")
