"""Efficiency reward R_len = G(L) · Q(r): information density of the thought (paper section 3).

G is a soft window on the thought's length, Q a penalty for repeating oneself. Both lie in (0, 1].
"""

from __future__ import annotations

import math

import numpy as np

from social_r1.rewards.config import EfficiencyConfig


def window(length: float, config: EfficiencyConfig) -> float:
    """G(L) = sigmoid((L - low) / low_width) · sigmoid((high - L) / high_width).

    Args:
        length: L, characters of the thought.
        config: centres and widths; the paper's are 400/50 and 3000/50.

    >>> round(window(500, EfficiencyConfig()), 6)
    0.880797
    """
    rising = _sigmoid((length - config.low) / config.low_width)
    return rising * _sigmoid((config.high - length) / config.high_width)


def repeated_share(thought: str, n: int = 16) -> float:
    """R = (total - distinct) / total over character n-grams; 0 when the text is shorter than n.

    >>> repeated_share("a" * 20)
    0.8
    """
    total = len(thought) - n + 1
    if total <= 0:
        return 0.0
    width = 1 if thought.isascii() else 4
    text = thought.encode("ascii" if width == 1 else "utf-32-le", "surrogatepass")
    # Overlapping windows of n characters; twice as fast as slices of the text.
    grams = np.ndarray(total, f"V{n * width}", text, strides=(width,))
    return (total - len(set(grams.tolist()))) / total


def repetition(share: float, config: EfficiencyConfig) -> float:
    """Q(r) = 1 if r ≤ free, else exp(-rate · (r - free)); the paper has free 0.1, rate 8.

    >>> round(repetition(0.2, EfficiencyConfig()), 4)
    0.4493
    """
    return (
        1.0 if share <= config.free_share else math.exp(-config.rate * (share - config.free_share))
    )


def _sigmoid(x: float) -> float:
    """1 / (1 + e^-x), without overflow at either end."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    grown = math.exp(x)
    return grown / (1.0 + grown)
