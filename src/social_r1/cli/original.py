"""`social-r1 hard original`: the authors' own ToMBench-Hard as a file of items."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from social_r1.cli.console import print_json, print_line, print_table
from social_r1.cli.options import keep_inputs
from social_r1.errors import InputError


def original(
    file: Annotated[
        Path,
        typer.Argument(help="the authors' CSV, TSV, JSONL or parquet, or a folder of one kind"),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file of items to write")],
    split: Annotated[
        str | None, typer.Option(help="only this split: train, val or test; default: all")
    ] = None,
    first_index: Annotated[
        int | None,
        typer.Option(min=0, max=1, help="where answers are numbers: what the first option is"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Turn the authors' own ToMBench-Hard into items, as `train` reads them.

    Get the set from the authors first; it is no part of this package. Its columns are found by
    name, in many spellings; what cannot be told for sure is an error. A file's name tells its
    split (`..._train.csv`, `..._val.csv`; without such a word: test). The train questions are for
    training, all others for evaluation only.

    Example: social-r1 hard original ToMBench_Hard_train.csv --out data/tombench_hard/train.jsonl
    """
    from social_r1.hardbench.original import read_original
    from social_r1.hardbench.original.tables import data_files
    from social_r1.records import write_jsonl

    keep_inputs(out, *data_files(file))
    items = read_original(file, first_index=first_index)
    splits = sorted({item.split for item in items})
    if split is not None and split not in splits:
        raise InputError(
            f"{file} holds no question of split {split!r}; repair: one of {', '.join(splits)}, "
            "or a file whose name tells its split"
        )
    kept = [item for item in items if split in (None, item.split)]
    write_jsonl(out, kept)
    counts = Counter((item.dimension, item.split) for item in kept)
    rows = [(dimension, part, n) for (dimension, part), n in sorted(counts.items())]
    if json:
        keys = ("dimension", "split", "n")
        found = [dict(zip(keys, row, strict=True)) for row in rows]
        print_json({"out": str(out), "n": len(kept), "counts": found})
        return
    print_table("Questions", ("dimension", "split", "n"), rows)
    print_line(f"{len(kept)} questions; written: {out}")
