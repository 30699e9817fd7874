"""Preference pairs from what a policy wrote (paper section 3, content: K trajectories per item).

The paper has segments of sampled trajectories compared by a judge. Here the event log judges: of
two thoughts about one item the better one has clearly more of its claims right. Half of the pairs
set the gold trace against a thought of the policy, so that the reward model meets the policy's own
mistakes, habits and short cuts; in the others both sides are the policy's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import combinations
from random import Random
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.hardbench.oracle import Check, check_thought
from social_r1.items import SocialItem
from social_r1.preference.subject import Subject
from social_r1.preference.types import Code, Pair
from social_r1.trajectory.parse import parse
from social_r1.trajectory.prompt import render_prompt, render_thought
from social_r1.trajectory.sip import Stage

GAP = 0.1
"""Oracle quality by which the better thought is better, at least."""
GOLD_SHARE = 0.5
"""Share of pairs whose better side is the gold trace."""
SOURCE = "rollout"
GOLD, OWN = f"{SOURCE} against gold", f"{SOURCE} against rollout"
"""Source by what the worse thought was set against, where the items tell (`tell_sides`)."""


class Judged(NamedTuple):
    """A thought with the log's verdict."""

    thought: str
    check: Check


def rollout_pairs(
    items: Sequence[SocialItem],
    completions: Iterable[tuple[str, str]],
    n: int,
    splits: Mapping[str, str],
    seed: int = 0,
) -> list[Pair]:
    """Draw n pairs from sampled completions; fewer where they do not differ enough.

    Args:
        items: the items that were sampled, with their event logs.
        completions: item id and completion text; those without a well-formed thought are left out.
        n: how many pairs.
        splits: split of each group, as the other pairs have it; other groups are ``train``.
        seed: seed of what is drawn.

    Raises:
        InputError: a completion of an unknown item.
    """
    judged = _judge({item.id: item for item in items}, completions)
    rng = Random(f"rollout-pairs-{seed}")
    with_gold: list[Pair] = []
    among: list[Pair] = []
    for item in items:
        if item.id not in judged:
            continue
        split = splits.get(item.group, "train")
        text = render_thought(Subject.of(item).texts)
        gold = Judged(text, check_thought(item, text))
        said = [one for one in judged[item.id] if one.thought != text]
        with_gold += [p for one in said if (p := _pair(item, split, gold, one))]
        among += [
            p
            for a, b in combinations(said, 2)
            if (p := _pair(item, split, *sorted((a, b), key=lambda j: -j.check.quality)))
        ]
    rng.shuffle(with_gold)
    rng.shuffle(among)
    first = with_gold[: max(round(n * GOLD_SHARE), n - len(among))]
    return [*first, *among[: n - len(first)]]


def tell_sides(pairs: Sequence[Pair], items: Iterable[SocialItem]) -> list[Pair]:
    """Pairs of rollouts with `GOLD` or `OWN` as their source; others, or of other items, as before.

    Args:
        pairs: pairs of any source.
        items: items with their event logs.
    """
    about = {p.item_id for p in pairs if p.source == SOURCE}
    gold = {
        item.id: render_thought(Subject.of(item).texts)
        for item in items
        if item.id in about and "script" in item.meta
    }
    return [
        p.model_copy(update={"source": GOLD if p.chosen_thought == gold[p.item_id] else OWN})
        if p.source == SOURCE and p.item_id in gold
        else p
        for p in pairs
    ]


def _judge(
    items: Mapping[str, SocialItem], completions: Iterable[tuple[str, str]]
) -> dict[str, list[Judged]]:
    """The different well-formed thoughts about each item."""
    found: dict[str, dict[str, Judged]] = defaultdict(dict)
    for name, text in completions:
        if name not in items:
            raise InputError(f"no item {name!r}; repair: give the items that were sampled")
        said = parse(text, items[name], with_stages=False)
        if said.well_formed and said.thought not in found[name]:
            check = check_thought(items[name], said.thought)
            found[name][said.thought] = Judged(said.thought, check)
    return {name: list(thoughts.values()) for name, thoughts in found.items()}


def _pair(item: SocialItem, split: str, better: Judged, worse: Judged) -> Pair | None:
    gap = better.check.quality - worse.check.quality
    if gap < GAP:
        return None
    texts = f"{better.thought}\n{worse.thought}"
    number = blake2b(texts.encode(), digest_size=6).hexdigest()
    return Pair(
        id=f"{item.id}/{Code.POLICY.value}/{number}",
        item_id=item.id,
        group=item.group,
        split=split,
        prompt=render_prompt(item, "compact")[0]["content"],
        stage=_stage(better.check, worse.check).key,
        prefix="",
        chosen=better.thought,
        rejected=worse.thought,
        code=Code.POLICY,
        source=SOURCE,
        dimension=item.dimension,
        order=item.meta.get("order"),
        margin=gap,
    )


def _stage(better: Check, worse: Check) -> Stage:
    """The stage at which the worse thought loses most."""
    lost = (better.cues - worse.cues, better.beliefs - worse.beliefs, better.goal - worse.goal)
    return Stage(max(range(3), key=lost.__getitem__))
