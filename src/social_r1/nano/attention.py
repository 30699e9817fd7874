"""Causal attention in blocks of queries, for training a small model on a CPU.

A block of queries meets only the keys up to its own end, so almost half of the square is never
computed, and what is computed are plain matrix products. With small heads and a few hundred tokens
this is over twice as fast as the fused CPU kernel in bf16 (``benchmarks/attention.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from torch import Tensor

BLOCK = 96
"""Queries of a block."""
NAME = "social_r1_blocked"
"""What `transformers` knows this attention as, once `register` has been called."""


def blocked_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention.

    Args:
        q: (B, K, G, T, D), already scaled: K key-value heads with G query heads each.
        k: (B, K, T, D).
        v: (B, K, T, D).

    Returns:
        (B, K, G, T, D), in the type of the inputs.
    """
    count, heads, group, _, dim = q.shape
    mixed: list[Tensor] = []
    for start, end, later in blocks(q):
        block = q[:, :, :, start:end].reshape(count, heads, -1, dim)
        scores = (block @ k[:, :, :end].transpose(2, 3)).view(count, heads, group, -1, end)
        share = (scores + later).softmax(-1).view(count, heads, -1, end)
        mixed.append((share @ v[:, :, :end]).view(count, heads, group, -1, dim))
    return torch.cat(mixed, 3)


def blocks(q: Tensor) -> Iterator[tuple[int, int, Tensor]]:
    """Cut queries (…, T, D) into blocks.

    Yields:
        Start and end of a block, and its additive mask (end - start, end): minus infinity on keys
        that come later than the query.
    """
    for start in range(0, q.shape[-2], BLOCK):
        end = min(start + BLOCK, q.shape[-2])
        mask = torch.full((end - start, end), float("-inf"), dtype=q.dtype, device=q.device)
        yield start, end, mask.triu_(start + 1)


def register() -> str:
    """Offer `blocked_attention` to transformers, for rows padded on the right.

    Returns:
        The name to give as ``attn_implementation``.
    """
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, _for_transformers)
    return NAME


def _for_transformers(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    **_: Any,
) -> tuple[Tensor, None]:
    """Query (B, H, T, D) to (B, T, H, D); what is padded on the right is seen by padding alone."""
    count, heads, length, dim = query.shape
    kv_heads = key.shape[1]
    dtype = torch.bfloat16 if torch.is_autocast_enabled("cpu") else query.dtype
    with torch.autocast("cpu", enabled=False):
        q = (query * scaling).to(dtype).view(count, kv_heads, heads // kv_heads, length, dim)
        out = blocked_attention(q, key.to(dtype), value.to(dtype))
    return out.reshape(count, heads, length, dim).transpose(1, 2), None
