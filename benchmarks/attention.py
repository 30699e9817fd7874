"""Milliseconds of causal attention, forwards and backwards: torch's fused kernel against blocks.

    python benchmarks/attention.py [--rows 11] [--length 372] [--rounds 9]

Shapes of a cold-start batch, one thread; the two alternate, medians and their ratio are printed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F

from social_r1.nano.architecture import HEADS, HIDDEN, KV_HEADS
from social_r1.nano.attention import blocked_attention
from social_r1.nano.memory import keep_freed_memory

GROUP = HEADS // KV_HEADS


def fused(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """As transformers calls it: keys and values repeated for every query head."""
    k, v = k.repeat_interleave(GROUP, 1), v.repeat_interleave(GROUP, 1)
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def ours(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """In blocks."""
    folded = (q * q.shape[-1] ** -0.5).unflatten(1, (KV_HEADS, GROUP))
    return blocked_attention(folded, k, v).flatten(1, 2)


def milliseconds(
    attention: Callable[..., torch.Tensor], shape: tuple[int, int], dtype: torch.dtype
) -> float:
    """One pass forwards and backwards."""
    rows, length = shape
    q, k, v = (
        torch.randn(rows, heads, length, HIDDEN // HEADS, dtype=dtype, requires_grad=True)
        for heads in (HEADS, KV_HEADS, KV_HEADS)
    )
    began = time.perf_counter()
    attention(q, k, v).sum().backward()
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    """Print medians and ratio as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=11)
    parser.add_argument("--length", type=int, default=372)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    shape = (options.rows, options.length)
    found: dict[str, dict[str, float]] = {}
    for dtype in (torch.float32, torch.bfloat16):
        times: dict[str, list[float]] = {"fused": [], "blocks": []}
        for turn in range(options.rounds + 1):
            for name, attention in (("fused", fused), ("blocks", ours)):
                spent = milliseconds(attention, shape, dtype)
                if turn:
                    times[name].append(spent)
        row = {name: round(statistics.median(values), 2) for name, values in times.items()}
        ratios = [a / b for a, b in zip(times["fused"], times["blocks"], strict=True)]
        name = str(dtype).removeprefix("torch.")
        found[name] = {**row, "fused_over_blocks": round(statistics.median(ratios), 2)}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
