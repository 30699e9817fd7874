"""Rollouts: sampling from the policy, and the log of what it said (DESIGN 2).

A log folder holds one file per generated batch, written whole or not at all. A resumed run writes
the batches it repeats over themselves, so no step ever stands there twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from social_r1.errors import InputError
from social_r1.records import jsonable, read_jsonl, write_jsonl
from social_r1.rewards.types import RewardParts

if TYPE_CHECKING:
    from social_r1.nano.sampler import Sample


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


def load_policy(name: str, *, weights: str = "fp32") -> tuple[Any, Any]:
    """Load a causal language model and its tokenizer.

    Args:
        name: ``nano``, a local folder, or a hub id.
        weights: ``fp32`` or ``bf16``.

    Returns:
        Model and tokenizer; the tokenizer has a chat template and a padding token.

    Raises:
        InputError: no such folder, another kind of model, weights that do not fit their config, or
            a tokenizer without chat template.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from social_r1.nano.checkpoint import load_weights

    source = policy_source(name)
    dtype = torch.float32 if weights == "fp32" else torch.bfloat16
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(source)
        model = load_weights(AutoModelForCausalLM, source, dtype=dtype)
    except InputError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(
            f"model {name!r} cannot be loaded as a causal language model ({reason}); repair: give "
            "a folder with config, weights and tokenizer, a hub id, or 'nano'"
        ) from error
    if getattr(tokenizer, "chat_template", None) is None:
        raise InputError(
            f"the tokenizer of {name!r} has no chat template; repair: set tokenizer.chat_template "
            "and save it beside the model"
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


def policy_source(name: str) -> str:
    """Where a policy of this name is loaded from: a local folder, or a hub id.

    Raises:
        InputError: a folder that is not there or holds no model.
    """
    if name in ("nano", "nano/shipped"):
        import social_r1.nano as nano

        folder = Path(str(nano.__file__)).parent / "checkpoint"
        if not folder.is_dir():
            raise InputError("the embedded model is not in this install; repair: make nano")
        return str(folder)
    name = name.removeprefix("nano/")
    looks_local = name.startswith((".", "/", "~")) or name.count("/") != 1
    path = Path(name).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise InputError(f"{path} holds no config.json; repair: give a saved model's folder")
        return str(path)
    if looks_local:
        raise InputError(f"model folder {name!r} does not exist; repair: check the path")
    return name


def encode_prompts(tokenizer: Any, prompts: Sequence[Any]) -> list[list[int]]:
    """Token ids of chat messages, ready for the answer."""
    return [
        list(
            tokenizer.apply_chat_template(
                list(messages), add_generation_prompt=True, tokenize=True, return_dict=False
            )
        )
        for messages in prompts
    ]


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
) -> list[str]:
    """The most probable completion of each prompt, as text."""
    groups = sample_groups(
        model, tokenizer, encode_prompts(tokenizer, prompts), n=1, temperature=0.0, seed=0,
        max_new_tokens=max_new_tokens, fast=fast,
    )  # fmt: skip
    ends = end_ids(model, tokenizer)
    return [decode(tokenizer, group[0].ids, ends) for group in groups]


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
    prompts = encode_prompts(tokenizer, [render_prompt(item, style) for item in items])
    groups = sample_groups(
        model, tokenizer, prompts, n=n, max_new_tokens=max_new_tokens,
        temperature=temperature, seed=seed,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    ends = end_ids(model, tokenizer)
    rows = [
        RolloutRow(item.id, 0, k, decode(tokenizer, one.ids, ends), None, None, f"{model_name}@0")
        for item, group in zip(items, groups, strict=True)
        for k, one in enumerate(group)
    ]
    write_jsonl(out, [jsonable(row) for row in rows])
    finished = sum(one.finished for group in groups for one in group) / max(1, len(rows))
    return SampleResult(len(items), len(rows), finished, seconds)
