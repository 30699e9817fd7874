"""The client against a real server that fails: nothing lost, nothing asked twice, caps kept."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from social_r1.errors import ConfigError, MissingExtraError
from social_r1.judge import JudgeClient, JudgeConfig, JudgeStats, Missing, Question, Reply
from social_r1.judge.parse import read_score
from social_r1.judge.types import Reading

from .conftest import PROMPT_TOKENS, REPLY_TOKENS, Endpoint, verdict

Settings = Callable[..., JudgeConfig]


def questions(count: int) -> list[Question]:
    return [question(f"thought {number}") for number in range(count)]


def question(text: str, version: str = "test-1") -> Question:
    return Question(({"role": "user", "content": text},), version, read_score)


def expected(count: int) -> list[float | str | None]:
    return [read_score(verdict(f"thought {number}")).value for number in range(count)]


def reasons(replies: list[Reply]) -> list[Missing | None]:
    return [reply.reason for reply in replies]


def test_every_question_gets_its_own_answer_in_order(
    endpoint: Endpoint, settings: Settings
) -> None:
    replies = JudgeClient(settings()).answer_now(questions(40))
    assert [reply.value for reply in replies] == expected(40)
    assert all(reply.reason is None for reply in replies)
    assert set(endpoint.answered.values()) == {1}
    body = endpoint.bodies[0]
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("m", 0.3, 512)


def test_one_call_in_three_failing_loses_and_repeats_nothing(
    endpoint: Endpoint, settings: Settings, tmp_path: Path
) -> None:
    endpoint.delay = 0.002
    endpoint.plan = lambda number, attempt, user: "ok" if number % 3 else ("status", 500)
    client = JudgeClient(settings(concurrency=8, attempts=12), tmp_path / "a.jsonl")
    stats = JudgeStats()
    for reply in client.answer_now(questions(120)):
        stats.add(reply)
    assert (stats.questions, stats.answered, stats.missing) == (120, 120, {})
    assert set(endpoint.answered.values()) == {1}
    assert stats.calls == endpoint.requests == 120 + stats.retries
    assert stats.retries == endpoint.kinds["status"] > 0
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 120


def test_requests_under_way_never_exceed_the_limit(endpoint: Endpoint, settings: Settings) -> None:
    endpoint.delay = 0.01
    endpoint.plan = lambda number, attempt, user: "ok" if number % 5 else ("status", 503)

    async def two_batches() -> None:
        client = JudgeClient(settings(concurrency=5))
        await asyncio.gather(
            client.answer(questions(30)), client.answer([question(f"x{i}") for i in range(30)])
        )

    asyncio.run(two_batches())
    assert endpoint.most == 5


def test_equal_questions_are_asked_once(endpoint: Endpoint, settings: Settings) -> None:
    endpoint.delay = 0.01
    replies = JudgeClient(settings()).answer_now(questions(3) * 10)
    assert [reply.value for reply in replies] == expected(3) * 10
    assert endpoint.requests == 3
    assert sum(reply.cached for reply in replies) == 27

    async def together() -> list[list[Reply]]:
        client = JudgeClient(settings())
        return await asyncio.gather(client.answer(questions(3)), client.answer(questions(3)))

    one, two = asyncio.run(together())
    assert [r.value for r in one] == [r.value for r in two] == expected(3)
    assert endpoint.requests == 6


GARBAGE = {
    "not json": (("body", "<html>busy</html>"), Missing.BAD_BODY, 3),
    "not an object": (("body", "[1, 2]"), Missing.BAD_BODY, 3),
    "no choices": (("body", '{"id": "x"}'), Missing.BAD_BODY, 3),
    "empty choices": (("body", '{"choices": []}'), Missing.BAD_BODY, 3),
    "no message": (("body", '{"choices": [{"message": null}]}'), Missing.BAD_BODY, 3),
    "nothing": (("body", ""), Missing.BAD_BODY, 3),
    "half a body": (("cut",), Missing.CONNECTION, 3),
    "hung up": (("drop",), Missing.CONNECTION, 3),
    "no content": (("message", {"content": None}), Missing.EMPTY, 1),
    "blank content": (("message", {"content": " \n"}), Missing.EMPTY, 1),
    "cut off": (("message", {"content": '{"score": 0.8}'}, "length"), Missing.TRUNCATED, 1),
    "no score": (("ok", "A fine thought."), Missing.NO_SCORE, 1),
    "out of range": (("ok", '{"score": 95}'), Missing.OUT_OF_RANGE, 1),
    "two scores": (("ok", '{"score": 0.1} {"score": 1}'), Missing.CONTRADICTORY, 1),
    "not a number": (("ok", '{"score": NaN}'), Missing.UNREADABLE, 1),
    "server error": (("status", 502), Missing.SERVER, 3),
    "too many": (("status", 429), Missing.RATE_LIMIT, 3),
    "bad request": (("status", 400), Missing.REFUSED, 1),
    "timeout of its own": (("status", 408), Missing.REFUSED, 1),
    "moved": (("status", 302, ("Location", "/elsewhere")), Missing.REFUSED, 1),
    "no key": (("status", 401), Missing.REFUSED, 1),
}


@pytest.mark.parametrize(("plan", "reason", "calls"), GARBAGE.values(), ids=GARBAGE)
def test_a_failure_is_missing_with_its_reason_and_asked_again_by_the_next_run(
    endpoint: Endpoint,
    settings: Settings,
    tmp_path: Path,
    plan: tuple[object, ...],
    reason: Missing,
    calls: int,
) -> None:
    endpoint.plan = lambda number, attempt, user: plan
    client = JudgeClient(settings(attempts=3), tmp_path / "a.jsonl")
    (reply,) = client.answer_now(questions(1))
    assert (reply.value, reply.reason, reply.calls) == (None, reason, calls)
    assert endpoint.requests == calls
    client.store.close()
    (line,) = (tmp_path / "a.jsonl").read_text().splitlines()
    assert (json.loads(line)["reason"], json.loads(line)["calls"]) == (reason.value, calls)
    assert "text" not in json.loads(line)
    endpoint.plan = lambda number, attempt, user: "ok"
    (again,) = JudgeClient(settings(), tmp_path / "a.jsonl").answer_now(questions(1))
    assert (again.value, again.reason, again.cached) == (expected(1)[0], None, False)


def test_a_slow_call_is_given_up_and_tried_again(endpoint: Endpoint, settings: Settings) -> None:
    endpoint.plan = lambda number, attempt, user: "ok" if attempt else ("slow", 0.6)
    (reply,) = JudgeClient(settings(timeout=0.15)).answer_now(questions(1))
    assert (reply.value, reply.calls) == (expected(1)[0], 2)
    for conduct in ("slow", "drip"):
        endpoint.plan = lambda number, attempt, user, conduct=conduct: (conduct, 0.4)
        (reply,) = JudgeClient(settings(timeout=0.1, attempts=1)).answer_now(questions(1))
        assert reply.reason is Missing.TIMEOUT


def test_attempts_stand_farther_and_farther_apart_up_to_a_limit(
    endpoint: Endpoint, settings: Settings
) -> None:
    endpoint.plan = lambda *_: ("status", 500)
    JudgeClient(settings(backoff=0.04, attempts=5, longest_wait=0.1)).answer_now(questions(1))
    gaps = [late - early for early, late in pairwise(endpoint.moments)]
    least = [0.02, 0.04, 0.05, 0.05]  # half of 0.04, 0.08, and of 0.16 and 0.32 cut to 0.1
    assert all(gap >= wait for gap, wait in zip(gaps, least, strict=True))
    assert sum(gaps) < 2


def test_nobody_listening_is_a_connection_error(settings: Settings) -> None:
    client = JudgeClient(settings(endpoint="http://127.0.0.1:9/v1", attempts=2))
    (reply,) = client.answer_now(questions(1))
    assert (reply.reason, reply.calls, reply.detail) == (Missing.CONNECTION, 2, "ConnectError")


def test_a_rate_limit_is_honoured_by_everybody(endpoint: Endpoint, settings: Settings) -> None:
    wait = 0.3
    endpoint.plan = lambda number, attempt, user: (
        "ok" if number else ("status", 429, ("Retry-After", str(wait)))
    )
    client = JudgeClient(settings(concurrency=1))
    replies = client.answer_now(questions(4))
    assert [reply.value for reply in replies] == expected(4)
    assert endpoint.moments[1] - endpoint.moments[0] >= wait
    assert endpoint.requests == 5
    endpoint.reset()
    endpoint.delay = 0.01
    JudgeClient(settings(concurrency=2)).answer_now(questions(60))
    early = [moment for moment in endpoint.moments if moment < endpoint.moments[0] + wait]
    assert len(early) < 10  # those on their way when the server said so; not the 60 that fit
    assert endpoint.requests == 61


def test_a_server_that_asks_for_hours_is_left_alone(endpoint: Endpoint, settings: Settings) -> None:
    endpoint.plan = lambda *_: ("status", 429, ("Retry-After", "7200"))
    began = time.monotonic()
    replies = JudgeClient(settings(concurrency=1)).answer_now(questions(5))
    assert reasons(replies) == [Missing.RATE_LIMIT] * 5
    assert endpoint.requests == 1
    assert time.monotonic() - began < 2


def test_an_endpoint_that_refuses_everybody_is_asked_once(
    endpoint: Endpoint, settings: Settings
) -> None:
    endpoint.plan = lambda *_: ("status", 401)
    client = JudgeClient(settings(concurrency=1))
    replies = client.answer_now(questions(5))
    assert reasons(replies) == [Missing.REFUSED] + [Missing.GAVE_UP] * 4
    assert replies[-1].detail == "HTTP 401"
    assert endpoint.requests == 1
    endpoint.plan = lambda *_: "ok"  # the next batch tries anew
    assert [reply.value for reply in client.answer_now(questions(5))] == expected(5)


def test_after_many_failures_in_a_row_the_rest_is_not_asked(
    endpoint: Endpoint, settings: Settings
) -> None:
    endpoint.plan = lambda *_: ("status", 500)
    client = JudgeClient(settings(concurrency=1, attempts=2, give_up_after=3))
    replies = client.answer_now(questions(10))
    assert reasons(replies) == [Missing.SERVER] * 3 + [Missing.GAVE_UP] * 7
    assert endpoint.requests == 6


def test_a_second_run_asks_nothing_that_was_answered(
    endpoint: Endpoint, settings: Settings, tmp_path: Path
) -> None:
    first = JudgeClient(settings(), tmp_path / "a.jsonl")
    first.answer_now(questions(10))
    first.store.close()
    second = JudgeClient(settings(), tmp_path / "a.jsonl")
    replies = second.answer_now(questions(15))
    assert [reply.value for reply in replies] == expected(15)
    assert [reply.cached for reply in replies] == [True] * 10 + [False] * 5
    assert endpoint.requests == 15


def test_the_key_depends_on_version_model_temperature_and_messages(settings: Settings) -> None:
    def key(text: str = "a", version: str = "1", **changes: object) -> str:
        return JudgeClient(settings(**changes)).key(question(text, version))

    keys = [key(), key("b"), key(version="2"), key(model="n"), key(temperature=0.0)]
    keys.append(key(extra={"seed": 1}))
    assert len(set(keys)) == len(keys)
    assert key() == key(concurrency=1, attempts=9, timeout=1.0, endpoint="http://other:1/v1")


def test_an_answer_that_the_parser_no_longer_reads_is_asked_for_again(
    endpoint: Endpoint, settings: Settings
) -> None:
    client = JudgeClient(settings())
    client.answer_now(questions(1))
    strict = questions(1)[0]._replace(read=lambda text: Reading(None, Missing.NO_SCORE))
    (reply,) = client.answer_now([strict])
    assert reply.reason is Missing.NO_SCORE
    assert endpoint.requests == 2


def test_a_cap_on_calls_holds_over_runs(
    endpoint: Endpoint, settings: Settings, tmp_path: Path
) -> None:
    for more in (7, 0):  # the first run uses it up, the second finds nothing left
        client = JudgeClient(settings(budget_calls=7), tmp_path / "a.jsonl")
        replies = client.answer_now(questions(20))
        client.store.close()
        assert endpoint.requests == 7
        assert reasons(replies).count(Missing.BUDGET) == 13
        assert sum(not reply.cached and reply.value is not None for reply in replies) == more


def test_a_cap_on_calls_counts_failed_ones(endpoint: Endpoint, settings: Settings) -> None:
    endpoint.plan = lambda number, attempt, user: "ok" if number % 2 else ("status", 500)
    replies = JudgeClient(settings(budget_calls=9, concurrency=3)).answer_now(questions(20))
    assert endpoint.requests == 9
    assert Missing.BUDGET in reasons(replies)


@pytest.mark.parametrize("cap", ["tokens", "cost"])
def test_a_cap_on_tokens_or_money_is_never_overrun(
    endpoint: Endpoint, settings: Settings, cap: str
) -> None:
    endpoint.delay = 0.002
    one = PROMPT_TOKENS + REPLY_TOKENS
    caps = {"tokens": {"budget_tokens": 12 * one}, "cost": {"budget_cost": 12.5 * one / 1e6}}
    client = JudgeClient(
        settings(price_in=1.0, price_out=1.0, reply_tokens=one, concurrency=8, **caps[cap])
    )
    replies = client.answer_now(questions(40))
    asked = [reply for reply in replies if reply.calls]
    assert 10 <= endpoint.requests <= 12
    assert len(asked) == endpoint.requests
    assert reasons(replies).count(Missing.BUDGET) == 40 - endpoint.requests
    assert client.budget.used.prompt_tokens == endpoint.requests * PROMPT_TOKENS
    assert client.budget.cost == pytest.approx(endpoint.requests * one / 1e6)


def test_tokens_and_cost_come_from_usage_or_are_said_to_be_estimates(
    endpoint: Endpoint, settings: Settings
) -> None:
    client = JudgeClient(settings(price_in=2.0, price_out=10.0))
    (reply,) = client.answer_now(questions(1))
    assert (reply.prompt_tokens, reply.completion_tokens) == (PROMPT_TOKENS, REPLY_TOKENS)
    assert client.cost(reply) == pytest.approx((100 * 2 + 10 * 10) / 1e6)
    for usage in (None, {}, {"prompt_tokens": -5, "completion_tokens": "x"}, [1]):
        endpoint.usage = usage
        (reply,) = client.answer_now([question(f"without {usage}")])
        assert reply.estimated
        assert reply.completion_tokens == 512
    endpoint.plan = lambda *_: ("message", {"content": ""})
    endpoint.usage = {"prompt_tokens": 7, "completion_tokens": 0}
    (reply,) = client.answer_now([question("paid for nothing")])
    assert (reply.value, reply.prompt_tokens, reply.estimated) == (None, 7, False)


def test_the_key_goes_into_the_header_and_nowhere_else(
    endpoint: Endpoint,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    JudgeClient(settings()).answer_now(questions(1))
    assert "Authorization" not in endpoint.headers[0]
    monkeypatch.setenv("MY_JUDGE_KEY", "sk-secret")
    endpoint.plan = lambda number, attempt, user: "ok" if number % 2 else ("status", 500)
    client = JudgeClient(settings(api_key_env="MY_JUDGE_KEY"), tmp_path / "a.jsonl")
    replies = client.answer_now(questions(4))
    assert endpoint.headers[-1]["Authorization"] == "Bearer sk-secret"
    seen = [(tmp_path / "a.jsonl").read_text(), repr(replies), repr(client.config), caplog.text]
    assert not any("sk-secret" in text for text in seen)
    assert b"sk-secret" not in pickle.dumps(client)
    monkeypatch.delenv("MY_JUDGE_KEY")
    with pytest.raises(ConfigError, match=r"MY_JUDGE_KEY is not set; repair: export it"):
        client.answer_now(questions(1))
    monkeypatch.setenv("MY_JUDGE_KEY", "sk-sécret")
    with pytest.raises(ConfigError, match="characters that no key has") as caught:
        client.answer_now(questions(1))
    assert "cret" not in str(caught.value).replace("characters", "")


def test_it_answers_inside_a_running_event_loop(endpoint: Endpoint, settings: Settings) -> None:
    client = JudgeClient(settings())

    async def inside() -> list[Reply]:
        return client.answer_now(questions(3))

    assert [reply.value for reply in asyncio.run(inside())] == expected(3)
    assert [reply.value for reply in client.answer_now(questions(4))] == expected(4)
    assert endpoint.requests == 4


def test_a_cancelled_batch_keeps_what_was_answered(
    endpoint: Endpoint, settings: Settings, tmp_path: Path
) -> None:
    endpoint.delay = 0.02
    client = JudgeClient(settings(concurrency=2), tmp_path / "a.jsonl")

    async def cut_short() -> None:
        batch = asyncio.ensure_future(client.answer(questions(100)))
        while not len(client.store):
            await asyncio.sleep(0.01)
        batch.cancel()
        await batch

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cut_short())
    kept = len(client.store)
    assert 0 < kept < 100
    endpoint.delay = 0
    replies = client.answer_now(questions(100))
    assert [reply.value for reply in replies] == expected(100)
    assert sum(reply.cached for reply in replies) == kept


def test_a_copy_in_another_process_reads_the_same_store(
    endpoint: Endpoint, settings: Settings, tmp_path: Path
) -> None:
    client = JudgeClient(settings(), tmp_path / "a.jsonl")
    client.answer_now(questions(5))
    copy = pickle.loads(pickle.dumps(client))
    assert [reply.value for reply in copy.answer_now(questions(5))] == expected(5)
    assert endpoint.requests == 5
    assert copy.budget.used.calls == 5


def test_progress_is_told_as_it_comes(endpoint: Endpoint, settings: Settings) -> None:
    told: list[int] = []
    JudgeClient(settings()).answer_now(questions(9), lambda place, reply: told.append(place))
    assert sorted(told) == list(range(9))


def test_more_fields_of_the_request_can_be_set_and_taken_away(
    endpoint: Endpoint, settings: Settings
) -> None:
    extra = {"max_tokens": None, "max_completion_tokens": 99, "seed": 3}
    JudgeClient(settings(extra=extra)).answer_now(questions(1))
    body = endpoint.bodies[0]
    assert "max_tokens" not in body
    assert (body["max_completion_tokens"], body["seed"]) == (99, 3)
    assert json.dumps(body["messages"]) == json.dumps([{"role": "user", "content": "thought 0"}])


def test_without_httpx_the_extra_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(MissingExtraError, match=r"repair: pip install 'social-r1\[judge\]'"):
        JudgeClient(settings()).answer_now(questions(1))


def test_the_room_loads_no_http_library_by_itself() -> None:
    code = "import sys, social_r1.judge, social_r1.cli.judge; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
