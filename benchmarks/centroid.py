# ruff: noqa: T201
"""How much "the option most like the others" depends on what *like* means.

python benchmarks/centroid.py --benchmark tombench --data ../shared/benchmarks
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import (  # pyright: ignore[reportMissingTypeStubs]
    CountVectorizer,
    TfidfVectorizer,
)

from social_r1.evaluation.benchmarks import load_choices

Measure = Callable[[Sequence[str]], list[float]]
WORD = r"(?u)\w+"


def overlap(share: Callable[[set[str], set[str]], float]) -> Measure:
    """Mean over the other options of what two options' words have in common."""

    def measure(options: Sequence[str]) -> list[float]:
        words = [set(re.findall(WORD, option.lower())) for option in options]
        return [fmean(share(a, b) for b in words if b is not a) for a in words]

    return measure


def cosine(vectorizer: Any, *, rest: bool = False) -> Measure:
    """Cosine with the mean of all options, or of the other ones."""

    def measure(options: Sequence[str]) -> list[float]:
        vectors: NDArray[np.float64] = vectorizer.transform(options).toarray().astype(float)
        whole = vectors.sum(axis=0)
        means = whole - vectors if rest else np.broadcast_to(whole, vectors.shape)
        norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(means, axis=1)
        return list((vectors * means).sum(axis=1) / np.maximum(norms, 1e-9))

    return measure


def near_mean(vectorizer: Any) -> Measure:
    """How near in space to the mean of all options: the centroid to the letter."""

    def measure(options: Sequence[str]) -> list[float]:
        vectors: NDArray[np.float64] = vectorizer.transform(options).toarray().astype(float)
        return list(-np.linalg.norm(vectors - vectors.mean(axis=0), axis=1))

    return measure


def main() -> None:
    """Print the share of right answers by each measure, ties to the first and ties shared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmark", default="tombench")
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    items = load_choices(arguments.benchmark, arguments.data)
    texts = [option for item in items for option in item.options]
    counts, once = (CountVectorizer(token_pattern=WORD, binary=b).fit(texts) for b in (False, True))
    pairs = CountVectorizer(ngram_range=(1, 2)).fit(texts)
    tfidf = {n: TfidfVectorizer(ngram_range=(1, n)).fit(texts) for n in (1, 2)}
    measures: dict[str, Measure] = {
        "Jaccard index (the audit's)": overlap(lambda a, b: len(a & b) / max(1, len(a | b))),
        "share of own words": overlap(lambda a, b: len(a & b) / max(1, len(a))),
        "shared words": overlap(lambda a, b: float(len(a & b))),
        "cosine of counts with the mean": cosine(counts),
        "cosine of counts with the others": cosine(counts, rest=True),
        "cosine of words with the mean": cosine(once),
        "cosine of counts with the others, words and pairs": cosine(pairs, rest=True),
        "distance from the mean of counts, words and pairs": near_mean(pairs),
        "cosine of tf-idf, words": cosine(tfidf[1]),
        "cosine of tf-idf, words and pairs": cosine(tfidf[2]),
    }
    print(f"| most like the others by | ties to the first | ties shared |\n|{'---|' * 3}")
    for name, measure in measures.items():
        first, shared = [], []
        for item in items:
            scores = np.round(measure(item.options), 12)
            best = np.flatnonzero(scores == scores.max())
            gold = item.letters.index(item.letter)
            first.append(float(best[0] == gold))
            shared.append(float(gold in best) / len(best))
        print(f"| {name} | {fmean(first):.3f} | {fmean(shared):.3f} |")


if __name__ == "__main__":
    main()
