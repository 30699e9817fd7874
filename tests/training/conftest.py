"""A policy of a few thousand parameters with a word-level tokenizer, and items for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from social_r1.items import SocialItem
from social_r1.records import write_jsonl
from social_r1.rewards.types import RewardParts, Weights
from social_r1.training import SocialReward, TrainConfig, build_config
from social_r1.trajectory import parse

TAGS = ("<think>", "</think>", "<Answer>", "</Answer>")
WORDS = (*TAGS, "A", "B", "C", "user", "assistant", "none", "knows", "sees", "goes")
TEMPLATE = (
    "{% for m in messages %}{{ m['role'] + ' ' + m['content'] + ' ' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant ' }}{% endif %}"
)


def build_policy(folder: Path, layers: int = 2) -> Path:
    """Save a random Qwen3 and its tokenizer."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

    names = ["<pad>", "<end>", "<unk>", *WORDS]
    names += [f"w{i}" for i in range(64 - len(names))]
    tokenizer = Tokenizer(
        models.WordLevel({name: i for i, name in enumerate(names)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>", unk_token="<unk>"
    )
    fast.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=64, hidden_size=32, num_hidden_layers=layers, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, intermediate_size=64, tie_word_embeddings=True,
        eos_token_id=1, pad_token_id=0, bos_token_id=None, max_position_embeddings=256,
    )  # fmt: skip
    Qwen3ForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


class CountsWords:
    """A reward that a random policy can earn: the share of early words of the vocabulary."""

    def parse(self, item, completion):
        return parse(completion, item)

    def score(self, items, completions, *, progress):
        plain = Weights(1, 0, 0, 1)
        return [
            RewardParts(
                1.0, float("w5 " in text), None, None, None, 1.0, 1.0, len(text), plain,
                sum(text.count(f"w{k} ") for k in range(10)) / 16,
            )
            for text in completions
        ]  # fmt: skip


def tiny_config(policy: Path, items_file: Path, out: Path, **changes: object) -> TrainConfig:
    fields = {
        "profile": "nano", "model": str(policy), "items": items_file, "out": out, "steps": 6,
        "prompts_per_step": 4, "group_size": 4, "micro_batch_size": 8, "save_every": 2,
        "max_completion_length": 16, "threads": 1, "precision": "fp32", "lr": 1e-3,
    }  # fmt: skip
    return build_config(fields | changes)


@pytest.fixture(scope="session")
def make_config(policy: Path, items_file: Path) -> Callable[..., TrainConfig]:
    return functools.partial(tiny_config, policy, items_file)


@pytest.fixture(scope="session")
def word_reward() -> SocialReward:
    return SocialReward(CountsWords())


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_policy(tmp_path_factory.mktemp("policy"))


@pytest.fixture(scope="session")
def items() -> list[SocialItem]:
    return [
        SocialItem(
            id=f"i{k}", source="test", dimension="Belief", group=f"g{k}",
            story=" ".join(f"w{(k * 7 + j) % 40}" for j in range(4 + 3 * k)),
            question="who knows", options=("w1", "w2", "w3"), answer=k % 3, split="train",
        )
        for k in range(7)
    ]  # fmt: skip


@pytest.fixture(scope="session")
def items_file(items: list[SocialItem], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("items") / "items.jsonl"
    write_jsonl(path, items)
    return path
