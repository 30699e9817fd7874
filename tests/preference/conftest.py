"""Items with twins, an item small enough to work out by hand, and a random backbone."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.hardbench.assemble import make_item
from social_r1.hardbench.build import BuildConfig, build
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.items import SocialItem
from social_r1.preference.pairs import build_pairs
from social_r1.preference.types import Pair
from social_r1.records import write_jsonl


@pytest.fixture(scope="session")
def blocks() -> list[SocialItem]:
    return build(BuildConfig(train=16, hard=0, easy=0, ood=0))["train"]


@pytest.fixture(scope="session")
def items(blocks: list[SocialItem]) -> list[SocialItem]:
    return [*blocks, *(easy_item(3, i) for i in range(12))]


@pytest.fixture(scope="session")
def bo_left() -> SocialItem:
    """Bo leaves, then Ann moves the key: Bo takes it to be in the red box, it is in the tin jar."""
    lines = (
        Line(Act.ROLL, people=("Ann", "Bo")),
        Line(Act.PLACE, thing="key", value="red box"),
        Line(Act.LEAVE, "Bo"),
        Line(Act.MOVE, "Ann", thing="key", value="tin jar"),
    )
    script = Script(("Ann", "Bo"), "barn", lines)
    return make_item(
        script, stage(script), Question("belief", ("Bo",), "key"), ("tin jar", "red box"),
        "red box", 0, group="bo", variant=0, design="single", split="train", difficulty=1,
    )  # fmt: skip


@pytest.fixture(scope="session")
def pairs(items: list[SocialItem]) -> list[Pair]:
    return build_pairs(items, 160, seed=1, held_out=0.25)


@pytest.fixture(scope="session")
def pairs_file(pairs: list[Pair], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    write_jsonl(path, pairs)
    return path


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Qwen3 of a few ten thousand parameters with nano's tokenizer."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    from social_r1.nano.tokenizer import build_tokenizer

    tokenizer = build_tokenizer()
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, intermediate_size=64, tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None, max_position_embeddings=1024,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("backbone")
    Qwen3ForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
