from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.core import UNKNOWN, Kripke, Replay
from social_r1.hardbench.readers import joint_presence, read_tomi

# Ona stays; Piet is out while she moves the flute; Quim is next door all the time.
STORY = """\
1 Ona entered the loft.
2 Piet entered the loft.
3 Quim entered the shed.
4 The flute is in the crate.
5 Piet hates the crate
6 Piet exited the loft.
7 Ona moved the flute to the sack."""
RETURN = STORY + "\n8 Ona exited the loft.\n9 Piet entered the loft."
TOGETHER = STORY + "\n8 Piet entered the loft."


def answer(story: str, question: str) -> str:
    """What both oracles say."""
    log, chain, thing, _ = read_tomi(story, question)
    value = Replay(log).value(chain, thing)
    assert Kripke(log).value(chain, thing) == value
    return value


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Where was the flute at the beginning?", "crate"),
        ("Where is the flute really?", "sack"),
        ("Where will Ona look for the flute?", "sack"),
        ("Where will Piet look for the flute?", "crate"),
        ("Where does Ona think that Piet searches for the flute?", "crate"),
        ("Where does Piet think that Ona searches for the flute?", "crate"),
        ("Where will Quim look for the flute?", UNKNOWN),
        ("Where does Ona think that Quim searches for the flute?", UNKNOWN),
    ],
)
def test_whoever_is_out_misses_the_move(question: str, place: str) -> None:
    assert answer(STORY, question) == place


def test_whoever_comes_back_sees_the_new_place_but_not_who_else_saw_it() -> None:
    assert answer(RETURN, "Where will Piet look for the flute?") == "sack"
    # They were never in the loft together since the flute came into the sack.
    assert answer(RETURN, "Where does Piet think that Ona searches for the flute?") == "crate"
    assert answer(RETURN, "Where does Ona think that Piet searches for the flute?") == "crate"


def test_who_is_there_sees_what_the_newcomer_sees() -> None:
    for one, other in (("Ona", "Piet"), ("Piet", "Ona")):
        question = f"Where does {one} think that {other} searches for the flute?"
        assert answer(TOGETHER, question) == "sack"


def test_another_room_shows_nothing() -> None:
    story = STORY + "\n8 Piet entered the shed."
    assert answer(story, "Where will Piet look for the flute?") == "crate"


def test_the_room_of_a_thing_is_that_of_its_mover_not_the_last_one_entered() -> None:
    # Line 3 enters the shed just before the flute is shown, but Ona moves it in the loft.
    assert read_tomi(STORY, "Where is the flute really?").log.events[0].group == {"Ona", "Piet"}


def test_a_memory_log_ends_where_the_thing_is_first_shown() -> None:
    case = read_tomi(STORY, "Where was the flute at the beginning?")
    assert (len(case.log.events), case.form) == (1, "memory")


def test_joint_presence_is_the_place_when_the_first_of_the_chain_left() -> None:
    assert joint_presence(STORY, "Where will Piet look for the flute?") == "crate"
    assert joint_presence(STORY, "Where will Ona look for the flute?") == "sack"
    # The rule does not see that Piet came back.
    assert joint_presence(TOGETHER, "Where will Piet look for the flute?") == "crate"


@pytest.mark.parametrize(
    ("line", "question", "says"),
    [
        ("8 Piet exited the loft.", "Where is the flute really?", "sentence 8: Piet leaves"),
        ("8 Piet moved the flute to the jug.", "Where is the flute really?", "sentence 8: Piet"),
        ("8 Ona loves the sack", "Where is the horn really?", "never shows the horn"),
        ("8 Ona loves the sack", "Where will Rui look for the flute?", "Rui does nothing"),
        (
            "8 Ona privately told Piet that the flute is in the jug.",
            "Where is the flute really?",
            "no tellings",
        ),
    ],
)
def test_a_story_that_cannot_happen_is_refused(line: str, question: str, says: str) -> None:
    with pytest.raises(InputError, match=f"{says}.*repair"):
        read_tomi(f"{STORY}\n{line}", question)


def test_a_thing_that_nobody_is_near_is_refused() -> None:
    with pytest.raises(InputError, match=r"sentence 1: the flute is shown where nobody is.*repair"):
        read_tomi("The flute is in the crate.", "Where is the flute really?")
