"""Ray sends a cluster's token with a job only when it is told to (docs/verl.md)."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="ray is not installed here: make verl-env test-verl")

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[str | None]]]:
    """The address of a dashboard that lets nobody in, and what it was shown."""
    seen: list[str | None] = []

    class Dashboard(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("authorization"))
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dashboard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("mode", "sent"), [(None, None), ("token", f"Bearer {TOKEN}")])
def test_a_job_carries_the_token_in_mode_token_alone(
    mode: str | None,
    sent: str | None,
    cluster: tuple[str, list[str | None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, seen = cluster
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    monkeypatch.setenv("RAY_AUTH_TOKEN", TOKEN)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    if mode is not None:
        monkeypatch.setenv("RAY_AUTH_MODE", mode)
    command = [str(Path(sys.executable).parent / "ray"), "job", "submit", "--address", address]
    done = subprocess.run(
        [*command, "--", "true"], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode != 0
    assert "Authentication required" in done.stderr
    assert seen == [sent]
