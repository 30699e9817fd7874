"""OpenRLHF's own rollout code asks our reward for completions that a local server has written.

OpenRLHF imports its GPU libraries everywhere but in this one file, which is loaded by its path, as
OpenRLHF's own tests load it.
"""

from __future__ import annotations

import asyncio
import http.server
import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("openrlhf", reason="OpenRLHF is not installed here: make test-openrlhf")

import aiohttp
import numpy as np

from social_r1.hardbench import OracleContent
from social_r1.hardbench.easy import easy_item
from social_r1.items import SocialItem
from social_r1.nano.corpus import careful_thought
from social_r1.rewards import CompositeReward, reward_config
from social_r1.serving import openrlhf
from social_r1.trajectory import render_target
from social_r1.trajectory.prompt import render_question

from .conftest import config_of, launched

HOME = Path(str(sys.modules["openrlhf"].__file__)).parent
REWARD, PROGRESS = "nano", 0.25
ENDING = "<|im_end|>"


def load(name: str) -> Any:
    """A module of OpenRLHF without the packages around it."""
    path = HOME.joinpath(*name.split(".")[1:]).with_suffix(".py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def agent() -> Any:
    load("openrlhf.utils.logging_utils")
    return load("openrlhf.utils.agent")


@pytest.fixture(scope="module")
def attempts() -> list[tuple[SocialItem, str]]:
    """Right, wrong and cut-off answers, one to each question."""
    found: list[tuple[SocialItem, str]] = []
    for n in range(30):
        item = easy_item(3, n)
        letter = item.letters[n % len(item.letters)]
        text = render_target(careful_thought(item), letter)
        found.append((item, text[: len(text) // 2] if n % 5 == 4 else text))
    return found


@pytest.fixture(scope="module")
def model(attempts: list[tuple[SocialItem, str]]) -> Iterator[str]:
    """A server on the loopback that writes the saved completion of a question."""
    answers = {render_question(item): text for item, text in attempts}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps({"choices": [{"text": answers[body["prompt"]]}]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/completions"
    server.shutdown()


class Bytes:
    """A tokenizer of bytes."""

    def __call__(self, text: str, **_: Any) -> dict[str, Any]:
        return {"input_ids": np.array([list(text.encode())])}

    def decode(self, ids: list[int], **_: Any) -> str:
        return bytes(ids).decode()


class Engine:
    """In place of vLLM: asks the server."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def generate(self, ids: list[int], params: Any, **_: Any) -> Any:
        async with aiohttp.ClientSession() as session:
            asked = {"prompt": Bytes().decode(ids)}
            async with session.post(self.address, json=asked) as reply:
                text = (await reply.json())["choices"][0]["text"]
        tokens = list((text + ENDING).encode())
        one = SimpleNamespace(token_ids=tokens, finish_reason="stop", logprobs=None)
        return SimpleNamespace(outputs=[one])


def rolled_out(agent: Any, where: str, model: str, attempts: list[Any]) -> list[dict[str, Any]]:
    """What OpenRLHF keeps of each completion."""
    executor = agent.SingleTurnAgentExecutor(where)
    sampling = SimpleNamespace(max_tokens=4096, logprobs=None)

    async def one(item: SocialItem) -> dict[str, Any]:
        prompt, label = render_question(item), item.model_dump_json()
        return await executor.execute(prompt, label, sampling, 8192, Bytes(), Engine(model))

    async def every() -> list[dict[str, Any]]:
        return await asyncio.gather(*(one(item) for item, _ in attempts))

    return asyncio.run(every())


def assert_the_librarys(found: list[dict[str, Any]], attempts: list[Any]) -> None:
    reward = CompositeReward(reward_config(REWARD), content=OracleContent())
    items, texts = zip(*attempts, strict=True)
    parts = reward.score(items, texts, progress=PROGRESS)
    assert len({p.total for p in parts}) > 3
    # OpenRLHF takes a list of one for each completion, and filters by the score: the answer alone.
    totals = [row["reward"] for row in found]
    assert totals == [[pytest.approx(p.total, abs=1e-9)] for p in parts]
    assert [row["scores"] for row in found] == [[p.outcome] for p in parts]
    assert [row["extra_logs"]["format"] for row in found] == [[p.format] for p in parts]


def test_the_function_file_gives_the_librarys_rewards(
    agent: Any, model: str, attempts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"REWARD": REWARD, "CONTENT": "oracle", "PROGRESS": str(PROGRESS)}
    for name, value in settings.items():
        monkeypatch.setenv(f"SOCIAL_R1_{name}", value)
    assert_the_librarys(rolled_out(agent, str(openrlhf.__file__), model, attempts), attempts)


def test_the_service_gives_the_librarys_rewards(
    agent: Any, model: str, attempts: list[Any]
) -> None:
    worker = {"content": "oracle", "progress": PROGRESS}
    with launched(config_of(REWARD, worker=worker, workers=2)) as service:
        found = rolled_out(agent, f"{service.url}/get_reward", model, attempts)
    assert_the_librarys(found, attempts)
