"""The table of several models: their figures, what shortcuts score, and what others report.

Three kinds of row, never mixed: ``ours`` (a model of an evaluation folder), ``shortcut`` (a rule
that reads no story) and ``reported`` (published by others). Means over sets use the sets that every
model was asked, so that no model is compared on easier ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from social_r1.evaluation.comparison.folders import NATIVE, EvalFolder, SetFiles
from social_r1.evaluation.comparison.overall import METRICS, Overall, overall
from social_r1.evaluation.comparison.reported import OVERALL, published
from social_r1.evaluation.types import ProtocolName, Summary
from social_r1.stats import Interval

Kind = Literal["ours", "shortcut", "reported"]
Which = Literal["main", "all"]

OVER_K = "mean of the paper's sets"
MACRO = "macro"
SHORTCUTS = ("chance", "best letter", "longest")


class Column(NamedTuple):
    """What a column shows; a mean over sets has no set."""

    set: str
    metric: str

    @property
    def title(self) -> str:
        """Name in one line."""
        return f"{self.set} {self.metric}" if self.set else self.metric


@dataclass(frozen=True)
class Row:
    """One model, shortcut or source."""

    kind: Kind
    name: str
    cells: dict[Column, Interval]
    """Figures; one without an interval has bounds that equal it and no items."""
    sources: dict[Column, str] = field(default_factory=dict[Column, str])
    """Where each reported figure was published."""

    @property
    def where(self) -> str:
        """All the sources of the row."""
        return " | ".join(dict.fromkeys(self.sources.values()))


@dataclass(frozen=True)
class Table:
    """Rows under columns, and what must be said below them."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    def of(self, kind: Kind) -> list[Row]:
        """Rows of one kind."""
        return [row for row in self.rows if row.kind == kind]


def make_table(folders: Sequence[EvalFolder], which: Which = "main") -> Table:
    """Make the table.

    Args:
        folders: the models, in the order of the rows.
        which: ``main`` takes the figure to report of each set (and the one that counts in the
            paper's Overall), ``all`` every figure.
    """
    columns = _columns(folders, which)
    means = {one.label: _means(one, _shared(folders)) for one in folders}
    ours = [_ours(one, columns, means[one.label]) for one in folders]
    rows = [*ours, *_shortcuts(folders, columns), *_reported(columns)]
    filled = {column for row in rows for column in row.cells}
    head = [Column("", "Overall"), Column("", OVER_K), Column("", MACRO)]
    shown = tuple(column for column in [*head, *columns] if column in filled)
    return Table(shown, tuple(rows), tuple(_notes(folders, list(means.values()))))


def _columns(folders: Sequence[EvalFolder], which: Which) -> list[Column]:
    """Columns in the order in which sets and metrics first occur."""
    metrics: dict[str, dict[str, None]] = {}
    for folder in folders:
        for name, one in folder.sets.items():
            names = list(one.figures)
            if which == "main":
                paper = METRICS.get(one.base)
                names = [metric for metric in names if metric in (names[0], paper)]
            metrics.setdefault(name, {}).update(dict.fromkeys(names))
    return [Column(name, metric) for name, found in metrics.items() for metric in found]


def _shared(folders: Sequence[EvalFolder]) -> list[str]:
    return [name for name in folders[0].sets if all(name in one.sets for one in folders)]


def _means(folder: EvalFolder, shared: Sequence[str]) -> Overall:
    protocols: dict[ProtocolName, list[Summary]] = {}
    for name in shared:
        summary = folder.sets[name].summary
        protocols.setdefault(summary.protocol, []).append(summary)
    # Under our protocol, where anything was asked so; the authors' protocols are no one scale.
    protocol: ProtocolName = "social-r1" if "social-r1" in protocols or not shared else "native"
    return overall(protocols.get(protocol, []), protocol)


def _ours(folder: EvalFolder, columns: Sequence[Column], means: Overall) -> Row:
    cells: dict[Column, Interval] = {}
    if means.mean is not None:
        cells[Column("", "Overall" if means.complete else OVER_K)] = means.mean
    if means.macro is not None and len(means.macro_sets) > 1:
        cells[Column("", MACRO)] = means.macro
    for column in columns:
        one = folder.sets.get(column.set)
        if one is not None and column.metric in one.figures:
            cells[column] = one.figures[column.metric]
    return Row("ours", folder.label, cells)


def _shortcuts(folders: Sequence[EvalFolder], columns: Sequence[Column]) -> list[Row]:
    first: dict[str, SetFiles] = {}
    for folder in folders:
        for name, one in folder.sets.items():
            first.setdefault(name, one)
    rows: list[Row] = []
    for name in SHORTCUTS:
        values = {column: shortcut(first[column.set], name, column.metric) for column in columns}
        cells = {
            column: Interval(value, value, value, 0)
            for column, value in values.items()
            if value is not None
        }
        rows.append(Row("shortcut", name, cells))
    return [row for row in rows if row.cells]


def shortcut(one: SetFiles, name: str, metric: str) -> float | None:
    """What a shortcut scores on a metric; None where nobody has counted."""
    summary = one.summary
    table = summary.shortcuts
    if not table:
        plain: dict[str, Callable[[Summary], float | None]] = {
            "chance": lambda s: s.chance,
            "best letter": lambda s: s.letter,
            "longest": lambda s: s.longest,
        }
        return plain[name](summary) if metric == "accuracy" else None
    if name == "best letter":
        found = [row[metric] for rule, row in table.items() if rule.startswith("letter ")
                 and metric in row]  # fmt: skip
        return max(found, default=None)
    return table.get("random" if name == "chance" else name, {}).get(metric)


def _reported(columns: Sequence[Column]) -> list[Row]:
    sets = {column.set.removesuffix(NATIVE) for column in columns}
    cells: dict[str, dict[Column, Interval]] = {}
    where: dict[str, dict[Column, str]] = {}
    wanted = {*columns, Column("", "Overall")}
    for one in published(sets):
        plain, native = Column(one.set, one.metric), Column(one.set + NATIVE, one.metric)
        ways = (native, plain) if one.protocol == "native" else (plain, native)
        ways = (Column("", "Overall"),) if one.set == OVERALL else ways
        column = next((way for way in ways if way in wanted), plain)
        if column in wanted:
            cells.setdefault(one.model, {})[column] = Interval(one.value, one.value, one.value, 0)
            where.setdefault(one.model, {})[column] = one.where
    return [Row("reported", name, found, where[name]) for name, found in cells.items()]


def _notes(folders: Sequence[EvalFolder], means: Sequence[Overall]) -> list[str]:
    first = means[0]
    notes = ["Intervals are 95 %. Shortcuts read no story. Reported figures were published by "
             "others, under their own protocols, and were not run here."]  # fmt: skip
    if not first.complete and first.used:
        named = ", ".join(f"{name} ({metric})" for name, metric in first.used.items())
        notes.append(
            f"No Overall of ours: {OVER_K} is over {len(first.used)} of {len(METRICS)}: {named}; "
            f"missing: {', '.join(first.missing)}."
        )
    if first.complete:
        named = ", ".join(f"{name} ({metric})" for name, metric in first.used.items())
        notes.append(f"Overall is the plain mean of {named}.")
    if len(first.macro_sets) > 1:
        notes.append(f"{MACRO} is the plain mean of the first figure of each set that all models "
                     f"were asked: {', '.join(first.macro_sets)}.")  # fmt: skip
    partial = sorted({name for one in means for name in one.partial})
    if partial:
        notes.append(f"Fewer items than the authors' release: {', '.join(partial)}.")
    for folder in folders:
        lacking = sorted({name for one in folders for name in one.sets} - set(folder.sets))
        if lacking:
            notes.append(f"{folder.label} was not asked {', '.join(lacking)}.")
    return notes
