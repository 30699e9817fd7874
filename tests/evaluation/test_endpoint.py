"""A real model server on loopback that fails and stalls: nothing is lost, nothing asked twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError, SocialR1Error
from social_r1.evaluation import evaluate
from social_r1.evaluation.run import Reach
from social_r1.records import read_jsonl, write_jsonl

from .conftest import make_item

ITEMS = [make_item(number) for number in range(40)]
MODEL = "openai-api/loop/parrot"


class Server:
    """An OpenAI-compatible endpoint that can be told to fail, to stall and to be slow."""

    def __init__(self) -> None:
        self.fail_every = 0
        self.stall_every = 0
        self.status = 503
        self.delay = 0.0
        self.refused = ""
        """What may stand in no prompt: those are refused each time."""
        self.served: Counter[str] = Counter()
        """Good answers by prompt."""
        self.calls = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.answer(self, body)

            def log_message(self, *args: object) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        with self._lock:
            self.calls += 1
            call = self.calls
        time.sleep(self.delay)
        if self.stall_every and call % self.stall_every == 0:
            time.sleep(12)  # longer than the attempt may take; the client is gone by then
            return
        if self.fail_every and call % self.fail_every == 0:
            self._send(request, self.status, {"error": {"message": "try later"}})
            return
        prompt = body["messages"][-1]["content"]
        if self.refused and self.refused in prompt:
            self._send(request, 400, {"error": {"message": "not about this"}})
            return
        with self._lock:
            self.served[prompt] += 1
        text = "<think>\nSeen.\n</think>\n<Answer>A</Answer>"
        self._send(request, 200, {
            "id": "x", "object": "chat.completion", "created": 0, "model": "parrot",
            "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
        })  # fmt: skip

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        try:
            request.send_response(status)
            request.send_header("content-type", "application/json")
            request.send_header("content-length", str(len(raw)))
            request.end_headers()
            request.wfile.write(raw)
        except OSError:
            return  # the client has gone


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("LOOP_API_KEY", "none")
    return Server()


def ask(server: Server, out: Path, **changes: Any) -> Any:
    reach = Reach(
        base_url=server.url, connections=16, timeout=changes.pop("timeout", 120),
        retries=changes.pop("retries", 3), prices=(1.0, 10.0),
    )  # fmt: skip
    (result,) = evaluate(MODEL, {"own": ITEMS}, samples=0, reach=reach, out=out, **changes)
    return result


@pytest.mark.slow
def test_every_fifth_call_fails_and_some_stall_and_no_answer_is_lost(
    server: Server, tmp_path: Path
) -> None:
    server.fail_every, server.stall_every = 5, 23
    result = ask(server, tmp_path, timeout=10)
    assert result.summary.missing == 0
    assert [row.item_id for row in result.rows] == [item.id for item in ITEMS]
    # Every prompt has one answer in the journal, however often the server had to be asked.
    rows = [row for _, row in read_jsonl(tmp_path / "answers" / "own.jsonl")]
    assert len(rows) == len({row["id"] for row in rows}) == len(server.served) == 40
    # 40 times 100 read at 1 and 10 written at 10, a million.
    assert (result.summary.input_tokens, result.summary.output_tokens) == (4000, 400)
    assert result.summary.cost == pytest.approx(0.008)


def test_a_dead_endpoint_is_an_error_and_what_came_before_is_kept(
    server: Server, tmp_path: Path
) -> None:
    server.fail_every, server.status = 1, 401
    with pytest.raises(SocialR1Error, match="own"):
        ask(server, tmp_path, retries=0)
    server.fail_every = 0
    assert ask(server, tmp_path).summary.n == 40


def test_answers_that_never_come_are_missing_and_asked_for_by_the_next_run(
    server: Server, tmp_path: Path
) -> None:
    # Half of the calls are refused for good: three rounds leave about an eighth open.
    server.fail_every, server.status = 2, 400
    first = ask(server, tmp_path, retries=0)
    assert first.summary.n + first.summary.missing == 40
    assert first.summary.missing > 0
    before = server.served.total()
    server.fail_every = 0
    second = ask(server, tmp_path)
    assert second.kept == first.summary.n
    assert (second.summary.n, second.summary.missing) == (40, 0)
    assert server.served.total() == before + first.summary.missing == 40


def test_what_is_refused_each_time_is_missing_with_its_reason_and_the_rest_counts(
    server: Server, tmp_path: Path
) -> None:
    server.refused = "ticket 7 "
    for kept in (0, 39):  # the next run asks for it alone, and ends in the same way
        result = ask(server, tmp_path, retries=0)
        assert (result.summary.n, result.summary.missing, result.kept) == (39, 1, kept)
        assert result.why == "BadRequestError: Error code: 400 - not about this"


def test_a_server_of_ones_own_needs_no_key(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOP_API_KEY")
    assert ask(server, tmp_path).summary.n == 40


def test_a_disk_that_is_full_ends_the_run_with_the_name_of_the_file(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "own.jsonl").symlink_to("/dev/full")
    with pytest.raises(InputError, match=r"own\.jsonl.*No space"):
        ask(server, tmp_path)


def test_a_server_that_dies_ends_the_run_once_and_not_answer_by_answer(
    server: Server, tmp_path: Path
) -> None:
    answered = server.answer

    def answer(request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        answered(request, body)
        if server.served.total() >= 10:  # two at once may both make it more
            server.http.server_close()  # who comes now is refused by the system

    server.answer = answer
    with pytest.raises(InputError, match=rf"nothing answers at {server.url}"):
        ask(server, tmp_path, retries=0)
    rows = [row for _, row in read_jsonl(tmp_path / "answers" / "own.jsonl")]
    assert 10 <= len(rows) < 40
    # In the last round each failed call began before the first of them had failed.
    assert server.calls == len(rows)


@pytest.mark.slow
def test_control_c_ends_in_one_line(server: Server, tmp_path: Path) -> None:
    server.delay = 0.5
    write_jsonl(tmp_path / "own.jsonl", ITEMS)
    run = subprocess.Popen(
        [sys.executable, "-m", "social_r1.cli.main", "eval", "--model", MODEL, "--items",
         str(tmp_path / "own.jsonl"), "--base-url", server.url, "--connections", "1"],
        stderr=subprocess.PIPE, text=True,
        # A job in the background inherits an interrupt that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while server.served.total() < 3:
        assert run.poll() is None
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said.splitlines()[-1]) == (130, "error: interrupted")


def kill_when(
    reached: Callable[[], bool], command: list[str], environment: dict[str, str], folder: Path
) -> None:
    """Start a command in a folder, and kill it at once when it has got so far."""
    run = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.02)
    run.kill()
    run.wait()


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was_and_asks_nothing_twice(
    server: Server, tmp_path: Path
) -> None:
    server.fail_every, server.delay = 5, 0.15
    write_jsonl(tmp_path / "own.jsonl", ITEMS)
    command = [
        sys.executable, "-m", "social_r1.cli.main", "eval", "--model", MODEL,
        "--items", str(tmp_path / "own.jsonl"), "--base-url", server.url, "--connections", "4",
        "--timeout", "120", "--out", str(tmp_path / "out"), "--json",
    ]  # fmt: skip
    environment = {**os.environ, "LOOP_API_KEY": "none"}
    answers = tmp_path / "out" / "answers" / "own.jsonl"
    kill_when(
        lambda: answers.is_file() and answers.read_bytes().count(b"\n") >= 10,
        command,
        environment,
        tmp_path,
    )
    time.sleep(0.5)  # requests under way at the kill are served to nobody
    kept = answers.read_bytes().count(b"\n")
    assert 10 <= kept < 40
    under_way = server.served.total() - kept
    assert 0 <= under_way <= 4
    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    found = json.loads(done.stdout)["sets"]["own"]
    assert (found["n"], found["missing"]) == (40, 0)
    assert len(server.served) == 40
    assert server.served.total() == 40 + under_way
    assert answers.read_bytes().count(b"\n") == 40


@pytest.mark.slow
def test_a_killed_eval_set_of_inspect_asks_no_finished_sample_again(
    server: Server, tmp_path: Path
) -> None:
    server.fail_every, server.delay = 5, 0.15
    write_jsonl(tmp_path / "own.jsonl", ITEMS)
    command = [
        str(Path(sys.executable).with_name("inspect")), "eval-set", "social_r1/hard",
        "-T", f"items={tmp_path / 'own.jsonl'}", "--model", MODEL, "--max-connections", "4",
        "--log-buffer", "1", "--log-dir", str(tmp_path / "logs"), "--display", "none",
    ]  # fmt: skip
    environment = {**os.environ, "LOOP_API_KEY": "none", "LOOP_BASE_URL": server.url}
    kill_when(lambda: server.served.total() >= 16, command, environment, tmp_path)
    assert 16 <= server.served.total() < 40
    subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True)
    assert len(server.served) == 40
    # Asked again: what was under way at the kill, and what was not in the log yet.
    assert server.served.total() <= 40 + 8
