"""Rule on the words: Always the same letter."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading


def position(reading: Reading, place: int) -> list[float]:
    """The option with this letter."""
    return [float(i == place) for i in range(len(reading.options))]
