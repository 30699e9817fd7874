"""Real servers on loopback, one process each, and rows to score."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from social_r1.hardbench.easy import easy_item
from social_r1.items import SocialItem
from social_r1.nano.corpus import careful_thought
from social_r1.rewards import reward_config
from social_r1.serving.config import ServeConfig, WorkerConfig
from social_r1.trajectory import render_target

TOKEN = "a-token-of-the-tests-0123456789"
READY_SECONDS = 120
PROGRAM = """
import sys
from social_r1.serving.config import ServeConfig
from social_r1.serving.run import serve
serve(ServeConfig.model_validate_json(sys.argv[1]), started=lambda url: print(url, flush=True))
"""


class Server:
    """One service in a process of its own."""

    def __init__(self, config: ServeConfig) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SOCIAL_R1_")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, config.model_dump_json()],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, self.process.communicate()[1]
        self.headers = {"Authorization": f"Bearer {config.token}"} if config.token else {}

    def wait(self) -> Server:
        """Until every process is up."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/readyz", trust_env=False).status_code == 200:
                    return self
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{self.url} did not get ready")

    def post(self, path: str, **more: Any) -> httpx.Response:
        """One request with the token."""
        headers = self.headers | more.pop("headers", {})
        return httpx.post(self.url + path, headers=headers, timeout=60, trust_env=False, **more)

    def get(self, path: str) -> httpx.Response:
        """One request with the token."""
        return httpx.get(self.url + path, headers=self.headers, timeout=60, trust_env=False)

    def metric(self, line: str) -> float:
        """The value of a line of /metrics."""
        for row in self.get("/metrics").text.splitlines():
            if row.startswith(f"{line} "):
                return float(row.rpartition(" ")[2])
        return 0.0

    def kill(self) -> None:
        """As a machine that is switched off."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> tuple[int, str]:
        """As an operator; exit status and log."""
        self.process.send_signal(signal.SIGTERM)
        log = self.process.communicate(timeout=READY_SECONDS)[1]
        return self.process.returncode, log


Launch = Callable[..., Server]


@contextmanager
def launched(config: ServeConfig) -> Iterator[Server]:
    server = Server(config)
    try:
        yield server.wait()
    finally:
        if server.process.poll() is None:
            server.kill()


def config_of(
    reward: str = "no_structure", *, worker: dict[str, Any] | None = None, **more: Any
) -> ServeConfig:
    own = WorkerConfig(reward=reward_config(reward), **(worker or {}))
    return ServeConfig(worker=own, **{"port": 0, "workers": 1, **more})


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts servers; ends them with the test."""
    servers: list[Server] = []

    def start(reward: str = "no_structure", **more: Any) -> Server:
        servers.append(Server(config_of(reward, **more)))
        return servers[-1].wait()

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A service with a token, small limits and the oracle, for tests that do not end it."""
    limits = {"max_body": 100_000, "body_timeout": 2.0}
    worker = {"content": "oracle", "max_rows": 20}
    with launched(config_of("nano", token=TOKEN, worker=worker, **limits)) as one:
        yield one


@pytest.fixture(scope="session")
def items() -> list[SocialItem]:
    return [easy_item(7, n) for n in range(12)]


@pytest.fixture(scope="session")
def rows(items: list[SocialItem]) -> list[dict[str, Any]]:
    """Gold traces, as JSON."""
    return [row_of(item, render_target(careful_thought(item), item.letter)) for item in items]


def row_of(item: SocialItem, completion: str) -> dict[str, Any]:
    return {"item": item.model_dump(mode="json"), "completion": completion}
