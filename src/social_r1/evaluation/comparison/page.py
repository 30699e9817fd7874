"""A comparison as files: the page, the same for machines, the tables and the charts.

    write_comparison(read_folders(["outputs/base", "outputs/trained"]), "outputs/comparison")

The page needs no network and no scripts; charts lie in it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.evaluation.comparison.changes import Change, Comparison, is_gain
from social_r1.evaluation.comparison.charts import Drawing, charts, write_charts
from social_r1.evaluation.comparison.compare import compare
from social_r1.evaluation.comparison.export import abilities, as_csv, as_latex, as_md
from social_r1.evaluation.comparison.folders import EvalFolder
from social_r1.evaluation.comparison.plots import in_words
from social_r1.evaluation.comparison.robustness import Robustness, robustness
from social_r1.evaluation.comparison.table import Column, Row, make_table
from social_r1.pages import render_page
from social_r1.records import jsonable, write_json


class Compared(NamedTuple):
    """The first model against each of the others, and what each holds against."""

    folders: list[EvalFolder]
    comparisons: list[Comparison]
    robustness: list[Robustness]


def compare_all(folders: Sequence[EvalFolder], *, seed: int = 0) -> Compared:
    """Compare the first folder with each of the others.

    Raises:
        InputError: fewer than two folders, or as `compare`.
    """
    if len(folders) < 2:
        raise InputError(f"{len(folders)} evaluation folder; repair: give two or more")
    return Compared(
        list(folders),
        [compare(folders[0], other, seed=seed) for other in folders[1:]],
        [robustness(folder, seed=seed) for folder in folders],
    )


def comparison_json(found: Compared) -> dict[str, Any]:
    """The comparison as plain JSON values; floats that are no number never occur."""
    table = make_table(found.folders, "all")
    return {
        "models": [
            {"label": one.label, "model": one.model, "folder": str(one.path)}
            for one in found.folders
        ],
        "comparisons": jsonable(found.comparisons),
        "robustness": jsonable(found.robustness),
        "table": [
            {
                "kind": row.kind,
                "name": row.name,
                "figures": [_figure(row, column) for column in row.cells],
            }
            for row in table.rows
        ],
        "notes": list(table.notes),
    }


def write_comparison(found: Compared, out: str | Path, *, with_charts: bool = True) -> list[Path]:
    """Write the page, ``comparison.json``, tables (CSV, Markdown, LaTeX) and charts (PNG, SVG).

    Raises:
        MissingExtraError: jinja2 or matplotlib is not installed; nothing is written then.
    """
    drawings = charts(found.folders) if with_charts else []
    page = render(found, drawings)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    every, main = make_table(found.folders, "all"), make_table(found.folders, "main")
    texts = {
        "comparison.html": page,
        "table.csv": as_csv(every),
        "table.md": as_md(main),
        "table.tex": as_latex(main),
        "abilities.csv": abilities(found.folders),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_json(folder / "comparison.json", comparison_json(found))
    written = [folder / name for name in [*texts, "comparison.json"]]
    return [*written, *write_charts(drawings, folder / "figures")]


def render(found: Compared, drawings: Sequence[Drawing] = ()) -> str:
    """Fill the template.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    table = make_table(found.folders, "main")
    shown = [one for one in found.robustness if one.perturbations or one.orders]
    context = {
        "title": in_words(found.folders),
        "headline": headline(found.comparisons),
        "comparisons": [_seen(one) for one in found.comparisons],
        "table": table,
        "measured": {column for row in table.of("ours") for column in row.cells},
        "drawings": drawings,
        "robustness": shown,
        "perturbed": any(one.perturbations for one in shown),
        "ordered": any(one.orders for one in shown),
    }
    filters = {
        "share": _share,
        "signed": signed,
        "chance": p_text,
        "verdict": _verdict,
        "base64": _base64,
    }
    return render_page(
        "social_r1.evaluation.comparison", "comparison.html.j2", "report", filters, **context
    )


def headline(comparisons: Sequence[Comparison]) -> str:
    """What the comparisons come to, in a sentence each."""
    said: list[str] = []
    for one in comparisons:
        gains = sum(is_gain(found.whole) for found in one.sets)
        losses = sum(not flag.part and flag.cause != "reading" for flag in one.flags)
        others = len(one.flags) - losses
        text = (
            f"Of {len(one.sets)} {'set' if len(one.sets) == 1 else 'sets'}, {one.after} is clearly "
            f"better than {one.before} on {gains} and clearly worse on {losses}"
        )
        more = f"; {others} more {'flag' if others == 1 else 'flags'} below" if others else ""
        said.append(f"{text}{more}.")
    return " ".join(said)


def signed(value: float) -> str:
    """A difference with its sign, to three decimals.

    >>> signed(0.1), signed(-0.25), signed(-0.0001)
    ('+0.100', '−0.250', '0.000')
    """
    number = f"{abs(value):.3f}"
    return number if float(number) == 0 else f"{'+' if value > 0 else '−'}{number}"


def p_text(value: float) -> str:
    """A p-value as it is read.

    >>> p_text(0.21875), p_text(0.00002)
    ('0.219', '< 0.001')
    """
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


class _Seen(NamedTuple):
    """One set as the template wants it."""

    name: str
    notes: tuple[str, ...]
    metrics: Sequence[Any]
    parts: list[tuple[str, Change]]
    failures: Change
    length: Change


def _seen(one: Comparison) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in (
            "before", "after", "flags", "overall", "refused", "only_before", "only_after", "notes"
        )},
        "rows": [(found.name, found.whole) for found in one.sets],
        "sets": [
            _Seen(
                found.name, found.notes, found.metrics,
                [(part.name, part) for part in found.dimensions], found.failures, found.length,
            )
            for found in one.sets
        ],
    }  # fmt: skip


def _share(value: float) -> str:
    return f"{value:.3f}"


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _verdict(change: Change) -> str:
    """CSS class of a difference that is clear."""
    p = change.p if change.holm is None else change.holm
    if p >= 0.05 or change.difference.low <= 0 <= change.difference.high:
        return ""
    return " pass" if change.difference.value > 0 else " fail"


def _figure(row: Row, column: Column) -> dict[str, Any]:
    """A cell; those that are not ours have no interval, and the reported ones a source."""
    found = row.cells[column]
    figure: dict[str, Any] = {"set": column.set, "metric": column.metric}
    if row.kind == "ours":
        return figure | dict(jsonable(found))
    where = row.sources.get(column)
    return figure | {"value": found.value} | ({"where": where} if where else {})
