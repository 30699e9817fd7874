"""Sentences run on where it is clear who is meant, and what runs on is taken apart again."""

from __future__ import annotations

import re
from random import Random

import pytest

from social_r1.hardbench.blocks import Block
from social_r1.hardbench.compose import draw_rich_block
from social_r1.hardbench.mix import RichSpec, rich_kinds
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface.flow import (
    MOST_UNITS,
    MOST_WORDS,
    Unit,
    fits_it,
    flowing,
    goes_on,
    short_name,
    ways_to_read,
)
from social_r1.hardbench.surface.rich import sentences
from social_r1.hardbench.surface.words import occasion

BELL = occasion("farm/0").subjects["location"].name
STYLES = range(60)


def script(*lines: Line, frame: str = "letter") -> Script:
    people = ("Ana", "Ben", "Cy")
    roll = Line(Act.ROLL, people=people, noise="farm/0")
    return Script(people, "barn", (roll, *lines), frame=frame, domain="farm")


def units(*texts: str, first: int = 1) -> list[Unit]:
    return [Unit(first + i, text, plain=True) for i, text in enumerate(texts)]


def move(who: str, act: Act = Act.MOVE, other: str | None = None) -> Line:
    return Line(act, who, other, BELL, "tin")


def forms(story: Script, told: list[Unit]) -> set[tuple[str, ...]]:
    return {tuple(flowing(story, told, style)) for style in STYLES}


def test_who_acts_twice_is_named_once() -> None:
    story = script(move("Ana"), Line(Act.LEAVE, "Ana"))
    told = units("Ana put the key in the tin.", "Ana left to buy ribbon.")
    assert forms(story, told) == {
        ("Ana put the key in the tin.", "Ana left to buy ribbon."),
        ("Ana put the key in the tin,", "then left to buy ribbon."),
        ("Ana put the key in the tin,", "and then left to buy ribbon."),
        ("Ana put the key in the tin,", "and left to buy ribbon."),
    }


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        # Who is meant would not be clear behind somebody who looks on,
        ([move("Ana", Act.PEEK_MOVE, "Ben"), Line(Act.LEAVE, "Ana")],
         ("Ana put it in the tin while Ben watched.", "Ana left to buy ribbon.")),
        # nor is what had been so before,
        ([move("Ana"), Line(Act.NAP, "Ana")],
         ("Ana put the key in the tin.", "Ana had been up all night and slept.")),
        # nor is a change one of the things that happen meanwhile.
        ([Line(Act.LEAVE, "Ben"), move("Ana")],
         ("Ben left to buy ribbon.", "Ana put the key in the tin.")),
        # A message is never joined: it stays where it is when people change places.
        ([move("Ana"), Line(Act.TEXT, "Ana", "Ben", BELL, "tin")],
         ("Ana put the key in the tin.", "Ana told Ben that it was in the tin.")),
    ],
)  # fmt: skip
def test_what_does_not_run_on(lines: list[Line], texts: tuple[str, ...]) -> None:
    assert forms(script(*lines), units(*texts)) == {texts}


def test_a_clause_with_something_ahead_of_it_begins_a_sentence() -> None:
    story = script(move("Ana"), Line(Act.LEAVE, "Ana"))
    texts = ("Ana put the key in the tin.", "Ana left to buy ribbon.")
    told = [Unit(1, texts[0], plain=True), Unit(2, texts[1], plain=False)]
    assert forms(story, told) == {texts}


def test_wishes_and_what_others_do_meanwhile_are_told_in_one_sentence() -> None:
    story = script(
        Line(Act.AIM, "Ana", thing=BELL, value="tin"),
        Line(Act.AIM, "Ben", thing=BELL, value="jar"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.DOING, "Cy", noise="farm/0/0"),
    )
    told = [
        Unit(at + 1, text, plain=True, place=at)
        for at, text in enumerate(
            ("Ana had asked for the tin.", "Ben had asked for the jar.",
             "Ana left to buy ribbon.", "Cy swept the floor.")
        )
    ]  # fmt: skip
    one = ("Ana had asked for the tin,", "while Ben had asked for the jar.",
           "Ana left to buy ribbon,", "and Cy swept the floor.")  # fmt: skip
    assert one in forms(story, told)


def test_of_a_change_it_stays_clear_who_was_there() -> None:
    story = script(move("Ana"), Line(Act.DOING, "Cy", noise="farm/0/0"), Line(Act.LEAVE, "Ben"))
    told = units("Ana put the key in the tin.", "Cy swept the floor.", "Ben left to buy ribbon.")
    assert {form[0] for form in forms(story, told)} == {"Ana put the key in the tin."}


def test_a_subject_is_left_out_only_where_nobody_else_has_acted_in_the_sentence() -> None:
    story = script(
        Line(Act.DOING, "Ana", noise="farm/0/0"),
        Line(Act.DOING, "Cy", noise="farm/0/1"),
        Line(Act.LEAVE, "Cy"),
    )
    texts = ("Ana swept the floor.", "Cy laid a table.", "Cy left to buy ribbon.")
    told = [Unit(i + 1, text, plain=True, place=i) for i, text in enumerate(texts)]
    for form in forms(story, told):
        assert not (goes_on(form[1]) and goes_on(form[2]))


def test_a_stage_direction_keeps_its_brackets() -> None:
    story = script(move("Ana"), Line(Act.LEAVE, "Ana"), frame="script")
    told = units("(Ana put the key in the tin.)", "(Ana left to buy ribbon.)")
    assert forms(story, told) == {("(Ana put the key in the tin.)", "(Ana left to buy ribbon.)")}


def test_a_thing_has_its_whole_name_once() -> None:
    assert short_name(script()) == (BELL, "bell") == ("dinner bell", "bell")
    story = script(Line(Act.PLACE, thing=BELL, value="tin"), move("Ana"), move("Ben"))
    told = units("The dinner bell was in the tin.", "Ana moved the dinner bell to the jar.",
                 "The dinner bell was moved to the tin by Ben.")  # fmt: skip
    assert forms(story, told) == {
        ("The dinner bell was in the tin.", f"Ana moved {name} to the jar.",
         "The bell was moved to the tin by Ben.")
        for name in ("it", "the bell")
    }  # fmt: skip


def test_nothing_is_cut_short_that_could_be_another_thing() -> None:
    story = script(Line(Act.PLACE, thing=BELL, value="bell jar"), move("Ana"))
    texts = ("The dinner bell was in the bell jar.", "Ana moved the dinner bell to the tin.")
    assert forms(story, units(*texts)) == {texts}


@pytest.mark.parametrize(
    ("unit", "sentences_of_its_own"),
    [
        ("Ana moved the bell.", ["Ana moved the bell.", "Ana moved the dinner bell."]),
        ("Ana moved it to the tin.",
         ["Ana moved it to the tin.", "Ana moved the dinner bell to the tin."]),
        ("Ana emptied it and shut it.", ["Ana emptied it and shut it."]),  # which of the two?
        ("and then left.", ["Ana left."]),
        ("while Ben left.", ["Ben left."]),
        ("while tea was served.", ["Tea was served."]),
        ("and Ben moved the bell.", ["Ben moved the bell.", "Ben moved the dinner bell."]),
    ],
)  # fmt: skip
def test_the_ways_to_read_a_unit(unit: str, sentences_of_its_own: list[str]) -> None:
    assert list(ways_to_read(unit, [BELL], ["Ana"])) == sentences_of_its_own


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Ana moved the dinner bell to the jar.", True),
        ("Ana said that the dinner bell was in the jar.", True),
        ("Ana filled up the dinner bell with oats.", False),
        ("the list was read, the dinner bell with the mark", False),
        ("Ana asked for a word about the dinner bell.", False),
    ],
)
def test_where_it_can_stand(text: str, fits: bool) -> None:
    found = re.search(r"the dinner bell", text)
    assert found is not None
    assert fits_it(text, found) is fits


@pytest.fixture(scope="module")
def drawn() -> list[Block]:
    rng = Random(9)
    spec = RichSpec()
    return [draw_rich_block(rng, spec, kind) for kind in list(rich_kinds(spec))[::3]]


def test_sentences_stay_short_enough_and_many_run_on(drawn: list[Block]) -> None:
    joined = 0
    for block in drawn:
        told = sentences(block.variants[0].script, block.style)
        run: list[str] = []
        for text in told:
            run = [*run, text] if goes_on(text) else [text]
            joined += goes_on(text)
            assert len(run) <= MOST_UNITS
            assert len(run) == 1 or len(" ".join(run).split()) <= MOST_WORDS + 2 * len(run)
    assert joined > 1.5 * len(drawn)


def test_who_is_who_does_not_tell_what_runs_on(drawn: list[Block]) -> None:
    shapes = 0
    for block in drawn:
        if block.design != "perm":
            continue
        found = set()
        for v in block.variants:
            names = re.compile("|".join(v.script.agents))
            found.add(tuple(names.sub("N", t) for t in sentences(v.script, block.style)))
        assert len(found) == 1
        shapes += 1
    assert shapes > 5
