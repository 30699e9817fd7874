"""One request to an OpenAI-compatible endpoint, and what is to be made of its response.

The only place that knows httpx (extra ``judge``). Total: whatever the network or the server does
becomes an `Outcome`; nothing of a response but its text, usage and status goes any further.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from social_r1.errors import MissingExtraError
from social_r1.judge.config import JudgeConfig
from social_r1.judge.types import Message, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

MOST_TOKENS = 100_000_000
"""A usage beyond this is taken for none."""
FATAL = (401, 403, 404)
"""Statuses that every other question would meet as well: key, rights, address or model."""


class Outcome(NamedTuple):
    """What one request came to."""

    text: str | None = None
    """Text of the reply, not empty."""
    reason: Missing | None = None
    retry: bool = False
    """Whether the same request may fare better later."""
    retry_after: float | None = None
    """Seconds that the server asks us to wait."""
    fatal: bool = False
    """Whether other questions would fail the same way."""
    usage: tuple[int, int] | None = None
    """Tokens of prompt and reply, where the server says."""
    detail: str = ""

    @property
    def replied(self) -> bool:
        """Whether the model wrote something that is paid for."""
        return self.text is not None or self.reason in (Missing.EMPTY, Missing.TRUNCATED)


def open_http(config: JudgeConfig) -> httpx.AsyncClient:
    """A client with the key in its headers; how many requests are under way is its caller's care.

    Raises:
        MissingExtraError: httpx is not installed.
        ConfigError: the key's environment variable is not set.
    """
    try:
        import httpx
    except ModuleNotFoundError as error:
        raise MissingExtraError("httpx", "judge") from error
    key = config.api_key()
    return httpx.AsyncClient(
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=config.timeout,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=config.concurrency),
    )


def request_body(config: JudgeConfig, messages: Sequence[Message]) -> dict[str, Any]:
    """The JSON of a request; ``extra`` goes on top, and its nulls take fields away."""
    body: dict[str, Any] = {
        "model": config.model,
        "messages": list(messages),
        "temperature": config.temperature,
        "max_tokens": config.reply_tokens,
        **config.extra,
    }
    return {name: value for name, value in body.items() if value is not None}


async def post(
    http: httpx.AsyncClient, config: JudgeConfig, messages: Sequence[Message]
) -> Outcome:
    """Send one question once; at most ``config.timeout`` seconds."""
    import httpx

    try:
        async with asyncio.timeout(config.timeout):
            response = await http.post(config.url, json=request_body(config, messages))
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(reason=Missing.TIMEOUT, retry=True, detail="timeout")
    except httpx.DecodingError:
        return Outcome(reason=Missing.BAD_BODY, retry=True, detail="broken encoding")
    except httpx.HTTPError as error:
        return Outcome(reason=Missing.CONNECTION, retry=True, detail=type(error).__name__)
    status = response.status_code
    if status == 200:
        return read_body(response.content)
    detail = f"HTTP {status}"
    if status == 429 or status >= 500:
        reason = Missing.RATE_LIMIT if status == 429 else Missing.SERVER
        wait = read_retry_after(response.headers.get("Retry-After"))
        return Outcome(reason=reason, retry=True, retry_after=wait, detail=detail)
    return Outcome(reason=Missing.REFUSED, fatal=status in FATAL, detail=detail)


def read_body(data: bytes) -> Outcome:
    """Text and usage of a chat completion; whatever is none is ``bad_body``, and may be retried.

    A reply without text is ``empty``, one that was cut off at its length limit ``truncated``: both
    were paid for and are not asked again within a run.
    """
    try:
        body = _mapping(json.loads(data))
        choices = body.get("choices")
        choice = _mapping(cast("list[object]", choices)[0] if isinstance(choices, list) else None)
        message = _mapping(choice.get("message"))
    except (ValueError, RecursionError, IndexError, TypeError):
        return Outcome(reason=Missing.BAD_BODY, retry=True, detail="no chat completion")
    usage = _usage(body.get("usage"))
    text = _text(message.get("content"))
    if choice.get("finish_reason") == "length":
        return Outcome(reason=Missing.TRUNCATED, usage=usage)
    if not text.strip():
        return Outcome(reason=Missing.EMPTY, usage=usage)
    return Outcome(text=text, usage=usage)


def read_retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, given as a number or as a date; None where it says neither.

    >>> read_retry_after("2")
    2.0
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, IndexError, TypeError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("no JSON object")
    return cast("Mapping[str, Any]", value)


def _text(content: object) -> str:
    """Text of a message, given as a string or in parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = [
        cast("dict[str, object]", part).get("text")
        for part in cast("list[object]", content)
        if isinstance(part, dict)
    ]
    return "".join(text for text in texts if isinstance(text, str))


def _usage(value: object) -> tuple[int, int] | None:
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, object]", value)
    counts = [fields.get("prompt_tokens"), fields.get("completion_tokens")]
    numbers = [n for n in counts if type(n) is int and 0 <= n <= MOST_TOKENS]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None
