"""Figures that other people have published, to stand beside ours and never among them.

Two sources: ``Benchmark.reported`` of each set, and ``reported.yaml`` with the table of the
paper (arXiv 2603.09249). Protocols differ, so no test compares them with ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from social_r1.evaluation.benchmarks import MODULES, benchmark

OVERALL = "overall"
"""Stands where a set's name would: the mean over the paper's eight."""


class Published(NamedTuple):
    """One published figure."""

    model: str
    set: str
    """Name of the set, or `OVERALL`."""
    metric: str
    value: float
    where: str
    protocol: str
    """As its authors asked; ``paper`` where they do not say."""


def published(sets: Iterable[str], *, with_overall: bool = True) -> list[Published]:
    """Published figures of these sets: the paper's, then those of each set's own list.

    The same model, set and metric is named once, as it stands first.
    """
    names = set(sets)
    found: dict[tuple[str, str, str], Published] = {}
    for one in [*_of_paper(), *_of_benchmarks(sorted(names))]:
        wanted = one.set in names or (with_overall and one.set == OVERALL)
        if wanted:
            found.setdefault((one.model, one.set, one.metric), one)
    return list(found.values())


def _of_benchmarks(names: Iterable[str]) -> list[Published]:
    return [
        Published(one.model, name, one.metric, one.value, one.where, one.protocol)
        for name in names
        if name in MODULES
        for one in benchmark(name).reported
    ]


@cache
def _of_paper() -> tuple[Published, ...]:
    text = files("social_r1.evaluation.comparison").joinpath("reported.yaml").read_text("utf-8")
    rows: list[dict[str, Any]] = yaml.safe_load(text)
    found: list[Published] = []
    for row in rows:
        values: dict[str, float] = dict(row.get("sets", {}))
        if "overall" in row:
            values = {OVERALL: row["overall"], **values}
        found += [
            Published(row["model"], name, "accuracy", value, row["where"], "paper")
            for name, value in values.items()
        ]
    return tuple(found)
