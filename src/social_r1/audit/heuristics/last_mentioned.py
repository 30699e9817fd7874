"""Rule on the words: The option that the story names last."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading


def last_mentioned(reading: Reading) -> list[float]:
    """The option that the story names last; if it names none or one, the last of their words."""
    if reading.named > 1:
        return [float(found[-1]) if found else -1.0 for found in reading.mentions]
    place = {word: i for i, word in enumerate(reading.story)}
    return [float(max((place.get(w, -1) for w in o), default=-1)) for o in reading.options]
