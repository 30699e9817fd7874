"""Acts of the rich register: who perceives what, worked out by hand (HARDBENCH 5.2, 8)."""

from __future__ import annotations

import pytest

from social_r1.hardbench.core.events import Log, Stake
from social_r1.hardbench.core.kripke import Kripke
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script

OPENING = (
    Line(Act.ROLL, people=("Ana", "Ben", "Cy")),
    Line(Act.PLACE, thing="key", value="tin"),
)


def told(*lines: Line) -> Log:
    return stage(Script(("Ana", "Ben", "Cy"), "barn", (*OPENING, *lines)))


def belief(log: Log, *chain: str) -> str:
    """Both oracles' answer, which must be one."""
    values = {Replay(log).value(chain, "key"), Kripke(log).value(chain, "key")}
    assert len(values) == 1
    return values.pop()


def move(who: str, place: str) -> Line:
    return Line(Act.MOVE, who, thing="key", value=place)


def test_an_unnoticed_lapse_leaves_the_others_thinking_that_he_saw() -> None:
    log = told(Line(Act.DRIFT, "Ana"), move("Ben", "box"))
    assert belief(log, "Ana") == "tin"
    assert belief(log, "Ben", "Ana") == "box"


def test_a_nap_is_seen_by_those_there() -> None:
    log = told(Line(Act.NAP, "Ana"), move("Ben", "box"))
    assert belief(log, "Ana") == "tin"
    assert belief(log, "Ben", "Ana") == "tin"


def test_who_stirs_sees_again() -> None:
    log = told(Line(Act.DRIFT, "Ana"), move("Ben", "box"), Line(Act.STIR, "Ana"), move("Cy", "bag"))
    assert belief(log, "Ana") == "bag"


def test_a_glimpse_shows_the_place_to_one_person_only() -> None:
    log = told(Line(Act.LEAVE, "Ana"), move("Ben", "box"), Line(Act.GLIMPSE, "Ana", thing="key"))
    assert belief(log, "Ana") == "box"
    assert belief(log, "Ben", "Ana") == "tin"


def test_the_same_spot_with_the_back_turned_shows_nothing() -> None:
    away = Line(Act.FACED_AWAY, "Ana", thing="key")
    log = told(Line(Act.LEAVE, "Ana"), move("Ben", "box"), away)
    assert belief(log, "Ana") == "tin"


def test_an_eavesdropper_hears_and_nobody_counts_on_it() -> None:
    said = Line(Act.OVERHEAR, "Ben", "Ana", thing="key", value="bag")
    log = told(Line(Act.LEAVE, "Ana"), move("Ben", "box"), said)
    assert belief(log, "Ana") == "bag"
    assert belief(log, "Ben", "Ana") == "tin"
    assert belief(log, "Ana", "Cy") == "bag"


def test_a_letter_tells_nothing_until_it_is_read() -> None:
    sent = Line(Act.LETTER, "Ben", "Ana", thing="key", value="box")
    read = Line(Act.READ, "Ben", "Ana", thing="key", value="box")
    away = Line(Act.LEAVE, "Ana")
    assert belief(told(away, move("Ben", "box"), sent), "Ana") == "tin"
    log = told(away, move("Ben", "box"), sent, read)
    assert belief(log, "Ana") == "box"
    assert belief(log, "Ben", "Ana") == "box"  # he saw the receipt
    assert belief(log, "Cy", "Ana") == "tin"


def test_a_routine_is_known_to_whom_it_was_foretold_and_of_each_other() -> None:
    gone = [Line(Act.LEAVE, n) for n in ("Ana", "Ben", "Cy")]
    routine = Line(Act.ROUTINE, thing="key", value="bag", people=("Ana", "Ben"))
    log = told(*gone, routine)
    assert belief(log) == "bag"
    assert belief(log, "Ana") == belief(log, "Ana", "Ben") == "bag"
    assert belief(log, "Cy") == "tin"
    assert belief(log, "Ana", "Cy") == "tin"


def test_a_shift_is_seen_by_those_there_and_by_nobody_else() -> None:
    log = told(Line(Act.LEAVE, "Ana"), Line(Act.SHIFTED, thing="key", value="bag"))
    assert belief(log, "Ben") == "bag"
    assert belief(log, "Ana") == "tin"


@pytest.mark.parametrize(
    "line",
    [
        Line(Act.GLIMPSE, "Ana", thing="key"),
        Line(Act.FACED_AWAY, "Ana", thing="key"),
        Line(Act.OVERHEAR, "Ben", "Cy", thing="key", value="tin"),
        Line(Act.READ, "Ben", "Cy", thing="key", value="tin"),
        Line(Act.STIR, "Ana"),
        Line(Act.LETTER, "Ben", "Ben", thing="key", value="tin"),
    ],
)
def test_what_cannot_happen_is_refused(line: Line) -> None:
    with pytest.raises(ScriptError, match=r"repair|needs"):
        told(line)


def test_a_stake_passes_along_sides_and_turns_over_at_a_rival() -> None:
    log = told(
        Line(Act.STANCE, "Ana", thing="permit", value="+granted"),
        Line(Act.RIVAL, "Ben", "Ana"),
        Line(Act.SIDE, "Cy", "Ben"),
    )
    assert log.stakes == {
        Stake("Ana", "permit", "+granted"),
        Stake("Ben", "permit", "not +granted"),
        Stake("Cy", "permit", "not +granted"),
    }


def test_who_sides_with_himself_is_refused() -> None:
    with pytest.raises(ScriptError, match="sides with himself"):
        told(
            Line(Act.STANCE, "Cy", thing="permit", value="+granted"),
            Line(Act.SIDE, "Ana", "Ben"),
            Line(Act.SIDE, "Ben", "Ana"),
        )


def test_who_reads_a_note_alone_takes_it_over_and_nobody_learns_of_it() -> None:
    entry = Line(Act.ENTRY, "Ana", thing="key", value="bag")
    log = told(Line(Act.LEAVE, "Ana"), move("Ben", "box"), entry)
    assert belief(log, "Ana") == "bag"
    assert belief(log, "Ben", "Ana") == "tin"
    blank = Line(Act.BLANK, "Ana", thing="key")
    assert belief(told(Line(Act.LEAVE, "Ana"), move("Ben", "box"), blank), "Ana") == "tin"


def test_who_sleeps_reads_no_note() -> None:
    with pytest.raises(ScriptError, match="cannot read now; repair: wake"):
        told(Line(Act.NAP, "Ana"), Line(Act.ENTRY, "Ana", thing="key", value="bag"))


def test_what_somebody_would_like_changes_nothing() -> None:
    log = told(Line(Act.AIM, "Ana", thing="key", value="bag"), Line(Act.NEWEST))
    assert belief(log, "Ana") == "tin"
