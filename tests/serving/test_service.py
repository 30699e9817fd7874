"""Content in batches across requests, and one bad batch costs only the request that is bad."""

from __future__ import annotations

import asyncio
from typing import Any

from social_r1.serving.frames import Ask, Grade, Graded
from social_r1.serving.metrics import Metrics
from social_r1.serving.pool import WorkFailed
from social_r1.serving.service import NOTHING, Batches, Service

from .conftest import config_of


class Content:
    """In place of the content process: a work b"3:2" has two thoughts of score 3."""

    def __init__(self) -> None:
        self.calls: list[list[bytes]] = []

    async def call(self, message: Grade) -> Graded:
        self.calls.append(message.works)
        await asyncio.sleep(0.01)
        if b"dead:1" in message.works:
            raise WorkFailed("gone")
        if b"bad:1" in message.works:
            return Graded([], "ValueError")
        values: list[list[Any]] = []
        for work in message.works:
            score, _, count = work.decode().partition(":")
            values.append([(float(score), None)] * int(count))
        return Graded(values)


def ask(text: str, *, stages: bool = False) -> Ask:
    return Ask(b"", text.encode(), int(text.partition(":")[2]), stages)


def grade(*asks: Ask, rows: int = 100) -> tuple[list[Any], Content, Metrics]:
    content, metrics = Content(), Metrics()

    async def run() -> list[Any]:
        batches = Batches(content, rows, metrics)  # type: ignore[arg-type]
        return await asyncio.gather(*(batches.score(one) for one in asks))

    return asyncio.run(run()), content, metrics


def test_requests_share_a_call_and_get_their_own_scores() -> None:
    values, content, metrics = grade(ask("1:2"), ask("2:1"), ask("3:3"))
    assert [[score for score, _ in found] for found in values] == [[1, 1], [2], [3, 3, 3]]
    assert content.calls == [[b"1:2", b"2:1", b"3:3"]]
    assert metrics.value("content_rows_total") == 6


def test_a_call_holds_no_more_thoughts_than_it_may_and_one_kind() -> None:
    _, content, _ = grade(ask("1:2"), ask("2:2"), ask("3:9"), ask("4:1", stages=True), rows=4)
    assert content.calls == [[b"1:2", b"2:2"], [b"3:9"], [b"4:1"]]


def test_a_batch_that_fails_is_asked_again_one_by_one_and_what_fails_then_is_missing() -> None:
    for trouble in ("bad:1", "dead:1"):
        values, content, metrics = grade(ask("1:1"), ask(trouble), ask("2:1"))
        assert values == [[(1.0, None)], [NOTHING], [(2.0, None)]]
        assert len(content.calls) == 4
        assert metrics.value("content_failures_total") == 2


def test_a_full_queue_sends_away_with_half_the_usual_time() -> None:
    service = Service(config_of(max_queue=2))
    service.pending = 2
    service._mean = 9.0
    reply = asyncio.run(service.handle("score", b""))
    assert (reply.status, reply.retry_after) == (429, 5)
    assert b"2 requests are waiting" in reply.body
