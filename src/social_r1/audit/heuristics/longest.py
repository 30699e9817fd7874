"""Rule on the words: The option with most characters."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading


def longest(reading: Reading) -> list[float]:
    """The option with most characters."""
    return [float(len(option)) for option in reading.item.options]
