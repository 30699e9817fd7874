"""Charts of several models: bars with intervals and the chance of each set, and a radar.

A bar starts at 0 and the scale ends at 1, so lengths can be compared by eye. Colours are those of
Okabe and Ito, which the colour-blind tell apart; hatches and line styles say the same again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from math import pi
from pathlib import Path
from textwrap import wrap
from typing import Any

from social_r1.errors import MissingExtraError
from social_r1.evaluation.comparison.folders import EvalFolder
from social_r1.evaluation.comparison.plots import Plot, by_ability, by_set, protocols

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")
"""Okabe and Ito (2008), without black, which is the chance, and yellow, too pale on white."""
HATCHES = ("", "///", "\\\\\\", "---", "xxx", "|||")
LINES = ("-", "--", "-.", (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
FEWEST_AXES, MOST_AXES = 3, 12
"""A radar of fewer axes is no shape; of more, no word fits."""
_LONGEST = 28
"""Characters of a line of a label."""


@dataclass(frozen=True)
class Drawing:
    """A drawn chart."""

    name: str
    alt: str
    svg: bytes
    png: bytes


def charts(folders: Sequence[EvalFolder], *, with_abilities: bool = True) -> list[Drawing]:
    """Bars (and a radar, from three sets on) for each protocol; for each set its kinds of question.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    drawn: list[Drawing] = []
    for protocol in protocols(folders):
        plot = by_set(folders, protocol)
        drawn.append(bars(plot))
        if FEWEST_AXES <= len(plot.axes) <= MOST_AXES:
            drawn.append(radar(plot))
    if with_abilities:
        names = dict.fromkeys(name for folder in folders for name in folder.sets)
        plots = [by_ability(folders, name) for name in names]
        drawn += [bars(plot) for plot in plots if len(plot.axes) > 1]
    return drawn


def write_charts(drawn: Sequence[Drawing], out: str | Path) -> list[Path]:
    """Write each chart as ``<name>.png`` and ``<name>.svg``; returns the files."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for one in drawn:
        for ending, data in (("png", one.png), ("svg", one.svg)):
            file = folder / f"{one.name}.{ending}"
            file.write_bytes(data)
            files.append(file)
    return files


def bars(plot: Plot) -> Drawing:
    """Horizontal bars with intervals; a black tick marks chance."""
    rows, models = len(plot.axes), len(plot.series)
    thick = 0.8 / models
    height = 1.5 + rows * max(0.42, 0.23 * models) + 0.28 * ((models + 1) // 2)
    figure = _figure(7.2, height)
    ax: Any = figure.add_subplot()
    for number, one in enumerate(plot.series):
        places = [row - 0.4 + thick * (number + 0.5) for row in range(rows)]
        found = [
            (place, value)
            for place, value in zip(places, one.values, strict=True)
            if value is not None
        ]
        ax.barh(
            [place for place, _ in found],
            [value.value for _, value in found],
            height=thick * 0.92,
            xerr=[
                [max(0.0, value.value - value.low) for _, value in found],
                [max(0.0, value.high - value.value) for _, value in found],
            ],
            color=COLOURS[number % len(COLOURS)],
            hatch=HATCHES[(number + number // len(HATCHES)) % len(HATCHES)],
            edgecolor="white",
            linewidth=0.5,
            error_kw={"ecolor": "#333333", "elinewidth": 1.2, "capsize": 2.5},
            label=_plain(one.name),
        )
        for place, value in found:
            side = value.high + 0.012
            ax.text(side, place, f"{value.value:.2f}", va="center", fontsize=8, color="#333333")
    _chance_ticks(ax, plot)
    ax.set_yticks(range(rows), [_wrapped(axis) for axis in plot.axes])
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_xlim(0, 1.08)
    ax.spines["bottom"].set_bounds(0, 1)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ax.set_xlabel("score (95 % interval)")
    ax.xaxis.grid(True, color="#DDDDDD", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _finish(figure, ax, plot)
    return _drawing(figure, plot.name, plot.alt)


def radar(plot: Plot) -> Drawing:
    """One closed line per model, chance as a dotted one; the centre is 0 and the rim is 1."""
    count = len(plot.axes)
    figure = _figure(6.8, 6.9 + 0.25 * ((len(plot.series) + 1) // 2))
    ax: Any = figure.add_subplot(projection="polar")
    ax.set_theta_offset(pi / 2)
    ax.set_theta_direction(-1)
    angles = [2 * pi * i / count for i in range(count)]
    for number, one in enumerate(plot.series):
        values = [found.value if found else float("nan") for found in one.values]
        ax.plot(
            [*angles, angles[0]],
            [*values, values[0]],
            color=COLOURS[number % len(COLOURS)],
            linestyle=LINES[number % len(LINES)],
            marker=MARKERS[number % len(MARKERS)],
            linewidth=2,
            markersize=5,
            label=_plain(one.name),
        )
        ax.fill(angles, values, color=COLOURS[number % len(COLOURS)], alpha=0.08)
    if all(value is not None for value in plot.chance):
        ring = [value for value in plot.chance if value is not None]
        ax.plot(
            [*angles, angles[0]], [*ring, ring[0]], color="black", linestyle=":", label="chance"
        )
    ax.set_ylim(0, 1)
    ax.set_yticks([0.25, 0.5, 0.75, 1], [".25", ".50", ".75", "1"], color="#555555", fontsize=8)
    for label in ax.get_yticklabels():
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85})
    ax.set_rlabel_position(180 / count)
    ax.set_xticks(angles, [_wrapped(axis) for axis in plot.axes])
    ax.tick_params(axis="x", pad=20)
    ax.grid(color="#CCCCCC", linewidth=0.8)
    _finish(figure, ax, plot)
    return _drawing(figure, plot.name.replace("sets", "radar", 1), plot.alt)


def _chance_ticks(ax: Any, plot: Plot) -> None:
    label = "chance"
    for row, value in enumerate(plot.chance):
        if value is not None:
            ax.plot([value, value], [row - 0.46, row + 0.46], color="black", lw=2, label=label)
            label = "_"  # named once in the legend


def _finish(figure: Any, ax: Any, plot: Plot) -> None:
    title = "\n".join(line for part in plot.title.split(": ", 1) for line in wrap(_plain(part), 72))
    figure.suptitle(title, fontsize=10.5, ha="left", x=0.02)
    handles, labels = ax.get_legend_handles_labels()
    if "chance" in labels:
        place = labels.index("chance")
        handles, labels = (
            [*part[:place], *part[place + 1 :], part[place]] for part in (handles, labels)
        )
    figure.legend(
        handles, ["\n".join(wrap(label, 44)) for label in labels],
        loc="outside lower center", ncols=2 if len(labels) > 1 else 1, frameon=False,
    )  # fmt: skip


def _figure(width: float, height: float) -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("matplotlib", "report") from error
    return Figure(figsize=(width, height), layout="constrained")


def _drawing(figure: Any, name: str, alt: str) -> Drawing:
    matplotlib: Any = import_module("matplotlib")
    svg, png = BytesIO(), BytesIO()
    # The same chart gives the same bytes: no date, and names of parts from its own name.
    with matplotlib.rc_context({"svg.hashsalt": name, "hatch.linewidth": 0.6}):
        figure.savefig(svg, format="svg", metadata={"Date": None})
        figure.savefig(png, format="png", dpi=160, metadata={"Software": None})
    return Drawing(name, alt, svg.getvalue(), png.getvalue())


def _wrapped(text: str) -> str:
    lines = _plain(text).split("\n")
    return "\n".join(part for line in lines for part in wrap(line, _LONGEST) or [""])


def _plain(text: str) -> str:
    """Text that is not taken for a formula, nor, in a legend, for a part that is to be hidden."""
    text = text.replace("$", "\\$")
    return f" {text}" if text.startswith("_") else text
