"""AFLite: drop the items that a probe of options and question gets right when held out.

Le Bras et al. 2020, "Adversarial filters of dataset biases"; HARDBENCH 3.5 and 12. A poor first
tool: it buys robustness by throwing dimensions away, so a cell of dimension and order may lose no
more than its quota. Meant for items that stand in no block; see what it would take, and write more.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np

from social_r1.audit.features import Table
from social_r1.audit.heuristics import Reading
from social_r1.audit.probes import PROBES, held_out, joined_groups, need_sklearn, one_fold
from social_r1.audit.text import Masker
from social_r1.audit.types import AFLite
from social_r1.errors import InputError
from social_r1.items import SocialItem


def aflite(
    readings: Sequence[Reading], masker: Masker, settings: AFLite, seed: int
) -> dict[str, Any]:
    """Filter, and say what was lost where.

    Keys: ``rounds``, each with the accuracy of the ensemble before it, what chance is then, and
    how many items it dropped; ``kept`` and ``dropped`` ids; ``left`` share by dimension; ``stop``,
    why it stopped.

    Raises:
        InputError: the items are all of one group.
        MissingExtraError: scikit-learn is not installed.
    """
    need_sklearn()
    items = [reading.item for reading in readings]
    if one_fold(items):
        raise InputError("AFLite needs items of several groups; repair: give items their groups")
    table = PROBES[settings.probe].view(readings, masker)
    groups = joined_groups(items)
    cells = [_cell(item) for item in items]
    room = {cell: int(n * settings.quota) for cell, n in Counter(cells).items()}
    most = max(1, round(len(items) * settings.cut))
    kept = list(range(len(items)))
    rounds: list[dict[str, Any]] = []
    stop = f"{settings.rounds} rounds done"
    for number in range(settings.rounds):
        scores = _predictability(table, items, groups, kept, settings, seed + number)
        chance = fmean(1 / len(items[i].options) for i in kept)
        accuracy = fmean(scores.values())
        goal = accuracy <= chance + settings.margin
        drop = [] if goal else _chosen(scores, cells, room, settings.threshold, most)
        rounds.append(
            {"items": len(kept), "accuracy": accuracy, "chance": chance, "dropped": len(drop)}
        )
        if not drop:
            stop = "near chance" if goal else "nothing left to drop within the quotas"
            break
        gone = set(drop)
        kept = [i for i in kept if i not in gone]
    before, after = (
        Counter(items[i].dimension for i in rows) for rows in (range(len(items)), kept)
    )
    still = set(kept)
    return {
        "rounds": rounds,
        "stop": stop,
        "kept": [items[i].id for i in kept],
        "dropped": [item.id for i, item in enumerate(items) if i not in still],
        "left": {name: after[name] / before[name] for name in sorted(before)},
    }


def _predictability(
    table: Table,
    items: Sequence[SocialItem],
    groups: Sequence[str],
    kept: Sequence[int],
    settings: AFLite,
    seed: int,
) -> dict[int, float]:
    """Mean correctness of each kept item over the partitions in which it was held out."""
    rng = random.Random(seed)
    golds = [item.answer for item in items]
    alive = np.zeros(len(items), dtype=bool)
    alive[list(kept)] = True
    names = sorted({groups[i] for i in kept})
    told: dict[int, list[float]] = {}
    for _ in range(settings.partitions):
        rng.shuffle(names)
        out = set(names[: max(1, round(len(names) * (1 - settings.train_share)))])
        test = alive & np.asarray([group in out for group in groups])
        if not (alive & ~test).any():
            continue
        for i, value in held_out(table, golds, alive & ~test, test).items():
            told.setdefault(i, []).append(value)
    return {i: fmean(values) for i, values in told.items()}


def _chosen(
    scores: dict[int, float], cells: Sequence[str], room: dict[str, int], least: float, most: int
) -> list[int]:
    """The most predictable items, as many as the round and their cells allow; takes from ``room``.

    Of equal scores the earlier item goes first.
    """
    chosen: list[int] = []
    for i in sorted(scores, key=lambda i: (-scores[i], i)):
        if scores[i] < least or len(chosen) == most:
            break
        if room[cells[i]] > 0:
            room[cells[i]] -= 1
            chosen.append(i)
    return chosen


def _cell(item: SocialItem) -> str:
    return f"{item.dimension}/{item.meta.get('order', '')}"
