"""Models behind Inspect's model API: any provider, retried with patience, given up when dead.

Inspect would try a failing endpoint for ever; here it makes one attempt per call and we count. A
failure that its provider calls passing (429, 5xx, broken connection, time-out) is tried again after
``backoff`` seconds, doubled each time; any other is not. After `GIVE_UP` replies in a row that
could not be had, the voice is closed and asks no more.

Inspect is imported when a model is opened, not before.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from social_r1.errors import ConfigError, MissingExtraError, SocialR1Error
from social_r1.evaluation.endpoints import cannot_open, with_key
from social_r1.evaluation.sotopia.scripts import PREFIX, Script
from social_r1.evaluation.sotopia.types import Ask, Reply, UnreachableError, Voice, VoiceConfig

if TYPE_CHECKING:
    from inspect_ai.model import GenerateConfig, Model, ModelOutput

GIVE_UP = 5
"""Replies in a row that could not be had before a model is not asked any more."""
LONGEST_WAIT = 60.0
"""Seconds between two attempts, at most."""
FAULTS = {
    "max_tokens": "truncated",
    "model_length": "context_full",
    "content_filter": "refused",
}
"""Stop reasons of Inspect whose text is not the model's answer."""


@asynccontextmanager
async def open_voices(
    configs: list[VoiceConfig | Voice], temperatures: list[float], connections: int
) -> AsyncGenerator[list[Voice]]:
    """Open each model within the running event loop, and close it at the end.

    Args:
        configs: models by name, or voices that are open already.
        temperatures: of each, where its config says none.
        connections: calls under way at once, per model.

    Raises:
        ConfigError: a model that cannot be opened: unknown provider, no key, a bad argument.
        MissingExtraError: Inspect, or what its provider needs, is not installed.
    """
    async with AsyncExitStack() as stack:
        voices: list[Voice] = []
        for config, temperature in zip(configs, temperatures, strict=True):
            if not isinstance(config, VoiceConfig):
                voices.append(config)
            elif config.name.startswith(PREFIX):
                voices.append(Script(config.name.removeprefix(PREFIX)))
            else:
                model = _open(config, connections)
                await stack.enter_async_context(model)
                if config.temperature is not None:
                    temperature = config.temperature
                voices.append(InspectVoice(config.name, model, temperature, config))
        yield voices


class InspectVoice:
    """One model of Inspect.

    Args:
        name: as results state it.
        model: opened in the running event loop.
        temperature: of every call; 0 is greedy.
        config: length, time and retries.
    """

    def __init__(
        self, name: str, model: Model, temperature: float, config: VoiceConfig | None = None
    ) -> None:
        self.name = name
        self.model = model
        self.temperature = temperature
        self.config = config or VoiceConfig(name=name)
        self._failed = 0
        self._why = ""

    async def say(self, ask: Ask) -> Reply:
        """The model's reply.

        Raises:
            UnreachableError: it could not be had.
        """
        if self._failed >= GIVE_UP:
            raise UnreachableError(f"{self.name} was given up: {self._why}")
        for number in range(1, self.config.attempts + 1):
            try:
                reply = to_reply(await self._generate(ask), self.config.max_tokens)
            except SocialR1Error:
                raise
            except Exception as error:  # a provider may raise anything
                cause = _cause(error)
                if number < self.config.attempts and self.model.should_retry(cause):
                    await asyncio.sleep(self._wait(number))
                    continue
                self._failed += 1
                self._why = _in_words(cause)
                raise UnreachableError(f"{self.name} gave no reply: {self._why}") from error
            self._failed = 0
            return reply
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, number: int) -> float:
        grown = min(LONGEST_WAIT, self.config.backoff * 2 ** (number - 1))
        return grown * random.uniform(0.5, 1.0)

    async def _generate(self, ask: Ask) -> ModelOutput:
        from inspect_ai.model import (
            ChatMessage,
            ChatMessageAssistant,
            ChatMessageSystem,
            ChatMessageUser,
        )

        kinds = {"user": ChatMessageUser, "assistant": ChatMessageAssistant}
        messages: list[ChatMessage] = [
            kinds.get(message["role"], ChatMessageSystem)(content=message["content"])
            for message in ask.messages
        ]
        return await self.model.generate(messages, config=self._settings(ask.seed))

    def _settings(self, seed: int) -> GenerateConfig:
        from inspect_ai.model import GenerateConfig

        greedy = self.temperature == 0
        # Transformers refuses temperature 0; among one candidate per step, sampling is greedy.
        only_one = greedy and str(self.model).startswith("hf/")
        return GenerateConfig(
            temperature=None if only_one else self.temperature,
            top_k=1 if only_one else None,
            seed=None if greedy else seed,
            max_tokens=self.config.max_tokens,
            max_retries=0,
            attempt_timeout=max(1, round(self.config.timeout)),
        )


def to_reply(output: ModelOutput, max_tokens: int | None = None) -> Reply:
    """Text, fault and usage of an output; a provider's reasoning part is left out.

    A text counts as cut when the provider says so, or (``hf`` never says) when it has used up
    ``max_tokens``.
    """
    usage = output.usage
    read, written = (usage.input_tokens, usage.output_tokens) if usage else (0, 0)
    if not output.choices:
        return Reply("", "", read, written)
    choice = output.choices[0]
    fault = FAULTS.get(choice.stop_reason, "")
    if not fault and max_tokens and written >= max_tokens:
        fault = "truncated"
    return Reply(choice.message.text, fault, read, written)


def _open(config: VoiceConfig, connections: int) -> Model:
    try:
        from inspect_ai.model import GenerateConfig, get_model
    except ImportError as error:
        raise MissingExtraError("inspect-ai", "eval") from error
    name = config.name
    if Path(name).is_dir():
        # By its path, not as ``hf/local``: that name would be looked up on the hub.
        name = f"hf/{Path(name).resolve()}"
    settings = GenerateConfig(max_connections=connections)
    # Not memoized: a client belongs to the event loop in which it was opened.
    given = with_key(name, config.args.get("base_url"), config.args)
    arguments: dict[str, Any] = {"config": settings, "memoize": False, **given}
    try:
        return get_model(name, **arguments)
    except Exception as error:  # whatever a provider says becomes one line
        raise ConfigError(cannot_open(config.name, error)) from error


def _cause(error: Exception) -> Exception:
    """What Inspect's retrying has wrapped."""
    inner = error.__cause__
    if type(error).__name__ == "RetryError" and isinstance(inner, Exception):
        return inner
    return error


def _in_words(error: Exception) -> str:
    """Kind and first line of an error, without what a provider appends."""
    lines = [line.strip() for line in str(getattr(error, "message", error)).splitlines()]
    first = next((line for line in lines if line), "")
    return f"{type(error).__name__}: {first[:160]}" if first else type(error).__name__
