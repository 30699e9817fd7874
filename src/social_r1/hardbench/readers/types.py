"""What the readers give."""

from __future__ import annotations

from typing import NamedTuple

from social_r1.hardbench.core.events import Log


class Case(NamedTuple):
    """A question about a story, as the oracles take it: ``Replay(log).value(chain, thing)``.

    Attributes:
        log: what happened to the thing asked about, and who could perceive it.
        chain: whose mind, the outer one first.
        thing: the thing asked about.
        form: ``belief``, ``reality`` or ``memory``.
    """

    log: Log
    chain: tuple[str, ...]
    thing: str
    form: str
