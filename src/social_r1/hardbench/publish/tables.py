"""The tables of a card, counted from items."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from statistics import median
from typing import Any

from social_r1.hardbench.build import solver_table
from social_r1.hardbench.operators import OPERATORS
from social_r1.items import SocialItem
from social_r1.stats import Interval, wilson

Items = Sequence[SocialItem]

DIMENSIONS = ("Belief", "Knowledge", "Desire", "Emotion", "Intention", "Non-literal")
"""The six, in the order of the tables; others follow by name."""

LEVELS = range(1, 6)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table.

    >>> print(table(("a", "b"), [(1, None)]))
    | a | b |
    |---|---|
    | 1 | – |
    """
    lines = [head, ["---"] * len(head), *rows]
    cells = [["–" if cell is None else str(cell) for cell in line] for line in lines]
    shown = [f"| {' | '.join(row)} |" for row in cells]
    shown[1] = shown[1].replace(" ", "")
    return "\n".join(shown)


def words(items: Items) -> tuple[object, object]:
    """Median and greatest length of the stories, in words."""
    lengths = [len(item.story.split()) for item in items]
    return (round(median(lengths)), max(lengths)) if lengths else (None, None)


def count(items: Items, key: str, value: object) -> int:
    """How many items have this value in their ``meta``."""
    return sum(1 for item in items if item.meta.get(key) == value)


def cross(splits: Mapping[str, Items], by: Callable[[SocialItem], Any], what: str) -> str:
    """How many items of each kind every split has; empty where no item tells its kind."""
    counts = {name: Counter(map(by, items)) for name, items in splits.items()}
    found = {kind for counter in counts.values() for kind in counter if kind is not None}
    kinds = _ordered(map(str, found))
    if not kinds:
        return ""
    rows = [[kind, *(counter[kind] for counter in counts.values())] for kind in kinds]
    total = ["all", *(sum(c.values()) for c in counts.values())]
    return table((what, *counts), [*rows, total])


def levels(items: Items) -> str:
    """Order and depth against level."""
    counts = Counter((_number(i, "order"), _number(i, "depth"), i.difficulty) for i in items)
    cells = sorted({(order, depth) for order, depth, _ in counts}, key=_missing_last)
    rows = [
        (order, depth, *(counts[order, depth, level] for level in LEVELS)) for order, depth in cells
    ]
    total = ("all", "", *(sum(1 for i in items if i.difficulty == level) for level in LEVELS))
    return table(("order", "depth", *(f"L{level}" for level in LEVELS)), [*rows, total])


def operators(items: Items) -> list[tuple[object, ...]]:
    """Of each operator: name, meaning, items with DIR and INV uses, P(gold = reality), n."""
    uses: Counter[str] = Counter()
    real: dict[str, list[bool]] = defaultdict(list)
    for item in items:
        tags: Sequence[str] = item.meta.get("operators", ())
        uses.update(tags)
        reality = item.meta.get("solvers", {}).get("reality")
        if reality is not None:
            for name in {tag.partition(":")[0] for tag in tags}:
                real[name].append(reality == item.options[item.answer])
    rows: list[tuple[object, ...]] = []
    for name in [n for n in OPERATORS if uses[f"{n}:DIR"] or uses[f"{n}:INV"]]:
        hits = real[name]
        share = interval(wilson(sum(hits), len(hits))) if hits else None
        told = OPERATORS[name].what
        rows.append((name, told, uses[f"{name}:DIR"], uses[f"{name}:INV"], share, len(hits)))
    return rows


def solvers(items: Items) -> str:
    """Accuracy of every shortcut per dimension; empty where items carry none."""
    return _by_dimension(items, solver_table(items), "shortcut")


def ablations(items: Items) -> str:
    """Share of items per dimension that each ablation gets right; empty where there are none."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for item in items:
        for name, right in item.meta.get("ablations", {}).items():
            hits[item.dimension, name].append(bool(right))
    rates: dict[str, dict[str, Interval]] = defaultdict(dict)
    for (row, name), found in hits.items():
        rates[row][name] = wilson(sum(found), len(found))
    return _by_dimension(items, rates, "left out")


def shared(splits: Mapping[str, Items]) -> Iterator[tuple[object, ...]]:
    """Of each two splits: how many structures, names and things they have in common."""
    held = {
        name: (
            {i.meta["signature"] for i in items if "signature" in i.meta},
            {name for i in items for name in i.meta.get("script", {}).get("agents", ())},
            {i.meta["thing"] for i in items if i.meta.get("thing")},
        )
        for name, items in splits.items()
        if items
    }
    if not any(signatures for signatures, _, _ in held.values()):
        return
    for (one, ours), (other, theirs) in combinations(held.items(), 2):
        yield (f"{one}, {other}", *(len(a & b) for a, b in zip(ours, theirs, strict=True)))


def interval(found: Interval) -> str:
    """A rate with its interval.

    >>> interval(Interval(0.25, 0.2, 0.3, 100))
    '.250 (.20–.30)'
    """
    texts = f"{found.value:.3f}", f"{found.low:.2f}", f"{found.high:.2f}"
    value, low, high = (text.removeprefix("0") for text in texts)
    return f"{value} ({low}–{high})"


def _by_dimension(items: Items, rates: Mapping[str, Mapping[str, Interval]], what: str) -> str:
    if not rates:
        return ""
    sizes = Counter(item.dimension for item in items)
    columns = _ordered(rates)
    names = sorted({name for column in columns for name in rates[column]})

    def cell(column: str, name: str) -> str | None:
        found = rates[column].get(name)
        if found is None:
            return None
        return interval(found) + ("" if found.n == sizes[column] else f", n = {found.n}")

    head = (what, *(f"{column} (n = {sizes[column]})" for column in columns))
    return table(head, [(name, *(cell(column, name) for column in columns)) for name in names])


def _ordered(kinds: Iterable[str]) -> list[str]:
    """The six dimensions in their order, then the rest by name."""
    known = {name: place for place, name in enumerate(DIMENSIONS)}
    return sorted(set(kinds), key=lambda kind: (known.get(kind, len(known)), kind))


def _number(item: SocialItem, key: str) -> int | None:
    value: object = item.meta.get(key)
    return value if isinstance(value, int) else None


def _missing_last(cell: tuple[int | None, ...]) -> tuple[tuple[bool, int], ...]:
    return tuple((value is None, value or 0) for value in cell)
