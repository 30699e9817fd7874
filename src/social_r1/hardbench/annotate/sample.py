"""Which items people rate: stratified by dimension and level, half of them whole blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from social_r1.errors import InputError
from social_r1.items import SocialItem

T = TypeVar("T")
Block = tuple[SocialItem, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The items of a study.

    Attributes:
        items: dimension by dimension, whole blocks first.
        blocks: groups of which every item is in the sample.
        short: by dimension, how many items the file lacks.
    """

    items: tuple[SocialItem, ...]
    blocks: tuple[str, ...]
    short: dict[str, int]


def draw_sample(items: Sequence[SocialItem], *, n: int, per_dimension: int, seed: int) -> Sample:
    """Draw the items of a study; the same seed and file give the same items.

    Each dimension gets the same number of items: ``per_dimension``, or its share of ``n`` where
    that is less. Half of them, as far as the file has any, come in whole blocks; the others come
    from other groups, one of each as long as that is enough. Levels are taken in turn.

    Raises:
        InputError: no items, or ``n`` too small to give every dimension one.
    """
    by_dimension: dict[str, list[SocialItem]] = defaultdict(list)
    for item in items:
        by_dimension[item.dimension].append(item)
    if not by_dimension or n < len(by_dimension):
        raise InputError(
            f"{n} items for {len(by_dimension)} dimensions; repair: give --n of at least one each"
        )
    found: list[SocialItem] = []
    blocks: list[str] = []
    short: dict[str, int] = {}
    for number, (dimension, pool) in enumerate(sorted(by_dimension.items())):
        share = n // len(by_dimension) + (number < n % len(by_dimension))
        quota = min(per_dimension, share)
        taken, whole = _dimension(Random(f"annotate-{seed}-{dimension}"), pool, quota)
        found += taken
        blocks += whole
        if len(taken) < quota:
            short[dimension] = quota - len(taken)
    return Sample(tuple(found), tuple(blocks), short)


def draw_no_story(items: Sequence[SocialItem], *, n: int, seed: int) -> tuple[SocialItem, ...]:
    """Draw the items of the control without a story: one of each group, all strata in turn.

    The items of a block share question and options, so more than one of them would only ask the
    same again.
    """
    rng = Random(f"annotate-{seed}-no-story")
    singles = [members[0] for members in _shuffled_groups(rng, items)]
    strata = in_turn(rng, singles, lambda i: (i.dimension, i.difficulty))
    return tuple(item for _, item in zip(range(n), strata, strict=False))


def in_turn(rng: Random, pool: Iterable[T], stratum: Callable[[T], object]) -> Iterator[T]:
    """All of the pool, shuffled, so that the strata come one after another as long as they last."""
    strata: dict[object, list[T]] = defaultdict(list)
    for unit in pool:
        strata[stratum(unit)].append(unit)
    for units in strata.values():
        rng.shuffle(units)
    order = sorted(strata, key=str)
    rng.shuffle(order)
    while any(strata.values()):
        for key in order:
            if strata[key]:
                yield strata[key].pop()


def _dimension(
    rng: Random, pool: Sequence[SocialItem], quota: int
) -> tuple[list[SocialItem], list[str]]:
    """The items of one dimension, and the groups that are whole among them."""
    groups = _shuffled_groups(rng, pool)
    taken: list[SocialItem] = []
    whole: list[str] = []
    for block in in_turn(rng, filter(_is_block, groups), _level):
        if len(taken) + len(block) <= quota // 2:
            taken += block
            whole.append(block[0].group)
    rest = [members for members in groups if members[0].group not in whole]
    firsts = in_turn(rng, (members[0] for members in rest), _item_level)
    others = in_turn(rng, (i for members in rest for i in members[1:]), _item_level)
    for candidates in (firsts, others):
        for item in candidates:
            if len(taken) == quota:
                return taken, whole
            taken.append(item)
    return taken, whole


def _shuffled_groups(rng: Random, pool: Iterable[SocialItem]) -> list[Block]:
    """The groups in file order, each with its items shuffled."""
    groups: dict[str, list[SocialItem]] = defaultdict(list)
    for item in pool:
        groups[item.group].append(item)
    return [tuple(rng.sample(members, len(members))) for members in groups.values()]


def _is_block(members: Block) -> bool:
    """Several items that belong together and of which none is missing; twins are no block."""
    first = members[0].meta
    return len(members) > 1 and first.get("whole") is not False and not first.get("of")


def _level(members: Block) -> int:
    return round(sum(i.difficulty for i in members) / len(members))


def _item_level(item: SocialItem) -> int:
    return item.difficulty
