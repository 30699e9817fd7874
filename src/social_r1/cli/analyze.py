"""`social-r1 analyze`: what a run learned, as tables in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli import console

if TYPE_CHECKING:
    from social_r1.analysis.findings import Findings
    from social_r1.analysis.types import Change


def analyze(
    run: Annotated[Path, typer.Argument(help="The folder of a run, or of a training.")],
    n_boot: Annotated[int, typer.Option(min=100, help="Rounds of the bootstrap.")] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show gains by part, habits of the thoughts, the reward over the steps and its alarms.

    Example: social-r1 analyze outputs/demo
    """
    from social_r1.analysis.findings import find
    from social_r1.analysis.learning import Resampling
    from social_r1.analysis.load import load_run
    from social_r1.analysis.report import report_json

    with console.status("Reading the run"):
        findings = find(load_run(run), Resampling(n_boot, seed))
        document = report_json(findings)
    if as_json:
        wanted = (
            "run", "headline", "accuracy", "breakdown", "habits", "parse", "training",
            "reward_parts", "goodhart", "left_out",
        )  # fmt: skip
        console.print_json({key: document[key] for key in wanted})
        return
    _print_tables(findings)
    console.print_line(document["headline"]["text"])
    console.print_line(document["goodhart"]["says"])


def _print_tables(findings: Findings) -> None:
    if findings.accuracy:
        _print_gains(findings)
    if findings.habits:
        _print_habits(findings)
    if findings.curves:
        _print_training(findings)
    for entry in findings.run.left_out:
        console.print_line(f"left out, {entry.what}: {entry.reason}")


def _print_gains(findings: Findings) -> None:
    columns = ("n", "before", "after", "gain", "95 % interval")
    console.print_table(
        "Accuracy (sampled answers)",
        ("set", *columns),
        [(name, *_cells(change)) for name, change in findings.accuracy.items()],
    )
    console.print_table(
        "Gain by part",
        ("set", "by", "part", *columns),
        [
            (name, part.key, part.value, *_cells(part.change))
            for name, parts in findings.breakdown.items()
            for part in parts
        ],
    )


def _print_habits(findings: Findings) -> None:
    from social_r1.analysis.types import MOMENTS

    console.print_table(
        "Habits of the thoughts",
        (
            "set", "when", "thoughts", "name an option", "first at", "in first half",
            "four stages", "in order", "characters",
        ),
        [
            (
                name, moment, h.n, h.naming, h.first_mention, h.early,
                h.all_stages, h.in_order, round(h.length),
            )
            for name, pair in findings.habits.items()
            for moment, h in zip(MOMENTS, pair, strict=True)
        ],
    )  # fmt: skip


def _print_training(findings: Findings) -> None:
    from social_r1.analysis.goodhart import spans
    from social_r1.analysis.words import part_name

    console.print_table(
        "Training batches",
        ("mean of", "steps", "first tenth", "last tenth"),
        [
            (part_name(name), len(curve.steps), curve.first, curve.last)
            for name, curve in findings.curves.items()
        ],
    )
    for span in spans(findings.watch) if findings.watch else ():
        console.print_line(f"alarm, steps {span.first:g}-{span.last:g}: {'; '.join(span.said)}")


def _cells(change: Change) -> tuple[object, ...]:
    gain = change.gain
    return (
        change.before.n,
        change.before.value,
        change.after.value,
        gain.value,
        f"{gain.low:+.4f} to {gain.high:+.4f}",
    )
