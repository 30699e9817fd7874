"""Rule on the words: The option with the greatest share of its words in the story."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading, share_in


def overlap_max(reading: Reading) -> list[float]:
    """The option with the greatest share of its words in the story."""
    return [share_in(option, reading.story) for option in reading.options]
