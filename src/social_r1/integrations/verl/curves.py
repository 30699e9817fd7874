"""What a run of verl did, in our own files: rollouts with all parts, and metrics per step.

verl 0.9 neither plots the parts of a reward nor dumps them: its rows of training hold the text
without special tokens, the total and ``uid``. So our reward workers log every row that they score
(`manager.PartLog`), and here both are put together.

    OUT/rollouts/step_*.jsonl  as TRL runs have them; advantages are verl's own and not dumped
    OUT/metrics.jsonl          parts, weights and missing grades of each batch, and ``verl/<name>``
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.integrations.verl.parts import from_row
from social_r1.records import jsonable, write_jsonl
from social_r1.rewards.types import RewardParts
from social_r1.yaml_file import read_yaml

Row = dict[str, Any]
Key = tuple[str, int]
"""``uid`` and place in the group."""

Summarise = Callable[[Sequence[RewardParts]], Mapping[str, float]]
"""Metrics of one batch; `social_r1.training.rewards.part_metrics`, for the names of TRL runs."""


class Curves(NamedTuple):
    """What was written."""

    steps: int
    rows: int
    untrained: int
    """Rows that were scored and not trained on: failed groups, and steps that were done again."""


def read_parts(folder: Path) -> Iterator[Row]:
    """The rows that the reward workers have logged."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from _whole_lines(path)


def write_curves(out: Path, *, updates_per_batch: int, summarise: Summarise) -> Curves:
    """Make rollouts and metrics of a run.

    Args:
        out: folder of the run; verl's files are in ``OUT/verl``.
        updates_per_batch: optimiser steps on each batch; our steps count those.
        summarise: metrics of one batch of rewards.

    Raises:
        InputError: the reward workers have logged nothing.
    """
    home = out / "verl"
    scored = [row for row in read_parts(home / "parts") if row["purpose"] == "train"]
    if not scored:
        raise InputError(
            f"{home / 'parts'} holds no row of training; repair: a run that has finished a batch"
        )
    latest = _latest(scored, _trained(home / "rollouts"))
    own = _own_metrics(home / "log")
    metrics: list[Row] = []
    for step, rows in sorted(latest.items()):
        behind = (step - 1) * updates_per_batch
        rewards = [from_row(row) for row in rows]
        write_jsonl(
            out / "rollouts" / f"step_{behind:05d}.jsonl",
            [_rollout(row, parts, behind) for row, parts in zip(rows, rewards, strict=True)],
        )
        mean = sum(parts.total for parts in rewards) / len(rewards)
        metrics.append(
            {"step": step * updates_per_batch, "reward": mean}
            | dict(summarise(rewards))
            | own.get(step, {})
        )
    write_jsonl(out / "metrics.jsonl", metrics)
    kept = sum(map(len, latest.values()))
    return Curves(len(latest), kept, len(scored) - kept)


def updates_per_batch(out: Path) -> int:
    """Optimiser steps on each batch, from the settings that the run was started with.

    Raises:
        ConfigError: there are none.
    """
    settings = read_yaml(out / "verl" / "run.yaml")
    mini = settings["actor_rollout_ref"]["actor"]["ppo_mini_batch_size"]
    return settings["data"]["train_batch_size"] // mini


def _latest(scored: Sequence[Row], trained: Mapping[int, set[Key]]) -> dict[int, list[Row]]:
    """Rows of each batch: those that verl's dump names, else those of the last start.

    A group may be trained on in a later batch than it was sampled for; the dump decides.
    """
    newest: dict[Key, Row] = {}
    for row in sorted(scored, key=lambda row: row["at"]):
        newest[row["uid"], row["session"]] = row
    found = {step: [newest[k] for k in names & newest.keys()] for step, names in trained.items()}
    named = set[Key]().union(*trained.values())
    undumped: defaultdict[int, list[Row]] = defaultdict(list)
    for key, row in newest.items():
        if key not in named and int(row["step"]) not in trained:
            undumped[int(row["step"])].append(row)
    for step, rows in undumped.items():
        last = max(rows, key=lambda row: row["at"])["job"]
        found[step] = [row for row in rows if row["job"] == last]
    return {
        step: sorted(rows, key=lambda row: (row["uid"], row["session"]))
        for step, rows in found.items()
        if rows
    }


def _trained(folder: Path) -> dict[int, set[Key]]:
    """Which completions verl's own dump names for each step: ``uid_session_output``."""
    found: dict[int, set[Key]] = {}
    for path in folder.glob("*.jsonl"):
        names: set[Key] = set()
        for row in _whole_lines(path):
            uid, session, _ = str(row["uid"]).rsplit("_", 2)
            names.add((uid, int(session)))
        found[int(path.stem)] = names
    return found


def _own_metrics(folder: Path) -> dict[int, Row]:
    """What verl measured itself (loss, KL, seconds, ...), of every start; the last one counts."""
    found: dict[int, Row] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for row in _whole_lines(path):
            numbers = {
                f"verl/{name}": value
                for name, value in row["data"].items()
                if isinstance(value, int | float) and math.isfinite(value)
            }
            found[int(row["step"])] = found.get(int(row["step"]), {}) | numbers
    return found


def _rollout(row: Row, parts: RewardParts, behind: int) -> Row:
    """A row of our log of rollouts (`social_r1.training.rollouts.RolloutRow`)."""
    return {
        "item_id": row["item_id"],
        "step": behind,
        "sample": row["session"],
        "completion": row["completion"],
        "parts": jsonable(parts),
        "advantage": None,
        "policy": f"verl@{behind}",
    }


def _whole_lines(path: Path) -> Iterator[Row]:
    """Rows of a file that somebody may be writing; a line cut short, by a kill too, is left out."""
    text = path.read_text(encoding="utf-8")
    for line in text[: text.rfind("\n") + 1].split("\n"):
        if line:
            yield json.loads(line)
