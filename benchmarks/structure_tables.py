# ruff: noqa: T201
"""Put what `benchmarks/structure.py` printed into the tables of `docs/results/structure.md`.

A table takes the place of the one under the same heading at the same place; the others stay, and so
does the prose, to be read against the new figures.

python benchmarks/structure.py --data ../shared/benchmarks --samples 200 > structure.log
python benchmarks/structure_tables.py structure.log
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "results" / "structure.md"


def tables(lines: list[str]) -> dict[tuple[str, int], range]:
    """The lines of each table, by the heading that it stands under and its number there."""
    found: dict[tuple[str, int], range] = {}
    seen: Counter[str] = Counter()
    heading, start = "", None
    for number, line in enumerate([*lines, ""]):
        if line.startswith("|") and start is None:
            start = number
        elif not line.startswith("|") and start is not None:
            found[heading, seen[heading]] = range(start, number)
            seen[heading] += 1
            start = None
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
    return found


def main() -> None:
    """Exchange them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    new = parser.parse_args().log.read_text().splitlines()
    old = PAGE.read_text().splitlines()
    there, here = tables(new), tables(old)
    for key in reversed(here):  # from the end, so that the numbers before stay right
        if key in there:
            old[here[key].start : here[key].stop] = [new[i] for i in there[key]]
    missing = sorted({heading for heading, _ in there.keys() - here.keys()})
    if missing:
        raise SystemExit(f"{PAGE.name} has no table for {missing}; repair: add the headings")
    PAGE.write_text("\n".join(old) + "\n")
    print(f"{PAGE.name}: {len(there)} tables put in; read its prose against them")


if __name__ == "__main__":
    main()
