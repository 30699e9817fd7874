"""What the charts of several models show: their figures by set, and by kind of question.

The title names models, number of items and protocol; `Plot.alt` says the whole chart in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from social_r1.evaluation.comparison.folders import NATIVE, EvalFolder
from social_r1.evaluation.comparison.table import shortcut
from social_r1.evaluation.types import ProtocolName
from social_r1.stats import Interval


@dataclass(frozen=True)
class Series:
    """One model's figures, one per axis; None where it has none."""

    name: str
    values: tuple[Interval | None, ...]


@dataclass(frozen=True)
class Plot:
    """What a chart shows, before it is drawn."""

    name: str
    title: str
    axes: tuple[str, ...]
    series: tuple[Series, ...]
    chance: tuple[float | None, ...]

    @property
    def alt(self) -> str:
        """The same in words, for those who do not see it."""
        told = [
            f"{axis}: "
            + ", ".join(
                f"{one.name} {found.value:.3f}" if (found := one.values[i]) else f"{one.name} none"
                for one in self.series
            )
            + (f", chance {self.chance[i]:.3f}" if self.chance[i] is not None else "")
            for i, axis in enumerate(self.axes)
        ]
        return f"{self.title}. {'; '.join(told)}."


def by_set(folders: Sequence[EvalFolder], protocol: ProtocolName = "social-r1") -> Plot:
    """The figure to report of each set that was asked under a protocol."""
    names = [
        name
        for name in dict.fromkeys(name for folder in folders for name in folder.sets)
        if any(name in f.sets and f.sets[name].summary.protocol == protocol for f in folders)
    ]
    mains = {name: _main(folders, name) for name in names}
    series = [
        Series(
            folder.label,
            tuple(
                folder.sets[name].figures.get(mains[name]) if name in folder.sets else None
                for name in names
            ),
        )
        for folder in folders
    ]
    return Plot(
        name=f"sets-{protocol}",
        title=_title(folders, f"{len(names)} {'set' if len(names) == 1 else 'sets'}",
                     protocol, series),
        axes=tuple(f"{name.removesuffix(NATIVE)}\n{mains[name]}" for name in names),
        series=tuple(series),
        chance=tuple(_chance(folders, name, mains[name]) for name in names),
    )  # fmt: skip


def by_ability(folders: Sequence[EvalFolder], name: str) -> Plot:
    """Accuracy on each kind of question of a set."""
    having = [folder for folder in folders if name in folder.sets]
    parts = dict.fromkeys(
        part for folder in having for part in folder.sets[name].summary.dimensions
    )
    series = [
        Series(
            folder.label,
            tuple(folder.sets[name].summary.dimensions.get(part) for part in parts),
        )
        for folder in having
    ]
    first = having[0].sets[name].summary
    return Plot(
        name=f"abilities-{name}",
        title=_title(having, name.removesuffix(NATIVE), first.protocol, series),
        axes=tuple(parts),
        series=tuple(series),
        chance=tuple(shortcut(having[0].sets[name], "chance", part) for part in parts),
    )


def protocols(folders: Sequence[EvalFolder]) -> list[ProtocolName]:
    """Protocols under which anything was asked."""
    return list(
        dict.fromkeys(one.summary.protocol for folder in folders for one in folder.sets.values())
    )


def _main(folders: Sequence[EvalFolder], name: str) -> str:
    """Name of the figure to report, from the first model that has the set."""
    found = next(folder.sets[name].figures for folder in folders if name in folder.sets)
    return next(iter(found), "accuracy")


def _chance(folders: Sequence[EvalFolder], name: str, metric: str) -> float | None:
    first = next(folder.sets[name] for folder in folders if name in folder.sets)
    return shortcut(first, "chance", metric)


def _title(
    folders: Sequence[EvalFolder], what: str, protocol: str, series: Sequence[Series]
) -> str:
    counts = sorted(value.n for one in series for value in one.values if value is not None)
    n = ""
    if counts:
        n = f"n = {counts[0]}" if counts[0] == counts[-1] else f"n = {counts[0]} to {counts[-1]}"
    return f"{in_words(folders)}: {what}, {n or 'no items'} each, protocol {protocol}"


def in_words(folders: Sequence[EvalFolder]) -> str:
    """The models in a row of words."""
    labels = [folder.label for folder in folders]
    return f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]
