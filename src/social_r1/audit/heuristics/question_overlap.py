"""Rule on the words: The option with the greatest share of its words in the question."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading, share_in


def question_overlap(reading: Reading) -> list[float]:
    """The option with the greatest share of its words in the question."""
    return [share_in(option, reading.question) for option in reading.options]
