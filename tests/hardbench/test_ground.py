"""What a story says before it begins: its premise, and honesty if the answer rests on it."""

from __future__ import annotations

import pytest

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.ground import said_openly, with_ground, with_premise
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import CREDIT, Act, Line, Script
from social_r1.hardbench.surface.words import MATTERS, bank, domain, domain_names

STORY = Script(("Ana", "Ben"), "barn", (Line(Act.ROLL, people=("Ana", "Ben")),))


@pytest.mark.parametrize("form", ["speech", "takes", "joker", "liar"])
def test_no_joke_is_asked_about_among_people_who_take_all_for_meant(form: str) -> None:
    told = said_openly(STORY, ["A4"], Question(form, ("Ana", "Ben"), "permit", "+granted"))
    assert [x.act for x in told.lines] == [Act.ROLL, Act.BANTER]


@pytest.mark.parametrize("form", ["speech", "takes", "joker", "liar"])
def test_where_it_may_be_a_joke_it_is_told_that_there_are_jokes(form: str) -> None:
    told = said_openly(STORY, [], Question(form, ("Ana", "Ben"), "permit", "+granted"))
    assert [x.act for x in told.lines] == [Act.ROLL, Act.BANTER]


def test_elsewhere_they_take_each_other_s_word_and_only_where_it_matters() -> None:
    asked = Question("belief", ("Ana",), "key")
    assert said_openly(STORY, ["A5"], asked).lines[1] == Line(Act.CUSTOM)
    assert not any(x.act in CREDIT for x in said_openly(STORY, [], asked).lines)


PLACED = Script(
    ("Ana", "Ben"),
    "barn",
    (
        Line(Act.ROLL, people=("Ana",)),
        Line(Act.AWAY, people=("Ben",)),
        Line(Act.PLACE, thing="key", value="jar"),
        Line(Act.MOVE, "Ana", thing="key", value="tin"),
        Line(Act.TEXT, "Ana", "Ben", thing="key", value="jar"),
    ),
    flashback=(3, 4),
)


def test_why_people_meddle_with_the_thing_is_told_ahead_of_how_it_was() -> None:
    told = with_premise(PLACED, "key")
    assert [x.act for x in told.lines[:4]] == [Act.ROLL, Act.AWAY, Act.PREMISE, Act.PLACE]
    assert told.lines[2].thing == "key"


def test_what_is_told_late_stays_so_behind_one_more_line() -> None:
    assert with_premise(PLACED, "key").flashback == (4, 5)
    asked = Question("belief", ("Ben",), "key")
    assert with_ground(PLACED, ["A5"], asked).flashback == (5, 6)


def test_a_premise_changes_nobody_s_picture() -> None:
    before, after = Replay(stage(PLACED)), Replay(stage(with_premise(PLACED, "key")))
    for chain in ((), ("Ana",), ("Ben",), ("Ana", "Ben"), ("Ben", "Ana")):
        assert before.value(chain, "key") == after.value(chain, "key")


@pytest.mark.parametrize("form", ["why", "failed", "want", "after"])
def test_what_people_come_for_is_theirs_for_the_asking(form: str) -> None:
    told = with_ground(PLACED, [], Question(form, ("Ben",), "key"))
    assert [x.act for x in told.lines[:4]] == [Act.ROLL, Act.AWAY, Act.FREE, Act.PLACE]
    before, after = Replay(stage(PLACED)), Replay(stage(told))
    assert all(before.value(c, "key") == after.value(c, "key") for c in ((), ("Ana",), ("Ben",)))


@pytest.mark.parametrize("matter", MATTERS)
def test_a_premise_gives_reasons_and_reports_nothing(matter: str) -> None:
    premises = bank(f"clauses/{matter}.yaml")["premise"]
    assert len(premises) == len(set(premises)) == 18
    assert all(p.count("{n}") == 1 and p.count("{") == 1 for p in premises)
    ends = [o.subjects[matter].end for n in domain_names() for o in domain(n).occasions]
    assert len(set(ends)) == 576
