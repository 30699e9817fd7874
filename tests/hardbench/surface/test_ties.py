"""What an act is said to answer is so, does not hang on who does it, and is read back."""

from __future__ import annotations

import re
from itertools import permutations
from random import Random

import pytest

from social_r1.hardbench.blocks import Block
from social_r1.hardbench.compose import draw_rich_block
from social_r1.hardbench.mix import RichSpec, rich_kinds
from social_r1.hardbench.scenes import interests
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface.gate import tie_faults
from social_r1.hardbench.surface.parser import ParseError, parse
from social_r1.hardbench.surface.rich import story
from social_r1.hardbench.surface.ties import Tie, phrases, say, split, ties
from social_r1.hardbench.surface.words import bank

PEOPLE = ("Ana", "Ben", "Cy", "Dee")
OPENING = (
    Line(Act.ROLL, people=PEOPLE),
    Line(Act.PLACE, thing="key", value="jar"),
)


def move(who: str, place: str, thing: str = "key") -> Line:
    return Line(Act.MOVE, who, thing=thing, value=place)


def after(*lines: Line) -> Script:
    return Script(PEOPLE, "barn", (*OPENING, *lines), frame="narrative", domain="farm")


def last(*lines: Line) -> dict[str, Tie]:
    return ties(after(*lines))[-1]


BEN_LEAVES = Line(Act.LEAVE, "Ben")
BEN_COMES = Line(Act.ENTER, "Ben")
BEN_SLEEPS = Line(Act.NAP, "Ben")

SAYS = Line(Act.AIM, "Ben", thing="key", value="tin")

CASES = {
    "the first to move it answers nobody": ([move("Ana", "box")], {}),
    "nor does one who moves it while somebody is out whom it does not concern": (
        [BEN_LEAVES, move("Ana", "box")], {},
    ),
    "a move once somebody has gone who would have it elsewhere": (
        [SAYS, BEN_LEAVES, move("Ana", "box")], {"a": Tie("gone", "Ben")},
    ),
    "or not, as he would have it there": ([SAYS, BEN_LEAVES, move("Ana", "tin")], {}),
    "what changes nothing may come between": (
        [SAYS, BEN_LEAVES, Line(Act.AMBIENCE, noise="farm/0/0"), move("Ana", "box")],
        {"a": Tie("gone", "Ben")},
    ),
    "so may word from afar": (
        [SAYS, BEN_LEAVES, Line(Act.RELAY, "Ana", "Ben", thing="key"), move("Ana", "box")],
        {"a": Tie("gone", "Ben")},
    ),
    "what is done to another thing answers nothing": (
        [move("Ben", "box", "cup"), move("Ana", "tin", "cup")], {},
    ),
    "what the one who has gone had done is undone": (
        [move("Ben", "box"), BEN_LEAVES, move("Ana", "tin")],
        {"a": Tie("undone", "Ben")},
    ),
    "but not by one who had not seen it": (
        [Line(Act.DRIFT, "Ana"), move("Ben", "box"), BEN_LEAVES, Line(Act.STIR, "Ana"),
         move("Ana", "tin")],
        {"a": Tie("gone", "Ben")},
    ),
    "what somebody there has done is overruled": (
        [move("Ben", "box"), move("Ana", "tin")],
        {"a": Tie("over", "Ben")},
    ),
    "not while he sleeps": (
        [move("Ben", "box"), BEN_SLEEPS, move("Ana", "tin")],
        {"a": Tie("asleep", "Ben")},
    ),
    "somebody there has said that it should be elsewhere": (
        [SAYS, move("Ana", "box")], {"a": Tie("against", "Ben")},
    ),
    "the mover has said that it should be there": ([SAYS, move("Ben", "tin")], {"a": Tie("aim")}),
    "to do the same again is to insist": (
        [move("Ana", "box"), Line(Act.SHIFTED, thing="key", value="jar"), move("Ana", "box")],
        {"a": Tie("again")},
    ),
    "to do something else is not": (
        [move("Ana", "box"), Line(Act.SHIFTED, thing="key", value="jar"), move("Ana", "tin")],
        {},
    ),
    "to insist once somebody has gone": (
        [move("Ana", "box"), move("Ben", "tin"), BEN_LEAVES, move("Ana", "box")],
        {"a": Tie("again_gone", "Ben")},
    ),
    "whoever has just come in": (
        [BEN_LEAVES, BEN_COMES, move("Ben", "tin")],
        {"a": Tie("back")},
    ),
    "and looks for it": (
        [BEN_LEAVES, move("Ana", "tin"), BEN_COMES, Line(Act.LOOK, "Ben", thing="key")],
        {"a": Tie("back")},
    ),
    "word aloud for one who has just come in": (
        [BEN_LEAVES, move("Ana", "tin"), BEN_COMES,
         Line(Act.SAY, "Ana", thing="key", value="tin")],
        {"a": Tie("for", "Ben")},
    ),
    "to go when it is done": ([move("Ben", "tin"), BEN_LEAVES], {"a": Tie("done")}),
    "to go when one is overruled": (
        [move("Ben", "tin"), move("Ana", "box"), BEN_LEAVES],
        {"a": Tie("huff", "Ana")},
    ),
    "to go for no such reason": ([move("Ana", "box"), BEN_LEAVES], {}),
    "to look in on what one has seen to": (
        [move("Ben", "tin"), BEN_LEAVES, Line(Act.GLIMPSE, "Ben", thing="key")],
        {"a": Tie("check")},
    ),
    "to watch what becomes of it, while another undoes it": (
        [move("Ben", "tin"), BEN_LEAVES, Line(Act.PEEK_MOVE, "Ana", "Ben", "key", "box")],
        {"a": Tie("seemingly", "Ben"), "b": Tie("check")},
    ),
    "to go against what another has said while the last to act is there": (
        [SAYS, move("Cy", "bag"), BEN_LEAVES, move("Ana", "box")], {"a": Tie("over", "Cy")},
    ),
    "one elsewhere asks": (
        [BEN_LEAVES, Line(Act.RELAY, "Ana", "Ben", thing="key")],
        {"b": Tie("ask")},
    ),
    "one sends word to one who is elsewhere, whether or not he has seen it himself": (
        [BEN_LEAVES, Line(Act.LEAVE, "Cy"), move("Ana", "box"),
         Line(Act.TEXT, "Cy", "Ben", "key", "box")],
        {"a": Tie("report", "Ben")},
    ),
    "but not to one in the room": (
        [BEN_LEAVES, move("Ana", "box"), Line(Act.TEXT, "Ben", "Ana", "key", "box")], {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_a_line_answers(case: str) -> None:
    lines, expected = CASES[case]
    assert last(*lines) == expected


def mark(who: str, value: str) -> Line:
    return Line(Act.MOVE, who, thing="permit", value=value)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Of those with stakes of their own the one who loses by it.
        ([mark("Cy", "+granted")], {"a": Tie("harm", "Dee")}),
        # Ana sides with Cy; Ben is against whatever suits her.
        ([mark("Ana", "+granted")], {"a": Tie("harm", "Dee")}),
        ([mark("Ben", "-refused")], {"a": Tie("harm", "Cy")}),
        ([mark("Cy", "+granted"), mark("Dee", "-refused")], {"a": Tie("over", "Cy")}),
        # Or whoever has acted, whatever his stake hangs on.
        ([mark("Ben", "-refused"), mark("Cy", "+granted")], {"a": Tie("over", "Ben")}),
        # Nobody is said to mind what is done against one's own interest.
        ([mark("Cy", "-refused")], {}),
        ([mark("Cy", "+granted"), mark("Cy", "~pending")], {}),
        (
            [Line(Act.LEAVE, "Ben"), Line(Act.LEAVE, "Dee"), mark("Cy", "+granted")],
            {"a": Tie("gone", "Dee")},
        ),
        (
            [Line(Act.LEAVE, "Ben"), Line(Act.LEAVE, "Dee"), Line(Act.LEAVE, "Ana"),
             mark("Cy", "+granted")],
            {"a": Tie("gain")},
        ),
    ],
)  # fmt: skip
def test_where_people_gain_by_outcomes_it_is_those_who_lose_that_are_answered(
    lines: list[Line], expected: dict[str, Tie]
) -> None:
    stakes = (
        Line(Act.STANCE, "Cy", thing="permit", value="+granted"),
        Line(Act.STANCE, "Dee", thing="permit", value="-refused"),
        Line(Act.SIDE, "Ana", "Cy"),
        Line(Act.RIVAL, "Ben", "Ana"),
    )
    opening = (Line(Act.ROLL, people=PEOPLE), Line(Act.PLACE, thing="permit", value="~pending"))
    script = Script(PEOPLE, "barn", (*opening, *stakes, *lines), "narrative", "farm", "status")
    assert interests(script.lines) == {"Cy": "+", "Dee": "-", "Ana": "+", "Ben": "-"}
    assert ties(script)[-1] == expected


def test_who_has_said_that_it_should_wait_answers_the_one_from_whom_it_is_taken() -> None:
    lines = (
        Line(Act.ROLL, people=PEOPLE),
        Line(Act.PLACE, thing="permit", value="~pending"),
        Line(Act.STANCE, "Cy", thing="permit", value="+granted"),
        Line(Act.STANCE, "Dee", thing="permit", value="-refused"),
        Line(Act.AIM, "Ana", thing="permit", value="~pending"),
        mark("Cy", "+granted"),
        mark("Ana", "~pending"),
    )
    told = ties(Script(PEOPLE, "barn", lines, "narrative", "farm", "status"))
    assert told[-2:] == [{"a": Tie("harm", "Dee")}, {"a": Tie("over", "Cy")}]


def test_of_several_there_it_answers_the_one_who_spoke_or_acted_last() -> None:
    cy = Line(Act.AIM, "Cy", thing="key", value="bag")
    assert last(SAYS, cy, move("Ana", "box")) == {"a": Tie("against", "Cy")}
    assert last(SAYS, cy, Line(Act.LEAVE, "Cy"), Line(Act.WAKE, "Dee"), move("Ana", "box")) == {
        "a": Tie("against", "Ben")
    }


def test_what_is_told_out_of_its_turn_answers_nothing() -> None:
    told = after(SAYS, BEN_LEAVES, Line(Act.NOTE, "Cy"), move("Ana", "box"), move("Cy", "tin"))
    assert ties(told)[3:] == [{}, {}, {"a": Tie("gone", "Ben")}, {"a": Tie("over", "Ana")}]
    # That Ben leaves (line 3) is told after the move (5): nothing told before then may hint at it.
    late = Script(told.agents, told.room, told.lines, "narrative", "farm", flashback=(3, 5))
    assert ties(late)[3:] == [{}, {}, {}, {"a": Tie("over", "Ana")}]


@pytest.fixture(scope="module")
def drawn() -> list[Block]:
    rng = Random(8)
    return [draw_rich_block(rng, RichSpec(), k) for k in list(rich_kinds(RichSpec()))[::4]]


def test_what_a_line_answers_does_not_hang_on_who_does_it(drawn: list[Block]) -> None:
    for block in drawn:
        script = block.variants[0].script
        for swap in list(permutations(script.agents))[::17][:5]:
            names = dict(zip(script.agents, swap, strict=True))
            renamed = [
                {s: t._replace(other=names.get(t.other or "")) for s, t in found.items()}
                for found in ties(script)
            ]
            assert ties(script.rename(names)) == renamed


def test_what_is_said_is_read_and_held_against_the_story(drawn: list[Block]) -> None:
    told = 0
    for block in drawn:
        script = block.variants[0].script
        text = story(script, block.style)
        assert parse(text).lines == script.lines
        for found in ties(script):
            for tie in found.values():
                told += any(say(tie, way).lower() in text.lower() for way in phrases(tie.kind))
    assert told > len(drawn) // 2


def test_a_story_that_does_not_bear_out_what_it_says_is_refused(drawn: list[Block]) -> None:
    refused = 0
    for block in drawn:
        script = block.variants[0].script
        text = story(script, block.style)
        for found in ties(script):
            for tie in (t for t in found.values() if t.other):
                other = next(n for n in script.agents if n != tie.other)
                for way in phrases(tie.kind):
                    said = re.compile(re.escape(say(tie, way)) + ",", re.IGNORECASE)
                    false = said.sub(say(Tie("", other), way).capitalize() + ",", text)
                    if said.search(text) and "{x}" in way:
                        with pytest.raises(
                            ParseError,
                            match=r"(is said to answer something \(|fits no template).*repair",
                        ):
                            parse(false)
                        refused += 1
    assert refused > 5


def test_every_phrase_is_sound_and_none_is_kept_for_both_shelves() -> None:
    assert list(tie_faults()) == []
    for kind in bank("ties.yaml"):
        train, test = phrases(kind, "train"), phrases(kind, "test")
        assert (len(train), len(test)) == (2 * len(test), len(phrases(kind)) // 3)
        assert not {*train} & {*test}


def test_a_phrase_is_taken_off_its_clause() -> None:
    found = list(split("With Ben asleep, Ana put the key into the jar"))
    assert found == [({Tie("asleep", "Ben")}, "Ana put the key into the jar")]
    assert list(split("With Ben singing, Ana put the key into the jar")) == []
