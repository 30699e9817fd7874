"""Rollouts: sampling from the policy, and the log of what it said (DESIGN 2).

A log folder holds one file per generated batch, written whole or not at all. A resumed run writes
the batches it repeats over themselves, so no step ever stands there twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from social_r1.records import jsonable, read_jsonl, write_jsonl
from social_r1.rewards.types import RewardParts
from social_r1.training.chat import PLAIN, ChatForm, encode_prompts, opening
from social_r1.training.policy import load_policy, policy_source

if TYPE_CHECKING:
    from social_r1.nano.sampler import Sample


__all__ = [
    "RolloutRow", "SampleResult", "decode", "encode_prompts", "end_ids", "greedy_texts",
    "load_policy", "log_path", "policy_source", "read_rollouts", "sample_file", "sample_groups",
    "write_rollouts",
]  # fmt: skip


class RolloutRow(NamedTuple):
    """One sampled completion with its reward."""

    item_id: str
    step: int
    """Optimiser steps behind the policy that said it."""
    sample: int
    """Place in its group."""
    completion: str
    parts: RewardParts | None
    advantage: float | None
    policy: str
    """Model name and step."""


def log_path(folder: Path, step: int) -> Path:
    """File of the batch generated after ``step`` optimiser steps."""
    return folder / f"step_{step:05d}.jsonl"


def write_rollouts(folder: Path, step: int, rows: Sequence[RolloutRow]) -> Path:
    """Write one batch, whole or not at all."""
    path = log_path(folder, step)
    write_jsonl(path, [jsonable(row) for row in rows])
    return path


def read_rollouts(folder: Path) -> Iterator[dict[str, Any]]:
    """All rows of a log folder, step by step."""
    for path in sorted(folder.glob("step_*.jsonl")):
        for _, row in read_jsonl(path):
            yield row


def decode(tokenizer: Any, ids: Sequence[int], end_ids: Sequence[int]) -> str:
    """Text of a completion without its end token; tags are kept even if they are special."""
    ids = list(ids)
    while ids and ids[-1] in end_ids:
        ids.pop()
    return tokenizer.decode(ids, skip_special_tokens=False)


def sample_groups(
    model: Any,
    tokenizer: Any,
    prompt_ids: Sequence[Sequence[int]],
    *,
    n: int,
    max_new_tokens: int,
    temperature: float,
    seed: int,
    fast: bool = True,
    batch_size: int = 64,
) -> list[list[Sample]]:
    """Sample n completions a prompt, fast where the model allows it, else with transformers."""
    from social_r1.nano.sampler import FastSampler, supports

    if fast and supports(model):
        return FastSampler(model, tokenizer).generate(
            prompt_ids, n=n, max_new_tokens=max_new_tokens, temperature=temperature, seed=seed
        )
    return _generate(model, tokenizer, prompt_ids, n, max_new_tokens, temperature, seed, batch_size)


def end_ids(model: Any, tokenizer: Any) -> tuple[int, ...]:
    """Every id that ends a completion."""
    from social_r1.nano.sampler import end_token_ids

    return end_token_ids(model, tokenizer)


def _generate(
    model: Any,
    tokenizer: Any,
    prompt_ids: Sequence[Sequence[int]],
    n: int,
    max_new_tokens: int,
    temperature: float,
    seed: int,
    batch_size: int,
) -> list[list[Sample]]:
    """The same through the generation of transformers, for any architecture."""
    import torch

    torch.manual_seed(seed)
    ends = end_ids(model, tokenizer)
    results: list[list[Sample]] = []
    step = max(1, batch_size // n)
    options: dict[str, Any] = {"do_sample": False, "num_return_sequences": n}
    if temperature > 0:
        options |= {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
    for start in range(0, len(prompt_ids), step):
        chunk = prompt_ids[start : start + step]
        width = max(len(ids) for ids in chunk)
        rows = [[tokenizer.pad_token_id] * (width - len(ids)) + list(ids) for ids in chunk]
        mask = [[0] * (width - len(ids)) + [1] * len(ids) for ids in chunk]
        with torch.no_grad():
            out = model.generate(
                torch.tensor(rows, device=model.device),
                attention_mask=torch.tensor(mask, device=model.device),
                max_new_tokens=max_new_tokens,
                eos_token_id=list(ends),
                pad_token_id=tokenizer.pad_token_id,
                **options,
            )
        texts = [_cut(row, ends) for row in out[:, width:].tolist()]
        results += [texts[i * n : (i + 1) * n] for i in range(len(chunk))]
    return results


def _cut(ids: list[int], ends: Sequence[int]) -> Sample:
    from social_r1.nano.sampler import Sample

    for place, token in enumerate(ids):
        if token in ends:
            return Sample(ids[: place + 1], None, True)
    return Sample(ids, None, False)


def greedy_texts(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[Any],
    *,
    max_new_tokens: int,
    fast: bool = True,
    form: ChatForm = PLAIN,
) -> list[str]:
    """The most probable completion of each prompt, as text, with what the prompt has opened."""
    groups = sample_groups(
        model, tokenizer, encode_prompts(tokenizer, prompts, form), n=1, temperature=0.0, seed=0,
        max_new_tokens=max_new_tokens, fast=fast,
    )  # fmt: skip
    ends, begun = end_ids(model, tokenizer), opening(tokenizer, form)
    return [begun + decode(tokenizer, group[0].ids, ends) for group in groups]


class SampleResult(NamedTuple):
    """What `sample_file` did."""

    items: int
    rows: int
    finished: float
    """Share of completions that reached their end token."""
    seconds: float


def sample_file(
    model_name: str,
    items_path: Path,
    out: Path,
    *,
    style: Any,
    n: int,
    max_new_tokens: int,
    temperature: float = 1.0,
    seed: int = 0,
    limit: int | None = None,
    threads: int = 0,
    form: ChatForm = PLAIN,
) -> SampleResult:
    """Write n completions of each item, without rewards: the raw material of preference pairs.

    Args:
        model_name: ``nano``, a folder, or a hub id.
        items_path: JSONL file of items.
        out: JSONL file of `RolloutRow` to write.
        style: How the question is put.
        n: Completions of each item.
        max_new_tokens: Longest completion.
        temperature: 0 is greedy.
        seed: Seed of the sampling.
        limit: Only the first items.
        threads: Torch threads; 0 leaves them alone.
        form: Thinking mode, and whether the prompt opens the thought.
    """
    import time

    import torch

    from social_r1.records import read_items
    from social_r1.trajectory import render_prompt

    items = read_items(items_path)[:limit]
    if threads:
        torch.set_num_threads(threads)
    model, tokenizer = load_policy(model_name)
    began = time.perf_counter()
    chats = [render_prompt(item, style) for item in items]
    prompts = encode_prompts(tokenizer, chats, form)
    groups = sample_groups(
        model, tokenizer, prompts, n=n, max_new_tokens=max_new_tokens,
        temperature=temperature, seed=seed,
    )  # fmt: skip
    seconds, policy = time.perf_counter() - began, f"{model_name}@0"
    ends, begun = end_ids(model, tokenizer), opening(tokenizer, form)
    rows = [
        RolloutRow(item.id, 0, k, begun + decode(tokenizer, one.ids, ends), None, None, policy)
        for item, group in zip(items, groups, strict=True)
        for k, one in enumerate(group)
    ]
    write_jsonl(out, [jsonable(row) for row in rows])
    finished = sum(one.finished for group in groups for one in group) / max(1, len(rows))
    return SampleResult(len(items), len(rows), finished, seconds)
