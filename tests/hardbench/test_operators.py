"""Perturbations in pairs, pivotal lines, binding depth and the ledger, worked out by hand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from social_r1.hardbench.compose import draw_rich_block
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.ledger import contested, needs
from social_r1.hardbench.mix import OOD_FORMS, RichSpec, rich_kinds
from social_r1.hardbench.operators import (
    OPERATORS,
    binding_depth,
    pivotal,
    uses,
)
from social_r1.hardbench.questions import answer
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.twins import PAIRS

PLACES = ("tin", "box", "bag", "jar")
ASK = Question("belief", ("Ana",), "key")


def story(*lines: Line) -> Script:
    opening = (
        Line(Act.ROLL, people=("Ana", "Ben", "Cy", "Di")),
        Line(Act.PLACE, thing="key", value="tin"),
    )
    return Script(("Ana", "Ben", "Cy", "Di"), "barn", (*opening, *lines))


PEEK = story(
    Line(Act.LEAVE, "Ana"),
    Line(Act.PEEK_MOVE, "Ben", "Ana", thing="key", value="box"),
    Line(Act.NAP, "Cy"),
    Line(Act.MOVE, "Ben", thing="key", value="bag"),
)
"""Ana peeks at the box and misses the bag; whether Cy sleeps is all the same to her."""


def test_undoing_a_peek_that_matters_flips_the_answer_and_a_bystanders_nap_does_not() -> None:
    found = {u.tag for u in uses(PEEK, ASK, PLACES, "box")}
    assert found == {"peek:DIR", "nap:INV"}  # without her going out there is nothing to peek at


UNDOES: dict[str, tuple[tuple[Line, ...], int]] = {
    # What each operator is undone to in a story of the line, told by its number there (from 0).
    "peek": ((Line(Act.LEAVE, "Ana"), Line(Act.PEEK_MOVE, "Ben", "Ana", "key", "box")), 3),
    "overhear": ((Line(Act.LEAVE, "Ana"), Line(Act.OVERHEAR, "Ben", "Ana", "key", "tin")), 3),
    "transparent": ((Line(Act.LEAVE, "Ana"), Line(Act.GLIMPSE, "Ana", thing="key")), 3),
    "testimony": ((Line(Act.LEAVE, "Ana"), Line(Act.TEXT, "Ben", "Ana", "key", "box")), 3),
    "honest_word": ((Line(Act.LEAVE, "Ana"), Line(Act.RELAY, "Ben", "Ana", "key")), 3),
    "letter": (
        (
            Line(Act.LEAVE, "Ana"),
            Line(Act.LETTER, "Ben", "Ana", "key", "box"),
            Line(Act.READ, "Ben", "Ana", "key", "box"),
        ),
        4,
    ),
    "entry": ((Line(Act.LEAVE, "Ana"), Line(Act.ENTRY, "Ana", thing="key", value="box")), 3),
    "distrust": ((Line(Act.DOUBT, "Ana", "Ben"),), 2),
    "nap": ((Line(Act.NAP, "Ana"), Line(Act.WAKE, "Ana")), 2),
    "lapse": ((Line(Act.DRIFT, "Ana"), Line(Act.STIR, "Ana")), 2),
    "noticed": ((Line(Act.DRIFT, "Ana"), Line(Act.STIR, "Ana")), 2),
    "absence": ((Line(Act.LEAVE, "Ana"),), 2),
    "return": ((Line(Act.LEAVE, "Ana"), Line(Act.ENTER, "Ana")), 3),
    "routine": ((Line(Act.ROUTINE, None, None, "key", "box", ("Ana",)),), 2),
    "shift": ((Line(Act.SHIFTED, None, None, "key", "box"),), 2),
    "look": ((Line(Act.LOOK, "Ana", thing="key"),), 2),
    "stake": (
        (Line(Act.STANCE, "Ana", None, "key", "+in"), Line(Act.STANCE, "Ben", None, "key", "-out")),
        2,
    ),
    "rivalry": ((Line(Act.STANCE, "Ben", None, "key", "+in"), Line(Act.RIVAL, "Ana", "Ben")), 3),
    "courtesy": ((Line(Act.POLITE, "Ana", value="box"),), 2),
    "turned_back": ((Line(Act.LEAVE, "Ana"), Line(Act.FACED_AWAY, "Ana", thing="key")), 3),
    "unread": ((Line(Act.LEAVE, "Ana"), Line(Act.LETTER, "Ben", "Ana", "key", "box")), 3),
    "illegible": ((Line(Act.LEAVE, "Ana"), Line(Act.BLANK, "Ana", thing="key")), 3),
    "aim": ((Line(Act.AIM, "Ana", None, "key", "box"),), 2),
    "distractor": ((Line(Act.AMBIENCE, noise="farm/0/0"),), 2),
}


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_every_operator_can_be_undone_where_it_stands(operator: str) -> None:
    lines, at = UNDOES[operator]
    script = story(*lines)
    gold = said(script, ASK, PLACES)
    assert gold is not None
    found = {(u.operator, u.line): u for u in uses(script, ASK, PLACES, gold)}
    use = found[operator, at]
    assert use.script != script
    assert use.script.lines[:at] == script.lines[:at]
    assert use.answer == said(use.script, ASK, PLACES)


def test_every_operator_that_can_be_undone_has_twins() -> None:
    assert set(OPERATORS) <= set(PAIRS)


def test_a_note_that_cannot_be_made_out_tells_nothing() -> None:
    script = story(Line(Act.LEAVE, "Ana"), Line(Act.ENTRY, "Ana", thing="key", value="box"))
    found = list(uses(script, ASK, PLACES, "box"))
    assert [u.tag for u in found] == ["entry:DIR", "absence:INV"]
    assert found[0].script.lines[-1] == Line(Act.BLANK, "Ana", thing="key")
    assert found[0].answer == "tin"


def test_a_lapse_that_is_noticed_flips_what_others_think_and_not_what_one_thinks() -> None:
    script = story(Line(Act.DRIFT, "Ana"), Line(Act.MOVE, "Ben", thing="key", value="box"))
    second = Question("belief", ("Ben", "Ana"), "key")
    assert "noticed:DIR" in {u.tag for u in uses(script, second, PLACES, "box")}
    assert "noticed:INV" in {u.tag for u in uses(script, ASK, PLACES, "tin")}


def test_the_pivotal_lines_are_those_without_which_the_answer_changes() -> None:
    # Without the peek (line 4) she holds the tin; the nap and the last move do not matter to her.
    # Without her leaving the peek cannot happen, so it is not toggled alone.
    assert pivotal(PEEK, ASK, PLACES, "box") == (3,)


def test_depth_counts_hops_over_names_in_pivotal_lines() -> None:
    relay = story(
        Line(Act.LEAVE, "Ana"),
        Line(Act.MOVE, "Ben", thing="key", value="box"),
        Line(Act.RELAY, "Cy", "Ana", thing="key"),
    )
    lines = pivotal(relay, ASK, PLACES, "box")
    assert lines == (3, 4)  # not her leaving: had she stayed, she would have seen the move
    assert binding_depth(relay, ASK, (4,)) == 1
    assert binding_depth(relay, ASK, (3, 4)) == 2  # Ben's move names nobody next to her


def test_a_word_counts_only_among_those_who_take_it() -> None:
    script = story(Line(Act.LEAVE, "Ana"), Line(Act.TEXT, "Ben", "Ana", thing="key", value="box"))
    assert needs(stage(script), ASK, PLACES) == ("A4",)
    sincere = Question("belief", ("Ana", "Ben"), "key")
    assert needs(stage(script), sincere, PLACES) == ("A4", "A5")
    seen = story(Line(Act.MOVE, "Ben", thing="key", value="box"))
    assert needs(stage(seen), ASK, PLACES) == ()


def test_what_an_absent_knower_of_a_routine_thinks_that_others_saw_is_contested() -> None:
    routine = Line(Act.ROUTINE, thing="key", value="box", people=("Ana",))
    script = story(Line(Act.LEAVE, "Ana"), routine)
    others = Question("belief", ("Ana", "Ben"), "key")
    assert contested(script, stage(script), others, PLACES)
    assert not contested(script, stage(script), ASK, PLACES)
    told = replace(script, lines=(*script.lines[:3], replace(routine, people=("Ana", "Ben"))))
    assert not contested(told, stage(told), others, PLACES)
    # Ben was there and sees it happen; whether he knows that Ana had been told is left open.
    onlooker = Question("belief", ("Ben", "Ana"), "key")
    assert contested(script, stage(script), onlooker, PLACES)


def test_a_thing_of_which_somebody_is_asked_cannot_be_left_untold() -> None:
    told = (
        Line(Act.TEXT, "Cy", "Ben", thing="cup", value="jar"),
        Line(Act.RELAY, "Ben", "Di", thing="cup"),
    )
    # Without Cy's word Ben had no idea of the cup; that Di asks him is nothing to Ana.
    assert [u.tag for u in uses(story(*told), ASK, PLACES, "tin")] == ["honest_word:INV"]


def said(script: Script, question: Question, options: tuple[str, ...]) -> str | None:
    log = stage(script)
    return answer(question, log, Replay(log), options)


def test_undoing_a_line_is_worked_out_wherever_it_might_matter() -> None:
    rng, acts = Random(8), set[Act]()
    ood = RichSpec(without=(), forms=tuple(OOD_FORMS.items()))
    for spec, kind in [(s, k) for s in (RichSpec(), ood) for k in list(rich_kinds(s))[::4]]:
        block = draw_rich_block(rng, spec, kind)
        for v in block.variants:
            lines, asked = v.script.lines, (v.question, block.options)
            acts |= {x.act for x in lines}
            matter: list[int] = []
            for at in range(len(lines)):
                with suppress(ScriptError):
                    if said(v.script.with_lines((*lines[:at], *lines[at + 1 :])), *asked) != v.gold:
                        matter.append(at)
            assert pivotal(v.script, *asked, v.gold) == tuple(matter)
            for use in uses(v.script, *asked, v.gold):
                assert use.answer == said(use.script, *asked)
                assert use.flips == (use.answer != v.gold)
    assert len(acts) > 20
