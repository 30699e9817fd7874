"""What `social-r1 plan` says of a run on this CPU, beside what the run takes.

    python benchmarks/plan.py [--steps 3] [--prompts 16] [--threads 2]

Measures the machine (fastest of several products and copies), trains the shipped embedded model for
a few steps on hard items, and gives `plan` the lengths that were met. The first step is left out.
Both sides are in seconds of this process alone, CPU time by threads, so that other work on the
machine does not count: `share` is the part of its threads that it got, `alone` the measured seconds
times that. Where a step runs on one thread, this flatters the measurement a little.
The ratio is estimate over measurement: 1 is right, below 1 is too hopeful.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from social_r1.hardbench.build import BuildConfig, write_build
from social_r1.nano.checkpoint import load_nano
from social_r1.planning import assumptions_for, find_gpu, plan
from social_r1.records import read_items, read_jsonl
from social_r1.training import build_config, train
from social_r1.trajectory import render_prompt


def best(work: Callable[[], Any], times: int = 40) -> float:
    """CPU seconds of a thread in the fastest of several calls."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found) / torch.get_num_threads()


def machine(precision: str) -> tuple[float, float]:
    """Operations and bytes a second: a product of 1,024 x 1,024, a copy of 256 MB."""
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    left, right = torch.randn(1024, 1024, dtype=kind), torch.randn(1024, 1024, dtype=kind)
    source = torch.zeros(64 * 2**20)
    target = torch.empty_like(source)
    flops = 2 * 1024**3 / best(lambda: left @ right)
    return flops, 2 * source.nbytes / best(lambda: target.copy_(source), 8)


def main() -> None:
    """Run both and print them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--prompts", type=int, default=16)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--precision", default="bf16")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    flops, bandwidth = machine(options.precision)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_build(BuildConfig(train=64, hard=0, easy=0, ood=0), folder / "items")
        config = build_config({
            "profile": "nano", "items": folder / "items" / "train.jsonl", "out": folder / "run",
            "steps": options.steps + 1, "prompts_per_step": options.prompts,
            "precision": options.precision, "threads": options.threads, "save_every": 100,
        })  # fmt: skip
        clock: list[tuple[float, float]] = []
        train(config, on_step=lambda row: clock.append((time.perf_counter(), time.process_time())))
        rows = [row for _, row in read_jsonl(config.out / "metrics.jsonl")][1:]
        tokenizer = load_nano().tokenizer
        prompts = [
            len(tokenizer.apply_chat_template(
                render_prompt(item, "compact"), add_generation_prompt=True, return_dict=False
            ))
            for item in read_items(config.items)
        ]  # fmt: skip
    sampled = statistics.mean(row["completions/mean_length"] for row in rows)
    gpu = find_gpu("cpu", flops=flops, bandwidth=bandwidth)
    words = [
        f"prompt_tokens={max(prompts)}",
        f"prompt_share={statistics.mean(prompts) / max(prompts)}",
        f"completion_share={sampled / config.max_completion_length}",
    ]
    found = plan(config, gpu, assume=assumptions_for(gpu, words))
    pairs = {
        "sampling": (found.seconds.sampling, "generation"),
        "update": (found.seconds.update, "update"),
        "step": (found.seconds.total, "step"),
    }
    (wall, cpu), (wall_end, cpu_end) = clock[0], clock[-1]
    share = (cpu_end - cpu) / (wall_end - wall) / options.threads
    report = {
        "machine": {"GFLOP/s": round(flops / 1e9, 1), "GB/s": round(bandwidth / 1e9, 1),
                    "load": os.getloadavg()[0], "threads": options.threads,
                    "share": round(share, 2)},
        "tokens": {"prompt": round(statistics.mean(prompts)), "completion": round(sampled)},
        "completions": config.prompts_per_step * config.group_size,
        "seconds": {},
    }  # fmt: skip
    for name, (estimate, key) in pairs.items():
        measured = statistics.median(row[f"seconds/{key}"] for row in rows)
        report["seconds"][name] = {
            "estimate": round(estimate, 2),
            "measured": round(measured, 2),
            "alone": round(measured * share, 2),
            "ratio": round(estimate / (measured * share), 2),
        }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
