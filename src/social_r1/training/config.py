"""`TrainConfig`: one frozen config for one training run, from one YAML file (paper section 4).

A file says ``profile: NAME`` (`training.profiles`) and then only what differs; ``key=value`` on the
command line differs once more.

    config = load_config("configs/nano.yaml", ["steps=40", "out=outputs/rl"])
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from social_r1.errors import ConfigError
from social_r1.preference.checkpoints import Resume
from social_r1.records import explain
from social_r1.training.chat import Prefill, Thinking
from social_r1.training.goodhart import GoodhartConfig
from social_r1.training.profiles import PROFILES
from social_r1.training.vllm import VllmConfig, YamlWord
from social_r1.trajectory import PromptStyle
from social_r1.yaml_file import read_yaml

LossType = Literal["grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "luspo", "vespo"]
_FREE_TO_CHANGE = {
    "log_every", "report_to", "resume", "save_every", "keep", "items", "out", "threads",
    "eval_items", "eval_every", "goodhart", "keep_best", "stop_on_alarm", "vllm", "verl",
}  # fmt: skip
"""Fields that may differ when a run is resumed (items are compared by content instead)."""
SECTIONS = ("goodhart", "vllm", "verl")
"""Fields with parts of their own."""
_LATER = (
    "aggregation", "ratio", "zero_signal", "resample_tries", "data_curriculum", "curriculum_floor",
    "gradient_checkpointing", "thinking", "prefilled_think",
)  # fmt: skip
"""Fields that older runs do not know: in the identity only where they are not at their default, so
that such a run can still be resumed."""


class TrainConfig(BaseModel):
    """Everything one training run depends on.

    Raises:
        pydantic.ValidationError: an unknown key, a value out of range, or sizes that do not divide.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    profile: Literal["readme", "scripts", "nano"] = "readme"
    """Where unsaid values come from: the paper's README, its scripts, or the laboratory."""
    engine: Literal["trl", "verl"] = "trl"
    """`trl` trains in this process; `verl` starts jobs on Ray (`social_r1.integrations.verl`)."""
    model: str = "Qwen/Qwen3-4B"
    """Local folder or hub id of a causal language model with a chat template, or `nano`."""
    items: Path
    """JSONL file of training items."""
    split: str = "train"
    """Only items of this split are trained on; `any` takes every row."""
    eval_items: Path | None = None
    """JSONL file of items answered greedily along the way, for a truthful learning curve."""
    eval_every: int = Field(default=0, ge=0)
    """Steps between evaluations; 0 evaluates before the first and after the last step only."""
    out: Path
    """Run folder: manifest, metrics, rollouts, checkpoints, final model."""

    reward: str = "paper"
    """Named reward config or path of a YAML file."""
    content: str = "none"
    """Content scorer: `oracle` (items with an event log), `shipped`, `none`, or a folder."""
    prompt_style: PromptStyle = "sip"
    """`sip` explains the stages; `compact` is the bare question, for nano."""
    thinking: Annotated[Thinking, YamlWord] = "template"
    """The switch `enable_thinking` of templates that know it (Qwen3): as the template has it, on
    or off."""
    prefilled_think: Prefill = "template"
    """`template`: the prompt opens the thought where the chat template does so (it is noticed and
    put back before scoring). `add`: it always does."""

    steps: int = Field(default=600, ge=1, le=100_000)
    """Optimiser steps."""
    prompts_per_step: int = Field(default=64, ge=1)
    """Prompts in one generated batch."""
    group_size: int = Field(default=5, ge=2)
    """Completions of each prompt."""
    updates_per_batch: int = Field(default=1, ge=1)
    """Optimiser steps on each generated batch (batch / mini-batch of the paper)."""
    micro_batch_size: int = Field(default=16, ge=1)
    """Completions in one forward and backward pass."""
    lr: float = Field(default=5e-7, gt=0)
    """Learning rate, reached after `warmup` and then constant."""
    warmup: int = Field(default=0, ge=0)
    """Steps of linear warm-up."""
    max_grad_norm: float = Field(default=1.0, gt=0)
    """Gradients are scaled down to this norm."""
    beta: float = Field(default=0.04, ge=0)
    """KL coefficient (loss term, low-variance estimator); 0 needs no reference model."""
    loss_type: LossType = "dapo"
    """How token losses are averaged; see TRL."""
    ratio: Literal["token", "sequence"] = "token"
    """Whether the ratio of new to old policy is a token's or the whole completion's (GSPO)."""
    scale_rewards: Literal["group", "batch", "none"] = "group"
    """By whose standard deviation advantages are divided."""
    aggregation: Literal["sum_then_normalize", "normalize_then_sum"] = "sum_then_normalize"
    """`normalize_then_sum`: GDPO over the parts of the reward, without gates (`training.gdpo`)."""
    zero_signal: Literal["keep", "drop", "resample"] = "keep"
    """Groups whose outcomes are all equal: as they are, without advantage, or other items instead
    (`training.zero_signal`)."""
    resample_tries: int = Field(default=3, ge=1)
    """How often such a group is replaced, at most."""
    data_curriculum: Annotated[Literal["off", "pass_rate"], YamlWord] = "off"
    """`pass_rate`: items that are sometimes answered right come more often in the next epoch
    (`training.difficulty`)."""
    curriculum_floor: float = Field(default=0.1, gt=0, le=1)
    """Least weight of an item, where 1 is that of one answered right every second time."""
    stage_credit: float = Field(default=0.0, ge=0)
    """Weight w of each stage's own score on its own tokens (`training.credit`); 0: as published."""
    epsilon: float = Field(default=0.2, gt=0)
    """Lower clip of the ratio."""
    epsilon_high: float | None = Field(default=None, gt=0)
    """Upper clip; the lower one when not given."""
    temperature: float = Field(default=1.0, gt=0)
    """Sampling temperature."""
    max_completion_length: int = Field(default=3072, ge=1)
    """Tokens of a completion, at most."""
    lora_rank: int = Field(default=0, ge=0)
    """Rank of LoRA adapters on all linear layers; 0 trains every weight."""

    seed: int = Field(default=0, ge=0, lt=2**32)
    """Order of items, sampling and initialisation."""
    threads: int = Field(default=0, ge=0)
    """Torch threads; 0 leaves them alone. Bit-exact resume needs 1 on CPU."""
    precision: Literal["bf16", "fp32", "auto"] = "bf16"
    """Arithmetic of training passes; weights and optimiser stay fp32 on CPU either way. `auto`:
    bf16 on a GPU that has it, fp32 on a CPU."""
    weights: Literal["fp32", "bf16"] = "fp32"
    """Type of the weights themselves; bf16 halves the memory of large models."""
    gradient_checkpointing: Annotated[Literal["auto", "on", "off"], YamlWord] = "auto"
    """Compute activations anew in the backward pass; `auto`: from 500 million parameters on."""
    fast: bool = True
    """Shared-prefix sampling and scoring where the model allows it."""
    vllm: VllmConfig = VllmConfig()
    """Sampling by vLLM (engine trl)."""
    verl: dict[str, Any] = Field(default_factory=dict)
    """Cluster and sampler of engine verl: fields of `social_r1.integrations.verl.settings`."""
    save_every: int = Field(default=20, ge=1)
    """Steps between checkpoints."""
    keep: int = Field(default=2, ge=1)
    """Complete checkpoints kept."""
    log_every: int = Field(default=1, ge=1)
    """Steps between lines on a screen that is no terminal; metrics.jsonl has every step."""
    goodhart: GoodhartConfig = GoodhartConfig()
    """When the watch says that reward model and truth part; it never changes the training."""
    stop_on_alarm: int = Field(default=0, ge=0)
    """End the run after so many watched steps in a row with an alarm; 0 never does."""
    keep_best: bool = False
    """Keep the policy with the highest accuracy on `eval_items` in the folder `best`."""
    report_to: tuple[str, ...] = ()
    """Trackers of transformers: wandb, tensorboard, trackio, mlflow, ..."""
    resume: Resume = "auto"
    """`auto` goes on from the last complete checkpoint in `out`, if there is one."""

    @model_validator(mode="after")
    def _sizes_divide(self) -> TrainConfig:
        rows = self.prompts_per_step * self.group_size
        if rows % (self.micro_batch_size * self.updates_per_batch):
            raise ValueError(
                f"prompts_per_step {self.prompts_per_step} x group_size {self.group_size} = {rows} "
                f"is not divisible by micro_batch_size {self.micro_batch_size} x "
                f"updates_per_batch {self.updates_per_batch}; repair: choose micro_batch_size "
                f"among the divisors of {rows // self.updates_per_batch}"
            )
        if self.save_every % self.updates_per_batch:
            raise ValueError(
                f"save_every {self.save_every} falls inside a batch of {self.updates_per_batch} "
                "updates and could not be resumed exactly; repair: a multiple of updates_per_batch"
            )
        return self

    @model_validator(mode="after")
    def _options_agree(self) -> TrainConfig:
        if self.keep_best and self.eval_items is None:
            raise ValueError("keep_best has nothing to choose by; repair: give eval_items")
        if self.stop_on_alarm and not self.goodhart.enabled:
            raise ValueError("stop_on_alarm needs the watch; repair: goodhart={enabled: true}")
        if self.thinking == "off" and self.prefilled_think == "add":
            raise ValueError(
                "thinking off closes the thought that prefilled_think add opens; repair: only one"
            )
        return self

    @property
    def micro_batches(self) -> int:
        """Forward and backward passes per optimiser step."""
        rows = self.prompts_per_step * self.group_size
        return rows // (self.micro_batch_size * self.updates_per_batch)

    def fingerprint(self) -> str:
        """Hash of all that a resumed run must share with the run it goes on with."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()

    def identity(self) -> dict[str, Any]:
        """The fields in the fingerprint."""
        fields = self.model_dump(mode="json", exclude=_FREE_TO_CHANGE)
        known = type(self).model_fields
        return {k: v for k, v in fields.items() if k not in _LATER or v != known[k].default}


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> TrainConfig:
    """Read a training config.

    Args:
        path: YAML file of `TrainConfig` fields.
        overrides: ``key=value`` words, with a dot inside a section (``verl.nodes=2``); values are
            read as YAML.

    Raises:
        ConfigError: no such file, not YAML, a key that is unknown (the nearest one is named) or
            stands twice, a bad value.
    """
    fields = read_yaml(path)
    _check_keys(fields, str(path))
    for word in overrides:
        _set(fields, word, f"{path} with key=value words")
    return build_config(fields, place=str(path))


def build_config(fields: Mapping[str, Any], *, place: str = "config") -> TrainConfig:
    """Make a config of fields, those of the profile below them.

    Raises:
        ConfigError: an unknown key or profile, or a bad value.
    """
    _check_keys(fields, place)
    name = fields.get("profile", "readme")
    if name not in PROFILES:
        raise ConfigError(
            f"{place}: profile {name!r} is not known; repair: one of {', '.join(PROFILES)}"
        )
    try:
        return TrainConfig.model_validate(PROFILES[name] | dict(fields))
    except ValidationError as error:
        raise ConfigError(f"{place}: {explain(error, repair='mend these values')}") from error


def _set(fields: dict[str, Any], word: str, place: str) -> None:
    """Change one value, or one of a section."""
    path, found, text = word.partition("=")
    if not found:
        raise ConfigError(f"{word!r} is no override; repair: write key=value")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{word!r}: the value is not YAML; repair: quote it") from error
    key, dot, inside = path.strip().partition(".")
    _check_keys({key: value}, place)
    if not dot:
        fields[key] = value
        return
    section = fields.get(key, {})
    if key not in SECTIONS or not isinstance(section, dict) or "." in inside:
        own = "reward=FILE with constants of your own" if key == "reward" else f"{key}=VALUE"
        raise ConfigError(
            f"{word!r}: only {', '.join(SECTIONS)} have parts, one level of them; repair: {own}"
        )
    fields[key] = section | {inside: value}


def _check_keys(fields: Mapping[str, Any], place: str) -> None:
    known = list(TrainConfig.model_fields)
    unknown = [str(key) for key in fields if key not in known]
    if len(unknown) > max(2, len(fields) // 2):
        some = ", ".join(unknown[:3])
        raise ConfigError(
            f"{place}: {len(unknown)} of {len(fields)} keys are not known ({some}, ...), so it is "
            "no config of `train`; repair: one as in configs/, or `social-r1 doctor --config` for "
            "an engine's own"
        )
    for key in unknown:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
        raise ConfigError(f"{place}: unknown key {key!r}; repair: {hint}")
