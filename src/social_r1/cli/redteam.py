"""`social-r1 redteam`: what cheating completions earn under a reward."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.console import note, print_json, print_line, print_table, status
from social_r1.errors import ConfigError

if TYPE_CHECKING:
    from social_r1.redteam.types import Report


def redteam(
    overrides: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Change single values.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="YAML file, see configs/redteam*.yaml."),
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="Try the cheats on the items of this JSONL file.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for redteam.json, redteam.md and examples.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Try to cheat a reward; exit status 1 if a cheat earns more than its bound.

    Example: social-r1 redteam --config configs/redteam.yaml --out outputs/redteam

    Every figure is a share of what the honest right answer earns: guess with a letter drawn at
    random, right and wrong with such a letter, beyond what the reasoning adds to a right letter.

    A reward of your own: social-r1 redteam profile=mine.yaml content=outputs/rm items.plain=12
    """
    from social_r1.redteam import CHEATS, load_config
    from social_r1.redteam import redteam as run
    from social_r1.redteam.page import report_json, write_report

    counted = [w for w in overrides or [] if w.startswith("items")]
    if items is not None and counted:
        raise ConfigError(
            f"--items {items} takes the place of {counted[0]}; repair: give only one of them"
        )
    started = datetime.now(UTC)
    words = [*(overrides or []), *([f"items.file={items}"] if items else [])]
    settings = load_config(config, words, cheats=list(CHEATS))
    with status(f"trying {len(CHEATS)} cheats on reward {settings.profile}"):
        report = run(settings)
    if out is not None:
        command = _command(config, words)
        for path in write_report(report, out, settings, command=command, started=started):
            note(f"written: {path}")
    if as_json:
        print_json(report_json(report))
    else:
        _show(report)
    if report.broken:
        raise typer.Exit(1)


def _command(config: Path | None, words: list[str]) -> str:
    named = f" --config {config}" if config else ""
    return " ".join([f"social-r1 redteam{named}", *words])


def _show(report: Report) -> None:
    from social_r1.redteam.page import COLUMNS, cells, headline, intro

    print_line(f"{intro(report)}\n")
    print_table("References", COLUMNS, map(cells, report.references))
    print_table("Cheats", COLUMNS, map(cells, report.rows))
    for row in report.broken:
        earned = row.earned
        print_line(
            f"broken: {row.name} earns {earned.guess.value:.3f} by guessing (bound {row.bound:g}) "
            f"and {earned.beyond:.3f} beyond a right letter (bound {row.beyond_bound:g})"
        )
    if report.skipped:
        print_line(f"not tried, for want of an event log: {', '.join(report.skipped)}")
    print_line(headline(report))
