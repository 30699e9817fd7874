"""Rule on the words: The option with the greatest share of its words in the last two sentences."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading, share_in
from social_r1.audit.text import sentences, words


def tail_overlap(reading: Reading) -> list[float]:
    """The option with the greatest share of its words in the last two sentences."""
    tail = words(" ".join(sentences(reading.item.story)[-2:]))
    return [share_in(option, tail) for option in reading.options]
