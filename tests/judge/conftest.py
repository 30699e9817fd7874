"""A judge on loopback: a real HTTP server that can be slow, fail, refuse and talk nonsense."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from social_r1.items import SocialItem
from social_r1.judge import JudgeConfig

PROMPT_TOKENS, REPLY_TOKENS = 100, 10
"""What the server says that each call used."""

Plan = Callable[[int, int, str], "str | tuple[Any, ...]"]
"""(number of the request, number of this prompt's request, user message) → what to do."""


def verdict(user: str) -> str:
    """The server's usual reply: a score, or a choice, that the prompt alone decides."""
    number = int(sha256(user.encode()).hexdigest()[:8], 16)
    if "The first version:" in user:
        return json.dumps({"better": ("first", "second")[number % 2]})
    return f'Forwards, mostly. {{"score": {number % 101 / 100}}}'


class Endpoint:
    """What the server does and what it saw."""

    def __init__(self) -> None:
        self.plan: Plan = lambda number, attempt, user: "ok"
        self.reply = verdict
        self.delay = 0.0
        self.usage: Any = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": REPLY_TOKENS}
        self.reset()

    def reset(self) -> None:
        self.lock = threading.Lock()
        self.requests = 0
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.live = self.most = 0
        self.moments: list[float] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.kinds: dict[str, int] = defaultdict(int)

    @property
    def users(self) -> list[str]:
        return [body["messages"][-1]["content"] for body in self.bodies]


class Handler(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        judge: Endpoint = self.server.endpoint
        data = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(data)
        user = body["messages"][-1]["content"]
        with judge.lock:
            judge.live += 1
            judge.most = max(judge.most, judge.live)
            number, attempt = judge.requests, judge.asked[user]
            judge.requests += 1
            judge.asked[user] += 1
            judge.moments.append(time.monotonic())
            judge.headers.append(dict(self.headers))
            judge.bodies.append(body)
        try:
            time.sleep(judge.delay)
            kind, *details = self._plan(judge, number, attempt, user)
        finally:
            with judge.lock:  # before the reply goes out: its reader may ask again at once
                judge.live -= 1
        judge.kinds[kind] += 1
        getattr(self, f"do_{kind}")(judge, user, *details)

    def _plan(self, judge: Endpoint, number: int, attempt: int, user: str) -> tuple[Any, ...]:
        planned = judge.plan(number, attempt, user)
        return (planned,) if isinstance(planned, str) else planned

    def do_ok(self, judge: Endpoint, user: str, text: str | None = None) -> None:
        self.do_message(judge, user, {"content": judge.reply(user) if text is None else text})
        with judge.lock:
            judge.answered[user] += 1

    def do_message(self, judge: Endpoint, user: str, message: Any, finish: str = "stop") -> None:
        choice = {"index": 0, "finish_reason": finish, "message": message}
        self._send(200, json.dumps({"choices": [choice], "usage": judge.usage}))

    def do_body(self, judge: Endpoint, user: str, text: str) -> None:
        self._send(200, text)

    def do_status(self, judge: Endpoint, user: str, status: int, *extra: tuple[str, str]) -> None:
        self._send(status, '{"error": "no"}', *extra)

    def do_slow(self, judge: Endpoint, user: str, seconds: float) -> None:
        time.sleep(seconds)
        self.do_ok(judge, user)

    def do_drop(self, judge: Endpoint, user: str) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def do_drip(self, judge: Endpoint, user: str, seconds: float) -> None:
        """A byte now and then: no single wait is long, all of them together are."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.wfile.write(b" ")
            time.sleep(0.02)
        self.close_connection = True

    def do_cut(self, judge: Endpoint, user: str) -> None:
        """Promise more than is sent."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"choices": [')
        self.close_connection = True

    def _send(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.endpoint = endpoint

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up or was killed is no news."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server(Endpoint())
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def endpoint(server: Server) -> Endpoint:
    """The server's conduct, new for each test."""
    server.endpoint = Endpoint()
    return server.endpoint


@pytest.fixture
def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/v1"


@pytest.fixture
def settings(address: str) -> Callable[..., JudgeConfig]:
    """Config with short waits; keyword arguments change it."""

    def make(**changes: Any) -> JudgeConfig:
        fields: dict[str, Any] = {
            "endpoint": address, "model": "m", "backoff": 0.002, "timeout": 5.0, "concurrency": 4,
        }  # fmt: skip
        return JudgeConfig.model_validate(fields | changes)

    return make


@pytest.fixture
def item() -> SocialItem:
    return make_item(0)


def make_item(number: int, **changes: Any) -> SocialItem:
    fields: dict[str, Any] = {
        "id": f"q{number}",
        "dimension": "Belief",
        "group": "g",
        "story": f"Ann put key {number} in the jar and left. Bo moved it to the box.",
        "question": "Where will Ann look?",
        "options": ("box", "jar"),
        "answer": 1,
    }
    return SocialItem.model_validate(fields | changes)
