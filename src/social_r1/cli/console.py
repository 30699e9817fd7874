"""What commands say: results on standard output, news about the work on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO

from social_r1.records import jsonable

PIPE_WIDTH = 400
"""Columns of a table that goes into a file or a pipe."""


def print_line(text: str) -> None:
    """Write one line on standard output."""
    sys.stdout.write(text + "\n")


def print_json(value: object, *, indent: int | None = 2) -> None:
    """Write one JSON document on standard output; ``indent=None`` makes it one line.

    Raises:
        ValueError: a number that is not finite.
    """
    text = json.dumps(jsonable(value), ensure_ascii=False, indent=indent, allow_nan=False)
    sys.stdout.write(text + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table on standard output; floats get four decimals, None becomes a dash."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    cells = [[_cell(value) for value in row] for row in rows]
    numbers = [all(map(_is_number, column)) for column in zip(*cells, strict=True)]
    for i, column in enumerate(columns):
        numeric = bool(numbers) and numbers[i]
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(text) for text in row))
    if sys.stdout.isatty():
        Console(file=sys.stdout).print(table)
        return
    # Where no terminal looks on, rows stay whole instead of being folded to its width.
    text = StringIO()
    Console(file=text, width=PIPE_WIDTH).print(table)
    for line in text.getvalue().splitlines():
        print_line(line.rstrip())


def note(text: str) -> None:
    """Write one line of news on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def status(message: str) -> Iterator[None]:
    """Show on standard error that something is being done; a spinner where a person looks on."""
    if not sys.stderr.isatty():
        note(f"{message} ...")
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield


@contextmanager
def progress(message: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error; the callable it gives moves the bar by so many steps.

    >>> with progress("Scoring", total=2) as advance:
    ...     advance(1)
    ...     advance(1)
    """
    if not sys.stderr.isatty():
        note(f"{message} ({total}) ...")
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(message, total=total)
        yield lambda steps: bar.advance(task, steps)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _is_number(text: str) -> bool:
    return text == "–" or text.lstrip("+-−").replace(".", "", 1).replace("%", "", 1).isdigit()
