"""``social-r1 train``: GRPO on items, from one config file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.console import note, print_json, print_line, print_table
from social_r1.errors import ConfigError

if TYPE_CHECKING:
    from social_r1.training import TrainConfig, TrainResult

COLUMNS = ("reward", "parts/outcome", "parts/format", "parts/structure", "parts/content_score")


def train(
    config: Annotated[Path, typer.Option("--config", "-c", help="YAML file, see configs/.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Change single values.")
    ] = None,
    resume: Annotated[
        str, typer.Option(help="auto, must or never: go on from the last complete checkpoint.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the config in force and stop.")
    ] = False,
    address: Annotated[
        str | None, typer.Option(help="Ray cluster to train on (engine verl); else this machine.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train a policy with GRPO and the composite reward.

    Example: social-r1 train --config configs/nano.yaml items=data/hard/items.jsonl steps=40

    An interrupted run goes on when the same command is given again. With engine=verl the job is
    started on Ray, here or at --address.
    """
    from social_r1.preference.precision import keeps_masters
    from social_r1.training.config import load_config
    from social_r1.training.inputs import check_inputs

    words = [*(overrides or []), *([f"resume={resume}"] if resume else [])]
    settings = load_config(config, words)
    if address is not None and settings.engine != "verl":
        raise ConfigError(f"--address {address} belongs to engine verl; repair: engine=verl")
    check_inputs(settings)
    if not keeps_masters():
        _warn(settings)
    if settings.engine == "verl":
        _launch_verl(settings, address=address, dry_run=dry_run, as_json=as_json)
        return
    if dry_run:
        print_json(settings)
        return
    from social_r1.training import train as run

    result = run(settings)
    if as_json:
        print_json(result)
        return
    _show(result)


def _launch_verl(
    settings: TrainConfig, *, address: str | None, dry_run: bool, as_json: bool
) -> None:
    """Hand the run, its items and its reward to the launcher of engine verl.

    Raises:
        ConfigError: the launcher is not there, or verl cannot do what the run asks for.
        typer.Exit: the job has failed.
    """
    try:
        from social_r1.integrations.verl.launch import Data, launch
        from social_r1.integrations.verl.settings import verl_settings
    except ImportError as error:
        raise ConfigError(
            f"engine verl cannot be started ({error}); repair: run this in an environment with "
            "verl, or engine=trl"
        ) from error
    from social_r1.records import read_items
    from social_r1.rewards import reward_config
    from social_r1.training.dataset import choose_split, order

    items = choose_split(read_items(settings.items), settings.split)
    fixed = read_items(settings.eval_items) if settings.eval_items else []
    prompts = -(-settings.steps // settings.updates_per_batch) * settings.prompts_per_step
    data = Data(items, order(len(items), prompts, settings.seed), fixed)
    started = launch(
        settings, data, verl_settings(settings.verl), reward_config(settings.reward),
        address=address, dry_run=dry_run,
    )  # fmt: skip
    if as_json or dry_run:
        print_json(started)
    if started.exit_status:
        raise typer.Exit(1)


def _warn(settings: TrainConfig) -> None:
    """Say on standard error where the training would learn next to nothing."""
    from social_r1.preference.precision import lost_updates

    if (text := lost_updates(settings)) is not None:
        note(f"warning: {text}")


def _show(result: TrainResult) -> None:
    """The last step, and what the watch has seen."""
    rows = [(name, result.last.get(name)) for name in COLUMNS]
    rows.append(("seconds/step", result.last.get("seconds/step")))
    print_table(f"Last of {result.steps} steps", ("metric", "value"), rows)
    seen = result.watch
    if seen["alarms"]:
        print_line(
            f"Goodhart watch: alarm in {seen['alarms']} of {seen['watched']} steps, first at step "
            f"{seen['first_alarm']} (watch/alarm in metrics.jsonl)"
        )
    if result.stopped is not None:
        print_line(f"stopped by the alarm after step {result.steps}")
    if result.best is not None:
        best = result.best
        print_line(
            f"best: accuracy {best['accuracy']:.3f} after step {best['step']}: "
            f"{result.model.with_name('best')}"
        )
    print_line(f"policy: {result.model}")
