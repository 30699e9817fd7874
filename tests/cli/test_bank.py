"""`hard paraphrase` asks an endpoint; one that is down or refuses is named, with the repair."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from social_r1.cli.main import main

pytest.importorskip("openai")


class Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(404, "no such model")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture
def closed() -> Iterator[str]:
    with socket.socket() as held:  # bound, so that nobody else takes it, but not listening
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/v1"


@pytest.mark.parametrize(("endpoint", "says"), [("closed", "Connection"), ("refusing", "404")])
def test_an_endpoint_that_gives_no_clauses_is_named_and_nothing_is_written(
    endpoint: str,
    says: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")  # as if there were none
    address = request.getfixturevalue(endpoint)
    out = tmp_path / "new" / "moves.yaml"
    command = ["hard", "paraphrase", "--act", "move", "--base-url", address, "--model", "small"]
    assert main([*command, "--out", str(out)]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"error: {address} does not answer for model 'small': ")
    assert says in error
    assert "repair: start the server, or mend --base-url" in error
    assert "traceback" not in error
    assert not out.parent.exists()
