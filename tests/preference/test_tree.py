"""Trees of texts: what they have in common is read once, and nothing else changes."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from social_r1.preference.config import HeadKind
from social_r1.preference.heads import RewardHead, collate, load_head, load_tokenizer
from social_r1.preference.tree import NAME, grow, read, take_trees

A, B, C, D, E, F, X, OTHER = range(1, 9)
TEXTS = [[A, B, C, D], [A, B, C, E, F], [A, X]]
MEETS = """
    1 0 0 0 0 0 0
    1 1 0 0 0 0 0
    1 1 1 0 0 0 0
    1 1 1 1 0 0 0
    1 1 1 0 1 0 0
    1 1 1 0 1 1 0
    1 0 0 0 0 0 1
"""
"""Which of a b c d e f x each of them meets: those on the way to it, and itself."""


def test_a_tree_holds_common_beginnings_once() -> None:
    tree = grow(TEXTS)
    assert tree.tokens.tolist() == [A, B, C, D, E, F, X]
    assert tree.parents.tolist() == [-1, 0, 1, 2, 2, 4, 0]
    assert tree.positions.tolist() == [0, 1, 2, 3, 3, 4, 1]
    assert tree.paths.tolist() == [[0, 1, 2, 3, -1], [0, 1, 2, 4, 5], [0, 6, -1, -1, -1]]
    assert tree.branches.tolist() == [[0, 0], [1, 3], [2, 1]]


@pytest.mark.parametrize(
    ("texts", "tokens", "paths", "branches"),
    [
        ([[A]], [A], [[0]], [[0, 0]]),
        ([[A, B], [A, B]], [A, B], [[0, 1], [0, 1]], [[0, 0]]),  # the second adds nothing
        ([[A, B], [A]], [A, B], [[0, 1], [0, -1]], [[1, 0], [0, 1]]),  # the shorter comes first
        ([[B], [A]], [A, B], [[1], [0]], [[1, 0], [0, 0]]),  # two trees, in order of their tokens
    ],
)
def test_equal_texts_beginnings_and_strangers(
    texts: list[list[int]], tokens: list[int], paths: list[list[int]], branches: list[list[int]]
) -> None:
    tree = grow(texts)
    assert tree.tokens.tolist() == tokens
    assert tree.paths.tolist() == paths
    assert tree.branches.tolist() == branches


words = st.lists(st.integers(1, 3), min_size=1, max_size=9)


@given(st.lists(words, min_size=1, max_size=8))
def test_every_path_spells_its_text_and_no_beginning_is_there_twice(texts: list[list[int]]) -> None:
    tree = grow(texts)
    beginnings = {tuple(text[: n + 1]) for text in texts for n in range(len(text))}
    assert len(tree.tokens) == len(beginnings)
    for text, path in zip(texts, tree.paths.tolist(), strict=True):
        places = path[: len(text)]
        assert set(path[len(text) :]) <= {-1}
        assert tree.tokens[places].tolist() == text
        assert tree.positions[places].tolist() == [*range(len(text))]
        assert tree.parents[places].tolist() == [-1, *places[:-1]]


def test_a_token_meets_those_on_the_way_to_it_and_no_others(backbone: Path) -> None:
    model = load_head(str(backbone), "likelihood", load_tokenizer(str(backbone))).plain.base_model
    tree = grow(TEXTS)
    meets = [[*map(int, row.split())] for row in MEETS.split("\n") if row.strip()]
    with torch.no_grad():
        before = read(model, tree)
        for place in range(7):
            tokens = tree.tokens.clone()
            tokens[place] = OTHER
            changed = (read(model, tree._replace(tokens=tokens)) != before).any(1)
            assert changed.tolist() == [bool(row[place]) for row in meets]


def shape(**more: Any) -> dict[str, Any]:
    return {
        "vocab_size": 16, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "bos_token_id": None,
        "eos_token_id": None, "pad_token_id": 0, "max_position_embeddings": 64, **more,
    }  # fmt: skip


MIXED = ["sliding_attention", "full_attention"]


@pytest.mark.parametrize(
    ("family", "more", "shares"),
    [
        ("Llama", {}, True),
        ("Phi3", {}, True),
        ("Olmo2", {}, True),
        ("Mistral", {"sliding_window": 3}, True),
        ("Qwen2", {"use_sliding_window": True, "sliding_window": 3, "layer_types": MIXED}, True),
        ("Gemma3Text", {"sliding_window": 3, "layer_types": MIXED}, True),
        ("Gemma2", {"sliding_window": 3, "layer_types": MIXED}, False),
        ("GptOss", {"sliding_window": 3, "layer_types": MIXED, "num_local_experts": 2,
                    "num_experts_per_tok": 1}, False),
        ("Mamba", {"state_size": 4}, False),
        ("Qwen3_5Text", {"layer_types": ["linear_attention", "full_attention"],
                         "linear_num_key_heads": 2, "linear_num_value_heads": 2,
                         "linear_key_head_dim": 8, "linear_value_head_dim": 8}, False),
    ],
)  # fmt: skip
def test_decoders_read_a_tree_as_they_read_its_texts(
    family: str, more: dict[str, Any], shares: bool
) -> None:
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**shape(**more))
    alone: Any = transformers.AutoModel.from_config(config).eval()
    model = deepcopy(alone)
    take_trees(model)
    assert (model.config._attn_implementation == NAME) is shares
    texts = [[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 9, 9, 8], [1, 2, 3], [6, 2]]
    tree = grow(texts)
    with torch.no_grad():
        hidden = read(model, tree)
        for text, path in zip(texts, tree.paths, strict=True):
            expected = alone(torch.tensor([text])).last_hidden_state[0]
            assert torch.allclose(hidden[path[: len(text)]], expected, atol=1e-5)
            plain = model(torch.tensor([text])).last_hidden_state[0]  # as a model of its own
            assert torch.allclose(plain, expected, atol=1e-5)


asked = st.tuples(
    st.lists(st.integers(1, 3), max_size=4).map(lambda ids: [4, *ids, 5]),
    st.lists(st.lists(st.integers(1, 3), max_size=6).map(lambda ids: [6, *ids, 7]), max_size=5),
)
"""A prompt, and some thoughts about it; few tokens, so that much is shared."""


@pytest.mark.parametrize("kind", ["likelihood", "scalar"])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(groups=st.lists(asked, min_size=1, max_size=3).filter(lambda g: any(t for _, t in g)))
def test_scores_and_gradients_are_those_of_thoughts_read_one_by_one(
    kind: HeadKind, groups: list[tuple[list[int], list[list[int]]]], backbone: Path
) -> None:
    head = scored(backbone, kind)
    together = head(**collate(*zip(*groups, strict=True))._asdict()).logits
    gradients = slopes(head, together)
    one_by_one = torch.cat([
        head(**collate([prompt], [[thought]])._asdict()).logits
        for prompt, thoughts in groups
        for thought in thoughts
    ])  # fmt: skip
    assert torch.allclose(together, one_by_one, atol=1e-4)
    for found, expected in zip(gradients, slopes(head, one_by_one), strict=True):
        assert torch.allclose(found, expected, atol=1e-4, rtol=1e-4)


def scored(backbone: Path, kind: HeadKind) -> RewardHead:
    torch.manual_seed(0)
    return load_head(str(backbone), kind, load_tokenizer(str(backbone))).eval()


def slopes(head: RewardHead, scores: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Gradients of scores that weigh differently, with respect to all weights."""
    weighted = (scores.squeeze(1) * torch.arange(1, len(scores) + 1)).sum()
    return torch.autograd.grad(weighted, [*head.parameters()])
