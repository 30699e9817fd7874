"""The client: order kept, restarts outlived, failures are errors and never scores."""

from __future__ import annotations

import asyncio
import json
import pickle
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.serving.client import RewardClient, RewardServerError, ServedContent

from .conftest import TOKEN, Launch, Server, config_of

Rows = list[dict[str, Any]]
Plan = Callable[[int], tuple[int, dict[str, str], bytes]]


class Scripted(BaseHTTPRequestHandler):
    """Answers request number n as the plan says."""

    server: Any
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        n = len(self.server.moments)
        self.server.moments.append(time.monotonic())
        status, headers, body = self.server.plan(n)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def scripted() -> Iterator[Callable[[Plan], Any]]:
    servers: list[Any] = []

    def start(plan: Plan) -> Any:
        server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
        server.plan, server.moments = plan, []
        server.url = f"http://127.0.0.1:{server.server_port}"
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def one_row(n: int) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, json.dumps({"rows": [{"total": 1.5, "line": 1}]}).encode()


def quick(url: str, **more: Any) -> RewardClient:
    return RewardClient(url, backoff=0.01, **more)


def test_rows_come_back_in_order_through_chunks_and_in_both_manners(
    server: Server, rows: Rows
) -> None:
    client = RewardClient(server.url, token=TOKEN, chunk=5)
    records = client.score(rows)
    assert [r["item_id"] for r in records] == [row["item"]["id"] for row in rows]
    assert [r["line"] for r in records] == list(range(1, 13))
    assert asyncio.run(client.ascore(rows)) == records
    assert client.score(rows[:1], progress=0.25)[0]["progress"] == 0.25
    assert client.score([]) == []


@pytest.mark.parametrize(
    ("url", "more", "message"),
    [
        ("127.0.0.1:8765", {}, r"url '127\.0\.0\.1:8765' is no address; repair: http://HOST"),
        ("localhost", {}, "url 'localhost' is no address"),
        ("http://", {}, "is no address"),
        ("ftp://host", {}, "is no address"),
        ("http://host", {"chunk": 0}, "chunk=0 would ask nothing; repair: 1 or more"),
        ("http://host", {"attempts": 0}, "attempts=0 would ask nothing"),
        ("http://host", {"concurrency": -1}, "concurrency=-1 would ask nothing"),
        ("http://host", {"timeout": 0}, "timeout=0 waits for nothing"),
    ],
)
def test_a_client_that_could_ask_nothing_is_refused_when_it_is_made(
    url: str, more: dict[str, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        RewardClient(url, **more)


def test_items_may_be_objects_and_a_copy_of_the_client_works(
    server: Server, items: list[SocialItem], rows: Rows
) -> None:
    client = RewardClient(server.url, token=TOKEN)
    objects = [{"item": items[0], "completion": rows[0]["completion"]}]
    records = client.score(objects)
    copy: RewardClient = pickle.loads(pickle.dumps(client))
    assert copy.score(rows[:1]) == records
    client.close()
    assert client.score(rows[:1]) == records


def test_an_async_client_serves_one_loop_after_the_other(server: Server, rows: Rows) -> None:
    client = RewardClient(server.url, token=TOKEN)

    async def twice() -> list[dict[str, Any]]:
        first = await client.ascore(rows[:1])
        await client.aclose()
        return first + await client.ascore(rows[:1])

    for _ in range(2):
        a, b = asyncio.run(twice())
        assert a == b


@pytest.mark.parametrize("first", [429, 500, 503, 408, 504])
def test_what_may_pass_is_tried_again(scripted: Any, first: int) -> None:
    server = scripted(lambda n: one_row(n) if n else (first, {}, b"no"))
    assert quick(server.url).score([{}]) == [{"total": 1.5, "line": 1}]
    assert len(server.moments) == 2


def test_the_server_is_left_alone_as_long_as_it_asks(scripted: Any) -> None:
    server = scripted(lambda n: one_row(n) if n else (429, {"Retry-After": "0.5"}, b"{}"))
    quick(server.url).score([{}])
    assert server.moments[1] - server.moments[0] >= 0.375  # 0.5 s, less a quarter of jitter


@pytest.mark.parametrize("status", [400, 401, 413, 422])
def test_what_is_refused_is_an_error_at_once_with_the_servers_reason(
    scripted: Any, status: int
) -> None:
    server = scripted(lambda n: (status, {}, b'{"error": "row 1: bad"}'))
    with pytest.raises(RewardServerError, match=rf"rows 1\.\.1 .*HTTP {status}: row 1: bad"):
        quick(server.url).score([{}])
    assert len(server.moments) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b'{"rows": []}', b'{"rows": [{}, {}]}'])
def test_a_reply_without_each_row_is_no_reply(scripted: Any, body: bytes) -> None:
    server = scripted(lambda n: (200, {}, body))
    with pytest.raises(RewardServerError, match="no 1 rows in the reply"):
        quick(server.url, attempts=3).score([{}])
    assert len(server.moments) == 3


def test_one_chunk_without_records_is_an_error_that_names_its_rows(scripted: Any) -> None:
    server = scripted(lambda n: one_row(n) if n != 1 else (422, {}, b"{}"))
    client = quick(server.url, chunk=1, concurrency=1)
    with pytest.raises(RewardServerError, match=r"rows 2\.\.2"):
        client.score([{}, {}, {}])
    server.moments.clear()
    with pytest.raises(RewardServerError, match=r"rows 2\.\.2"):
        asyncio.run(client.ascore([{}, {}, {}]))


def test_a_client_of_the_wrong_address_is_told_the_right_paths_once(server: Server) -> None:
    client = RewardClient(f"{server.url}/v1/score", token=TOKEN)
    with pytest.raises(RewardServerError, match="one of /v1/score, /get_reward") as refused:
        client.score([{}])
    assert str(refused.value).count("repair:") == 1


def test_nobody_there_and_rows_that_json_cannot_hold_are_errors() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = quick(f"http://127.0.0.1:{unused.getsockname()[1]}", attempts=2)
        with pytest.raises(RewardServerError, match="ConnectError"):
            nobody.score([{}])
    with pytest.raises(InputError, match=r"rows 1\.\.1 cannot be sent"):
        nobody.score([{"graders": {"content": float("nan")}}])


def test_a_server_killed_and_started_again_loses_no_row(launch: Launch, rows: Rows) -> None:
    first = launch()
    client = RewardClient(first.url, chunk=4, concurrency=4, attempts=12)
    calm = [record["total"] for record in client.score(rows)]
    many = rows * 100
    found: list[float] = []
    work = threading.Thread(
        target=lambda: found.extend(record["total"] for record in client.score(many))
    )
    work.start()
    while first.metric('social_r1_rows_total{endpoint="score"}') < 60:
        time.sleep(0.001)
    first.kill()
    assert len(found) < len(many)
    port = int(first.url.rpartition(":")[2])
    again = Server(config_of(port=port))
    try:
        work.join(120)
        assert found == calm * 100
    finally:
        again.kill()


def test_content_scores_and_stages_come_from_the_server_or_are_missing(
    server: Server, items: list[SocialItem], rows: Rows
) -> None:
    from social_r1.hardbench import OracleContent

    thoughts = [row["completion"].partition("</think>")[0].removeprefix("<think>") for row in rows]
    served = ServedContent(RewardClient(server.url, token=TOKEN))
    assert served(items, thoughts) == OracleContent()(items, thoughts)
    assert served.stages(items, thoughts) == OracleContent().stages(items, thoughts)
    stranger = ServedContent(RewardClient(server.url, token="x"))
    assert stranger(items[:2], thoughts[:2]) == [None, None]
    awaited = RewardClient(server.url, token=TOKEN).acontent(items[:1], thoughts[:1])
    assert [row["score"] for row in asyncio.run(awaited)] == OracleContent()(
        items[:1], thoughts[:1]
    )
