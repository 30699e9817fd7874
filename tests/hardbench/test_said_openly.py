"""What a story says about honesty, if its answer rests on it."""

from __future__ import annotations

import pytest

from social_r1.hardbench.forms import Question
from social_r1.hardbench.release import said_openly
from social_r1.hardbench.script import CREDIT, Act, Line, Script

STORY = Script(("Ana", "Ben"), "barn", (Line(Act.ROLL, people=("Ana", "Ben")),))


@pytest.mark.parametrize("form", ["speech", "takes", "joker", "liar"])
def test_no_joke_is_asked_about_among_people_who_take_all_for_meant(form: str) -> None:
    told = said_openly(STORY, ["A4"], Question(form, ("Ana", "Ben"), "permit", "+granted"))
    assert [x.act for x in told.lines] == [Act.BANTER, Act.ROLL]


@pytest.mark.parametrize("form", ["speech", "takes", "joker", "liar"])
def test_where_it_may_be_a_joke_it_is_told_that_there_are_jokes(form: str) -> None:
    told = said_openly(STORY, [], Question(form, ("Ana", "Ben"), "permit", "+granted"))
    assert [x.act for x in told.lines] == [Act.BANTER, Act.ROLL]


def test_elsewhere_they_take_each_other_s_word_and_only_where_it_matters() -> None:
    asked = Question("belief", ("Ana",), "key")
    assert said_openly(STORY, ["A5"], asked).lines[0] == Line(Act.CUSTOM)
    assert not any(x.act in CREDIT for x in said_openly(STORY, [], asked).lines)
