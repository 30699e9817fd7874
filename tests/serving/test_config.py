"""Who is let in is settled before anybody can ask."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.serving.config import TOKEN_ENV, check_exposure, read_token
from social_r1.serving.run import bind

from .conftest import TOKEN, config_of


def test_a_token_comes_from_the_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN_ENV, raising=False)
    assert read_token(None) is None
    monkeypatch.setenv(TOKEN_ENV, "of the environment")
    assert read_token(None) == "of the environment"
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    assert read_token(file) == TOKEN


@pytest.mark.parametrize("text", ["", "short", "fifteen-letters", "sixteen\x00letters!", "ü" * 16])
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "token"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_token(file)
    assert not text or text not in str(caught.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_token(tmp_path / "none")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org"])
def test_other_machines_are_served_only_with_a_token_or_on_purpose(host: str) -> None:
    with pytest.raises(ConfigError, match="there is no token"):
        check_exposure(config_of(host=host))
    check_exposure(config_of(host=host, token=TOKEN))
    check_exposure(config_of(host=host, insecure=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_is_served_without(host: str) -> None:
    check_exposure(config_of(host=host))


def test_the_token_does_not_show_in_the_config() -> None:
    assert TOKEN not in repr(config_of(token=TOKEN))


def test_an_address_in_use_is_named() -> None:
    with bind("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127.0.0.1:{port} cannot be used"):
            bind("127.0.0.1", port)


def test_the_kernel_holds_no_reply_back() -> None:
    # With Nagle's algorithm the body of a reply waited 40 ms for its head to be acknowledged.
    async def accepted() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own = writer.get_extra_info("socket")
            found.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with bind("127.0.0.1", 0) as bound:
            async with await asyncio.start_server(take, sock=bound):
                _, writer = await asyncio.open_connection(*bound.getsockname())
                try:
                    return await asyncio.wait_for(found, 5)
                finally:
                    writer.close()

    assert asyncio.run(accepted())
