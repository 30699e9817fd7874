"""Processes die, hang and come back; the work gets done or fails, but is never lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from social_r1.rewards import reward_config
from social_r1.serving.config import WorkerConfig
from social_r1.serving.frames import Done, Start
from social_r1.serving.pool import NobodyThere, Pool, WorkFailed, WorkTooLong

CONFIG = WorkerConfig(reward=reward_config("paper")).model_dump_json()


def in_pool(work: Callable[[Pool], Awaitable[None]], **more: Any) -> list[None]:
    """Do something with a pool; one entry per process that had to be replaced."""
    replaced: list[None] = []

    async def run() -> None:
        options: dict[str, Any] = {"count": 1, "seconds": 60.0} | more
        pool = Pool("rules", CONFIG, restarted=lambda: replaced.append(None), **options)
        pool.open()
        try:
            await work(pool)
        finally:
            await pool.close()
        assert pool.pids == []

    asyncio.run(run())
    return replaced


async def until(happens: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happens():
            await asyncio.sleep(0.01)


def request(rows: list[dict[str, Any]]) -> Start:
    return Start("score", json.dumps({"rows": rows}).encode())


def test_work_given_before_a_process_is_up_is_done(rows: list[dict[str, Any]]) -> None:
    async def work(pool: Pool) -> None:
        assert not pool.ready
        replies = await asyncio.gather(*(pool.call(request(rows[:n])) for n in range(4)))
        assert [reply.rows for reply in replies] == [0, 1, 2, 3]
        await until(lambda: pool.ready)

    assert in_pool(work, count=2) == []


def test_a_process_killed_at_rest_is_replaced(rows: list[dict[str, Any]]) -> None:
    async def work(pool: Pool) -> None:
        await until(lambda: pool.ready)
        [old] = pool.pids
        os.kill(old, signal.SIGKILL)
        await until(lambda: pool.ready and pool.pids != [old])
        assert (await pool.call(request(rows[:1]))).status == 200

    assert in_pool(work) == [None]


def test_work_of_a_process_that_is_killed_is_done_by_the_next(rows: list[dict[str, Any]]) -> None:
    async def work(pool: Pool) -> None:
        await until(lambda: pool.ready)
        [old] = pool.pids
        os.kill(old, signal.SIGSTOP)  # so that the work is surely with it
        job = asyncio.create_task(pool.call(request(rows)))
        await asyncio.sleep(0.05)
        os.kill(old, signal.SIGKILL)
        done: Done = await job
        assert (done.status, done.rows) == (200, 12)

    assert in_pool(work) == [None]


def test_work_that_takes_too_long_fails_and_the_next_is_done(rows: list[dict[str, Any]]) -> None:
    async def work(pool: Pool) -> None:
        await until(lambda: pool.ready)
        os.kill(pool.pids[0], signal.SIGSTOP)
        with pytest.raises(WorkTooLong, match=r"more than 0\.5 s"):
            await pool.call(request(rows[:1]))
        pool.seconds = 60
        assert (await pool.call(request(rows[:1]))).status == 200

    assert in_pool(work, seconds=0.5) == [None]


def test_work_that_kills_three_processes_fails(rows: list[dict[str, Any]]) -> None:
    class Poison:
        """Unpickling it ends the process."""

        def __reduce__(self) -> tuple[Any, ...]:
            return os._exit, (9,)

    async def work(pool: Pool) -> None:
        with pytest.raises(WorkFailed, match="3 processes died on it"):
            await pool.call(Poison())
        assert (await pool.call(request(rows[:1]))).status == 200

    assert len(in_pool(work)) == 3


def test_where_no_process_starts_work_fails_at_once_and_is_done_when_one_does(
    rows: list[dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    async def work(pool: Pool) -> None:
        await until(lambda: pool.ready)
        right, pool.command = pool.command, [sys.executable, "-c", "raise SystemExit(3)"]
        os.kill(pool.pids[0], signal.SIGKILL)
        await until(lambda: not pool.ready)
        with pytest.raises(NobodyThere, match="no rules process can be started"):
            await pool.call(request(rows[:1]))  # waits for the first attempt
        with pytest.raises(NobodyThere):
            await pool.call(request(rows[:1]))
        pool.command = right
        await until(lambda: pool.ready)
        assert (await pool.call(request(rows[:1]))).status == 200

    assert len(in_pool(work)) >= 2  # the one that was killed, and those that did not start
    log = capfd.readouterr().err
    assert "social-r1 serve: rules process ended (-9); it is replaced" in log
    assert "social-r1 serve: no rules process (IncompleteReadError); again in 0.5 s" in log


def test_the_processes_end_with_the_one_that_started_them() -> None:
    async def work(pool: Pool) -> None:
        await until(lambda: pool.ready)
        os.kill(pool.pids[0], signal.SIGTERM)  # an operator's kill of the group: not theirs
        await asyncio.sleep(0.2)
        assert pool.ready

    assert in_pool(work) == []
