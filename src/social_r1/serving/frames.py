"""Messages between the front process and its workers: a length of four bytes, then a pickle.

Both ends are ours and share a pipe that nobody else can write to.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
from typing import Any, BinaryIO, NamedTuple

_LENGTH = struct.Struct("!I")


class Start(NamedTuple):
    """Read a request and do what needs no content scores."""

    endpoint: str
    """``score``, ``reward`` or ``content``."""
    body: bytes


class Ask(NamedTuple):
    """The content scores that a request still needs."""

    state: bytes
    """What the worker wants back with them."""
    work: bytes
    """Pickled items and thoughts."""
    size: int
    """Thoughts."""
    stages: bool


class Finish(NamedTuple):
    """Content scores for what `Ask` asked."""

    state: bytes
    values: list[Any]


class Done(NamedTuple):
    """The reply to a request."""

    status: int
    body: bytes
    rows: int = 0
    missing: tuple[tuple[str, int], ...] = ()
    """Rows whose part is missing although it is on, by part."""


class Grade(NamedTuple):
    """A batch for the content process: the work of several `Ask`."""

    works: list[bytes]
    stages: bool


class Graded(NamedTuple):
    """One list of values per work; ``failure`` names what went wrong, and there are none."""

    values: list[list[Any]]
    failure: str = ""


def read_frame(stream: BinaryIO) -> Any:
    """The next message; None at the end of the stream."""
    head = _read(stream, _LENGTH.size)
    body = None if head is None else _read(stream, _LENGTH.unpack(head)[0])
    return None if body is None else pickle.loads(body)


def write_frame(stream: BinaryIO, message: Any) -> None:
    """Send one message."""
    stream.write(pack(message))
    stream.flush()


def pack(message: Any) -> bytes:
    """A message as it goes through the pipe."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


async def receive(stream: asyncio.StreamReader) -> Any:
    """The next message.

    Raises:
        asyncio.IncompleteReadError: the other end is gone.
    """
    head = await stream.readexactly(_LENGTH.size)
    return pickle.loads(await stream.readexactly(_LENGTH.unpack(head)[0]))


def _read(stream: BinaryIO, size: int) -> bytes | None:
    data = stream.read(size)
    return data if len(data) == size else None
