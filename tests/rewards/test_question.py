"""An item as the rules see it."""

from __future__ import annotations

from social_r1.items import SocialItem
from social_r1.rewards.question import question_of
from social_r1.trajectory.words import stems

ITEM = SocialItem(
    id="q", dimension="Belief", group="g", answer=0, options=("The jar.", "…", "a red box"),
    story="Person B met Élise. A card lay there.", question="Where is it?",
)  # fmt: skip


def test_a_letter_that_the_story_uses_names_no_option() -> None:
    question = question_of(ITEM)
    assert [letter for letter in "ABCD" if question.names_option(letter)] == ["A", "C"]


def test_stems_and_texts_are_those_of_the_item() -> None:
    question = question_of(ITEM)
    assert question.about == stems(f"{ITEM.story} {ITEM.question} jar red box")
    assert question.options == ("the jar", "…", "a red box")
    assert question.flat == (" the jar ", " a red box ")
    assert question.told == "person b met élise. a card lay there.\nwhere is it?"


def test_only_letters_beyond_latin_are_foreign() -> None:
    assert question_of(ITEM).latin
    assert not question_of(ITEM.model_copy(update={"question": "钥匙在哪里？"})).latin


def test_a_question_is_made_once_whatever_its_name_and_answer() -> None:
    other = ITEM.model_copy(update={"id": "r", "answer": 2})
    assert question_of(other) is question_of(ITEM)
