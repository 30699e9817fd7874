"""Speech acts by second-order belief (HARDBENCH 5.6): the same words as news, consent, lie or joke.

Speaker s says p to h. B is whether s takes p to be so, C whether s takes h to take it to be so, CG
whether s thinks that h thinks that s takes it to be so. How things really are plays no part: what
one does by saying something is settled in one's own picture of the other's mind.
"""

from __future__ import annotations

from enum import StrEnum


class Speech(StrEnum):
    """What the speaker does by saying p."""

    INFORM = "inform"
    """B, not C: tells the hearer something new."""
    AGREE = "agree"
    """B and C: says what, as the speaker sees it, both take to be so."""
    LIE = "lie"
    """C without B: keeps the hearer in what the speaker takes to be a mistake."""
    JOKE = "joke"
    """Neither B nor C nor CG: as the speaker sees it both know that both know better."""


def speech_act(*, belief: bool, hearer: bool, mutual: bool) -> str | None:
    """The act, or None where the cell is contested.

    A speaker who takes p to be false and the hearer to know so, but not to know that the speaker
    knows, may joke or try a lie in vain: contested, never asked.

    >>> speech_act(belief=False, hearer=False, mutual=False)
    'joke'
    >>> speech_act(belief=False, hearer=False, mutual=True) is None
    True
    """
    if belief:
        return (Speech.AGREE if hearer else Speech.INFORM).value
    if hearer:
        return Speech.LIE.value
    return None if mutual else Speech.JOKE.value
