"""Fast sampling from a small `Qwen3ForCausalLM`: many prompts, groups of samples that share them.

GRPO samples a group of n completions for every prompt. A general-purpose ``generate`` repeats the
prompt n times, pays for it n times in every attention, and carries finished rows to the end. Here

1. the prompt's keys and values are computed once and shared: the queries of a whole group are
   folded into one matrix product with them;
2. new tokens live in a cache of their own in which all rows stand at the same step, so that
   nothing is ever shifted or masked in it;
3. finished rows leave the batch, and prompts whose whole group has finished leave with them;
4. padded vocabulary ids are never computed;
5. one uniform number per row and step, inverted through the cumulated distribution, replaces noise
   over the whole vocabulary. It depends on (seed, prompt index, sample index) alone, so how prompts
   are cut into chunks does not matter (beyond the last bits of floating point);
6. on a CPU, chunks are decoded at the same time, each with one of torch's threads: products this
   small gain nothing from being shared out.

The weights are read from the live model at each call, so the sampler always speaks with the policy
as it is now. Arithmetic is fp32; ``dtype=torch.bfloat16`` runs the projections inside the blocks
in bf16, which is a fifth faster on CPUs that have it. Norms, attention, logits stay fp32 then too.

Notation: P prompts, n samples a prompt, R rows at work, H query heads, K key-value heads,
G = H / K, D head dimension, T prompt tokens (padded), t new tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from social_r1.errors import InputError
from social_r1.nano.threads import even_runs, together
from social_r1.nano.weights import Layer, Weights

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MAX_PARAMETERS = 300_000_000
"""Above this size the decode below is no gain, and a serving engine is the right tool."""
_ROWS_PER_CHUNK = 256
_GROW = 64
"""Steps by which the cache of new tokens grows."""
_KEEP = 0.85
"""Rows are repacked when no more than this share of them is still at work."""


class Sample(NamedTuple):
    """One sampled completion."""

    ids: list[int]
    """Token ids, up to and including the end token."""
    logprobs: list[float] | None
    """Log-probability of each id at the sampling temperature (at 1 when greedy), if asked for."""
    finished: bool
    """The end token was reached; otherwise the completion was cut at its maximal length."""


def supports(model: object) -> bool:
    """Whether `FastSampler` can decode this model.

    True for a plain `Qwen3ForCausalLM` with full attention and default rotary positions of at most
    300M parameters; False for other architectures, adapters, quantised or larger models.
    """
    from transformers import Qwen3ForCausalLM

    if type(model) is not Qwen3ForCausalLM:
        return False
    config = model.config
    rope: dict[str, Any] = getattr(config, "rope_parameters", None) or {}
    return (
        set(config.layer_types or ()) == {"full_attention"}
        and rope.get("rope_type", "default") == "default"
        and config.hidden_act == "silu"
        and getattr(config, "quantization_config", None) is None
        and model.num_parameters() <= MAX_PARAMETERS
    )


class FastSampler:
    """Samples groups of completions; see the module for how.

    Args:
        model: A model that `supports` accepts. It is kept by reference, never copied.
        tokenizer: Gives the size of the vocabulary and the end token.
        dtype: Arithmetic of the projections.

    Raises:
        InputError: the model cannot be decoded here, or there is no end token.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        if not supports(model):
            raise InputError(
                f"{type(model).__name__} cannot be decoded by the fast sampler; repair: use a "
                "Qwen3 causal model without adapters, or the generation of transformers"
            )
        self.model = model
        self.vocab_size = min(len(tokenizer), model.config.vocab_size)
        self.dtype = dtype
        self.end_ids = end_token_ids(model, tokenizer)

    def generate(
        self,
        prompt_ids: Sequence[Sequence[int]],
        *,
        n: int = 1,
        max_new_tokens: int,
        temperature: float = 1.0,
        seed: int = 0,
        logprobs: bool = False,
        rows_per_chunk: int = _ROWS_PER_CHUNK,
    ) -> list[list[Sample]]:
        """Sample n completions for every prompt.

        Args:
            prompt_ids: Token ids of each prompt, of any lengths, none empty.
            n: Samples a prompt.
            max_new_tokens: Upper bound on the length of a completion, end token included.
            temperature: Divides the logits; 0 takes the most probable token.
            seed: With the prompt's place in ``prompt_ids`` and the sample's in its group, the only
                source of randomness.
            logprobs: Also return the log-probability of each sampled token.
            rows_per_chunk: Bound on rows decoded at once, hence on memory.

        Returns:
            One list of n samples per prompt, in the order of ``prompt_ids``.
        """
        if any(len(ids) == 0 for ids in prompt_ids):
            raise InputError("a prompt has no tokens; repair: give every prompt at least one")
        with torch.no_grad():
            weights = Weights.of(self.model, self.vocab_size, self.dtype)
        workers = torch.get_num_threads() if weights.device.type == "cpu" else 1
        order = sorted(range(len(prompt_ids)), key=lambda i: (len(prompt_ids[i]), i))
        lengths = [len(prompt_ids[i]) for i in order]
        runs = even_runs(lengths, workers, most=max(1, rows_per_chunk // n))
        chunks = [[order[place] for place in run] for run in runs]

        def decode(chunk: list[int]) -> list[list[Sample]]:
            with torch.no_grad():
                noise = np.stack([_uniforms(seed, i, n, max_new_tokens) for i in chunk])
                samples = _Decoder(weights, [prompt_ids[i] for i in chunk], n).run(
                    torch.from_numpy(noise).to(weights.device), temperature, self.end_ids, logprobs
                )
            return [samples[k * n : (k + 1) * n] for k in range(len(chunk))]

        decoded = together([partial(decode, chunk) for chunk in chunks], most=workers)
        results: list[list[Sample]] = [[] for _ in prompt_ids]
        for chunk, groups in zip(chunks, decoded, strict=True):
            for i, group in zip(chunk, groups, strict=True):
                results[i] = group
        return results


def _uniforms(seed: int, prompt: int, n: int, steps: int) -> np.ndarray:
    """Uniform numbers in [0, 1) for one prompt's group, shape (n, steps)."""
    return np.random.default_rng((seed, prompt)).random((n, steps), dtype=np.float32)


def end_token_ids(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    """The ids that end a completion, from the tokenizer and the generation config."""
    found: set[int] = set()
    config: Any = model.generation_config
    sources: tuple[Any, ...] = (tokenizer.eos_token_id, getattr(config, "eos_token_id", None))
    for source in sources:
        found.update([source] if isinstance(source, int) else (source or []))
    if not found:
        raise InputError("the tokenizer has no end token; repair: set tokenizer.eos_token")
    return tuple(sorted(found))


class _Decoder:
    """One chunk: P prompts with n samples each, from prefill to the last end token."""

    def __init__(self, weights: Weights, prompts: Sequence[Sequence[int]], n: int) -> None:
        self.w = weights
        self.n = n
        device = weights.device
        lengths = torch.tensor([len(ids) for ids in prompts], device=device)
        width = int(lengths.max())
        ids = torch.zeros(len(prompts), width, dtype=torch.long, device=device)
        for place, prompt in enumerate(prompts):
            ids[place, : len(prompt)] = torch.tensor(list(prompt), device=device)
        self.prompt_kv: list[tuple[Tensor, Tensor]] = []
        self.last = self._prefill(ids, lengths)
        pads = torch.arange(width, device=device)[None] >= lengths[:, None]
        self.bias = torch.zeros(pads.shape, device=device).masked_fill_(pads, float("-inf"))
        self.lengths = lengths.repeat_interleave(n)
        # Rows at work: their number in the output, and their slot in the (P, n) rectangle.
        self.rows = torch.arange(len(prompts) * n, device=device)
        self.slots: Tensor | None = None
        self.new_kv: list[tuple[Tensor, Tensor]] = []

    def run(
        self, noise: Tensor, temperature: float, end_ids: tuple[int, ...], logprobs: bool
    ) -> list[Sample]:
        """Decode until every row has ended or the noise (P, n, steps) is used up."""
        noise = noise.flatten(0, 1)
        total, steps = noise.shape
        ids = torch.zeros(total, steps, dtype=torch.long, device=noise.device)
        scores = torch.zeros(total, steps, device=noise.device) if logprobs else None
        counts = torch.full((total,), steps, device=noise.device)
        ended = torch.zeros(total, dtype=torch.bool, device=noise.device)
        ends = torch.tensor(end_ids, device=noise.device)
        logits = F.linear(self.last, self.w.head).repeat_interleave(self.n, 0)
        for step in range(steps):
            tokens = _choose(logits, noise[self.rows, step], temperature)
            ids[self.rows, step] = tokens
            if scores is not None:
                scores[self.rows, step] = _logprobs(logits, tokens, temperature)
            done = torch.isin(tokens, ends) & ~ended[self.rows]
            counts[self.rows[done]] = step + 1
            ended[self.rows[done]] = True
            alive = ~ended[self.rows]
            at_work = int(alive.sum())
            if at_work == 0 or step + 1 == steps:
                break
            if at_work <= _KEEP * len(self.rows):
                tokens = tokens[alive]
                self._drop(alive.nonzero().squeeze(1))
            logits = F.linear(self._step(tokens, step), self.w.head)
        return _collect(ids, scores, counts, ended)

    def _prefill(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Keys and values of all prompts; returns the last real hidden state, (P, hidden).

        Padding stands on the right, so that the causal mask alone keeps it out of sight.
        """
        w = self.w
        x = F.embedding(ids, w.embed)
        count, width, _ = x.shape
        cos, sin = self._rotary(torch.arange(width, device=ids.device))
        for layer in w.layers:
            q, k, v = self._qkv(layer, x, cos[:, None], sin[:, None])
            q, k, v = (part.transpose(1, 2).contiguous() for part in (q, k, v))
            self.prompt_kv.append((k, v))
            group = w.heads // w.kv_heads
            mixed = F.scaled_dot_product_attention(
                q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_causal=True
            )
            x = self._close(layer, x, mixed.transpose(1, 2).reshape(count, width, -1))
        last = x[torch.arange(count, device=ids.device), lengths - 1]
        return F.rms_norm(last, last.shape[-1:], w.norm, w.eps)

    def _step(self, tokens: Tensor, step: int) -> Tensor:
        """Feed one token per row; returns the hidden states for the next, (R, hidden)."""
        w = self.w
        self._grow(step)
        x = F.embedding(tokens, w.embed)
        cos, sin = self._rotary(self.lengths + step)
        for number, layer in enumerate(w.layers):
            q, k, v = self._qkv(layer, x, cos[:, None], sin[:, None])
            keys, values = self.new_kv[number]
            keys[:, :, step] = k
            values[:, :, step] = v
            x = self._close(layer, x, self._attend(number, q, step + 1))
        return F.rms_norm(x, x.shape[-1:], w.norm, w.eps)

    def _attend(self, number: int, q: Tensor, t: int) -> Tensor:
        """Attention of queries (R, H, D) to shared prompts and own new tokens, (R, H * D)."""
        w = self.w
        rows, group, dim = len(q), w.heads // w.kv_heads, w.head_dim
        prompt_k, prompt_v = self.prompt_kv[number]
        prompts, _, width, _ = prompt_k.shape
        q = (q * dim**-0.5).view(rows, w.kv_heads, group * dim)
        folded = self._to_slots(q).view(prompts, self.n, w.kv_heads, group, dim)
        folded = folded.transpose(1, 2).reshape(prompts, w.kv_heads, self.n * group, dim)
        seen = torch.matmul(folded, prompt_k.transpose(2, 3)) + self.bias[:, None, None]
        seen = seen.view(prompts, w.kv_heads, self.n, group, width).transpose(1, 2)
        seen = self._from_slots(seen.reshape(prompts * self.n, w.kv_heads, group, width))
        keys, values = self.new_kv[number]
        own = torch.matmul(q.view(rows, w.kv_heads, group, dim), keys[:, :, :t].transpose(2, 3))
        share = torch.cat((seen, own), -1).softmax(-1)
        old = self._to_slots(share[..., :width].reshape(rows, w.kv_heads, group * width))
        old = old.view(prompts, self.n, w.kv_heads, group, width).transpose(1, 2)
        mixed = torch.matmul(old.reshape(prompts, w.kv_heads, self.n * group, width), prompt_v)
        mixed = mixed.view(prompts, w.kv_heads, self.n, group, dim).transpose(1, 2)
        mixed = self._from_slots(mixed.reshape(prompts * self.n, w.kv_heads, group, dim))
        return (mixed + torch.matmul(share[..., width:], values[:, :, :t])).reshape(rows, -1)

    def _to_slots(self, x: Tensor) -> Tensor:
        """Lay rows (R, ...) out on the rectangle (P * n, ...); empty slots hold zeros."""
        if self.slots is None:
            return x
        room = x.new_zeros(len(self.bias) * self.n, *x.shape[1:])
        return room.index_copy_(0, self.slots, x)

    def _from_slots(self, x: Tensor) -> Tensor:
        """Take the rows at work back out of the rectangle."""
        return x if self.slots is None else x.index_select(0, self.slots)

    def _drop(self, keep: Tensor) -> None:
        """Repack: keep these rows (places in the batch), and only prompts that still have some."""
        width = self.n
        slots = keep if self.slots is None else self.slots[keep]
        self.rows, self.lengths = self.rows[keep], self.lengths[keep]
        self.new_kv = [(k[keep], v[keep]) for k, v in self.new_kv]
        prompts, owner, counts = torch.unique_consecutive(
            slots // width, return_inverse=True, return_counts=True
        )
        if len(prompts) < len(self.bias):
            self.bias = self.bias[prompts]
            self.prompt_kv = [(k[prompts], v[prompts]) for k, v in self.prompt_kv]
        self.n = int(counts.max())
        rank = torch.arange(len(keep), device=keep.device) - (counts.cumsum(0) - counts)[owner]
        full = len(keep) == len(prompts) * self.n
        self.slots = None if full else owner * self.n + rank

    def _grow(self, step: int) -> None:
        """Make room for the keys and values of this step."""
        w, rows = self.w, len(self.rows)
        if self.new_kv and step < self.new_kv[0][0].shape[2]:
            return
        extra = (rows, w.kv_heads, _GROW, w.head_dim)
        if not self.new_kv:
            self.new_kv = [(w.embed.new_empty(extra), w.embed.new_empty(extra)) for _ in w.layers]
            return
        fresh = w.embed.new_empty(extra)
        self.new_kv = [(torch.cat((k, fresh), 2), torch.cat((v, fresh), 2)) for k, v in self.new_kv]

    def _rotary(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines (…, D / 2) of rotary positions."""
        angles = positions[..., None].float() * self.w.inv_freq
        return angles.cos(), angles.sin()

    def _qkv(
        self, layer: Layer, x: Tensor, cos: Tensor, sin: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Normed and rotated queries (…, H, D), keys and plain values (…, K, D)."""
        w = self.w
        x = F.rms_norm(x, x.shape[-1:], layer.norm_in, w.eps)
        flat = _project(x, layer.qkv, layer.qkv_bias)
        parts = flat.view(*x.shape[:-1], w.heads + 2 * w.kv_heads, w.head_dim)
        turned, v = parts.split((w.heads + w.kv_heads, w.kv_heads), -2)
        turned = F.rms_norm(turned, turned.shape[-1:], None, w.eps) * layer.qk_norm
        a, b = turned.chunk(2, -1)
        turned = torch.cat((a * cos - b * sin, b * cos + a * sin), -1)
        q, k = turned.split((w.heads, w.kv_heads), -2)
        return q, k, v

    def _close(self, layer: Layer, x: Tensor, mixed: Tensor) -> Tensor:
        """Output projection and feed-forward half of a block, both residual."""
        x = x + _project(mixed, layer.out, layer.out_bias)
        h = F.rms_norm(x, x.shape[-1:], layer.norm_mlp, self.w.eps)
        gate, up = F.linear(h.to(layer.gate_up.dtype), layer.gate_up).chunk(2, -1)
        return x + _project(F.silu(gate) * up, layer.down)


def _project(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """A linear map in the weight's arithmetic, with an fp32 result."""
    return F.linear(x.to(weight.dtype), weight, bias).float()


def _choose(logits: Tensor, uniform: Tensor, temperature: float) -> Tensor:
    """One token per row of logits (R, vocabulary): the inverse of the cumulated distribution."""
    if temperature == 0:
        return logits.argmax(-1)
    mass = torch.softmax(logits / temperature, -1).cumsum(-1)
    total = mass[:, -1]
    # Strictly below the total, so that the token found always has some mass.
    aim = torch.minimum(uniform * total, torch.nextafter(total, total.new_zeros(())))
    return torch.searchsorted(mass, aim[:, None], right=True).squeeze(1)


def _logprobs(logits: Tensor, tokens: Tensor, temperature: float) -> Tensor:
    """Log-probability of each row's token at the sampling temperature."""
    scaled = logits / (temperature or 1.0)
    return scaled.gather(1, tokens[:, None]).squeeze(1) - scaled.logsumexp(-1)


def _collect(ids: Tensor, scores: Tensor | None, counts: Tensor, ended: Tensor) -> list[Sample]:
    """Cut every row after its end token."""
    rows, lengths, flags = ids.tolist(), counts.tolist(), ended.tolist()
    values = scores.tolist() if scores is not None else None
    return [
        Sample(row[:length], values[i][:length] if values else None, flag)
        for i, (row, length, flag) in enumerate(zip(rows, lengths, flags, strict=True))
    ]
