"""Attention in blocks is causal attention, to the last bits of floating point."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from transformers import Qwen3Config, Qwen3ForCausalLM

from social_r1.nano.attention import BLOCK, blocked_attention, blocks, register


def test_two_tokens_by_hand() -> None:
    # The first token sees itself alone; the second gives e^0 to the first and e^ln 3 to itself.
    q = torch.tensor([[0.0], [1.0]]).view(1, 1, 1, 2, 1)
    k = torch.tensor([0.0, math.log(3.0)]).view(1, 1, 2, 1)
    v = torch.tensor([4.0, 8.0]).view(1, 1, 2, 1)
    assert blocked_attention(q, k, v).flatten().tolist() == pytest.approx([4.0, 1 * 1 + 3 * 2.0])


@pytest.mark.parametrize("length", [1, BLOCK - 1, BLOCK, BLOCK + 1, 250])
def test_values_and_gradients_equal_torchs_own(length: int) -> None:
    torch.manual_seed(0)
    q = torch.randn(2, 2, 3, length, 8, requires_grad=True)
    k, v = (torch.randn(2, 2, length, 8, requires_grad=True) for _ in "kv")
    weight = torch.randn(2, 2, 3, length, 8)
    ours = blocked_attention(q * 8**-0.5, k, v)
    theirs = F.scaled_dot_product_attention(
        q, k[:, :, None].expand(-1, -1, 3, -1, -1), v[:, :, None].expand(-1, -1, 3, -1, -1),
        is_causal=True,
    )  # fmt: skip
    assert torch.allclose(ours, theirs, atol=1e-5)
    for a, b in zip(
        torch.autograd.grad((ours * weight).sum(), (q, k, v)),
        torch.autograd.grad((theirs * weight).sum(), (q, k, v)),
        strict=True,
    ):
        assert torch.allclose(a, b, atol=1e-4)


def test_blocks_cover_every_query_once_and_hide_the_future() -> None:
    q = torch.zeros(2, BLOCK + 5, 4)
    found = list(blocks(q))
    assert [(start, end) for start, end, _ in found] == [(0, BLOCK), (BLOCK, BLOCK + 5)]
    for start, end, mask in found:
        seen = (mask == 0).sum(1)
        assert seen.tolist() == list(range(start + 1, end + 1))


def test_transformers_gets_the_same_logits_with_it_on_rows_padded_on_the_right() -> None:
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, intermediate_size=48, initializer_range=0.2,
    )  # fmt: skip
    model = Qwen3ForCausalLM(config).eval()
    ids = torch.randint(0, 50, (3, 120))
    model.set_attn_implementation("eager")
    expected = model(ids).logits
    model.set_attn_implementation(register())
    assert torch.allclose(model(ids).logits, expected, atol=1e-4)
    ids[:, 100:] = 0
    assert torch.allclose(model(ids).logits[:, :100], expected[:, :100], atol=1e-4)
