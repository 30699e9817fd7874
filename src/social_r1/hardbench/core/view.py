"""The view operator: an event as one agent takes it to be (HARDBENCH 5.2).

It is an edge-conditioned event model in one line: an unnoticed lapse disappears from everybody
else's version of the event, an unseen watcher exists in his own version only.
"""

from __future__ import annotations

from collections.abc import Iterable

from social_r1.hardbench.core.events import Event


def aware(event: Event, agent: str) -> bool:
    """Whether the agent perceives the event: in (G minus D) or in P."""
    in_group = agent in event.group and agent not in event.inattentive
    return in_group or agent in event.covert


def view(event: Event, agent: str) -> Event | None:
    """The event as ``agent`` takes it to be, or None if he is unaware of it.

    >>> from social_r1.hardbench.core.events import Kind
    >>> e = Event(Kind.MOVE, "Cy", "key", "jar", group=frozenset({"Cy"}), covert=frozenset({"Di"}))
    >>> view(e, "Cy").covert                    # Cy does not know that Di watches
    frozenset()
    >>> view(e, "Ana") is None
    True
    """
    if not event.covert and not event.inattentive:
        return event if agent in event.group else None
    if not aware(event, agent):
        return None
    covert, inattentive = event.covert, event.inattentive
    if covert:
        seen = event.watch_noticed
        covert = frozenset([p for p in covert if p == agent or (p, agent) in seen])
    if inattentive:
        inattentive = frozenset([d for d in inattentive if (d, agent) in event.lapse_noticed])
    if (covert, inattentive) == (event.covert, event.inattentive):
        return event
    return Event(
        event.kind, event.actor, event.fluent, event.value, event.group, covert, inattentive,
        event.lapse_noticed, event.watch_noticed,
    )  # fmt: skip


def view_along(event: Event, chain: Iterable[str]) -> Event | None:
    """Fold `view` from the outer agent to the inner one; None as soon as somebody is unaware."""
    if not event.covert and not event.inattentive:
        return event if event.group.issuperset(chain) else None
    seen: Event | None = event
    for agent in chain:
        if seen is None:
            return None
        seen = view(seen, agent)
    return seen
