"""Rule on the words: The option with most hedges."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading
from social_r1.audit.text import words

HEDGES = frozenset(
    words(
        "may might maybe perhaps possibly probably seems seem could likely sometimes somewhat "
        "rather unclear unsure uncertain either both"
    )
)


def hedged(reading: Reading) -> list[float]:
    """The option with most hedges (may, perhaps, probably, ...)."""
    return [float(sum(word in HEDGES for word in option)) for option in reading.options]
