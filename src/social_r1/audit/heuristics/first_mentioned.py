"""Rule on the words: The option that the story names first."""

from __future__ import annotations

from social_r1.audit.heuristics.reading import Reading, content


def first_mentioned(reading: Reading) -> list[float]:
    """The option that the story names first; if it names none or one, the first of their words."""
    if reading.named > 1:
        return [-float(found[0]) if found else -1e9 for found in reading.mentions]
    place = {word: i for i, word in reversed(list(enumerate(reading.story)))}
    return [-float(min((place.get(w, 10**9) for w in content(o)), default=10**9))
            for o in reading.options]  # fmt: skip
