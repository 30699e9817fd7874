"""Scalar implicature: what a weak term comes to by what its speaker knows (HARDBENCH 5.6, 8).

Whoever says of two people that they do not both know it has said nothing false if neither does, but
lets the hearer conclude that one of them does: with the stronger term at hand ("neither"), nobody
would choose the weaker one. That holds only of a speaker who knows it himself; from anybody else
the remark carries nothing.
"""

from __future__ import annotations

from enum import StrEnum


class Scale(StrEnum):
    """A cell: what ``x and y do not both know it`` is worth."""

    FITTING = "fitting"
    """One of the two, as the speaker sees it: true, and so is what it suggests."""
    SHORT = "short"
    """Neither: true to the letter, but what it suggests is not so."""
    UNTRUE = "untrue"
    """Both: not even what it says is so."""
    BLIND = "blind"
    """Said by somebody who is wrong about the thing himself."""


def scale(*, knows: bool, count: int) -> str:
    """The cell.

    Args:
        knows: whether the speaker knows it himself.
        count: how many of the two do so, as he sees it.

    >>> scale(knows=True, count=0), scale(knows=False, count=0)
    ('short', 'blind')
    """
    if not knows:
        return Scale.BLIND.value
    return (Scale.SHORT, Scale.FITTING, Scale.UNTRUE)[count].value
