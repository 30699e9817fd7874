"""Answers on disk, in an `AppendLog` from which a killed run goes on.

One line per question that was asked. A line with a text is an answer and is never asked again; one
with a reason is a failure, kept only because it was paid for. The question of a broken line is
asked again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple, cast

from social_r1.append_log import AppendLog


class Record(NamedTuple):
    """One line of the store."""

    key: str
    text: str | None
    """The reply as it came; None for a failure."""
    reason: str | None = None
    """Why a failure is one."""
    calls: int = 1
    prompt_tokens: int = 0
    completion_tokens: int = 0
    version: str = ""
    model: str = ""


class AnswerStore:
    """Answers by key.

    Several processes may append to one file; each knows what was there when it opened it.

    Args:
        path: the file, made when it is not there; None keeps answers in memory only.

    Raises:
        InputError: the file cannot be read or written.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.path = None if path is None else Path(path)
        self.calls = 0
        """HTTP requests that the lines speak of."""
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self._texts: dict[str, str] = {}
        self._log = (
            None
            if self.path is None
            else AppendLog(self.path, self._load, what="answers", alone=False)
        )

    @property
    def broken(self) -> int:
        """Lines that were passed over."""
        return self._log.broken if self._log else 0

    def get(self, key: str) -> str | None:
        """The reply that a question had, or None."""
        return self._texts.get(key)

    def __len__(self) -> int:
        """Number of answers."""
        return len(self._texts)

    def add(self, record: Record) -> None:
        """Keep one record; when this returns, the death of the process cannot lose it."""
        self._count(record)
        if self._log is not None:
            fields = {k: v for k, v in record._asdict().items() if v is not None}
            self._log.add([json.dumps(fields, allow_nan=False)])

    def sync(self) -> None:
        """Have the disk hold what was written."""
        if self._log is not None:
            self._log.sync()

    def close(self) -> None:
        """Sync and let go of the file; answers can still be read."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def _load(self, line: bytes) -> bool:
        record = _record(line)
        if record is not None:
            self._count(record)
        return record is not None

    def _count(self, record: Record) -> None:
        if record.text is not None:
            self._texts[record.key] = record.text
        self.calls += record.calls
        self.prompt_tokens += record.prompt_tokens
        self.completion_tokens += record.completion_tokens


def _record(line: bytes) -> Record | None:
    """The record of a line; None where it is none."""
    try:
        row: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    fields = cast("dict[str, Any]", row)
    key, text = fields.get("key"), fields.get("text")
    if not isinstance(key, str) or not (text is None or isinstance(text, str)):
        return None
    numbers = [fields.get(name, 0) for name in ("calls", "prompt_tokens", "completion_tokens")]
    if not all(type(n) is int and n >= 0 for n in numbers):
        return None
    return Record(key, text, fields.get("reason"), *numbers)
