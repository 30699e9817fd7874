"""`AppendLog`: a file of JSON lines that only grows, from which a killed run goes on.

Lines are written in one piece and handed to the system at once, so that killing the process loses
none that was added; the disk is made to have them once a second and at the end. When the file is
opened, a torn last line is cut off, and a broken line elsewhere is passed over and counted.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any

from social_r1.errors import InputError

SYNC_SECONDS = 1.0
"""Longest time between two calls of fsync while lines come in."""

Accept = Callable[[bytes], bool]
"""Takes a line in; False where it is not one of ours."""


class AppendLog:
    """An open log.

    Args:
        path: the file; made, with its folder, when it is not there.
        accept: called with each line that is there.
        what: what a line holds, for messages (``answers``).
        alone: hold the file for as long as the log is open; else several processes may append, and
            each knows what was there when it opened the file.

    Raises:
        InputError: the file cannot be used, or another process holds it.
    """

    def __init__(self, path: Path, accept: Accept, *, what: str, alone: bool) -> None:
        self.path = path
        self.broken = 0
        """Lines that were passed over."""
        self._what, self._alone = what, alone
        self._synced = 0.0
        self._failed = ""
        self._held = ExitStack()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream: IO[bytes] = self._held.enter_context(path.open("ab+"))
            lock = file_lock(self._stream, wait=not alone)
            if alone:
                self._held.enter_context(lock)
            with nullcontext() if alone else lock:
                if path.is_file():  # a device is only written to
                    self._load(accept)
        except BlockingIOError as error:
            self._held.close()
            raise InputError(
                f"{path} is in use by another run; repair: wait for it, or another --out"
            ) from error
        except OSError as error:
            self._held.close()
            raise InputError(
                f"{path} cannot be used for {what}: {error.strerror}; repair: check the path"
            ) from error

    def add(self, lines: Iterable[str]) -> None:
        """Append lines; when this returns, the death of the process cannot lose them.

        Raises:
            InputError: the disk takes no more. The log is closed for good.
        """
        text = "".join(f"{line}\n" for line in lines)
        try:
            if self._failed:
                raise OSError(self._failed)
            with nullcontext() if self._alone else file_lock(self._stream):
                self._stream.write(text.encode("utf-8", "backslashreplace"))
                self._stream.flush()
        except OSError as error:
            self._failed = error.strerror or str(error)
            with suppress(OSError):
                self._held.close()  # what is left in its buffer fails once more
            raise InputError(
                f"{self.path}: {self._what} cannot be written ({self._failed}); repair: make room, "
                "then the same command goes on"
            ) from error
        if time.monotonic() - self._synced >= SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Have the disk hold what was written."""
        if not self._stream.closed:
            os.fsync(self._stream.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        """Sync and let go of the file."""
        self.sync()
        self._held.close()

    def _load(self, accept: Accept) -> None:
        self._stream.seek(0)
        whole = 0
        for line in self._stream:
            if line.endswith(b"\n"):
                whole += len(line)
                if line.strip():
                    self.broken += not accept(line)
            elif accept(line):  # only its line break is missing
                self._stream.write(b"\n")
                self._stream.flush()
            else:
                self._stream.truncate(whole)


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
        if not stream.closed:
            fcntl.flock(stream, fcntl.LOCK_UN)
