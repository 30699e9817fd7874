"""Where somebody's knowledge comes from (HARDBENCH 5.7): a source chain, not only a true belief."""

from __future__ import annotations

from enum import StrEnum
from itertools import takewhile

from social_r1.hardbench.core.events import Event, Kind, Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.core.view import view_along


class Source(StrEnum):
    """How somebody came to know."""

    SEEN = "seen"
    """Openly, as one of those there."""
    SPIED = "spied"
    """By watching, looking or listening unseen."""
    TOLD = "told"
    """From somebody's word."""
    IGNORANT = "ignorant"
    """Not at all: takes something else to be so, or has no idea."""


def source(log: Log, chain: tuple[str, ...], thing: str, *, truth: str, held: str) -> str | None:
    """How the last of the chain came to know, as those before him see it.

    Args:
        log: the story.
        chain: whose knowledge; the last is asked about, the others look on.
        thing: the fluent.
        truth: its value along the chain without the last.
        held: its value along the chain.

    Returns:
        A `Source`, or None where the knowledge came by inference alone (a routine foretold), from
        a note by nobody, or more than once and in different ways.
    """
    if held != truth:
        return Source.IGNORANT.value
    updates = Replay(log).updates(chain, thing)
    if not updates:
        return None
    same = takewhile(lambda u: u[1] == held, reversed(updates))
    ways = {arrival(log, chain, index) for index, _ in same}
    return ways.pop() if len(ways) == 1 else None


def arrival(log: Log, chain: tuple[str, ...], index: int) -> str | None:
    """How an event came to the last of the chain, as those before him see it; None as in `source`.

    The event must be one that reaches him; of any other this is what it would look like.
    """
    event = log.events[index]
    return _kind(view_along(event, chain[:-1]) or event, chain[-1])


def _kind(event: Event, who: str) -> str | None:
    covert = who in event.covert
    if event.kind is Kind.MOVE and event.actor is None and covert:
        return None  # foretold
    if event.kind is Kind.TELL and event.actor is None:
        return None  # a note
    alone = event.kind is Kind.LOOK and set(event.group) == {who}
    if covert or alone:
        return Source.SPIED.value
    return (Source.TOLD if event.kind is Kind.TELL else Source.SEEN).value
