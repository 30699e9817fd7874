"""Rule on the words: The option that the story names most seldom."""

from __future__ import annotations

from social_r1.audit.heuristics.most_mentioned import most_mentioned
from social_r1.audit.heuristics.reading import Reading


def least_mentioned(reading: Reading) -> list[float]:
    """The option that the story names most seldom, else whose words are the rarest in it."""
    return [-count for count in most_mentioned(reading)]
