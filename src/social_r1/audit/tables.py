"""Accuracies of answerers on the parts of a set, with Wilson intervals.

Log-level solvers ran when the item was built: ``meta["solvers"]`` holds what each of them says, an
option's text or None. None is a blind guess; an item that lacks the name is left out of that
solver's figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

from social_r1.audit.heuristics import HEURISTICS
from social_r1.audit.types import Answers, Figure
from social_r1.items import SocialItem
from social_r1.stats import wilson

PLAIN = ("order", "depth", "design", "form", "task", "ability", "category")
"""Keys of ``meta`` that sets are cut by as they stand."""

CUTS = ("dimension", *PLAIN, "operator", "deep", "cell")
"""What sets are cut by, besides the whole; each only where the items tell it.

``deep`` is the dimension of items of binding depth 2 or more; ``cell`` is dimension, order, form.
"""

REALITY = "reality"
"""The solver that names how things really are; gate g7 looks at it by operator."""


def log_answers(items: Sequence[SocialItem]) -> list[Answers]:
    """What the solvers over the event log score; those on the words alone are computed anew."""
    names = list(
        dict.fromkeys(name for item in items for name in _solvers(item) if name not in HEURISTICS)
    )
    return [Answers(name, "log", tuple(_score(item, name) for item in items)) for name in names]


def parts_of(item: SocialItem) -> list[tuple[str, str]]:
    """The parts that an item belongs to, as (cut, part).

    >>> from social_r1.items import SocialItem
    >>> item = SocialItem(id="x", dimension="Belief", group="g", story="s", question="q", answer=0,
    ...     options=("a", "b"), meta={"order": 2, "operators": ["peek:INV"]})
    >>> [f"{cut}={part}" for cut, part in parts_of(item)]
    ['dimension=Belief', 'cell=Belief, order 2', 'order=2', 'operator=peek:INV', 'operator=peek']
    """
    meta = item.meta
    cell = [item.dimension]
    if "order" in meta:
        cell.append(f"order {meta['order']}")
    if "form" in meta:
        cell.append(str(meta["form"]))
    found = [("dimension", item.dimension), ("cell", ", ".join(cell))]
    found += [(cut, str(meta[cut])) for cut in PLAIN if cut in meta]
    if isinstance(meta.get("depth"), int) and meta["depth"] >= 2:
        found.append(("deep", item.dimension))
    operators = operators_of(item)
    found += [("operator", name) for name in operators]
    bare = dict.fromkeys(name.partition(":")[0] for name in operators)
    return found + [("operator", name) for name in bare if name not in operators]


def figures(items: Sequence[SocialItem], answers: Iterable[Answers]) -> list[Figure]:
    """Every answerer on the whole set and on every part; cuts with one part are left out."""
    places: dict[tuple[str, str], list[int]] = {("all", "all"): list(range(len(items)))}
    for i, item in enumerate(items):
        for key in dict.fromkeys(parts_of(item)):
            places.setdefault(key, []).append(i)
    several = {cut for cut in CUTS if sum(key[0] == cut for key in places) > 1}
    kept = {
        key: found
        for key, found in sorted(places.items(), key=_by_cut)
        # A dimension stays although it is the only one: gates are held against dimensions.
        if key[0] in several | {"all", "dimension", "deep"}
    }
    chances = [1 / len(item.options) for item in items]
    return [
        figure
        for answer in answers
        for (cut, part), found in kept.items()
        if (figure := _figure(answer, cut, part, found, chances)) is not None
    ]


def by_name(found: Iterable[Figure], cut: str) -> dict[str, dict[str, Figure]]:
    """Figures of one cut: answerer to part to figure."""
    table: dict[str, dict[str, Figure]] = defaultdict(dict)
    for figure in found:
        if figure.by == cut:
            table[figure.name][figure.part] = figure
    return dict(table)


def operators_of(item: SocialItem) -> list[str]:
    """The uses of operators in the item, such as ``peek:INV``."""
    found = item.meta.get("operators")
    return [str(name) for name in found] if isinstance(found, list | tuple) else []


def _figure(
    answer: Answers, cut: str, part: str, places: Sequence[int], chances: Sequence[float]
) -> Figure | None:
    told = [(i, value) for i in places if (value := answer.values[i]) is not None]
    if not told:
        return None
    interval = wilson(min(len(told), sum(value for _, value in told)), len(told))
    firsts = [answer.first[i] for i, _ in told] if answer.first else []
    known = [value for value in firsts if value is not None]
    return Figure(
        answer.name,
        answer.kind,
        cut,
        part,
        interval.value,
        interval.low,
        interval.high,
        interval.n,
        fmean(chances[i] for i, _ in told),
        fmean(known) if known else None,
    )


def _solvers(item: SocialItem) -> dict[str, Any]:
    found = item.meta.get("solvers")
    return found if isinstance(found, dict) else {}


def _score(item: SocialItem, name: str) -> float | None:
    said = _solvers(item)
    if name not in said:
        return None
    if said[name] is None:
        return 1 / len(item.options)
    return float(said[name] == item.options[item.answer])


def _by_cut(entry: tuple[tuple[str, str], list[int]]) -> tuple[int, str]:
    cut, part = entry[0]
    return (CUTS.index(cut) if cut in CUTS else -1, part)
