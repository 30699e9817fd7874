# ruff: noqa: T201
"""Put the tables that a benchmark printed into the page of `docs/results` that shows them.

A table takes the place of the one with the same columns under the same heading (up to its first
comma; the second of such a pair that of the second, and so on). What the page does not have is
named and left out; the prose stays, to be read against the new figures.

python benchmarks/structure.py --data ../shared/benchmarks --samples 200 > outputs/structure.log
python benchmarks/put_tables.py outputs/structure.log docs/results/structure.md
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

Key = tuple[str, str, int]
"""Heading, row of columns, and number among those alike."""


def tables(lines: list[str]) -> dict[Key, range]:
    """The lines of each table."""
    found: dict[Key, range] = {}
    alike: Counter[tuple[str, str]] = Counter()
    heading, start = "", None
    for number, line in enumerate([*lines, ""]):
        if line.startswith("|"):
            start = number if start is None else start
        elif start is not None:
            kind = heading, lines[start]
            found[*kind, alike[kind]] = range(start, number)
            alike[kind] += 1
            start = None
        if line.startswith("#"):
            heading = line.lstrip("#").partition(",")[0].strip()
    return found


def main() -> None:
    """Exchange them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("page", type=Path)
    arguments = parser.parse_args()
    new = arguments.log.read_text(encoding="utf-8").splitlines()
    page = arguments.page.read_text(encoding="utf-8").splitlines()
    printed, shown = tables(new), tables(page)
    for key in reversed(shown):  # from the end, so that the numbers before stay right
        if key in printed:
            page[shown[key].start : shown[key].stop] = [new[i] for i in printed[key]]
    arguments.page.write_text("\n".join(page) + "\n", encoding="utf-8")
    print(f"{arguments.page}: {len(printed.keys() & shown.keys())} tables put in")
    for heading, columns, _ in printed.keys() - shown.keys():
        print(f"left out, as the page has no such table: {heading}: {columns}")
    print("read its prose against them")


if __name__ == "__main__":
    main()
