"""SocialPairs: pairs in the size and shape of the paper's set, audited (paper section 3; METHOD 3).

    social_pairs(train_items, test_items, completions)   20,000 + 2,000 + 2,000 pairs

Train and validation come from the blocks of one item set, validation from blocks held out whole;
the test pairs come from another set, which shares neither words nor structures with it. Twin swaps
are mirrored within their split, so every split keeps the bound: without the story, one half.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.preference.evaluate import Accuracy, story_blind_accuracy
from social_r1.preference.pairs import build_pairs, split_groups
from social_r1.preference.rollout_pairs import rollout_pairs
from social_r1.preference.types import Code, Pair
from social_r1.stats import Interval, wilson

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SIZES: Mapping[str, int] = {TRAIN: 20_000, VALIDATION: 2_000, TEST: 2_000}
"""Pairs of each split, as in SocialPairs-20K."""
ROLLOUT_SHARE = 0.25
"""Share of pairs that compare thoughts which a policy wrote."""
TWINS = 0.5
"""Share of twin swaps among all pairs (HARDBENCH 11)."""

Completions = Iterable[tuple[str, str]]


def social_pairs(
    items: Sequence[SocialItem],
    test_items: Sequence[SocialItem],
    completions: Completions = (),
    *,
    sizes: Mapping[str, int] = SIZES,
    rollout_share: float = ROLLOUT_SHARE,
    seed: int = 0,
) -> dict[str, list[Pair]]:
    """The three splits; fewer pairs where the items do not offer as many.

    Args:
        items: items with event logs for training and validation, blocks whole.
        test_items: items of another set.
        completions: (item id, completion) of policies, about any of the items.
        sizes: how many pairs of each split.
        rollout_share: share of pairs made of completions, where there are any.
        seed: seed of everything drawn.

    Raises:
        InputError: the two sets share a block or a structure, or no item has a log.
    """
    _apart(items, test_items)
    said = list(completions)
    own = {i.id for i in items}
    share = rollout_share if said else 0.0
    wanted = sizes[TRAIN] + sizes[VALIDATION]
    held_out = sizes[VALIDATION] / wanted
    # A tenth more than wanted: what the blocks held out give is not known before.
    many = round(1.1 * wanted)
    twins = TWINS / (1 - share)
    pairs = build_pairs(items, round(many * (1 - share)), seed, held_out=held_out, twin_share=twins)
    splits = split_groups((i.group for i in items if "script" in i.meta), held_out, seed)
    about = [row for row in said if row[0] in own]
    pairs += rollout_pairs(items, about, round(many * share), splits, seed) if about else []
    found: dict[str, list[Pair]] = {
        TRAIN: [p for p in pairs if p.split == "train"],
        VALIDATION: [p for p in pairs if p.split != "train"],
    }
    tested = build_pairs(
        test_items, round(sizes[TEST] * (1 - share)), seed, held_out=0.0, twin_share=twins
    )
    about = [row for row in said if row[0] not in own]
    if about:
        tested += rollout_pairs(test_items, about, round(sizes[TEST] * share), {}, seed)
    found[TEST] = tested
    return {
        name: [p.model_copy(update={"split": name}) for p in _cut(rows, sizes[name])]
        for name, rows in found.items()
    }


def _apart(items: Sequence[SocialItem], test_items: Sequence[SocialItem]) -> None:
    """See that the sets share no block and no structure."""
    for what in ("group", "signature"):
        known = {_of(i, what) for i in items} - {None}
        both = sorted(str(x) for x in known & {_of(i, what) for i in test_items})
        if both:
            raise InputError(
                f"{len(both)} {what}s stand in the training and the test items, e.g. {both[0]!r}; "
                "repair: give test items of another set"
            )


def _of(item: SocialItem, what: str) -> object:
    return item.group if what == "group" else item.meta.get("signature")


def _cut(pairs: Sequence[Pair], n: int) -> list[Pair]:
    """The first n, of every kind as large a share as before, twin swaps with their mirrors."""
    if len(pairs) <= n:
        return list(pairs)
    kinds: dict[str, list[list[Pair]]] = defaultdict(list)
    mirrors: dict[frozenset[str], list[Pair]] = {}
    for pair in pairs:
        if pair.code is not Code.TWIN:
            kinds[pair.code.value].append([pair])
            continue
        twin = pair.id.rsplit("/", 1)[-1]
        key = frozenset((pair.item_id, twin, pair.stage))
        if key in mirrors:
            mirrors[key].append(pair)
        else:
            mirrors[key] = [pair]
            kinds[Code.TWIN.value].append(mirrors[key])
    kept: list[Pair] = []
    share = n / len(pairs)
    for rows in kinds.values():
        kept += [p for row in rows[: round(share * len(rows))] for p in row]
    return kept[:n]


class PairAudit(NamedTuple):
    """What pairs give away by themselves, and how they are spread."""

    blind: Accuracy
    """Accuracy of a story-blind linear scorer, fitted on the training pairs."""
    longer: Mapping[str, Interval]
    """Share of pairs whose better side is longer, by code; ties count half."""
    sources: Mapping[str, int]
    balance: Mapping[str, Mapping[str, int]]
    """Dimension and stage to code to number of pairs."""


def audit_pairs(train: Sequence[Pair], test: Sequence[Pair]) -> PairAudit:
    """Audit pairs: what can be had without the story, from length alone, and the balance."""
    lengths: dict[str, list[float]] = defaultdict(list)
    balance: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in test:
        gap = len(pair.chosen_thought) - len(pair.rejected_thought)
        for name in ("all", pair.code.value):
            lengths[name].append(1.0 if gap > 0 else 0.5 if gap == 0 else 0.0)
        balance[f"{pair.dimension or 'not told'} {pair.stage}"][pair.code.value] += 1
    return PairAudit(
        story_blind_accuracy(train, test),
        {name: wilson(sum(v), len(v)) for name, v in sorted(lengths.items())},
        dict(Counter(p.source for p in test)),
        {name: dict(sorted(found.items())) for name, found in sorted(balance.items())},
    )
