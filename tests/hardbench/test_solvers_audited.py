"""Shortcuts that blocks are not balanced on; each answer is worked out beside it."""

from __future__ import annotations

import pytest

from social_r1.hardbench.core import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.solvers import (
    AUDITED,
    AUDITED_ABLATION,
    AUDITED_FORMS,
    Case,
    solve,
    solve_audited,
)
from social_r1.hardbench.solvers.nearest_person import nearest_person

PEOPLE = ("Ana", "Ben", "Cy")
GOODS = ("tea", "figs", "nails", "yarn")
QUEST = Script(
    PEOPLE,
    "barn",
    (
        Line(Act.ROLL, people=PEOPLE),
        Line(Act.PLACE, thing="tin", value="tea"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.MOVE, "Ben", thing="tin", value="figs"),
        Line(Act.QUEST, "Ana", thing="tin"),
    ),
)
"""Ana takes the tin to hold tea and pays dearly for it; she gets figs."""


def case(script: Script, question: Question, options: tuple[str, ...], story: str = "") -> Case:
    log = stage(script)
    return Case(script, log, question, options, story, Replay(log))


def wish(story: str = "") -> Case:
    return case(QUEST, Question("want", ("Ana",), "tin", matter="contents"), GOODS, story)


def test_what_somebody_got_is_taken_for_what_she_was_after() -> None:
    assert wish().value(("Ana",)) == "tea"
    assert AUDITED["outcome_is_goal"](wish()) == "figs"
    assert AUDITED["outcome_is_goal"](wish()) == solve(wish())["reality"]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("Ana saw figs, then tea.", "figs"),
        ("Ben left yarn; Ana saw figs.", "yarn"),  # 6 characters before her name, figs 8 after it
        ("figs Ana  tea", None),  # 5 before, 5 after
        ("Ben had figs.", None),
        ("Anabel took figs, and much later Ana took yarn.", "yarn"),
    ],
)
def test_the_nearest_is_taken_for_the_preferred(story: str, expected: str | None) -> None:
    assert AUDITED["nearest_is_preferred"](wish(story)) == expected


def test_of_several_people_the_one_nearest_to_the_good_is_taken() -> None:
    asked = Question("after", (), "tin", "figs", "contents")
    told = "Ben had tea, as Ana knew. Ben told Cy of figs."  # Cy 6, Ben 15, Ana 25 characters away
    assert nearest_person(case(QUEST, asked, PEOPLE, told)) == "Cy"


def test_without_a_value_the_one_nearest_to_where_the_thing_is_is_taken() -> None:
    asked = Question("knowledge", (), "tin", matter="contents")
    told = "Ana saw tea. Cy and Ben had figs."  # figs are in the tin; Ben 8, Cy 15 characters away
    assert nearest_person(case(QUEST, asked, PEOPLE, told)) == "Ben"


def test_each_is_put_to_the_forms_that_it_is_about() -> None:
    belief = Question("belief", ("Ana",), "tin", matter="contents")
    assert solve_audited(case(QUEST, belief, GOODS, "Ana saw figs.")) == {}
    assert solve_audited(wish("Ana saw tea.")) == {
        "outcome_is_goal": "figs", "nearest_is_preferred": "tea",
    }  # fmt: skip


REMARK = Script(
    PEOPLE,
    "barn",
    (
        Line(Act.ROLL, people=PEOPLE),
        Line(Act.PLACE, thing="key", value="box"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.PEEK_MOVE, "Ben", "Ana", thing="key", value="jar"),
        Line(Act.REMARK, "Ana", "Ben", thing="key", value="box"),
    ),
)
"""Ana has seen it put into the jar, and that Ben saw it; Ben takes her to think of the box."""
ACTS = ("inform", "agree", "lie", "joke")


def test_a_flat_reader_takes_what_the_hearer_thinks_for_what_he_thinks_of_the_speaker() -> None:
    asked = case(REMARK, Question("speech", ("Ana", "Ben"), "key", "box"), ACTS)
    chains = ("Ana",), ("Ana", "Ben"), ("Ana", "Ben", "Ana")
    assert [asked.value(chain) for chain in chains] == ["jar", "jar", "box"]
    assert asked.answer_in(asked.log) is None  # contested, so never asked
    assert AUDITED_ABLATION["flatten"](asked) == "joke"


def test_chains_that_name_nobody_twice_cannot_be_flattened() -> None:
    asked = case(REMARK, Question("belief", ("Ana", "Ben"), "key"), ("box", "jar"))
    assert AUDITED_ABLATION["flatten"](asked) is None


@pytest.mark.parametrize(
    ("form", "said", "expected"),
    [
        ("speech", "+won", "agree"),
        ("speech", "-lost", "lie"),
        ("interest", "+won", "welcome"),
        ("interest", "-lost", "selfish"),
        ("speech", "box", None),
    ],
)
def test_a_kind_word_is_taken_for_a_kind_deed(form: str, said: str, expected: str | None) -> None:
    asked = Question(form, ("Ana", "Ben"), "key", said, "status")
    assert AUDITED["positive_is_praise"](case(REMARK, asked, ACTS)) == expected


@pytest.mark.parametrize("name", [*AUDITED, *AUDITED_ABLATION])
def test_every_solver_has_a_file_of_its_name(name: str) -> None:
    written = {**AUDITED, **AUDITED_ABLATION}[name]
    assert written.__module__ == f"social_r1.hardbench.solvers.{name}"


def test_blocks_are_not_balanced_on_them() -> None:
    asked = wish()
    assert set(AUDITED_FORMS) == set(AUDITED)
    assert not (set(AUDITED) | set(AUDITED_ABLATION)) & set(solve(asked))


def test_an_answer_that_is_no_option_is_silence() -> None:
    asked = case(QUEST, Question("want", ("Ana",), "tin", matter="contents"), ("tea", "nails"))
    assert solve_audited(asked)["outcome_is_goal"] is None
