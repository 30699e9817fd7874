# ruff: noqa: T201
"""The tables of `docs/results/hardbench.md`, from what `hardbench_gates.py` and `audit` wrote.

python benchmarks/hardbench_gates.py --out outputs/gates
social-r1 audit outputs/gates/test.jsonl --train outputs/gates/train.jsonl --gates --out outputs/gates/audit
python benchmarks/hardbench_tables.py outputs/gates > outputs/gates/tables.md
python benchmarks/put_tables.py outputs/gates/tables.md docs/results/hardbench.md
"""  # noqa: E501

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from social_r1.audit.types import Trap
from social_r1.audit.worlds import audited_ablations, stage_all
from social_r1.hardbench import solver_table
from social_r1.hardbench.operators import OPERATORS
from social_r1.hardbench.solvers import AUDITED
from social_r1.hardbench.twins import PAIRS
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
    "flatten": "what the hearer takes the speaker to think",
}


def figure(value: float) -> str:
    """``.250``."""
    return f"{value:.3f}".removeprefix("0")


def head(*columns: str) -> Iterator[str]:
    """The head of a table."""
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"


def shortcuts(items: list[SocialItem], audit: dict[str, Any]) -> Iterator[str]:
    """Accuracy of every named shortcut by dimension."""
    table = {d: {n: i.value for n, i in row.items()} for d, row in solver_table(items).items()}
    for name in AUDITED:
        for d, found in audit["figures"][name]["by"]["dimension"].items():
            table[d][name] = found["value"]
    yield from head("shortcut", *DIMENSIONS)
    for name in sorted({n for row in table.values() for n in row}):
        if not name.startswith("position") and name not in ("longest", "shortest"):
            cells = [figure(table[d][name]) if name in table[d] else "" for d in DIMENSIONS]
            yield f"| {name} | {' | '.join(cells)} |"


def traps(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Every trap of HARDBENCH 18 with its measured value beside the limit."""
    yield from head("trap", "measure", "limit", "measured", "n", "verdict")
    for row in rows:
        fields = {name: row[name] for name in Trap._fields}
        found = Trap(**fields)
        value = "" if found.value is None else f"{found.value:.3f}".removesuffix(".000")
        ends = "" if found.interval is None else " [{:.3f}, {:.3f}]".format(*found.interval)
        said = f"{found.verdict} ({found.note})" if found.note else found.verdict
        yield (
            f"| {found.trap} | {found.measure} | {found.limit} | {value}{ends} | {found.n or ''} "
            f"| {said} |"
        )


def role_shares(rows: list[dict[str, Any]]) -> Iterator[str]:
    """How often what is really so is the right option, by operator."""
    yield from head("operator", "P(what is so)", "items")
    for row in rows:
        if row["role"] == "reality":
            share = row["share"]
            ends = f"[{figure(share['low'])}, {figure(share['high'])}]"
            yield f"| {row['operator']} | {figure(share['value'])} {ends} | {share['n']} |"


def ablations(items: list[SocialItem]) -> Iterator[str]:
    """Share of items that do without a mechanism."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for item in items:
        for name, hit in item.meta["ablations"].items():
            hits[name, item.dimension].append(hit)
    for name, values in audited_ablations(stage_all(items)).items():
        for item, value in zip(items, values, strict=True):
            if value is not None:
                hits[name, item.dimension].append(value == 1)
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


def operators(items: list[SocialItem], twins: list[SocialItem]) -> Iterator[str]:
    """In how many items undoing an operator flips the answer or not, and how many twins it has."""
    uses, made = (
        Counter(tag for item in found for tag in item.meta["operators"]) for found in (items, twins)
    )
    yield from head("operator", "DIR", "INV", "twins: DIR", "INV")
    for name in sorted({tag.partition(":")[0] for tag in (*uses, *made)}):
        undone = [uses[f"{name}:{kind}"] if name in OPERATORS else "" for kind in ("DIR", "INV")]
        flips = "" if name not in PAIRS or PAIRS[name].inert else made[f"{name}:DIR"]
        yield f"| {name} | {undone[0]} | {undone[1]} | {flips} | {made[f'{name}:INV']} |"


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
    items, twins = (read_items(folder / f"{name}.jsonl") for name in ("test", "twins"))
    audit = json.loads((folder / "audit" / "audit.json").read_text(encoding="utf-8"))
    for title, rows in (
        ("Named shortcuts on the test split", shortcuts(items, audit)),
        ("What does without a mechanism", ablations(items)),
        ("Learned probes", probes(audit["transfer"])),
        ("Traps (HARDBENCH 18)", traps(audit["traps"])),
        ("What is so, by operator", role_shares(audit["operators"])),
        ("Operators on the test split", operators(items, twins)),
        ("Shares", shares(items)),
    ):
        print(f"## {title}\n\n" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
