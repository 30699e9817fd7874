"""``social-r1 curves``: rollouts and metrics of a run of verl, as runs of TRL have them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_line
from social_r1.errors import InputError


def curves(
    out: Annotated[Path, typer.Argument(help="Folder of the run: out= of `train engine=verl`.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write OUT/rollouts and OUT/metrics.jsonl from what the run's reward workers have logged.

    Example: social-r1 curves outputs/qwen3_4b_verl

    May be called while the run goes on; verl itself plots no part of the reward.
    """
    from social_r1.integrations.verl.curves import updates_per_batch, write_curves
    from social_r1.training.rewards import part_metrics

    if not (out / "verl" / "run.yaml").is_file():
        raise InputError(
            f"{out} holds no run of verl; repair: the out= of `train engine=verl` (a run of engine "
            "trl has its rollouts and metrics.jsonl already)"
        )
    made = write_curves(out, updates_per_batch=updates_per_batch(out), summarise=part_metrics)
    if as_json:
        print_json(made)
        return
    print_line(
        f"{made.rows} rollouts of {made.steps} batches ({made.untrained} scored and not trained on)"
    )
    print_line(f"metrics: {out / 'metrics.jsonl'}")
