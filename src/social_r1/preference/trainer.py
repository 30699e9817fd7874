"""TRL's `RewardTrainer`, set up from our config: the one module of the room that imports TRL."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import torch
from datasets import Dataset
from safetensors.torch import load_file, save_file
from transformers import PrinterCallback, TrainerCallback
from trl.trainer.reward_config import RewardConfig
from trl.trainer.reward_trainer import RewardTrainer

from social_r1.preference.callbacks import SaveCallback, TerminationCallback
from social_r1.preference.checkpoints import read_rows
from social_r1.preference.config import RewardModelConfig
from social_r1.preference.heads import RewardHead, Scores, collate

Progress = Callable[[int, int], None]
"""Called with steps done and steps wanted."""

WEIGHTS = "trained.safetensors"
"""File of a checkpoint's weights."""

_SCHEDULES = {"linear": "linear", "cosine": "cosine", "constant": "constant_with_warmup"}


class GroupCollator:
    """Makes a batch of the thoughts about some prompts and the pairs among them.

    ``chosen_ids`` and ``rejected_ids`` are TRL's names for pairs that are token ids already; here
    each is a list of thoughts, and ``better`` and ``worse`` name the places of the pairs in them.
    """

    def __init__(self, use_margin: bool) -> None:
        self.use_margin = use_margin

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Tensors for `RewardHead.forward`."""
        thoughts = [[*row["chosen_ids"], *row["rejected_ids"]] for row in rows]
        batch = collate([row["prompt_ids"] for row in rows], thoughts)
        better: list[int] = []
        worse: list[int] = []
        first = 0
        for row, said in zip(rows, thoughts, strict=True):
            better += [first + i for i in row["better"]]
            worse += [first + len(row["chosen_ids"]) + i for i in row["worse"]]
            first += len(said)
        inputs = batch._asdict() | {"pairs": torch.tensor(better + worse)}
        if self.use_margin:
            inputs["margin"] = torch.tensor([m for row in rows for m in row["margin"]])
        return inputs


class Log(TrainerCallback):
    """Writes TRL's metrics as JSONL rows, and tells how far the training is.

    Rows are means since the row before, so every checkpoint has one: what came before it is told,
    and a resumed run begins its next mean where the unbroken one does. Comes after the callbacks
    that ask for a checkpoint.

    Args:
        path: the file; what it holds already are the steps before this start.
        progress: told the steps.
    """

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self.path = path
        self.progress = progress
        rows = read_rows(path)
        self.last: dict[str, Any] = rows[-1] if rows else {"seconds": 0.0, "num_tokens": 0}
        """The newest row; ``seconds`` and ``num_tokens`` count from the first step."""
        self._began = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clock, behind the seconds of earlier starts."""
        self._began = time.monotonic() - self.last["seconds"]

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Move the progress bar, and have a row written before a checkpoint."""
        if control.should_save:
            control.should_log = True
        if self.progress is not None:
            self.progress(state.global_step, state.max_steps)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Add a row; TRL's last word, sums over this start alone, is none."""
        if not logs or "loss" not in logs:
            return
        seconds = round(time.monotonic() - self._began, 2)
        self.last = {"step": state.global_step, "seconds": seconds, **logs}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(self.last) + "\n")


class PairTrainer(RewardTrainer):
    """Adds the likelihood of the better thoughts to TRL's Bradley-Terry loss.

    Its checkpoints hold the weights that training changes: all, or those of adapters and head. The
    others are the backbone's. Trainer's own way does not know `RewardHead`, and refuses tied ones.
    """

    gold_weight: float = 0.0
    termination: TerminationCallback
    told: Log

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        save_file({name: weight.detach() for name, weight in self._trained()}, folder / WEIGHTS)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        found = load_file(Path(resume_from_checkpoint) / WEIGHTS)
        with torch.no_grad():
            for name, weight in self._trained():
                weight.copy_(found[name])
        self._total_train_tokens = int(self.told.last["num_tokens"])  # TRL would count from 0

    def _trained(self) -> list[tuple[str, torch.nn.Parameter]]:
        named = cast("torch.nn.Module", self.model).named_parameters()
        return [(name, weight) for name, weight in named if weight.requires_grad]

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The pair loss, plus ``gold_weight`` times the mean token loss of the better thoughts."""
        loss, seen = cast(
            "tuple[torch.Tensor, Scores]",
            super().compute_loss(model, inputs, return_outputs=True),
        )
        if self.gold_weight:
            better, _ = seen.gold_loss.chunk(2)
            loss = loss + self.gold_weight * better.mean()
        return (loss, seen) if return_outputs else loss


def make_trainer(
    config: RewardModelConfig,
    head: RewardHead,
    tokenizer: Any,
    rows: list[dict[str, Any]],
    identity: Mapping[str, Any],
    progress: Progress | None = None,
) -> PairTrainer:
    """The trainer of a config, over groups as `train_rm.encode_groups` makes them.

    ``identity`` is written into every checkpoint.
    """
    if config.lora_rank:
        from peft import LoraConfig, TaskType, get_peft_model

        scalar = config.head == "scalar"
        head.inner = get_peft_model(
            head.inner,
            LoraConfig(
                r=config.lora_rank,
                lora_alpha=2 * config.lora_rank,
                target_modules="all-linear",
                modules_to_save=["score"] if scalar else None,
                task_type=TaskType.SEQ_CLS if scalar else TaskType.CAUSAL_LM,
            ),
        )
    args = RewardConfig(
        output_dir=str(config.out / "checkpoints"),
        num_train_epochs=config.epochs,
        max_steps=config.max_steps,
        per_device_train_batch_size=config.batch_prompts,
        gradient_accumulation_steps=config.accumulate,
        learning_rate=config.lr,
        lr_scheduler_type=_SCHEDULES[config.schedule],
        warmup_steps=config.warmup,
        weight_decay=config.weight_decay,
        center_rewards_coefficient=config.center or None,
        max_length=None,  # checked by us: TRL would drop long pairs without a word
        bf16=config.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=False,
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        save_strategy="steps",
        save_steps=config.save_every,
        save_total_limit=None,  # SaveCallback counts complete ones
        report_to="none",
        logging_steps=10,
        disable_tqdm=True,
        dataloader_pin_memory=False,
        seed=config.seed,
    )
    trainer = PairTrainer(
        model=head,  # type: ignore[arg-type]
        args=args,
        processing_class=tokenizer,
        data_collator=GroupCollator(config.use_margin),
        train_dataset=Dataset.from_list(rows),
    )
    trainer.gold_weight = config.gold_weight
    trainer.remove_callback(PrinterCallback)  # standard output is for results
    trainer.termination = TerminationCallback()
    trainer.told = Log(config.out / "metrics.jsonl", progress)
    for callback in (SaveCallback(identity, config.keep), trainer.termination, trainer.told):
        trainer.add_callback(callback)
    return trainer
