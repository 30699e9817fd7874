"""`social-r1 score`: replay a reward on saved completions (DESIGN 5, contract of ``score``).

A row is ``{"item": {…}, "completion": "…"}``. It may carry recorded grader outputs,
``"graders": {"structure": 0.3, "content": -1.0}``, used instead of calling the graders (null means
that the grader failed), and ``"progress": 0.5``. Rollouts of our own training are such rows; where
they name their item by ``item_id`` only, ``--items`` gives the file of questions. Where no content
score is recorded, the oracle of the hard benchmark gives it for items that carry their world.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import typer

from social_r1.cli.console import note, print_json, print_table
from social_r1.cli.options import keep_inputs
from social_r1.hardbench import OracleContent
from social_r1.records import read_items, read_jsonl, write_jsonl
from social_r1.rewards import CompositeReward, reward_config
from social_r1.serving.rows import ItemReader, SavedRow, read_row, replay

SHOWN = (
    "total", "format", "outcome", "structure", "content_score", "content", "window", "repetition",
    "length",
)  # fmt: skip


def score(
    file: Annotated[Path, typer.Argument(help="JSONL rows with item and completion.")],
    config: Annotated[str, typer.Option(help="Name of a reward profile or a YAML file.")] = "paper",
    compare: Annotated[
        str | None, typer.Option(help="A second reward to set beside the first.")
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="Questions of rows that carry only an item_id.")
    ] = None,
    progress: Annotated[
        float, typer.Option(min=0, max=1, help="Moment of the run for rows that do not say.")
    ] = 1.0,
    out: Annotated[Path | None, typer.Option(help="Write the scored rows to this file.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per row, with every part.")
    ] = False,
) -> None:
    """Score saved completions: every part of the reward, raw and weighted, and the total.

    Example: social-r1 score rollouts.jsonl --config paper --compare outcome_only
    """
    keep_inputs(out, file, items)
    rewards = [
        CompositeReward(reward_config(name), content=OracleContent())
        for name in (config, compare)
        if name is not None
    ]
    rows = list(read_saved(file, items=items, progress=progress))
    results = [replay(reward, rows) for reward in rewards]
    scored = results[0]
    if compare is not None:
        scored = [{**a, "compare": b} for a, b in zip(*results, strict=True)]
    if out is not None:
        note(f"{write_jsonl(out, scored)} rows written to {out}")
    if as_json:
        for row in scored:
            print_json(row, indent=None)
        return
    _summarise([reward.config.name for reward in rewards], results)


def read_saved(
    file: Path, *, items: Path | None = None, progress: float = 1.0
) -> Iterator[SavedRow]:
    """Read and check the rows of a file of completions.

    Raises:
        InputError: a row that lacks something or has it in the wrong form; names file and line.
    """
    reader = ItemReader({item.id: item for item in read_items(items)} if items else {})
    for line, row in read_jsonl(file):
        yield read_row(row, reader, line=line, place=f"{file}:{line}", progress=progress)


def _summarise(names: Sequence[str], results: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    """Means of the parts over the rows that have them, then how the parsing ended."""
    columns = ["mean of"]
    for name in names:
        columns += [name, f"{name}: rows"]
    table: list[list[object]] = []
    for part in SHOWN:
        cells: list[object] = [part]
        for rows in results:
            values = [float(row[part]) for row in rows if row[part] is not None]
            cells += [fmean(values) if values else None, len(values)]
        table.append(cells)
    failed: list[object] = ["missing graders"]
    for rows in results:
        failed += [None, sum(bool(row["missing"]) for row in rows)]
    print_table(f"{len(results[0])} completions", columns, [*table, failed])
    counts = [Counter(str(row["parse"]) for row in rows) for rows in results]
    kinds = sorted(set().union(*counts), key=lambda kind: -counts[0][kind])
    print_table(
        "Parsing", ["outcome", *names], [[kind, *(c[kind] for c in counts)] for kind in kinds]
    )
