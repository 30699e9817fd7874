"""Stage credit: each SIP stage's own score goes to its own tokens (ours; NANO, "And RL on hard").

The paper gives every token of a completion the same advantage A. Here a token of stage j gets

    A + w · ( z_j + ½ · Σ_{k > j} z_k )

with z_k the score of stage k, centred and scaled within the group of completions of one prompt: a
wrong belief is held against the interpretation in full, against the cues it rests on by half, and
not at all against the answer that follows. With w = 0 this is GRPO as published.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from social_r1.items import SocialItem
from social_r1.trajectory import Stage, parse

if TYPE_CHECKING:
    from torch import Tensor

StageScores = tuple[float | None, ...]
"""One score per stage in [0, 1], in the order of `Stage`; None where there is none."""


class StageScorer(Protocol):
    """Scores the stages of a thought apart; fulfilled by the hard benchmark's oracle."""

    def stages(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[StageScores]:
        """Scores of the first three stages; the last one's is the outcome."""
        ...


def stage_advantages(scores: Sequence[StageScores], group: int) -> Tensor:
    """Advantage of each completion's stages, shape (completions, stages).

    Entry j is z_j + ½ · Σ_{k > j} z_k. A missing score is left out of its group and gets z = 0.

    >>> values = stage_advantages([(1.0, 0.0, None, 1.0), (0.0, 1.0, None, 1.0)], group=2)
    >>> [round(x, 2) for x in values[0].tolist()]
    [0.35, -0.71, 0.0, 0.0]
    """
    import torch

    nan = float("nan")
    raw = torch.tensor([[nan if x is None else x for x in row] for row in scores])
    raw = raw.view(-1, group, raw.shape[1])
    z = raw - raw.nanmean(1, keepdim=True)
    there = ~z.isnan()
    z = z.nan_to_num(0.0)
    freedom = (there.sum(1, keepdim=True) - 1).clamp(min=1)
    z = z / ((z.square().sum(1, keepdim=True) / freedom).sqrt() + 1e-4)
    z = z.flatten(0, 1)
    later = z.flip(1).cumsum(1).flip(1) - z
    return z + 0.5 * later


class TokenStages:
    """Finds the stage of every token of a completion.

    Tokens are matched with the text by counting characters other than white space, which decoding
    a token alone and decoding all of them agree on.

    Args:
        tokenizer: Of the policy.
        opening: What the prompt has written of each completion, such as an open think tag.
    """

    def __init__(self, tokenizer: Any, opening: str = "") -> None:
        self.tokenizer = tokenizer
        self.opening = opening
        self._length: dict[int, int] = {}

    def __call__(self, ids: Sequence[int], item: SocialItem) -> list[int]:
        """Index into `Stage` for each token; -1 throughout where no stage can be told.

        What stands before the first stage counts as the first, the answer tag as the last.
        """
        text = self.opening + self.tokenizer.decode(list(ids), skip_special_tokens=False)
        trajectory = parse(text, item)
        spans = trajectory.stages
        if not spans:
            return [-1] * len(ids)
        begin = text.find(trajectory.thought)
        starts = [_solid(text[: begin + span.start]) for span in spans]
        order = list(Stage)
        found: list[int] = []
        before = _solid(self.opening)
        at, span = before, 0
        for token in ids:
            while span + 1 < len(spans) and at >= starts[span + 1]:
                span += 1
            found.append(order.index(spans[span].stage))
            at += self._solid_length(token)
        end = _solid(text[: begin + len(trajectory.thought)])
        at = before
        for place, token in enumerate(ids):
            if at >= end:
                found[place] = len(order) - 1
            at += self._solid_length(token)
        return found

    def _solid_length(self, token: int) -> int:
        if token not in self._length:
            text = self.tokenizer.decode([token], skip_special_tokens=False)
            self._length[token] = _solid(text)
        return self._length[token]


def token_advantages(
    advantages: Tensor, stage_values: Tensor, stages: Sequence[Sequence[int]], weight: float
) -> Tensor:
    """Spread advantages over tokens.

    Args:
        advantages: A, shape (completions,).
        stage_values: from `stage_advantages`, shape (completions, stages).
        stages: stage of each token of each completion, -1 for none.
        weight: w.

    Returns:
        Shape (completions, longest completion).
    """
    import torch

    width = max(map(len, stages))
    spread = advantages[:, None].expand(-1, width).clone()
    for row, found in enumerate(stages):
        places = torch.tensor(found, dtype=torch.long)
        known = places >= 0
        values = stage_values[row].to(spread)[places.clamp(min=0).to(spread.device)]
        spread[row, : len(found)] += weight * values * known.to(spread)
    return spread


def _solid(text: str) -> int:
    """Characters other than white space."""
    return sum(map(len, text.split()))
