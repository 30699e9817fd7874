"""`JudgeClient`: many questions to one judge, each answered at most once.

    client = JudgeClient(config, "outputs/judge/answers.jsonl")
    replies = client.answer_now(questions)          # or: await client.answer(questions)

What holds for every batch:

1. One reply per question, in their order. A failure is a reply with a reason and no value.
2. A question whose answer is in the store, or that another question of the batch equals, is not
   asked. Answers are stored as they come; failures never count as answers.
3. At most ``concurrency`` requests are under way. A server that says when to come back is left
   alone by all of them until then.
4. Time-outs, broken connections, 429, 5xx and bodies that are no chat completion are tried again
   with exponential backoff and jitter; other statuses and replies without a readable verdict not.
5. When the budget is used up, or the endpoint refuses everybody (401, 403, 404), or
   ``give_up_after`` questions in a row have failed for want of it, the rest is not asked.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from social_r1.judge.budget import Budget, Room, Use
from social_r1.judge.config import JudgeConfig
from social_r1.judge.http import Outcome, open_http, post
from social_r1.judge.store import AnswerStore, Record
from social_r1.judge.types import Missing, Question, Reading, Reply

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
OnReply = Callable[[int, Reply], None]
"""Told the place of a question and its reply, as replies come."""

ROOM_SECONDS = 0.02
"""How often a call that may still fit the budget looks again."""


class _Sent(NamedTuple):
    """One request, or the reason why there was none (``used`` is then zero)."""

    outcome: Outcome
    used: Use
    estimated: bool = False
    """The server did not say what the reply used."""


@dataclass
class _Session:
    """What the batches that run in one event loop share while they run."""

    gate: asyncio.Semaphore
    http: httpx.AsyncClient
    batches: int = 0
    resume_at: float = 0.0
    """Loop time before which nothing is sent."""
    failed: int = 0
    """Questions in a row that failed for want of a working endpoint."""
    closed: tuple[Missing, str] | None = None
    """Why nothing more is asked."""
    flying: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    """Questions under way, by key; the event comes when they are not any more."""
    done: dict[str, Reply] = field(default_factory=dict[str, Reply])
    """Replies so far, failures among them: equal questions share those too."""

    async def pause(self) -> None:
        """Wait as long as a server has asked us to."""
        while (gap := self.resume_at - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(gap)


class JudgeClient:
    """Asks one judge. Picklable: a copy reads the store's file anew.

    Args:
        config: endpoint, model, limits.
        cache: JSONL file of answers; None keeps them in memory.

    Raises:
        InputError: the file cannot be used.
    """

    def __init__(self, config: JudgeConfig, cache: str | Path | None = None) -> None:
        self.config = config
        self.cache = None if cache is None else Path(cache)
        self._start()

    def _start(self) -> None:
        self.store = AnswerStore(self.cache)
        store = self.store
        self.budget = Budget(
            self.config, Use(store.calls, store.prompt_tokens, store.completion_tokens)
        )
        self._lock = threading.Lock()
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, _Session] = WeakKeyDictionary()

    def __getstate__(self) -> dict[str, Any]:
        return {"config": self.config, "cache": self.cache}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.config, self.cache = state["config"], state["cache"]
        self._start()

    def key(self, question: Question) -> str:
        """Hash of prompt version, model, temperature and messages (and of ``extra``, if any)."""
        parts: list[Any] = [
            question.version,
            self.config.model,
            self.config.temperature,
            list(question.messages),
        ]
        if self.config.extra:
            parts.append(self.config.extra)
        text = json.dumps(parts, sort_keys=True)
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def cost(self, reply: Reply) -> float:
        """Price of what a reply used now, in the config's currency."""
        return self.config.cost(reply.prompt_tokens, reply.completion_tokens)

    def answer_now(
        self, questions: Sequence[Question], on_reply: OnReply | None = None
    ) -> list[Reply]:
        """As `answer`, for callers that cannot await; also where an event loop is running.

        One batch at a time: other threads wait for their turn.
        """
        with self._lock:
            return run_now(lambda: self.answer(questions, on_reply))

    async def answer(
        self, questions: Sequence[Question], on_reply: OnReply | None = None
    ) -> list[Reply]:
        """One reply per question, in their order.

        Args:
            questions: what to ask; equal ones are asked once.
            on_reply: told each reply as it comes.

        Raises:
            MissingExtraError: httpx is not installed.
            ConfigError: the key's environment variable is not set.
            OSError: the store cannot be written.
        """
        replies: dict[int, Reply] = {}
        places = iter(enumerate(questions))

        async def work(session: _Session) -> None:
            for place, question in places:
                replies[place] = await self._reply(session, question)
                if on_reply is not None:
                    on_reply(place, replies[place])

        session = self._enter()
        count = min(self.config.concurrency, len(questions))
        workers = [asyncio.create_task(work(session)) for _ in range(count)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await self._leave(session)
        return [replies[place] for place in range(len(questions))]

    def _enter(self) -> _Session:
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None:
            gate = asyncio.Semaphore(self.config.concurrency)
            session = self._sessions[loop] = _Session(gate, open_http(self.config))
        session.batches += 1
        return session

    async def _leave(self, session: _Session) -> None:
        session.batches -= 1
        if session.batches == 0:
            del self._sessions[asyncio.get_running_loop()]
            await session.http.aclose()
            self.store.sync()

    async def _reply(self, session: _Session, question: Question) -> Reply:
        """From the store, from an equal question of this batch, or from the judge."""
        key = self.key(question)
        text = self.store.get(key)
        if text is not None:
            known = question.read(text)
            if known.reason is None:  # else the parser has changed since: ask again
                return Reply(key, known.value, None, cached=True)
        while key in session.flying:
            await session.flying[key].wait()
        if key in session.done:
            done = session.done[key]
            return Reply(key, done.value, done.reason, done.detail, cached=True)
        session.flying[key] = asyncio.Event()
        try:
            session.done[key] = reply = await self._ask(session, key, question)
            return reply
        finally:
            session.flying.pop(key).set()

    async def _ask(self, session: _Session, key: str, question: Question) -> Reply:
        """Ask, again where that may help, and store what came of it."""
        used = Use()
        while True:
            sent = await self._send(session, question)
            used = used.plus(sent.used)
            wait = self._wait(session, sent, used.calls)
            if wait is None:
                break
            await asyncio.sleep(wait)
        text, reason, detail = sent.outcome.text, sent.outcome.reason, sent.outcome.detail
        reading = Reading(None, reason) if text is None else question.read(text)
        reply = Reply(
            key, reading.value, reading.reason, detail, False, *used, estimated=sent.estimated
        )
        if used.calls:
            self.store.add(
                Record(
                    key,
                    text if reading.reason is None else None,
                    reading.reason and reading.reason.value,
                    *used,
                    version=question.version,
                    model=self.config.model,
                )
            )
            self._watch(session, sent.outcome)
        return reply

    async def _send(self, session: _Session, question: Question) -> _Sent:
        """One request; none where nothing more is to be asked or the budget has no room."""
        async with session.gate:
            await session.pause()
            if session.closed is not None:
                reason, detail = session.closed
                return _Sent(Outcome(reason=reason, detail=detail), Use())
            wanted = self.budget.estimate(question.messages)
            while (room := self.budget.take(wanted)) is Room.WAIT:
                await asyncio.sleep(ROOM_SECONDS)
            if room is Room.NO:
                return _Sent(Outcome(reason=Missing.BUDGET), Use())
            used = Use(1)
            try:
                outcome = await post(session.http, self.config, question.messages)
                silent = outcome.usage is None and outcome.replied
                used = wanted if silent else Use(1, *(outcome.usage or (0, 0)))
            finally:
                self.budget.settle(wanted, used)
            return _Sent(outcome, used, silent)

    def _wait(self, session: _Session, sent: _Sent, calls: int) -> float | None:
        """Seconds of backoff before the next attempt, None where there is none.

        What a server asks for besides is waited out by everybody, in `_Session.pause`.
        """
        config, asked = self.config, sent.outcome.retry_after
        if not sent.outcome.retry or not calls:
            return None
        if asked is not None:
            if asked > config.longest_wait:
                session.closed = (Missing.RATE_LIMIT, sent.outcome.detail)
                return None
            now = asyncio.get_running_loop().time()
            session.resume_at = max(session.resume_at, now + asked)
        if calls >= config.attempts:
            return None
        grown = min(config.longest_wait, config.backoff * 2 ** min(calls - 1, 30))
        return grown * random.uniform(0.5, 1.0)

    def _watch(self, session: _Session, outcome: Outcome) -> None:
        """Close the session when the endpoint is of no use."""
        session.failed = session.failed + 1 if outcome.retry else 0
        if session.closed is None and (
            outcome.fatal or session.failed >= self.config.give_up_after
        ):
            session.closed = (Missing.GAVE_UP, outcome.detail)


def run_now(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end, in a thread of its own where an event loop is running here."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(make())
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(make())).result()
