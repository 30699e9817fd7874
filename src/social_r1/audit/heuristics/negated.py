"""Rule on the words: The option with a negation."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading, negations


def negated(reading: Reading) -> list[float]:
    """The option with a negation."""
    return [float(negations(option) > 0) for option in reading.options]
