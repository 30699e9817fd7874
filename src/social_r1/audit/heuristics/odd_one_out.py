"""Rule on the words: The option that is least like the others."""

from __future__ import annotations

from social_r1.audit.heuristics.centroid import centroid
from social_r1.audit.heuristics.reading import Reading


def odd_one_out(reading: Reading) -> list[float]:
    """The option that is least like the others (mean Jaccard index of words)."""
    return [-likeness for likeness in centroid(reading)]
