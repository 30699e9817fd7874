"""A pool of worker processes: work in, replies out, and a dead worker's work done by another.

Scoring the same text twice gives the same figures, so work whose process died (or took too long) is
simply done again; what kills ``ATTEMPTS`` processes in turn fails, and only that. Where no process
can be started at all, work fails at once instead of waiting for ever.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from social_r1.serving import frames

ATTEMPTS = 3
"""Processes that one piece of work may cost."""
START_SECONDS = 300.0
"""Time that a process has to load what it needs."""
REST = 0.5
"""Seconds before a process that could not start is tried again; doubles."""
LONGEST_REST = 30.0

QUIET = {
    "OMP_WAIT_POLICY": "passive",
    "GOMP_SPINCOUNT": "0",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}
"""Threads of the content model sleep while they have nothing to do, and its loading draws no bar
into the log; your environment wins."""


class WorkFailed(Exception):
    """Work that no process could do."""


class WorkTooLong(WorkFailed):
    """Work that took longer than it may."""


class NobodyThere(WorkFailed):
    """Work for processes of which none can be started."""


@dataclass
class _Job:
    message: Any
    reply: asyncio.Future[Any]
    tried: int = 0


class _Process:
    """One worker process, from its first word on."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._input, self._output = process.stdin, process.stdout

    @classmethod
    async def start(cls, command: Sequence[str]) -> _Process:
        """Start it and wait until it is ready.

        Raises:
            OSError, TimeoutError, asyncio.IncompleteReadError: it did not get ready.
        """
        pipe = asyncio.subprocess.PIPE
        new = cls(
            await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, limit=2**20, env=QUIET | os.environ
            )
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                await frames.receive(new._output)
        except BaseException:
            await new.stop()
            raise
        return new

    async def call(self, message: Any) -> Any:
        """Send one message and wait for its reply."""
        self._input.write(frames.pack(message))
        await self._input.drain()
        return await frames.receive(self._output)

    async def stop(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Pool:
    """Processes of one kind behind one queue.

    Args:
        kind: ``rules`` or ``content``.
        config: their config, as JSON.
        count: how many.
        seconds: time for one piece of work.
        restarted: told of every process that had to be replaced.
    """

    def __init__(
        self,
        kind: Literal["rules", "content"],
        config: str,
        *,
        count: int,
        seconds: float,
        restarted: Callable[[], None] = lambda: None,
    ) -> None:
        self.command = [sys.executable, "-m", "social_r1.serving.worker", kind, config]
        self.count = count
        self.seconds = seconds
        self.restarted = restarted
        self.kind = kind
        self._broken = False
        """The latest start of a process failed."""
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._live: set[_Process] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to start the processes; work may be given at once."""
        self._tasks = [asyncio.create_task(self._serve()) for _ in range(self.count)]

    async def close(self) -> None:
        """End the processes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def ready(self) -> bool:
        """Whether work is done here: one process is enough while others are being replaced."""
        return bool(self._live) or not self.count

    @property
    def alive(self) -> int:
        """How many processes are up."""
        return len(self._live)

    @property
    def pids(self) -> list[int]:
        """Their process numbers."""
        return [process.process.pid for process in self._live]

    async def call(self, message: Any) -> Any:
        """Have one piece of work done.

        Raises:
            WorkFailed: by no process.
        """
        if self._broken and not self._live:
            raise self._nobody()
        job = _Job(message, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        return await job.reply

    async def _serve(self) -> None:
        """Keep one process alive and give it work."""
        rest = REST
        while True:
            try:
                process = await _Process.start(self.command)
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self._could_not_start(error, rest)
                await asyncio.sleep(rest)
                rest = min(2 * rest, LONGEST_REST)
                continue
            rest, self._broken = REST, False
            self._live.add(process)
            try:
                await self._feed(process)
            finally:
                self._live.discard(process)
                await process.stop()
            _log(f"{self.kind} process ended ({process.process.returncode}); it is replaced")
            self.restarted()

    def _could_not_start(self, error: Exception, rest: float) -> None:
        """Say so, and let nobody wait for a process that may never come."""
        _log(f"no {self.kind} process ({type(error).__name__}); again in {rest:g} s")
        self.restarted()
        self._broken = True
        while not self._live and not self._jobs.empty():
            _fail(self._jobs.get_nowait(), self._nobody())

    def _nobody(self) -> NobodyThere:
        return NobodyThere(f"no {self.kind} process can be started; the service's log says why")

    async def _feed(self, process: _Process) -> None:
        """Give work to a process until it dies."""
        died = asyncio.create_task(process.process.wait())
        try:
            while True:
                waiting = asyncio.create_task(self._jobs.get())
                try:
                    await asyncio.wait({waiting, died}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    taken = not waiting.cancel() and not waiting.cancelled()
                if not taken:
                    return
                if not await self._do(process, waiting.result()):
                    return
        finally:
            died.cancel()

    async def _do(self, process: _Process, job: _Job) -> bool:
        """Have a job done; False where the process is of no more use."""
        if job.reply.done():
            return True
        try:
            async with asyncio.timeout(self.seconds):
                reply = await process.call(job.message)
        except TimeoutError:
            _fail(job, WorkTooLong(f"it took more than {self.seconds:g} s"))
            return False
        except (OSError, asyncio.IncompleteReadError):
            job.tried += 1
            if job.tried >= ATTEMPTS:
                _fail(job, WorkFailed(f"{job.tried} processes died on it"))
            else:
                self._jobs.put_nowait(job)
            return False
        except asyncio.CancelledError:
            _fail(job, WorkFailed("the service ends"))
            raise
        if not job.reply.done():
            job.reply.set_result(reply)
        return True


def _fail(job: _Job, error: WorkFailed) -> None:
    if not job.reply.done():
        job.reply.set_exception(error)


def _log(message: str) -> None:
    sys.stderr.write(f"social-r1 serve: {message}\n")
    sys.stderr.flush()
