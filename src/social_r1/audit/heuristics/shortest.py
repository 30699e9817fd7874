"""Rule on the words: The option with fewest characters."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading


def shortest(reading: Reading) -> list[float]:
    """The option with fewest characters."""
    return [-float(len(option)) for option in reading.item.options]
