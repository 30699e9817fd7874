"""Evaluation folders written by hand, for the tests of comparison and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from social_r1.evaluation.types import Answer, ItemRow, Summary
from social_r1.records import write_json, write_jsonl
from social_r1.stats import Interval, wilson


def row(item: str, *runs: float, **changes: Any) -> ItemRow:
    """An item with one score per run; right answers name option 0, wrong ones option 1."""
    picks = tuple(0 if value == 1 else 1 for value in runs)
    fields: dict[str, Any] = {
        "item_id": item,
        "group": item,
        "dimension": "Belief",
        "source": "test",
        "difficulty": 1,
        "meta": {},
        "greedy": sum(runs) / len(runs) if runs else None,
        "voted": None,
        "sampled": None,
        "k": 0,
        "parse": {"ok": len(runs)},
        "length": 100.0,
        "completion": "",
        "places": (0, 1, 2, 3),
        "answers": tuple(
            answer(order, pick, right=value == 1)
            for order, (pick, value) in enumerate(zip(picks, runs, strict=True))
        ),
        "runs": runs,
        "picks": picks,
    }
    return ItemRow.model_validate(fields | changes)


def answer(order: int, pick: int | None, *, right: bool, **changes: Any) -> Answer:
    fields: dict[str, Any] = {
        "order": order, "places": (0, 1, 2, 3), "sample": None, "letter": None, "option": pick,
        "correct": right, "value": float(right), "outcome": "ok", "well_formed": True,
        "length": 100, "tokens": None, "text": "",
    }  # fmt: skip
    return Answer.model_validate(fields | changes)


def summary(name: str, rows: Sequence[ItemRow], **changes: Any) -> Summary:
    """The figures of these rows; ``accuracy`` is the figure to report."""
    scores = [sum(one.runs) / len(one.runs) for one in rows if one.runs]
    kinds: dict[str, list[float]] = {}
    for one in rows:
        kinds.setdefault(one.dimension, []).append(sum(one.runs) / max(1, len(one.runs)))
    found = wilson(sum(scores), len(scores)) if scores else Interval(0, 0, 0, 0)
    fields: dict[str, Any] = {
        "name": name, "n": len(rows), "metrics": {"accuracy": found},
        "shortcuts": {
            "random": {"accuracy": 0.25}, "letter A": {"accuracy": 0.3},
            "letter B": {"accuracy": 0.2}, "longest": {"accuracy": 0.35},
        },
        "greedy": found, "voted": None, "sampled": None, "joint": None, "ladder": None,
        "consistency": None, "failures": {}, "failure_rate": 0.0, "unread": 0.0,
        "well_formed": 1.0, "length": 100.0, "chance": 0.25, "letter": 0.3, "best_letter": "A",
        "longest": 0.35, "shortest": 0.2, "seconds": 1.0,
        "dimensions": {kind: wilson(sum(v), len(v)) for kind, v in kinds.items()},
    }  # fmt: skip
    return Summary.model_validate(fields | changes)


def write_folder(
    path: Path,
    sets: Mapping[str, Sequence[ItemRow]],
    model: str = "",
    summaries: Mapping[str, Mapping[str, Any]] | None = None,
    **config: Any,
) -> Path:
    """An evaluation folder as the evaluation room leaves it."""
    found = {
        name: summary(name, rows, **(summaries or {}).get(name, {})) for name, rows in sets.items()
    }
    settings = {"model": model or path.name, "samples": 0, "orders": 1, "seed": 0} | config
    write_json(path / "results.json", {"config": settings, "sets": found})
    for name, rows in sets.items():
        write_jsonl(path / f"{name}.jsonl", rows)
        write_json(path / f"{name}.json", {"fingerprint": str(path), "summary": found[name]})
    return path
