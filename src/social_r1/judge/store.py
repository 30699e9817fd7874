"""Answers on disk: an append-only JSONL file from which a killed run goes on.

One line per question that was asked. A line with a text is an answer and is never asked again; one
with a reason is a failure, kept only because it was paid for. Each line is written in one piece and
handed to the system at once, so that killing the process loses no answer that had arrived; the disk
is made to have it once a second and at the end. A torn last line is cut off when the file is
opened, a broken line elsewhere is passed over and counted: its question is asked again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from social_r1.errors import InputError

SYNC_SECONDS = 1.0
"""Longest time between two calls of fsync while answers come in."""


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
        self.broken = 0
        """Lines that were passed over."""
        self.calls = 0
        """HTTP requests that the lines speak of."""
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self._texts: dict[str, str] = {}
        self._stream: IO[bytes] | None = None
        self._synced = 0.0
        if self.path is not None:
            self._open(self.path)

    def get(self, key: str) -> str | None:
        """The reply that a question had, or None."""
        return self._texts.get(key)

    def __len__(self) -> int:
        """Number of answers."""
        return len(self._texts)

    def add(self, record: Record) -> None:
        """Keep one record; when this returns, the death of the process cannot lose it."""
        self._count(record)
        if self._stream is None:
            return
        fields = {k: v for k, v in record._asdict().items() if v is not None}
        line = json.dumps(fields, ensure_ascii=True, allow_nan=False) + "\n"
        with file_lock(self._stream):
            self._stream.write(line.encode())
            self._stream.flush()
        if time.monotonic() - self._synced >= SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Have the disk hold what was written."""
        if self._stream is not None:
            os.fsync(self._stream.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        """Sync and let go of the file; answers can still be read."""
        if self._stream is not None:
            self.sync()
            self._stream.close()
            self._stream = None

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = path.open("ab+")
            with file_lock(self._stream):
                self._stream.seek(0)
                data = self._stream.read()
                whole = data.rfind(b"\n") + 1
                self._load(data[:whole])
                tail = _record(data[whole:])
                if tail is not None:
                    self._count(tail)
                    self._stream.write(b"\n")
                    self._stream.flush()
                elif whole < len(data):
                    self._stream.truncate(whole)
        except OSError as error:
            raise InputError(
                f"{path} cannot be used for answers: {error.strerror}; repair: check the path"
            ) from error

    def _load(self, data: bytes) -> None:
        for line in data.split(b"\n"):
            if line.strip():
                record = _record(line)
                if record is None:
                    self.broken += 1
                else:
                    self._count(record)

    def _count(self, record: Record) -> None:
        if record.text is not None:
            self._texts[record.key] = record.text
        self.calls += record.calls
        self.prompt_tokens += record.prompt_tokens
        self.completion_tokens += record.completion_tokens


@contextmanager
def file_lock(stream: IO[Any], *, wait: bool = True) -> Generator[None, None, None]:
    """Hold a file for oneself among processes, where the system can (not on Windows).

    Raises:
        BlockingIOError: another process holds it and ``wait`` is False.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    try:
        yield
    finally:
        fcntl.flock(stream, fcntl.LOCK_UN)


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
