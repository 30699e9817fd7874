"""``social-r1 compare``: evaluation folders beside each other: gains, losses, a page, tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from social_r1.cli.console import note, print_json, print_line, print_table, status
from social_r1.errors import ConfigError, InputError

if TYPE_CHECKING:
    from social_r1.evaluation.comparison.changes import Comparison
    from social_r1.evaluation.comparison.folders import EvalFolder

FORMATS = ("md", "csv", "latex")


def compare(
    folders: Annotated[
        list[Path], typer.Argument(help="Evaluation folders; the first is what others are held to.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Write comparison.html, .json, tables and figures into this folder."),
    ] = None,
    fmt: Annotated[
        str | None,
        typer.Option("--format", help="Print the table of models instead: md, csv or latex."),
    ] = None,
    metrics: Annotated[
        str, typer.Option(help="Of that table: main, or all figures of each set.")
    ] = "main",
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> None:
    """Compare evaluated models item by item: what was gained, what was lost.

    Folders are those of social-r1 eval --out; figures that others reported stand apart.

    Example: social-r1 compare outputs/base outputs/trained --out outputs/comparison
    """
    if as_json and fmt is not None:
        raise ConfigError(f"--json and --format {fmt} both want the output; repair: give one")
    kind, which = _format(fmt), _metrics(metrics)
    _check(folders)
    from social_r1.evaluation.comparison.export import export
    from social_r1.evaluation.comparison.folders import read_folders
    from social_r1.evaluation.comparison.page import compare_all, comparison_json, write_comparison

    opened = read_folders(folders)
    if kind is not None and out is None:
        print_line(export(opened, kind, metrics=which).rstrip("\n"))
        return
    with status("Comparing"):
        found = compare_all(opened, seed=seed)
        written = write_comparison(found, out) if out is not None else []
    if as_json:
        print_json(comparison_json(found))
    elif kind is not None:
        print_line(export(opened, kind, metrics=which).rstrip("\n"))
    else:
        for one in found.comparisons:
            _print_changes(one)
        _print_models(opened)
    if written:
        note(f"wrote {written[0]} and {len(written) - 1} more files beside it")


def _check(folders: Sequence[Path]) -> None:
    if len(folders) < 2:
        raise InputError(f"only {folders[0]} is given; repair: name two or more evaluation folders")
    for path, times in Counter(path.resolve() for path in folders).items():
        if times > 1:
            raise InputError(f"{path} is given {times} times; repair: name each folder once")


def _format(name: str | None) -> Literal["md", "csv", "latex"] | None:
    if name is None or name == "md" or name == "csv" or name == "latex":
        return name
    raise ConfigError(f"--format {name!r} is unknown; repair: one of {', '.join(FORMATS)}")


def _metrics(name: str) -> Literal["main", "all"]:
    if name == "main" or name == "all":
        return name
    raise ConfigError(f"--metrics {name!r} is unknown; repair: main or all")


def _print_changes(found: Comparison) -> None:
    from social_r1.evaluation.comparison.page import p_text, signed

    rows: list[list[object]] = []
    for one in found.sets:
        whole, test = one.whole, one.whole.mcnemar
        low, high = signed(whole.difference.low), signed(whole.difference.high)
        counts = (test.gained, test.lost, p_text(test.p)) if test else (None, None, None)
        rows.append(
            [one.name, whole.n, whole.before, whole.after, signed(whole.difference.value),
             f"{low} to {high}", *counts, p_text(whole.p)]
        )  # fmt: skip
    print_table(
        f"{found.before} before, {found.after} after",
        ["set", "items", "before", "after", "difference", "95 %", "gained", "lost", "McNemar p",
         "p by groups"],
        rows,
    )  # fmt: skip
    for text in _said(found):
        note(text)
    for protocol, (before, after) in found.overall.items():
        if before.mean is not None and after.mean is not None:
            print_line(f"{protocol}: {before.text} before; {after.text} after")
    for flag in found.flags:
        print_line(f"worse: {flag.text}")
    if not found.flags:
        print_line("nothing got significantly worse")


def _said(found: Comparison) -> Iterator[str]:
    """What a reader must know of the sets and settings."""
    for one in found.sets:
        yield from (f"{one.name}: {text}" for text in one.notes)
    yield from (f"not compared: {reason}" for reason in found.refused.values())
    for when, names in (("before", found.only_before), ("after", found.only_after)):
        if names:
            yield f"asked {when} only: {', '.join(names)}"
    yield from (f"settings: {text}" for text in found.notes)


def _print_models(folders: Sequence[EvalFolder]) -> None:
    """Models, shortcuts and reported figures, a line per set and metric so that it fits."""
    from social_r1.evaluation.comparison.table import make_table

    table = make_table(folders, "main")
    ours = [*table.of("ours"), *table.of("shortcut")]
    print_table(
        "All models and what shortcuts score",
        ["set and figure", *(row.name for row in ours)],
        [
            [column.title, *(found.value if (found := row.cells.get(column)) else None
                             for row in ours)]
            for column in table.columns
            if any(column in row.cells for row in ours)
        ],
    )  # fmt: skip
    reported = table.of("reported")
    if reported:
        print_table(
            "Reported by others, not run here",
            ["model", "figure", "reported", "where"],
            [
                [row.name, column.title, found.value, row.sources[column]]
                for row in reported
                for column, found in row.cells.items()
            ],
        )
    for text in table.notes:
        note(text)
