"""What happens to a request between its body and its reply: queue, rules, content scores.

Content scores are asked for in batches across requests: while the content process works on one, the
thoughts of all other requests gather for the next. A batch that fails is asked again request by
request, so that one bad thought does not cost the others their scores; what fails then is missing.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, NamedTuple

from social_r1 import __version__
from social_r1.serving.config import ServeConfig
from social_r1.serving.frames import Ask, Done, Finish, Grade, Graded, Start
from social_r1.serving.metrics import Metrics
from social_r1.serving.pool import NobodyThere, Pool, WorkFailed, WorkTooLong

NOTHING = (None, None)
"""A thought without score and stage scores."""


class Reply(NamedTuple):
    """Status and JSON of a reply."""

    status: int
    body: bytes
    retry_after: int | None = None


@dataclass
class _Asked:
    ask: Ask
    values: asyncio.Future[list[Any]]


class Batches:
    """Gathers what requests ask of the content process."""

    def __init__(self, pool: Pool, rows: int, metrics: Metrics) -> None:
        self.pool = pool
        self.rows = rows
        self.metrics = metrics
        self._waiting: deque[_Asked] = deque()
        self._task: asyncio.Task[None] | None = None

    async def score(self, ask: Ask) -> list[Any]:
        """(score, stage scores) of each thought; `NOTHING` where it is missing."""
        asked = _Asked(ask, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await asked.values

    async def _work(self) -> None:
        while self._waiting:
            batch = self._next()
            if not await self._try(batch) and len(batch) > 1:
                for asked in batch:
                    await self._try([asked])
            for asked in batch:
                if not asked.values.done():
                    asked.values.set_result([NOTHING] * asked.ask.size)

    def _next(self) -> list[_Asked]:
        """The oldest request and those behind it that fit into one call with it."""
        batch = [self._waiting.popleft()]
        count = batch[0].ask.size
        while self._waiting and self._waiting[0].ask.stages == batch[0].ask.stages:
            count += self._waiting[0].ask.size
            if count > self.rows:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _try(self, batch: list[_Asked]) -> bool:
        """Ask once; False if it failed."""
        self.metrics.add("content_batches_total")
        self.metrics.add("content_rows_total", sum(asked.ask.size for asked in batch))
        try:
            grade = Grade([asked.ask.work for asked in batch], batch[0].ask.stages)
            graded: Graded = await self.pool.call(grade)
        except NobodyThere as error:  # said to the clients, who come back: no score is not there
            for asked in batch:
                if not asked.values.done():
                    asked.values.set_exception(error)
            return True
        except WorkFailed:
            graded = Graded([], "WorkFailed")
        if graded.failure:
            self.metrics.add("content_failures_total")
            return False
        for asked, values in zip(batch, graded.values, strict=True):
            if not asked.values.done():
                asked.values.set_result(values)
        return True


class Service:
    """The processes of a service and the way of a request through them."""

    def __init__(self, config: ServeConfig) -> None:
        self.config = config
        self.metrics = Metrics()
        self.pending = 0
        """Requests that wait or are being scored."""
        self.uploads = 0
        """Bodies on their way."""
        self._mean = 0.05
        told = config.worker.model_dump_json()
        self.rules = Pool(
            "rules", told, count=config.workers, seconds=config.work_timeout,
            restarted=lambda: self.metrics.add("restarts_total", kind="rules"),
        )  # fmt: skip
        self.content = Pool(
            "content", told, count=int(config.worker.content != "none"),
            seconds=config.work_timeout,
            restarted=lambda: self.metrics.add("restarts_total", kind="content"),
        )  # fmt: skip
        self.batches = Batches(self.content, config.content_rows, self.metrics)
        self._begin_counting()

    def _begin_counting(self) -> None:
        """Show what may happen as 0, so that its first time is seen as a rise."""
        kinds = ["rules"]
        for part in ("structure", "content"):
            self.metrics.add("missing_total", 0, part=part)
        if self.content.count:
            kinds.append("content")
            for name in ("batches", "rows", "failures"):
                self.metrics.add(f"content_{name}_total", 0)
        for kind in kinds:
            self.metrics.add("restarts_total", 0, kind=kind)
        self.metrics.set("build_info", 1, version=__version__)
        self.metrics.set("start_time_seconds", time.time())

    def open(self) -> None:
        """Start the processes."""
        self.rules.open()
        self.content.open()

    async def close(self) -> None:
        """End the processes."""
        await self.rules.close()
        await self.content.close()

    @property
    def ready(self) -> bool:
        """Whether requests are answered: a process of each kind is up."""
        return self.rules.ready and self.content.ready

    async def handle(self, endpoint: str, body: bytes) -> Reply:
        """The reply to one request."""
        if self.pending >= self.config.max_queue:
            return self._busy()
        self.pending += 1
        began = time.perf_counter()
        try:
            done = await self._score(endpoint, body)
        except WorkTooLong as error:
            return fault(504, f"no reply: {error}; repair: send fewer rows at a time")
        except NobodyThere as error:
            return fault(503, f"no reply: {error}")._replace(retry_after=5)
        except WorkFailed as error:
            return fault(500, f"no reply: {error}")
        finally:
            self.pending -= 1
            self._note(endpoint, time.perf_counter() - began)
        self.metrics.add("rows_total", done.rows, endpoint=endpoint)
        for part, count in done.missing:
            self.metrics.add("missing_total", count, part=part)
        return Reply(done.status, done.body)

    def page(self) -> str:
        """The metrics."""
        for pool in (self.rules, self.content):
            self.metrics.set("processes", pool.alive, kind=pool.kind)
        gauges = {"queue": self.pending, "uploads": self.uploads, "ready": int(self.ready)}
        return self.metrics.text(gauges)

    async def _score(self, endpoint: str, body: bytes) -> Done:
        first: Ask | Done = await self.rules.call(Start(endpoint, body))
        if isinstance(first, Done):
            return first
        values = await self.batches.score(first)
        return await self.rules.call(Finish(first.state, values))

    def _note(self, endpoint: str, seconds: float) -> None:
        self.metrics.observe(seconds, endpoint=endpoint)
        self._mean += 0.1 * (seconds - self._mean)

    def _busy(self) -> Reply:
        """Come back when about half of those before you are through."""
        wait = max(1, min(30, math.ceil(self._mean / 2)))
        reply = fault(429, f"{self.pending} requests are waiting; repair: come back later")
        return reply._replace(retry_after=wait)


def fault(status: int, message: str) -> Reply:
    """A reply that says what was wrong."""
    return Reply(status, json.dumps({"error": message}).encode())
