# ruff: noqa: T201
"""The tables of `docs/results/hardbench.md`, from what `hardbench_gates.py` and `audit` wrote.

python benchmarks/hardbench_gates.py --out outputs/gates
social-r1 audit outputs/gates/test.jsonl --train outputs/gates/train.jsonl --gates --out outputs/gates/audit
python benchmarks/hardbench_tables.py outputs/gates > docs/results/hardbench_tables.md
"""  # noqa: E501

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from social_r1.hardbench import solver_table
from social_r1.items import SocialItem
from social_r1.records import read_items

DIMENSIONS = ("Belief", "Knowledge", "Desire", "Emotion", "Intention", "Non-literal")
ABLATIONS = {
    "all_attentive": "naps and absent minds",
    "no_watchers": "hidden watchers",
    "trust_everyone": "distrust",
    "trust_no_one": "testimony",
    "watchers_known": "that watchers are hidden",
    "typical_emotion": "the stake (chance .5)",
    "first_stake": "whose stake it is (chance .5)",
    "ties_ignored": "that a rival gains by the loss",
    "omniscient": "belief: reality is taken for it (chance .5)",
    "hearer_unheeded": "the hearer (chance .5)",
    "suggestion_unheeded": "what is suggested (.75 by construction)",
    "interest_unheeded": "whom it suits (chance .5)",
}


def figure(value: float) -> str:
    """``.250``."""
    return f"{value:.3f}".removeprefix("0")


def head(*columns: str) -> Iterator[str]:
    """The head of a table."""
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"


def shortcuts(items: list[SocialItem]) -> Iterator[str]:
    """Accuracy of every named shortcut by dimension."""
    table = solver_table(items)
    names = sorted({n for d in table.values() for n in d})
    yield from head("shortcut", *DIMENSIONS)
    for name in names:
        if not name.startswith("position") and name not in ("longest", "shortest"):
            cells = [figure(table[d][name].value) if name in table[d] else "" for d in DIMENSIONS]
            yield f"| {name} | {' | '.join(cells)} |"


def ablations(items: list[SocialItem]) -> Iterator[str]:
    """Share of items that do without a mechanism."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for item in items:
        for name, hit in item.meta["ablations"].items():
            hits[name, item.dimension].append(hit)
    yield from head("left out", *DIMENSIONS)
    for name, text in ABLATIONS.items():
        found = [hits.get((name, d), []) for d in DIMENSIONS]
        cells = [figure(sum(h) / len(h)) if h else "" for h in found]
        yield f"| {text} | {' | '.join(cells)} |"


def probes(transfer: dict[str, Any]) -> Iterator[str]:
    """Accuracy of the learned probes."""
    yield from head("probe", "all", *DIMENSIONS, "depth ≥ 2")
    for name, probe in transfer.items():
        by = probe["by"]
        deep = [v for k, v in by["depth"].items() if int(k) >= 2]
        mean = sum(v["value"] * v["n"] for v in deep) / sum(v["n"] for v in deep)
        whole = by["all"]["all"]
        cells = [figure(by["dimension"][d]["value"]) for d in DIMENSIONS]
        ends = f"{figure(whole['value'])} [{figure(whole['low'])}, {figure(whole['high'])}]"
        yield f"| {name} | {ends} | {' | '.join(cells)} | {figure(mean)} |"


def operators(items: list[SocialItem]) -> Iterator[str]:
    """In how many items undoing an operator flips the answer, and in how many not."""
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        for tag in item.meta["operators"]:
            name, _, kind = tag.partition(":")
            uses[name][kind] += 1
    yield from head("operator", "DIR", "INV")
    for name in sorted(uses):
        yield f"| {name} | {uses[name]['DIR']} | {uses[name]['INV']} |"


def shares(items: list[SocialItem]) -> Iterator[str]:
    """Designs, forms and depth."""
    for key in ("design", "form"):
        counts = Counter(i.meta[key] for i in items)
        yield f"{key.title()}s: " + ", ".join(
            f"{n} {c / len(items):.0%}" for n, c in counts.most_common()
        )
        yield ""
    deep = sum(i.meta["depth"] >= 2 for i in items) / len(items)
    yield f"Binding depth of two or more: {deep:.0%}."


def main() -> None:
    """Print all tables."""
    folder = Path(sys.argv[1])
    items = read_items(folder / "test.jsonl")
    audit = json.loads((folder / "audit" / "audit.json").read_text(encoding="utf-8"))
    for title, rows in (
        ("Named shortcuts on the test split", shortcuts(items)),
        ("What does without a mechanism", ablations(items)),
        ("Learned probes", probes(audit["transfer"])),
        ("Operators on the test split", operators(items)),
        ("Shares", shares(items)),
    ):
        print(f"## {title}\n\n" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
