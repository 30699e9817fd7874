# ruff: noqa: T201
"""Scoring thoughts in one pass each against four separate stage calls of the same model.

The released reward asks its model once per stage: prompt, the stages before, and the stage, one
call after the other. Ours runs a prompt once for all thoughts about it and reads the whole and all
four stages off one pass over each thought. Both see the same thoughts; the order of the ways
alternates from round to round.

    python benchmarks/reward_model.py --items 24 --thoughts 8
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from random import Random

import torch

from social_r1.hardbench.build import BuildConfig, build
from social_r1.items import SocialItem
from social_r1.preference.content import shipped_reward_model
from social_r1.preference.corruptions import CONTENT_CODES, codes_for, corrupt
from social_r1.preference.heads import Encoder, RewardHead, collate
from social_r1.preference.scorer import CheckpointContent, load_scorer
from social_r1.preference.subject import Subject
from social_r1.trajectory.prompt import render_prompt, render_thought
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import segment


def thoughts_about(item: SocialItem, count: int, rng: Random) -> list[str]:
    """The gold thought and corrupted ones."""
    subject = Subject.of(item)
    found = {render_thought(subject.texts)}
    codes = codes_for(subject, CONTENT_CODES)
    for _ in range(20 * count):
        made = corrupt(subject, rng.choice(codes), rng)
        if made is not None and len(found) < count:
            before = render_thought(subject.texts[: made.stage], list(Stage)[: made.stage])
            after = made.carried or render_thought(
                subject.texts[made.stage + 1 :], list(Stage)[made.stage + 1 :]
            )
            found.add("\n".join(part for part in (before, made.text, after) if part))
    return sorted(found)


def four_calls(head: RewardHead, encoder: Encoder, prompt: str, thought: str, pad: int) -> None:
    """One call per stage: the prompt and the thought up to the stage's end."""
    for span in segment(thought):
        batch = collate([encoder.prompt(prompt)], [[encoder.thought(thought[: span.end])]], pad)
        head(**batch._asdict())


def separate(scorer: CheckpointContent, prompts: list[str], thoughts: list[str]) -> None:
    """Every stage of every thought in a call of its own."""
    head, encoder = scorer.load()
    pad = int(encoder.tokenizer.pad_token_id)  # type: ignore[arg-type]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for prompt, thought in zip(prompts, thoughts, strict=True):
            four_calls(head, encoder, prompt, thought, pad)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Time both, a few rounds, and print the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=24)
    parser.add_argument("--thoughts", type=int, default=8, help="of each item")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    made = build(BuildConfig(train=0, hard=given.items, easy=0, ood=0))["hard"][: given.items]
    rng = Random(0)
    rows = [(i, t) for i in made for t in thoughts_about(i, given.thoughts, rng)]
    items, thoughts = [i for i, _ in rows], [t for _, t in rows]
    prompts = [render_prompt(i, "compact")[0]["content"] for i in items]
    scorer = load_scorer(shipped_reward_model())
    scorer.stages(items, thoughts)  # loads the weights
    ways: dict[str, Callable[[], object]] = {
        "whole thoughts, one pass": lambda: scorer(items, thoughts),
        "whole and four stages, one pass": lambda: scorer.stages(items, thoughts),
        "four stage calls": lambda: separate(scorer, prompts, thoughts),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(given.rounds):
        order = list(ways) if number % 2 else list(reversed(ways))
        for name in order:
            spent[name].append(seconds(ways[name]))
    base = statistics.median(spent["four stage calls"])
    print(f"{len(thoughts)} thoughts about {len(made)} items, median of {given.rounds} rounds")
    for name, times in spent.items():
        middle = statistics.median(times)
        rate = len(thoughts) / middle
        print(f"{name:32} {middle:7.2f} s  {rate:8.1f} thoughts/s  {base / middle:5.1f} x")


if __name__ == "__main__":
    main()
