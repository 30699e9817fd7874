"""From a training config to a running job: data, settings, versions, command (paper section 4).

    OUT/verl/train.parquet  every prompt of the run, in its order
    OUT/verl/eval.parquet   the fixed items, or a few of the training items, which verl wants to see
    OUT/verl/run.yaml       what differs from our base config; the reward with all its constants
    OUT/verl/command.txt    how it was started

On a cluster OUT lies on a disk that all nodes share, as verl's checkpoints must anyway. A scoring
service's token is set on the nodes (``SOCIAL_R1_TOKEN``); it stands in no file and no command.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from social_r1.errors import ConfigError
from social_r1.integrations.verl.machine import check_machine
from social_r1.integrations.verl.prompts import check_prompts
from social_r1.integrations.verl.rows import dataset_rows, write_parquet
from social_r1.integrations.verl.settings import Run, Settings, VerlSettings, run_settings
from social_r1.integrations.verl.versions import check_versions
from social_r1.items import SocialItem
from social_r1.preference.run_folder import hold_folder
from social_r1.rewards.config import RewardConfig

CONFIGS = Path(__file__).parent / "config"
"""Folder of our configs for verl."""

BASE = "social_r1"
"""Name of the config that every run starts from."""

SEARCH = "pkg://social_r1.integrations.verl.config"
"""Where Hydra finds `BASE` on any machine that has this package."""

LATEST = "checkpoints/latest_checkpointed_iteration.txt"
"""Where verl says which checkpoint it goes on from."""

SHOWN_TO_VALIDATION = 8
"""Training items in ``eval.parquet`` when the run has no fixed ones; verl refuses an empty file."""


class Data(NamedTuple):
    """The items of a run."""

    items: Sequence[SocialItem]
    order: Sequence[int]
    """Index of the item behind each prompt of the whole run."""
    fixed: Sequence[SocialItem] = ()
    """Items of the learning curve."""


class Launch(NamedTuple):
    """One start of a run."""

    command: list[str]
    folder: Path
    """Where its files are."""
    settings: Settings
    environment: dict[str, str]
    """Variables that the command needs besides those of this process."""
    exit_status: int | None
    """None for a dry run."""


def launch(
    run: Run,
    data: Data,
    cluster: VerlSettings,
    reward: RewardConfig,
    *,
    address: str | None = None,
    dry_run: bool = False,
) -> Launch:
    """Write the files of a run and start it, here or on a cluster of Ray.

    Args:
        run: the training config.
        data: its items.
        cluster: what the cluster adds.
        reward: the reward with all its constants.
        address: dashboard of a Ray cluster, ``http://HOST:8265``; here without.
        dry_run: say what would happen; nothing is written, checked or started.

    Raises:
        ConfigError: the run asks for what verl cannot do, versions do not fit, GPUs, CPUs or the
            sampler are missing here, a prompt is longer than ``max_prompt_length``, or there is no
            checkpoint although there must be one.
    """
    settings = run_settings(run, cluster, reward)
    folder = run.out.absolute() / "verl"
    environment = {"VERL_FILE_LOGGER_PATH": str(_log_path(folder))}
    command = command_line(folder, environment, address=address)
    if dry_run:
        return Launch(command, folder, settings, environment, None)
    if run.resume == "must" and not (folder / LATEST).is_file():
        raise ConfigError(f"{folder / LATEST} is not there; repair: resume=auto, or another out=")
    check_versions(("ray",) if address else ("verl", "transformers", "ray", "TransferQueue"))
    if address is None:
        check_machine(cluster)
    asked = [data.items[place] for place in sorted(set(data.order))]
    check_prompts([*asked, *data.fixed], run.prompt_style, settings)
    with hold_folder(run.out):
        write_files(run, data, settings, folder)
        (folder / "command.txt").write_text(shlex.join(command) + "\n", encoding="utf-8")
        done = subprocess.run(command, env=os.environ | environment, check=False)
    return Launch(command, folder, settings, environment, done.returncode)


def write_files(run: Run, data: Data, settings: Settings, folder: Path) -> None:
    """Write data and settings of a run.

    Raises:
        ConfigError: the order has too few prompts for the run.
        InputError: there are no items.
    """
    wanted = settings["trainer"]["total_training_steps"] * run.prompts_per_step
    if len(data.order) < wanted:
        raise ConfigError(
            f"{len(data.order)} prompts for {wanted} of the run; repair: draw steps x prompts"
        )
    style = run.prompt_style
    rows = dataset_rows(data.items, data.order, style=style)
    write_parquet(folder / "train.parquet", rows)
    fixed = data.fixed or data.items[:SHOWN_TO_VALIDATION]
    write_parquet(
        folder / "eval.parquet",
        dataset_rows(fixed, range(len(fixed)), style=style, purpose="eval"),
    )
    write_run_yaml(folder / "run.yaml", settings)


def write_run_yaml(path: Path, settings: Settings) -> None:
    """Write the settings of a run as a config that starts from `BASE`."""
    head: dict[str, Any] = {
        "defaults": [BASE, "_self_"],
        "hydra": {"searchpath": [SEARCH], "run": {"dir": str(path.parent / "hydra")}},
    }
    text = yaml.safe_dump(head | settings, sort_keys=False, allow_unicode=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def command_line(
    folder: Path, environment: dict[str, str], *, address: str | None = None
) -> list[str]:
    """The command that starts a run whose files are in a folder.

    Args:
        folder: of ``run.yaml``.
        environment: variables that travel with a submitted job.
        address: dashboard of a Ray cluster.
    """
    python = sys.executable if address is None else "python"
    start = [python, "-m", "verl.trainer.main_ppo"]
    start += ["--config-dir", str(folder), "--config-name", "run"]
    if address is None:
        return start
    travels = json.dumps({"env_vars": environment})
    submit = ["ray", "job", "submit", "--address", address, "--runtime-env-json", travels]
    return [*submit, "--", *start]


def _log_path(folder: Path) -> Path:
    """A new file for the metrics of this start; verl empties the one that it is given."""
    number = len(list((folder / "log").glob("*.jsonl"))) if folder.is_dir() else 0
    return folder / "log" / f"{number:03d}.jsonl"
