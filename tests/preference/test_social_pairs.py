"""SocialPairs: three splits that share nothing, mirrored twin swaps, an audit."""

from __future__ import annotations

from collections import Counter

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.build import BuildConfig, build
from social_r1.items import SocialItem
from social_r1.preference.social_pairs import TEST, TRAIN, VALIDATION, audit_pairs, social_pairs
from social_r1.preference.subject import Subject
from social_r1.preference.types import Code, Pair
from social_r1.trajectory.prompt import render_target, render_thought

SIZES = {TRAIN: 200, VALIDATION: 40, TEST: 40}


@pytest.fixture(scope="module")
def sets() -> dict[str, list[SocialItem]]:
    return build(BuildConfig(train=48, hard=16, easy=0, ood=0))


@pytest.fixture(scope="module")
def said(sets: dict[str, list[SocialItem]]) -> list[tuple[str, str]]:
    """Of each item a thought that names nobody, as a policy might write it."""
    rows: list[tuple[str, str]] = []
    for item in [*sets["train"], *sets["hard"]]:
        texts = list(Subject.of(item).texts)
        texts[0] = "Who: no one. [1] nothing."
        rows.append((item.id, render_target(render_thought(texts), item.letter)))
    return rows


@pytest.fixture(scope="module")
def splits(sets: dict[str, list[SocialItem]], said: list[tuple[str, str]]) -> dict[str, list[Pair]]:
    return social_pairs(sets["train"], sets["hard"], said, sizes=SIZES)


def test_the_splits_have_their_sizes_and_share_no_block(splits: dict[str, list[Pair]]) -> None:
    for name, rows in splits.items():
        assert SIZES[name] - 2 <= len(rows) <= SIZES[name]
        assert {p.split for p in rows} == {name}
    groups = [{p.group for p in rows} for rows in splits.values()]
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_half_are_twin_swaps_and_every_one_has_its_mirror(splits: dict[str, list[Pair]]) -> None:
    for rows in splits.values():
        twins = [p for p in rows if p.code is Code.TWIN]
        assert len(twins) >= 0.4 * len(rows)
        seen = Counter(p.chosen for p in twins)
        seen.subtract(p.rejected for p in twins)
        assert not any(seen.values())  # every text is as often right as wrong


def test_policies_pairs_are_in_every_split(splits: dict[str, list[Pair]]) -> None:
    assert all(any(p.source == "rollout" for p in rows) for rows in splits.values())


def test_the_audit_tells_balance_and_length(splits: dict[str, list[Pair]]) -> None:
    found = audit_pairs(splits[TRAIN], splits[TEST])
    assert all(i.value == 0.5 for i in found.blind.twin.values())
    assert found.longer["T"].value == 0.5
    assert sum(n for row in found.balance.values() for n in row.values()) == len(splits[TEST])
    assert sum(found.sources.values()) == len(splits[TEST])


def test_the_same_arguments_give_the_same_pairs(
    sets: dict[str, list[SocialItem]],
    said: list[tuple[str, str]],
    splits: dict[str, list[Pair]],
) -> None:
    assert social_pairs(sets["train"], sets["hard"], said, sizes=SIZES) == splits


def test_sets_that_share_a_block_are_refused(sets: dict[str, list[SocialItem]]) -> None:
    with pytest.raises(InputError, match="groups stand in the training and the test items"):
        social_pairs(sets["train"], sets["train"][:4], sizes=SIZES)
