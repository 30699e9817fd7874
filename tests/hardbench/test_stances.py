"""What people have at stake, and who puts a mark on hold."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from social_r1.hardbench.asides import unbroken
from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import interests
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.sense import senseless
from social_r1.hardbench.stances import clouded
from social_r1.hardbench.surface.casting import draw_rich_cast

PEOPLE = ("Ana", "Ben", "Cy", "Dee", "Eve")


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
    # Ana gains by the favourable mark, Ben by the other; Cy is out, Dee asleep; Eve has no stake.
    asked = Question("feel", ("Cy",), "permit", matter="status")
    rng = Random(3)
    changed, by = 0, set[str | None]()
    for _ in range(200):
        cast = draw_rich_cast(rng, agents=5, matter="status", frames=("letter",), domains=("farm",))
        yes, no = sorted(v for v in cast.places if not v.startswith("~"))
        pending = next(v for v in cast.places if v.startswith("~"))
        script = story(yes, no, pending, Line(Act.LEAVE, "Cy"), Line(Act.NAP, "Dee"))
        script = script.with_lines(
            (*script.lines, Line(Act.MOVE, "Ana", thing="permit", value=yes))
        )
        cast = replace(cast, thing="permit", names=PEOPLE)
        told = clouded(rng, script, asked, cast)
        changes = [x for x in told.lines if x.act is Act.MOVE][1:]
        for line in changes:
            assert line.actor == {"+": "Ana", "-": "Ben", "~": "Eve"}[(line.value or "")[0]]
            said = Line(Act.AIM, line.actor, thing="permit", value=line.value)
            assert (said in told.lines) is (line.value == pending)
        assert not senseless(told, "permit")
        changed, by = changed + len(changes), by | {x.actor for x in changes}
    assert changed > 150
    assert by == {"Ben", "Eve"}  # it is as Ana would have it


def test_where_nobody_there_would_a_stranger_changes_it_now_and_then() -> None:
    rng, strangers = Random(5), 0
    cast = draw_rich_cast(rng, agents=5, matter="status", frames=("letter",), domains=("farm",))
    yes, no = sorted(v for v in cast.places if not v.startswith("~"))
    pending = next(v for v in cast.places if v.startswith("~"))
    gone = [Line(Act.LEAVE, name) for name in PEOPLE]
    script = story(yes, no, pending, Line(Act.MOVE, "Ana", thing="permit", value=yes), *gone)
    asked = Question("feel", ("Cy",), "permit", matter="status")
    for _ in range(200):
        told = clouded(rng, script, asked, replace(cast, thing="permit", names=PEOPLE))
        new = [x for x in told.lines[len(script.lines) :] if x.act is not Act.TEXT]
        assert {x.act for x in new} <= {Act.SHIFTED}
        strangers += bool(new)
    assert 40 < strangers < 140


def test_what_changes_nothing_is_told_before_an_act_and_its_answer() -> None:
    leaves, moves = Line(Act.LEAVE, "Ben"), Line(Act.MOVE, "Ana", thing="key", value="tin")
    rain, hums = Line(Act.AMBIENCE, noise="farm/0/0"), Line(Act.DOING, "Ana", noise="farm/0/1")
    text = Line(Act.TEXT, "Ben", "Ana", "key", "jar")
    assert unbroken([leaves, rain, hums, moves, rain]) == (rain, hums, leaves, moves, rain)
    assert unbroken([leaves, rain, text]) == (leaves, rain, text)
    assert unbroken([rain, leaves]) == (rain, leaves)
