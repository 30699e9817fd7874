"""Finished episodes on disk: an append-only JSONL file from which a killed run goes on.

Each row is written in one piece and handed to the system at once, so that killing the process loses
no finished episode; the disk is made to have it once a second and at the end. A torn last line is
cut off when the file is opened; a broken line elsewhere is passed over and counted. One run at a
time holds the file.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from social_r1.errors import InputError
from social_r1.evaluation.sotopia.types import Dialogue, EpisodeRow
from social_r1.judge.store import SYNC_SECONDS, file_lock

NAME = "episodes.jsonl"


class EpisodeStore:
    """Rows by key.

    Args:
        folder: where `NAME` is or will be; None keeps rows in memory only.

    Raises:
        InputError: the file cannot be used, or another run holds it.
    """

    def __init__(self, folder: str | Path | None) -> None:
        self.path = None if folder is None else Path(folder) / NAME
        self.broken = 0
        """Lines that were passed over."""
        self._rows: dict[str, EpisodeRow] = {}
        self._dialogues: dict[str, EpisodeRow] = {}
        self._stream: IO[bytes] | None = None
        self._synced = 0.0
        self._held = ExitStack()
        if self.path is not None:
            self._open(self.path)

    def get(self, key: str) -> EpisodeRow | None:
        """The row of an episode that has its scores."""
        row = self._rows.get(key)
        return None if row is None or row.scores is None else row

    def dialogue(self, dialogue_key: str) -> Dialogue | None:
        """What was said in an episode, whoever judged it."""
        row = self._dialogues.get(dialogue_key)
        return None if row is None else Dialogue(row.turns, row.ended)

    def add(self, row: EpisodeRow) -> None:
        """Keep a row; when this returns, the death of the process cannot lose it."""
        self._keep(row)
        if self._stream is None:
            return
        self._stream.write(row.model_dump_json().encode("utf-8", "replace") + b"\n")
        self._stream.flush()
        if time.monotonic() - self._synced >= SYNC_SECONDS:
            self._sync()

    def close(self) -> None:
        """Sync and let go of the file."""
        if self._stream is not None:
            self._sync()
        self._held.close()
        self._stream = None

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = self._held.enter_context(path.open("ab+"))
            self._held.enter_context(file_lock(stream, wait=False))
            stream.seek(0)
            data = stream.read()
            whole = data.rfind(b"\n") + 1
            for line in data[:whole].split(b"\n"):
                self._load(line)
            if whole < len(data):
                if self._load(data[whole:], torn=True):
                    stream.write(b"\n")
                else:
                    stream.truncate(whole)
                stream.flush()
        except BlockingIOError as error:
            self._held.close()
            raise InputError(
                f"{path} is in use by another run; repair: wait for it, or another --out"
            ) from error
        except OSError as error:
            self._held.close()
            raise InputError(
                f"{path} cannot be used for episodes: {error.strerror}; repair: check the path"
            ) from error
        self._stream = stream

    def _load(self, line: bytes, *, torn: bool = False) -> bool:
        """Take a line in; False where it is no row."""
        if not line.strip():
            return False
        try:
            self._keep(EpisodeRow.model_validate_json(line))
        except ValidationError:
            self.broken += not torn
            return False
        return True

    def _keep(self, row: EpisodeRow) -> None:
        self._rows[row.key] = row
        self._dialogues[row.dialogue_key] = row

    def _sync(self) -> None:
        if self._stream is not None:
            os.fsync(self._stream.fileno())
            self._synced = time.monotonic()
