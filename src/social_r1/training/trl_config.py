"""Our config as TRL's `GRPOConfig` and as a LoRA config; the only place where fields are copied.

TRL's defaults differ from the paper's settings (loss type, KL, checkpointing) and change between
its versions, so everything that shapes the loss or the sampling is said here.
"""

from __future__ import annotations

import importlib.util
import os
from typing import Any

import torch
from trl.trainer.grpo_config import GRPOConfig

from social_r1.errors import ConfigError
from social_r1.training.chat import ChatForm
from social_r1.training.config import TrainConfig

LARGE = 500_000_000
"""Parameters from which activations are recomputed in the backward pass to save memory."""


def compute_dtype(config: TrainConfig) -> torch.dtype:
    """Arithmetic of the training passes; ``auto`` is fp32 on a CPU."""
    able = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    bf16 = config.precision == "bf16" or (config.precision == "auto" and able)
    return torch.bfloat16 if bf16 else torch.float32


def form_of(config: TrainConfig) -> ChatForm:
    """How this run renders its prompts."""
    return ChatForm(config.thinking, config.prefilled_think)


def parts_of_a_step(config: TrainConfig) -> int:
    """Micro-batches of one optimiser step in each process.

    Raises:
        ConfigError: the processes cannot share them.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if config.micro_batches % world:
        raise ConfigError(
            f"{config.micro_batches} micro-batches a step cannot be shared by {world} processes; "
            "repair: choose micro_batch_size so that they divide"
        )
    return config.micro_batches // world


def grpo_config(config: TrainConfig, *, parameters: int) -> GRPOConfig:
    """TRL's config of ours.

    Args:
        config: Our config.
        parameters: Size of the model.

    Raises:
        ConfigError: micro-batches that the processes cannot share.
    """
    parts = parts_of_a_step(config)
    checkpointing = {"on": True, "off": False, "auto": parameters >= LARGE}
    return GRPOConfig(
        output_dir=str(config.out / "checkpoints"),
        per_device_train_batch_size=config.micro_batch_size,
        gradient_accumulation_steps=parts,
        steps_per_generation=parts * config.updates_per_batch,
        num_generations=config.group_size,
        num_iterations=1,
        max_steps=config.steps,
        max_completion_length=config.max_completion_length,
        temperature=config.temperature,
        top_p=1.0,
        top_k=0,
        min_p=None,
        repetition_penalty=1.0,
        chat_template_kwargs=form_of(config).template_words,
        learning_rate=config.lr,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=config.warmup,
        max_grad_norm=config.max_grad_norm,
        weight_decay=0.0,
        beta=config.beta,
        loss_type=config.loss_type,
        importance_sampling_level=config.ratio,
        scale_rewards=config.scale_rewards,
        multi_objective_aggregation=config.aggregation,
        mask_truncated_completions=False,
        epsilon=config.epsilon,
        epsilon_high=config.epsilon_high,
        bf16=compute_dtype(config) is torch.bfloat16,
        fp16=False,
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=checkpointing[config.gradient_checkpointing],
        seed=config.seed,
        shuffle_dataset=False,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        logging_steps=1,
        save_strategy="steps",
        save_steps=config.save_every,
        save_total_limit=None,
        report_to=list(config.report_to) or "none",
        disable_tqdm=True,
        log_completions=False,
        trust_remote_code=False,
        **vllm_fields(config),
    )


def vllm_fields(config: TrainConfig) -> dict[str, Any]:
    """Fields of `GRPOConfig` that hand the sampling to vLLM; ``use_vllm`` alone where it is off."""
    vllm = config.vllm
    if not vllm.on:
        return {"use_vllm": False}
    shared = {
        "use_vllm": True,
        "vllm_mode": vllm.mode,
        "vllm_importance_sampling_correction": vllm.correction,
    }
    if vllm.mode == "server":
        return shared | {
            "vllm_server_base_url": vllm.server_url,
            "vllm_server_timeout": vllm.server_timeout,
            "vllm_group_port": vllm.group_port,
        }
    return shared | {
        "vllm_gpu_memory_utilization": vllm.memory,
        "vllm_tensor_parallel_size": vllm.tensor_parallel,
        "vllm_max_model_length": vllm.max_length,
        "vllm_enable_sleep_mode": vllm.sleep,
    }


def check_vllm(config: TrainConfig) -> None:
    """See that vLLM is there if it is asked for.

    Raises:
        ConfigError: it is not installed.
    """
    if config.vllm.on and importlib.util.find_spec("vllm") is None:
        raise ConfigError(
            f"vllm.mode is {config.vllm.mode}, but vLLM is not installed; repair: "
            "pip install 'trl[vllm]' on a machine with a GPU, or vllm={mode: off}"
        )


def lora_config(config: TrainConfig) -> Any:
    """Adapters on all linear layers, or None when all weights are trained."""
    if config.lora_rank == 0:
        return None
    from peft import LoraConfig

    rank = config.lora_rank
    return LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
