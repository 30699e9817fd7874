"""The taskset in verifiers itself: the library's figures, offline and through its own command."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("verifiers", reason="verifiers is not installed: make verifiers-env")

import verifiers.v1 as vf

from social_r1.hardbench import OracleContent
from social_r1.integrations.verifiers_taskset import (
    SocialTask,
    SocialTaskConfig,
    SocialTasksetConfig,
    task_data,
)
from social_r1.items import SocialItem
from social_r1.records import read_jsonl, write_jsonl
from social_r1.rewards import CompositeReward, missing_parts, reward_config
from social_r1.trajectory.prompt import render_question


def content_text(content: Any) -> str:
    """The text of a message, which may come in parts."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def trace_of(task: Any, completion: str, reasoning: str | None = None) -> Any:
    """A trace with one answer, as a harness leaves it."""
    message = vf.AssistantMessage(content=completion, reasoning_content=reasoning)
    return vf.Trace(
        task=vf.TraceTask(type="SocialTask", data=task.data),
        agent=vf.AgentInfo(config=vf.AgentConfig()),
        nodes=[vf.MessageNode(message=message, sampled=True)],
    )


def scored(item: SocialItem, completion: str, config: Any, reasoning: str | None = None) -> Any:
    task = SocialTask(task_data(item, "sip"), config)
    trace = trace_of(task, completion, reasoning)
    asyncio.run(task.score(trace))
    return trace


@pytest.mark.parametrize("name", ["paper", "outcome_only", "recommended"])
def test_five_hundred_completions_have_the_librarys_figures(name: str, attempts: Any) -> None:
    config = SocialTaskConfig(reward=name, content="oracle", progress=0.25)
    reward = CompositeReward(reward_config(name), content=OracleContent())
    for item, text in attempts[:500]:
        trace = scored(item, text, config)
        (parts,) = reward.score([item], [text], progress=0.25)
        assert trace.reward == pytest.approx(parts.total, abs=1e-9)
        assert list(trace.rewards) == ["social_r1"]
        for part in ("format", "outcome", "structure", "content_score", "content", "length"):
            value = getattr(parts, part)
            if value is None:
                assert f"part_{part}" not in trace.metrics
            else:
                assert trace.metrics[f"part_{part}"] == pytest.approx(value, abs=1e-9)
        failed = missing_parts(reward, parts)
        assert trace.metrics["missing_content"] == float("content" in failed)


def test_a_parted_thought_is_put_back(attempts: Any) -> None:
    item, _ = attempts[0]
    config = SocialTaskConfig(reward="outcome_only")
    answer = f"<Answer>{item.letter}</Answer>"
    # Right letter and right form: R = R_out + R_fmt = 1 + 1.
    assert scored(item, answer, config, reasoning="Ann left.").reward == 2.0
    assert scored(item, answer, config).reward == 0.0  # no thought, broken form


@pytest.fixture
def failing() -> Iterator[str]:
    """The address of a service that cannot score what it is asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(422)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_graders_failure_is_flagged_and_no_figure(attempts: Any, failing: str) -> None:
    item, text = attempts[0]
    trace = scored(item, text, SocialTaskConfig(reward="paper", content=failing))
    assert trace.metrics["missing_content"] == 1.0
    assert "part_content" not in trace.metrics


def test_a_grader_that_nobody_asked_has_not_failed(attempts: Any) -> None:
    item, text = attempts[0]
    trace = scored(item, text, SocialTaskConfig(reward="paper", content="none"))
    assert trace.metrics["missing_content"] == 0.0
    assert "part_content" not in trace.metrics


def test_the_taskset_takes_a_split_of_a_file(tmp_path: Path, attempts: Any) -> None:
    item = attempts[0][0]
    rows = [item.model_copy(update={"id": name, "split": name}) for name in ("train", "test")]
    write_jsonl(tmp_path / "items.jsonl", rows)
    config = SocialTasksetConfig(id="social-r1", items=tmp_path / "items.jsonl", split="train")
    (task,) = vf.load_taskset(config)
    assert (task.key, task.data.id, task.data.idx) == ("train", "train", 0)
    assert task.data.system_prompt.startswith("You answer a question")


@pytest.fixture
def server(attempts: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """A chat server on the loopback that streams a saved completion for each question."""
    answers: dict[str, str] = {}
    for item, text in attempts:
        answers.setdefault(render_question(item), text)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = answers[content_text(body["messages"][-1]["content"])]
            assert body["stream"] is True
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            head = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
            pieces = [text[i : i + 50] for i in range(0, len(text), 50)]
            for piece in pieces:
                choice = {"index": 0, "delta": {"role": "assistant", "content": piece}}
                self._send(head | {"choices": [choice | {"finish_reason": None}]})
            self._send(head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            self._send(head | {"choices": [], "usage": usage})
            self.wfile.write(b"data: [DONE]\n\n")
            self.close_connection = True

        def _send(self, chunk: Any) -> None:
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/v1", answers
    running.shutdown()


@pytest.mark.slow
def test_its_own_command_scores_what_a_server_streams(
    tmp_path: Path, attempts: Any, server: Any
) -> None:
    address, answers = server
    items = list({item.id: item for item, _ in attempts}.values())[:4]
    write_jsonl(tmp_path / "items.jsonl", items)
    command = [
        str(Path(sys.executable).with_name("vf-eval")), "social-r1",
        "--env.taskset.items", str(tmp_path / "items.jsonl"),
        "--env.taskset.task.reward", "recommended", "--env.taskset.task.content", "oracle",
        "-m", "m", "--client.base-url", address, "--client.api-key-var", "TEST_KEY",
        "--env.agent.harness.id", "null", "--env.agent.runtime.type", "subprocess",
        "--no-push", "--no-rich", "-o", str(tmp_path / "out"),
    ]  # fmt: skip
    quiet = {"TEST_KEY": "none", "HOME": str(tmp_path), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | quiet, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (file,) = (tmp_path / "out").rglob("traces.jsonl")
    found = {}
    for _, row in read_jsonl(file, allow_nan=True):
        trace = row["traces"][0] if "traces" in row else row
        found[trace["task"]["data"]["id"]] = trace
    assert set(found) == {item.id for item in items}
    reward = CompositeReward(reward_config("recommended"), content=OracleContent())
    for item in items:
        text = answers[render_question(item)]
        (parts,) = reward.score([item], [text], progress=1.0)
        assert found[item.id]["rewards"]["social_r1"]["score"] == pytest.approx(
            parts.total, abs=1e-9
        )
        assert found[item.id]["metrics"]["part_outcome"] == parts.outcome
