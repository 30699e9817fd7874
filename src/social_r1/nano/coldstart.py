"""Cold start: train nano from random weights on easy items only (NANO, "Learning").

Muon on the matrices, AdamW on embeddings and norms, bf16 autocast, loss on the completion only with
the option letters weighted. Every batch is cut into one shard per thread; the gradients of the
shards are added in their order. Example i depends on (seed, i) alone and the optimiser state is
saved with the weights, so a run that was killed resumes to the same result.

Run with ``social-r1 nano train``.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from pydantic import BaseModel, ConfigDict

from social_r1.errors import InputError
from social_r1.items import LETTERS
from social_r1.nano.architecture import nano_config
from social_r1.nano.attention import register
from social_r1.nano.corpus import CorpusSpec, DrillSpec, example
from social_r1.nano.memory import keep_freed_memory
from social_r1.nano.threads import together
from social_r1.nano.tokenizer import build_tokenizer

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerFast, Qwen3ForCausalLM


class Phase(BaseModel):
    """So many optimiser steps on a corpus of one composition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int
    rate: float = 1.0
    """Share of the learning rate."""
    corpus: CorpusSpec = CorpusSpec()
    """What is read."""


PHASES = (
    # The easiest look-ups first: without them the letters stay at chance for thousands of steps.
    Phase(
        steps=600,
        rate=0.5,
        corpus=CorpusSpec(
            drills=1.0, drill=DrillSpec(names=1.0, options=(3, 4), lists=(4, 4), lines=(0, 1))
        ),
    ),
    Phase(
        steps=400,
        corpus=CorpusSpec(
            drills=0.5,
            drill=DrillSpec(lists=(1, 2), lines=(0, 2)),
            acts=(1, 4),
            agents=(2, 3),
            options=(2, 4),
        ),
    ),
    Phase(steps=1500, corpus=CorpusSpec(drills=0.1, acts=(2, 6), agents=(2, 4), options=(2, 4))),
    Phase(steps=6000),
    Phase(steps=1200, corpus=CorpusSpec(hasty=0.22, collapsed=0.48)),
)
"""The shipped model's course: drills, short stories, long ones, then all three habits."""


class ColdStartConfig(BaseModel):
    """How the cold start is trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 1
    phases: tuple[Phase, ...] = PHASES
    batch_tokens: int = 4096
    muon_lr: float = 2e-3
    adamw_lr: float = 2e-3
    warmup: int = 100
    decay: int = 2500
    """The last steps of the run, over which the learning rate falls."""
    letter_weight: float = 4.0
    threads: int = 2
    """Shards of a batch, computed at the same time."""
    save_every: int = 100

    @property
    def total(self) -> int:
        """Steps of all phases."""
        return sum(phase.steps for phase in self.phases)

    def phase_at(self, step: int) -> int:
        """Index of the phase that a step belongs to."""
        for index, phase in enumerate(self.phases):
            if step < phase.steps:
                return index
            step -= phase.steps
        return len(self.phases) - 1


@dataclass(frozen=True)
class Shard:
    """Right-padded token ids (B, T), and per token its loss weight (0 on prompt and padding)."""

    ids: torch.Tensor
    weights: torch.Tensor


def train(config: ColdStartConfig, out: Path, *, log: Any = print) -> Path:
    """Train, or resume, and save a folder that transformers loads.

    Returns:
        The folder ``out / "checkpoint"``.
    """
    import torch
    from transformers import Qwen3ForCausalLM

    keep_freed_memory()
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer()
    shape = nano_config(tokenizer)
    shape._attn_implementation = register()
    model = Qwen3ForCausalLM(shape)
    optimisers = _optimisers(model, config)
    step, place = _resume(out, config, model, optimisers)
    batches = Batches(config, tokenizer, place)
    began, tokens, losses = time.monotonic(), 0, []
    model.train()
    while step < config.total:
        batch = batches.next(step)
        rate = _rate(step, config)
        loss = _step(model, optimisers, batch, rate, config)
        step += 1
        tokens += sum(shard.ids.numel() for shard in batch)
        losses.append(loss)
        if step % 50 == 0:
            row = {
                "step": step,
                "loss": round(sum(losses) / len(losses), 4),
                "tokens_per_second": round(tokens / (time.monotonic() - began)),
                "seconds": round(time.monotonic() - began, 1),
            }
            losses = []
            with (out / "metrics.jsonl").open("a") as f:
                f.write(json.dumps(row) + "\n")
            log(row)
        if step % config.save_every == 0 or step == config.total:
            _save(out, config, model, optimisers, step, batches.place)
    folder = out / "checkpoint"
    save_checkpoint(model, tokenizer, folder)
    return folder


def save_checkpoint(
    model: Qwen3ForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path
) -> None:
    """Save weights (bf16 would lose the last bit of RL updates: fp32) and tokenizer."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


class Place(NamedTuple):
    """Where a run stands in its stream of examples."""

    phase: int = 0
    pool: int = 0
    """Index of the first example of the pool at hand."""
    used: int = 0
    """Batches of it that have been given out."""


class Batches:
    """Token batches of similar length, a pool of examples at a time; resumable at any batch."""

    POOL = 512

    def __init__(
        self,
        config: ColdStartConfig,
        tokenizer: PreTrainedTokenizerFast,
        place: Place | None = None,
    ) -> None:
        self.config = config
        self.tokenizer = tokenizer
        self.place = place or Place()
        self._queue: list[list[Shard]] | None = None
        self._stream: Iterator[list[tuple[list[int], int]]] | None = None

    def next(self, step: int) -> list[Shard]:
        """The batch of a step, in shards; a new phase or an empty pool begins a new pool."""
        phase = self.config.phase_at(step)
        if phase != self.place.phase:
            begun = self.place.used > 0
            start = self.place.pool + (self.POOL if begun else 0)
            self.place, self._queue, self._stream = Place(phase, start, 0), None, None
        if self._queue is None:  # the first pool, of which a resumed run has used a part
            self._queue = self._refill()
            del self._queue[len(self._queue) - self.place.used :]
        if not self._queue:
            self.place = Place(phase, self.place.pool + self.POOL, 0)
            self._queue = self._refill()
        self.place = self.place._replace(used=self.place.used + 1)
        return self._queue.pop()

    def _refill(self) -> list[list[Shard]]:
        if self._stream is None:
            self._stream = _pools(self.config, self.place.phase, self.place.pool)
        rows = next(self._stream)
        rows.sort(key=lambda r: len(r[0]))
        batches: list[list[Shard]] = []
        while rows:
            take = max(1, self.config.batch_tokens // len(rows[-1][0]))
            chosen = rows[-take:]
            parts = min(len(chosen), self.config.threads)
            batches.append([self._shard(chosen[i::parts]) for i in range(parts)])
            del rows[-take:]
        Random(f"{self.config.seed}-{self.place.pool}").shuffle(batches)
        return batches

    def _shard(self, rows: list[tuple[list[int], int]]) -> Shard:
        import torch

        width = max(len(ids) for ids, _ in rows)
        ids = torch.full((len(rows), width), cast(int, self.tokenizer.pad_token_id))
        weights = torch.zeros((len(rows), width))
        tag = self.tokenizer.convert_tokens_to_ids("<Answer>")
        marks = self.tokenizer.convert_tokens_to_ids([f"\u2581({x})" for x in LETTERS])
        marks = torch.tensor(marks)
        for i, (row, start) in enumerate(rows):
            t = torch.tensor(row)
            ids[i, : len(row)] = t
            weights[i, start : len(row)] = 1.0
            answers = torch.zeros_like(t, dtype=torch.bool)
            answers[1:] = torch.eq(t[:-1], cast(int, tag))
            letters = (answers | torch.isin(t, marks)).nonzero()[:, 0]
            weights[i, letters[letters >= start]] = self.config.letter_weight
        return Shard(ids, weights)


def _pools(
    config: ColdStartConfig, phase: int, start: int
) -> Iterator[list[tuple[list[int], int]]]:
    """Pools of tokenised examples, made ahead by one worker process."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    spec = config.phases[phase].corpus
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        ahead = [
            pool.submit(_make_pool, config.seed, start + i * Batches.POOL, spec) for i in range(4)
        ]
        index = start + 4 * Batches.POOL
        while True:
            rows = ahead.pop(0).result()
            ahead.append(pool.submit(_make_pool, config.seed, index, spec))
            index += Batches.POOL
            yield rows


_TOKENIZER: Any = None


def _make_pool(seed: int, start: int, spec: CorpusSpec) -> list[tuple[list[int], int]]:
    global _TOKENIZER
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if _TOKENIZER is None:
        _TOKENIZER = build_tokenizer()
    return [
        tokenise(_TOKENIZER, example(seed, i, spec)) for i in range(start, start + Batches.POOL)
    ]


def tokenise(tokenizer: PreTrainedTokenizerFast, ex: Any) -> tuple[list[int], int]:
    """Token ids of prompt and completion (with the end token), and where the completion starts."""
    prompt = str(
        tokenizer.apply_chat_template(ex.messages, tokenize=False, add_generation_prompt=True)
    )
    ids: list[int] = tokenizer(prompt)["input_ids"]
    completion: list[int] = tokenizer(ex.completion)["input_ids"]
    return [*ids, *completion, cast(int, tokenizer.eos_token_id)], len(ids)


def _optimisers(model: Qwen3ForCausalLM, config: ColdStartConfig) -> list[torch.optim.Optimizer]:
    import torch

    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    return [
        torch.optim.Muon(
            matrices, lr=config.muon_lr, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(others, lr=config.adamw_lr, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def _rate(step: int, config: ColdStartConfig) -> float:
    """Learning-rate factor: warm-up, constant, then linear to a twentieth over ``decay`` steps."""
    left = config.total - step
    share = config.phases[config.phase_at(step)].rate
    return share * min((step + 1) / config.warmup, 1.0, max(0.05, left / config.decay))


class _Shares(NamedTuple):
    """What one shard gives: sums, not means."""

    gradients: tuple[torch.Tensor, ...]
    loss: torch.Tensor
    weight: torch.Tensor


def _step(
    model: Qwen3ForCausalLM,
    optimisers: list[torch.optim.Optimizer],
    batch: list[Shard],
    rate: float,
    config: ColdStartConfig,
) -> float:
    import torch

    parameters = list(model.parameters())
    shares = together([partial(_shares, model, parameters, shard) for shard in batch])
    weight = torch.stack([share.weight for share in shares]).sum()
    for place, parameter in enumerate(parameters):
        parameter.grad = torch.stack([s.gradients[place] for s in shares]).sum(0) / weight
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    for optimiser, base in zip(optimisers, (config.muon_lr, config.adamw_lr), strict=True):
        for group in optimiser.param_groups:
            group["lr"] = base * rate
        optimiser.step()
    return (torch.stack([share.loss for share in shares]).sum() / weight).item()


def _shares(model: Qwen3ForCausalLM, parameters: list[torch.nn.Parameter], shard: Shard) -> _Shares:
    import torch

    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.model(input_ids=shard.ids, use_cache=False).last_hidden_state
        learn = shard.weights[:, 1:] > 0
        logits = model.lm_head(hidden[:, :-1][learn])
    weights = shard.weights[:, 1:][learn]
    losses = torch.nn.functional.cross_entropy(
        logits.float(), shard.ids[:, 1:][learn], reduction="none"
    )
    loss = (losses * weights).sum()
    return _Shares(torch.autograd.grad(loss, parameters), loss.detach(), weights.sum())


def _save(
    out: Path,
    config: ColdStartConfig,
    model: Qwen3ForCausalLM,
    optimisers: list[torch.optim.Optimizer],
    step: int,
    place: Place,
) -> None:
    import torch

    state = {
        "config": config.model_dump_json(),
        "step": step,
        "place": tuple(place),
        "model": model.state_dict(),
        "optimisers": [o.state_dict() for o in optimisers],
    }
    torch.save(state, out / "state.tmp")
    (out / "state.tmp").replace(out / "state.pt")


def _resume(
    out: Path,
    config: ColdStartConfig,
    model: Qwen3ForCausalLM,
    optimisers: list[torch.optim.Optimizer],
) -> tuple[int, Place]:
    import torch

    path = out / "state.pt"
    if not path.exists():
        return 0, Place()
    state = torch.load(path, weights_only=True)
    if state["config"] != config.model_dump_json():
        raise InputError(
            f"{path} belongs to another configuration; repair: give another --out or delete it"
        )
    model.load_state_dict(state["model"])
    for optimiser, saved in zip(optimisers, state["optimisers"], strict=True):
        optimiser.load_state_dict(saved)
    return state["step"], Place(*state["place"])
