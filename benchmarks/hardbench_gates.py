# ruff: noqa: T201
"""The two splits on which `docs/results/hardbench.md` rests: 2,472 items each, train and test.

Twins are made of the test items, and written apart.

python benchmarks/hardbench_gates.py --out outputs/gates
social-r1 audit outputs/gates/test.jsonl --train outputs/gates/train.jsonl --gates
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from social_r1.hardbench.release import TEST, TRAIN, Split, build_split
from social_r1.items import SocialItem
from social_r1.records import write_jsonl


def build(name: str, count: int) -> tuple[str, list[SocialItem], list[SocialItem], float]:
    """One split with its twins, and the seconds that it took."""
    start = time.perf_counter()
    spec = {"train": TRAIN, "test": TEST}[name]
    made = build_split(f"y-{name}", name, Split(spec, count), count, set(), twins=name == "test")
    items, twins = [item for item, _ in made], [t for _, found in made for t in found]
    return name, items, twins, time.perf_counter() - start


def main() -> None:
    """Build both, one process each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--items", type=int, default=2472)
    arguments = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        for name, items, twins, seconds in pool.map(
            build, ("train", "test"), (arguments.items,) * 2
        ):
            write_jsonl(arguments.out / f"{name}.jsonl", items)
            if twins:
                write_jsonl(arguments.out / "twins.jsonl", twins)
            print(f"{name}: {len(items)} items, {len(items) / seconds:.1f} a second and core")


if __name__ == "__main__":
    main()
