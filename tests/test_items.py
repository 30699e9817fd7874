"""The question record that all rooms share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from social_r1.errors import InputError
from social_r1.items import LETTERS, SocialItem


def item(**changes: object) -> SocialItem:
    fields: dict[str, object] = {
        "id": "cup-1",
        "dimension": "Desire",
        "group": "cup",
        "story": "Mia reaches for the red cup.",
        "question": "Which cup does Mia want?",
        "options": ("red", "blue", "green"),
        "answer": 2,
    }
    return SocialItem.model_validate(fields | changes)


def test_the_letter_belongs_to_the_right_option() -> None:
    assert item().letter == "C"
    assert item().letters == "ABC"


@given(count=st.integers(2, 15), data=st.data())
def test_every_option_can_be_the_answer(count: int, data: st.DataObject) -> None:
    answer = data.draw(st.integers(0, count - 1))
    made = item(options=tuple(f"option {i}" for i in range(count)), answer=answer)
    assert made.letter == LETTERS[answer]
    assert len(made.letters) == count


@pytest.mark.parametrize(
    "changes",
    [
        {"options": ("one",), "answer": 0},
        {"options": tuple("abcdefghijklmnop"), "answer": 0},
        {"options": ("a", ""), "answer": 0},
        {"answer": 3},
        {"answer": -1},
        {"id": ""},
        {"difficulty": 10},
        {"hint": "red"},
    ],
)
def test_an_impossible_item_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        item(**changes)


def test_an_answer_out_of_range_names_the_repair() -> None:
    with pytest.raises(ValidationError, match=r"answer 3 .* repair: give 0\.\.2"):
        item(answer=3)


def test_an_item_does_not_change() -> None:
    with pytest.raises(ValidationError):
        item().answer = 0  # pyright: ignore[reportAttributeAccessIssue]


def test_options_in_another_order_keep_the_right_one() -> None:
    three = SocialItem(
        id="x", dimension="Belief", group="g", story="Ann hid a key.", question="Who?",
        options=("Ann", "Bo", "Cy"), answer=2,
    )  # fmt: skip
    turned = three.reordered((1, 2, 0))
    assert (turned.options, turned.answer) == (("Bo", "Cy", "Ann"), 1)
    with pytest.raises(InputError, match=r"item x: \[0, 0, 1\] is no order of 3 options; repair"):
        three.reordered((0, 0, 1))
