"""GRPO through TRL's `GRPOTrainer` (paper section 4); with `trl_config` the modules that import it.

Departures from plain TRL. 2 to 4 can be switched off with ``fast: false``; 5 to 8 are off unless
the config asks for them, and so in every profile:

1. the rollouts of every batch are logged with parts, advantage and policy;
2. completions come from `nano.FastSampler` through TRL's ``rollout_func``, seeded by
   (seed, step), so that a resumed run repeats an unbroken one;
3. log-probabilities come from `nano.logprobs`, where a prompt is computed once for its group;
4. micro-batches keep groups together and leave out groups without gradient (`batches`);
5. with ``stage_credit`` each stage's own score goes to its own tokens (`credit`);
6. groups whose outcomes are all equal are dropped or replaced by other items (`zero_signal`);
7. the pass rates of an epoch choose the items of the next (`difficulty`);
8. the parts of the reward are normalised one by one (`gdpo`).

2 to 4 apply to models that `nano.supports`, in one process; other models take TRL's own ways, but
for texts that TRL would decode without the tags, or without the thought that the prompt has opened.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import gather_object
from trl.trainer.grpo_trainer import GRPOTrainer

from social_r1.errors import ConfigError
from social_r1.items import SocialItem
from social_r1.nano.logprobs import group_logprobs
from social_r1.nano.sampler import FastSampler, supports
from social_r1.training.batches import arrange, common_group, divides, split_row
from social_r1.training.chat import encode_prompts, opening
from social_r1.training.config import TrainConfig
from social_r1.training.credit import TokenStages, stage_advantages, token_advantages
from social_r1.training.difficulty import DataCurriculum, Passes, pooled
from social_r1.training.gdpo import part_rewards, part_weights
from social_r1.training.policy import save_policy
from social_r1.training.rewards import SocialReward
from social_r1.training.rollouts import RolloutRow, decode, write_rollouts
from social_r1.training.trl_config import compute_dtype, form_of, grpo_config, lora_config
from social_r1.training.zero_signal import draw_row, without_signal

TAGS = ("<think>", "</think>", "<Answer>", "</Answer>")


def _check_groups(config: TrainConfig, world: int) -> None:
    """See that groups are whole where they have to be.

    Raises:
        ConfigError: an option that needs whole groups, and processes that may share one.
    """
    if config.zero_signal == "resample" and world > 1:
        raise ConfigError(
            f"zero_signal resample works in one process, not in {world}; repair: zero_signal=drop"
        )
    if config.stage_credit and config.prompts_per_step % world:
        raise ConfigError(
            f"stage_credit compares a group within one process, and {config.prompts_per_step} "
            f"groups cannot be shared by {world}; repair: prompts_per_step a multiple of {world}"
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
        curriculum: Chooses the items of each batch; the dataset is then in the order of the file.
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
        curriculum: DataCurriculum | None = None,
    ) -> None:
        os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
        self.social = config
        self.social_reward = reward
        world = int(os.environ.get("WORLD_SIZE", "1"))
        alone = world == 1
        _check_groups(config, world)
        ours = config.fast and alone and not config.vllm.on and config.lora_rank == 0
        self.fast = ours and supports(model)
        self.curriculum = curriculum
        self.form = form_of(config)
        self.opening = opening(tokenizer, self.form)
        """What the prompt has written of each completion."""
        self.seconds: dict[str, float] = {}
        """Seconds of the parts of the latest generated batch."""
        self.compute_dtype = compute_dtype(config)
        self._token_stages = TokenStages(tokenizer, self.opening)
        self._rows = dataset
        self._inputs: list[dict[str, Any]] = []
        self._passes: list[Passes] = []
        gdpo = config.aggregation == "normalize_then_sum"
        self.parts = part_rewards(reward) if gdpo else []
        """One reward function for each part, with GDPO."""
        hidden = set(tokenizer.all_special_tokens).intersection(TAGS)
        own = self.fast or self.opening or hidden or config.zero_signal == "resample"
        super().__init__(
            model=model,
            reward_funcs=list(self.parts) or reward,  # type: ignore[arg-type]
            args=grpo_config(config, parameters=model.num_parameters()),
            train_dataset=dataset,
            processing_class=tokenizer,
            callbacks=list(callbacks),
            peft_config=lora_config(config),
            rollout_func=self._rollouts if own else None,  # type: ignore[arg-type]
        )

    def _rollouts(self, prompts: list[Any], trainer: GRPOTrainer) -> dict[str, Any]:
        """TRL's rollout seam: prompts come repeated, once for every completion of the group."""
        made = self._sample(prompts)
        if self.social.zero_signal == "resample" and self._in_training:
            self._resample(made, prompts)
        return made

    def _sample(self, prompts: list[Any], attempt: int = 0) -> dict[str, Any]:
        """Complete repeated prompts, with the fast sampler or as TRL does."""
        n = self.social.group_size
        prompt_ids = encode_prompts(self._tokenizer, prompts[::n], self.form)
        repeated = [ids for ids in prompt_ids for _ in range(n)]
        logprobs: Any = None
        if self.fast:
            seed = self.social.seed * 1_000_003 + self.state.global_step + attempt * 7_368_787
            policy = self.accelerator.unwrap_model(self.model)
            sampler = FastSampler(policy, self._tokenizer, dtype=self.compute_dtype)
            groups = sampler.generate(
                prompt_ids,
                n=n,
                max_new_tokens=self.social.max_completion_length,
                temperature=self.temperature,
                seed=seed,
            )
            completions = [sample.ids for group in groups for sample in group]
        else:
            completions, logprobs = self._generate_single_turn(repeated, None, {}, n)
        texts = [decode(self._tokenizer, ids, self.eos_token_ids) for ids in completions]
        return {
            "prompt_ids": repeated,
            "completion_ids": completions,
            "logprobs": logprobs,
            "text": [self.opening + text for text in texts],
        }

    def _resample(self, made: dict[str, Any], prompts: list[Any]) -> None:
        """Put completions of other items in the place of groups without signal."""
        n, rows = self.social.group_size, self._rows
        replaced: set[int] = set()
        for attempt in range(1, self.social.resample_tries + 1):
            outcomes = self.social_reward.outcomes(self._items(), made["text"])
            signal = without_signal(outcomes, n)
            dull = [place for place, without in enumerate(signal) if without]
            if not dull:
                break
            replaced.update(dull)
            for place in dull:
                self._count(place, outcomes[place * n : (place + 1) * n])
                chosen = draw_row(
                    len(rows), seed=self.social.seed, step=self.state.global_step,
                    attempt=attempt, place=place,
                )  # fmt: skip
                self._put(place, rows[chosen])
            again = [self._inputs[g * n + k]["prompt"] for g in dull for k in range(n)]
            new = self._sample(again, attempt)
            for key, values in new.items():
                for at, value in enumerate(values or ()):
                    made[key][dull[at // n] * n + at % n] = value
        self._log_metric("groups/resampled", len(replaced) / (len(prompts) // n))

    def _put(self, place: int, row: dict[str, Any]) -> None:
        """Ask for another item in a group of the batch at hand."""
        n = self.social.group_size
        for inputs in self._inputs[place * n : (place + 1) * n]:
            inputs.update(row)

    def _items(self) -> list[SocialItem]:
        return [SocialItem.model_validate_json(row["item_json"]) for row in self._inputs]

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
        """Choose the items, have TRL generate and score, log it, and spread the advantages."""
        self._inputs = inputs
        if self.curriculum is not None and self._in_training:
            self._choose_items()
        out = super()._generate_and_score_completions(inputs)
        self.seconds["reward"] = self.social_reward.seconds
        self.seconds["watch"] = self.social_reward.watch_seconds
        if self._in_training:
            if self.curriculum is not None:
                self._note_passes()
            if self.social.zero_signal == "drop":
                out["advantages"] = self._drop(out["advantages"])
            self._log_rollouts(out["advantages"].tolist())
            if self.social.stage_credit:
                out["advantages"] = self._credit_stages(out)
        return out

    def _calculate_rewards(self, *args: Any) -> Any:
        """With GDPO, weigh the parts by where the run is."""
        rewards = super()._calculate_rewards(*args)
        if self.parts:
            self.reward_weights = torch.tensor(part_weights(self.parts, self.state))
        return rewards

    def _drop(self, advantages: Any) -> Any:
        """Advantages, 0 in groups whose outcomes are all equal (over all processes)."""
        own = torch.tensor([part.outcome for part in self.social_reward.last])
        every: Any = self.accelerator.gather(own.to(advantages.device))
        signal = without_signal(every.tolist(), self.social.group_size)
        begin = self.accelerator.process_index * len(own)
        dull = [signal[(begin + i) // self.social.group_size] for i in range(len(own))]
        self._metrics["train"]["groups/dropped"].append(sum(signal) / len(signal))
        return advantages.masked_fill(torch.tensor(dull, device=advantages.device), 0.0)

    def _choose_items(self) -> None:
        """The curriculum's items in place of those that the order of the data brings."""
        assert self.curriculum is not None
        n = self.social.group_size
        batch = self.state.global_step // self.social.updates_per_batch
        self._chosen = self.curriculum.chosen(batch)
        self._passes = []
        begin = self.accelerator.process_index * len(self._inputs)
        for at, inputs in enumerate(self._inputs):
            inputs.update(self._rows[self._chosen[(begin + at) // n][0]])

    def _count(self, place: int, outcomes: Sequence[float]) -> None:
        """Keep the outcomes of a group for the curriculum, before it is replaced."""
        if self.curriculum is not None:
            name = SocialItem.model_validate_json(
                self._inputs[place * self.social.group_size]["item_json"]
            ).id
            index = self.curriculum.place[name]
            right = int(sum(outcomes))
            self._passes.append(Passes(index, self._chosen[place][1], right, len(outcomes)))

    def _note_passes(self) -> None:
        """Tell the curriculum the outcomes of the batch, of all processes."""
        assert self.curriculum is not None
        n = self.social.group_size
        begin = self.accelerator.process_index * len(self._inputs)
        own: list[Passes] = list(self._passes)
        for at, (item, parts) in enumerate(
            zip(self.social_reward.last_items, self.social_reward.last, strict=True)
        ):
            epoch = self._chosen[(begin + at) // n][1]
            own.append(Passes(self.curriculum.place[item.id], epoch, int(parts.outcome), 1))
        every = gather_object(own) if self.accelerator.num_processes > 1 else own
        step = self.state.global_step
        batch = step // self.social.updates_per_batch
        writes = self.accelerator.is_main_process
        self.curriculum.note(step + 1, batch, pooled(every), write=writes)

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

    def _issue_warnings_after_load(self, load_result: Any) -> None:
        """Do not miss an output layer that is its token vectors: checkpoints hold it once."""
        model: Any = self.accelerator.unwrap_model(self.model)
        tied = getattr(model, "all_tied_weights_keys", {})
        missing = [key for key in load_result.missing_keys if key not in tied]
        load_result.missing_keys[:] = missing
        super()._issue_warnings_after_load(load_result)

    def save(self, folder: Path, record: object = None, *, adapter: Path | None = None) -> None:
        """Save the policy as it is now; called in every process, because weights may be spread.

        Args:
            folder: Of the whole policy, with LoRA adapters added to the weights.
            record: Written beside the weights.
            adapter: Folder of the adapters by themselves, if there are any.
        """
        spread = self.is_fsdp_enabled or self.is_deepspeed_enabled
        state = self.accelerator.get_state_dict(self.model) if spread else None
        if not self.accelerator.is_main_process:
            return
        model = self.accelerator.unwrap_model(self.model)
        save_policy(model, self.processing_class, folder, state=state, record=record)
        if adapter is not None and self.social.lora_rank:
            model.save_pretrained(adapter, state_dict=state)
