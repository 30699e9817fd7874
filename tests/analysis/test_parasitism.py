"""Habits of thoughts: first option, early naming, stages."""

from __future__ import annotations

import pytest

from social_r1.analysis.parasitism import first_mention, habits
from social_r1.analysis.types import EvalRow, Said
from social_r1.items import SocialItem

ITEM = SocialItem(
    id="x",
    dimension="Belief",
    group="g",
    story="Ann put a key in the box. Ann left. Bo moved it to the jar.",
    question="Where does Ann think the key is?",
    options=("box", "jar"),
    answer=0,
)
FORWARD = (
    "Cue Encoding: [1] Ann put the key in the box. [2] Ann left.\n"
    "Cue Interpretation: Ann did not see the move.\n"
    "Goal Clarification: The question asks for Ann.\n"
    "Response Generation: Ann ends with the box. Option A."
)
BACKWARD = "Option B is right. Bo moved the key to the jar, and so it must be there for everybody."


def row(thought: str, item_id: str = "x") -> EvalRow:
    return EvalRow(
        item_id=item_id,
        group="g",
        dimension="Belief",
        greedy=1,
        sampled=1,
        completion=f"<think>\n{thought}\n</think>\n<Answer>A</Answer>",
    )


def test_places_of_the_story_name_no_option() -> None:
    assert first_mention("Ann put a key in the box. Bo used the jar.", ITEM) is None


def test_the_first_mention_is_where_it_stands() -> None:
    assert first_mention(FORWARD, ITEM) == FORWARD.index("A.", FORWARD.index("Option"))
    assert first_mention(BACKWARD, ITEM) == 0


def test_habits_by_hand() -> None:
    found = habits([row(FORWARD), row(BACKWARD)], {"x": ITEM})
    assert found is not None
    place = FORWARD.index("A.", FORWARD.index("Option")) / len(FORWARD)  # the letter itself
    assert found.n == 2
    assert found.naming == 1.0
    assert found.early == 0.5
    assert found.first_mention == pytest.approx(place / 2)  # the median of 0 and place
    assert found.histogram == (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert found.all_stages == 0.5
    assert found.in_order == 0.5
    assert found.length == (len(FORWARD) + len(BACKWARD)) / 2
    assert sum(found.stage_share) <= 1.0 + 1e-9


def test_letters_are_read_in_the_order_in_which_the_options_were_shown() -> None:
    # Shown as (A) jar, (B) box: "box (B)" names the option, "box (A)" points at another one.
    turned = row("Ann looks in the box (B).").model_copy(update={"places": (1, 0)})
    shown = turned.typical_answer.shown(ITEM)
    assert (shown.options, shown.letter) == (("jar", "box"), "B")
    found = habits([turned], {"x": ITEM})
    assert found is not None
    assert found.naming == 1.0


def test_a_sampled_thought_is_looked_at_where_there_is_one() -> None:
    spoken = Said(sample=0, text=row(BACKWARD).completion)
    best = Said(sample=None, text=row(FORWARD).completion)
    found = habits([row(FORWARD).model_copy(update={"answers": (best, spoken)})], {"x": ITEM})
    assert found is not None
    assert found.early == 1.0


def test_unreadable_thoughts_and_unknown_items_are_passed_over() -> None:
    silent = row(FORWARD).model_copy(update={"completion": "no tags at all"})
    assert habits([silent, row(FORWARD, "unknown")], {"x": ITEM}) is None
    found = habits([silent, row(FORWARD)], {"x": ITEM})
    assert found is not None
    assert found.n == 1
