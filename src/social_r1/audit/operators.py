"""Whether the words of an operator tell which option is right (HARDBENCH 8, 12 and 18).

An operator is a kind of line: a peek, a nap, a message. If the right option were mostly what is
really so wherever somebody peeks, "peek" would be a label. So for each operator the chance that
the right option has a certain *role* is held against that over all items: to be the one that the
story names first, second, third or last, or to be what a plain shortcut says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from social_r1.audit.bias import gold_rank
from social_r1.audit.heuristics import Reading
from social_r1.audit.tables import REALITY, operators_of
from social_r1.audit.types import RoleShare
from social_r1.stats import wilson

SAID = (REALITY, "initial", "previous")
"""Solvers whose answer is a role: what is so, what was so at first and before the last change."""


def role_shares(readings: Sequence[Reading]) -> list[RoleShare]:
    """Every operator and role; empty where items name no operators."""
    roles = [gold_roles(reading) for reading in readings]
    every: dict[str, list[bool]] = defaultdict(list)
    used: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for reading, found in zip(readings, roles, strict=True):
        bare = {name.partition(":")[0] for name in operators_of(reading.item)}
        for role, has in found.items():
            every[role].append(has)
            for operator in bare:
                used[operator, role].append(has)
    return [
        RoleShare(operator, role, wilson(sum(has), len(has)), sum(every[role]) / len(every[role]))
        for (operator, role), has in sorted(used.items())
    ]


def gold_roles(reading: Reading) -> dict[str, bool]:
    """The roles that the item offers, and whether its right option has them."""
    item = reading.item
    found: dict[str, bool] = {}
    if reading.named == len(reading.options):
        rank = gold_rank(reading)
        found |= {f"named {n + 1}.": rank == n for n in range(len(reading.options))}
    said = item.meta.get("solvers")
    if isinstance(said, dict):
        gold = item.options[item.answer]
        found |= {name: said[name] == gold for name in SAID if said.get(name) is not None}
    return found


def inert_share(readings: Sequence[Reading]) -> tuple[float, int] | None:
    """Share of the uses of operators that change nothing (INV), and how many uses there are."""
    uses = [name for r in readings for name in operators_of(r.item) if ":" in name]
    if not uses:
        return None
    return sum(name.endswith(":INV") for name in uses) / len(uses), len(uses)
