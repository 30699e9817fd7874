"""Log-probabilities of groups of completions that share prompts, for training a small Qwen3.

The gradient twin of `sampler`: GRPO scores n completions of each prompt, and an ordinary batch runs
the prompt n times and pads every row to the longest. Here a prompt runs once, its keys and values
are handed to the n completions, padding is cut out of everything but the attention, and only
completion tokens meet the output layer. Same mathematics, so the same values and gradients as the
model's own forward (a test compares them); at GRPO's shapes it is two to three times less work.

Notation: P prompts, n completions each, Tp and Tc padded lengths, N real tokens, H and K heads,
D head dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from social_r1.nano.attention import blocked_attention, blocks
from social_r1.nano.threads import even_runs, together

if TYPE_CHECKING:
    from torch import Tensor


class TokenScores(NamedTuple):
    """Scores of completion tokens; both (rows, Tc) in fp32, zero on padding."""

    logprobs: Tensor
    entropies: Tensor
    """Entropy of the distribution each token was drawn from, without gradient."""


def group_logprobs(
    model: Any,
    prompts: Sequence[Tensor],
    completions: Tensor,
    lengths: Tensor,
    *,
    temperature: float = 1.0,
    dtype: torch.dtype = torch.float32,
) -> TokenScores:
    """Score the completions of P prompts, n for each prompt, with gradient.

    Args:
        model: A model that `sampler.supports` accepts.
        prompts: P tensors of token ids.
        completions: (P * n, Tc) token ids, padded on the right; rows of a prompt stand together.
        lengths: (P * n,) real tokens of each completion, at least 1.
        temperature: Divides the logits.
        dtype: Arithmetic of the matrix products; norms, softmax and the residual stream stay fp32.
    """
    n = len(completions) // len(prompts)
    workers = torch.get_num_threads() if completions.device.type == "cpu" else 1
    tokens = lengths.view(-1, n).sum(1).tolist()
    sizes = [len(p) + t for p, t in zip(prompts, tokens, strict=True)]
    shards: list[Callable[[], TokenScores]] = []
    for run in even_runs(sizes, workers):
        rows = slice(run.start * n, run.stop * n)
        chosen = ([prompts[i] for i in run], completions[rows], lengths[rows])
        shards.append(partial(_score, model, *chosen, temperature, dtype))
    if not torch.is_grad_enabled():
        parts = together([partial(_without_gradient, shard) for shard in shards])
        return TokenScores(*(torch.cat(part) for part in zip(*parts, strict=True)))
    weights = [p for p in model.parameters() if p.requires_grad]
    return TokenScores(*_Sharded.apply(shards, *weights))  # type: ignore[misc]


def _without_gradient(shard: Callable[[], TokenScores]) -> TokenScores:
    with torch.no_grad():
        return shard()


class _Sharded(torch.autograd.Function):
    """Shards of a batch scored at the same time, forwards and backwards.

    Autograd walks one graph with one thread; here each shard has a graph of its own. Gradients are
    added in the order of the shards, so the sum is the same every time.
    """

    @staticmethod
    def forward(
        ctx: Any, shards: list[Callable[[], TokenScores]], *weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        ctx.scores = together([partial(_with_gradient, shard) for shard in shards])
        ctx.weights = weights
        entropies = torch.cat([score.entropies for score in ctx.scores])
        ctx.mark_non_differentiable(entropies)
        return torch.cat([score.logprobs.detach() for score in ctx.scores]), entropies

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        rows = grads[0].split([len(score.logprobs) for score in ctx.scores])
        parts = together(
            [
                partial(torch.autograd.grad, score.logprobs, ctx.weights, grad, allow_unused=True)
                for score, grad in zip(ctx.scores, rows, strict=True)
            ]
        )
        del ctx.scores
        return None, *(_sum(part) for part in zip(*parts, strict=True))


def _with_gradient(shard: Callable[[], TokenScores]) -> TokenScores:
    with torch.enable_grad():
        return shard()


def _sum(parts: tuple[Tensor | None, ...]) -> Tensor | None:
    there = [part for part in parts if part is not None]
    return torch.stack(there).sum(0) if there else None


def _score(
    model: Any,
    prompts: Sequence[Tensor],
    completions: Tensor,
    lengths: Tensor,
    temperature: float,
    dtype: torch.dtype,
) -> TokenScores:
    """Score one shard."""
    layout = _Layout.of(prompts, completions, lengths)
    config = model.config
    inv_freq = model.model.rotary_emb.inv_freq.float()
    angles = layout.positions[:, None].float() * inv_freq
    rotary = (angles.cos()[:, None], angles.sin()[:, None])
    embed = model.model.embed_tokens
    x = F.embedding(layout.ids, embed.weight, embed.padding_idx).float()
    for block in model.model.layers:
        mixed = _attention(block, config, layout, x, rotary, dtype)
        x = x + _linear(mixed, block.self_attn.o_proj, dtype)
        h = _norm(x, block.post_attention_layernorm)
        gate = F.silu(_linear(h, block.mlp.gate_proj, dtype))
        x = x + _linear(gate * _linear(h, block.mlp.up_proj, dtype), block.mlp.down_proj, dtype)
    h = _norm(x.index_select(0, layout.predicts), model.model.norm)
    logits = _linear(h, model.lm_head, dtype)
    scores, entropies = _Score.apply(logits, layout.targets, temperature)  # type: ignore[misc]
    shape = completions.shape
    room = scores.new_zeros(shape.numel())
    return TokenScores(
        room.index_copy(0, layout.completion_slots, scores).view(shape),
        room.index_copy(0, layout.completion_slots, entropies).view(shape),
    )


class _Layout(NamedTuple):
    """Where each real token stands: packed one after another, and on the padded rectangles."""

    ids: Tensor
    """(N,) all prompt tokens, then all completion tokens."""
    positions: Tensor
    prompt_slots: Tensor
    """Places of prompt tokens on the (P, Tp) rectangle."""
    completion_slots: Tensor
    """Places of completion tokens on the (P * n, Tc) rectangle."""
    predicts: Tensor
    """For each completion token, the packed place of the token before it."""
    targets: Tensor
    shape: tuple[int, int, int, int]
    """(P, n, Tp, Tc)."""
    padding: Tensor
    """(P, Tp), additive: minus infinity on the padding of prompts."""

    @classmethod
    def of(cls, prompts: Sequence[Tensor], completions: Tensor, lengths: Tensor) -> _Layout:
        device = completions.device
        rows, tc = completions.shape
        n = rows // len(prompts)
        sizes = torch.tensor([len(p) for p in prompts], device=device)
        tp = int(sizes.max())
        steps_p, steps_c = torch.arange(tp, device=device), torch.arange(tc, device=device)
        real_p = steps_p[None] < sizes[:, None]
        real_c = steps_c[None] < lengths[:, None]
        prompt_slots = real_p.flatten().nonzero().squeeze(1)
        completion_slots = real_c.flatten().nonzero().squeeze(1)
        start = sizes.repeat_interleave(n)
        position = (start[:, None] + steps_c[None]).flatten()[completion_slots]
        targets = completions.flatten()[completion_slots]
        total = len(prompt_slots)
        places = torch.arange(len(completion_slots), device=device) + total - 1
        first = completion_slots % tc == 0
        last_of_prompt = (sizes.cumsum(0) - 1)[completion_slots // tc // n]
        return cls(
            ids=torch.cat((torch.cat(list(prompts)), targets)),
            positions=torch.cat((real_p.nonzero()[:, 1], position)),
            prompt_slots=prompt_slots,
            completion_slots=completion_slots,
            predicts=torch.where(first, last_of_prompt, places),
            targets=targets,
            shape=(len(prompts), n, tp, tc),
            padding=torch.zeros(real_p.shape, device=device).masked_fill_(~real_p, float("-inf")),
        )


def _attention(
    block: Any,
    config: Any,
    layout: _Layout,
    x: Tensor,
    rotary: tuple[Tensor, Tensor],
    dtype: torch.dtype,
) -> Tensor:
    """Mixed values of all packed tokens, (N, H * D)."""
    attn = block.self_attn
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    group = heads // kv_heads
    h = _norm(x, block.input_layernorm)
    q = _linear(h, attn.q_proj, dtype).view(len(h), heads, -1)
    k = _linear(h, attn.k_proj, dtype).view(len(h), kv_heads, -1)
    v = _linear(h, attn.v_proj, dtype).view(len(h), kv_heads, -1)
    q = _rotate(_norm(q.float(), attn.q_norm), rotary).to(dtype)
    k = _rotate(_norm(k.float(), attn.k_norm), rotary).to(dtype)
    prompts, n, tp, tc = layout.shape
    split = len(layout.prompt_slots)

    def on_prompts(part: Tensor) -> Tensor:
        """Laid out as (P, heads, Tp, D)."""
        room = _spread(part[:split], layout.prompt_slots, prompts * tp)
        return room.view(prompts, tp, *part.shape[1:]).transpose(1, 2).contiguous()

    def on_rows(part: Tensor) -> Tensor:
        """Laid out as (P, heads, n, Tc, D)."""
        room = _spread(part[split:], layout.completion_slots, prompts * n * tc)
        return room.view(prompts, n, tc, *part.shape[1:]).permute(0, 3, 1, 2, 4).contiguous()

    q = q * q.shape[-1] ** -0.5
    k_p, v_p = on_prompts(k), on_prompts(v)
    q_p = on_prompts(q).view(prompts, kv_heads, group, tp, -1)
    out_p = blocked_attention(q_p, k_p, v_p).flatten(1, 2)
    q_c = on_rows(q).view(prompts, kv_heads, group, n, tc, -1).transpose(2, 3)
    out_c = _behind_prompts(q_c, (k_p, v_p), (on_rows(k), on_rows(v)), layout.padding)
    packed_p = out_p.transpose(1, 2).flatten(2).flatten(0, 1)
    packed_c = out_c.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(0, 2)
    return torch.cat(
        (
            packed_p.index_select(0, layout.prompt_slots),
            packed_c.index_select(0, layout.completion_slots),
        )
    )


def _behind_prompts(
    q: Tensor, prompt: tuple[Tensor, Tensor], own: tuple[Tensor, Tensor], padding: Tensor
) -> Tensor:
    """Attention of completion tokens to the shared prompt and to their own past.

    Args:
        q: (P, K, n, G, Tc, D), already scaled.
        prompt: Keys and values (P, K, Tp, D); one product serves the group.
        own: Keys and values (P, K, n, Tc, D).
        padding: (P, Tp), additive.

    Returns:
        (P, K, n, G, Tc, D).
    """
    prompts, kv_heads, n, group, _, dim = q.shape
    tp = prompt[0].shape[2]
    padding = padding[:, None, None, None, None].to(q.dtype)
    mixed: list[Tensor] = []
    for start, end, later in blocks(q):
        shape = (prompts, kv_heads, n, group, end - start)
        block = q[..., start:end, :].reshape(prompts, kv_heads, -1, dim)
        old = (block @ prompt[0].transpose(2, 3)).view(*shape, tp) + padding
        block = block.view(prompts, kv_heads, n, -1, dim)
        new = (block @ own[0][..., :end, :].transpose(3, 4)).view(*shape, end) + later
        old, new = torch.cat((old, new), -1).softmax(-1).split((tp, end), -1)
        seen = old.reshape(prompts, kv_heads, -1, tp) @ prompt[1]
        past = new.reshape(prompts, kv_heads, n, -1, end) @ own[1][..., :end, :]
        mixed.append(seen.view(*shape, dim) + past.view(*shape, dim))
    return torch.cat(mixed, 4)


def _spread(part: Tensor, slots: Tensor, room: int) -> Tensor:
    """Lay packed heads (tokens, heads, D) out on a flat rectangle (room, heads, D)."""
    return part.new_zeros(room, *part.shape[1:]).index_copy(0, slots, part)


def _linear(x: Tensor, layer: nn.Linear, dtype: torch.dtype) -> Tensor:
    bias = None if layer.bias is None else layer.bias.to(dtype)
    return F.linear(x.to(dtype), layer.weight.to(dtype), bias)


def _norm(x: Tensor, layer: Any) -> Tensor:
    return F.rms_norm(x, x.shape[-1:], layer.weight.float(), layer.variance_epsilon)


def _rotate(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = rotary
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class _Score(torch.autograd.Function):
    """Log-probability of one target per row of logits, and the entropy (no gradient).

    Written out because autograd would keep and walk several (tokens, vocabulary) tables.
    """

    @staticmethod
    def forward(
        ctx: Any, logits: Tensor, targets: Tensor, temperature: float
    ) -> tuple[Tensor, Tensor]:
        scaled = logits.float() / temperature
        total = scaled.logsumexp(-1, keepdim=True)
        chosen = scaled.gather(1, targets[:, None]) - total
        mass = (scaled - total).exp_()
        entropies = total.squeeze(1) - (mass * scaled).sum(-1)
        ctx.save_for_backward(mass.to(logits.dtype), targets)
        ctx.temperature = temperature
        ctx.mark_non_differentiable(entropies)
        return chosen.squeeze(1), entropies

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        mass, targets = ctx.saved_tensors
        grad = (grads[0] / ctx.temperature)[:, None].to(mass.dtype)
        out = -mass * grad
        out.scatter_add_(1, targets[:, None], grad)
        return out, None, None
