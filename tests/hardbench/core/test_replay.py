"""Stories worked out by hand; both oracles must tell them the same way."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from social_r1.hardbench.core import UNDETERMINED, UNKNOWN, Event, Kind, Kripke, Log, Replay
from social_r1.hardbench.core.replay import collapse

Oracle = type[Replay] | type[Kripke]


def people(names: str) -> frozenset[str]:
    return frozenset(names.split())


def place(value: str, group: str) -> Event:
    return Event(Kind.PLACE, None, "it", value, people(group))


def move(actor: str, value: str, group: str, covert: str = "", asleep: str = "") -> Event:
    return Event(Kind.MOVE, actor, "it", value, people(group), people(covert), people(asleep))


def look(actor: str, group: str, covert: str = "") -> Event:
    return Event(Kind.LOOK, actor, "it", None, people(group), people(covert))


def tell(speaker: str, hearers: str, value: str) -> Event:
    return Event(Kind.TELL, speaker, "it", value, people(f"{speaker} {hearers}"))


def told(oracle: Oracle, events: Sequence[Event], distrust: str = "") -> Replay | Kripke:
    """The oracle after a story about ``it``; ``distrust`` reads ``hearer>speaker``."""
    agents = sorted({p for e in events for p in e.group | e.covert | e.inattentive})
    doubts = frozenset((d.split(">")[0], d.split(">")[1]) for d in distrust.split())
    return oracle(Log(tuple(agents), tuple(events), {}, doubts))


def beliefs(told_story: Replay | Kripke, chains: str) -> list[str]:
    return [
        told_story.value(tuple(c.split(">")) if c != "()" else (), "it") for c in chains.split()
    ]


@pytest.fixture(params=[Replay, Kripke], ids=["replay", "kripke"])
def oracle(request: pytest.FixtureRequest) -> Oracle:
    return request.param


def test_sally_looks_where_she_left_the_marble(oracle: Oracle) -> None:
    story = told(oracle, [place("basket", "Sally Anne"), move("Anne", "box", "Anne")])
    assert beliefs(story, "() Sally Anne") == ["box", "basket", "box"]
    assert beliefs(story, "Anne>Sally Sally>Anne") == ["basket", "basket"]
    assert beliefs(story, "Anne>Sally>Anne Sally>Anne>Sally") == ["basket", "basket"]


def test_a_move_that_all_watch_is_common_knowledge(oracle: Oracle) -> None:
    story = told(oracle, [place("basket", "Sally Anne"), move("Anne", "box", "Sally Anne")])
    assert beliefs(story, "Sally Sally>Anne Anne>Sally>Anne") == ["box"] * 3


def test_who_was_shown_nothing_has_no_idea(oracle: Oracle) -> None:
    story = told(oracle, [place("basket", "Sally"), look("Anne", "Anne")])
    assert beliefs(story, "Sally Anne") == ["basket", "basket"]
    assert beliefs(story, "Sally>Anne Anne>Sally") == [UNKNOWN, UNKNOWN]


def test_a_fluent_starts_at_its_initial_value_in_every_picture(oracle: Oracle) -> None:
    story = oracle(Log(("A", "B"), (move("A", "box", "A"),), {"it": "tin"}))
    assert beliefs(story, "() A B A>B B>A") == ["box", "box", "tin", "tin", "tin"]
    assert story.value(("B",), "nothing of the kind") == UNKNOWN


def test_what_one_thinks_another_found_is_what_one_takes_to_be_there(oracle: Oracle) -> None:
    # Ana was out when Cy moved it; back again, she sees Ben look, but not what he finds.
    story = told(
        oracle, [place("red", "Ana Ben Cy"), move("Cy", "blue", "Cy"), look("Ben", "Ana Ben")]
    )
    assert beliefs(story, "() Ben Ana Ana>Ben") == ["blue", "blue", "red", "red"]
    # Ben knows that she could not see it, and that she thinks he found it in the old place.
    assert beliefs(story, "Ben>Ana Ben>Ana>Ben Ana>Ben>Ana") == ["red", "red", "red"]


def test_a_look_reaches_only_the_pictures_of_those_who_saw_it(oracle: Oracle) -> None:
    story = told(oracle, [place("red", "Ana Ben"), move("Cy", "blue", "Cy"), look("Ben", "Ben Cy")])
    # Cy saw Ben look and takes it to be in blue; Ana saw nothing.
    assert beliefs(story, "Cy>Ben Cy>Ben>Cy") == ["blue", UNKNOWN]
    assert beliefs(story, "Ana>Ben Cy>Ana") == ["red", UNKNOWN]


def test_an_unseen_watcher_knows_and_nobody_knows_that_he_does(oracle: Oracle) -> None:
    story = told(oracle, [place("red", "Ana Ben"), move("Ana", "blue", "Ana", covert="Ben")])
    assert beliefs(story, "Ana Ben") == ["blue", "blue"]
    assert beliefs(story, "Ana>Ben Ben>Ana") == ["red", "blue"]
    assert beliefs(story, "Ben>Ana>Ben Ana>Ben>Ana") == ["red", "red"]


def test_a_watcher_who_is_noticed_is_a_bystander_for_the_one_who_noticed(oracle: Oracle) -> None:
    start = place("red", "Ana Ben Cy")
    seen = Event(
        Kind.MOVE,
        "Ana",
        "it",
        "blue",
        people("Ana Cy"),
        covert=people("Ben"),
        watch_noticed=frozenset({("Ben", "Ana")}),
    )
    story = told(oracle, [start, seen])
    assert beliefs(story, "Ana>Ben Cy>Ben Cy>Ana>Ben") == ["blue", "red", "red"]
    assert beliefs(story, "Ana>Cy>Ben") == ["red"]


def test_a_nap_that_nobody_notices_leaves_the_sleeper_informed_for_the_others(
    oracle: Oracle,
) -> None:
    story = told(oracle, [place("red", "Ana Ben"), move("Ana", "blue", "Ana Ben", asleep="Ben")])
    assert beliefs(story, "Ana Ben") == ["blue", "red"]
    assert beliefs(story, "Ana>Ben Ben>Ana Ana>Ben>Ana") == ["blue", "red", "blue"]


def test_a_nap_that_is_noticed_leaves_the_sleeper_behind_for_the_one_who_noticed(
    oracle: Oracle,
) -> None:
    nap = Event(
        Kind.MOVE,
        "Ana",
        "it",
        "blue",
        people("Ana Ben Cy"),
        inattentive=people("Ben"),
        lapse_noticed=frozenset({("Ben", "Ana")}),
    )
    story = told(oracle, [place("red", "Ana Ben Cy"), nap])
    assert beliefs(story, "Ana>Ben Cy>Ben") == ["red", "blue"]
    # Ana has no sign that Cy noticed anything.
    assert beliefs(story, "Ana>Cy>Ben Cy>Ana>Ben") == ["blue", "blue"]


def test_a_trusted_word_is_believed_and_taken_to_be_sincere(oracle: Oracle) -> None:
    story = told(oracle, [place("red", "Ana Ben Cy"), tell("Ana", "Ben", "blue")])
    assert beliefs(story, "() Ana Ben Cy") == ["red", "red", "blue", "red"]
    assert beliefs(story, "Ben>Ana Ana>Ben") == ["blue", "blue"]
    assert beliefs(story, "Ben>Ana>Ben Ana>Ben>Ana") == ["blue", "blue"]
    assert beliefs(story, "Cy>Ben Ben>Cy") == ["red", "red"]


def test_a_liar_does_not_come_to_believe_his_own_lie(oracle: Oracle) -> None:
    story = told(oracle, [place("red", "Ana Ben"), tell("Ana", "Ben", "blue")])
    assert beliefs(story, "Ana Ana>Ana Ana>Ana>Ana") == ["red"] * 3
    assert beliefs(story, "Ben>Ana Ben>Ana>Ana Ben>Ben>Ana") == ["blue"] * 3


def test_a_distrusted_word_changes_nothing_for_the_hearer_and_settles_nothing_else(
    oracle: Oracle,
) -> None:
    events = [place("red", "Ana Ben Cy"), tell("Ana", "Ben Cy", "blue")]
    story = told(oracle, events, distrust="Ben>Ana")
    assert beliefs(story, "Ben Cy Ana") == ["red", "blue", "red"]
    # Everybody knows that Ben doubts her ...
    assert beliefs(story, "Ana>Ben Cy>Ben Ana>Cy") == ["red", "red", "blue"]
    # ... but what he makes of her words about herself is anybody's guess.
    assert beliefs(story, "Ben>Ana Ana>Ben>Ana Cy>Ben>Ana") == [UNDETERMINED] * 3
    assert beliefs(story, "Cy>Ana") == ["blue"]


def test_a_later_move_in_sight_settles_what_a_distrusted_word_left_open(oracle: Oracle) -> None:
    events = [
        place("red", "Ana Ben"),
        tell("Ana", "Ben", "blue"),
        move("Ben", "tin", "Ana Ben"),
    ]
    assert beliefs(told(oracle, events, "Ben>Ana"), "Ben>Ana Ana>Ben>Ana") == ["tin", "tin"]


def test_ones_own_look_wins_over_an_earlier_lie_and_a_later_lie_over_the_look(
    oracle: Oracle,
) -> None:
    start = place("red", "Ana Ben")
    lie, check = tell("Ana", "Ben", "blue"), look("Ben", "Ben")
    assert beliefs(told(oracle, [start, lie, check]), "Ben Ben>Ana") == ["red", "blue"]
    assert beliefs(told(oracle, [start, check, lie]), "Ben Ben>Ana") == ["blue", "blue"]


KITCHEN = [
    place("blue tin", "Dario Ilse Kemal"),
    move("Dario", "spice jar", "Dario"),
    tell("Dario", "Neighbour", "tea box"),
]
"""Lines 1 to 3 of the worked example: the saffron vial, moved while two were at the market."""
ILSE_LOOKS = look("Ilse", "Ilse", covert="Kemal")
"""Lines 4 and 5: she goes through all of it; Kemal, at the hatch, sees that but not into it."""
TAKEN_OUT = Event(Kind.MOVE, "Dario", "it", UNKNOWN, people("Dario"), people("Kemal"))
"""Through the window Kemal sees the vial leave the tin; what comes next he does not see."""


def test_the_worked_example_kemal_pictures_ilse_at_the_blue_tin(oracle: Oracle) -> None:
    story = told(oracle, [*KITCHEN, ILSE_LOOKS])
    assert beliefs(story, "Kemal>Ilse") == ["blue tin"]
    assert beliefs(story, "() Ilse Kemal Neighbour") == [
        "spice jar",
        "spice jar",
        "blue tin",
        "tea box",
    ]


def test_a_note_by_nobody_is_believed_by_who_reads_it_and_is_nobodys_sincere_word(
    oracle: Oracle,
) -> None:
    note = Event(Kind.TELL, None, "it", "tea box", people("Kemal"))
    story = told(oracle, [*KITCHEN, note])
    assert beliefs(story, "Kemal Kemal>Ilse Ilse Ilse>Kemal") == [
        "tea box",
        *beliefs(told(oracle, [*KITCHEN]), "Kemal>Ilse Ilse Ilse>Kemal"),
    ]


@pytest.mark.parametrize("place_in_the_message", ["spice jar", "tea box"])
def test_the_worked_example_a_message_that_kemal_read_becomes_the_answer(
    oracle: Oracle, place_in_the_message: str
) -> None:
    text = tell("Dario", "Kemal", place_in_the_message)
    story = told(oracle, [*KITCHEN, text, ILSE_LOOKS])
    assert beliefs(story, "Kemal Kemal>Ilse") == [place_in_the_message] * 2
    assert beliefs(story, "Ilse") == ["spice jar"]


def test_the_worked_example_kemal_saw_the_tin_emptied_and_gives_ilse_no_idea(
    oracle: Oracle,
) -> None:
    start, hidden, aloud = KITCHEN
    story = told(oracle, [start, TAKEN_OUT, hidden, aloud, ILSE_LOOKS])
    assert beliefs(story, "() Kemal Kemal>Ilse") == ["spice jar", UNKNOWN, UNKNOWN]


def test_the_worked_example_a_message_about_the_oven_changes_nothing(oracle: Oracle) -> None:
    oven = Event(Kind.TELL, "Dario", "oven", "mended", people("Dario Kemal"))
    story = told(oracle, [*KITCHEN, oven, ILSE_LOOKS])
    assert beliefs(story, "Kemal>Ilse") == ["blue tin"]
    assert story.value(("Kemal",), "oven") == "mended"


def test_the_past_can_be_asked_for() -> None:
    log = Log(("S", "A"), (place("basket", "S A"), move("A", "box", "A"), look("S", "S")))
    story = Replay(log)
    assert [story.value(("S",), "it", t) for t in range(4)] == [
        UNKNOWN,
        "basket",
        "basket",
        "box",
    ]


def test_updates_list_what_spoke_to_a_perspective_even_if_it_said_nothing_new() -> None:
    events = (place("red", "A B"), move("A", "blue", "A"), tell("A", "B", "red"), look("B", "B"))
    story = Replay(Log(("A", "B"), events))
    assert story.updates((), "it") == [(0, "red"), (1, "blue")]
    assert story.updates(("B",), "it") == [(0, "red"), (2, "red"), (3, "blue")]
    assert story.updates(("A", "B"), "it") == [(0, "red"), (2, "red")]
    assert story.updates(("A", "A", "B"), "it") == story.updates(("A", "B"), "it")


def test_repeats_collapse_and_returns_do_not() -> None:
    assert collapse(("A", "A", "B", "B", "A")) == ("A", "B", "A")
    assert collapse(()) == ()
