"""``social-r1 train``: GRPO on items, from one config file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_line, print_table

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
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Train a policy with GRPO and the composite reward.

    Example: social-r1 train --config configs/nano.yaml items=data/hard/items.jsonl steps=40

    An interrupted run goes on when the same command is given again.
    """
    from social_r1.training.config import load_config

    words = [*(overrides or []), *([f"resume={resume}"] if resume else [])]
    settings = load_config(config, words)
    if dry_run:
        print_json(settings)
        return
    from social_r1.training import train as run

    result = run(settings)
    if as_json:
        print_json(result)
        return
    rows = [(name, result.last.get(name)) for name in COLUMNS]
    rows.append(("seconds/step", result.last.get("seconds/step")))
    print_table(f"Last of {result.steps} steps", ("metric", "value"), rows)
    seen = result.watch
    if seen["alarms"]:
        print_line(
            f"Goodhart watch: alarm in {seen['alarms']} of {seen['watched']} steps, first at step "
            f"{seen['first_alarm']} (watch/alarm in metrics.jsonl)"
        )
    print_line(f"policy: {result.model}")
