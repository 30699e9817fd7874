"""Inspect solver: one greedy answer and several sampled ones to the same prompt.

One Inspect sample is one ask. Its sampled answers are asked for together (``num_choices``), because
an Inspect sample costs ten to twenty milliseconds of bookkeeping, a call five of them. A provider
that returns fewer choices than it was asked for is simply asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar

from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    ContentReasoning,
    GenerateConfig,
    ModelOutput,
    get_model,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import collect

from social_r1.evaluation.types import Ask, Completion, EvalConfig

SEAM = "social_r1"
"""Key of a user message's metadata: the shown options and answer, for scripted models. Inspect
hands messages to a provider whole, and providers of real models send role and content alone."""

COMPLETIONS = "completions"
"""Key of the task state's metadata: ``[sample or None, Completion]`` pairs."""

on_sample: ContextVar[Callable[[int], None] | None] = ContextVar("on_sample", default=None)
"""Called with the number of answers that have just come; for a progress display."""


def to_sample(ask: Ask) -> Sample:
    """The Inspect sample of an ask; the scorer finds the whole ask in its metadata."""
    item = ask.item
    seam = {SEAM: {"key": ask.key, "options": list(item.options), "answer": item.answer}}
    messages: list[ChatMessage] = [
        ChatMessageSystem(content=message["content"])
        if message["role"] == "system"
        else ChatMessageUser(content=message["content"], metadata=seam)
        for message in ask.messages
    ]
    shown = item.model_copy(update={"meta": {}, "story": ""})
    return Sample(
        id=ask.key,
        input=messages,
        target=item.letter,
        metadata={
            "item": shown.model_dump(mode="json"),
            "order": ask.order,
            "places": list(ask.places),
            "group": item.group,
            "dimension": item.dimension,
        },
    )


@solver
def answer_with_samples(config: dict[str, object] | None = None) -> Solver:
    """Ask greedily and ``samples`` times at ``temperature``, as `EvalConfig` says."""
    settings = EvalConfig.model_validate(config or {})

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        answers: list[tuple[int | None, Completion]] = []
        if settings.greedy:
            state.output = await get_model().generate(
                state.messages, config=greedy_config(str(get_model()), settings.max_tokens)
            )
            answers.append((None, completions(state.output, settings.max_tokens)[0]))
        if settings.samples:
            sampled = await _sample(state, settings)
            answers += list(enumerate(sampled))
        state.metadata[COMPLETIONS] = [[sample, list(text)] for sample, text in answers]
        listener = on_sample.get()
        if listener is not None:
            listener(len(answers))
        return state

    return solve


async def _sample(state: TaskState, settings: EvalConfig) -> list[Completion]:
    """``samples`` sampled answers, in one call where the provider can."""

    async def call(choices: int, seed: int) -> ModelOutput:
        config = GenerateConfig(
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
            num_choices=choices if choices > 1 else None,
            seed=seed,
        )
        return await get_model().generate(state.messages, config=config)

    limit = settings.max_tokens
    output = await call(settings.samples, settings.seed)
    if not state.output.choices:
        state.output = output
    found = completions(output, limit)
    missing = settings.samples - len(found)
    more: Sequence[ModelOutput] = await collect(
        *(call(1, settings.seed + 1 + number) for number in range(missing))
    )
    found += [completions(single, limit)[0] for single in more]
    return found[: settings.samples]


def greedy_config(model: str, max_tokens: int | None) -> GenerateConfig:
    """How a provider is asked for its most probable answer.

    Inspect's ``hf`` provider hands the temperature on to transformers, which refuses 0; among one
    candidate per step, sampling is greedy as well.
    """
    if model.startswith("hf/"):
        return GenerateConfig(top_k=1, max_tokens=max_tokens)
    return GenerateConfig(temperature=0.0, max_tokens=max_tokens)


def completions(output: ModelOutput, max_tokens: int | None = None) -> list[Completion]:
    """The texts of an output, with the thought put back where a provider has taken it out.

    A text counts as cut when the provider says so, or (``hf`` never says) when it has used up
    ``max_tokens``.
    """
    if not output.choices:  # a refusal or an error of the provider: counted as empty
        return [Completion("")]
    single = output.usage if len(output.choices) == 1 else None
    used_up = bool(single and max_tokens and single.output_tokens >= max_tokens)
    return [
        Completion(
            raw_text(choice.message),
            finished=choice.stop_reason != "max_tokens" and not used_up,
            tokens=single.output_tokens if single else None,
        )
        for choice in output.choices
    ]


def raw_text(message: ChatMessageAssistant) -> str:
    """The message as the model wrote it.

    Many providers move ``<think>`` into a reasoning part; scored without it, every such answer
    would count as one without a thought.
    """
    if isinstance(message.content, str):
        return message.content
    thoughts = [
        part.reasoning
        for part in message.content
        if isinstance(part, ContentReasoning) and not part.redacted
    ]
    if not thoughts:
        return message.text
    thought = "\n".join(thoughts)
    return f"<think>\n{thought}\n</think>\n{message.text}"
