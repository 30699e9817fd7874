"""Inspect providers: usage counted here, requests of nano decoded together."""

from __future__ import annotations

import asyncio

import pytest
from inspect_ai.model import ChatMessageUser, GenerateConfig, get_model

from social_r1.errors import InputError
from social_r1.evaluation import evaluate
from social_r1.evaluation.present import present
from social_r1.evaluation.providers import BaselineAPI, NanoAPI
from social_r1.evaluation.solver import to_sample
from social_r1.evaluation.types import Completion

from .conftest import make_item


class Counting:
    """A model that remembers the batches it was given."""

    def __init__(self) -> None:
        self.batches: list[tuple[int, int]] = []

    def complete(self, prompts, *, n, temperature, max_tokens, seed) -> list[list[Completion]]:
        self.batches.append((len(prompts), n))
        return [[Completion(prompt[-1]["content"][::-1], tokens=3)] * n for prompt in prompts]


class Failing:
    def complete(self, prompts, **settings) -> list[list[Completion]]:
        raise RuntimeError("out of memory")


def nano_with(model: object) -> NanoAPI:
    api = NanoAPI("shipped")
    api.model = model
    return api


async def ask(api: NanoAPI, text: str, **config: object):
    return await api.generate([ChatMessageUser(content=text)], [], "none", GenerateConfig(**config))


def test_requests_that_arrive_together_share_a_batch() -> None:
    async def together() -> tuple[list[str], list[tuple[int, int]]]:
        model = Counting()
        api = nano_with(model)
        outputs = await asyncio.gather(
            *(ask(api, f"q{i}") for i in range(20)), ask(api, "more", num_choices=3)
        )
        assert [len(output.choices) for output in outputs] == [1] * 20 + [3]
        assert outputs[-1].usage.output_tokens == 9
        return [output.completion for output in outputs], model.batches

    texts, batches = asyncio.run(together())
    assert texts[:3] == ["0q", "1q", "2q"]
    assert batches == [(20, 1), (1, 3)]


def test_a_failure_reaches_every_request_of_its_batch() -> None:
    async def together() -> list[object]:
        api = nano_with(Failing())
        return await asyncio.gather(ask(api, "a"), ask(api, "b"), return_exceptions=True)

    assert [str(error) for error in asyncio.run(together())] == ["out of memory"] * 2


def test_a_baseline_counts_its_own_tokens_and_answers_as_often_as_asked() -> None:
    sample = to_sample(present([make_item(0)])[0])
    model = get_model("baseline/gold")
    output = asyncio.run(model.generate(sample.input, config=GenerateConfig(num_choices=3)))
    assert len(output.choices) == 3
    assert f"<Answer>{sample.target}</Answer>" in output.completion
    assert output.usage is not None
    assert output.usage.output_tokens > 0


def test_a_baseline_refuses_a_prompt_that_is_not_ours() -> None:
    api = BaselineAPI("first")
    with pytest.raises(InputError, match="tasks of social_r1"):
        asyncio.run(api.generate([ChatMessageUser(content="Hi")], [], "none", GenerateConfig()))


def test_a_model_whose_weights_are_loaded_here_is_opened_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []

    class Opened(Counting):
        def __init__(self, path: str) -> None:
            super().__init__()
            opened.append(path)

    monkeypatch.setattr("social_r1.evaluation.providers.NanoModel", Opened)
    # A name that no other test uses: what Inspect has found out of a model it keeps.
    monkeypatch.setattr("social_r1.evaluation.run.open_model", lambda name: None)
    evaluate("nano/opened-once", {"own": [make_item()]}, samples=0, engine="inspect")
    assert opened == ["opened-once"]
