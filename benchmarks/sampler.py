"""Tokens per second of the fast sampler against the generation of transformers, paired in one run.

    python benchmarks/sampler.py [--model FOLDER] [--prompts 32] [--group 8] [--tokens 240]

Without a model: random weights of nano's shape with 16 end tokens, so that completions have about
100 tokens and very different lengths. Only tokens up to the end token count.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from typing import Any

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

from social_r1.nano.sampler import FastSampler


class Words:
    """Stands in for a tokenizer: its size and its end token."""

    eos_token_id = 2

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size


def random_policy(vocab: int = 2048) -> tuple[Any, Any]:
    """A random model of nano's shape."""
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=vocab, hidden_size=128, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, head_dim=32, intermediate_size=384, tie_word_embeddings=True,
        bos_token_id=None, eos_token_id=2, pad_token_id=0, max_position_embeddings=1024,
    )  # fmt: skip
    model = Qwen3ForCausalLM(config).eval()
    model.generation_config.eos_token_id = [2, *range(vocab - 15, vocab)]
    return model, Words(vocab)


def prompts_for(vocab: int, count: int) -> list[list[int]]:
    """Random prompts of 140 to 200 tokens."""
    draw = random.Random(0)
    return [
        [draw.randrange(3, vocab) for _ in range(draw.randrange(140, 200))] for _ in range(count)
    ]


def baseline(
    model: Any, prompts: list[list[int]], group: int, tokens: int, ends: tuple[int, ...]
) -> int:
    """Generate with transformers, left-padded, and count tokens up to the end token."""
    width = max(map(len, prompts))
    ids = torch.tensor([[0] * (width - len(p)) + p for p in prompts])
    mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts])
    with torch.no_grad():
        out = model.generate(
            ids, attention_mask=mask, max_new_tokens=tokens, do_sample=True, top_k=0,
            num_return_sequences=group, eos_token_id=list(ends), pad_token_id=0,
        )  # fmt: skip
    rows = out[:, width:].tolist()
    stops = ([k + 1 for k, token in enumerate(row) if token in ends] for row in rows)
    return sum(found[0] if found else out.shape[1] - width for found in stops)


def main() -> None:
    """Run both, alternating, and print the ratio of medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model")
    parser.add_argument("--prompts", type=int, default=32)
    parser.add_argument("--group", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.model:
        from social_r1.training.rollouts import load_policy

        model, tokenizer = load_policy(options.model)
    else:
        model, tokenizer = random_policy()
    prompts = prompts_for(len(tokenizer), options.prompts)
    sampler = FastSampler(model, tokenizer)
    speeds: dict[str, list[float]] = {"fast": [], "transformers": []}
    for round_ in range(options.rounds):
        began = time.perf_counter()
        groups = sampler.generate(
            prompts, n=options.group, max_new_tokens=options.tokens, seed=round_
        )
        count = sum(len(sample.ids) for group in groups for sample in group)
        speeds["fast"].append(count / (time.perf_counter() - began))
        began = time.perf_counter()
        count = baseline(model, prompts, options.group, options.tokens, sampler.end_ids)
        speeds["transformers"].append(count / (time.perf_counter() - began))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    report = {
        "tokens_per_second": {name: round(value) for name, value in medians.items()},
        "ratio": round(medians["fast"] / medians["transformers"], 2),
        "prompts": options.prompts, "group": options.group, "tokens": options.tokens,
        "threads": options.threads,
    }  # fmt: skip
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
