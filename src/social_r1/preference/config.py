"""`RewardModelConfig`: everything one training of the content reward model depends on.

Example: ``load_config("configs/rm_nano.yaml", {"pairs": "pairs.jsonl", "out": "outputs/rm"})``
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from social_r1.errors import ConfigError
from social_r1.preference.checkpoints import Resume
from social_r1.records import explain
from social_r1.yaml_file import read_yaml

HeadKind = Literal["scalar", "likelihood"]


OWN_KEYS = frozenset({"backbone", "head", "batch_prompts", "most_thoughts"})
"""Keys by which a file is known as a config of `rm train`."""
_FREE_TO_CHANGE = {"pairs", "out", "threads", "save_every", "keep", "resume"}
"""Fields that may differ when a run is resumed (pairs are compared by content instead)."""


class RewardModelConfig(BaseModel):
    """One training of the reward model.

    Raises:
        pydantic.ValidationError: an unknown key or a value out of range.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    pairs: Path
    """JSONL file of pairs, with splits `train` and `val`."""
    backbone: str
    """Local folder or hub id of a causal language model with a chat template."""
    out: Path
    """Run folder; the reward model is its subfolder `model`."""
    head: HeadKind = "scalar"
    """`scalar`: a linear head on the last token (the paper's form). `likelihood`: the backbone's
    own output layer; the score is how little the thought surprises it."""
    epochs: float = Field(default=1.0, gt=0, le=1000)
    """Passes over the training pairs."""
    max_steps: int = Field(default=-1, ge=-1, le=1_000_000)
    """Optimiser steps; -1 leaves it to `epochs`."""
    batch_prompts: int = Field(default=8, ge=1)
    """Prompts in one forward and backward pass, each with all its thoughts in the file."""
    accumulate: int = Field(default=1, ge=1)
    """Passes in one optimiser step."""
    most_thoughts: int = Field(default=8, ge=2)
    """Thoughts about one prompt in one pass, at most; more go into another."""
    lr: float = Field(default=1e-4, gt=0)
    """Peak learning rate."""
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    """How the learning rate falls."""
    warmup: int = Field(default=10, ge=0)
    """Steps of linear warm-up."""
    weight_decay: float = Field(default=0.0, ge=0)
    """AdamW's."""
    gold_weight: float = Field(default=0.0, ge=0)
    """Weight of the token likelihood of the better thought, beside the pair loss."""
    center: float = Field(default=0.0, ge=0)
    """TRL's `center_rewards_coefficient`: keeps scores near zero (scalar head)."""
    use_margin: bool = False
    """Ask for a gap of the pair's margin, where it has one."""
    max_length: int = Field(default=2048, ge=8)
    """Tokens of prompt and thought; a longer pair is an error, never silently dropped."""
    lora_rank: int = Field(default=0, ge=0)
    """Rank of LoRA adapters on all linear layers (merged when saved); 0 trains every weight."""
    precision: Literal["bf16", "fp32"] = "bf16"
    """Arithmetic of training passes."""
    weights: Literal["fp32", "bf16"] = "fp32"
    """Type of the weights, whatever the backbone was saved in; bf16 halves the memory beside
    LoRA, and loses small updates without it (`precision`)."""
    seed: int = Field(default=0, ge=0, lt=2**32)
    """Order of pairs and initialisation of the head."""
    threads: int = Field(default=0, ge=0)
    """Torch threads; 0 leaves them alone. On a CPU a run resumes to the same bits under the same
    number of them."""
    save_every: int = Field(default=40, ge=1)
    """Steps between checkpoints, which go when the run has ended."""
    keep: int = Field(default=1, ge=1)
    """Complete checkpoints kept."""
    resume: Resume = "auto"
    """`auto` goes on from the last complete checkpoint in `out`, if there is one."""

    def identity(self) -> dict[str, Any]:
        """The fields that a resumed run must share with its beginning."""
        return self.model_dump(mode="json", exclude=_FREE_TO_CHANGE)


def load_config(path: str | Path | None, overrides: Mapping[str, Any]) -> RewardModelConfig:
    """Fields of a YAML file (if any), with overrides on top.

    Raises:
        ConfigError: no such file, not YAML, an unknown key, a missing or bad value.
    """
    place = str(path) if path else "rm train"
    fields = (read_yaml(path) if path else {}) | dict(overrides)
    try:
        return RewardModelConfig.model_validate(fields)
    except ValidationError as error:
        raise ConfigError(f"{place}: {explain(error, repair='mend these values')}") from error
