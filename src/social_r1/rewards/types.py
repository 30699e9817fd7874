"""Records and protocols of the reward room. Scores stay apart from weights; missing is a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from social_r1.items import SocialItem


class Weights(NamedTuple):
    """Weights in force at one moment of the run."""

    outcome: float
    structure: float
    content: float
    gate: float
    """tau: multiplies the process terms."""
    format: float = 0.0
    """Bonus for form alone; not 0 in ``outcome_only`` (R_out + R_fmt)."""


class RewardParts(NamedTuple):
    """Every part of one reward, raw, with the weights that made the total (METHOD section 3).

    ``None`` marks a part that is missing: its grader failed or was not asked.
    """

    format: float
    outcome: float
    structure: float | None
    """S in [0, 1]."""
    content_score: float | None
    """s, the standardised raw score of the content reward model."""
    content: float | None
    """C = max(0, s + 2) ** 1.2."""
    window: float
    """G(L)."""
    repetition: float
    """Q(r)."""
    length: int
    """L, characters of the thought."""
    weights: Weights
    total: float


class ContentScorer(Protocol):
    """What the content reward needs: standardised scores s for whole thoughts.

    Fulfilled by the hard benchmark's oracle and by reward models of the preference room.
    Must be picklable.
    """

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """One score per thought, about standard normal; None where it could not be scored."""
        ...


class StructureScorer(Protocol):
    """S in [0, 1] for whole thoughts; sees neither the gold nor the truth of option letters."""

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """One score per thought; None where it could not be scored."""
        ...
