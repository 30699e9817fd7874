"""The table of models as CSV, Markdown or LaTeX, and the abilities as a long CSV.

print(export(["outputs/base", "outputs/trained"], "latex"))
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Literal

from social_r1.errors import ConfigError
from social_r1.evaluation.comparison.folders import EvalFolder, read_folders
from social_r1.evaluation.comparison.table import Column, Row, Table, Which, make_table
from social_r1.stats import Interval

Format = Literal["csv", "latex", "md"]

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "−": "--", "–": "--", "…": r"\ldots{}",
}  # fmt: skip
_SPECIAL = re.compile("|".join(map(re.escape, _LATEX)))


def export(
    folders: Sequence[str | Path | EvalFolder], fmt: Format, *, metrics: Which = "all"
) -> str:
    """The table of models: a row per model, a column per set and metric.

    Args:
        folders: evaluation folders, in the order of the rows.
        fmt: ``csv``, ``latex`` (booktabs) or ``md``.
        metrics: ``main`` takes the figure to report of each set, ``all`` every figure.

    Raises:
        ConfigError: no such format.
        InputError: a folder that cannot be read.
    """
    writers: dict[str, Callable[[Table], str]] = {"csv": as_csv, "latex": as_latex, "md": as_md}
    if fmt not in writers:
        raise ConfigError(f"no table format {fmt!r}; repair: one of {', '.join(writers)}")
    return writers[fmt](make_table(opened(folders), metrics))


def abilities(folders: Sequence[str | Path | EvalFolder]) -> str:
    """Accuracy by kind of question as a long CSV: a line per model, set and kind."""
    lines = [
        [folder.label, name, one.summary.protocol, dimension, found.n, *_numbers(found)]
        for folder in opened(folders)
        for name, one in folder.sets.items()
        for dimension, found in one.summary.dimensions.items()
    ]
    return _csv([["model", "set", "protocol", "dimension", "n", "value", "low", "high"], *lines])


def as_csv(table: Table) -> str:
    """Three columns to each figure: its value and, for ours, its bounds."""
    head = ["kind", "name", "where"]
    for column in table.columns:
        head += [column.title, f"{column.title} low", f"{column.title} high"]
    lines: list[list[object]] = [list(head)]
    for row in table.rows:
        line: list[object] = [row.kind, row.name, row.where]
        for column in table.columns:
            found = row.cells.get(column)
            bare = found is not None and row.kind != "ours"
            line += ["", "", ""] if found is None else _numbers(found)
            if bare:
                line[-2:] = ["", ""]
        lines.append(line)
    return _csv(lines)


def as_md(table: Table) -> str:
    """A Markdown table; a line in italics opens the shortcuts and the reported figures."""
    width = len(table.columns) + 1

    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cells)} |"

    text = [
        line(["model", *(_md(column.title) for column in table.columns)]),
        line(["---", *["---:"] * len(table.columns)]),
    ]
    for kind, rows in groupby(table.rows, key=lambda row: row.kind):
        if kind != "ours":
            text.append(line([f"*{_HEADINGS[kind]}*", *[""] * (width - 1)]))
        for row in rows:
            text.append(line(_md(cell) for cell in [row.name, *_cells(row, table.columns)]))
    return "\n".join([*text, "", *(f"{_md(note)}\n" for note in table.notes)])


def as_latex(table: Table) -> str:
    r"""A ``tabular`` with booktabs rules; needs ``\usepackage{booktabs}``."""
    count = len(table.columns)
    text = [
        "% needs \\usepackage{booktabs}",
        f"\\begin{{tabular}}{{l{'r' * count}}}",
        "\\toprule",
        *_latex_head(table.columns),
    ]
    for kind, rows in groupby(table.rows, key=lambda row: row.kind):
        text.append("\\midrule")
        if kind != "ours":
            text.append(f"\\multicolumn{{{count + 1}}}{{l}}{{\\emph{{{_HEADINGS[kind]}}}}} \\\\")
        for row in rows:
            cells = [escape_latex(row.name), *(_latex_cell(row, c) for c in table.columns)]
            text.append(" & ".join(cells) + " \\\\")
    text += ["\\bottomrule", "\\end{tabular}"]
    return "\n".join([*text, *(f"% {note}" for note in table.notes)]) + "\n"


def escape_latex(text: str) -> str:
    r"""Text that LaTeX prints as it stands.

    >>> escape_latex("gpt_4 & 50%")
    'gpt\\_4 \\& 50\\%'
    """
    return _SPECIAL.sub(lambda found: _LATEX[found[0]], text)


def opened(folders: Sequence[str | Path | EvalFolder]) -> list[EvalFolder]:
    """Folders read; those that are read already stay as they are."""
    read = [one for one in folders if isinstance(one, EvalFolder)]
    if len(read) == len(folders):
        return read
    return read_folders([one.path if isinstance(one, EvalFolder) else one for one in folders])


_HEADINGS = {
    "shortcut": "shortcuts that read no story",
    "reported": "reported by others, not run here",
}


def _latex_head(columns: Sequence[Column]) -> list[str]:
    spans = [(name, len(list(some))) for name, some in groupby(columns, key=lambda c: c.set)]
    sets = [
        f"\\multicolumn{{{n}}}{{c}}{{{escape_latex(name)}}}" if name else " & ".join([""] * n)
        for name, n in spans
    ]
    rules: list[str] = []
    place = 2
    for name, n in spans:
        if name:
            rules.append(f"\\cmidrule(lr){{{place}-{place + n - 1}}}")
        place += n
    metrics = [escape_latex(column.metric) for column in columns]
    return [" & ".join(["", *sets]) + " \\\\", *rules, " & ".join(["model", *metrics]) + " \\\\"]


def _cell(row: Row, column: Column) -> str:
    found = row.cells.get(column)
    if found is None:
        return "–"
    if row.kind != "ours":
        return f"{found.value:.3f}"
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def _cells(row: Row, columns: Sequence[Column]) -> list[str]:
    return [_cell(row, column) for column in columns]


def _latex_cell(row: Row, column: Column) -> str:
    value, _, bounds = _cell(row, column).partition(" ")
    text = escape_latex(value)
    return f"{text} {{\\scriptsize {bounds}}}" if bounds else text


def _numbers(found: Interval) -> list[object]:
    return [f"{value:.6g}" for value in (found.value, found.low, found.high)]


def _csv(lines: Iterable[Sequence[object]]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return stream.getvalue()


def _md(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("\n", " ")
