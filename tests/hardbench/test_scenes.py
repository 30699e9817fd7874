"""Staging: who could perceive a line follows from who was where, awake or asleep."""

from __future__ import annotations

from random import Random

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.core import Event, Kind, Kripke, Log, Replay
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script

AGENTS = ("Ana", "Ben", "Cy")
ROLL = Line(Act.ROLL, people=AGENTS)
PLACED = Line(Act.PLACE, thing="key", value="tin")


def script(*lines: Line) -> Script:
    return Script(AGENTS, "barn", lines)


def move(actor: str, value: str) -> Line:
    return Line(Act.MOVE, actor, thing="key", value=value)


def last_event(*lines: Line) -> Event:
    return stage(script(*lines)).events[-1]


def test_a_line_is_an_event() -> None:
    log = stage(script(ROLL, PLACED, Line(Act.NOISE, noise="weather"), move("Ana", "jar")))
    assert [e.kind for e in log.events] == [Kind.OTHER, Kind.PLACE, Kind.OTHER, Kind.MOVE]
    assert log.agents == AGENTS


def test_whoever_left_is_not_of_the_group_and_whoever_came_back_is() -> None:
    out = (ROLL, PLACED, Line(Act.LEAVE, "Ben"), move("Ana", "jar"))
    assert last_event(*out).group == {"Ana", "Cy"}
    back = last_event(*out, Line(Act.ENTER, "Ben"), move("Ana", "tin"))
    assert back.group == {"Ana", "Ben", "Cy"}
    assert back.inattentive == frozenset()


def test_somebody_who_is_not_on_the_roll_has_to_come_in_first() -> None:
    event = last_event(Line(Act.ROLL, people=("Ana", "Ben")), PLACED)
    assert event.group == {"Ana", "Ben"}


def test_a_sleeper_misses_the_line_and_all_who_are_awake_notice() -> None:
    event = last_event(ROLL, PLACED, Line(Act.NAP, "Ben"), move("Ana", "jar"))
    assert event.group == {"Ana", "Ben", "Cy"}
    assert event.inattentive == {"Ben"}
    assert event.lapse_noticed == {("Ben", "Ana"), ("Ben", "Cy")}
    woken = last_event(
        ROLL, PLACED, Line(Act.NAP, "Ben"), Line(Act.WAKE, "Ben"), move("Ana", "jar")
    )
    assert woken.inattentive == frozenset()


def test_a_hidden_watcher_is_covert_and_sees_who_is_asleep() -> None:
    peek = Line(Act.PEEK_MOVE, "Ana", "Cy", thing="key", value="jar")
    event = last_event(ROLL, Line(Act.LEAVE, "Cy"), Line(Act.NAP, "Ben"), peek)
    assert event.kind is Kind.MOVE
    assert event.group == {"Ana", "Ben"}
    assert event.covert == {"Cy"}
    assert event.watch_noticed == frozenset()
    assert event.lapse_noticed == {("Ben", "Ana"), ("Ben", "Cy")}


def test_a_message_is_between_two_wherever_they_are() -> None:
    text = Line(Act.TEXT, "Ana", "Ben", thing="key", value="mug")
    event = last_event(ROLL, Line(Act.LEAVE, "Ben"), text)
    assert (event.kind, event.actor, event.group) == (Kind.TELL, "Ana", {"Ana", "Ben"})


def test_what_is_said_aloud_reaches_the_room_but_not_its_sleepers() -> None:
    said = Line(Act.SAY, "Ana", thing="key", value="mug")
    event = last_event(ROLL, Line(Act.NAP, "Cy"), said)
    assert (event.kind, event.group, event.inattentive) == (Kind.TELL, {*AGENTS}, {"Cy"})


def test_comings_goings_naps_and_noise_concern_no_thing() -> None:
    lines = [
        ROLL,
        PLACED,
        Line(Act.NAP, "Ben"),
        Line(Act.WAKE, "Ben"),
        Line(Act.LEAVE, "Cy"),
        Line(Act.ENTER, "Cy"),
        Line(Act.DOUBT, "Ana", "Ben"),
        Line(Act.NOISE, "Ana", thing="cup", value="jar", noise="move"),
    ]
    events = stage(script(*lines)).events
    assert [e.fluent for e in events if e.kind is Kind.OTHER] == [None] * 7


def test_an_honest_message_carries_what_its_sender_believes_right_or_wrong() -> None:
    relay = Line(Act.RELAY, "Ben", "Cy", thing="key")
    informed = last_event(ROLL, PLACED, move("Ana", "jar"), relay)
    assert informed.value == "jar"
    stale = last_event(ROLL, PLACED, Line(Act.LEAVE, "Ben"), move("Ana", "jar"), relay)
    assert stale.value == "tin"


def test_doubt_holds_for_the_whole_story() -> None:
    text = Line(Act.TEXT, "Ben", "Ana", thing="key", value="mug")
    log = stage(script(ROLL, PLACED, text, Line(Act.DOUBT, "Ana", "Ben")))
    assert log.distrust == {("Ana", "Ben")}
    assert Replay(log).value(("Ana",), "key") == "tin"


IMPOSSIBLE = {
    "a move by somebody who left": [Line(Act.LEAVE, "Ana"), move("Ana", "jar")],
    "a move in one's sleep": [Line(Act.NAP, "Ana"), move("Ana", "jar")],
    "a move by a stranger": [move("Zoe", "jar")],
    "leaving twice": [Line(Act.LEAVE, "Ana"), Line(Act.LEAVE, "Ana")],
    "leaving in one's sleep": [Line(Act.NAP, "Ana"), Line(Act.LEAVE, "Ana")],
    "coming in while one is in": [Line(Act.ENTER, "Ana")],
    "coming in as nobody": [Line(Act.ENTER)],
    "a hidden watcher in the room": [Line(Act.PEEK_MOVE, "Ana", "Ben", thing="key", value="jar")],
    "a watched move by nobody there": [
        Line(Act.LEAVE, "Ana"),
        Line(Act.LEAVE, "Ben"),
        Line(Act.PEEK_MOVE, "Ana", "Ben", thing="key", value="jar"),
    ],
    "a look from outside": [Line(Act.LEAVE, "Ana"), Line(Act.LOOK, "Ana", thing="key")],
    "a word from outside": [
        Line(Act.LEAVE, "Ana"),
        Line(Act.SAY, "Ana", thing="key", value="jar"),
    ],
    "a message to a sleeper": [
        Line(Act.NAP, "Ben"),
        Line(Act.TEXT, "Ana", "Ben", thing="key", value="jar"),
    ],
    "a message from a sleeper": [
        Line(Act.NAP, "Ana"),
        Line(Act.TEXT, "Ana", "Ben", thing="key", value="jar"),
    ],
    "a message to oneself": [Line(Act.TEXT, "Ana", "Ana", thing="key", value="jar")],
    "a message to nobody": [Line(Act.TEXT, "Ana", thing="key", value="jar")],
    "an honest word on what one was never shown": [Line(Act.RELAY, "Ana", "Ben", thing="cup")],
    "an honest word on nothing": [Line(Act.RELAY, "Ana", "Ben")],
    "a second nap": [Line(Act.NAP, "Ana"), Line(Act.NAP, "Ana")],
    "waking up awake": [Line(Act.WAKE, "Ana")],
    "doubting oneself": [Line(Act.DOUBT, "Ana", "Ana")],
    "doubting nobody": [Line(Act.DOUBT, "Ana")],
    "noise by somebody who left": [Line(Act.LEAVE, "Ana"), Line(Act.NOISE, "Ana", noise="hum")],
}


@pytest.mark.parametrize("lines", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_a_script_that_cannot_happen_is_refused(lines: list[Line]) -> None:
    with pytest.raises(ScriptError) as caught:
        stage(script(ROLL, PLACED, *lines))
    assert isinstance(caught.value, InputError)


def test_new_names_in_the_script_are_new_names_in_the_log() -> None:
    lines = (
        ROLL,
        PLACED,
        Line(Act.DOUBT, "Cy", "Ben"),
        Line(Act.NAP, "Cy"),
        Line(Act.LEAVE, "Ben"),
        Line(Act.PEEK_MOVE, "Ana", "Ben", thing="key", value="jar"),
        Line(Act.WAKE, "Cy"),
        Line(Act.RELAY, "Ben", "Ana", thing="key"),
    )
    names = {"Ana": "Ben", "Ben": "Cy", "Cy": "Ana"}
    before, after = stage(script(*lines)), stage(script(*lines).rename(names))
    assert after.agents == before.agents
    assert after.distrust == {("Ana", "Cy")}
    for chain in [("Ana",), ("Ben",), ("Cy",), ("Ana", "Ben"), ("Cy", "Ben", "Ana")]:
        other = tuple(names[a] for a in chain)
        assert Replay(after).value(other, "key") == Replay(before).value(chain, "key")


def test_the_names_of_a_line_are_all_who_occur_in_it() -> None:
    assert ROLL.names() == {*AGENTS}
    assert Line(Act.TEXT, "Ana", "Ben").names() == {"Ana", "Ben"}
    assert PLACED.names() == frozenset()


def before(log: Log, time: int) -> Log:
    return Log(log.agents, log.events[:time], log.initial, log.distrust)


def test_honest_messages_are_honest_by_the_other_oracle_too() -> None:
    from social_r1.hardbench.plots import PlotSpec, draw_script
    from social_r1.hardbench.surface import draw_cast

    weights = {Act.MOVE: 2.0, Act.LEAVE: 1.0, Act.TEXT: 1.0, Act.LOOK: 1.0, Act.RELAY: 3.0}
    rng, seen = Random(0), 0
    for _ in range(60):
        cast = draw_cast(rng, agents=4, places=4)
        plot = draw_script(rng, cast, PlotSpec((8, 10), weights, doubt=0.5))
        log = stage(plot)
        for time, (line, event) in enumerate(zip(plot.lines, log.events, strict=True)):
            if line.act is Act.RELAY and line.actor:
                earlier = Kripke(before(log, time))
                assert event.value == earlier.value((line.actor,), cast.thing)
                seen += 1
    assert seen > 60
