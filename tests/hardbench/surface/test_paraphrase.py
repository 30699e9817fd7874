"""New clauses from a model: a real server on loopback, and the gate that refuses some."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from social_r1.hardbench.surface.paraphrase import openai_writer, paraphrase, read_list

ANSWERS = [
    '["{a} nudged the {o} along until it dropped into the {c}", "{a} hid the {o}"]',
    "1. {a} wanted the {o} in the {c}\n2. {a} coaxed the {o} inch by inch into the {c}.",
]


class Model(BaseHTTPRequestHandler):
    calls = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        text = ANSWERS[Model.calls % len(ANSWERS)]
        Model.calls += 1
        message = {"role": "assistant", "content": text}
        body = {
            "id": "x", "object": "chat.completion", "created": 0, "model": "m",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        }  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Model.calls = 0
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()


def test_what_a_model_writes_passes_the_gate_or_is_turned_away_with_a_reason(endpoint: str) -> None:
    pytest.importorskip("openai")
    good, bad = paraphrase(openai_writer(endpoint, "m"), "move", "location", count=3, rounds=2)
    assert good == [
        "{a} nudged the {o} along until it dropped into the {c}",
        "{a} coaxed the {o} inch by inch into the {c}",
    ]
    assert len(bad) == 2
    assert "{c} 0 times" in bad[0].replace("has ", "")
    assert "'wanted'" in bad[1]


def test_lists_are_read_from_json_and_from_plain_lines() -> None:
    assert read_list('Sure: ["{a} x.", "{a} y"]') == ["{a} x", "{a} y"]
    assert read_list('- "{a} x."\n- no slot here\n2) {a} y') == ["{a} x", "{a} y"]
