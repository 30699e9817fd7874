"""The HTTP protocol of uvicorn, with an end to its patience for headers that do not arrive."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class Patient(H11Protocol):
    """Hangs up on a connection that has said nothing complete for ``seconds``."""

    seconds = 10.0
    waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop to wait where a request has begun; its body is the application's care."""
        super().data_received(data)
        if not self._busy():
            self._wait()
        elif self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop to wait."""
        if self.waiting is not None:
            self.waiting.cancel()
        super().connection_lost(exc)

    def _busy(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        if self.waiting is None:
            self.waiting = self.loop.call_later(self.seconds, self._give_up)

    def _give_up(self) -> None:
        self.waiting = None
        if not self._busy() and not self.transport.is_closing():
            self.transport.close()


def patient(seconds: float) -> type[Patient]:
    """The protocol with this much patience."""
    return type("Patient", (Patient,), {"seconds": seconds})
