"""How a generated batch is cut into micro-batches: groups together, nothing useless inside.

Three departures from TRL's random cut, each free of any effect on the gradient (a test compares):

1. completions of one prompt stay together, so that the prompt is computed once (`nano.logprobs`);
2. a group whose advantages are all zero has no gradient when there is no KL term, and is left out;
3. groups of similar length meet, and every micro-batch gets about the same number of tokens.

2 and 3 need a loss whose normaliser belongs to the whole batch (`WHOLE_BATCH`). The others average
inside a micro-batch, so for them groups are cut evenly and in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

WHOLE_BATCH = ("dapo", "cispo")
"""Loss types of TRL that divide by the tokens of the whole batch."""


def arrange(
    batch: Mapping[str, Any], *, group: int, updates: int, parts: int, loss_type: str, kl: bool
) -> list[dict[str, Any]]:
    """Cut a generated batch into ``updates * parts`` micro-batches, update by update.

    Args:
        batch: TRL's generated batch: tensors with one row per completion, and scalars.
        group: Completions of a prompt; they stand together.
        updates: Optimiser steps on this batch.
        parts: Micro-batches of an optimiser step.
        loss_type: TRL's loss type.
        kl: The loss has a KL term, so every group has a gradient.
    """
    groups = len(batch["advantages"]) // group
    per_update = groups // updates
    cut: list[dict[str, Any]] = []
    for update in range(updates):
        members = list(range(update * per_update, (update + 1) * per_update))
        if loss_type in WHOLE_BATCH:
            chosen = _balanced(batch, members, group, parts, drop=not kl)
        else:
            size = per_update // parts
            chosen = [members[i * size : (i + 1) * size] for i in range(parts)]
        cut += [_take(batch, part, group) for part in chosen]
    return cut


def divides(groups: int, *, updates: int, parts: int, loss_type: str) -> bool:
    """Whether `arrange` can cut so many groups without changing the loss."""
    if groups % updates:
        return False
    each = groups // updates
    return each >= parts if loss_type in WHOLE_BATCH else each % parts == 0


def _balanced(
    batch: Mapping[str, Any], members: list[int], group: int, parts: int, *, drop: bool
) -> list[list[int]]:
    """Split groups, by length, into runs of about equal cost; at least one group each."""
    lengths = batch["completion_mask"].sum(1).view(-1, group)
    live = batch["advantages"].abs().reshape(len(lengths), -1).amax(1) > 0
    order = sorted(members, key=lambda g: (int(lengths[g].max()), g))
    kept = [g for g in order if live[g] or not drop]
    for g in order:  # a micro-batch may not be empty
        if len(kept) >= parts:
            break
        if g not in kept:
            kept.append(g)
    cost = [int(lengths[g].max()) * group for g in kept]
    runs: list[list[int]] = []
    left, start = sum(cost), 0
    for part in range(parts):
        target, run, spent = left / (parts - part), [], 0
        room = len(kept) - (parts - part - 1)
        while start < room and (not run or part == parts - 1 or spent + cost[start] / 2 < target):
            run.append(kept[start])
            spent += cost[start]
            start += 1
        left -= spent
        runs.append(run)
    return runs


def _take(batch: Mapping[str, Any], groups: list[int], group: int) -> dict[str, Any]:
    """The rows of some groups, with the padding that they share cut away."""
    import torch

    rows = torch.tensor([g * group + k for g in groups for k in range(group)])
    count = len(batch["advantages"])
    taken: dict[str, Any] = {}
    for key, value in batch.items():
        has_rows = isinstance(value, torch.Tensor) and value.dim() > 0 and len(value) == count
        taken[key] = value[rows.to(value.device)] if has_rows else value
    left = taken["prompt_ids"].shape[1] - int(taken["prompt_mask"].sum(1).max())
    right = int(taken["completion_mask"].sum(1).max())
    width = taken["completion_ids"].shape[1]
    for key, value in taken.items():
        if key in ("prompt_ids", "prompt_mask"):
            taken[key] = value[:, left:]
        elif isinstance(value, torch.Tensor) and value.dim() == 2 and value.shape[1] == width:
            taken[key] = value[:, :right]
    return taken


def split_row(input_ids: Tensor, mask: Tensor, keep: int) -> tuple[list[Tensor], Tensor, Tensor]:
    """Take TRL's padded rows apart again: prompts, completions (rows, keep), completion lengths."""
    prompts = [row[:-keep][seen[:-keep].bool()] for row, seen in zip(input_ids, mask, strict=True)]
    return prompts, input_ids[:, -keep:], mask[:, -keep:].sum(1)


def common_group(prompts: list[Tensor]) -> int:
    """Size of the runs of equal prompts, if all runs have one size; else 1."""
    sizes: list[int] = []
    for i, prompt in enumerate(prompts):
        same = (
            i > 0 and len(prompt) == len(prompts[i - 1]) and bool((prompt == prompts[i - 1]).all())
        )
        if same:
            sizes[-1] += 1
        else:
            sizes.append(1)
    return sizes[0] if len(set(sizes)) == 1 else 1
