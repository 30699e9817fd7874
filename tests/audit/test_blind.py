"""What any reader can get without the story, counted by hand."""

from __future__ import annotations

from collections.abc import Callable

from social_r1.audit.blind import BlindBound, blind_bounds
from social_r1.audit.gates import gates
from social_r1.audit.text import Masker
from social_r1.audit.types import Limits
from social_r1.items import SocialItem

Make = Callable[..., SocialItem]


def bounds(items: list[SocialItem]) -> dict[str, BlindBound]:
    return blind_bounds(items, Masker(items))


def test_of_a_whole_block_no_reader_gets_more_than_one_in_four(make: Make) -> None:
    block = [make(i, group="b", answer=i) for i in range(4)]
    assert bounds(block) == {"Belief": BlindBound(0.25, 4)}


def test_a_block_with_an_answer_twice_gives_more_away(make: Make) -> None:
    block = [make(i, group="b", answer=a) for i, a in enumerate((0, 0, 1, 2))]
    assert bounds(block)["Belief"].share == 0.5


def test_askees_differ_by_name_alone_and_names_are_drawn(make: Make) -> None:
    block = [
        make(i, group="b", answer=i, question=f"Where will {name} look?", story=f"{name} left.")
        for i, name in enumerate(("Ann", "Bo", "Cy", "Dee"))
    ]
    assert bounds(block)["Belief"].share == 0.25


def test_single_questions_show_nothing(make: Make) -> None:
    alone = [make(i, question=f"Where is key number {'abcd'[i]}?") for i in range(4)]
    assert bounds(alone) == {}
    assert [g.verdict for g in gates([], [], {}, Limits(), {}) if g.gate == "g6"] == ["not shown"]


def test_the_gate_holds_the_bound_against_thirty_per_cent() -> None:
    found = gates(
        [], [], {}, Limits(), {"Belief": BlindBound(0.25, 400), "Desire": BlindBound(0.5, 400)}
    )
    assert [(g.part, g.verdict) for g in found if g.gate == "g6"] == [
        ("Belief", "pass"),
        ("Desire", "fail"),
    ]
