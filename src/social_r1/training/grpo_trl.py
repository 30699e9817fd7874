"""GRPO through TRL's `GRPOTrainer` (paper section 4): the one module that imports it.

Departures from plain TRL; all but the first can be switched off with ``fast: false``:

1. the rollouts of every batch are logged with parts, advantage and policy;
2. completions come from `nano.FastSampler` through TRL's ``rollout_func``, seeded by
   (seed, step), so that a resumed run repeats an unbroken one;
3. log-probabilities come from `nano.logprobs`, where a prompt is computed once for its group;
4. micro-batches keep groups together and leave out groups without gradient (`batches`);
5. with ``stage_credit`` each stage's own score goes to its own tokens (`credit`); off by default.

2 to 4 apply to models that `nano.supports`, in one process; other models take TRL's own ways.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer

from social_r1.errors import ConfigError
from social_r1.nano.logprobs import group_logprobs
from social_r1.nano.sampler import FastSampler, supports
from social_r1.training.batches import arrange, common_group, divides, split_row
from social_r1.training.config import TrainConfig
from social_r1.training.credit import TokenStages, stage_advantages, token_advantages
from social_r1.training.rewards import SocialReward
from social_r1.training.rollouts import RolloutRow, decode, encode_prompts, write_rollouts

LARGE = 500_000_000
"""Parameters from which activations are recomputed in the backward pass to save memory."""


def grpo_config(config: TrainConfig, *, parameters: int) -> GRPOConfig:
    """TRL's config of ours; the only place where fields are copied.

    Args:
        config: Our config.
        parameters: Size of the model.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if config.micro_batches % world:
        raise ConfigError(
            f"{config.micro_batches} micro-batches a step cannot be shared by {world} processes; "
            "repair: choose micro_batch_size so that they divide"
        )
    parts = config.micro_batches // world
    return GRPOConfig(
        output_dir=str(config.out / "checkpoints"),
        per_device_train_batch_size=config.micro_batch_size,
        gradient_accumulation_steps=parts,
        steps_per_generation=parts * config.updates_per_batch,
        num_generations=config.group_size,
        max_steps=config.steps,
        max_completion_length=config.max_completion_length,
        temperature=config.temperature,
        learning_rate=config.lr,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=config.warmup,
        max_grad_norm=config.max_grad_norm,
        weight_decay=0.0,
        beta=config.beta,
        loss_type=config.loss_type,
        scale_rewards=config.scale_rewards,
        epsilon=config.epsilon,
        epsilon_high=config.epsilon_high,
        bf16=config.precision == "bf16",
        fp16=False,
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=parameters >= LARGE,
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


class SocialTrainer(GRPOTrainer):
    """TRL's trainer with the departures of this module.

    Args:
        config: Our config.
        model: The policy.
        tokenizer: Its tokenizer.
        reward: The reward adapter.
        dataset: Rows of `training.dataset`.
        callbacks: Callbacks of transformers.
    """

    def __init__(
        self,
        config: TrainConfig,
        *,
        model: Any,
        tokenizer: Any,
        reward: SocialReward,
        dataset: Any,
        callbacks: Sequence[Any] = (),
    ) -> None:
        os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
        self.social = config
        self.social_reward = reward
        alone = int(os.environ.get("WORLD_SIZE", "1")) == 1
        self.fast = config.fast and alone and config.lora_rank == 0 and supports(model)
        self.seconds: dict[str, float] = {}
        """Seconds of the parts of the latest generated batch."""
        self._token_stages = TokenStages(tokenizer)
        self.compute_dtype = torch.bfloat16 if config.precision == "bf16" else torch.float32
        super().__init__(
            model=model,
            reward_funcs=reward,  # type: ignore[arg-type]
            args=grpo_config(config, parameters=model.num_parameters()),
            train_dataset=dataset,
            processing_class=tokenizer,
            callbacks=list(callbacks),
            peft_config=lora_config(config),
            rollout_func=self._fast_rollouts if self.fast else None,  # type: ignore[arg-type]
        )

    def _fast_rollouts(self, prompts: list[Any], trainer: GRPOTrainer) -> dict[str, Any]:
        """TRL's rollout seam: prompts come repeated, once for every completion of the group."""
        n = self.social.group_size
        prompt_ids = encode_prompts(self._tokenizer, prompts[::n])
        seed = self.social.seed * 1_000_003 + self.state.global_step
        policy = self.accelerator.unwrap_model(self.model)
        sampler = FastSampler(policy, self._tokenizer, dtype=self.compute_dtype)
        groups = sampler.generate(
            prompt_ids,
            n=n,
            max_new_tokens=self.social.max_completion_length,
            temperature=self.temperature,
            seed=seed,
        )
        samples = [sample for group in groups for sample in group]
        return {
            "prompt_ids": [ids for ids in prompt_ids for _ in range(n)],
            "completion_ids": [sample.ids for sample in samples],
            "logprobs": None,
            "text": [decode(self._tokenizer, s.ids, self.eos_token_ids) for s in samples],
        }

    @property
    def _in_training(self) -> bool:
        return self.model is not None and self.model.training

    def _generate(self, prompts: list[Any]) -> Any:
        """Time TRL's generation."""
        began = time.perf_counter()
        out = super()._generate(prompts)
        self.seconds["generation"] = time.perf_counter() - began
        return out

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        """Log what TRL generated and scored."""
        out = super()._generate_and_score_completions(inputs)
        self.seconds["reward"] = self.social_reward.seconds
        self.seconds["watch"] = self.social_reward.watch_seconds
        if self._in_training:
            self._log_rollouts(out["advantages"].tolist())
            if self.social.stage_credit:
                out["advantages"] = self._credit_stages(out)
        return out

    def _credit_stages(self, out: dict[str, Any]) -> Any:
        """Advantages by token: each stage's own score on top of the completion's."""
        masks = out["completion_mask"].bool()
        ids = [row[mask].tolist() for row, mask in zip(out["completion_ids"], masks, strict=True)]
        items = self.social_reward.last_items
        stages = [self._token_stages(row, item) for row, item in zip(ids, items, strict=True)]
        values = stage_advantages(self.social_reward.last_stages(), self.social.group_size)
        spread = token_advantages(out["advantages"], values, stages, self.social.stage_credit)
        width = out["completion_ids"].shape[1]
        return torch.nn.functional.pad(spread, (0, width - spread.shape[1]))

    def _log_rollouts(self, advantages: list[float]) -> None:
        reward, step, n = self.social_reward, self.state.global_step, self.social.group_size
        rows = [
            RolloutRow(item.id, step, i % n, text, parts, adv, f"{self.social.model}@{step}")
            for i, (item, text, parts, adv) in enumerate(
                zip(reward.last_items, reward.last_texts, reward.last, advantages, strict=True)
            )
        ]
        folder = self.social.out / "rollouts"
        rank = self.accelerator.process_index
        write_rollouts(folder / f"rank_{rank}" if rank else folder, step, rows)

    def _prepare_inputs(self, generation_batch: Any) -> Any:
        """Cut generated batches by `batches.arrange` where that leaves the loss as it is."""
        updates, parts = self.social.updates_per_batch, self.args.gradient_accumulation_steps
        groups = self.social.prompts_per_step
        ours = self.fast and divides(groups, updates=updates, parts=parts, loss_type=self.loss_type)
        if not (ours and self._in_training):
            return super()._prepare_inputs(generation_batch)
        place = self._step % (updates * parts)
        if place == 0 or self._buffered_inputs is None:
            batch = self._generate_and_score_completions(generation_batch)
            self._buffered_inputs = arrange(
                batch,
                group=self.social.group_size,
                updates=updates,
                parts=parts,
                loss_type=self.loss_type,
                kl=self.beta != 0.0,
            )
        return self._buffered_inputs[place]

    def _get_per_token_logps_and_entropies(
        self,
        model: Any,
        input_ids: Any,
        attention_mask: Any,
        logits_to_keep: int,
        batch_size: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Score completions behind shared prompts."""
        plain = self.accelerator.unwrap_model(model)
        if not (self.fast and supports(plain)):
            return super()._get_per_token_logps_and_entropies(
                model, input_ids, attention_mask, logits_to_keep, batch_size, **kwargs
            )
        size = batch_size or len(input_ids)
        scores = []
        for start in range(0, len(input_ids), size):
            rows = slice(start, start + size)
            prompts, completions, lengths = split_row(
                input_ids[rows], attention_mask[rows], logits_to_keep
            )
            scores.append(
                group_logprobs(
                    plain,
                    prompts[:: common_group(prompts)],
                    completions,
                    lengths,
                    temperature=self.temperature,
                    dtype=self.compute_dtype,
                )
            )
        logps = torch.cat([score.logprobs for score in scores])
        return logps, torch.cat([score.entropies for score in scores]), None


def save_policy(model: Any, tokenizer: Any, folder: Path) -> None:
    """Save model and tokenizer, whole or not at all: a draft folder, then a rename."""
    import shutil

    draft = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(draft, ignore_errors=True)
    model.save_pretrained(draft)
    tokenizer.save_pretrained(draft)
    if folder.exists():
        shutil.rmtree(folder)
    draft.rename(folder)
