"""The journal of an evaluation: every completion is on disk the moment it has come.

One line of ``answers/<set>.jsonl`` is one completion under the fingerprint of its question: model,
prompt, settings and number of the sample. A run that was killed finds what it had; a changed prompt
finds nothing (`AppendLog` drops a line that the kill has torn). Scores are made from these texts
anew each time, so a new parser or metric needs no new answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from social_r1.append_log import AppendLog
from social_r1.evaluation.types import Ask, Completion, EvalConfig


class Slot(NamedTuple):
    """One completion that is wanted: which ask, and which of its answers."""

    key: str
    """`Ask.key`."""
    sample: int | None
    """Number of the sample; None is the greedy answer."""


class Journal:
    """Completions by slot, kept in memory and, with a path, on disk as they come.

    Args:
        asks: the questions of the set.
        config: of the run.
        model: fingerprint of the model.
        path: the file; None keeps the journal in memory.

    Use it as a context manager, or call `close`.
    """

    def __init__(
        self, asks: Iterable[Ask], config: EvalConfig, model: str, path: Path | None
    ) -> None:
        samples = [*([None] if config.greedy else []), *range(config.samples)]
        self._names = {
            Slot(ask.key, sample): _fingerprint(ask, sample, config, model)
            for ask in asks
            for sample in samples
        }
        self._found: dict[str, Completion] = {}
        self._wanted = set(self._names.values())
        self._log = (
            None if path is None else AppendLog(path, self._load, what="answers", alone=True)
        )

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; completions can still be read."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def get(self, key: str, sample: int | None) -> Completion | None:
        """The completion of a slot, if it has come."""
        return self._found.get(self._names[Slot(key, sample)])

    def has(self, key: str, sample: int | None) -> bool:
        """Whether the completion of a slot has come."""
        return self._names[Slot(key, sample)] in self._found

    def wanted(self) -> list[Slot]:
        """Slots whose completion has not come, in the order of the asks."""
        return [slot for slot, name in self._names.items() if name not in self._found]

    @property
    def kept(self) -> int:
        """Number of completions that have come."""
        return len(self._names) - len(self.wanted())

    def add(self, entries: Iterable[tuple[str, int | None, Completion]]) -> None:
        """Keep completions: one write for all, flushed before it returns.

        Raises:
            InputError: the disk takes no more; these completions are not kept.
        """
        new: dict[str, Completion] = {}
        lines: list[str] = []
        for key, sample, completion in entries:
            name = self._names[Slot(key, sample)]
            new[name] = completion
            row = {"id": name, "key": key, "sample": sample, **completion._asdict()}
            lines.append(json.dumps(row))
        if lines and self._log is not None:
            self._log.add(lines)
        self._found.update(new)

    def _load(self, line: bytes) -> bool:
        row = _row(line)
        if row is not None and row[0] in self._wanted:
            self._found[row[0]] = row[1]
        return row is not None


def _fingerprint(ask: Ask, sample: int | None, config: EvalConfig, model: str) -> str:
    """Short hash of all that decides a completion."""
    settings = [config.max_tokens, config.seed]
    if sample is not None:
        settings += [config.temperature, sample]
    text = json.dumps([model, ask.how, ask.key, ask.messages, settings])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _row(line: bytes) -> tuple[str, Completion] | None:
    try:
        row = json.loads(line)
        return row["id"], Completion(
            row["text"], row["finished"], row["tokens"], row["prompt_tokens"], row["apart"]
        )
    except (ValueError, KeyError, TypeError):
        return None
