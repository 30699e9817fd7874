"""Rows of a run's logs: JSON objects, one per line, appended as it goes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def append_row(path: Path, row: Row) -> None:
    """Add a row to a log."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
