"""Rule on the words: The option that the story names most often."""

from __future__ import annotations

from statistics import fmean

from social_r1.audit.heuristics.reading import Reading, content


def most_mentioned(reading: Reading) -> list[float]:
    """The option that the story names most often, else whose words occur most often in it."""
    if reading.named > 1:
        return [float(len(found)) for found in reading.mentions]
    story = reading.story
    return [
        fmean(story.count(w) for w in content(o)) if content(o) else 0.0 for o in reading.options
    ]
