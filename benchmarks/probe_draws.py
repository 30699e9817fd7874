# ruff: noqa: T201
"""How much an option-only probe's figure depends on its features and on the draw of the folds.

python benchmarks/probe_draws.py --benchmark emobench --dimension EA --data ../shared/benchmarks
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import (  # pyright: ignore[reportMissingTypeStubs]
    CountVectorizer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]
from sklearn.model_selection import GroupKFold  # pyright: ignore[reportMissingTypeStubs]

from social_r1.evaluation.benchmarks import load_choices
from social_r1.items import SocialItem

FEATURES: dict[str, Callable[[], Any]] = {
    "counts": lambda: CountVectorizer(ngram_range=(1, 2)),
    "presence": lambda: CountVectorizer(ngram_range=(1, 2), binary=True),
    "tf-idf": lambda: TfidfVectorizer(ngram_range=(1, 2)),
    "tf-idf, sublinear": lambda: TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
}
DRAWS = (None, 0, 1, 2, 3)
"""Seeds of the folds; None: in the order of the file."""


def accuracy(items: Sequence[SocialItem], features: Callable[[], Any], seed: int | None) -> float:
    """Share of items whose right option scores highest, five folds over stories."""
    texts = [option for item in items for option in item.options]
    right = np.array([letter == item.letter for item in items for letter in item.letters])
    owner = [n for n, item in enumerate(items) for _ in item.options]
    stories = {story: n for n, story in enumerate(dict.fromkeys(item.story for item in items))}
    groups = np.array([stories[items[n].story] for n in owner])
    folds = GroupKFold(5) if seed is None else GroupKFold(5, shuffle=True, random_state=seed)
    scores = np.zeros(len(texts))
    for train, test in folds.split(texts, right, groups):
        vectorizer = features()
        seen = vectorizer.fit_transform([texts[n] for n in train])
        probe = LogisticRegression(max_iter=2000).fit(seen, right[train])
        scores[test] = probe.decision_function(vectorizer.transform([texts[n] for n in test]))
    best: dict[int, int] = {}
    for place, item in enumerate(owner):
        if item not in best or scores[place] > scores[best[item]]:
            best[item] = place
    return float(right[list(best.values())].mean())


def main() -> None:
    """Print one row of draws per kind of features."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmark", default="emobench")
    parser.add_argument("--dimension", default="EA")
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    items = load_choices(arguments.benchmark, arguments.data)
    items = [item for item in items if item.dimension == arguments.dimension]
    print(f"{len(items)} items\n")
    print(f"| features | folds in file order | {' | '.join(f'seed {s}' for s in DRAWS[1:])} |")
    print(f"|{'---|' * (1 + len(DRAWS))}")
    for name, features in FEATURES.items():
        draws = " | ".join(f"{accuracy(items, features, seed):.3f}" for seed in DRAWS)
        print(f"| {name} | {draws} |")


if __name__ == "__main__":
    main()
