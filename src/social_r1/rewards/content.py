"""Content reward C, from the standardised score s of a content reward model (paper section 3).

The constants +2 and 1.2 presuppose the scale of the authors' unreleased model. Here s is expected
to be standardised on held-out thoughts, and is clipped to [-3, 3] before it is transformed. A model
that fails gives None: *missing*, never s = 0, which would be a present of C = 2.30.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from social_r1.items import SocialItem
from social_r1.rewards.config import ContentConfig


def clip_score(s: float | None, config: ContentConfig) -> float | None:
    """Return s clipped to ±``config.clip``; None stays None, and NaN or infinity becomes None."""
    if s is None or not math.isfinite(s):
        return None
    return max(-config.clip, min(config.clip, float(s)))


def transform(s: float, config: ContentConfig) -> float:
    """C = max(0, s + shift) ** exponent; the paper has shift 2, exponent 1.2.

    >>> round(transform(0.0, ContentConfig()), 4)
    2.2974
    """
    return max(0.0, s + config.shift) ** config.exponent


@dataclass(frozen=True, slots=True)
class NoContent:
    """The `ContentScorer` of a run without a content model: every score is missing."""

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        """None for every thought."""
        return [None] * len(thoughts)
