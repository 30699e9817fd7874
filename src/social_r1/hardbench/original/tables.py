"""Rows of CSV, TSV, JSONL and parquet files, each with its place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from social_r1.errors import InputError, MissingExtraError
from social_r1.records import read_jsonl

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")

SPLIT_WORDS = {
    "train": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
}
"""Words in a file's name that tell its split."""

Row = Mapping[str, object]


def data_files(path: Path) -> list[Path]:
    """The files to read: the path itself, or all of a folder; they must have one ending.

    Raises:
        InputError: no such file, or none or several kinds in the folder.
    """
    ours = ", ".join(SUFFIXES)
    if not path.is_dir():
        if not path.is_file():
            raise InputError(f"{path} does not exist; repair: check the path")
        if path.suffix.lower() not in SUFFIXES:
            raise InputError(f"{path} is not one of {ours}; repair: give such a file")
        return [path]
    found = sorted(f for f in path.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    kinds = sorted({f.suffix.lower() for f in found})
    if len(kinds) > 1:
        raise InputError(f"{path} holds {', '.join(kinds)} files; repair: name one of its files")
    if not kinds:
        raise InputError(f"{path} holds no file of {ours}; repair: check the folder")
    return found


def split_of(file: Path) -> str:
    """The split that a file's name tells; ``test`` where it tells none.

    >>> split_of(Path("ToMBench_Hard_val.csv"))
    'val'
    """
    words = re.split(r"[^a-z]+", file.stem.lower())
    return next((SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS), "test")


def read_rows(file: Path) -> Iterator[tuple[str, Row]]:
    """Yield ``(place, row)``; the place is the file with the line or the number of the row.

    Raises:
        InputError: the file is broken.
        MissingExtraError: parquet without pyarrow.
    """
    match file.suffix.lower():
        case ".jsonl":
            for number, row in read_jsonl(file, allow_nan=True):
                yield f"{file}:{number}", row
        case ".parquet":
            yield from _parquet_rows(file)
        case _:
            yield from _table_rows(file)


def _parquet_rows(file: Path) -> Iterator[tuple[str, Row]]:
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("pyarrow", "train") from error
    try:
        rows: list[dict[str, object]] = parquet.read_table(file).to_pylist()
    except (OSError, ValueError) as error:
        raise InputError(f"{file} is no parquet file ({error}); repair: get it anew") from error
    for number, row in enumerate(rows, start=1):
        yield f"{file}: row {number}", row


def _table_rows(file: Path) -> Iterator[tuple[str, Row]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 ({error.reason}); repair: save it as UTF-8") from error
    delimiter = max(",\t;", key=lambda d: _width(text, d))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head: list[str] = next(reader, list[str]())
        last = reader.line_num
        for fields in reader:
            place, last = f"{file}:{last + 1}", reader.line_num
            if not any(field.strip() for field in fields):
                continue
            if len(fields) > len(head):
                raise InputError(
                    f"{place}: {len(fields)} fields under {len(head)} columns; "
                    "repair: put texts that hold the delimiter in double quotes"
                )
            yield place, dict(zip(head, [*fields, *[""] * (len(head) - len(fields))], strict=True))
    except csv.Error as error:
        raise InputError(f"{file}: broken table ({error}); repair: get it anew") from error


def _width(text: str, delimiter: str) -> int:
    """How many columns a delimiter cuts the head into; 0 where it cannot."""
    try:
        stream = io.StringIO(text, newline="")
        return len(next(csv.reader(stream, delimiter=delimiter, strict=True), list[str]()))
    except csv.Error:
        return 0
