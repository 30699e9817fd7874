"""A scoring service as a content scorer, for workers of other people's trainers.

They are told an address in their config and make the client themselves. The rooms of the service
and of the trainers do not know each other; they meet in the `ContentScorer` protocol, and here, by
name: ``module:callable`` takes an address and gives a scorer.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Any

from social_r1.errors import ConfigError
from social_r1.rewards.types import ContentScorer

CONNECT = "social_r1.integrations.served:connect"
"""Our own client, with retries; what the service fails to score is missing, never 0."""

TOKEN_ENV = "SOCIAL_R1_TOKEN"
"""Environment variable of the token that the service wants to see."""

_CLIENT = "social_r1.serving.client"


def is_address(content: str) -> bool:
    """Whether the name of a content scorer is the address of a service."""
    return content.startswith(("http://", "https://"))


def connect(address: str) -> ContentScorer:
    """The content scores of `social-r1 serve` at an address."""
    client: Any = importlib.import_module(_CLIENT)
    token = os.environ.get(TOKEN_ENV) or None
    return client.ServedContent(client.RewardClient(address, token=token))


def served_content(address: str, client: str = CONNECT) -> ContentScorer:
    """The content scorer of an address, made by a client.

    Args:
        address: of the service.
        client: ``module:callable``.

    Raises:
        ConfigError: the client cannot be imported.
    """
    module, _, name = client.partition(":")
    try:
        factory: Callable[[str], ContentScorer] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"client {client!r} cannot be imported ({error}); repair: module:callable that takes "
            "the address of the service"
        ) from error
    return factory(address)
