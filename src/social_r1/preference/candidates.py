"""Candidate pairs for a judge: stage segments of sampled thoughts about items without an event log.

Which of the two is better nobody knows yet: `judge_labels.label_pairs` asks a judge in both orders
and keeps what it agrees on (paper section 3: segments of K trajectories, compared stage by stage).

    candidate_pairs(items, completions, n=2000)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import combinations
from random import Random

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.preference.pairs import HELD_OUT, split_groups
from social_r1.preference.types import Code, Pair
from social_r1.trajectory.parse import parse
from social_r1.trajectory.prompt import render_prompt
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.stages import segment

SOURCE = "candidate"


def candidate_pairs(
    items: Sequence[SocialItem],
    completions: Iterable[tuple[str, str]],
    n: int,
    seed: int = 0,
    *,
    held_out: float = HELD_OUT,
) -> list[Pair]:
    """Draw n pairs of different segments of one stage, stages in turn; fewer where there are fewer.

    The first side stands as ``chosen`` for want of a verdict. Each side is what its thought says up
    to the end of the stage, so that a segment is read with what it rests on; ``prefix`` is empty.

    Args:
        items: what was asked.
        completions: item id and completion text; those without a well-formed thought are left out.
        n: how many pairs.
        seed: seed of what is drawn.
        held_out: share of groups whose pairs get the split ``val`` instead of ``train``, so that
            what the judge keeps can be learned from; the items' own splits play no part.

    Raises:
        InputError: a completion of an unknown item.
    """
    known = {item.id: item for item in items}
    said: dict[str, dict[str, None]] = defaultdict(dict)
    for name, text in completions:
        if name not in known:
            raise InputError(f"no item {name!r}; repair: give the items that were sampled")
        read = parse(text, known[name], with_stages=False)
        if read.well_formed:
            said[name][read.thought] = None
    splits = split_groups((known[name].group for name in said), held_out, seed)
    rng = Random(f"candidates-{seed}")
    found: dict[Stage, list[Pair]] = {stage: [] for stage in Stage}
    for name in sorted(said):
        parts = [_up_to(thought) for thought in said[name]]
        for stage in Stage:
            texts = sorted({part[stage] for part in parts if stage in part})
            found[stage] += [
                _pair(known[name], splits[known[name].group], stage, *rng.sample(two, 2))
                for two in combinations(texts, 2)
            ]
    for rows in found.values():
        rng.shuffle(rows)
    turns = max(map(len, found.values()), default=0)
    rows = [rows[i] for i in range(turns) for rows in found.values() if i < len(rows)]
    return rows[:n]


def _up_to(thought: str) -> dict[Stage, str]:
    """What the thought says up to the end of each stage's first run."""
    ends: dict[Stage, str] = {}
    for span in segment(thought):
        ends.setdefault(span.stage, thought[: span.end].strip())
    return ends


def _pair(item: SocialItem, split: str, stage: Stage, first: str, second: str) -> Pair:
    number = blake2b(f"{stage}\n{first}\n{second}".encode(), digest_size=6).hexdigest()
    return Pair(
        id=f"{item.id}/{SOURCE}/{number}",
        item_id=item.id,
        group=item.group,
        split=split,
        prompt=render_prompt(item, "compact")[0]["content"],
        stage=stage.key,
        prefix="",
        chosen=first,
        rejected=second,
        code=Code.POLICY,
        source=SOURCE,
        dimension=item.dimension,
        order=item.meta.get("order"),
    )
