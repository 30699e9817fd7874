"""Seconds per GRPO step: stock TRL with its own generation against ours, paired in one run.

    python benchmarks/grpo_step.py [--prompts 32] [--group 8] [--tokens 240] [--precision bf16]

Same model, same prompts, same batch, same loss; runs of two steps alternate, the first step of each
is left out. Random weights of nano's shape with 16 end tokens, so that completions have about 100
tokens and very different lengths. No group has zero advantage, so leaving such groups out, which
helps in real runs, does not show here.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, PrinterCallback, Qwen3Config, Qwen3ForCausalLM

from social_r1.items import SocialItem
from social_r1.records import write_jsonl
from social_r1.rewards.types import RewardParts, Weights
from social_r1.training import SocialReward, TrainConfig, build_config
from social_r1.training.callbacks import MetricsCallback
from social_r1.training.dataset import train_dataset
from social_r1.training.grpo_trl import SocialTrainer
from social_r1.training.rollouts import load_policy
from social_r1.trajectory import parse

VOCAB = 2000


class EarlyWords:
    """A reward that random text earns: the share of words from the first half of the vocabulary."""

    def parse(self, item: SocialItem, completion: str) -> Any:
        """As the real reward reads it."""
        return parse(completion, item)

    def score(self, items: Any, completions: Any, *, progress: float) -> list[RewardParts]:
        """Count words."""
        scores = [sum(word < "w5" for word in c.split()) / 100 for c in completions]
        plain = Weights(1, 0, 0, 1)
        return [RewardParts(1.0, s, None, None, None, 1.0, 1.0, 1, plain, s) for s in scores]


def build(folder: Path) -> None:
    """Save a random policy of nano's shape, and items of about 170 tokens."""
    names = ["<pad>", "<end>", "<unk>", "user", "assistant", *(f"w{i}" for i in range(VOCAB - 5))]
    core = Tokenizer(models.WordLevel({w: i for i, w in enumerate(names)}, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="<pad>", eos_token="<end>", unk_token="<unk>"
    )
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }} {% endfor %}assistant "
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=VOCAB, hidden_size=128, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, head_dim=32, intermediate_size=384, tie_word_embeddings=True,
        bos_token_id=None, eos_token_id=1, pad_token_id=0, max_position_embeddings=1024,
    )  # fmt: skip
    model = Qwen3ForCausalLM(config)
    model.generation_config.eos_token_id = [1, *range(1985, VOCAB)]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    draw = random.Random(0)
    items = [
        SocialItem(
            id=f"i{k}", source="bench", dimension="Belief", group=f"g{k}",
            story=" ".join(f"w{draw.randrange(1900)}" for _ in range(draw.randrange(140, 180))),
            question="w1", options=("w2", "w3"), answer=0, split="train",
        )
        for k in range(64)
    ]  # fmt: skip
    write_jsonl(folder / "items.jsonl", items)


def trainer_for(config: TrainConfig, times: list[dict[str, float]]) -> Any:
    """A trainer whose step times are collected."""
    from social_r1.records import read_items

    config.out.mkdir(parents=True, exist_ok=True)
    model, tokenizer = load_policy(config.model)
    metrics = MetricsCallback(config.out / "metrics.jsonl", times.append)
    trainer = SocialTrainer(
        config, model=model, tokenizer=tokenizer, reward=SocialReward(EarlyWords()),
        dataset=train_dataset(
            read_items(config.items), style="compact", seed=0,
            prompts=config.steps * config.prompts_per_step,
        ),
        callbacks=[metrics],
    )  # fmt: skip
    trainer.seconds = metrics.seconds
    trainer.remove_callback(PrinterCallback)
    return trainer


def main() -> None:
    """Run both sides and print medians and ratio as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=32)
    parser.add_argument("--group", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=240)
    parser.add_argument("--micro", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=2, help="each: two steps of either side")
    parser.add_argument("--beta", type=float, default=0.0)
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    rows: dict[str, list[dict[str, float]]] = {"ours": [], "trl": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder)
        torch.set_num_threads(options.threads)
        for round_ in range(options.rounds):
            for side in rows:
                config = build_config(
                    {
                        "profile": "nano", "model": str(folder), "items": folder / "items.jsonl",
                        "out": folder / f"{side}{round_}", "steps": 2, "save_every": 100,
                        "prompts_per_step": options.prompts, "group_size": options.group,
                        "max_completion_length": options.tokens, "beta": options.beta,
                        "precision": options.precision, "micro_batch_size": options.micro,
                        "fast": side == "ours",
                    }
                )  # fmt: skip
                times: list[dict[str, float]] = []
                trainer_for(config, times).train()
                rows[side] += times[1:]
    names = ("step", "generation", "reward", "update")
    seconds = {
        side: {k: round(statistics.median(r[f"seconds/{k}"] for r in found), 3) for k in names}
        for side, found in rows.items()
    }
    ratio = seconds["trl"]["step"] / seconds["ours"]["step"]
    report = {"seconds": seconds, "ratio": round(ratio, 2)} | vars(options)
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
