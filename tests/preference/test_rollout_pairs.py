"""Pairs from completions: the log says which thought is better, and at which stage it is lost."""

from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.oracle import check_thought
from social_r1.items import SocialItem
from social_r1.preference.rollout_pairs import GAP, GOLD, OWN, rollout_pairs, tell_sides
from social_r1.preference.subject import Subject
from social_r1.preference.types import Code
from social_r1.trajectory.prompt import render_target, render_thought


def said(item: SocialItem) -> list[tuple[str, str]]:
    """Three thoughts: gold, with the last belief wrong, and without cues; and one without form."""
    cues, _, goal, reply = Subject.of(item).texts
    wrong = (cues, "Bo: [2] red box, [4] tin jar.", goal, reply)
    thoughts = (
        render_thought(Subject.of(item).texts),
        render_thought(wrong),
        render_thought(("", *wrong[1:])),
    )
    return [(item.id, render_target(t, "A")) for t in thoughts] + [(item.id, "no form")]


def test_the_better_side_has_more_of_its_claims_right(bo_left: SocialItem) -> None:
    rows = rollout_pairs([bo_left], said(bo_left), 20, {"bo": "val"})
    for p in rows:
        better = check_thought(bo_left, p.chosen_thought).quality
        worse = check_thought(bo_left, p.rejected_thought).quality
        assert p.margin == pytest.approx(better - worse)
        assert better - worse >= GAP
        assert (p.code, p.source, p.split) == (Code.POLICY, "rollout", "val")
    # gold > wrong belief, gold > no cues, wrong belief > no cues; the gold text itself is not news
    assert len({p.id for p in rows}) == len(rows) == 3


def test_the_stage_is_where_most_is_lost(bo_left: SocialItem) -> None:
    gold, wrong, no_cues, _ = said(bo_left)
    [one] = rollout_pairs([bo_left], [wrong], 9, {})
    assert one.stage == "cue_interpretation"
    [other] = rollout_pairs([bo_left], [wrong, no_cues], 9, {})[2:]
    assert other.stage == "cue_encoding"
    assert rollout_pairs([bo_left], [gold], 9, {}) == []


def test_the_wanted_number_is_kept_and_ids_are_unique(bo_left: SocialItem) -> None:
    rows = rollout_pairs([bo_left], said(bo_left), 2, {})
    assert len(rows) == 2
    assert {p.split for p in rows} == {"train"}
    again = rollout_pairs([bo_left], said(bo_left), 2, {})
    assert rows == again


def test_a_completion_of_an_unknown_item_is_an_error(bo_left: SocialItem) -> None:
    with pytest.raises(InputError, match="no item 'x'"):
        rollout_pairs([bo_left], [("x", "y")], 1, {})


def test_items_tell_what_a_policy_was_set_against(bo_left: SocialItem) -> None:
    rows = rollout_pairs([bo_left], said(bo_left), 20, {})
    gold = render_thought(Subject.of(bo_left).texts)
    told = tell_sides(rows, [bo_left])
    assert [p.source for p in told] == [GOLD if p.chosen == gold else OWN for p in rows]
    assert sorted(p.source for p in told) == [GOLD, GOLD, OWN]
    assert tell_sides(rows, []) == rows
    no_log = bo_left.model_copy(update={"meta": {}})
    assert tell_sides(rows, [no_log]) == rows
