"""`social-r1 doctor`: what this installation has, what is wrong with it, and how to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_table


def doctor(
    data: Annotated[
        Path | None,
        typer.Option(envvar="SOCIAL_R1_DATA", help="Folder of the public benchmarks, if any."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="A training config; TRL's or verl's too.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a model.")] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Import verl's side of our plugin too (seconds).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check versions, pins, plugins, threads, weights and data; a config or a model if named.

    Exit status 1 when something is wrong; what is absent, slow or other than in the paper is not.

    Example: social-r1 doctor --config configs/qwen3_4b.yaml --model path/to/Qwen3-4B
    """
    from social_r1.doctor import Finding, State, examine

    findings = examine(data, config=config, model=model, deep=deep)
    if as_json:
        print_json({"findings": findings})
    else:
        print_table("social-r1 doctor", Finding._fields, findings)
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(1)
