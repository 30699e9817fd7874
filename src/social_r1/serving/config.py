"""`ServeConfig`: everything a service is asked for, frozen; each limit with its reason."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from social_r1.errors import ConfigError
from social_r1.rewards.config import RewardConfig

TOKEN_ENV = "SOCIAL_R1_TOKEN"
LEAST_TOKEN = 16
"""Characters of a token that cannot be guessed by trying."""
Seconds = Annotated[float, Field(gt=0, le=3600)]
Count = Annotated[int, Field(ge=1, le=100_000)]


class WorkerConfig(BaseModel):
    """What a scoring process is told; it crosses the process as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reward: RewardConfig = RewardConfig()
    items: str | None = None
    """File of questions that rows may name by id."""
    progress: float = Field(default=1.0, ge=0, le=1)
    """Moment of the run for requests that do not say."""
    prefilled_think: bool = False
    content: str = "none"
    """Content scorer of the content process: a name, a folder, or a vLLM server's address."""
    content_folder: str | None = None
    """Where ``content`` is an address: the folder with the model's tokenizer and scale."""
    content_timeout: Seconds = 60.0
    """Time for one request to that server."""
    max_rows: Count = 1024


class ServeConfig(BaseModel):
    """One service."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worker: WorkerConfig = WorkerConfig()
    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65535)
    """0 takes a free one."""
    token: str | None = Field(default=None, repr=False)
    """None lets everybody in."""
    insecure: bool = False
    """Serve other machines without a token."""
    workers: Count = 2
    """Scoring processes."""
    max_body: int = Field(default=16 * 2**20, ge=1)
    """Greatest body, bytes."""
    max_queue: Count = 64
    """Requests that wait or are being scored; one more is told to come back (429)."""
    max_uploads: Count = 256
    """Bodies that may be on their way at a time; bounds the memory that they take."""
    body_timeout: Seconds = 10.0
    """Time for a request's headers, and again for its body."""
    work_timeout: Seconds = 120.0
    """Time for one piece of work; the process that takes longer is replaced."""
    grace: int = Field(default=30, ge=1)
    """Seconds that a shutdown waits for the requests that were taken."""
    content_rows: Count = 256
    """Thoughts that go to the content scorer in one call."""


def read_token(path: Path | None) -> str | None:
    """The token of a file, or of the environment; None where neither is given.

    Raises:
        ConfigError: an unreadable or empty file, or a token that is too short or not ASCII.
    """
    if path is None:
        token = os.environ.get(TOKEN_ENV)
        source = TOKEN_ENV
    else:
        source = str(path)
        try:
            token = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"token file {path} cannot be read ({type(error).__name__}); repair: one line of "
                "ASCII characters"
            ) from error
    if token is None:
        return None
    if len(token) < LEAST_TOKEN or not token.isascii() or not token.isprintable():
        raise ConfigError(
            f"the token of {source} is no {LEAST_TOKEN} printable ASCII characters; repair: "
            "openssl rand -hex 32"
        )
    return token


def check_exposure(config: ServeConfig) -> None:
    """Refuse to serve other machines without a token.

    Raises:
        ConfigError: the address is not this machine's own and there is no token.
    """
    try:
        own = ipaddress.ip_address(config.host).is_loopback
    except ValueError:
        own = config.host == "localhost"
    if not own and config.token is None and not config.insecure:
        raise ConfigError(
            f"host {config.host} serves other machines, but there is no token; repair: "
            f"--token-file FILE, {TOKEN_ENV}, or --insecure"
        )
