"""Tables of `docs/results/benchmarks.md` from two evaluations of the same sets.

social-r1 eval --model nano/shipped --tasks A,B --protocol both --limit 500 --out BEFORE
social-r1 eval --model nano/POLICY  --tasks A,B --protocol both --limit 500 --out AFTER
python benchmarks/evaluation_tables.py BEFORE AFTER
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from social_r1.evaluation.types import ItemRow, Summary
from social_r1.records import read_jsonl
from social_r1.stats import paired_bootstrap


def summaries(folder: Path) -> dict[str, Summary]:
    """Name of a set to its figures."""
    found: dict[str, Any] = json.loads((folder / "results.json").read_text())["sets"]
    return {name: Summary.model_validate(summary) for name, summary in found.items()}


def scores(folder: Path, name: str) -> dict[str, tuple[str, float]]:
    """Item to its group and its mean score over runs."""
    rows = (ItemRow.model_validate(row) for _, row in read_jsonl(folder / f"{name}.jsonl"))
    return {row.item_id: (row.group, sum(row.runs) / len(row.runs)) for row in rows}


def row(name: str, before: Summary, after: Summary, folders: tuple[Path, Path]) -> list[str]:
    """One line of the table."""
    figure = next(iter(before.metrics))
    old, new = before.metrics[figure], after.metrics[figure]
    shortcuts = {rule: found.get(figure, 0.0) for rule, found in before.shortcuts.items()}
    letters = {rule[-1]: value for rule, value in shortcuts.items() if rule.startswith("letter ")}
    letter = max(letters, key=lambda one: letters[one], default="")
    first, second = (scores(folder, name) for folder in folders)
    ids = sorted(first.keys() & second.keys())
    gain = paired_bootstrap(
        [first[one][1] for one in ids], [second[one][1] for one in ids],
        groups=[first[one][0] for one in ids], n_boot=2000,
    )  # fmt: skip
    return [
        name,
        str(before.n),
        figure,
        f"{old.value:.3f} [{old.low:.3f}, {old.high:.3f}]",
        f"{new.value:.3f} [{new.low:.3f}, {new.high:.3f}]",
        f"{100 * gain.value:+.1f} [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]",
        f"{shortcuts['random']:.3f}",
        f"{letter} {letters[letter]:.3f}" if letter else "",
        f"{shortcuts['longest']:.3f}",
        f"{shortcuts['shortest']:.3f}",
        f"{before.unread:.2f} / {after.unread:.2f}",
    ]


def lines(before: Path, after: Path) -> Iterator[str]:
    """The table in Markdown."""
    head = (
        "set", "items", "figure", "before", "after", "gain in item score, points", "guessing",
        "best letter", "longest", "shortest", "unread before / after",
    )  # fmt: skip
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    old, new = summaries(before), summaries(after)
    for name in [one for one in old if one in new]:
        yield "| " + " | ".join(row(name, old[name], new[name], (before, after))) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    given = parser.parse_args()
    sys.stdout.write("\n".join(lines(given.before, given.after)) + "\n")


if __name__ == "__main__":
    main()
