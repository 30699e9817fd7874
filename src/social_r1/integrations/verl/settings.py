"""Our training config as verl's settings; the only place where fields are copied.

    TRL (optimiser steps)          verl (batches)
    steps, updates_per_batch       trainer.total_training_steps = steps / updates_per_batch
    prompts_per_step, group_size   data.train_batch_size, rollout.n
    updates_per_batch              actor.ppo_mini_batch_size = prompts / updates, in prompts
    loss_type bnpo, dapo           token-mean: over the tokens of the whole mini-batch
              grpo                 seq-mean-token-mean
              dr_grpo              seq-mean-token-sum-norm over max_completion_length
    beta                           actor.kl_loss_coef, low_var_kl, in the loss
    scale_rewards group, none      norm_adv_by_std_in_grpo true, false
    zero_signal resample           filter_groups, by the outcome

TRL's bnpo averages within each micro-batch and then over them; verl takes the mean over the
mini-batch, which does not depend on how it is cut. verl also clips the ratio at 3 where the
advantage is negative (``clip_ratio_c``); it is left as the paper's engine has it. What verl cannot
do is refused, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from social_r1.errors import ConfigError
from social_r1.integrations.served import CONNECT
from social_r1.integrations.verl.scoring import read_section
from social_r1.records import explain
from social_r1.rewards.config import RewardConfig
from social_r1.trajectory import PromptStyle

Settings = dict[str, Any]

LOSSES = {
    "bnpo": "token-mean",
    "dapo": "token-mean",
    "grpo": "seq-mean-token-mean",
    "dr_grpo": "seq-mean-token-sum-norm",
}
"""verl's name for how token losses are averaged; TRL's other losses have another formula there."""

COPIED = frozenset({
    "model", "items", "split", "eval_items", "eval_every", "out", "reward", "content",
    "prompt_style", "steps", "prompts_per_step", "group_size", "updates_per_batch",
    "micro_batch_size", "lr", "warmup", "max_grad_norm", "beta", "loss_type", "scale_rewards",
    "epsilon", "epsilon_high", "temperature", "max_completion_length", "lora_rank", "seed",
    "precision", "weights", "gradient_checkpointing", "thinking", "zero_signal", "save_every",
    "keep", "report_to", "resume",
})  # fmt: skip
"""Fields of a training config that have a counterpart here."""

INERT = frozenset({
    "profile", "engine", "threads", "fast", "log_every", "goodhart", "verl", "vllm",
})  # fmt: skip
"""Fields that change nothing of what verl computes."""


class Run(Protocol):
    """What this module reads of a training config; `social_r1.training.TrainConfig` has it."""

    model: str
    out: Path
    eval_items: Path | None
    eval_every: int
    content: str
    prompt_style: PromptStyle
    steps: int
    prompts_per_step: int
    group_size: int
    updates_per_batch: int
    micro_batch_size: int
    lr: float
    warmup: int
    max_grad_norm: float
    beta: float
    epsilon: float
    epsilon_high: float | None
    temperature: float
    max_completion_length: int
    lora_rank: int
    seed: int
    save_every: int
    keep: int
    report_to: tuple[str, ...]
    # Words out of fixed lists there.
    loss_type: Any
    scale_rewards: Any
    zero_signal: Any
    thinking: Any
    precision: Any
    weights: Any
    gradient_checkpointing: Any
    resume: Any


class VerlSettings(BaseModel):
    """What a cluster adds to a training config.

    Raises:
        pydantic.ValidationError: an unknown key, or tensor_parallel does not divide the GPUs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    nodes: int = Field(default=1, ge=1)
    """Machines."""
    gpus_per_node: int = Field(default=8, ge=1)
    """GPUs of each."""
    rollout: Literal["vllm", "sglang"] = "vllm"
    """Engine that samples; install its build for your GPUs beside verl."""
    tensor_parallel: int = Field(default=1, ge=1)
    """GPUs that hold one copy of the policy while it samples."""
    gpu_memory_utilization: float = Field(default=0.6, gt=0, lt=1)
    """Share of a GPU's memory that sampling may take."""
    max_prompt_length: int = Field(default=1024, ge=1)
    """Tokens of a prompt, at most; a longer one is refused at the start, for verl would cut it."""
    reward_workers: int = Field(default=8, ge=1)
    """Processes that score."""
    storage_units: int = Field(default=8, ge=1)
    """Processes of the queue that holds the rows between the stages; one CPU each."""
    client: str = CONNECT
    """`module:callable` that makes a content scorer of the address in `content`."""
    offload: bool = False
    """Keep optimiser and parameters in main memory while the policy samples."""

    @model_validator(mode="after")
    def _gpus_divide(self) -> VerlSettings:
        if (self.nodes * self.gpus_per_node) % self.tensor_parallel:
            raise ValueError(
                f"{self.nodes} x {self.gpus_per_node} GPUs cannot be shared by tensor_parallel "
                f"{self.tensor_parallel}; repair: a divisor"
            )
        return self


def verl_settings(fields: Mapping[str, Any], *, place: str = "verl") -> VerlSettings:
    """Make the cluster's settings of plain fields.

    Raises:
        ConfigError: an unknown key or a bad value.
    """
    try:
        return VerlSettings.model_validate(dict(fields))
    except ValidationError as error:
        raise ConfigError(f"{place}: {explain(error, repair='mend these values')}") from error


def batches(run: Run) -> int:
    """Generated batches of the whole run: verl's steps."""
    return -(-run.steps // run.updates_per_batch)


def run_settings(run: Run, cluster: VerlSettings, reward: RewardConfig) -> Settings:
    """Everything in which a run differs from our base config of verl, as nested settings.

    Args:
        run: the training config.
        cluster: what the cluster adds.
        reward: the reward with all its constants.

    Raises:
        ConfigError: the run asks for something that verl cannot do.
    """
    check(run)
    folder = run.out.absolute() / "verl"
    total = batches(run)
    evaluates = run.eval_items is not None
    return {
        "data": {
            "train_files": str(folder / "train.parquet"),
            "val_files": str(folder / "eval.parquet"),
            "train_batch_size": run.prompts_per_step,
            "max_prompt_length": cluster.max_prompt_length,
            "max_response_length": run.max_completion_length,
            "seed": run.seed,
            "apply_chat_template_kwargs": {}
            if run.thinking == "template"
            else {"enable_thinking": run.thinking == "on"},
        },
        "actor_rollout_ref": {
            "model": {
                "path": _model_path(run.model),
                "enable_gradient_checkpointing": run.gradient_checkpointing != "off",
                "lora_rank": run.lora_rank,
                "lora_alpha": 2 * run.lora_rank or 16,
            },
            "actor": _actor(run, cluster),
            "ref": {"fsdp_config": {"param_offload": cluster.offload}},
            "rollout": {
                "name": cluster.rollout,
                "n": run.group_size,
                # With adapters only those are sent to the sampler, so it reads the base itself.
                "load_format": "safetensors" if run.lora_rank else "dummy",
                "temperature": run.temperature,
                "seed": run.seed,
                "tensor_model_parallel_size": cluster.tensor_parallel,
                "gpu_memory_utilization": cluster.gpu_memory_utilization,
            },
        },
        "algorithm": {
            "norm_adv_by_std_in_grpo": run.scale_rewards == "group",
            # By outcome, not by shaped reward; groups that teach nothing are sampled anew.
            "filter_groups": {"enable": run.zero_signal == "resample", "metric": "acc"},
        },
        "reward": {"num_workers": cluster.reward_workers},
        "transfer_queue": {
            "backend": {"SimpleStorage": {"num_data_storage_units": cluster.storage_units}}
        },
        "trainer": {
            "total_training_steps": total,
            "nnodes": cluster.nodes,
            "n_gpus_per_node": cluster.gpus_per_node,
            "save_freq": max(1, run.save_every // run.updates_per_batch),
            "max_actor_ckpt_to_keep": run.keep,
            "test_freq": _test_freq(run, total) if evaluates else -1,
            "val_before_train": evaluates,
            "experiment_name": run.out.name,
            "default_local_dir": str(folder / "checkpoints"),
            "rollout_data_dir": str(folder / "rollouts"),
            "logger": ["console", "file", *run.report_to],
            "resume_mode": "disable" if run.resume == "never" else "auto",
        },
        "social_r1": _section(run, cluster, reward, str(folder / "parts")),
    }


def _section(run: Run, cluster: VerlSettings, reward: RewardConfig, log: str) -> Settings:
    """Our own section, checked here rather than in a worker."""
    fields = {"content": run.content, "client": cluster.client, "log": log}
    section = read_section({"reward": reward, "total_steps": batches(run), **fields})
    return section.model_dump(mode="json")


def _actor(run: Run, cluster: VerlSettings) -> Settings:
    high = run.epsilon if run.epsilon_high is None else run.epsilon_high
    tokens = cluster.max_prompt_length + run.max_completion_length
    return {
        "ppo_mini_batch_size": run.prompts_per_step // run.updates_per_batch,
        "ppo_max_token_len_per_gpu": run.micro_batch_size * tokens,
        "clip_ratio": run.epsilon,
        "clip_ratio_low": run.epsilon,
        "clip_ratio_high": high,
        "loss_agg_mode": LOSSES[run.loss_type],
        "loss_scale_factor": run.max_completion_length if run.loss_type == "dr_grpo" else None,
        "use_kl_loss": run.beta > 0,
        "kl_loss_coef": run.beta,
        "data_loader_seed": run.seed,
        "grad_clip": run.max_grad_norm,
        "optim": {
            "lr": run.lr,
            # verl's schedule moves once a batch, not once an update.
            "lr_warmup_steps": -(-run.warmup // run.updates_per_batch),
            "clip_grad": run.max_grad_norm,
        },
        "fsdp_config": {
            "model_dtype": run.weights,
            "param_offload": cluster.offload,
            "optimizer_offload": cluster.offload,
            "seed": run.seed,
        },
    }


def _model_path(name: str) -> str:
    """Where the policy is, for a process that begins in another folder."""
    return str(Path(name).absolute()) if Path(name).is_dir() else name


def _test_freq(run: Run, total: int) -> int:
    """Batches between evaluations; without ``eval_every`` only the last one is followed by one."""
    return max(1, run.eval_every // run.updates_per_batch) if run.eval_every else total


def check(run: Run) -> None:
    """Refuse what verl cannot do, before anything is written.

    Raises:
        ConfigError: names the field, its value and the repair.
    """
    if run.loss_type not in LOSSES:
        raise ConfigError(
            f"loss_type {run.loss_type!r} has another formula in verl; "
            f"repair: one of {', '.join(LOSSES)}, or engine=trl"
        )
    if run.model == "nano" or run.model.startswith("nano/"):
        raise ConfigError(
            f"model {run.model!r} is the embedded one, which verl's samplers do not know; "
            "repair: a folder or a hub id, or engine=trl"
        )
    if run.scale_rewards not in ("group", "none"):
        raise ConfigError(
            f"scale_rewards {run.scale_rewards!r} is not in verl's GRPO; "
            "repair: group or none, or engine=trl"
        )
    if run.precision not in ("bf16", "auto"):
        raise ConfigError(
            f"precision {run.precision!r}: verl samples and trains in 16 bits; "
            "repair: precision=bf16, or engine=trl"
        )
    if run.zero_signal == "drop":
        raise ConfigError(
            "zero_signal 'drop' is not in verl; repair: resample or keep, or engine=trl"
        )
    if run.prompts_per_step % run.updates_per_batch:
        raise ConfigError(
            f"prompts_per_step {run.prompts_per_step} is not divisible by updates_per_batch "
            f"{run.updates_per_batch}, and verl cuts batches between prompts; repair: a divisor"
        )
    _check_rest(run)


def _check_rest(run: Run) -> None:
    """Refuse fields that are set, change the training, and have no counterpart."""
    if not isinstance(run, BaseModel):
        return
    for name, field in type(run).model_fields.items():
        value = getattr(run, name)
        if name in COPIED | INERT or value == field.get_default(call_default_factory=True):
            continue
        raise ConfigError(
            f"{name}={value!r} has no counterpart in verl; repair: leave it out, or engine=trl"
        )
