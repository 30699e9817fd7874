# ruff: noqa: T201
"""Put the figures of three red team runs into the tables of `docs/results/redteam.md`.

What stands in the last column of a row, and which rows are bold, is for people to say and stays.

for c in redteam redteam_paper redteam_nano; do
    social-r1 redteam --config configs/$c.yaml --out outputs/$c
done
python benchmarks/redteam_tables.py outputs/redteam outputs/redteam_paper outputs/redteam_nano
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

DOC = Path(__file__).parent.parent / "docs" / "results" / "redteam.md"


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    """What each cheat and each reference earned in a run, by name."""
    report = json.loads((folder / "redteam.json").read_text(encoding="utf-8"))
    return {row["name"]: row["earned"] for row in (*report["references"], *report["rows"])}


def figure(value: float) -> str:
    """Three digits, without the nought in front."""
    return "1.00" if value > 0.9995 else f"{value:.3f}"[1:]


def main() -> None:
    """Rewrite the rows that name a cheat or a reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("recommended", "paper", "nano"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    ours, paper, nano = map(rows, (arguments.recommended, arguments.paper, arguments.nano))
    found: list[str] = []
    for line in DOC.read_text(encoding="utf-8").splitlines():
        name = re.match(r"\| \**`(\w+)`\** \|", line)
        if name and name[1] in paper and line.count("|") == 10:
            first, *_, last = line.strip("|").split("|")
            p, r, n = paper[name[1]], ours[name[1]], nano[name[1]]["guess"]["value"]
            low, high = (figure(r["guess"][end]) for end in ("low", "high"))
            cells = [
                figure(p["guess"]["value"]), figure(p["right"]), figure(p["beyond"]),
                f"{figure(r['guess']['value'])} [{low}, {high}]", figure(r["right"]),
                figure(r["beyond"]), figure(n),
            ]  # fmt: skip
            line = f"|{first}| {' | '.join(cells)} |{last}|"
        found.append(line)
    DOC.write_text("\n".join(found) + "\n", encoding="utf-8")
    print(f"{DOC}: figures put in; read its prose against them")


if __name__ == "__main__":
    main()
