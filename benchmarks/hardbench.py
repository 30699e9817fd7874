# ruff: noqa: T201
"""Proved items per second, beside a straightforward ToMi-style generator written for the purpose.

The simple one draws moves at random, changes dictionaries of beliefs while it prints, and asks one
question of each order: no proof, no blocks, no balance, a dozen sentences. Ours draws blocks of
four, proves each answer by two oracles, balances every named shortcut, works out twins,
perturbation operators, pivotal lines and the ledger. The ratio says what that costs. What one core
does is told in processor time, which other jobs on the machine disturb less.

    python benchmarks/hardbench.py --items 800
"""

from __future__ import annotations

import argparse
import time
from random import Random

from social_r1.hardbench.release import RELEASES, build_release, build_split

NAMES = ("Ella", "Oliver", "Emma", "Noah", "Isla", "Jack")
PLACES = ("red box", "tin jar", "blue crate", "old chest")
ROOM = "kitchen"


def simple_item(rng: Random) -> dict[str, object]:
    """One story with a first- and a second-order question, labels kept while printing."""
    people = rng.sample(NAMES, 3)
    inside = set(people)
    place = rng.choice(PLACES)
    first = dict.fromkeys(people, place)
    second = {(a, b): place for a in people for b in people if a != b}
    story = [f"{', '.join(people)} entered the {ROOM}.", f"The ball is in the {place}."]
    for _ in range(rng.randint(3, 7)):
        if len(inside) > 1 and rng.random() < 0.4:
            who = rng.choice(sorted(inside))
            inside.discard(who)
            story.append(f"{who} exited the {ROOM}.")
            continue
        who, place = rng.choice(sorted(inside)), rng.choice(PLACES)
        story.append(f"{who} moved the ball to the {place}.")
        for a in inside:
            first[a] = place
            for b in inside - {a}:
                second[a, b] = place
    a, b = rng.sample(people, 2)
    return {
        "story": " ".join(story),
        "questions": [
            (f"Where will {a} look for the ball?", first[a]),
            (f"Where does {a} think that {b} looks for the ball?", second[a, b]),
        ],
    }


def split_rate(items: int, seed: int) -> float:
    """Items of the training split per second of processor time, in this process alone."""
    split = RELEASES["core-800"]["train"]
    start = time.process_time()
    made = build_split(f"speed-{seed}", "train", split, items, set())
    return len(made) / (time.process_time() - start)


def main() -> None:
    """Time all and print items per second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng, count = Random(arguments.seed), 20 * arguments.items
    start = time.perf_counter()
    for _ in range(count):
        simple_item(rng)
    simple = count / (time.perf_counter() - start)
    whole = sum(split.items for split in RELEASES["core-800"].values())
    build_release("core-800", arguments.seed, scale=8 / whole)  # reads the word banks
    start = time.perf_counter()
    built = build_release("core-800", arguments.seed, scale=arguments.items / whole)
    seconds = time.perf_counter() - start
    items = sum(len(x) for x in built.values())
    core = split_rate(arguments.items, arguments.seed)
    print(f"ToMi-style, unproved: {simple:9.0f} items/s")
    print(f"core-800, proved:     {items / seconds:9.0f} items/s ({items} items, {seconds:.1f} s)")
    print(f"ratio:                {simple * seconds / items:9.0f}")
    print(f"one core, training:   {core:9.1f} items per second of processor time")


if __name__ == "__main__":
    main()
