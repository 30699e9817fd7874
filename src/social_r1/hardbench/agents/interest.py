"""Whose interest a remark serves: white and self-serving lies (HARDBENCH 5.6, 6).

Two people have opposite stakes in a matter. What one of them says of it suits one of the two, and
he takes it to be so or not: a lie that suits the hearer spares him something, a lie that suits the
speaker wins him something.
"""

from __future__ import annotations

from enum import StrEnum


class Interest(StrEnum):
    """A cell: whether the speaker means what he says, and whom it suits."""

    WELCOME = "welcome"
    """Meant, and suits the hearer."""
    UNWELCOME = "unwelcome"
    """Meant, and suits the speaker."""
    WHITE = "white"
    """Not meant, and suits the hearer: a white lie."""
    SELFISH = "selfish"
    """Not meant, and suits the speaker: a self-serving lie."""


def interest(*, meant: bool, kind: bool) -> str:
    """The cell.

    Args:
        meant: whether the speaker takes to be so what he says.
        kind: whether it suits the hearer; else it suits the speaker.

    >>> interest(meant=False, kind=True)
    'white'
    """
    if meant:
        return (Interest.WELCOME if kind else Interest.UNWELCOME).value
    return (Interest.WHITE if kind else Interest.SELFISH).value
