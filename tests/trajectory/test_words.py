"""Sentences, words and stems."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.items import SocialItem
from social_r1.trajectory.words import item_words, places_of_words, sentences, stems, words


def cut(text: str) -> list[str]:
    return [text[left:right] for left, right in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann left. Bo stayed!", ["Ann left.", "Bo stayed!"]),
        ("Ann left\nBo stayed", ["Ann left", "Bo stayed"]),
        ('"I left." So she said.', ['"I left."', "So she said."]),
        ("It costs 3.50 euros.", ["It costs 3.50 euros."]),
        ("He saw it not, so the answer is B.", ["He saw it not,", "so the answer is B."]),
        ("He saw it not, so he went.", ["He saw it not, so he went."]),
        ("1. Ann left.\n 2. Bo stayed.", ["1. Ann left.", "2. Bo stayed."]),
        ("- **B. Sad**: no.\nB.\nIt is B. So", ["- **B. Sad**: no.", "B.", "It is B.", "So"]),
        ("门开了。他走了。", ["门开了。", "他走了。"]),
        (" ?! \n . ", []),
        ("", []),
    ],
)
def test_sentences_end_at_marks_lines_and_before_a_conclusion(
    text: str, expected: list[str]
) -> None:
    assert cut(text) == expected


@given(st.text(alphabet="ab.,!? \n\"')so", max_size=60))
def test_sentences_are_ordered_and_lose_no_word(text: str) -> None:
    places = sentences(text)
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert all(a[1] <= b[0] for a, b in pairwise(places))
    assert [w for a, b in places for w in words(text[a:b])] == words(text)


def test_endings_do_not_make_another_word() -> None:
    assert stems("She moves it") == stems("It was moved") == stems("Moving") == {"mov"}
    assert stems("Ben's") == {"ben"}


def test_words_know_their_places() -> None:
    text = "Ann's key"
    assert [text[w.start : w.end].lower() for w in places_of_words(text)] == words(text)


def test_names_are_what_the_story_never_writes_small() -> None:
    item = SocialItem(
        id="q", dimension="Belief", group="g", question="Where?", answer=0,
        story="Ann met Bo. The key lay there. A key is small.",
        options=("the jar", "the box"),
    )  # fmt: skip
    known = item_words(item)
    assert known.names == {"ann", "bo"}
    assert {"key", "lay", "small"} <= known.story
    assert known.options == (frozenset({"jar"}), frozenset({"box"}))
