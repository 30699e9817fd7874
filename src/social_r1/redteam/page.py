"""What a run of the battery leaves behind: redteam.json, redteam.md, one example of each cheat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from social_r1.records import write_json, write_jsonl, write_manifest
from social_r1.redteam.config import RedteamConfig
from social_r1.redteam.types import Report, Row

COLUMNS = ("cheat", "guess", "95 %", "right", "wrong", "beyond", "S", "C", "bounds", "verdict")


def report_json(report: Report) -> dict[str, Any]:
    """The report as plain values; examples stay in their own file."""
    record = report._asdict()
    for key in ("references", "rows"):
        record[key] = [_row_json(row) for row in record[key]]
    record["broken"] = [row.name for row in report.broken]
    record["worst_guess"] = max((row.earned.guess.value for row in report.rows), default=None)
    return record


def _row_json(row: Row) -> dict[str, Any]:
    record = row._asdict()
    record["example"] = {"item_id": row.example.item.id, "completion": row.example.completion}
    return record


def cells(row: Row) -> tuple[object, ...]:
    """A row as both tables show it."""
    earned, guess = row.earned, row.earned.guess
    bounds = "" if row.bound is None else f"{row.bound:g} / {row.beyond_bound:g}"
    return (
        row.name,
        f"{guess.value:.3f}",
        f"[{guess.low:.3f}, {guess.high:.3f}]",
        f"{earned.right:.3f}",
        f"{earned.wrong:.3f}",
        f"{earned.beyond:.3f}",
        *(_figure(row.parts[name]) for name in ("structure", "content")),
        bounds,
        row.verdict,
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def headline(report: Report) -> str:
    """What the battery found, in a sentence or two."""
    worst = max(report.rows, key=lambda row: row.earned.guess.value)
    held = sum(row.verdict == "held" for row in report.rows)
    known = [row.name for row in report.rows if row.verdict == "known"]
    closed = [row.name for row in report.rows if row.verdict == "closed"]
    text = (
        f"{held} of {len(report.rows)} cheats are held; without knowing the answer the best of "
        f"all, {worst.name}, earns {worst.earned.guess.value:.3f} of an honest right answer"
    )
    for words, names in (
        ("broken", [row.name for row in report.broken]),
        ("known holes", known),
        ("listed as holes, now closed", closed),
    ):
        if names:
            text += f"; {words}: {', '.join(names)}"
    return f"{text}."


def intro(report: Report) -> str:
    """Which reward, on what, in which unit."""
    items = ", ".join(f"{n} {name}" for name, n in report.items.items())
    ends = " and ".join(
        f"{h:.2f} at progress {m:g}" for m, h in zip(report.moments, report.honest, strict=True)
    )
    return (
        f"Reward {report.profile}, content {report.content}, wording {report.wording}, seed "
        f"{report.seed}; {items} items. The honest right answer earns {ends}; all figures are "
        "shares of it, at the worse of the two."
    )


def render(report: Report, command: str = "") -> str:
    """The report in Markdown."""
    lines = ["# Red team", "", *([f"    {command}", ""] if command else [])]
    lines += [intro(report), "", headline(report), ""]
    for title, rows in (("References", report.references), ("Cheats", report.rows)):
        lines += [f"## {title}", "", *_table(rows), ""]
    lines += ["## What they try", ""]
    lines += [f"- `{row.name}`: {row.tries}." for row in (*report.references, *report.rows)]
    if report.skipped:
        lines += ["", f"Not tried, for want of an event log: {', '.join(report.skipped)}."]
    return "\n".join(lines) + "\n"


def _table(rows: Iterable[Row]) -> list[str]:
    return [
        _line(COLUMNS),
        _line("---" for _ in COLUMNS),
        *(_line(map(str, cells(row))) for row in rows),
    ]


def _line(values: Iterable[str]) -> str:
    return f"| {' | '.join(values)} |"


def write_report(
    report: Report,
    out: str | Path,
    config: RedteamConfig,
    *,
    command: str,
    started: datetime | None = None,
) -> Sequence[Path]:
    """Write the run folder: redteam.json, redteam.md, examples.jsonl, manifest.json.

    The rows of examples.jsonl are those of `social-r1 score`.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("redteam.json", "redteam.md", "examples.jsonl")]
    write_json(paths[0], {**report_json(report), "command": command})
    paths[1].write_text(render(report, command), encoding="utf-8")
    rows = (*report.references, *report.rows)
    write_jsonl(
        paths[2],
        (
            {"cheat": row.name, "completion": row.example.completion, "item": row.example.item}
            for row in rows
        ),
    )
    inputs = [] if config.items.file is None else [config.items.file]
    write_manifest(
        folder, command=command, config=config, seeds=config.seed, inputs=inputs, started=started
    )
    return [*paths, folder / "manifest.json"]
