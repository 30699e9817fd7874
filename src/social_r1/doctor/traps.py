"""What the libraries under us do that one does not expect, and who minds it (``traps.yaml``)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

GUARDS = ("doctor", "code", "you")


class Trap(NamedTuple):
    """One of them."""

    library: str
    trap: str
    guard: str
    """``doctor``: a row says so; ``code``: ours does it right or refuses; ``you``: nobody else."""
    where: str
    """The row's words, the module of ours, or what to do."""


@lru_cache(maxsize=1)
def traps() -> tuple[Trap, ...]:
    """All that are known, in the order of the table."""
    text = (files("social_r1.doctor") / "traps.yaml").read_text(encoding="utf-8")
    return tuple(_trap(fields) for fields in yaml.safe_load(text))


def _trap(fields: dict[str, Any]) -> Trap:
    guard = next(name for name in GUARDS if name in fields)
    return Trap(fields["library"], fields["trap"], guard, fields[guard])
