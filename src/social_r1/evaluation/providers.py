"""Inspect model providers: ``nano/<shipped or folder>`` and ``baseline/<script>``.

Both answer ``num_choices`` completions per request with their usage counted here, because Inspect
would otherwise fetch a tokenizer from the network to count them.

Sampling from nano through Inspect is random in the way of a server: which requests meet in one
batch is a matter of timing. Greedy answers are the same; for sampled ones that can be repeated, ask
the model directly (`social_r1.evaluation.run`, engine ``direct``).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from social_r1.errors import InputError
from social_r1.evaluation.models import NanoModel, Scripted
from social_r1.evaluation.scorer import ask_of
from social_r1.evaluation.solver import SEAM
from social_r1.evaluation.types import Completion

_GATHER_SECONDS = 0.02
"""How long the first request of a batch waits for others."""


class _Request(NamedTuple):
    """What has to be equal for two requests to share a batch."""

    n: int
    temperature: float
    max_tokens: int | None
    seed: int

    @classmethod
    def of(cls, config: GenerateConfig) -> _Request:
        temperature = 1.0 if config.temperature is None else config.temperature
        return cls(config.num_choices or 1, temperature, config.max_tokens, config.seed or 0)


@modelapi(name="baseline")
class BaselineAPI(ModelAPI):
    """A scripted model; it finds the shown options in the metadata of the user message."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - the signature Inspect calls
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        self.script = Scripted(model_name)

    async def generate(
        self,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The script's answer, ``num_choices`` times."""
        seam = (input[-1].metadata or {}).get(SEAM)
        if seam is None:
            raise InputError(
                f"baseline/{self.model_name} answers the tasks of social_r1 alone: the last "
                f"message carries no {SEAM!r} metadata; repair: use a real model"
            )
        ask, request = ask_of(seam), _Request.of(config)
        key = f"{request.seed}|{request.temperature}|{ask.key}"
        texts = [self.script.write(ask, f"{key}|{number}") for number in range(request.n)]
        return to_output(self.model_name, texts)

    def max_connections(self) -> int:
        """No limit that matters."""
        return 512


@modelapi(name="nano")
class NanoAPI(ModelAPI):
    """The embedded model; requests that arrive together are decoded together."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - the signature Inspect calls
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        self.model = NanoModel(model_name)
        self._waiting: dict[
            _Request, list[tuple[list[dict[str, str]], asyncio.Future[list[Completion]]]]
        ] = defaultdict(list)
        self._worker: asyncio.Task[None] | None = None

    async def generate(
        self,
        input: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """Wait for the batch that this request joins."""
        messages = [{"role": message.role, "content": message.text} for message in input]
        future: asyncio.Future[list[Completion]] = asyncio.get_running_loop().create_future()
        self._waiting[_Request.of(config)].append((messages, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return to_output(self.model_name, await future)

    def max_connections(self) -> int:
        """As many requests as one batch may hold."""
        return 256

    async def _work(self) -> None:
        """Decode batches until nobody waits; a failure goes to everyone in its batch."""
        while self._waiting:
            await asyncio.sleep(_GATHER_SECONDS)
            request = max(self._waiting, key=lambda key: len(self._waiting[key]))
            batch = self._waiting.pop(request)
            try:
                answers = await asyncio.to_thread(
                    self.model.complete, [messages for messages, _ in batch], **request._asdict()
                )
            except Exception as error:  # noqa: BLE001 - handed on to every request of the batch
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


def to_output(model: str, completions: Sequence[Completion]) -> ModelOutput:
    """An Inspect output with one choice per completion, and its usage."""
    tokens = sum(completion.tokens or 0 for completion in completions)
    prompt = sum(completion.prompt_tokens or 0 for completion in completions)
    return ModelOutput(
        model=model,
        choices=[
            ChatCompletionChoice(
                message=ChatMessageAssistant(
                    content=completion.text, model=model, source="generate"
                ),
                stop_reason="stop" if completion.finished else "max_tokens",
            )
            for completion in completions
        ],
        usage=ModelUsage(input_tokens=prompt, output_tokens=tokens, total_tokens=prompt + tokens),
    )
