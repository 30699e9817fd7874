"""Emotion as appraisal of believed states (HARDBENCH 5.5; the qualitative cells of OCC).

Only the four cells on which people hardly disagree are used: an outcome somebody stands to gain or
to lose by, which he takes to have come about or not. What he takes to be so is read from the
epistemic core; intensities and blends are not asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from social_r1.hardbench.core.events import Stake


class Feeling(StrEnum):
    """A cell of the appraisal."""

    PLEASED = "pleased"
    """Gains by it, takes it to have come about."""
    LET_DOWN = "let_down"
    """Would gain by it, takes it to have failed."""
    RELIEVED = "relieved"
    """Would lose by it, takes it to have failed."""
    DISMAYED = "dismayed"
    """Loses by it, takes it to have come about."""


def appraise(*, gains: bool, came: bool) -> Feeling:
    """The cell.

    Args:
        gains: whether the person gains if the outcome comes about (else he loses by it).
        came: whether he takes it to have come about.

    >>> appraise(gains=False, came=False).value
    'relieved'
    """
    if came:
        return Feeling.PLEASED if gains else Feeling.DISMAYED
    return Feeling.LET_DOWN if gains else Feeling.RELIEVED


def gains_by(stakes: Iterable[Stake], agent: str, fluent: str, outcome: str) -> bool | None:
    """Whether the agent gains by the outcome; None if he has nothing at stake.

    The fluent has two outcomes, so who stakes on the other one loses by this.
    """
    for stake in stakes:
        if (stake.agent, stake.fluent) == (agent, fluent):
            against = stake.value.startswith("not ")
            return (stake.value.removeprefix("not ") == outcome) ^ against
    return None


def feeling(stakes: Iterable[Stake], agent: str, fluent: str, believed: str) -> str | None:
    """How the agent feels who takes the fluent to be ``believed``; None without a stake.

    The labels speak of the favourable outcome (``came``): a status word is kept as ``+granted`` or
    ``-refused`` in scripts. On one that is neither (``~pending``) nobody is asked.
    """
    if believed[:1] not in ("+", "-"):
        return None
    wants = gains_by(stakes, agent, fluent, believed)
    if wants is None:
        return None
    came = believed.startswith("+")
    return appraise(gains=wants if came else not wants, came=came).value
