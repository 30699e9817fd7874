"""Conscience: what one did, and what one takes the other to make of it (HARDBENCH 5.5).

Somebody promised to leave a thing alone. Whether he kept his word is a fact of the story; whether
he must expect to be asked about it hangs on what he takes the other to take to be so.
"""

from __future__ import annotations

from enum import StrEnum


class Conscience(StrEnum):
    """A cell: whether the promise was kept, and whether the other is taken to see a change."""

    ASHAMED = "ashamed"
    """Broke it, takes the other to have noticed that something changed."""
    UNEASY = "uneasy"
    """Broke it, takes the other to think that nothing changed."""
    ACCUSED = "accused"
    """Kept it, takes the other to have noticed a change: expects to be asked."""
    CALM = "calm"
    """Kept it, takes the other to think that nothing changed."""


def conscience(*, broke: bool, noticed: bool) -> str:
    """The cell.

    >>> conscience(broke=False, noticed=True)
    'accused'
    """
    if broke:
        return (Conscience.ASHAMED if noticed else Conscience.UNEASY).value
    return (Conscience.ACCUSED if noticed else Conscience.CALM).value
