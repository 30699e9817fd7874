"""`social-r1 report`: a run folder → report.html and report.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli import console


def report(
    run: Annotated[Path, typer.Argument(help="The folder of a run, or of a training.")],
    out: Annotated[Path | None, typer.Option(help="Where to write; the run folder itself.")] = None,
    n_boot: Annotated[int, typer.Option(min=100, help="Rounds of the bootstrap.")] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print report.json as well.")] = False,
) -> None:
    """Write report.html and report.json of a run, or of a training alone.

    Example: social-r1 report outputs/demo
    """
    from social_r1.analysis.learning import Resampling
    from social_r1.analysis.load import load_run
    from social_r1.analysis.report import write_report
    from social_r1.analysis.scoring import reward_scorer

    with console.status("Reading the run"):
        loaded = load_run(run)
        files = write_report(
            loaded,
            out,
            scorer=reward_scorer(loaded.manifest),
            resampling=Resampling(n_boot, seed),
        )
    if as_json:
        console.print_json(files.report)
        return
    console.print_line(files.report["headline"]["text"])
    console.print_line(f"wrote {files.html} and {files.json}")
