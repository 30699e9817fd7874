"""How varied the stories are (HARDBENCH 3.6 and 18).

All figures are of one sample: distinct stories in an order drawn by the seed, of different blocks
where items come in blocks, at most so many, cut at so many words, so that sets of different sizes
can be compared.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import Any

from social_r1.audit.text import Masker, sentences, words
from social_r1.items import SocialItem

TOKENS = 20_000
"""Words at which the sample is cut."""

STORIES = 400
"""Stories in the sample, at most."""

AIMS = {
    "word_types": (2_800, "at least"),
    "distinct_2": (0.50, "at least"),
    "max_share": (0.01, "at most"),
    "evenness": (0.90, "at least"),
    "max_domain": (0.12, "at most"),
}
"""What HARDBENCH 18 asks of a set of ours."""


def diversity(
    items: Sequence[SocialItem], masker: Masker, *, seed: int = 0, tokens: int = TOKENS,
    stories: int = STORIES,
) -> dict[str, Any]:  # fmt: skip
    """Figures of the sample.

    Keys: ``stories`` and ``tokens`` of the sample; ``word_types``; ``distinct_2``, pairs of
    neighbouring words that differ, as a share of all; ``sentences`` and ``sentence_types``, the
    latter with names, numbers and the script's things masked; ``max_share`` of any masked sentence;
    ``evenness``, their entropy over the logarithm of their number (1: all differ);
    ``domains``, shares of ``meta["domain"]`` over all items, and ``max_domain``.
    """
    texts = {item.story: item for item in items}
    order = sorted(texts)
    random.Random(seed).shuffle(order)
    mates: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for story in order:  # those of one block tell the same words by design, so they come last
        group = texts[story].group or story
        turns[story] = mates[group]
        mates[group] += 1
    order.sort(key=turns.__getitem__)
    stream: list[str] = []
    pairs: Counter[tuple[str, str]] = Counter()
    masked: Counter[tuple[str, ...]] = Counter()
    used = 0
    for story in order[:stories]:
        if len(stream) >= tokens:
            break
        used += 1
        told = words(" ".join(sentences(story)))[: tokens - len(stream)]
        stream += told
        pairs.update(pairwise(told))
        masked.update(tuple(masker.words(line, texts[story])) for line in sentences(story))
    n = sum(masked.values())
    domains = _domains(items)
    return {
        "stories": used,
        "tokens": len(stream),
        "word_types": len(set(stream)),
        "distinct_2": len(pairs) / max(1, sum(pairs.values())),
        "sentences": n,
        "sentence_types": len(masked),
        "max_share": max(masked.values(), default=0) / max(1, n),
        "most_common": " ".join(masked.most_common(1)[0][0]) if masked else "",
        "evenness": _entropy(masked) / log(n) if n > 1 else 1.0,
        "domains": domains,
        "max_domain": max(domains.values(), default=None),
    }


def _entropy(counts: Counter[tuple[str, ...]]) -> float:
    """In nats."""
    n = sum(counts.values())
    return -sum(c / n * log(c / n) for c in counts.values())


def _domains(items: Sequence[SocialItem]) -> dict[str, float]:
    found = Counter(str(item.meta["domain"]) for item in items if "domain" in item.meta)
    total = sum(found.values())
    return {name: count / total for name, count in found.most_common()}
