"""`social-r1 demo`: the whole pipeline on the embedded model, with a report at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from social_r1.cli.console import note, print_json, print_line, print_table, progress


def demo(
    out: Annotated[Path, typer.Option(help="run folder")] = Path("outputs/demo"),
    seed: Annotated[int, typer.Option(min=0, help="seed of items, training, sampling")] = 0,
    smoke: Annotated[bool, typer.Option(help="every stage at its smallest")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="public benchmarks (default: $SOCIAL_R1_DATA, ../shared/benchmarks)"),
    ] = None,
    model: Annotated[str, typer.Option(help="cold start: shipped, or a folder")] = "shipped",
    reward: Annotated[
        str, typer.Option(help="reward profile or file; outcome_only is the control")
    ] = "nano",
    content: Annotated[
        str, typer.Option(help="content scorer: shipped, a reward model's folder, or oracle")
    ] = "shipped",
    steps: Annotated[int | None, typer.Option(min=1, help="GRPO steps")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="print report.json and nothing else")
    ] = False,
) -> None:
    """Build hard items, evaluate, train with the full reward, evaluate again, report.

    About eight minutes on two CPU cores. An interrupted demo goes on where it stopped.

    Example: social-r1 demo --out outputs/demo --seed 1
    """
    # Idle threads that spin would make small models many times slower on a shared machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    from social_r1.demo import SMOKE, DemoConfig
    from social_r1.demo import demo as run

    changes: dict[str, Any] = dict(SMOKE) if smoke else {}
    if steps is not None:
        changes["steps"] = steps
    config = DemoConfig(seed=seed, model=model, reward=reward, content=content, **changes)
    folder = data or _default_data()
    if folder is None:
        note("no folder of public benchmarks: ToMi and Hi-ToM are left out (see --data)")
    result = run(out, config, data=folder, bar=progress)
    if json:
        print_json(result.document)
        return
    _summary(result.document)
    print_line(f"report: {result.html}")


def _default_data() -> Path | None:
    named = os.environ.get("SOCIAL_R1_DATA")
    if named:
        return Path(named)
    near = Path("../shared/benchmarks")
    return near if near.is_dir() else None


def _summary(document: Mapping[str, Any]) -> None:
    rows = [
        [name, row["before"]["n"], *(_figure(row[k]) for k in ("before", "after", "gain"))]
        for name, row in document["accuracy"].items()
    ]
    print_table(
        "Accuracy over sampled answers, 95 % intervals",
        ["set", "n", "before", "after", "gain"],
        rows,
    )


def _figure(row: Mapping[str, float]) -> str:
    return f"{row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
