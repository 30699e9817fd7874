"""Named settings of the RL algorithm (paper section 4): two of the paper, one of the laboratory.

The two profiles of the paper disagree with each other; both are kept. How token losses are averaged
and how advantages are normalised is said in every profile, because TRL's own defaults differ.
"""

from __future__ import annotations

from typing import Any

_ADVANTAGES = {"scale_rewards": "group", "aggregation": "sum_then_normalize", "ratio": "token"}
"""GRPO's: the composite reward, centred and divided by its deviation within the group."""

PROFILES: dict[str, dict[str, Any]] = {
    # Paper section 4, README and model card: the default.
    "readme": {
        "group_size": 5, "lr": 5e-7, "beta": 0.04, "steps": 600, "prompts_per_step": 64,
        "updates_per_batch": 4, "loss_type": "bnpo", "max_completion_length": 3072, **_ADVANTAGES,
    },
    # Paper section 4, the released scripts.
    "scripts": {
        "group_size": 5, "lr": 1e-6, "beta": 0.001, "steps": 300, "prompts_per_step": 64,
        "updates_per_batch": 4, "loss_type": "bnpo", "max_completion_length": 3072, **_ADVANTAGES,
    },
    # The embedded model on a laptop: no reference model, one update per batch.
    "nano": {
        "group_size": 8, "lr": 3e-4, "beta": 0.0, "steps": 50, "prompts_per_step": 32,
        "updates_per_batch": 1, "loss_type": "dapo", "max_completion_length": 448,
        "epsilon_high": 0.28, "micro_batch_size": 64, "prompt_style": "compact",
        "reward": "nano", "model": "nano", "save_every": 10, **_ADVANTAGES,
    },
}  # fmt: skip
"""Every key is a field of `TrainConfig`."""
