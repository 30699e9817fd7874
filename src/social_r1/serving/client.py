"""The other end of `social-r1 serve`: rows out, records back, in order, whatever happens between.

    client = RewardClient("http://127.0.0.1:8765", token="…")
    records = client.score(rows)                  # or: await client.ascore(rows)

Rows go in chunks, several at a time. Broken connections, time-outs, 429 and 5xx are tried again
with exponential backoff and jitter, so a server may be killed and started again in the middle:
scoring twice gives the same. What the server refuses (4xx) is not tried again. A row without a
record is an error, never a score. Picklable; httpx (extra ``serve``) is imported where needed.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from social_r1.errors import ConfigError, InputError, MissingExtraError, SocialR1Error
from social_r1.items import SocialItem
from social_r1.records import jsonable

if TYPE_CHECKING:
    import httpx

LONGEST_WAIT = 5.0
"""Seconds between two attempts, at most, unless the server asks for more."""


class RewardServerError(SocialR1Error):
    """Rows that the server could not be brought to score."""


class _Chunk(NamedTuple):
    """One request."""

    path: str
    body: bytes
    first: int
    """Number of its first row, from 1."""
    size: int


class _Outcome(NamedTuple):
    """What one attempt came to: rows, or why there are none."""

    rows: list[dict[str, Any]] | None = None
    reason: str = ""
    retry: bool = False
    wait: float = 0.0


class _Tries:
    """The attempts of one chunk: gives the seconds to wait before each, until one is the last.

    Waits double, are never less than the server asks for, and are jittered.
    """

    def __init__(self, attempts: int, backoff: float) -> None:
        self.attempts = attempts
        self.backoff = backoff
        self.last = _Outcome()
        """What the latest came to; set by whoever makes them."""

    def __iter__(self) -> Iterator[float]:
        yield 0.0
        for n in range(self.attempts - 1):
            if self.last.rows is not None or not self.last.retry:
                return
            wait = min(LONGEST_WAIT, self.backoff * 2**n)
            yield max(wait, self.last.wait) * (0.75 + 0.5 * random.random())


class RewardClient:
    """Asks one server.

    Args:
        url: its address.
        token: what it wants to see, if anything.
        timeout: seconds for one attempt.
        attempts: requests for one chunk, at most; the default waits about 25 s in all.
        chunk: rows in one request.
        concurrency: requests under way at a time.
        backoff: seconds before the second attempt; doubles.

    Raises:
        ConfigError: an address without scheme or host, or a number with which nothing is asked.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        timeout: float = 60.0,
        attempts: int = 9,
        chunk: int = 64,
        concurrency: int = 8,
        backoff: float = 0.25,
    ) -> None:
        self.url = _address(url)
        counts = {"attempts": attempts, "chunk": chunk, "concurrency": concurrency}
        for name, count in counts.items():
            if count < 1:
                raise ConfigError(f"{name}={count} would ask nothing; repair: 1 or more")
        if not timeout > 0:
            raise ConfigError(f"timeout={timeout:g} waits for nothing; repair: seconds above 0")
        self.token = token
        self.timeout = timeout
        self.attempts = attempts
        self.chunk = chunk
        self.concurrency = concurrency
        self.backoff = backoff
        self._start()

    def _start(self) -> None:
        self._sync: httpx.Client | None = None
        self._async: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
            WeakKeyDictionary()
        )

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if not k.startswith("_")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()

    def score(
        self, rows: Sequence[Mapping[str, Any]], *, progress: float | None = None
    ) -> list[dict[str, Any]]:
        """The record of each row, as `social-r1 score --json` gives it.

        Args:
            rows: ``{"item": …, "completion": …}``; items may be `SocialItem`.
            progress: moment of the run for rows that do not say.

        Raises:
            RewardServerError: rows without a record.
            InputError: rows that JSON cannot hold.
            MissingExtraError: httpx is not installed.
        """
        return _numbered(self._send("/v1/score", rows, progress=progress))

    async def ascore(
        self, rows: Sequence[Mapping[str, Any]], *, progress: float | None = None
    ) -> list[dict[str, Any]]:
        """As `score`, for callers with an event loop."""
        return _numbered(await self._asend("/v1/score", rows, progress=progress))

    def content(
        self, items: Sequence[SocialItem], thoughts: Sequence[str], *, stages: bool = False
    ) -> list[dict[str, Any]]:
        """``{"score": s, "stages": […]}`` of each thought; None where it is missing."""
        return self._send("/content", _thoughts(items, thoughts), stages=stages)

    async def acontent(
        self, items: Sequence[SocialItem], thoughts: Sequence[str], *, stages: bool = False
    ) -> list[dict[str, Any]]:
        """As `content`, for callers with an event loop."""
        return await self._asend("/content", _thoughts(items, thoughts), stages=stages)

    def close(self) -> None:
        """Close the connections of the calls that do not await."""
        if self._sync is not None:
            self._sync.close()
            self._sync = None

    async def aclose(self) -> None:
        """Close this event loop's connections."""
        client = self._async.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def _send(
        self, path: str, rows: Sequence[Mapping[str, Any]], **more: object
    ) -> list[dict[str, Any]]:
        chunks = self._chunks(path, rows, more)
        client = self._sync = self._sync or _httpx().Client(**self._settings())
        if len(chunks) < 2:
            return [row for chunk in chunks for row in self._deliver(client, chunk)]
        with ThreadPoolExecutor(self.concurrency) as threads:
            found = list(threads.map(partial(self._deliver, client), chunks))
        return [row for rows in found for row in rows]

    async def _asend(
        self, path: str, rows: Sequence[Mapping[str, Any]], **more: object
    ) -> list[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        client = self._async.get(loop)
        if client is None:
            client = self._async[loop] = _httpx().AsyncClient(**self._settings())
        gate = asyncio.Semaphore(self.concurrency)

        async def deliver(chunk: _Chunk) -> list[dict[str, Any]]:
            async with gate:
                return await self._adeliver(client, chunk)

        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_plain_errors(deliver(chunk)))
                for chunk in self._chunks(path, rows, more)
            ]
        results = [task.result() for task in tasks]
        for result in results:
            if isinstance(result, RewardServerError):
                raise result
        return [row for rows in results for row in cast("list[dict[str, Any]]", rows)]

    def _settings(self) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        limits = _httpx().Limits(max_connections=self.concurrency)
        return {
            "headers": headers, "timeout": self.timeout, "limits": limits, "trust_env": False,
        }  # fmt: skip

    def _chunks(
        self, path: str, rows: Sequence[Mapping[str, Any]], more: Mapping[str, object]
    ) -> list[_Chunk]:
        chunks: list[_Chunk] = []
        for first in range(0, len(rows), self.chunk):
            some = rows[first : first + self.chunk]
            try:
                body = json.dumps({"rows": jsonable(some), **more}, allow_nan=False).encode()
            except (TypeError, ValueError) as error:
                raise InputError(
                    f"rows {first + 1}..{first + len(some)} cannot be sent: {error}"
                ) from error
            chunks.append(_Chunk(path, body, first + 1, len(some)))
        return chunks

    def _deliver(self, client: httpx.Client, chunk: _Chunk) -> list[dict[str, Any]]:
        tries = _Tries(self.attempts, self.backoff)
        for wait in tries:
            time.sleep(wait)
            try:
                tries.last = _read(client.post(self.url + chunk.path, content=chunk.body), chunk)
            except _httpx().HTTPError as error:
                tries.last = _broken(error)
        return self._rows(chunk, tries.last)

    async def _adeliver(self, client: httpx.AsyncClient, chunk: _Chunk) -> list[dict[str, Any]]:
        tries = _Tries(self.attempts, self.backoff)
        for wait in tries:
            await asyncio.sleep(wait)
            try:
                reply = await client.post(self.url + chunk.path, content=chunk.body)
                tries.last = _read(reply, chunk)
            except _httpx().HTTPError as error:
                tries.last = _broken(error)
        return self._rows(chunk, tries.last)

    def _rows(self, chunk: _Chunk, outcome: _Outcome) -> list[dict[str, Any]]:
        if outcome.rows is not None:
            return outcome.rows
        last = chunk.first + chunk.size - 1
        repair = "see that it runs" if outcome.retry else "mend the rows, the token or the address"
        own = "" if "repair:" in outcome.reason else f"; repair: {repair}"
        raise RewardServerError(
            f"{self.url}{chunk.path}: rows {chunk.first}..{last} have no scores: "
            f"{outcome.reason}{own}"
        )


class ServedContent:
    """A server's content scores as a `ContentScorer`, with stages; what fails is missing."""

    __name__ = "served_content"

    def __init__(self, client: RewardClient) -> None:
        self.client = client

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """One standardised score per thought."""
        return [row["score"] for row in self._ask(items, thoughts, stages=False)]

    def stages(
        self, items: Sequence[SocialItem], thoughts: Sequence[str]
    ) -> list[tuple[float | None, ...]]:
        """One score per stage of each thought; empty where the server has none."""
        asked = self._ask(items, thoughts, stages=True)
        return [tuple(row["stages"] or ()) for row in asked]

    def _ask(
        self, items: Sequence[SocialItem], thoughts: Sequence[str], *, stages: bool
    ) -> list[dict[str, Any]]:
        try:
            return self.client.content(items, thoughts, stages=stages)
        except RewardServerError:
            return [{"score": None, "stages": None} for _ in thoughts]


def _address(url: str) -> str:
    """The address of a server, without a slash at its end.

    >>> _address("http://127.0.0.1:8765/")
    'http://127.0.0.1:8765'
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"url {url!r} is no address; repair: http://HOST:PORT")
    return url.rstrip("/")


def _broken(error: Exception) -> _Outcome:
    """A connection that broke or never came about."""
    return _Outcome(reason=type(error).__name__, retry=True)


def _read(reply: httpx.Response, chunk: _Chunk) -> _Outcome:
    """Rows of a reply, or why it has none."""
    status = reply.status_code
    try:
        data: Any = reply.json()
    except ValueError:
        data = None
    if status == 200:
        rows = cast("dict[str, Any]", data).get("rows") if isinstance(data, dict) else None
        if isinstance(rows, list) and len(cast("list[Any]", rows)) == chunk.size:
            return _Outcome(rows=cast("list[dict[str, Any]]", rows))
        return _Outcome(reason=f"no {chunk.size} rows in the reply", retry=True)
    said = cast("dict[str, Any]", data).get("error") if isinstance(data, dict) else None
    reason = f"HTTP {status}" + (f": {said}" if isinstance(said, str) else "")
    return _Outcome(
        reason=reason, retry=status in (408, 429) or status >= 500, wait=_retry_after(reply)
    )


def _retry_after(reply: httpx.Response) -> float:
    try:
        wait = float(reply.headers.get("retry-after", "0"))
    except ValueError:
        return 0.0
    return wait if math.isfinite(wait) and wait > 0 else 0.0


async def _plain_errors(work: Any) -> Any:
    """A result or a `RewardServerError` as a value: other chunks still end in their own time."""
    try:
        return await work
    except RewardServerError as error:
        return error


def _numbered(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records numbered through all chunks."""
    return [{**record, "line": line} for line, record in enumerate(records, start=1)]


def _thoughts(items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[dict[str, Any]]:
    return [{"item": i, "thought": t} for i, t in zip(items, thoughts, strict=True)]


def _httpx() -> Any:
    try:
        import httpx
    except ModuleNotFoundError as error:
        raise MissingExtraError("httpx", "serve") from error
    return httpx
