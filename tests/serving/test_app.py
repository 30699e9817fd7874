"""What a stranger, a careless and a slow client get, and that the others do not notice."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from social_r1 import __version__
from social_r1.serving.app import is_allowed

from .conftest import TOKEN, Launch, Server, config_of

Rows = list[dict[str, Any]]


def connect(server: Server) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=30)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Token {TOKEN}"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer \u00e9"},
    ],
)
def test_without_the_right_token_nothing_is_scored_or_told(
    server: Server, rows: Rows, headers: dict[str, str]
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    reply = server.post("/v1/score", json={"rows": rows[:1]}, headers=encoded)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.json() == {"error": "no valid token; repair: Authorization: Bearer TOKEN"}
    assert TOKEN not in reply.text + str(reply.headers)
    assert "server" not in reply.headers


def test_a_stranger_sees_neither_metrics_nor_documentation(server: Server) -> None:
    for path in ("/metrics", "/v1/score", "/docs", "/openapi.json"):
        assert _Stranger(server.url).get(path).status_code in (401, 404, 405)
    assert _Stranger(server.url).get("/healthz").json() == {"status": "ok"}


class _Stranger(Server):
    def __init__(self, url: str) -> None:
        self.url, self.headers = url, {}


def test_a_client_that_knows_only_an_address_can_carry_the_token_in_it(
    server: Server, rows: Rows
) -> None:
    url = server.url.replace("http://", f"http://any:{TOKEN}@")
    stranger = _Stranger(url)
    assert stranger.post("/v1/score", json={"rows": rows[:1]}).status_code == 200
    basic = "Basic " + base64.b64encode(f"any:{TOKEN}".encode()).decode()
    assert is_allowed(TOKEN, basic)
    assert not is_allowed(TOKEN, None)
    assert is_allowed(None, None)


def test_a_body_beyond_the_limit_is_413_whether_it_says_its_size_or_not(server: Server) -> None:
    big = b'{"rows": "' + b"x" * 150_000 + b'"}'
    assert server.post("/v1/score", content=big).status_code == 413
    assert server.post("/v1/score", content=iter([big[:80_000], big[80_000:]])).status_code == 413
    error = server.post("/v1/score", content=big).json()["error"]
    assert error == "the body has more than 100000 bytes; repair: send less"


def test_too_many_rows_are_413(server: Server, rows: Rows) -> None:
    short = {"item": rows[0]["item"], "completion": "x"}
    reply = server.post("/v1/score", json={"rows": [short] * 21})
    assert reply.status_code == 413
    assert reply.json()["error"] == "21 rows; repair: at most 20 in one request"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"rows": [1,\n 2', "broken JSON at line 2 column 3 (Expecting ',' delimiter)"),
        (b"", "broken JSON at line 1 column 1 (Expecting value)"),
        (b"[1]", "the body is list; repair: one JSON object"),
        (b'{"rows": NaN}', "NaN is not JSON; repair: null for a missing value"),
        (b'{"rows": "\xff"}', "the body is not UTF-8 at byte 10"),
        (b"[" * 90_000, "broken JSON: nested too deeply or a number too long"),
    ],
)
def test_broken_json_is_400_with_its_place(server: Server, body: bytes, error: str) -> None:
    reply = server.post("/v1/score", content=body)
    assert (reply.status_code, reply.json()) == (400, {"error": error})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"completion": 3}, "row 2: completion is 3, not text; repair: give the model's output"),
        ({"graders": {"style": 1}}, "row 2: unknown grader 'style'"),
        ({"progress": 2}, "row 2: progress 2.0 is not in [0, 1]"),
        ({"item": None, "item_id": "who?"}, "row 2: no item for 'who?'"),
        ({"item": {"id": "x"}}, "row 2: dimension: Field required"),
    ],
)
def test_a_row_that_cannot_be_read_is_422_with_its_number(
    server: Server, rows: Rows, change: dict[str, Any], error: str
) -> None:
    reply = server.post("/v1/score", json={"rows": [rows[0], rows[1] | change]})
    assert reply.status_code == 422
    assert reply.json()["error"].startswith(error)


def test_rows_that_are_no_list_and_compressed_bodies_are_refused(server: Server) -> None:
    assert server.post("/v1/score", json={}).status_code == 422
    assert server.post("/v1/score", json={"rows": [[]]}).status_code == 422
    packed = {"Content-Encoding": "gzip"}
    assert server.post("/v1/score", content=b"\x1f", headers=packed).status_code == 415


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/v1/score", 405, "/v1/score does not take GET; repair: POST"),
        ("POST", "/readyz", 405, "/readyz does not take POST; repair: GET"),
        ("POST", "/v1/score/", 404, "no endpoint '/v1/score/'; repair: one of /v1/score, /get_"),
        ("GET", "/docs", 404, "no endpoint '/docs'; repair: one of /v1/score, /get_reward,"),
    ],
)
def test_a_wrong_path_or_method_is_told_the_right_one_in_the_form_of_all_errors(
    server: Server, method: str, path: str, status: int, error: str
) -> None:
    reply = httpx.request(method, server.url + path, headers=server.headers, trust_env=False)
    assert reply.status_code == status
    assert set(reply.json()) == {"error"}
    assert reply.json()["error"].startswith(error)
    if status == 405:
        assert set(reply.headers["allow"].split(", ")) in ({"POST"}, {"GET", "HEAD"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_may_ask_with_head(server: Server, path: str) -> None:
    reply = httpx.head(server.url + path, headers=server.headers, trust_env=False)
    assert (reply.status_code, reply.content) == (200, b"")


def test_a_body_that_does_not_come_is_408_and_others_are_served_meanwhile(
    server: Server, rows: Rows
) -> None:
    head = f"POST /v1/score HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    with connect(server) as slow, connect(server) as silent:
        slow.sendall(f"{head}Content-Length: 900\r\n\r\n{{".encode())
        silent.sendall(b"POST /v1/sc")
        assert server.post("/v1/score", json={"rows": rows[:1]}).status_code == 200
        assert slow.makefile("rb").readline() == b"HTTP/1.1 408 Request Timeout\r\n"
        assert silent.recv(100) == b""  # hung up on


def test_strangers_with_slow_bodies_take_no_room_from_others(server: Server, rows: Rows) -> None:
    with connect(server) as slow:
        slow.sendall(b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")
        assert server.post("/v1/score", json={"rows": rows[:1]}).status_code == 200
        assert server.metric("social_r1_uploads") == 0
        assert slow.makefile("rb").readline() == b"HTTP/1.1 401 Unauthorized\r\n"


def test_a_client_that_leaves_in_the_middle_harms_nobody(server: Server, rows: Rows) -> None:
    head = f"POST /v1/score HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    with connect(server) as gone:
        gone.sendall(f"{head}Content-Length: 900\r\n\r\n{{".encode())
    assert server.post("/v1/score", json={"rows": rows[:1]}).status_code == 200


def test_metrics_count_rows_refusals_and_seconds(server: Server, rows: Rows) -> None:
    good = 'social_r1_requests_total{endpoint="score",status="200"}'
    scored = 'social_r1_rows_total{endpoint="score"}'
    before = server.metric(good), server.metric(scored)
    server.post("/v1/score", json={"rows": rows[:3]})
    assert (server.metric(good), server.metric(scored)) == (before[0] + 1, before[1] + 3)
    assert server.metric("social_r1_ready") == 1
    page = server.get("/metrics").text
    assert 'social_r1_request_seconds_bucket{endpoint="score",le="+Inf"}' in page


def test_a_content_scorer_that_cannot_start_is_503_and_no_row_is_scored_without_it(
    rows: Rows, tmp_path: Path
) -> None:
    server = Server(config_of("paper", worker={"content": str(tmp_path)}))
    try:
        until = time.monotonic() + 60
        reply = server.post("/v1/score", json={"rows": rows[:1]})
        while reply.status_code != 503 and time.monotonic() < until:
            reply = server.post("/v1/score", json={"rows": rows[:1]})
        assert reply.status_code == 503
        assert reply.headers["retry-after"] == "5"
        assert "no content process can be started" in reply.json()["error"]
        assert server.get("/readyz").status_code == 503  # but it lives
        assert server.get("/healthz").status_code == 200
        assert server.metric('social_r1_processes{kind="content"}') == 0
        assert server.metric('social_r1_restarts_total{kind="content"}') >= 1
    finally:
        server.kill()


def test_what_has_not_happened_yet_is_shown_as_0(launch: Launch) -> None:
    page = launch(worker={"content": "oracle"}).get("/metrics").text.splitlines()
    for line in (
        'social_r1_missing_total{part="content"} 0',
        'social_r1_missing_total{part="structure"} 0',
        'social_r1_restarts_total{kind="rules"} 0',
        'social_r1_restarts_total{kind="content"} 0',
        "social_r1_content_failures_total 0",
        f'social_r1_build_info{{version="{__version__}"}} 1',
    ):
        assert line in page
    (began,) = [row for row in page if row.startswith("social_r1_start_time_seconds ")]
    assert abs(float(began.split()[1]) - time.time()) < 300


def test_a_full_queue_is_429_with_a_time_to_come_back(launch: Launch, rows: Rows) -> None:
    busy = launch("paper", max_queue=1)
    statuses: list[int] = []

    def ask() -> None:
        reply = busy.post("/v1/score", json={"rows": rows * 20})
        statuses.append(reply.status_code)
        if reply.status_code == 429:
            assert 1 <= int(reply.headers["Retry-After"]) <= 30

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) >= 1
    assert statuses.count(429) >= 1
    assert set(statuses) == {200, 429}
    assert busy.post("/v1/score", json={"rows": rows[:1]}).status_code == 200


def test_sigterm_ends_it_after_the_replies_it_owes(launch: Launch, rows: Rows) -> None:
    server = launch("paper")
    replies: list[int] = []

    def ask() -> None:
        replies.append(server.post("/v1/score", json={"rows": rows * 20}).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    until = time.monotonic() + 30
    while server.metric("social_r1_queue") == 0 and time.monotonic() < until:
        time.sleep(0.005)
    status, log = server.stop()
    asking.join()
    assert replies == [200]
    assert (status, log) == (0, "")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
def test_a_killed_service_leaves_no_processes_behind(launch: Launch) -> None:
    server = launch(worker={"content": "oracle"}, workers=2)
    children = [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and parent(path) == server.process.pid
    ]
    assert len(children) == 3
    server.kill()
    until = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_the_log_of_a_service_holds_no_text_of_its_clients(launch: Launch, rows: Rows) -> None:
    server = launch(token=TOKEN)
    server.post("/v1/score", json={"rows": [rows[0] | {"completion": "a secret thought"}]})
    server.post("/v1/score", json={"rows": [{"completion": "a secret thought"}]})
    server.post("/v1/score", content=json.dumps("a secret thought"), headers={"Authorization": ""})
    assert server.stop() == (0, "")
