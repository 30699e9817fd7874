"""What texts have in common is read once: their tokens as a tree, and attention along its branches.

All thoughts about an item follow the same prompt, and many go on alike for a stage or more. Of

    a b c d        a b c e f        a x

the tree holds seven tokens, a b c d e f x, in three branches: the first text has grown a b c d, the
second e f behind a b c, the third x behind a. A model reads the tree as one row. All that it does
is done token by token, but for attention: there the tokens of a branch meet those on the way to
them, which are the text up to there, and no others. Positions count along that way. So each token
of a text gets what it would get if the text were read alone, to rounding.

Such trees are what serving engines keep (SGLang's radix tree, Zheng et al. 2023, arXiv 2312.07104).

Notation: N texts of up to L tokens, T tokens and B branches of their tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

if TYPE_CHECKING:
    from torch import Tensor

NAME = "social_r1_tree"
"""What `transformers` knows this attention as, once `take_trees` has been called."""


class Tree(NamedTuple):
    """The tokens of some texts, common beginnings once."""

    tokens: Tensor
    """(T,)."""
    parents: Tensor
    """(T,) place of the token before; -1 where a text begins."""
    positions: Tensor
    """(T,) number of tokens before, on the way to it."""
    paths: Tensor
    """(N, L) places of each text's tokens, -1 behind its end."""
    branches: Tensor
    """(B, 2) text that has grown a branch, and how many of its tokens were there before. In the
    order of their tokens, which are neighbours."""


def grow(texts: Sequence[Sequence[int]]) -> Tree:
    """The tree of some texts.

    In sorted order no text before shares more with a text than the last one does, so each branch
    leaves from there.
    """
    paths = np.full((len(texts), max(map(len, texts))), -1)
    tokens: list[int] = []
    parents: list[int] = []
    positions: list[int] = []
    branches: list[tuple[int, int]] = []
    before: Sequence[int] = ()
    path: list[int] = []
    for i, text in sorted(enumerate(texts), key=lambda place: list(place[1])):
        kept = _common(before, text)
        first, end = len(tokens), len(tokens) + len(text) - kept
        before, path = text, [*path[:kept], *range(first, end)]
        paths[i, : len(path)] = path
        if first < end:
            tokens += text[kept:]
            parents += [path[kept - 1] if kept else -1, *range(first, end - 1)]
            positions += range(kept, len(text))
            branches.append((i, kept))
    own = [torch.tensor(values) for values in (tokens, parents, positions)]
    return Tree(own[0], own[1], own[2], torch.from_numpy(paths), torch.tensor(branches))


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """Number of tokens with which both begin."""
    differing = (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y)
    return next(differing, min(len(a), len(b)))


class Branches(NamedTuple):
    """What attention needs to know of the branches, in the order of their tokens."""

    sizes: list[int]
    """New tokens of each, which are its queries."""
    lengths: list[int]
    """Tokens on the way to its end, which are its keys."""
    paths: Tensor
    """(sum of lengths,) places of these."""
    meets: Tensor
    """(L, L), whether the token at a row's position meets that at a column's."""


def read(model: Any, tree: Tree) -> Tensor:
    """Last hidden states of a tree's tokens, (T, D).

    Args:
        model: a decoder without its head. One that does not take trees (`take_trees`) reads every
            text that has a branch from its beginning.
        tree: what to read.
    """
    texts, kept = tree.branches.unbind(1)
    paths = tree.paths[texts]
    real = paths >= 0
    new = real & (torch.arange(paths.shape[1], device=kept.device) >= kept[:, None])
    if model.config._attn_implementation != NAME:
        rows = tree.tokens[paths.clamp(min=0)]
        return model(rows, attention_mask=real.long(), use_cache=False).last_hidden_state[new]
    branches = Branches(new.sum(1).tolist(), real.sum(1).tolist(), paths[real], _causal(paths))
    row = model(
        tree.tokens[None], position_ids=tree.positions[None], branches=branches, use_cache=False
    )
    return row.last_hidden_state[0]


def take_trees(model: Any) -> None:
    """Give a model the attention of this module, if it is one that takes trees.

    Most decoders are. Those are not that carry a state from token to token in place of attention
    (Mamba, the linear layers of Qwen3.5), and those whose attention PyTorch's kernel does not know
    (the sinks of gpt-oss, Gemma 2).
    """
    layers = set(getattr(model.config, "layer_types", None) or ())
    if (
        model._supports_attention_backend
        and model._supports_sdpa
        and not model._is_stateful
        and layers <= {"full_attention", "sliding_attention"}
    ):
        from transformers import AttentionInterface

        AttentionInterface.register(NAME, _attention)
        model.set_attn_implementation(NAME)


def _attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    branches: Branches | None = None,
    sliding_window: int | None = None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Query (1, H, T, D), key and value (1, K, T, D) to (1, T, H, D).

    Without branches rows are ordinary ones, (R, H, T, D), not padded on the left.
    """
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if branches is None:
        size, length = query.shape[2], key.shape[2]
        here = torch.arange(length, device=key.device)
        branches = Branches([size], [length], here, _causal(here))
    meets = branches.meets
    if sliding_window is not None:
        meets = meets.triu(1 - sliding_window)
    queries = query.split(branches.sizes, 2)
    keys = key.index_select(2, branches.paths).split(branches.lengths, 2)
    values = value.index_select(2, branches.paths).split(branches.lengths, 2)
    mixed: list[Tensor] = []
    for q, k, v in zip(queries, keys, values, strict=True):
        size, length = q.shape[2], k.shape[2]
        mask = meets[None, None, length - size : length, :length]
        mixed.append(sdpa_attention_forward(module, q, k, v, mask, **options)[0])
    return torch.cat(mixed, 1), None


def _causal(paths: Tensor) -> Tensor:
    """Tokens of paths (..., L) meet those that are not behind them, (L, L)."""
    length = paths.shape[-1]
    return torch.ones(length, length, dtype=torch.bool, device=paths.device).tril()
