"""What is said ahead of a clause is of that very thing and value, once, and is read back."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from social_r1.hardbench.blocks import Block
from social_r1.hardbench.compose import draw_rich_block
from social_r1.hardbench.mix import RichSpec, rich_kinds
from social_r1.hardbench.script import BY_HAND, Act, Line
from social_r1.hardbench.surface.ahead import Ahead, moments_told, said_ahead, split
from social_r1.hardbench.surface.gate import _text_faults
from social_r1.hardbench.surface.parser import ParseError, parse
from social_r1.hardbench.surface.rich import story
from social_r1.hardbench.surface.ties import Tie, ties
from social_r1.hardbench.surface.words import occasion

SUBJECT = occasion("farm/0").subjects["location"]
ONE, OTHER, *_ = SUBJECT.values


@pytest.fixture(scope="module")
def drawn() -> list[Block]:
    rng = Random(8)
    spec = RichSpec()
    return [draw_rich_block(rng, spec, kind) for kind in list(rich_kinds(spec))[::3]]


def move(value: str, act: Act = Act.MOVE) -> Line:
    return Line(act, "Ana", thing=SUBJECT.name, value=value)


def test_a_moment_is_told_the_first_time_that_somebody_has_it_so() -> None:
    lines = [
        Line(Act.ROLL, people=("Ana", "Ben")),
        Line(Act.PLACE, thing=SUBJECT.name, value=ONE),  # so it was: nobody needs a reason
        move(OTHER),
        move(ONE),
        move(OTHER, Act.PEEK_MOVE),
        Line(Act.SHIFTED, thing=SUBJECT.name, value=ONE),
        Line(Act.MOVE, "Ana", thing="spoon", value=ONE),  # nothing that people differ about
    ]
    assert moments_told(lines) == {2: SUBJECT.moments[OTHER], 3: SUBJECT.moments[ONE]}


def test_a_moment_suits_its_own_thing_and_value_only() -> None:
    of_one = Ahead(moment=(SUBJECT.name, ONE))
    assert of_one.suits(move(ONE))
    assert not of_one.suits(move(OTHER))
    assert not of_one.suits(Line(Act.TEXT, "Ana", "Ben", SUBJECT.name, ONE))
    due = Ahead(due=SUBJECT.name)
    assert due.suits(Line(Act.RELAY, "Ana", "Ben", SUBJECT.name))
    assert not due.suits(Line(Act.RELAY, "Ana", "Ben", "spoon"))
    assert not due.suits(move(ONE))


def test_a_sentence_is_taken_apart_into_tie_moment_and_clause() -> None:
    moment = SUBJECT.moments[ONE]
    clause = "Ana left the barn"
    told = Ahead(moment=(SUBJECT.name, ONE))
    assert list(split(f"{moment[0].upper()}{moment[1:]}, {clause}")) == [(told, clause)]
    tied = frozenset({Tie("gone", "Ben")})
    both = list(split(f"With Ben gone, and {moment}, {clause}"))
    assert both == [(told._replace(ties=tied), clause)]
    assert [x for x, _ in split(f"{SUBJECT.due[0]}, {clause}")] == [Ahead(due=SUBJECT.name)]
    assert list(split("before the rain, Ana left the barn")) == []


def test_most_of_those_who_change_a_thing_have_a_moment_for_it(drawn: list[Block]) -> None:
    told = due = 0
    for script, style in ((v.script, b.style) for b in drawn for v in b.variants):
        text = story(script, style).lower()
        for number, moment in moments_told(script.lines).items():
            assert script.lines[number].act in BY_HAND
            told += f"{moment}, " in text
            due += 1
    assert told > 0.9 * due > 100


def test_a_moment_of_another_value_is_not_read(drawn: list[Block]) -> None:
    done = 0
    for script, style in ((b.variants[0].script, b.style) for b in drawn):
        subject = occasion(script.occasion).subjects[script.matter]
        for moment in moments_told(script.lines).values():
            text = story(script, style)
            told = text.lower()
            other = next((m for m in subject.moments.values() if m.lower() not in told), None)
            said = re.compile(re.escape(moment), re.IGNORECASE)
            if said.search(text) and other:
                with pytest.raises(ParseError, match="fits no template"):
                    parse(said.sub(other.capitalize(), text))
                done += 1
    assert done > 20


def test_what_is_said_ahead_has_at_most_one_tie_and_one_moment(drawn: list[Block]) -> None:
    for script, style in ((b.variants[0].script, b.style) for b in drawn):
        templates = ["{a} did it"] * len(script.lines)
        places = range(len(script.lines))
        for number, text in said_ahead(script, style, places, ties(script), templates).items():
            assert text.endswith(", ")
            assert text.count(", and ") <= (number in moments_told(script.lines))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"moments": {ONE: "Seeing it rain"}}, "is no plain clause"),
        ({"moments": {ONE: "it rained"}}, "cannot stand ahead of a clause"),
        ({"moments": {ONE: f"with the {OTHER} full"}}, f"names the {OTHER}"),
        ({"due": ("with Ben gone",)}, "can be taken for a tie"),
        ({"due": ()}, "has 0 phrases that say what is due; repair: 3"),
    ],
)
def test_the_lint_names_what_cannot_stand_ahead(change: dict[str, Any], says: str) -> None:
    faults = list(_text_faults("location", replace(SUBJECT, **change)))
    assert any(says in fault for fault in faults), faults
    assert list(_text_faults("location", SUBJECT)) == []
