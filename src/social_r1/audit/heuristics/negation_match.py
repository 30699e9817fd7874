"""Rule on the words: The option that is negated if the question is, and not if it is not."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading, negations


def negation_match(reading: Reading) -> list[float]:
    """The option that is negated if the question is, and not if it is not."""
    asked = negations(reading.question) > 0
    return [float((negations(option) > 0) == asked) for option in reading.options]
