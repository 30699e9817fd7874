"""The journal of an evaluation: every completion is on disk the moment it has come.

One line of ``answers/<set>.jsonl`` is one completion under the fingerprint of its question: model,
prompt, settings and number of the sample. A run that was killed finds what it had; a changed prompt
finds nothing. A line that the kill has torn is dropped. Scores are made from these texts anew each
time, so a new parser or metric needs no new answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

from social_r1.errors import InputError
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
        self._file: IO[str] | None = None
        self._path = path
        self._full = ""
        if path is not None:
            self._found = _read(path, set(self._names.values()))
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
            if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
                self._file.write("\n")  # a torn line stays alone; it is no JSON and is dropped

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
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

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
            lines.append(json.dumps(row, ensure_ascii=False))
        if lines and (self._file is not None or self._full):
            self._write("\n".join(lines) + "\n")
        self._found.update(new)

    def _write(self, text: str) -> None:
        """Write and flush; after a failure the file is closed for good."""
        try:
            if self._file is None:
                raise OSError(self._full)
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            self._full = error.strerror or str(error)
            with suppress(OSError):
                self.close()  # what is left in its buffer fails once more
            self._file = None
            raise InputError(
                f"{self._path}: an answer cannot be written ({self._full}); repair: make room, "
                "then the same command goes on"
            ) from error


def _fingerprint(ask: Ask, sample: int | None, config: EvalConfig, model: str) -> str:
    """Short hash of all that decides a completion."""
    settings = [config.max_tokens, config.seed]
    if sample is not None:
        settings += [config.temperature, sample]
    text = json.dumps([model, ask.how, ask.key, ask.messages, settings])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _read(path: Path, wanted: set[str]) -> dict[str, Completion]:
    """Completions of a journal that are wanted; torn and foreign lines are passed over."""
    found: dict[str, Completion] = {}
    if not path.is_file():
        return found
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                row = _row(line)
                if row is not None and row[0] in wanted:
                    found[row[0]] = row[1]
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error}); repair: choose another --out"
        ) from error
    return found


def _row(line: str) -> tuple[str, Completion] | None:
    try:
        row = json.loads(line)
        return row["id"], Completion(
            row["text"], row["finished"], row["tokens"], row["prompt_tokens"], row["apart"]
        )
    except (json.JSONDecodeError, KeyError, TypeError):
        return None
