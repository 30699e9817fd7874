"""Inspect solver: one greedy answer and several sampled ones to the same prompt.

One Inspect sample is one ask. Its sampled answers are asked for together (``num_choices``), because
an Inspect sample costs ten to twenty milliseconds of bookkeeping, a call five of them. A provider
that returns fewer choices than it was asked for is simply asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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

from social_r1.evaluation.figures import text_of
from social_r1.evaluation.types import Ask, Completion, EvalConfig
from social_r1.items import SocialItem

SEAM = "social_r1"
"""Key of a user message's metadata: the ask, for scripted models. Inspect hands messages to a
provider whole, and providers of real models send role and content alone."""

COMPLETIONS = "completions"
"""Key of the task state's metadata: ``[sample or None, Completion]`` pairs."""

WANTED = "wanted"
"""Key of a sample's metadata: numbers of the answers to ask for, None for the greedy one."""


class Listener:
    """Told what comes of each ask while an evaluation runs; this one does nothing."""

    def before(self) -> None:
        """An ask begins; raises where nothing is to be asked any more."""

    def answered(self, key: str, answers: Sequence[tuple[int | None, Completion]]) -> None:
        """These answers to the ask of that key have just come."""

    def failed(self) -> None:
        """An ask has failed, for all the retries of the provider."""


_listener: ContextVar[Listener] = ContextVar("listener", default=Listener())  # noqa: B039


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have a listener told of every answer as it comes (for a journal and a progress bar)."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def to_sample(ask: Ask, wanted: Sequence[int | None] | None = None) -> Sample:
    """The Inspect sample of an ask; the scorer finds the ask, without its story, in its metadata.

    Args:
        ask: the question as shown.
        wanted: numbers of the answers to ask for; None asks for all that the solver is set to.
    """
    item = ask.item
    bare = item.model_copy(update={"story": ""})
    seam = {
        "item": bare.model_dump(mode="json"),
        "order": ask.order,
        "places": list(ask.places),
        "how": ask.how,
        "opened": ask.opened,
    }
    messages: list[ChatMessage] = [
        ChatMessageSystem(content=message["content"])
        if message["role"] == "system"
        else ChatMessageAssistant(content=message["content"])
        if message["role"] == "assistant"
        else ChatMessageUser(content=message["content"], metadata={SEAM: seam})
        for message in ask.messages
    ]
    metadata = {**seam, "group": item.group, "dimension": item.dimension}
    if wanted is not None:
        metadata[WANTED] = list(wanted)
    target = item.letter if isinstance(item, SocialItem) else text_of(item)
    return Sample(id=ask.key, input=messages, target=target, metadata=metadata)


@solver
def answer_with_samples(config: dict[str, object] | None = None) -> Solver:
    """Ask greedily and ``samples`` times at ``temperature``, as `EvalConfig` says."""
    settings = EvalConfig.model_validate(config or {})
    everything = [*([None] if settings.greedy else []), *range(settings.samples)]

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        wanted: list[int | None] = state.metadata.get(WANTED, everything)
        numbers = [number for number in wanted if number is not None]
        listener, key = _listener.get(), str(state.sample_id)
        answers: list[tuple[int | None, Completion]] = []
        listener.before()
        try:
            if None in wanted:
                greedy = await _greedy(state, settings)
                answers.append((None, greedy))
                listener.answered(key, answers[:1])
            if numbers:
                sampled = await _sample(state, settings, numbers)
                answers += zip(numbers, sampled, strict=True)
                listener.answered(key, answers[-len(numbers) :])
        except Exception:
            listener.failed()
            raise
        state.metadata[COMPLETIONS] = [[sample, list(text)] for sample, text in answers]
        return state

    return solve


async def _greedy(state: TaskState, settings: EvalConfig) -> Completion:
    """The greedy answer."""
    config = greedy_config(str(get_model()), settings.max_tokens)
    state.output = await get_model().generate(state.messages, config=config)
    return completions(state.output, settings.max_tokens)[0]


async def _sample(
    state: TaskState, settings: EvalConfig, numbers: Sequence[int]
) -> list[Completion]:
    """The sampled answers of these numbers, in one call where the provider can."""

    async def call(choices: int, seed: int) -> ModelOutput:
        config = GenerateConfig(
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
            num_choices=choices if choices > 1 else None,
            seed=seed,
        )
        return await get_model().generate(state.messages, config=config)

    limit = settings.max_tokens
    output = await call(len(numbers), settings.seed + numbers[0])
    if not state.output.choices:
        state.output = output
    found = completions(output, limit)
    more: Sequence[ModelOutput] = await collect(
        *(call(1, settings.seed + 1 + number) for number in numbers[len(found) :])
    )
    found += [completions(single, limit)[0] for single in more]
    return found[: len(numbers)]


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
    usage, n = output.usage, len(output.choices)
    used_up = bool(usage and n == 1 and max_tokens and usage.output_tokens >= max_tokens)
    texts = [raw_text(choice.message) for choice in output.choices]
    return [
        Completion(
            text,
            finished=choice.stop_reason != "max_tokens" and not used_up,
            # Providers count a request, not its choices: shared out evenly, the sum is right.
            tokens=_share(usage.output_tokens, n, place) if usage else None,
            prompt_tokens=_share(usage.input_tokens, n, place) if usage else None,
            apart=len(text) - len(choice.message.text) if text != choice.message.text else 0,
        )
        for place, (choice, text) in enumerate(zip(output.choices, texts, strict=True))
    ]


def _share(tokens: int, n: int, place: int) -> int:
    return tokens // n + (place < tokens % n)


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
    if message.text.startswith("<think>"):  # nothing else was written, and it was left there
        return message.text
    thought = "\n".join(thoughts)
    return f"<think>\n{thought}\n</think>\n{message.text}"
