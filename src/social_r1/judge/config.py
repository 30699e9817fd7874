"""`JudgeConfig`: the endpoint, the model, and how much may be asked of them.

Example: ``load_config(None, {"endpoint": "http://localhost:8000/v1", "model": "qwen3-32b"})``
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from social_r1.errors import ConfigError
from social_r1.records import explain
from social_r1.yaml_file import read_yaml

CHAT = "/chat/completions"
MILLION = 1_000_000


class JudgeConfig(BaseModel):
    """One judge.

    Raises:
        pydantic.ValidationError: an unknown key, a value out of range, an endpoint that is no
            plain http address, or a budget in money without prices.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    endpoint: str
    """Address of an OpenAI-compatible service, up to `/v1` or to `/chat/completions`."""
    model: str = Field(min_length=1)
    """Name of the model there."""
    temperature: float = Field(default=0.3, ge=0, le=2)
    """Sampling temperature; the paper's judge has 0.3."""
    reply_tokens: int = Field(default=512, ge=1)
    """Longest reply; a reply that reaches it is missing."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """More fields of the request body, e.g. `chat_template_kwargs`; null takes a field away."""
    api_key_env: str | None = None
    """Environment variable that holds the key; none is sent where none is named."""

    concurrency: int = Field(default=8, ge=1, le=1024)
    """Requests under way at the same time, at most."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds that one request may take in all."""
    attempts: int = Field(default=5, ge=1)
    """Requests for one question, at most."""
    backoff: float = Field(default=1.0, ge=0)
    """Seconds before the second attempt; doubled for each further one, less a random part."""
    longest_wait: float = Field(default=120.0, ge=0)
    """Seconds between two attempts, at most; who asks us to wait longer is not asked again."""
    give_up_after: int = Field(default=20, ge=1)
    """Questions in a row that fail for want of a working endpoint before the rest is not asked."""

    budget_calls: int | None = Field(default=None, ge=0)
    """Requests in all, those of earlier runs on the same store included."""
    budget_tokens: int | None = Field(default=None, ge=0)
    """Tokens of prompts and replies in all."""
    budget_cost: float | None = Field(default=None, ge=0)
    """Money in all, in `currency`."""
    price_in: float = Field(default=0.0, ge=0)
    """Price of a million tokens of prompts."""
    price_out: float = Field(default=0.0, ge=0)
    """Price of a million tokens of replies."""
    currency: str = "USD"
    """Of the prices and the budget; a label."""

    content_mean: float = 0.5
    """Mean of the judge's content scores on held-out thoughts; s = (score - mean) / std."""
    content_std: float = Field(default=0.25, gt=0)
    """Their standard deviation."""

    @model_validator(mode="after")
    def _usable(self) -> JudgeConfig:
        fault = _address_fault(self.endpoint)
        if fault:
            raise ValueError(
                f"endpoint {fault}; repair: give an address such as http://localhost:8000/v1"
            )
        if self.budget_cost is not None and not (self.price_in or self.price_out):
            raise ValueError(
                f"budget_cost {self.budget_cost} means nothing without prices; repair: give "
                "price_in and price_out per million tokens, or budget_calls or budget_tokens"
            )
        return self

    @property
    def url(self) -> str:
        """Where requests go.

        >>> JudgeConfig(endpoint="http://localhost:8000", model="m").url
        'http://localhost:8000/v1/chat/completions'
        """
        address = self.endpoint.rstrip("/")
        if address.endswith(CHAT):
            return address
        return f"{address}{'' if urlsplit(address).path else '/v1'}{CHAT}"

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Price of so many tokens, in `currency`."""
        return (prompt_tokens * self.price_in + completion_tokens * self.price_out) / MILLION

    def api_key(self) -> str | None:
        """The key, from the environment; None where no variable is named.

        Raises:
            ConfigError: the variable is not set, or holds what no key can be. The message names
                the variable, never its value.
        """
        if self.api_key_env is None:
            return None
        key = os.environ.get(self.api_key_env, "").strip()
        if not key:
            raise ConfigError(
                f"api_key_env: the environment variable {self.api_key_env} is not set; repair: "
                "export it, or name another one"
            )
        if not (key.isascii() and key.isprintable()):
            raise ConfigError(
                f"api_key_env: the environment variable {self.api_key_env} holds characters that "
                "no key has; repair: set it anew"
            )
        return key


def load_config(path: str | Path | None, overrides: Mapping[str, Any]) -> JudgeConfig:
    """Fields of a YAML file (if any), with overrides on top.

    Raises:
        ConfigError: no such file, not YAML, an unknown key, a missing or bad value.
    """
    place = str(path) if path else "judge"
    fields = (read_yaml(path) if path else {}) | dict(overrides)
    _check_keys(fields, place)
    try:
        return JudgeConfig.model_validate(fields)
    except ValidationError as error:
        raise ConfigError(f"{place}: {explain(error, repair='mend these values')}") from error


def _check_keys(fields: Mapping[str, Any], place: str) -> None:
    """Refuse unknown keys by name alone: the value of a stray ``api_key`` is not repeated."""
    known = list(JudgeConfig.model_fields)
    for key in fields:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            raise ConfigError(f"{place}: unknown key {key!r}; repair: {hint}")


def _address_fault(endpoint: str) -> str | None:
    """What is wrong with an endpoint; secrets in it are not repeated."""
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "carries a user, a query or a fragment (keys belong into the environment)"
    if parts.scheme not in ("http", "https") or not host or not endpoint.isprintable():
        return f"{endpoint!r} is no http address"
    return None
