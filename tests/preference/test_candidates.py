"""Candidate pairs for a judge, from items without an event log."""

from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.preference.candidates import candidate_pairs
from social_r1.trajectory.prompt import render_target

ITEM = SocialItem(
    id="q", dimension="Belief", group="g", story="Ann put the key into the jar and left.",
    question="Where will Ann look?", options=("jar", "box"), answer=0,
)  # fmt: skip


def thought(cue: str, goal: str) -> str:
    return f"Cue Encoding: {cue}\nGoal Clarification: {goal}"


SAID = [
    ("q", render_target(thought("Ann put the key away.", "where Ann looks."), "A")),
    ("q", render_target(thought("Ann left the room.", "where Ann looks."), "B")),
    ("q", "no tags at all"),
]


def test_two_thoughts_are_compared_at_every_stage_where_they_differ() -> None:
    pairs = candidate_pairs([ITEM], SAID, 10)
    assert [p.stage for p in pairs] == ["cue_encoding", "goal_clarification"]
    first, second = pairs
    assert {first.chosen, first.rejected} == {
        "Cue Encoding: Ann put the key away.",
        "Cue Encoding: Ann left the room.",
    }
    assert second.chosen.startswith("Cue Encoding:")  # read with what it rests on
    assert all(p.source == "candidate" and p.margin is None for p in pairs)


def test_the_same_seed_gives_the_same_pairs_and_n_is_kept() -> None:
    assert candidate_pairs([ITEM], SAID, 1, seed=3) == candidate_pairs([ITEM], SAID, 1, seed=3)
    assert len(candidate_pairs([ITEM], SAID, 1)) == 1


def test_an_unknown_item_is_named() -> None:
    with pytest.raises(InputError, match="no item 'x'"):
        candidate_pairs([ITEM], [("x", "")], 1)


def test_groups_are_parted_so_that_what_a_judge_keeps_can_be_trained_on() -> None:
    items = [ITEM.model_copy(update={"id": f"q{i}", "group": f"g{i // 2}"}) for i in range(8)]
    said = [(item.id, text) for item in items for _, text in SAID[:2]]
    pairs = candidate_pairs(items, said, 99, held_out=0.25)
    splits = {p.group: p.split for p in pairs}
    assert sorted(splits.values()) == ["train", "train", "train", "val"]  # one of four groups
    assert all(splits[p.group] == p.split for p in pairs)
