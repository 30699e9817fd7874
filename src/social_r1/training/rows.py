"""Logs of a run: one JSON row per line, appended as it goes, cut back when a run is resumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from social_r1.records import write_jsonl

Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """The rows of a log, without a last line that broke off; none where there is no file."""
    rows: list[Row] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return rows


def append_row(path: Path, row: Row) -> None:
    """Add a row to a log."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")


def keep_rows(path: Path, step: int) -> None:
    """Cut a log of rows back to those up to a step, dropping a last line that broke off."""
    if path.is_file():
        write_jsonl(path, [row for row in read_rows(path) if row["step"] <= step])
