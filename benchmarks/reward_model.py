# ruff: noqa: T201
"""Scoring thoughts in one pass each against four separate stage calls of the same model.

The released reward asks its model once per stage: prompt, the stages before, and the stage, one
call after the other. Ours reads the whole and all four stages off one pass over all thoughts, and
what they have in common once. Both see the same thoughts, none of them twice; the order of the ways
alternates from round to round.

Thoughts are gold ones and corrupted ones, as in training; with ``--sampled`` they are what the
shipped policy says at temperature 1, which has less in common.

    python benchmarks/reward_model.py --items 24 --thoughts 8
    python benchmarks/reward_model.py --items 24 --thoughts 8 --sampled
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
from social_r1.nano import FastSampler, load_nano
from social_r1.preference.content import shipped_reward_model
from social_r1.preference.corruptions import CONTENT_CODES, codes_for, corrupt
from social_r1.preference.heads import Encoder, RewardHead, collate
from social_r1.preference.scorer import CheckpointContent, load_scorer
from social_r1.preference.subject import Subject
from social_r1.trajectory.parse import parse
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


def sampled_about(items: list[SocialItem], count: int) -> list[list[str]]:
    """What the shipped policy says of each item at temperature 1."""
    nano = load_nano()
    encoder = Encoder(nano.tokenizer)
    prompts = [encoder.prompt(render_prompt(item, "compact")[0]["content"]) for item in items]
    groups = FastSampler(nano.model, nano.tokenizer).generate(prompts, n=count, max_new_tokens=512)
    found: list[list[str]] = []
    for item, group in zip(items, groups, strict=True):
        texts = [str(nano.tokenizer.decode(s.ids, skip_special_tokens=True)) for s in group]
        parsed = [parse(text, item) for text in texts]
        found.append(sorted({said.thought for said in parsed if said.well_formed}))
    return found


def four_calls(head: RewardHead, encoder: Encoder, prompt: str, thought: str) -> None:
    """One call per stage: the prompt and the thought up to the stage's end."""
    for span in segment(thought):
        batch = collate([encoder.prompt(prompt)], [[encoder.thought(thought[: span.end])]])
        head(**batch._asdict())


def separate(scorer: CheckpointContent, prompts: list[str], thoughts: list[str]) -> None:
    """Every stage of every thought in a call of its own."""
    head, encoder = scorer.load()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for prompt, thought in zip(prompts, thoughts, strict=True):
            four_calls(head, encoder, prompt, thought)


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
    parser.add_argument("--sampled", action="store_true", help="thoughts of the shipped policy")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    made = build(BuildConfig(train=0, hard=given.items, easy=0, ood=0))["hard"][: given.items]
    rng = Random(0)
    groups = (
        sampled_about(made, given.thoughts)
        if given.sampled
        else [thoughts_about(item, given.thoughts, rng) for item in made]
    )
    rows = [(item, thought) for item, group in zip(made, groups, strict=True) for thought in group]
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
