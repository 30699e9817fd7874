"""GDPO, an additive variant of the reward (Liu et al., arXiv 2601.05242; off in every profile).

TRL normalises every reward function within its group by itself, adds the results up by their
weights and normalises once more over the batch (``normalize_then_sum``), so that a part with a
small spread is not drowned by one with a large spread. For this each part of the composite reward
becomes a function of its own:

    A = norm_batch( Σ_k w_k · norm_group(part_k) )

**TRL cannot gate.** The paper's reward is a product, R_fmt · (R_out + τ · process) · R_len; here
form and length are terms beside the others, and neither a wrong answer nor a broken form closes the
process terms. So this is another reward than the paper's, offered for comparison. The totals in
logs and rollouts stay those of the composite.

Weights are the curriculum's at the engine's own step (form and length have 1).
"""

from __future__ import annotations

from typing import Any

from social_r1.rewards.config import RewardConfig
from social_r1.rewards.curriculum import weights
from social_r1.rewards.types import RewardParts
from social_r1.training.rewards import SocialReward, progress_of

PARTS = ("format", "outcome", "structure", "content", "length")
"""Names of the functions; a process part or the length that is off has none."""


class PartReward:
    """One part of a composite reward as a TRL reward function with a name of its own. Picklable.

    All parts of a reward share it: the first that is asked about a batch scores it whole.
    """

    def __init__(self, shared: SocialReward, part: str) -> None:
        self.shared, self.part = shared, part
        self.__name__ = f"{shared.__name__}_{part}"

    def __call__(self, **batch: Any) -> list[float | None]:
        """The part of each completion; None where its grader failed."""
        self.shared.once(**batch)
        return [part_value(parts, self.part) for parts in self.shared.last]


def part_value(parts: RewardParts, name: str) -> float | None:
    """One part as a number that stands alone.

    A process term of a broken form was never graded; it is a fault of the model, hence 0.
    """
    if name == "length":
        return parts.window * parts.repetition
    value: float | None = getattr(parts, name)
    return 0.0 if value is None and not parts.format else value


def part_rewards(shared: SocialReward) -> list[PartReward]:
    """The functions of a reward, those of parts that are switched on."""
    config: RewardConfig | None = getattr(shared.reward, "config", None)
    off: set[str] = set()
    if config is not None:
        on = {n: getattr(config, n).enabled for n in ("structure", "content")}
        on["length"] = config.efficiency.enabled
        off = {name for name, there in on.items() if not there}
    return [PartReward(shared, name) for name in PARTS if name not in off]


def part_weights(functions: list[PartReward], trainer_state: Any) -> list[float]:
    """Weights of the functions at the engine's step; all 1 without a config."""
    config: RewardConfig | None = getattr(functions[0].shared.reward, "config", None)
    if config is None:
        return [1.0] * len(functions)
    planned = weights(config, progress_of(trainer_state), right=True)
    process = {name: getattr(planned, name) for name in ("outcome", "structure", "content")}
    return [process.get(function.part, 1.0) for function in functions]
