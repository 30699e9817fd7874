"""Where a model behind Inspect is reached, and what it says when it is not, in one line.

Providers raise what they like, wrapped by Inspect's retrying and marked up for a terminal; the user
is told the cause, the place and the repair.
"""

from __future__ import annotations

import errno
import os
import re
from socket import gaierror
from typing import Any, NamedTuple

from social_r1.errors import InputError

KNOCK_SECONDS = 10
"""How long an address may take to say anything at all; a slow one passes."""
LONGEST_REASON = 300
"""Characters of a provider's words that go into a message."""
WRAPPERS = ("RetryError", "ModelGenerateError")
"""Errors of the retrying, which hide the one that matters."""


class Endpoint(NamedTuple):
    """How a model behind Inspect is reached."""

    model: str
    model_args: dict[str, Any]
    base_url: str | None = None
    connections: int | None = None
    """Requests at once; None is the provider's own."""
    timeout: int | None = None
    """Seconds that one attempt may take."""
    retries: int | None = None
    """Attempts after the first; None is the provider's own."""


def with_key(model: str, base_url: str | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a model; a server of one's own that is given no key gets ``none``.

    Inspect does not open ``openai-api/SERVICE/...`` without a key, and local servers want none.

    >>> with_key("openai-api/some-lab/m", "http://localhost:8000/v1", {})
    {'api_key': 'none'}
    """
    provider, _, rest = model.partition("/")
    variable = rest.partition("/")[0].upper().replace("-", "_") + "_API_KEY"
    if provider != "openai-api" or not base_url or os.environ.get(variable):
        return arguments
    return {"api_key": "none", **arguments}


def arguments_for(model: str, base_url: str | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a model: `with_key`, and one beginning of the text for local weights.

    A chat template writes the token that begins a text; Inspect's ``hf`` provider would have the
    tokenizer write it once more.

    >>> arguments_for("hf/some/folder", None, {})
    {'tokenizer_call_args': {'add_special_tokens': False}}
    """
    if model.startswith("hf/"):
        return {"tokenizer_call_args": {"add_special_tokens": False}, **arguments}
    return with_key(model, base_url, arguments)


def knock(address: str) -> None:
    """See that something answers at an address, whatever it says.

    Inspect asks an endpoint for ever; a wrong port would be a silent wait without end.

    Raises:
        InputError: the address is none, its host is unknown, or nobody listens there.
    """
    from http.client import HTTPException
    from urllib.request import urlopen

    if not address.startswith(("http://", "https://")):
        raise InputError(f"--base-url {address} is no address; repair: http://HOST:PORT/v1")
    try:
        urlopen(address, timeout=KNOCK_SECONDS).close()
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        unreached = isinstance(reason, ConnectionRefusedError | gaierror) or (
            isinstance(reason, OSError) and reason.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH)
        )
        if unreached or isinstance(error, ValueError):
            raise InputError(
                f"nothing answers at {address} ({in_words(str(reason))}); repair: start the "
                "server, or check --base-url"
            ) from error
        # Anything else is an answer: a page that is not there, a time-out, a certificate.


def cannot_open(model: str, error: Exception) -> str:
    """The message for a model that its provider does not open."""
    return (
        f"model {model!r} cannot be opened: {in_words(error)}; repair: check its name, its "
        "arguments and the key it needs"
    )


def cause_of(traceback: str) -> str:
    r"""What a traceback says last, but for the wrappers of the retrying; empty if nothing.

    >>> cause_of("Traceback:\nopenai.APIError: busy\nTraceback:\ntenacity.RetryError: <Future>")
    'APIError: busy'
    """
    found = re.findall(r"^(?:\w+\.)*(\w+): (\S.*)$", traceback, flags=re.MULTILINE)
    told = [f"{kind}: {text}" for kind, text in found if kind not in WRAPPERS]
    return in_words(told[-1]) if told else ""


def in_words(error: Exception | str) -> str:
    """An error in one line of reasonable length, without the marks of a terminal."""
    text = error if isinstance(error, str) else str(getattr(error, "message", error))
    plain = " ".join(re.sub(r"\[/?[a-z ]+\]", "", text).split())
    return plain[:LONGEST_REASON] or type(error).__name__
