"""Speech acts by second-order belief (HARDBENCH 5.6): the same words as news, consent, lie or joke.

Speaker s says p to h. B is whether s takes p to be so, C whether s takes h to take it to be so.
How things really are plays no part: what one does by saying something is settled in one's own
picture of the other's mind.
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
    """Not B, and the hearer does not know better, whether he takes p or another thing to be so."""
    JOKE = "joke"
    """Not B: as the speaker sees it both know better, and both know that of each other."""


def speech_act(said: str, belief: str, hearer: str, mutual: str) -> str | None:
    """The act, or None where the cell is contested.

    Who says what he does not believe lies to whoever knows no better: be it that the hearer holds
    it already and is kept in a mistake, or that he holds yet another thing and is led out of one
    mistake into the next. Both are meant to be believed. That hearers would see through it takes
    more than their not believing it yet: a joke needs all three to be the same, what the speaker
    takes to be so, what he takes the hearer to take to be so, and what that one takes him to. Where
    the hearer knows better, but is not taken to know it of the speaker, it may be a joke or a lie
    tried in vain: contested, never asked.

    Args:
        said: what the words say, p.
        belief: what the speaker takes to be so.
        hearer: what he takes the hearer to take to be so.
        mutual: what he thinks the hearer takes him to take to be so.

    >>> speech_act("yes", belief="no", hearer="no", mutual="no")
    'joke'
    >>> speech_act("yes", belief="no", hearer="open", mutual="yes")
    'lie'
    >>> speech_act("yes", belief="no", hearer="no", mutual="yes") is None
    True
    """
    if belief == said:
        return (Speech.AGREE if hearer == said else Speech.INFORM).value
    if hearer != belief:
        return Speech.LIE.value
    return Speech.JOKE.value if mutual == belief else None
