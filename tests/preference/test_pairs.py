"""Pairs: one stage differs, twins stand on both sides, splits never part a block."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.oracle import check_thought
from social_r1.items import SocialItem
from social_r1.preference.corruptions import CONTENT_CODES
from social_r1.preference.pairs import FORM_SHARE, build_pairs
from social_r1.preference.subject import Subject
from social_r1.preference.types import Code, Pair, read_pairs
from social_r1.records import write_jsonl
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage


def test_the_same_arguments_give_the_same_pairs(items: list[SocialItem], pairs: list[Pair]) -> None:
    assert build_pairs(items, 160, seed=1, held_out=0.25) == pairs
    assert build_pairs(items, 160, seed=2, held_out=0.25) != pairs


def test_ids_are_unique_and_the_wanted_number_is_kept(pairs: list[Pair]) -> None:
    assert len(pairs) == 160
    assert len({p.id for p in pairs}) == 160


def test_the_better_thought_is_the_gold_trace(items: list[SocialItem], pairs: list[Pair]) -> None:
    gold = {i.id: render_thought(Subject.of(i).texts) for i in items}
    for p in pairs:
        assert p.chosen_thought == gold[p.item_id]
        assert p.rejected_thought != p.chosen_thought
        assert p.rejected_thought.startswith(p.prefix)
        assert "\n\n" not in p.rejected_thought


def test_more_than_half_are_twin_swaps_and_few_are_of_form(pairs: list[Pair]) -> None:
    codes = Counter(p.code for p in pairs)
    assert codes[Code.TWIN] >= 80
    assert 0 < sum(n for code, n in codes.items() if code.is_form) <= FORM_SHARE * 160 + 1


def test_pairs_of_rich_blocks_have_every_content_code(rich_items: list[SocialItem]) -> None:
    pairs = build_pairs(rich_items, 900, seed=1, held_out=0.25)
    codes = Counter(p.code for p in pairs)
    assert {*CONTENT_CODES, Code.TWIN} <= set(codes)
    for p in pairs:
        if p.code is Code.TYPICAL:
            assert p.stage == Stage.CUE_INTERPRETATION.key
            assert p.margin is not None
            assert p.margin > 0


def test_every_stage_text_of_a_swap_is_right_once_and_wrong_once(pairs: list[Pair]) -> None:
    swaps = [p for p in pairs if p.code is Code.TWIN]
    better = Counter((p.group, p.stage, p.chosen) for p in swaps)
    worse = Counter((p.group, p.stage, p.rejected) for p in swaps)
    assert better == worse


def test_goals_are_the_same_in_a_block_and_never_swapped(pairs: list[Pair]) -> None:
    stages = {p.stage for p in pairs if p.code is Code.TWIN}
    assert stages == {s.key for s in Stage} - {Stage.GOAL_CLARIFICATION.key}


def test_margins_are_the_gap_that_the_oracle_sees(
    items: list[SocialItem], pairs: list[Pair]
) -> None:
    known = {i.id: i for i in items}
    for p in pairs[:40]:
        if p.code.is_form:
            assert p.margin is None
            continue
        gap = 1.0 - check_thought(known[p.item_id], p.rejected_thought).quality
        assert p.margin == pytest.approx(gap)
        if p.stage != Stage.RESPONSE_GENERATION.key:
            assert gap > 0


def test_both_kinds_of_rest_occur(pairs: list[Pair]) -> None:
    stage_one = [p for p in pairs if p.code is Code.TWIN and p.stage == Stage.CUE_ENCODING.key]
    kept = sum(p.chosen_suffix == p.rejected_suffix for p in stage_one)
    assert 0 < kept < len(stage_one)


def test_no_group_stands_in_two_splits(pairs: list[Pair]) -> None:
    splits = {(p.group, p.split) for p in pairs}
    assert len(splits) == len({g for g, _ in splits})
    assert {s for _, s in splits} == {"train", "val"}


def test_pairs_come_back_from_their_file(pairs: list[Pair], tmp_path: Path) -> None:
    write_jsonl(tmp_path / "p.jsonl", pairs)
    assert read_pairs(tmp_path / "p.jsonl") == pairs


def test_a_bad_row_is_named(pairs: list[Pair], tmp_path: Path) -> None:
    write_jsonl(tmp_path / "p.jsonl", [pairs[0], {"id": "x"}])
    with pytest.raises(InputError, match=r"p\.jsonl:2: item_id"):
        read_pairs(tmp_path / "p.jsonl")


def test_items_without_a_log_give_no_pairs() -> None:
    plain = SocialItem(
        id="x", dimension="Belief", group="g", story="s", question="q", options=("a", "b"), answer=0
    )
    with pytest.raises(InputError, match="event log"):
        build_pairs([plain], 4)
    with pytest.raises(InputError, match="n = 0"):
        build_pairs([plain], 0)
