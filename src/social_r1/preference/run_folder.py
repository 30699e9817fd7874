"""The folder of a run (`train`, `rm train`): it can be written, and one run at a time is in it.

The lock is the system's, on a file in the folder, so that the death of a run lets go of it.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from social_r1.append_log import file_lock
from social_r1.errors import ConfigError

LOCK = ".lock"
"""Name of the file; while a run goes on it says whose."""
PATIENCE = 1800.0
"""Seconds that other processes of a run wait for its first, as long as collectives do."""


@contextmanager
def hold_folder(folder: Path) -> Generator[None, None, None]:
    """Keep other runs out of a folder, which is made where it is not there.

    Of several processes of one run (torchrun, accelerate) the first holds it for all of them; the
    others go on when it has it, so that none touches what is another run's.

    Raises:
        ConfigError: another run holds it; the process is named.
    """
    if not _is_first():
        _wait_for_first(folder)
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        stream = held.enter_context((folder / LOCK).open("a+", encoding="utf-8"))
        try:
            held.enter_context(file_lock(stream, wait=False))
        except BlockingIOError as error:
            raise _in_use(folder) from error
        except OSError:
            pass  # a disk that knows no locks: nobody can be kept out
        stream.truncate(0)
        stream.write(f"process {os.getpid()} on {platform.node()}{_job()}\n")
        stream.flush()
        try:
            yield
        finally:
            stream.truncate(0)


def check_free(folder: Path) -> None:
    """See early that no other run is in a folder; nothing is made.

    Raises:
        ConfigError: as `hold_folder`.
    """
    if folder.is_dir() and _is_first():
        with hold_folder(folder):
            pass


def check_writable(folder: Path) -> None:
    """See that a folder can be made, or written where it is there; nothing is made.

    Raises:
        ConfigError: a file is in the way, or the rights are missing.
    """
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ConfigError(f"out {folder}: {there} is a file; repair: another out=")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ConfigError(f"out {folder}: {there} cannot be written; repair: another out=")


def _is_first() -> bool:
    return os.environ.get("RANK", "0") == "0"


def _job() -> str:
    """What all processes of one run know, and no others; empty where there is one alone."""
    address, port = (os.environ.get(f"MASTER_{name}") for name in ("ADDR", "PORT"))
    return f", job at {address}:{port}" if address and port else ""


def _wait_for_first(folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not _owner(folder).endswith(_job()):
        if time.monotonic() > until:
            raise _in_use(folder)
        time.sleep(0.1)


def _owner(folder: Path) -> str:
    """What the lock says; empty where nobody has it."""
    path = folder / LOCK
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _in_use(folder: Path) -> ConfigError:
    return ConfigError(
        f"{folder} is in use by another run ({_owner(folder) or 'just started'}); repair: wait "
        "for it, end it, or another out="
    )
