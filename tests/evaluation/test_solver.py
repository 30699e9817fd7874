"""Through Inspect: thoughts put back, cut texts marked, missing choices asked for again."""

from __future__ import annotations

from pathlib import Path

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    get_model,
)

from social_r1.evaluation.present import present
from social_r1.evaluation.registry import make_task
from social_r1.evaluation.solver import SEAM, completions, greedy_config, raw_text, to_sample
from social_r1.evaluation.types import EvalConfig
from social_r1.trajectory import render_target

from .conftest import make_item

USAGE = ModelUsage(input_tokens=1, output_tokens=7, total_tokens=8)


def output(*texts: str, stop_reason: str = "stop") -> ModelOutput:
    choices = [
        ChatCompletionChoice(message=ChatMessageAssistant(content=text), stop_reason=stop_reason)
        for text in texts
    ]
    # With a usage of its own, or Inspect would fetch a tokenizer from the network.
    return ModelOutput(model="mock", choices=choices, usage=USAGE)


def run_mock(answer, tmp_path: Path, **settings: object) -> EvalLog:
    task = make_task("own", present([make_item(n) for n in range(4)]), EvalConfig(**settings))
    model = get_model("mockllm/model", custom_outputs=answer)
    return inspect_eval(task, model=model, log_dir=str(tmp_path), display="none")[0]


def test_a_thought_that_the_provider_took_out_is_put_back() -> None:
    message = ChatMessageAssistant(
        content=[ContentReasoning(reasoning="Seen."), ContentText(text="<Answer>B</Answer>")]
    )
    assert raw_text(message) == "<think>\nSeen.\n</think>\n<Answer>B</Answer>"
    assert raw_text(ChatMessageAssistant(content="as it was")) == "as it was"


def test_choices_of_one_call_share_its_tokens_so_that_the_sum_is_right() -> None:
    assert completions(output("a"))[0].tokens == 7
    assert [text.tokens for text in completions(output("a", "b"))] == [4, 3]
    assert [text.prompt_tokens for text in completions(output("a", "b"))] == [1, 0]


def test_a_text_that_uses_up_its_tokens_is_cut_even_where_the_provider_does_not_say_so() -> None:
    assert completions(output("a"), max_tokens=7)[0].finished is False
    assert completions(output("a"), max_tokens=8)[0].finished is True


def test_transformers_is_asked_for_one_candidate_because_it_refuses_temperature_zero() -> None:
    assert greedy_config("hf/local", 9) == GenerateConfig(top_k=1, max_tokens=9)
    assert greedy_config("openai/some-model", 9) == GenerateConfig(temperature=0.0, max_tokens=9)


def test_an_output_without_choices_is_an_empty_completion() -> None:
    assert completions(ModelOutput(model="mock"))[0].text == ""


def test_a_length_limit_marks_the_completion_as_cut(tmp_path: Path) -> None:
    def answer(input, tools, tool_choice, config: GenerateConfig) -> ModelOutput:
        return output("<think>on and on", stop_reason="max_tokens")

    log = run_mock(answer, tmp_path, samples=0)
    assert log.samples
    assert {s.scores["trajectory_scorer"].explanation for s in log.samples if s.scores} == {
        "truncated"
    }


@pytest.mark.parametrize("per_call", [1, 2, 9])
def test_a_provider_that_returns_fewer_choices_is_asked_again(
    per_call: int, tmp_path: Path
) -> None:
    calls: list[tuple[float | None, int | None]] = []

    def answer(input, tools, tool_choice, config: GenerateConfig) -> ModelOutput:
        calls.append((config.temperature, config.num_choices))
        count = min(per_call, config.num_choices or 1)
        return output(*[render_target("Seen.", "A")] * count)

    log = run_mock(answer, tmp_path, samples=5, temperature=0.7)
    assert log.status == "success"
    assert log.samples
    for sample in log.samples:
        assert sample.scores
        answers = sample.scores["trajectory_scorer"].metadata["answers"]
        assert [a["sample"] for a in answers] == [None, 0, 1, 2, 3, 4]
    # Four items: one greedy call, one for five choices, and one for each that is missing.
    assert calls.count((0.0, None)) == 4
    assert calls.count((0.7, 5)) == 4
    assert len(calls) == 4 * (2 + max(0, 5 - per_call))


def test_a_sample_shows_the_model_no_more_than_the_prompt() -> None:
    ask = present([make_item(0)])[0]
    sample = to_sample(ask)
    assert [message.text for message in sample.input] == [m["content"] for m in ask.messages]
    seam = (sample.input[-1].metadata or {})[SEAM]
    assert seam["item"]["story"] == ""
    assert (seam["order"], seam["places"], seam["how"]) == (0, list(ask.places), "social-r1")
    assert sample.target == ask.item.letter
