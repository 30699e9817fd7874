"""Preference pairs from gold traces (paper section 3, content; HARDBENCH 11).

More than half are *twin swaps*: the better side has the stage of item x, the worse one the same
stage of its twin, and the mirrored pair stands in the twin's story. So every text is right once and
wrong once, and whoever does not read the story is at 50 % on them, whatever his capacity. The rest
are typed corruptions; those that can be seen without the story (R2, S) are kept under a tenth.

What follows the stage is, two times in three, what would *follow from the mistake* (so that the
worse thought agrees with itself, and only the story or the stages before tell it from the better
one), and otherwise the gold rest in both ("right answer, wrong reasoning"). Only the first kind
would let a reward model take a right answer for right reasoning; only the second would let it look
for contradictions instead of reading the story.

    build_pairs(items, n=4000, seed=0)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import ceil
from random import Random

from social_r1.errors import InputError
from social_r1.hardbench.oracle import check_thought
from social_r1.items import SocialItem
from social_r1.preference.corruptions import CONTENT_CODES, FORM_CODES, codes_for, corrupt
from social_r1.preference.subject import Corruption, Subject, is_mistake
from social_r1.preference.types import Code, Pair
from social_r1.trajectory.prompt import render_prompt, render_thought
from social_r1.trajectory.sip import Stage

TWIN_SHARE = 0.55
"""Share of twin swaps, where there are enough of them."""
FORM_SHARE = 0.08
"""Share of mistakes that can be seen without the story, at most."""
CARRIED = 2 / 3
"""How often the worse thought goes on from its mistake."""
HELD_OUT = 0.1
"""Share of groups whose pairs are kept for validation."""
SOURCE = "trace"


def build_pairs(
    items: Sequence[SocialItem],
    n: int,
    seed: int = 0,
    *,
    held_out: float = HELD_OUT,
    twin_share: float = TWIN_SHARE,
) -> list[Pair]:
    """Draw n pairs, balanced by kind; fewer where the items do not offer as many.

    Items without an event log are passed over. The same arguments give the same pairs.

    Args:
        items: items of the hard benchmark; blocks should be whole.
        n: how many pairs.
        seed: seed of everything drawn.
        held_out: share of groups whose pairs get the split ``val`` instead of ``train``.
        twin_share: share of twin swaps, where there are enough of them.

    Raises:
        InputError: no item has an event log, or n is not positive.
    """
    if n < 1:
        raise InputError(f"n = {n}; repair: ask for at least one pair")
    groups: dict[str, list[Subject]] = defaultdict(list)
    for item in items:
        if "script" in item.meta:
            groups[item.group].append(Subject.of(item))
    if not groups:
        raise InputError("no item has an event log; repair: give items of `hard build`")
    rng = Random(f"pairs-{seed}")
    names = sorted(groups)
    rng.shuffle(names)
    maker = _Maker(split_groups(groups, held_out, seed), seed)
    pairs = _twin_swaps([groups[name] for name in names], round(n * twin_share), maker, rng)
    subjects = [s for name in names for s in groups[name]]
    rng.shuffle(subjects)
    form = round(n * FORM_SHARE)
    pairs += _typed(subjects, CONTENT_CODES, n - len(pairs) - form, maker)
    pairs += _typed(subjects, FORM_CODES, min(form, n - len(pairs)), maker)
    rng.shuffle(pairs)
    return pairs


def split_groups(groups: Iterable[str], held_out: float, seed: int) -> dict[str, str]:
    """``val`` for the drawn share of groups (of two or more, at least one), else ``train``."""
    names = sorted(set(groups))
    Random(f"splits-{seed}").shuffle(names)
    val = ceil(held_out * len(names)) if len(names) > 1 else 0
    return {name: "val" if i < val else "train" for i, name in enumerate(names)}


class _Maker:
    """Turns stage texts into pair rows; knows the split of every group."""

    def __init__(self, splits: dict[str, str], seed: int) -> None:
        self.splits = splits
        self.seed = seed

    def rng(self, *key: object) -> Random:
        return Random("/".join(map(str, (self.seed, *key))))

    def pair(
        self, s: Subject, code: Code, stage: Stage, rejected: str, after: str | None, name: str
    ) -> Pair:
        """A row; ``after`` is what follows the rejected stage, None for the gold rest."""
        gold = s.texts
        before, later = list(Stage)[:stage], list(Stage)[stage + 1 :]
        rest = f"\n{render_thought(gold[stage + 1 :], later)}" if later else ""
        line_break = "\n" if rejected else ""  # a skipped stage leaves no line of its own behind
        worse_rest = rest if after is None else f"{line_break}{after}"
        row = Pair(
            id=f"{s.item.id}/{code.value}/{stage.key}/{name}",
            item_id=s.item.id,
            group=s.item.group,
            split=self.splits[s.item.group],
            prompt=render_prompt(s.item, "compact")[0]["content"],
            stage=stage.key,
            prefix=f"{render_thought(gold[:stage], before)}\n" if before else "",
            chosen=render_thought(gold[stage : stage + 1], [stage]),
            rejected=rejected,
            chosen_suffix=rest,
            rejected_suffix=worse_rest,
            code=code,
            source=SOURCE,
            dimension=s.item.dimension,
            order=s.here.question.order,
        )
        return row if code.is_form else row.model_copy(update={"margin": _margin(s.item, row)})


def _margin(item: SocialItem, row: Pair) -> float:
    better = check_thought(item, row.chosen_thought).quality
    return max(0.0, better - check_thought(item, row.rejected_thought).quality)


def twin_swap(a: Subject, b: Subject, stage: Stage, carried: bool, maker: _Maker) -> list[Pair]:
    """The two mirrored pairs of a swap; none where either text is no mistake in the other story."""
    if not (is_mistake(a.item, stage, b.texts) and is_mistake(b.item, stage, a.texts)):
        return []
    rows: list[Pair] = []
    for x, twin in ((a, b), (b, a)):
        later = list(Stage)[stage + 1 :]
        after = render_thought(twin.texts[stage + 1 :], later) if carried and later else None
        text = render_thought(twin.texts[stage : stage + 1], [stage])
        rows.append(maker.pair(x, Code.TWIN, stage, text, after, twin.item.id))
    return rows


def _twin_swaps(
    groups: Iterable[list[Subject]], wanted: int, maker: _Maker, rng: Random
) -> list[Pair]:
    """Swaps of all stages in turn, as many as wanted (an even number) or as there are."""
    # Stage 3 names what the question asks and is the same for all items of a block.
    chances = [
        (a, b, stage)
        for members in groups
        for a, b in combinations(members, 2)
        for stage in (Stage.CUE_ENCODING, Stage.CUE_INTERPRETATION, Stage.RESPONSE_GENERATION)
    ]
    rng.shuffle(chances)
    rows: list[Pair] = []
    for a, b, stage in chances:
        if len(rows) >= wanted:
            break
        carried = maker.rng(a.item.id, b.item.id, stage).random() < CARRIED
        rows += twin_swap(a, b, stage, carried, maker)
    return rows


def _typed(
    subjects: Sequence[Subject], codes: Sequence[Code], wanted: int, maker: _Maker
) -> list[Pair]:
    """Typed corruptions, codes in turn; each subject may give each code up to three times."""
    rows: list[Pair] = []
    seen: set[tuple[str, str]] = set()
    for turn in range(3 * len(codes)):
        for i, s in enumerate(subjects):
            if len(rows) >= wanted:
                return rows
            own = codes_for(s, codes)
            if turn >= 3 * len(own):
                continue
            code = own[(i + turn) % len(own)]
            rng = maker.rng(s.item.id, code, turn)
            found = corrupt(s, code, rng)
            if found is None:
                continue
            row = _from_corruption(s, found, rng.random() < CARRIED, maker, str(turn))
            key = (s.item.id, row.rejected_thought)
            if key not in seen:
                seen.add(key)
                rows.append(row)
    return rows


def _from_corruption(
    s: Subject, found: Corruption, carried: bool, maker: _Maker, name: str
) -> Pair:
    after = found.carried if carried or found.code.is_form else None
    return maker.pair(s, found.code, found.stage, found.text, after, name)
