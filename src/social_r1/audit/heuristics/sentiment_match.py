"""Rule on the words: The kindest option after a kind story, the unkindest after an unkind one."""

from __future__ import annotations

from social_r1.audit.heuristics.positive import sentiment
from social_r1.audit.heuristics.reading import Reading


def sentiment_match(reading: Reading) -> list[float]:
    """The kindest option if the story has more kind words than unkind ones, else the unkindest."""
    mood = sentiment(reading.story)
    sign = (mood > 0) - (mood < 0)
    return [sign * sentiment(option) for option in reading.options]
