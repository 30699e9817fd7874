"""In-process models: scripts that score what they must, and the embedded model in batches."""

from __future__ import annotations

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from social_r1.errors import ConfigError, InputError
from social_r1.evaluation.grading import judge
from social_r1.evaluation.journal import Journal
from social_r1.evaluation.models import (
    SCRIPTS,
    NanoModel,
    Scripted,
    ask_in_batches,
    open_model,
)
from social_r1.evaluation.present import present
from social_r1.evaluation.types import Completion, EvalConfig
from social_r1.items import SocialItem

from .conftest import make_item

WORDS = ("<pad>", "<end>", "<unk>", "<think>", "</think>", "<Answer>", "</Answer>", "A", "B", "C")


CHAT_TEMPLATE = "{% for message in messages %}{{ message['content'] }} {% endfor %}<think>"


def tiny_nano(context: int = 256) -> NanoModel:
    """A random model of two layers with ten words; it babbles, which is all that is needed."""
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    words = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, eos_token="<end>", pad_token="<pad>", unk_token="<unk>"
    )
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, intermediate_size=64, tie_word_embeddings=True,
        eos_token_id=1, pad_token_id=0, max_position_embeddings=context, initializer_range=0.3,
    )  # fmt: skip
    return NanoModel.of(Qwen3ForCausalLM(config).eval(), tokenizer)


def score(rule: str, items: list[SocialItem]) -> float:
    asks = present(items)
    groups = Scripted(rule).respond(asks, n=1, temperature=0, max_tokens=None, seed=0)
    answers = [judge(ask, group[0], sample=None) for ask, group in zip(asks, groups, strict=True)]
    assert all(answer.well_formed for answer in answers)
    return sum(answer.correct for answer in answers) / len(answers)


def test_scripts_score_what_their_rule_must(items: list[SocialItem]) -> None:
    assert score("gold", items) == 1
    assert score("wrong", items) == 0
    assert score("longest", items) == score("shortest", items) == 0.25
    always_first = [ask.item.letter == "A" for ask in present(items)]
    assert score("first", items) == sum(always_first) / 12


def test_random_scores_about_chance() -> None:
    # 400 items of four options: standard deviation .022.
    assert score("random", [make_item(n) for n in range(400)]) == pytest.approx(0.25, abs=0.09)


def test_random_answers_depend_on_the_ask_and_not_on_its_neighbours() -> None:
    asks = present([make_item(n) for n in range(6)])
    script = Scripted("random")
    settings = {"n": 3, "temperature": 1.0, "max_tokens": None, "seed": 5}
    assert script.respond(asks, **settings)[4:] == script.respond(asks[4:], **settings)


def test_names_open_local_models_and_leave_the_rest_to_inspect() -> None:
    assert isinstance(open_model("baseline/gold"), Scripted)
    assert isinstance(open_model("nano/shipped"), NanoModel)
    assert open_model("openai/some-model") is None
    with pytest.raises(ConfigError, match="baseline/gold"):
        open_model("baseline/best")
    with pytest.raises(InputError, match="no checkpoint folder"):
        open_model("nano/no/such/folder")
    for name in ("", " ", "nosuchname"):  # the first would be the folder of the shell
        with pytest.raises(ConfigError, match="names no provider"):
            open_model(name)
    for name in ("./no/such/folder", "/no/such/folder"):
        with pytest.raises(InputError, match="no folder"):
            open_model(name)
    assert len(SCRIPTS) == 6


def test_nano_answers_every_ask_as_often_as_asked() -> None:
    asks = present([make_item(n) for n in range(5)], style="compact")
    groups = tiny_nano().respond(asks, n=3, temperature=1.0, max_tokens=12, seed=0)
    assert [len(group) for group in groups] == [3] * 5
    assert all(answer.tokens <= 12 for group in groups for answer in group)
    assert all("<end>" not in answer.text for group in groups for answer in group)


def test_nano_greedy_answers_do_not_depend_on_the_batch() -> None:
    asks = present([make_item(n) for n in range(300)], style="compact")
    model, steps = tiny_nano(), []
    journal = Journal(asks, EvalConfig(samples=0), "tiny", None)
    ask_in_batches(
        model, asks, samples=[None], temperature=0, max_tokens=8, seed=0, journal=journal,
        advance=steps.append,
    )  # fmt: skip
    assert steps == [256, 44]
    batched = [[journal.get(ask.key, None)] for ask in asks]
    alone = [
        model.respond([ask], n=1, temperature=0, max_tokens=8, seed=0)[0] for ask in asks[::50]
    ]
    assert batched[::50] == alone


def test_sampling_can_be_repeated_and_the_seed_changes_it() -> None:
    asks = present([make_item(n) for n in range(130)], style="compact")

    def sample(seed: int) -> list[Completion | None]:
        journal = Journal(asks, EvalConfig(greedy=False, samples=2), "tiny", None)
        ask_in_batches(
            tiny_nano(), asks, samples=[0, 1], temperature=1.0, max_tokens=8, seed=seed,
            journal=journal, advance=lambda steps: None,
        )  # fmt: skip
        return [journal.get(ask.key, number) for ask in asks for number in (0, 1)]

    assert sample(0) == sample(0)
    assert sample(0) != sample(1)


def test_a_prompt_longer_than_the_context_gets_a_cut_empty_completion() -> None:
    long = make_item(1, story="A " * 300)
    asks = present([make_item(0), long], style="compact")
    model = tiny_nano(context=64)
    length = len(model._encode(asks[1].messages))
    assert length > 64
    groups = model.respond(asks, n=2, temperature=0, max_tokens=4, seed=0)
    assert groups[1] == [Completion("", finished=False, tokens=0, prompt_tokens=length)] * 2
    assert groups[0][0].tokens
    assert judge(asks[1], groups[1][0], sample=None).outcome == "truncated"


def test_the_fingerprint_follows_the_weights() -> None:
    model = tiny_nano()
    before = model.fingerprint
    assert before == tiny_nano().fingerprint
    with torch.no_grad():
        next(model._load().model.parameters()).add_(1)
    assert model.fingerprint != before
