"""`train`: one GRPO run from a config to a run folder (paper section 4).

    out/manifest.json     config, seeds, versions, hashes of inputs
    out/metrics.jsonl     one row per step: every part of the reward, seconds, TRL's metrics, and
                          whether reward model and truth part (`goodhart`, `alarm`)
    out/eval.jsonl        greedy answers to the fixed items, if there are any
    out/rollouts/         one file per generated batch
    out/checkpoints/      complete checkpoints; a killed run goes on from the last
    out/model/            the trained policy, with LoRA adapters added to the weights
    out/adapter/          the adapters by themselves (LoRA)
    out/best/             the policy of the best evaluation (`keep_best`), with record.json
    out/difficulty.jsonl  answers of every batch (`data_curriculum`)

Heavy libraries are imported when a run begins, not with this module.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from social_r1.errors import ConfigError
from social_r1.items import SocialItem
from social_r1.preference.checkpoints import (
    check_identity,
    drop_incomplete,
    keep_rows,
    to_go_on_from,
    train_from,
)
from social_r1.preference.content import content_folder, content_scorer
from social_r1.preference.run_folder import check_free, check_writable, hold_folder
from social_r1.records import read_items, sha256, write_json, write_manifest
from social_r1.rewards.types import ContentScorer
from social_r1.training.alarm import summary
from social_r1.training.config import TrainConfig
from social_r1.training.dataset import choose_split, train_dataset
from social_r1.training.difficulty import DataCurriculum
from social_r1.training.goodhart import watch_for
from social_r1.training.policy import BestPolicy, load_policy, policy_source, read_record
from social_r1.training.rewards import SocialReward
from social_r1.training.rows import Row
from social_r1.training.trackers import check_trackers

if TYPE_CHECKING:
    from social_r1.preference.callbacks import TerminationCallback
    from social_r1.training.callbacks import (
        MetricsCallback,
        ProgressCallback,
        StopCallback,
    )

LOGS = ("metrics.jsonl", "eval.jsonl", "difficulty.jsonl")
"""Logs with one row per step, evaluation and batch; a resumed run cuts them back."""


class TrainResult(NamedTuple):
    """What a run leaves behind."""

    model: Path
    """Folder of the trained policy."""
    steps: int
    resumed_from: int
    """Step of the checkpoint it went on from; 0 for a fresh run."""
    last: Row
    """Metrics of the last step."""
    watch: Row
    """Steps that were held against the oracle, steps with an alarm, the first of them."""
    stopped: Row | None = None
    """Step and reasons, where the alarm has ended the run (`stop_on_alarm`)."""
    best: Row | None = None
    """Step and accuracy of the policy in ``best`` (`keep_best`)."""


def train(
    config: TrainConfig,
    *,
    on_step: Callable[[Row], None] | None = None,
    content: ContentScorer | None = None,
    reward: SocialReward | None = None,
) -> TrainResult:
    """Train the policy, or go on with a run that was interrupted.

    Args:
        config: What to do; see `load_config`.
        on_step: Told the metrics of every step.
        content: Content scorer to use in place of the one that ``config.content`` names.
        reward: Reward to use in place of the one that ``config.reward`` names.

    Raises:
        InputError: no model, no items, a tokenizer without chat template.
        ConfigError: ``out`` cannot be written, holds a run with another config, or another run is
            in it at this moment; a tracker is not installed; ``resume: must`` finds no checkpoint.
        Terminated: it was sent SIGTERM, and has saved a checkpoint.
    """
    if config.engine != "trl":
        raise ConfigError(
            f"engine {config.engine} does not train in this process; repair: engine=trl, or "
            "`social-r1 train`, which starts it"
        )
    check_trackers(config.report_to)
    check_writable(config.out)
    items = choose_split(read_items(config.items), config.split)
    fixed = read_items(config.eval_items) if config.eval_items is not None else []
    reward = reward or build_reward(config, content)
    reward.watch = watch_for(config.goodhart, config.group_size, reward.reward)
    if config.stage_credit:
        reward.check_stages()
    identity = run_identity(config, reward)
    finished = _finished(config, identity)
    if finished is not None:
        return finished
    to_go_on_from(config.out, config.resume, identity)
    check_free(config.out)
    policy = _load(config)  # before the folder is touched: a wrong model leaves no trace
    job = _Job(config, policy, items, fixed, reward, identity, on_step)
    with hold_folder(config.out):
        return _run(job)


class _Job(NamedTuple):
    """All that a run is made of, once it is known to be there."""

    config: TrainConfig
    policy: tuple[Any, Any]
    """Model and tokenizer."""
    items: list[SocialItem]
    fixed: list[SocialItem]
    """Evaluated every so often; may be empty."""
    reward: SocialReward
    identity: Row
    on_step: Callable[[Row], None] | None


def _run(job: _Job) -> TrainResult:
    """Train in a folder that no other run uses."""
    from social_r1.preference.callbacks import part_in_order

    config, identity = job.config, job.identity
    checkpoint = _prepare_folder(config, identity)
    began_at = checkpoint[1] if checkpoint else 0
    run = _build(job)
    _write_manifest(config)
    ended = run.stop is not None and run.stop.ends_at(began_at)
    with run.termination.listening(), closing(run.progress):
        train_from(run.trainer, checkpoint[0] if checkpoint else None, ended=ended)
    rows = run.metrics.rows
    last, seen = rows[-1] if rows else {}, summary(rows)
    stopped = run.stop.stopped if run.stop else None
    run.trainer.save(config.out / "model", adapter=config.out / "adapter")
    if run.trainer.accelerator.is_main_process:
        done = {"identity": identity, "last": last, "watch": seen}
        write_json(config.out / "done.json", done | ({"stopped": stopped} if stopped else {}))
        _write_manifest(config)
    part_in_order()
    steps = stopped["step"] if stopped else config.steps
    best = run.best.record if run.best else None
    return TrainResult(config.out / "model", steps, began_at, last, seen, stopped, best)


def _finished(config: TrainConfig, identity: Row) -> TrainResult | None:
    """The result of a run that has ended; None where there is something left to do."""
    done = config.out / "done.json"
    if config.resume == "never" or not done.is_file():
        return None
    found = json.loads(done.read_text(encoding="utf-8"))
    check_identity(found["identity"], identity, config.out)
    stopped = found.get("stopped")
    if stopped and not config.stop_on_alarm:
        done.unlink(missing_ok=True)  # an alarm has ended it, and now nobody minds: it goes on
        return None
    steps = stopped["step"] if stopped else config.steps
    seen, best = found.get("watch", summary(())), read_record(config.out / "best")
    return TrainResult(config.out / "model", steps, steps, found["last"], seen, stopped, best)


def build_reward(config: TrainConfig, content: ContentScorer | None = None) -> SocialReward:
    """The reward adapter that a config asks for."""
    from social_r1.rewards.composition import CompositeReward
    from social_r1.rewards.config import reward_config

    scorer = content if content is not None else content_scorer(config.content)
    composite = CompositeReward(reward_config(config.reward), content=scorer)
    return SocialReward(composite, name=f"social_r1_{Path(config.reward).stem}")


def run_identity(config: TrainConfig, reward: SocialReward) -> dict[str, Any]:
    """What a resumed run must share with its beginning.

    Names are not enough: a folder may hold other weights by now. So besides the fields it has the
    reward's constants and the contents of the items, the policy and the reward model (a hub id is
    taken at its word).
    """
    constants = getattr(reward.reward, "config", None)
    folders = {
        "model": Path(policy_source(config.model)),
        "content": content_folder(config.content),
    }
    weights = {f"{n}_sha256": sha256(f) for n, f in folders.items() if f and f.is_dir()}
    return (
        config.identity()
        | weights
        | {
            "items_sha256": sha256(config.items),
            "reward_config": constants.model_dump(mode="json") if constants is not None else None,
        }
    )


def _prepare_folder(config: TrainConfig, identity: Row) -> tuple[Path, int] | None:
    """Clear or continue the run folder; returns checkpoint and step to go on from."""
    folder = config.out / "checkpoints"
    found = to_go_on_from(config.out, config.resume, identity)
    if config.resume == "never":
        for name in ("checkpoints", "rollouts", "model", "adapter", "best"):
            shutil.rmtree(config.out / name, ignore_errors=True)
        for name in (*LOGS, "done.json"):
            (config.out / name).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    drop_incomplete(folder)
    step = found[-1].step if found else 0
    for name in LOGS:
        keep_rows(config.out / name, step if found else -1)
    return (found[-1].path, step) if found else None


def _load(config: TrainConfig) -> tuple[Any, Any]:
    """The policy and its tokenizer."""
    import torch
    from transformers.utils import logging

    from social_r1.nano.memory import keep_freed_memory
    from social_r1.training.trl_config import check_vllm, parts_of_a_step

    check_vllm(config)
    parts_of_a_step(config)
    logging.disable_progress_bar()
    keep_freed_memory()
    if config.threads:
        torch.set_num_threads(config.threads)
    return load_policy(config.model, weights=config.weights)


class _Built(NamedTuple):
    """The trainer and those of its callbacks that are asked afterwards."""

    trainer: Any
    metrics: MetricsCallback
    progress: ProgressCallback
    termination: TerminationCallback
    stop: StopCallback | None
    best: BestPolicy | None


def _build(job: _Job) -> _Built:
    """Put the trainer together."""
    from transformers import PrinterCallback

    from social_r1.preference.callbacks import SaveCallback, TerminationCallback
    from social_r1.training.callbacks import (
        EvalCallback,
        MetricsCallback,
        ProgressCallback,
        StopCallback,
    )
    from social_r1.training.grpo_trl import SocialTrainer

    # TRL 1.16 still speaks of gradient checkpointing, which transformers 5.23 has renamed.
    warnings.filterwarnings("ignore", message=".*gradient_checkpointing", category=FutureWarning)
    config, (model, tokenizer), items, fixed, reward, identity, on_step = job
    metrics = MetricsCallback(config.out / "metrics.jsonl", on_step, config.goodhart)
    callbacks: list[Any] = [SaveCallback(identity, config.keep), metrics]
    stop = None
    if config.stop_on_alarm:
        stop = StopCallback(metrics.rows, config.stop_on_alarm, config.updates_per_batch)
        callbacks.append(stop)
    progress = ProgressCallback(config.steps, config.log_every)
    termination = TerminationCallback(config.updates_per_batch)
    callbacks += [progress, termination]
    batches = -(-config.steps // config.updates_per_batch)
    curriculum = _curriculum(config, items)
    dataset = train_dataset(
        items, style=config.prompt_style, seed=config.seed,
        prompts=max(batches * config.prompts_per_step, len(items) if curriculum else 0),
        ordered=curriculum is None,
    )  # fmt: skip
    best: BestPolicy | None = None
    if fixed:
        best = BestPolicy(config.out / "best", lambda *to: trainer.save(*to))
        callbacks.insert(
            0,
            EvalCallback(
                config.out / "eval.jsonl",
                config.eval_every,
                _evaluator(config, fixed, model, tokenizer, reward),
                best.offer if config.keep_best else None,
            ),
        )
    trainer = SocialTrainer(
        config, model=model, tokenizer=tokenizer, reward=reward, dataset=dataset,
        callbacks=callbacks, curriculum=curriculum,
    )  # fmt: skip
    trainer.seconds = metrics.seconds
    trainer.remove_callback(PrinterCallback)  # standard output belongs to the command
    return _Built(trainer, metrics, progress, termination, stop, best if config.keep_best else None)


def _curriculum(config: TrainConfig, items: list[SocialItem]) -> DataCurriculum | None:
    """Chooses the items by their pass rates, if the config wants it."""
    if config.data_curriculum == "off":
        return None
    return DataCurriculum(
        config.out / "difficulty.jsonl", [item.id for item in items],
        batch=config.prompts_per_step, seed=config.seed, floor=config.curriculum_floor,
    )  # fmt: skip


def _evaluator(
    config: TrainConfig, items: list[SocialItem], model: Any, tokenizer: Any, reward: SocialReward
) -> Callable[[float], Row]:
    """Greedy answers to the fixed items, scored by the reward at the given progress."""
    from social_r1.training.rewards import part_metrics
    from social_r1.training.rollouts import greedy_texts
    from social_r1.training.trl_config import form_of
    from social_r1.trajectory import render_prompt

    prompts = [render_prompt(item, config.prompt_style) for item in items]

    def evaluate(progress: float) -> Row:
        texts = greedy_texts(
            model, tokenizer, prompts, fast=config.fast,
            max_new_tokens=config.max_completion_length, form=form_of(config),
        )  # fmt: skip
        parts = reward.reward.score(items, texts, progress=progress)
        total = sum(part.total for part in parts) / len(parts)
        return {"n": len(items), "total": total} | part_metrics(parts, reward.process_parts)

    return evaluate


def _write_manifest(config: TrainConfig) -> None:
    inputs = [config.items] + ([config.eval_items] if config.eval_items else [])
    write_manifest(
        config.out, command="social-r1 train", config=config, seeds=config.seed, inputs=inputs
    )
