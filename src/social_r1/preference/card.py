"""The model card of a trained reward model: what it is, what it has seen, how far it was right.

card(config, backbone_name, result, train_pairs)   # Markdown for README.md beside the weights
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from social_r1.preference.config import RewardModelConfig
from social_r1.preference.types import Pair
from social_r1.stats import Interval

if TYPE_CHECKING:
    from social_r1.preference.train_rm import RewardModelResult

HEADS = {
    "scalar": "a linear head on the last token",
    "likelihood": "the backbone's output layer: how little a thought surprises it",
}
LIMITS = """\
- It has learned the register and the form of thought of its pairs. What it says of others is
  unknown until `social-r1 rm eval` has compared it on them.
- Held-out pairs are like the training pairs. Twin swaps prove reading of the story; on the others
  `social-r1 pairs audit` says how much can be had without it.
- A score of reasoning about made-up people is no judgement of anybody."""


def card(
    config: RewardModelConfig, backbone: str, result: RewardModelResult, train: Sequence[Pair]
) -> str:
    """The card as Markdown.

    Args:
        config: of the training.
        backbone: its name, without the folders of one machine.
        result: what came of it.
        train: the pairs that it could learn from; short trainings see part of them.
    """
    found = result.accuracy
    sources = Counter(p.source for p in train)
    codes = Counter(p.code.value for p in train)
    tuned = f"LoRA of rank {config.lora_rank}, merged" if config.lora_rank else "every weight"
    return "\n".join(
        (
            "# Content reward model",
            "",
            "Made by `social-r1 rm train`; scores a thought about a story and its question, higher "
            "is better.",
            "",
            f"- **Backbone:** {backbone}; {tuned} trained, saved as safetensors.",
            f"- **Head:** `{config.head}`, {HEADS[config.head]}.",
            f"- **Training:** {result.steps} steps of TRL's `RewardTrainer` (Bradley-Terry), "
            f"learning rate {config.lr:g}, seed {config.seed}, {result.seconds:.0f} s; every value "
            "in `manifest.json` of the run.",
            f"- **Pairs:** {result.train_pairs} to learn from ({_counts(sources)}; by code: "
            f"{_counts(codes)}), {result.val_pairs} held out.",
            "- **Scale:** s = (r - mean) / deviation; of the scores r of held-out thoughts the "
            f"mean is {result.mean:.4f} and the deviation {result.std:.4f}.",
            "",
            "## Held-out pairs in which the better thought scores higher",
            "",
            "| pairs | n | accuracy [95 %] |",
            "|---|---|---|",
            _row("all", found.all),
            *_rows("", found.stage),
            *_rows("", found.code),
            *_rows("source ", found.source),
            *_rows("the better is ", found.length),
            "",
            "## Limits",
            "",
            LIMITS,
            "",
        )
    )


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(found.items()))


def _rows(before: str, found: Mapping[str, Interval]) -> list[str]:
    return [_row(f"{before}{name}", share) for name, share in found.items()]


def _row(name: str, share: Interval) -> str:
    return f"| {name} | {share.n} | {share.value:.3f} [{share.low:.3f}, {share.high:.3f}] |"
