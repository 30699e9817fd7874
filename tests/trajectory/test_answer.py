"""The answer tag and the letter in it."""

from __future__ import annotations

import pytest

from social_r1.trajectory.answer import find_answers, read_letter


def test_an_opening_tag_pairs_with_the_next_closing_tag() -> None:
    tags = find_answers("x<Answer>A</Answer>y<Answer>B</Answer>")
    assert [pair.inside for pair in tags.pairs] == ["A", "B"]
    assert tags.opened == 2
    assert tags.pairs[0][:2] == (1, 19)


def test_an_opening_tag_before_another_opening_tag_stays_unclosed() -> None:
    tags = find_answers("<Answer>A<Answer>B</Answer>")
    assert [pair.inside for pair in tags.pairs] == ["B"]
    assert tags.opened == 2


@pytest.mark.parametrize(
    ("inside", "first_capital", "letter_first"),
    [
        ("B", 1, 1),
        (" B ", 1, 1),
        ("(B)", 1, 1),
        ("B. the jar", 1, 1),
        ("B: the jar", 1, 1),
        ("Option B", None, 1),
        ("option B", 1, 1),
        ("The B", None, None),
        ("Definitely B", 3, None),
        ("Box", 1, None),
        ("A or B", 0, None),
        ("b", None, None),
        ("", None, None),
        ("E", None, None),
    ],
)
def test_the_two_rules_read_what_they_say(
    inside: str, first_capital: int | None, letter_first: int | None
) -> None:
    assert read_letter(inside, 4, "first_capital") == first_capital
    assert read_letter(inside, 4, "letter_first") == letter_first
