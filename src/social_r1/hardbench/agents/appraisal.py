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


class Turn(StrEnum):
    """What news do to somebody's spirits."""

    LIFTED = "lifted"
    DASHED = "dashed"
    STILL_GOOD = "still_good"
    STILL_LOW = "still_low"


GOOD = (Feeling.PLEASED.value, Feeling.RELIEVED.value)
"""Feelings of somebody for whom it came out well."""


def turn(before: str, after: str) -> str:
    """What becomes of the spirits of somebody who felt ``before`` and then feels ``after``.

    >>> turn("dismayed", "relieved")
    'lifted'
    """
    if (before in GOOD) == (after in GOOD):
        return (Turn.STILL_GOOD if after in GOOD else Turn.STILL_LOW).value
    return (Turn.LIFTED if after in GOOD else Turn.DASHED).value


class Mixed(StrEnum):
    """What one feels for two people one is equally fond of (OCC: fortunes of others)."""

    GLAD_GLAD = "glad_glad"
    GLAD_SORRY = "glad_sorry"
    SORRY_GLAD = "sorry_glad"
    SORRY_SORRY = "sorry_sorry"


def mixed(*, first: bool, second: bool) -> str:
    """The feeling for the two, of whom each is taken to have won (True) or lost.

    >>> mixed(first=True, second=False)
    'glad_sorry'
    """
    return "_".join("glad" if won else "sorry" for won in (first, second))


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
