"""Accuracies as inline SVG: a dot and its interval for each answerer, the band behind them.

Colours are CSS classes of the page, so light and dark need one drawing. All text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from social_r1.audit.types import Figure

WIDTH = 400.0
_LABEL, _VALUE, _ROW, _TOP = 138.0, 38.0, 21.0, 6.0


def percent(value: float) -> str:
    """A share in whole per cent, with a narrow no-break space."""
    return f"{100 * value:.0f}\u202f%"


def bars(name: str, title: str, rows: Sequence[Figure], band: float) -> str:
    """One row per answerer, on a scale from 0 to the next quarter above the highest interval.

    Args:
        name: unique within the page; names the title and the description.
        title: what the figure shows.
        rows: figures of one part, in the order wanted.
        band: half width of the shaded band around the mean chance of the rows.
    """
    chance = sum(row.chance for row in rows) / len(rows)
    top = max(0.5, min(1.0, -(-max(row.high for row in rows) // 0.25) * 0.25))
    left, right = _LABEL, WIDTH - _VALUE
    bottom = _TOP + _ROW * len(rows)

    def x(share: float) -> float:
        return left + min(share, top) / top * (right - left)

    steps = [0.25 * i for i in range(int(top / 0.25) + 1)]
    parts = [
        f'<rect x="{x(max(0.0, chance - band)):.1f}" y="{_TOP:.1f}" '
        f'width="{x(chance + band) - x(max(0.0, chance - band)):.1f}" '
        f'height="{bottom - _TOP:.1f}" class="band"/>',
        *(_line(x(t), _TOP, x(t), bottom, "grid") for t in steps),
        _line(x(chance), _TOP, x(chance), bottom, "chance"),
        *(_text(x(t), bottom + 15, percent(t), "tick", "middle") for t in steps),
    ]
    for number, row in enumerate(rows):
        y = _TOP + _ROW * (number + 0.5)
        css = place(row, band)
        parts += [
            _text(0, y + 4, row.name, "small"),
            _line(x(row.low), y, x(row.high), y, f"bar {css}"),
            f'<circle cx="{x(row.value):.1f}" cy="{y:.1f}" r="4" class="dot {css}"/>',
            _text(WIDTH, y + 4, f"{row.value:.3f}", "small", "end"),
        ]
    said = "; ".join(
        f"{row.name} {percent(row.value)} ({percent(row.low)} to {percent(row.high)})"
        for row in rows
    )
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {bottom + 22:g}" role="img" '
        f'aria-labelledby="{name}-t {name}-d" class="figure">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(said)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def place(row: Figure, band: float) -> str:
    """CSS class of a row: ``inside`` the band around its own chance, ``above`` or ``below``."""
    if row.value > row.chance + band + 1e-9:
        return "above"
    return "below" if row.value < row.chance - band - 1e-9 else "inside"


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def _text(x: float, y: float, text: str, css: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(text)}</text>'
    )
