"""People in rich plots act for a reason; stories in which they do not are told apart."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from social_r1.hardbench.asides import in_turn
from social_r1.hardbench.forms import Question
from social_r1.hardbench.mix import WEIGHTS
from social_r1.hardbench.motives import draw_story
from social_r1.hardbench.plots import PlotSpec
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import CHANGES, Act, Line, Script
from social_r1.hardbench.sense import Walk, senseless, walked, without_idle_turns
from social_r1.hardbench.stances import with_aims
from social_r1.hardbench.surface.casting import draw_rich_cast

SPEC = PlotSpec((8, 11), WEIGHTS, doubt=0.3, late=0.3)


def story(*lines: Line) -> Script:
    opening = (
        Line(Act.ROLL, people=("Ana", "Ben", "Cy")),
        Line(Act.PLACE, thing="key", value="tin"),
    )
    return Script(("Ana", "Ben", "Cy"), "barn", (*opening, *lines))


def drawn(count: int) -> list[Script]:
    rng = Random("motives")
    casts = (
        draw_rich_cast(rng, agents=5, matter=m, frames=("letter",), domains=("farm", "lab"))
        for m in ("location", "contents", "status")
        for _ in range(count // 3)
    )
    return [draw_story(rng, cast, SPEC) for cast in casts]


MOVE = Line(Act.MOVE, "Ben", thing="key", value="box")
OUT = Line(Act.LEAVE, "Ana")


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ((MOVE, Line(Act.LEAVE, "Cy"), Line(Act.TEXT, "Cy", "Ana", "key", "jar")),
         "told otherwise of what she watches"),
        ((MOVE, Line(Act.SAY, "Cy", None, "key", "jar")), "announced to those who see better"),
        ((Line(Act.LEAVE, "Cy"), Line(Act.RELAY, "Cy", "Ana", "key")),
         "asks for what she has before her eyes"),
        ((Line(Act.LOOK, "Ana", None, "key"),), "looks for it"),
        ((Line(Act.ENTRY, "Ana", None, "key", "box"),), "looks it up and finds it otherwise"),
        ((MOVE, MOVE), "puts it where it is"),
        ((MOVE, Line(Act.PLACE, thing="key", value="box")), "the start comes after a change"),
        (
            (Line(Act.LEAVE, "Cy"), MOVE, OUT, Line(Act.RELAY, "Cy", "Ana", "key")),
            "asks one who left before she saw it moved",
        ),
        ((OUT, Line(Act.LEAVE, "Cy"), Line(Act.SAY, "Ben", None, "key", "tin")), "to nobody"),
        ((Line(Act.AIM, "Ben", None, "key", "jar"), MOVE), "puts it where he would not have it"),
        ((Line(Act.TEXT, "Cy", "Ana", "key", "tin"),), "writes to one in the same room"),
        (
            (Line(Act.LEAVE, "Cy"), OUT, MOVE, Line(Act.GLIMPSE, "Cy", None, "key"),
             Line(Act.RELAY, "Cy", "Ana", "key")),
            "asks one who left before her, of whose look since she knows nothing",
        ),
        (
            (Line(Act.LEAVE, "Cy"), OUT, Line(Act.TEXT, "Ben", "Cy", "key", "jar"),
             Line(Act.RELAY, "Cy", "Ana", "key")),
            "the same, of a word that he has had since",
        ),
        (
            (Line(Act.NAP, "Ana"), Line(Act.WAKE, "Ana"), Line(Act.SAY, "Ana", None, "key", "tin")),
            "tells those who see it",
        ),
        (
            (MOVE, Line(Act.LEAVE, "Cy"), Line(Act.TEXT, "Cy", "Ana", "key", "box")),
            "tells one who stayed there how it was when he left",
        ),
        (
            (MOVE, Line(Act.LEAVE, "Ben"), Line(Act.TEXT, "Cy", "Ben", "key", "box")),
            "tells him what he has done himself",
        ),
        (
            (MOVE, Line(Act.MOVE, "Cy", None, "key", "jar"), Line(Act.LEAVE, "Ben"),
             Line(Act.TEXT, "Cy", "Ben", "key", "box")),
            "tells him that it is as he himself had it",
        ),
        (
            (OUT, Line(Act.PEEK_MOVE, "Ben", "Ana", "key", "box"),
             Line(Act.RELAY, "Ben", "Ana", "key")),
            "asks what she has just looked on",
        ),
        (
            (OUT, Line(Act.GLIMPSE, "Ana", None, "key"), Line(Act.GLIMPSE, "Ana", None, "key")),
            "looks twice, and nothing has become of it in between",
        ),
        ((MOVE, Line(Act.MOVE, "Ben", None, "key", "jar")), "has it otherwise than he had it"),
        ((OUT, Line(Act.TEXT, "Cy", "Ana", "key", "jar")), "tells a tale that serves no wish"),
        (
            (OUT, MOVE, Line(Act.TEXT, "Cy", "Ana", "key", "box"),
             Line(Act.LEAVE, "Cy"), Line(Act.TEXT, "Ana", "Cy", "key", "box")),
            "tells him what she has from him",
        ),
        (
            (OUT, MOVE, Line(Act.LEAVE, "Cy"), Line(Act.TEXT, "Cy", "Ana", "key", "box"),
             Line(Act.LETTER, "Cy", "Ana", "key", "jar")),
            "says the contrary of what he said, though he has heard nothing since",
        ),
        (
            (OUT, Line(Act.RELAY, "Ben", "Ana", "key"), Line(Act.RELAY, "Ben", "Ana", "key")),
            "asks the same one again, who has had no news since",
        ),
        ((Line(Act.LETTER, "Cy", "Ana", "key", "tin"),), "writes a letter to one in the same room"),
        (
            (OUT, Line(Act.TEXT, "Cy", "Ana", "key", "jar"),
             Line(Act.TEXT, "Cy", "Ana", "key", "jar")),
            "tells her the same twice",
        ),
        ((OUT, Line(Act.ENTER, "Ana"), Line(Act.RELAY, "Cy", "Ana", "key")), "rings up one there"),
        ((Line(Act.QUEST, "Ana", None, "key"),), "travels far to where she is"),
        ((OUT, Line(Act.ENTER, "Ana"), Line(Act.ENTRY, "Ana", None, "key", "tin")),
         "reads alone and unseen in company"),
        ((Line(Act.BLANK, "Ana", None, "hat"),), "the same of another thing"),
    ],
)  # fmt: skip
def test_what_nobody_would_do_makes_no_sense(lines: tuple[Line, ...], what: str) -> None:
    assert senseless(story(*lines), "key"), what


@pytest.mark.parametrize(
    "lines",
    [
        (OUT, MOVE, Line(Act.TEXT, "Ben", "Ana", "key", "jar")),  # a lie about his own doing
        (OUT, Line(Act.RELAY, "Cy", "Ana", "key")),
        # Cy was still there when she left.
        (OUT, MOVE, Line(Act.LEAVE, "Cy"), Line(Act.RELAY, "Cy", "Ana", "key")),
        # Whom she watched from outside she may ask once it has been changed again.
        (OUT, Line(Act.PEEK_MOVE, "Ben", "Ana", "key", "box"),
         Line(Act.MOVE, "Cy", None, "key", "jar"), Line(Act.RELAY, "Ben", "Ana", "key")),
        (OUT, Line(Act.ENTER, "Ana"), Line(Act.LOOK, "Ana", None, "key")),
        (Line(Act.NAP, "Cy"), Line(Act.WAKE, "Cy"), Line(Act.SAY, "Ana", None, "key", "tin")),
        # What all there see may be said, if somebody outside is to hear it.
        (OUT, Line(Act.OVERHEAR, "Ben", "Ana", "key", "tin")),
        # About something else.
        (MOVE, Line(Act.LEAVE, "Cy"), Line(Act.TEXT, "Cy", "Ana", "hat", "jar")),
        (OUT, Line(Act.QUEST, "Ana", None, "key")),
        (OUT, Line(Act.ENTRY, "Ana", None, "key", "jar")),
        # There is news since.
        (OUT, Line(Act.RELAY, "Ben", "Ana", "key"), MOVE, Line(Act.RELAY, "Ben", "Ana", "key")),
        (OUT, Line(Act.TEXT, "Ben", "Ana", "key", "tin"), MOVE,
         Line(Act.LETTER, "Ben", "Ana", "key", "box")),
        # It can wait for one who sleeps.
        (Line(Act.NAP, "Cy"), OUT, Line(Act.LETTER, "Ana", "Cy", "key", "tin")),
        # Alone in the room, the others gone.
        (OUT, Line(Act.LEAVE, "Cy"), Line(Act.BLANK, "Ben", None, "hat")),
        (Line(Act.AIM, "Ben", None, "key", "box"), MOVE),
    ],
)  # fmt: skip
def test_who_was_away_may_ask_look_and_be_told(lines: tuple[Line, ...]) -> None:
    assert not senseless(story(*lines), "key")


def test_who_left_no_longer_has_it_before_his_eyes() -> None:
    eyes, sensible = walked(story(OUT, MOVE, Line(Act.NAP, "Cy")), "key")
    assert (eyes.on, sensible) == ({"Ben": "box"}, True)


def test_a_drawn_story_makes_sense_and_can_be_staged() -> None:
    staged = 0
    for script in drawn(300):
        thing = next(x.thing for x in script.lines if x.act is Act.PLACE)
        assert not senseless(script, thing or "")
        with suppress(ScriptError):  # somebody is asked who was never shown it
            assert len(stage(script).events) == len(script.lines)
            staged += 1
    assert staged > 270


@pytest.mark.parametrize(
    ("value", "sensible"), [("+granted", True), ("-refused", False), ("~pending", False)]
)
def test_nobody_changes_a_mark_but_to_what_he_gains_by(value: str, sensible: bool) -> None:
    lines = (
        Line(Act.ROLL, people=("Ana", "Ben", "Cy")),
        Line(Act.PLACE, thing="permit", value="~pending"),
        Line(Act.STANCE, "Ana", thing="permit", value="+granted"),
        Line(Act.MOVE, "Cy", None, "permit", "-refused"),
    )
    script = Script(
        ("Ana", "Ben", "Cy"), "barn", (*lines, Line(Act.MOVE, "Ana", None, "permit", value))
    )
    # Cy has nothing at stake; to set it to what it is would make no sense either.
    assert senseless(script, "permit") is not sensible


def test_whoever_moves_it_puts_it_in_one_place_and_the_story_says_so() -> None:
    stated = 0
    for script in drawn(150):
        thing = next(x.thing for x in script.lines if x.act is Act.PLACE) or ""
        script = with_aims(script, Question("belief", script.agents[:1], thing))
        moves = [x for x in script.lines if x.act in CHANGES and x.actor and x.thing == thing]
        targets = {actor: {m.value for m in moves if m.actor == actor} for actor, *_ in
                   ((m.actor,) for m in moves)}  # fmt: skip
        assert all(len(values) == 1 for values in targets.values())
        for line in script.lines:
            if line.act is Act.AIM:
                stated += 1
                assert targets[line.actor] == {line.value}
        assert targets.keys() == {x.actor for x in script.lines if x.act is Act.AIM}
    assert stated > 100


def test_whose_reasons_are_asked_says_nothing_of_them_beforehand() -> None:
    script = story(MOVE, Line(Act.MOVE, "Cy", None, "key", "jar"))
    aims = {
        form: [x.actor for x in with_aims(script, Question(form, ("Ben",), "key")).lines
               if x.act is Act.AIM]
        for form in ("belief", "why", "after", "feel")
    }  # fmt: skip
    assert aims == {"belief": ["Ben", "Cy"], "why": ["Cy"], "after": ["Ben", "Cy"], "feel": []}


def test_what_goes_on_besides_is_of_one_occasion_and_in_its_order() -> None:
    told = 0
    for script in drawn(150):
        assert script.occasion.startswith(f"{script.domain}/")
        for act in (Act.DOING, Act.AMBIENCE):
            beats = [x.noise or "" for x in script.lines if x.act is act]
            assert all(beat.rpartition("/")[0] == script.occasion for beat in beats)
            numbers = [int(beat.rpartition("/")[2]) for beat in beats]
            assert numbers == sorted(set(numbers))
            told += len(numbers)
    assert told > 150


def test_what_would_be_told_too_early_is_left_out() -> None:
    idle = Line(Act.AMBIENCE)
    lines = [Line(Act.ROLL), idle, idle, MOVE, OUT, idle, MOVE, OUT, idle]
    # Three sights: of the first third of the nine lines only one is told.
    for seed in range(20):
        told = in_turn(Random(seed), lines, "farm/0")
        beats = [x.noise for x in told if x.act is Act.AMBIENCE]
        assert beats[0] == "farm/0/0"
        assert len(beats) in (2, 3)
        assert [x for x in told if x.act is not Act.AMBIENCE] == [x for x in lines if x != idle]


def test_no_distractor_sentence_comes_twice() -> None:
    for script in drawn(150):
        idle = [(x.act, x.noise) for x in script.lines if x.noise]
        assert len(idle) == len(set(idle))


def test_who_is_not_on_the_roll_is_said_to_be_away() -> None:
    for script in drawn(90):
        roll = next(x.people for x in script.lines if x.act is Act.ROLL)
        away = next((x.people for x in script.lines if x.act is Act.AWAY), ())
        assert {*roll, *away} == set(script.agents)


def test_a_walk_through_variants_ends_as_one_through_each_from_its_beginning() -> None:
    rng, sensible = Random("walks"), 0
    for script in drawn(30):
        thing = next(x.thing for x in script.lines if x.act is Act.PLACE) or ""
        walk = Walk(script, thing)
        for _ in range(20):
            lines = list(script.lines)
            lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))
            names = dict(zip(script.agents, rng.sample(script.agents, 5), strict=True))
            for other in (script.with_lines(tuple(lines)), script.rename(names), script):
                assert walk.through(other) == walked(other, thing)
                sensible += not senseless(other, thing)
    assert 200 < sensible < 1700  # of 1,800


def test_a_nap_in_which_nothing_happens_is_not_told() -> None:
    nap, wake = Line(Act.NAP, "Ana"), Line(Act.WAKE, "Ana")
    assert without_idle_turns(story(nap, wake, MOVE), "key").lines == story(MOVE).lines
    assert without_idle_turns(story(nap, MOVE, wake), "key").lines == story(nap, MOVE, wake).lines
    # Nor is an absence taken out in which somebody does what he can do outside only.
    away = (OUT, Line(Act.GLIMPSE, "Ana", thing="cup"), Line(Act.ENTER, "Ana"))
    assert without_idle_turns(story(*away), "key").lines == story(*away).lines
