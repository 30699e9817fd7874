"""The four stages of Social Information Processing, in their order (paper section 4)."""

from __future__ import annotations

from enum import IntEnum


class Stage(IntEnum):
    """A SIP stage; stages compare by their place in the chain.

    >>> Stage.CUE_ENCODING < Stage.RESPONSE_GENERATION
    True
    >>> Stage.CUE_ENCODING.next
    <Stage.CUE_INTERPRETATION: 1>
    """

    CUE_ENCODING = 0
    CUE_INTERPRETATION = 1
    GOAL_CLARIFICATION = 2
    RESPONSE_GENERATION = 3

    @property
    def title(self) -> str:
        """The heading under which a trace shows the stage."""
        return self.name.replace("_", " ").title()

    @property
    def key(self) -> str:
        """The name used in records and metrics, e.g. ``cue_encoding``."""
        return self.name.lower()

    @property
    def next(self) -> Stage | None:
        """The stage that follows, or None after the last."""
        return Stage(self + 1) if self < Stage.RESPONSE_GENERATION else None
