"""Finished episodes on disk, in an `AppendLog` from which a killed run goes on."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from social_r1.append_log import AppendLog
from social_r1.evaluation.sotopia.types import Dialogue, EpisodeRow

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
        self._rows: dict[str, EpisodeRow] = {}
        self._dialogues: dict[str, EpisodeRow] = {}
        self._log = (
            None
            if self.path is None
            else AppendLog(self.path, self._load, what="episodes", alone=True)
        )

    @property
    def broken(self) -> int:
        """Lines that were passed over."""
        return self._log.broken if self._log else 0

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
        if self._log is not None:
            self._log.add([row.model_dump_json()])

    def close(self) -> None:
        """Sync and let go of the file."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def _load(self, line: bytes) -> bool:
        try:
            self._keep(EpisodeRow.model_validate_json(line))
        except ValidationError:
            return False
        return True

    def _keep(self, row: EpisodeRow) -> None:
        self._rows[row.key] = row
        self._dialogues[row.dialogue_key] = row
