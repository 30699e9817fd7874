"""What people have at stake, and who puts a mark on hold."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from social_r1.hardbench.compose import unbroken
from social_r1.hardbench.scenes import interests
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.stances import clouded
from social_r1.hardbench.surface.words import draw_rich_cast

PEOPLE = ("Ana", "Ben", "Cy", "Dee")


def story(granted: str, refused: str, pending: str, *lines: Line) -> Script:
    opening = (
        Line(Act.ROLL, people=PEOPLE),
        Line(Act.PLACE, thing="permit", value=pending),
        Line(Act.STANCE, "Ana", thing="permit", value=granted),
        Line(Act.STANCE, "Ben", thing="permit", value=refused),
        Line(Act.RIVAL, "Cy", "Dee"),
        Line(Act.SIDE, "Dee", "Ana"),
    )
    return Script(PEOPLE, "barn", (*opening, *lines), "letter", "farm", "status")


def test_a_tie_may_be_to_somebody_who_is_tied_himself() -> None:
    told = story("+granted", "-refused", "~pending")
    assert interests(told.lines) == {"Ana": "+", "Ben": "-", "Dee": "+", "Cy": "-"}
    assert interests(told.lines[:2]) == {}
    assert interests((Line(Act.SIDE, "Ana", "Ben"),)) == {}


def test_a_mark_is_changed_by_one_who_is_there_and_has_a_reason() -> None:
    rng = Random(3)
    changed, by = 0, set[str | None]()
    for _ in range(200):
        cast = draw_rich_cast(rng, agents=4, matter="status", frames=("letter",), domains=("farm",))
        yes, no = sorted(v for v in cast.places if not v.startswith("~"))
        pending = next(v for v in cast.places if v.startswith("~"))
        script = story(yes, no, pending, Line(Act.LEAVE, "Cy"), Line(Act.NAP, "Dee"))
        script = script.with_lines(
            (*script.lines, Line(Act.MOVE, "Ana", thing="permit", value=yes))
        )
        cast = replace(cast, thing="permit", names=PEOPLE)
        told = clouded(rng, script, cast).lines[len(script.lines) :]
        before = yes
        for line in (x for x in told if x.act in (Act.MOVE, Act.SHIFTED)):
            # Ana gains by the favourable mark, Ben by the other; Cy is out and Dee asleep.
            hurt = {"+": "Ben", "-": "Ana"}
            helped = {"+": "Ana", "-": "Ben"}
            value = line.value or ""
            expected = hurt.get(before[0]) if value == pending else helped[value[0]]
            assert line.actor == expected
            changed, by, before = changed + 1, by | {line.actor}, value
    assert changed > 150
    assert {"Ana", "Ben"} <= by


def test_what_changes_nothing_is_told_before_an_act_and_its_answer() -> None:
    leaves, moves = Line(Act.LEAVE, "Ben"), Line(Act.MOVE, "Ana", thing="key", value="tin")
    rain, hums = Line(Act.AMBIENCE, noise="farm/0"), Line(Act.DOING, "Ana", noise="farm/1")
    text = Line(Act.TEXT, "Ben", "Ana", "key", "jar")
    assert unbroken([leaves, rain, hums, moves, rain]) == (rain, hums, leaves, moves, rain)
    assert unbroken([leaves, rain, text]) == (leaves, rain, text)
    assert unbroken([rain, leaves]) == (rain, leaves)
