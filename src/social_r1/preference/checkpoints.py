"""Whole checkpoints of a run, and whether a start may go on from them.

A checkpoint counts only when its marker stands in it, and the marker is written last. So a run that
is killed while it saves never goes on from half a checkpoint.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from social_r1.errors import ConfigError
from social_r1.records import write_json, write_jsonl

MARKER = "complete.json"

Resume = Literal["auto", "never", "must"]
"""Whether a start goes on from a checkpoint: if there is one, not at all, or else it is refused."""


class Checkpoint(NamedTuple):
    """A complete checkpoint."""

    path: Path
    step: int
    identity: dict[str, Any]
    """What the run that wrote it depends on."""


def complete_checkpoints(folder: Path) -> list[Checkpoint]:
    """Complete checkpoints below a folder, oldest first."""
    found: list[Checkpoint] = []
    for path in folder.glob("checkpoint-*"):
        marker = path / MARKER
        if marker.is_file():
            row = json.loads(marker.read_text(encoding="utf-8"))
            found.append(Checkpoint(path, int(row["step"]), row["identity"]))
    return sorted(found, key=lambda checkpoint: checkpoint.step)


def to_go_on_from(out: Path, resume: Resume, identity: Mapping[str, Any]) -> list[Checkpoint]:
    """Complete checkpoints of a run folder that a start may go on from, oldest first.

    Raises:
        ConfigError: there must be one and is none, or they are of another config.
    """
    if resume == "never":
        return []
    folder = out / "checkpoints"
    found = complete_checkpoints(folder)
    if found:
        check_identity(found[-1].identity, identity, out)
    elif resume == "must":
        raise ConfigError(f"{folder} holds no complete checkpoint; repair: resume=auto")
    return found


def train_from(trainer: Any, checkpoint: Path | None, *, ended: bool = False) -> None:
    """Train with a `transformers.Trainer`, or go on from a checkpoint.

    From that of the last step, or of a run that has ``ended`` with it, only the weights are taken:
    `train` would go a step beyond it.
    """
    from transformers import TrainerState

    if checkpoint is not None:
        state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
        if ended or state.global_step >= state.max_steps:
            trainer._load_from_checkpoint(str(checkpoint))
            trainer.state = state
            return
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)


def mark_complete(folder: Path, step: int, identity: Mapping[str, Any], keep: int) -> None:
    """Write a checkpoint's marker, last of all, then forget all but the newest checkpoints."""
    write_json(folder / f"checkpoint-{step}" / MARKER, {"step": step, "identity": identity})
    for old in complete_checkpoints(folder)[:-keep]:
        (old.path / MARKER).unlink()
        shutil.rmtree(old.path)


def drop_incomplete(folder: Path) -> None:
    """Remove checkpoints without a marker: what a killed run left behind."""
    for path in folder.glob("checkpoint-*"):
        if not (path / MARKER).is_file():
            shutil.rmtree(path)


def check_identity(found: Mapping[str, Any], wanted: Mapping[str, Any], out: Path) -> None:
    """Refuse to go on with a run under another config.

    Raises:
        ConfigError: names the first fields that differ.
    """
    keys = sorted(found.keys() | wanted.keys())
    differ = [key for key in keys if found.get(key) != wanted.get(key)]
    if differ:
        said = "; ".join(f"{k}: {found.get(k)!r} then, {wanted.get(k)!r} now" for k in differ[:4])
        raise ConfigError(
            f"{out} holds a run with another config ({said}); repair: another out=, the old "
            "values, or resume=never to start over"
        )


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a log, without a last line that broke off; none where there is no file."""
    rows: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return rows


def keep_rows(path: Path, step: int) -> None:
    """Cut a log of rows back to those up to a step, dropping a last line that broke off."""
    if path.is_file():
        write_jsonl(path, [row for row in read_rows(path) if row["step"] <= step])
