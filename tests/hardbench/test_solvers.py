"""Each named shortcut on a case made for it; its answer is worked out beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from social_r1.hardbench import solvers
from social_r1.hardbench.core import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.solvers import Case, solve, solvers_for

PEOPLE = ("Ana", "Ben", "Cy", "Dee")
PLACES = ("tin", "big jar", "box", "tea caddy")
STORY = Script(
    PEOPLE,
    "barn",
    (
        Line(Act.ROLL, people=("Ana", "Ben", "Cy")),
        Line(Act.PLACE, thing="key", value="tin"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.MOVE, "Ben", thing="key", value="big jar"),
        Line(Act.LEAVE, "Ben"),
        Line(Act.MOVE, "Cy", thing="key", value="box"),
        Line(Act.NOISE, "Cy", thing="cup", value="tin", noise="move"),
        Line(Act.TEXT, "Cy", "Ana", thing="key", value="tea caddy"),
    ),
)
"""Really: box. Ben: big jar. Ana: tea caddy (she was told). Ben on Ana: tin (he saw her leave)."""


def case(
    script: Script = STORY,
    question: Question | None = None,
    options: tuple[str, ...] = PLACES,
    story: str = "",
) -> Case:
    log = stage(script)
    asked = question or Question("belief", ("Ben", "Ana"), "key")
    return Case(script, log, asked, options, story, Replay(log))


def test_the_case_is_a_false_second_order_belief() -> None:
    told = case().replay
    assert told.value(("Ben", "Ana"), "key") == "tin"


@pytest.mark.parametrize(
    ("solver", "expected"),
    [
        (solvers.reality, "box"),
        (solvers.initial, "tin"),
        (solvers.previous, "big jar"),
        (solvers.last_testimony, "tea caddy"),
        (solvers.first_leaver, "tin"),
        (solvers.drop_outer, "tea caddy"),
        (solvers.drop_inner, "big jar"),
        (solvers.absent_ignorant, "tin"),
    ],
)
def test_a_place_solver_gives_the_answer_it_is_named_for(
    solver: solvers.Solver, expected: str
) -> None:
    assert solver(case()) == expected


def test_the_place_before_the_last_move_is_the_first_one_if_it_never_moved() -> None:
    still = replace(STORY, lines=STORY.lines[:3])
    assert solvers.previous(case(still)) == "tin"
    assert solvers.last_testimony(case(still)) is None


def test_the_first_leaver_is_the_first_of_the_asked_people() -> None:
    asked = case(question=Question("belief", ("Ben", "Cy"), "key"))
    assert solvers.first_leaver(asked) == "big jar"
    nobody_left = case(question=Question("belief", ("Cy", "Dee"), "key"))
    assert solvers.first_leaver(nobody_left) == "box"


def test_absent_means_ignorant_until_one_comes_back_to_see_a_move() -> None:
    back = replace(
        STORY,
        lines=(
            *STORY.lines,
            Line(Act.ENTER, "Ana"),
            Line(Act.MOVE, "Cy", thing="key", value="tin"),
            Line(Act.LEAVE, "Ana"),
            Line(Act.MOVE, "Cy", thing="key", value="big jar"),
        ),
    )
    assert solvers.absent_ignorant(case(back)) == "tin"
    never_there = case(question=Question("belief", ("Dee",), "key"))
    assert solvers.absent_ignorant(never_there) is None


@pytest.mark.parametrize(
    ("solver", "expected"),
    [
        (solvers.first_mentioned, "big jar"),
        (solvers.last_mentioned, "tea caddy"),
        (solvers.most_mentioned, "tin"),
        (solvers.least_mentioned, "big jar"),
    ],
)
def test_a_mention_solver_counts_the_story(solver: solvers.Solver, expected: str) -> None:
    story = "big jar, box, tin, tin, tin, box, tea caddy, tea caddy"
    assert solver(case(story=story)) == expected


def test_a_tie_of_mentions_is_silence() -> None:
    tie = case(story="tin, tin, box, box, big jar, tea caddy")
    assert solvers.most_mentioned(tie) is None
    assert solvers.least_mentioned(tie) is None
    assert solvers.first_mentioned(case(story="")) is None
    assert solvers.last_mentioned(case(story="")) is None


def test_position_and_length_look_at_the_options_alone() -> None:
    said = solve(case())
    assert [said[f"position_{x}"] for x in "ABCD"] == list(PLACES)
    assert (said["longest"], said["shortest"]) == ("tea caddy", "tin")
    assert solve(case(options=("tin", "box")))["position_D"] is None


WHO = Question("knowledge", (), "key")


@pytest.mark.parametrize(
    ("solver", "expected"),
    [
        (solvers.last_mover, "Cy"),
        (solvers.last_told, "Ana"),
        (solvers.still_present, "Cy"),
    ],
)
def test_a_person_solver_gives_the_answer_it_is_named_for(
    solver: solvers.Solver, expected: str
) -> None:
    assert solver(case(question=WHO, options=PEOPLE)) == expected


def test_a_person_solver_is_silent_where_its_sign_is_missing_or_double() -> None:
    still = replace(STORY, lines=STORY.lines[:3])
    asked = case(still, WHO, PEOPLE)
    assert solvers.last_mover(asked) is None
    assert solvers.last_told(asked) is None
    assert solvers.still_present(asked) is None  # Ben and Cy both are


def test_somebody_who_came_back_is_still_present() -> None:
    back = replace(STORY, lines=(*STORY.lines, Line(Act.ENTER, "Dee"), Line(Act.LEAVE, "Cy")))
    assert solvers.still_present(case(back, WHO, PEOPLE)) == "Dee"


def test_an_answer_that_is_not_offered_is_silence() -> None:
    said = solve(case(options=("tin", "big jar")))
    assert said["reality"] is None
    assert said["drop_inner"] == "big jar"


def test_people_are_solved_by_person_solvers_and_places_by_place_solvers() -> None:
    where = solvers_for(Question("belief", ("Ana",), "key"))
    assert set(solvers_for(WHO)) == {*solvers.PERSON, *solvers.TEXT}
    assert set(where) == {*solvers.VALUE, *solvers.TEXT}
    assert set(solvers.plain_solvers(WHO)) <= set(solvers_for(WHO))
    plain = set(solvers.plain_solvers(Question("belief", ("Ana",), "key")))
    assert plain <= {*where, *solvers.PLAIN}


SOURCE = Question("source", ("Ana",), "key")
WAYS = ("seen", "spied", "told", "ignorant")


@pytest.mark.parametrize(
    ("lines", "last", "of_all"),
    [
        ((), "told", "told"),  # the story's own last line is a message to her
        ((Line(Act.ENTER, "Ana"),), "seen", "told"),
        ((Line(Act.PEEK_MOVE, "Cy", "Ana", "cup", "box"),), "spied", "spied"),
        ((Line(Act.GLIMPSE, "Ana", thing="cup"), Line(Act.ENTER, "Ana")), "seen", "spied"),
        ((Line(Act.ENTER, "Ana"), Line(Act.NAP, "Ana")), "ignorant", "told"),
    ],
)
def test_a_channel_is_read_off_the_lines_that_name_the_person(
    lines: tuple[Line, ...], last: str, of_all: str
) -> None:
    asked = case(replace(STORY, lines=(*STORY.lines, *lines)), SOURCE, WAYS)
    assert solvers.last_channel(asked) == last
    assert solvers.any_channel(asked) == of_all


def test_a_wish_is_taken_for_a_belief() -> None:
    aims = (Line(Act.AIM, "Ana", thing="key", value="box"),)
    asked = case(replace(STORY, lines=(*STORY.lines, *aims)))
    assert solvers.own_aim(asked) == "box"
    assert solvers.own_aim(case()) is None


def test_of_four_people_the_second_and_the_third_by_their_last_mention() -> None:
    text = "Dee, Ana, Ben, Cy. Then Ana. Then Dee."
    asked = case(question=WHO, options=PEOPLE, story=text)
    assert solvers.second_mentioned(asked) == "Cy"  # Ben, Cy, Ana, Dee
    assert solvers.third_mentioned(asked) == "Ana"
    assert solvers.second_mentioned(case(question=WHO, options=PEOPLE, story="Ana. Ben.")) is None
    assert solvers.second_named(asked) == "Ana"  # Dee, Ana, Ben, Cy
    assert solvers.third_named(asked) == "Ben"


def test_a_mask_is_seen_through_by_whoever_overlooks_that_it_is_one() -> None:
    asked = Question("identity", ("Cy",), "key", "big jar")
    assert solvers.true_holder(case(question=asked, options=PEOPLE)) == "Ben"
    nobody = replace(asked, value="tin")
    assert solvers.true_holder(case(question=nobody, options=PEOPLE)) is None


def test_a_scalar_remark_by_the_facts_and_by_its_letter() -> None:
    cells = ("fitting", "short", "untrue", "blind")
    # Ben is wrong himself; of the other two Cy alone knows that it is in the box.
    ben = case(question=Question("scalar", ("Ben",), "key", others=("Ana", "Cy")), options=cells)
    assert (solvers.judged_by_facts(ben), solvers.suggestion_unheeded(ben)) == ("fitting", "blind")
    cy = case(question=Question("scalar", ("Cy",), "key", others=("Ana", "Ben")), options=cells)
    assert (solvers.judged_by_facts(cy), solvers.suggestion_unheeded(cy)) == ("short", "fitting")


@pytest.mark.parametrize(
    ("said", "by_truth", "by_belief"),
    [("box", "welcome", "white"), ("big jar", "selfish", "welcome"), ("tin", "selfish", "white")],
)
def test_whose_interest_by_what_is_so_and_by_what_is_meant(
    said: str, by_truth: str, by_belief: str
) -> None:
    asked = case(question=Question("interest", ("Ben",), "key", said, others=("Ana",)))
    assert solvers.falsity_is_selfish(asked) == by_truth
    assert solvers.interest_unheeded(asked) == by_belief
