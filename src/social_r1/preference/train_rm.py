"""Train the content reward model: Bradley-Terry on whole thoughts (paper section 3).

TRL's `RewardTrainer` does the work; this module hands it token ids made by `Encoder`, the head, and
the likelihood of the better thoughts where `gold_weight` asks for it. Afterwards the scores of
held-out thoughts give mean and deviation, by which the saved model is standardised, so that the
constants of the content reward mean what they say.

Departures from plain TRL:

1. A pair that is too long is an error; TRL drops it in silence. So is one of a split that nothing
   reads.
2. All thoughts about a prompt go through the model together (`heads`); prompts with thoughts of
   similar length make a batch, in an order fixed by the seed.
3. Accuracy is reported per stage and code (`evaluate`), not only on average.
4. A killed run goes on from its last whole checkpoint when the same command is given again, to the
   same weights and rows of metrics. After SIGTERM one is saved first (`callbacks`); its step then
   has a row of its own, out of the next row's mean.

    out/model/            the reward model
    out/accuracy.json     of the held-out pairs
    out/metrics.jsonl     TRL's metrics, means since the row before
    out/manifest.json     config, seed, versions, hashes of inputs
    out/checkpoints/      while it trains; they go when it has ended
    out/done.json         what has come of it, once it has ended

Run it: ``social-r1 rm train --pairs pairs.jsonl --backbone FOLDER --out outputs/rm``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from social_r1.errors import InputError
from social_r1.preference.card import card
from social_r1.preference.checkpoints import Checkpoint, to_go_on_from, train_from
from social_r1.preference.config import RewardModelConfig
from social_r1.preference.evaluate import Accuracy, accuracies
from social_r1.preference.heads import Encoder, RewardHead, load_head, load_tokenizer
from social_r1.preference.model_source import loading, model_source
from social_r1.preference.resume import (
    finished_result,
    prepare_folder,
    run_identity,
    write_done,
)
from social_r1.preference.run_folder import check_free, check_writable, hold_folder
from social_r1.preference.scorer import (
    META,
    CheckpointContent,
    pair_scores,
    raw_stage_scores,
)
from social_r1.preference.types import Pair, read_pairs
from social_r1.records import sha256, write_json, write_manifest
from social_r1.trajectory.sip import Stage

SPLITS = ("train", "val", "validation", "test")
"""Learned from, held out (two names of one split), and left to `rm eval`."""


class RewardModelResult(NamedTuple):
    """What a training leaves behind."""

    model: Path
    steps: int
    seconds: float
    """Of the training alone, over all starts of the run."""
    train_pairs: int
    val_pairs: int
    accuracy: Accuracy
    """On the held-out pairs."""
    mean: float
    std: float
    resumed_from: int = 0
    """Step of the checkpoint it went on from; 0 for a fresh run, the last for a finished one."""


def train_rm(
    config: RewardModelConfig,
    progress: Callable[[int, int], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> RewardModelResult:
    """Train, standardise, evaluate and save, or go on with a run that was interrupted.

    Args:
        config: all that it depends on.
        progress: called with steps done and steps wanted.
        say: told in a line where the run goes on, or that it has ended before.

    Returns:
        The reward model's folder, held-out accuracies and the scale of its scores.

    Raises:
        InputError: no training pairs, a pair longer than ``max_length``, or as `check_pairs`.
        ConfigError: ``out`` holds a run with another config or other pairs, or another run is in it
            at this moment; ``resume: must`` finds no checkpoint.
        Terminated: it was sent SIGTERM, and has saved a checkpoint.
    """
    say = say or (lambda _: None)
    check_inputs(config)
    identity = run_identity(config)
    found = finished_result(config, identity)
    if found is not None:
        say(f"{config.out} holds this run, finished; resume=never starts over")
        return _known(config, found)
    to_go_on_from(config.out, config.resume, identity)
    check_free(config.out)
    pairs = read_pairs(config.pairs)
    check_pairs(pairs, config.pairs)
    train = [p for p in pairs if p.split == "train"]
    val = [p for p in pairs if p.split in ("val", "validation")]
    if not train or not val:
        raise InputError(
            f"{config.pairs} has {len(train)} pairs to train on and {len(val)} held out; "
            "repair: `pairs build` with items of at least two groups"
        )
    backbone = _load(config)
    check_lengths(pairs, Encoder(backbone.tokenizer), config.max_length)
    with hold_folder(config.out):
        checkpoint = prepare_folder(config, identity)
        if checkpoint is not None:
            say(f"going on from step {checkpoint.step}, the last whole checkpoint in {config.out}")
        job = _Job(config, backbone, train, val, identity, checkpoint, progress)
        result = _train(job)
        write_done(config.out, identity, result)
    return result


class _Job(NamedTuple):
    """All that a run is made of, once it is known to be there."""

    config: RewardModelConfig
    backbone: _Backbone
    train: Sequence[Pair]
    val: Sequence[Pair]
    identity: dict[str, Any]
    checkpoint: Checkpoint | None
    progress: Callable[[int, int], None] | None


def _known(config: RewardModelConfig, found: dict[str, Any]) -> RewardModelResult:
    """What a finished run has left behind, of its own words."""
    result = TypeAdapter(RewardModelResult).validate_python(found)
    return result._replace(model=config.out / "model", resumed_from=result.steps)


def check_inputs(config: RewardModelConfig) -> None:
    """See that pairs and backbone are there and ``out`` can be written.

    Raises:
        InputError: no such file or folder, or a folder without a model.
        ConfigError: ``out`` cannot be written.
    """
    if not config.pairs.is_file():
        raise InputError(f"{config.pairs} does not exist; repair: check the path")
    model_source(config.backbone)
    check_writable(config.out)


def check_pairs(pairs: Sequence[Pair], file: Path) -> None:
    """See that every pair has two different thoughts and a split that somebody reads.

    Raises:
        InputError: some have not; their number and the first one are named.
    """
    unread = [p for p in pairs if p.split not in SPLITS]
    if unread:
        raise InputError(
            f"{file}: {len(unread)} pairs would be dropped, since nothing reads their split "
            f"{unread[0].split!r}; repair: one of {', '.join(SPLITS)}"
        )
    same = [p for p in pairs if p.chosen_thought == p.rejected_thought]
    if same:
        raise InputError(
            f"{file}: {len(same)} pairs have the same thought on both sides, {same[0].id!r} the "
            "first; repair: take them out"
        )


class _Backbone(NamedTuple):
    head: RewardHead
    tokenizer: Any


def _load(config: RewardModelConfig) -> _Backbone:
    """The backbone with its head and tokenizer."""
    import torch
    from transformers import set_seed

    source = model_source(config.backbone)
    if config.threads:
        torch.set_num_threads(config.threads)
    set_seed(config.seed)
    with loading(config.backbone):
        tokenizer: Any = load_tokenizer(source)
        head = load_head(source, config.head, tokenizer)
    if tokenizer.chat_template is None:
        raise InputError(
            f"the tokenizer of {config.backbone!r} has no chat template; repair: an instruct "
            "model, or set tokenizer.chat_template and save it beside the model"
        )
    head.to(torch.float32 if config.weights == "fp32" else torch.bfloat16)
    return _Backbone(head, tokenizer)


def _train(job: _Job) -> RewardModelResult:
    """Train in a folder that no other run uses."""
    config, train, val = job.config, job.train, job.val
    folder, steps, seconds = _fit(job)
    # The folder becomes a reward model only when its scores have a scale: META is written last.
    scale = {"head": config.head, "mean": 0.0, "std": 1.0, "max_length": config.max_length}
    scorer = CheckpointContent(folder, meta=scale)
    better, worse = pair_scores(scorer, val)
    thoughts = {(p.prompt, p.chosen_thought): r for p, r in zip(val, better, strict=True)}
    thoughts |= {(p.prompt, p.rejected_thought): r for p, r in zip(val, worse, strict=True)}
    mean, std = standard(list(thoughts.values()))
    stages = stage_scales(scorer, list(thoughts))
    accuracy = accuracies(val, better, worse)
    name = _name(config.backbone)
    meta = {
        "head": config.head,
        "mean": mean,
        "std": std,
        "stages": stages,
        "max_length": config.max_length,
        "thoughts": len(thoughts),
        "accuracy": accuracy.all,
        "backbone": name,
    }
    began_at = job.checkpoint.step if job.checkpoint else 0
    result = RewardModelResult(
        folder, steps, seconds, len(train), len(val), accuracy, mean, std, began_at
    )
    text = card(config, name, result, train)
    (folder / "README.md").write_text(text, encoding="utf-8")
    write_json(folder / META, meta)
    write_json(config.out / "accuracy.json", accuracy)
    write_manifest(
        config.out,
        command="rm train",
        config=config,
        seeds=config.seed,
        inputs=[config.pairs, *([config.backbone] if Path(config.backbone).is_dir() else [])],
    )
    return result


def _name(backbone: str) -> str:
    """A hub id as it is; of a local folder its name and the beginning of its contents' hash."""
    folder = Path(backbone)
    return f"{folder.name} {sha256(folder)[:8]}" if folder.is_dir() else backbone


def stage_scales(
    scorer: CheckpointContent, thoughts: Sequence[tuple[str, str]]
) -> dict[str, dict[str, float]]:
    """Mean and deviation of each stage's scores on (prompt, thought)s, where any has the stage."""
    rows = raw_stage_scores(scorer, [p for p, _ in thoughts], [t for _, t in thoughts])
    found: dict[str, dict[str, float]] = {}
    for stage in Stage:
        scores = [row[stage] for row in rows]
        known = [s for s in scores if s is not None]
        if known:
            mean, std = standard(known)
            found[stage.key] = {"mean": mean, "std": std}
    return found


def standard(scores: Sequence[float]) -> tuple[float, float]:
    """Mean and (population) standard deviation; a deviation of 0 becomes 1.

    >>> standard([1.0, 3.0])
    (2.0, 1.0)
    """
    mean = math.fsum(scores) / len(scores)
    std = math.sqrt(math.fsum((s - mean) ** 2 for s in scores) / len(scores))
    return mean, std or 1.0


def encode_groups(
    pairs: Sequence[Pair], encoder: Encoder, config: RewardModelConfig
) -> list[dict[str, Any]]:
    """Pairs by prompt: token ids of the prompt and of its thoughts, and which are the pairs."""
    waiting: dict[str, list[Pair]] = {}
    for pair in pairs:
        waiting.setdefault(pair.prompt, []).append(pair)
    rows: list[dict[str, Any]] = []
    for prompt, about in waiting.items():
        while about:
            taken, about = _take(about, config.most_thoughts)
            better = list(dict.fromkeys(p.chosen_thought for p in taken))
            worse = list(dict.fromkeys(p.rejected_thought for p in taken))
            rows.append(
                {
                    "prompt_ids": encoder.prompt(prompt),
                    "chosen_ids": [encoder.thought(t) for t in better],
                    "rejected_ids": [encoder.thought(t) for t in worse],
                    "better": [better.index(p.chosen_thought) for p in taken],
                    "worse": [worse.index(p.rejected_thought) for p in taken],
                    "margin": [p.margin or 0.0 for p in taken],
                }
            )
    return by_length(rows, config.batch_prompts, Random(f"order-{config.seed}"))


def check_lengths(pairs: Sequence[Pair], encoder: Encoder, most: int) -> None:
    """See that every thought fits behind its prompt, those of held-out pairs too.

    Raises:
        InputError: some do not; the longest is named.
    """
    prompts = {prompt: len(encoder.prompt(prompt)) for prompt in {p.prompt for p in pairs}}
    thoughts = {(p.prompt, t) for p in pairs for t in (p.chosen_thought, p.rejected_thought)}
    lengths = [prompts[prompt] + len(encoder.thought(thought)) for prompt, thought in thoughts]
    if max(lengths) > most:
        raise InputError(
            f"{sum(n > most for n in lengths)} of {len(lengths)} thoughts are longer "
            f"than max_length {most} (longest {max(lengths)}); repair: max_length={max(lengths)}"
        )


def _take(about: list[Pair], most: int) -> tuple[list[Pair], list[Pair]]:
    """The first pairs that make at most so many different thoughts, and the other pairs."""
    seen: set[str] = set()
    for done, pair in enumerate(about):
        seen |= {pair.chosen_thought, pair.rejected_thought}
        if done and len(seen) > most:
            return about[:done], about[done:]
    return about, []


def by_length(rows: list[dict[str, Any]], size: int, rng: Random) -> list[dict[str, Any]]:
    """Shuffle, then bring rows of similar length into the same batch of ``size``."""
    rng.shuffle(rows)
    batches: list[list[dict[str, Any]]] = []
    pool = 16 * size
    for at in range(0, len(rows), pool):
        near = sorted(rows[at : at + pool], key=lambda r: len(r["chosen_ids"][0]))
        batches += [near[i : i + size] for i in range(0, len(near), size)]
    whole = [b for b in batches if len(b) == size]
    rng.shuffle(whole)
    # A short batch would shift all later ones: it goes to the end.
    return [row for batch in (*whole, *(b for b in batches if len(b) < size)) for row in batch]


def _fit(job: _Job) -> tuple[Path, int, float]:
    """Train and save; returns the reward model's folder, the steps and their seconds."""
    from social_r1.preference.trainer import make_trainer

    config, checkpoint = job.config, job.checkpoint
    head, tokenizer = job.backbone
    rows = encode_groups(job.train, Encoder(tokenizer), config)
    trainer = make_trainer(config, head, tokenizer, rows, job.identity, job.progress)
    with trainer.termination.listening():
        train_from(trainer, checkpoint.path if checkpoint else None)
    folder = config.out / "model"
    (folder / META).unlink(missing_ok=True)
    inner: Any = head.inner
    if config.lora_rank:
        inner = inner.merge_and_unload()
    inner.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder, trainer.state.global_step, trainer.told.last["seconds"]
