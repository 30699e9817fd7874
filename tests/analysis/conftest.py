"""Synthetic run folders: stories, answers and metrics written here, in the agreed layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from social_r1.records import write_json, write_jsonl

PLACES = ("red box", "tin jar", "blue bag", "oak chest")
PEOPLE = ("Ella", "Ben", "Mia", "Tom")


def make_item(name: str, number: int, rng: Random) -> dict[str, Any]:
    """Item ``number`` of a set; four items share a block, their answers differ."""
    places = rng.sample(PLACES, 4)
    who, other = rng.sample(PEOPLE, 2)
    order = 1 + number % 2
    design = ("perm", "relay")[number // 2 % 2]
    story = "\n".join(
        [
            f"{who} and {other} are in the hall.",
            f"{who} puts the key in the {places[0]}.",
            f"{who} leaves the hall.",
            f"{other} moves the key to the {places[1]}.",
            f"{who} comes back.",
        ]
    )
    return {
        "id": f"{name}-{number}",
        "source": "hardbench",
        "dimension": "Belief" if number % 3 else "Knowledge",
        "group": f"{name}-block{number // 4}",
        "story": story,
        "question": f"Where does {who} think the key is?",
        "options": places,
        "answer": 0,
        "split": name,
        "meta": {"order": order, "design": design},
    }


def make_completion(item: dict[str, Any], answer: int, *, early: bool, rng: Random) -> str:
    """A four-stage thought, or one that names its option first and skips stages."""
    letter, place = "ABCD"[answer], item["options"][answer]
    if early:
        return (
            f"<think>\nOption {letter} looks right. The key is in the {place}. "
            f"So the answer is {letter}.\n</think>\n<Answer>{letter}</Answer>"
        )
    who = item["story"].split()[0]
    cues = " ".join(f"[{i}] {line}" for i, line in enumerate(item["story"].splitlines(), 1))
    return (
        f"<think>\nCue Encoding: {cues}\nCue Interpretation: {who}: [2] {place}.\n"
        f"Goal Clarification: The question asks for {who}, whatever the real place is.\n"
        f"Response Generation: {who} ends with the {place}. Option {letter}.\n</think>\n"
        f"<Answer>{letter}</Answer>"
    )


def make_row(item: dict[str, Any], p_right: float, p_early: float, rng: Random) -> dict[str, Any]:
    """One evaluation row of a model that is right with probability ``p_right``."""
    k = 4
    right = sum(rng.random() < p_right for _ in range(k))
    answer = item["answer"] if rng.random() < p_right else rng.randrange(1, 4)
    text = make_completion(item, answer, early=rng.random() < p_early, rng=rng)
    broken = int(rng.random() < 0.05)
    return {
        "item_id": item["id"],
        "group": item["group"],
        "dimension": item["dimension"],
        "meta": item["meta"],
        "greedy": int(answer == item["answer"]),
        "sampled": right / k,
        "k": k,
        "parse": {"ok": k - broken, "no_answer": broken},
        "length": len(text),
        "completion": text,
    }


def make_metrics(steps: int, rng: Random) -> list[dict[str, Any]]:
    """A plausible training log; ``parts/content_score`` is missing now and then."""

    def rise(start: float, end: float, step: int, noise: float) -> float:
        return start + (end - start) * step / steps + rng.gauss(0, noise)

    return [
        {
            "step": step,
            "reward": rise(1.5, 5.2, step, 0.3),
            "parts/format": min(1.0, rise(0.9, 1.0, step, 0.01)),
            "parts/outcome": rise(0.45, 0.7, step, 0.05),
            "parts/structure": rise(0.5, 0.9, step, 0.03),
            "parts/content_score": None if step % 17 == 3 else rise(-0.5, 1.1, step, 0.1),
            "parts/window": rise(0.8, 0.97, step, 0.02),
            "parts/repetition": min(1.0, rise(0.97, 0.99, step, 0.01)),
            "completions/mean_length": rise(310, 420, step, 12),
            "kl": abs(rise(0.0, 0.08, step, 0.004)),
            "seconds": 3.1,
        }
        for step in range(1, steps + 1)
    ]


RunMaker = Callable[..., Path]

RATES = {"easy": (0.9, 0.93), "hard": (0.4, 0.65), "ood": (0.5, 0.58)}
"""Probability of a right answer before and after training."""


def build_run(
    folder: Path,
    *,
    n: int = 48,
    steps: int = 30,
    rates: dict[str, tuple[float, float]] = RATES,
    seed: int = 0,
) -> Path:
    """Write a run folder of ``n`` items per set; everything follows from the seed."""
    rng = Random(seed)
    for name, (before, after) in rates.items():
        items = [make_item(name, number, rng) for number in range(n)]
        write_jsonl(folder / "items" / f"{name}.jsonl", items)
        for moment, p_right, p_early in (("before", before, 0.6), ("after", after, 0.1)):
            rows = [make_row(item, p_right, p_early, rng) for item in items]
            write_jsonl(folder / "eval" / moment / f"{name}.jsonl", rows)
    write_jsonl(folder / "train" / "metrics.jsonl", make_metrics(steps, rng))
    write_json(folder / "timings.json", {"items": 4.2, "training": 181.0, "evaluation": 40.5})
    write_json(
        folder / "manifest.json",
        {
            "command": "social-r1 demo --seed 0",
            "config": {"reward": "nano", "content_scorer": "oracle (event log)", "steps": steps},
            "seeds": {"all": seed},
            "packages": {"social-r1": "0.1.0", "numpy": "2.0"},
            "git": {"commit": "0123456789abcdef", "dirty": False},
        },
    )
    return folder


@pytest.fixture
def make_run(tmp_path: Path) -> RunMaker:
    """Build a run folder in the test's own folder, with chosen rates."""
    return lambda **wanted: build_run(tmp_path / "run", **wanted)
