"""Rule on the words: The option with the kindest words."""

from __future__ import annotations

from collections.abc import Sequence

from social_r1.audit.heuristics.reading import Reading, negations
from social_r1.audit.text import words

POSITIVE = frozenset(
    words(
        "happy glad joy joyful delight delighted pleased proud pride relief relieved grateful "
        "thankful love loves like likes good great nice kind help helps helping support better "
        "best hope hopeful excited calm thrilled enjoy enjoys friend friendly praise comfort "
        "thanks honest encourage improve success trust"
    )
)
NEGATIVE = frozenset(
    words(
        "sad angry anger upset afraid fear scared bad worse worst hate hates hurt guilt guilty "
        "shame ashamed embarrassed embarrassment annoyed disappointed disappointment jealous "
        "lonely worried nervous anxious disgust disgusted lie lies lying fail fails failed "
        "problem trouble rude blame regret cry cries pain wrong boring hopeless dislike "
        "dislikes"
    )
)


def positive(reading: Reading) -> list[float]:
    """The option with the kindest words."""
    return [sentiment(option) for option in reading.options]


def sentiment(text: Sequence[str]) -> float:
    """Kind words less unkind ones; negations turn the sign."""
    raw = sum(w in POSITIVE for w in text) - sum(w in NEGATIVE for w in text)
    return float(-raw if negations(text) % 2 else raw)
