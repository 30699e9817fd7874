"""People in rich plots act for a reason; stories in which they do not are told apart."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from social_r1.hardbench.mix import WEIGHTS
from social_r1.hardbench.motives import draw_story
from social_r1.hardbench.plots import PlotSpec
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import CHANGES, Act, Line, Script
from social_r1.hardbench.sense import Walk, senseless, walked
from social_r1.hardbench.surface.words import draw_rich_cast

SPEC = PlotSpec((8, 11), WEIGHTS, doubt=0.3, late=0.3, stated=1.0)


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
        (OUT, MOVE, Line(Act.TEXT, "Cy", "Ana", "key", "jar")),
        (OUT, Line(Act.RELAY, "Cy", "Ana", "key")),
        # Cy left before her, but has looked in since, or has had word of it.
        (Line(Act.LEAVE, "Cy"), OUT, MOVE, Line(Act.GLIMPSE, "Cy", None, "key"),
         Line(Act.RELAY, "Cy", "Ana", "key")),
        (Line(Act.LEAVE, "Cy"), OUT, Line(Act.TEXT, "Ben", "Cy", "key", "jar"),
         Line(Act.RELAY, "Cy", "Ana", "key")),
        (OUT, Line(Act.ENTER, "Ana"), Line(Act.LOOK, "Ana", None, "key")),
        (Line(Act.NAP, "Ana"), Line(Act.WAKE, "Ana"), Line(Act.SAY, "Ana", None, "key", "tin")),
        # Idle, but no contradiction; and about something else.
        (MOVE, Line(Act.LEAVE, "Cy"), Line(Act.TEXT, "Cy", "Ana", "key", "box")),
        (MOVE, Line(Act.LEAVE, "Cy"), Line(Act.TEXT, "Cy", "Ana", "hat", "jar")),
        (OUT, Line(Act.QUEST, "Ana", None, "key")),
        (OUT, Line(Act.ENTRY, "Ana", None, "key", "jar")),
        # There is news since.
        (OUT, Line(Act.RELAY, "Ben", "Ana", "key"), MOVE, Line(Act.RELAY, "Ben", "Ana", "key")),
        (OUT, Line(Act.TEXT, "Ben", "Ana", "key", "jar"), MOVE,
         Line(Act.LETTER, "Ben", "Ana", "key", "box")),
        # It can wait for one who sleeps.
        (OUT, Line(Act.NAP, "Cy"), Line(Act.LETTER, "Ana", "Cy", "key", "jar")),
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


def test_whoever_moves_it_puts_it_in_one_place_and_the_story_may_say_so() -> None:
    stated = 0
    for script in drawn(150):
        thing = next(x.thing for x in script.lines if x.act is Act.PLACE)
        moves = [x for x in script.lines if x.act in CHANGES and x.actor and x.thing == thing]
        targets = {actor: {m.value for m in moves if m.actor == actor} for actor, *_ in
                   ((m.actor,) for m in moves)}  # fmt: skip
        assert all(len(values) == 1 for values in targets.values())
        for line in script.lines:
            if line.act is Act.AIM:
                stated += 1
                assert targets[line.actor] == {line.value}
    assert stated > 100


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
