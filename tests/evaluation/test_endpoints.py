"""What a user is told of a model that is not reached."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from social_r1.errors import ConfigError, InputError
from social_r1.evaluation import evaluate
from social_r1.evaluation.endpoints import cause_of, in_words, knock, with_key
from social_r1.evaluation.run import Reach

from .conftest import make_item

LOCAL = "http://localhost:8000/v1"


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_port_where_nobody_listens_is_told_at_once_and_not_asked_for_ever() -> None:
    url = f"http://127.0.0.1:{closed_port()}/v1"
    with pytest.raises(InputError, match=r"nothing answers at .*refused.*repair: start the server"):
        evaluate("openai-api/loop/m", {"own": [make_item()]}, reach=Reach(base_url=url))


def test_a_page_that_is_not_there_is_an_answer() -> None:
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # 501 to every GET
    Thread(target=server.handle_request, daemon=True).start()
    knock(f"http://127.0.0.1:{server.server_address[1]}/v1")
    server.server_close()


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://host/v1", "http://[/v1"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(InputError, match="repair"):
        knock(address)


@pytest.mark.parametrize(
    ("model", "words"),
    [("nosuch/model", "nosuch"), ("openai-api/loop/m", "LOOP_API_KEY")],
)
def test_a_model_that_cannot_be_opened_is_one_line_with_a_repair(
    model: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOP_API_KEY", raising=False)
    with pytest.raises(ConfigError, match=rf"cannot be opened: .*{words}.*repair") as caught:
        evaluate(model, {"own": [make_item()]})
    assert "[" not in str(caught.value)  # Inspect marks the key up for a terminal
    assert "\n" not in str(caught.value)


def test_only_a_server_of_ones_own_gets_a_key_that_says_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MY_LAB_API_KEY", raising=False)
    assert with_key("openai-api/my-lab/m", LOCAL, {"a": 1}) == {"api_key": "none", "a": 1}
    assert with_key("openai-api/my-lab/m", LOCAL, {"api_key": "k"}) == {"api_key": "k"}
    assert with_key("openai-api/my-lab/m", None, {}) == {}
    assert with_key("openai/gpt", LOCAL, {}) == {}
    monkeypatch.setenv("MY_LAB_API_KEY", "k")
    assert with_key("openai-api/my-lab/m", LOCAL, {}) == {}


def test_the_cause_is_the_last_error_that_is_no_wrapper() -> None:
    lines = ["openai.BadRequestError: Error code: 400 - no", "pkg.ModelGenerateError: ", "Request:"]
    assert cause_of("\n".join(lines)) == "BadRequestError: Error code: 400 - no"
    assert cause_of("tenacity.RetryError: RetryError[<Future>]") == ""


def test_words_are_one_line_of_reasonable_length() -> None:
    assert (
        in_words("No [bold][blue]A_KEY[/blue][/bold]\n\nhere [Errno 1]")
        == "No A_KEY here [Errno 1]"
    )
    assert in_words(ValueError()) == "ValueError"
    assert len(in_words("x" * 9999)) == 300
