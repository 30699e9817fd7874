"""Rule on the words: The option that is most like the others."""

from __future__ import annotations

from statistics import fmean

from social_r1.audit.heuristics.reading import Reading


def centroid(reading: Reading) -> list[float]:
    """The option that is most like the others (mean Jaccard index of words)."""
    sets = [set(option) for option in reading.options]
    return [fmean(_jaccard(a, b) for j, b in enumerate(sets) if i != j) for i, a in enumerate(sets)]


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / max(1, len(a | b))
