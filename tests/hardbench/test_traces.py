"""Gold traces: worked out by hand for a few stories, held against the log for many."""

from __future__ import annotations

import re
from random import Random

import pytest

from social_r1.hardbench.assemble import World, world
from social_r1.hardbench.core import Kripke, Log, Replay
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.traces import (
    NO_ONE,
    NOTHING,
    Trace,
    belief_claims,
    end_claim,
    last,
    make_trace,
    perspective,
    perspectives,
    tracked_people,
)
from social_r1.items import SocialItem
from social_r1.rewards import explain
from social_r1.trajectory import Stage, segment

PEOPLE = ("Ana", "Ben", "Cy", "Dee")
ROLL = Line(Act.ROLL, people=("Ana", "Ben", "Cy"))


def line(act: Act, actor: str | None = None, other: str | None = None, value: str = "") -> Line:
    return Line(act, actor, other, thing="key", value=value or None)


def traced(
    lines: list[Line], question: Question, options: tuple[str, ...], answer: str
) -> Trace | None:
    script = Script(PEOPLE, "barn", tuple(lines))
    return make_trace(script, stage(script), question, options, answer, style=0)


BUSY = [
    (ROLL, "in: Ben, Ana"),
    (line(Act.DOUBT, "Ben", "Cy"), "Ben doubts Cy"),
    (line(Act.DOUBT, "Cy", "Dee"), "Cy doubts Dee"),
    (line(Act.PLACE, value="tin"), "key in tin; seen by Ben, Ana"),
    (Line(Act.NOISE, noise="weather"), NOTHING),
    (line(Act.LEAVE, "Ana"), "Ana out; in: Ben"),
    (line(Act.MOVE, "Cy", value="jar"), "key to jar; seen by Ben"),
    (Line(Act.NOISE, "Cy", thing="cup", value="tin", noise="move"), NOTHING),
    (line(Act.NAP, "Ben"), "Ben asleep; in: no one"),
    (line(Act.MOVE, "Cy", value="box"), "key to box; seen by no one"),
    (line(Act.WAKE, "Ben"), "Ben awake; in: Ben"),
    (line(Act.LOOK, "Ben"), "Ben looks; seen by Ben"),
    (line(Act.LOOK, "Cy"), "Cy looks; seen by Ben"),
    (line(Act.PEEK_MOVE, "Cy", "Ana", "mug"), "key to mug; seen by Ben; peeked by Ana"),
    (line(Act.PEEK_MOVE, "Cy", "Dee", "jar"), "key to jar; seen by Ben; peeked by Dee"),
    (line(Act.TEXT, "Cy", "Ana", "tin"), "Cy tells Ana tin"),
    (line(Act.TEXT, "Cy", "Dee", "box"), "Cy tells Dee box"),
    (line(Act.TEXT, "Ana", "Dee", "box"), "Ana tells Dee box"),
    (line(Act.SAY, "Ben", value="mug"), "Ben tells mug; heard by Ben"),
    (line(Act.LEAVE, "Cy"), "Cy out; in: Ben"),
    (line(Act.ENTER, "Ana"), "Ana in; in: Ben, Ana"),
]


def test_a_second_order_trace_says_line_by_line_what_ben_and_ana_could_see() -> None:
    trace = traced(
        [row[0] for row in BUSY], Question("belief", ("Ben", "Ana"), "key"), ("tin", "jar"), "tin"
    )
    assert trace is not None
    assert trace.cues == tuple(row[1] for row in BUSY)
    assert trace.people == ("Ben", "Ana")
    assert trace.spoken == (4, 7, 10, 12, 13, 14, 15, 16, 17, 18, 19)
    # Ben sleeps through line 10, looks at 12, and saw Ana neither peek (14) nor get a text (16).
    assert trace.beliefs == (
        (("Ben",), ((4, "tin"), (7, "jar"), (12, "box"), (14, "mug"), (15, "jar"))),
        (("Ben", "Ana"), ((4, "tin"),)),
    )
    cues, beliefs, goal, reply = trace.stages("A")
    assert cues.startswith("Who: Ben, Ana. [1] in: Ben, Ana. [2] Ben doubts Cy. [3] Cy doubts")
    assert beliefs == (
        "[4] Ben tin, Ben on Ana tin. [7] Ben jar. [10] nothing. [12] Ben box. [13] nothing. "
        "[14] Ben mug. [15] Ben jar. [16] nothing. [17] nothing. [18] nothing. [19] nothing. "
        "So it ends: Ben jar, Ben on Ana tin."
    )
    assert goal in {
        "The question asks for Ben on Ana, not for the real place.",
        "The question asks for Ben on Ana, whatever the real place is.",
    }
    assert reply in {"Ben on Ana ends with the tin (A).", "Ben on Ana comes down to the tin (A)."}


RELAYED = [
    ROLL,
    line(Act.PLACE, value="tin"),
    line(Act.LEAVE, "Ana"),
    line(Act.MOVE, "Cy", value="jar"),
    line(Act.LEAVE, "Ben"),
    line(Act.MOVE, "Cy", value="box"),
    line(Act.RELAY, "Ben", "Ana"),
]


def test_an_honest_answer_is_traced_to_what_its_sender_believes() -> None:
    trace = traced(RELAYED, Question("belief", ("Ana",), "key"), ("tin", "jar", "box"), "jar")
    assert trace is not None
    assert trace.stages("B")[:2] == (
        "Who: Ana, Ben. "  # whom the question names, then whom she has it from
        "[1] in: Ana, Ben. [2] key in tin; seen by Ana, Ben. [3] Ana out; in: Ben. "
        "[4] key to jar; seen by Ben. [5] Ben out; in: no one. [6] key to box; seen by no one. "
        "[7] Ben answers Ana.",
        "[2] Ben tin, Ana tin. [4] Ben jar. [6] nothing. [7] Ana jar. "
        "So it ends: Ben jar, Ana jar.",
    )


def test_notes_aims_and_remarks_are_retold_and_only_a_note_that_is_read_tells_anything() -> None:
    lines = [
        ROLL,
        line(Act.AIM, "Cy", value="jar"),
        line(Act.PLACE, value="tin"),
        line(Act.LEAVE, "Ana"),
        line(Act.BLANK, "Ana"),
        line(Act.ENTRY, "Ana", value="jar"),
        Line(Act.ENTRY, "Ana", thing="cup", value="box"),
        Line(Act.REMARKS, other="Ana", thing="key", value="tin", people=("Ben", "Cy")),
    ]
    trace = traced(lines, Question("belief", ("Ben", "Ana"), "key"), ("tin", "jar"), "tin")
    assert trace is not None
    assert trace.cues == (
        "in: Ben, Ana", "Cy is for jar", "key in tin; seen by Ben, Ana", "Ana out; in: Ben",
        NOTHING, "Ana reads jar", NOTHING, "Ben, Cy say tin to Ana",
    )  # fmt: skip
    assert trace.spoken == (3, 6)
    assert trace.beliefs == ((("Ben",), ((3, "tin"),)), (("Ben", "Ana"), ((3, "tin"),)))
    own = traced(lines, Question("belief", ("Ana",), "key"), ("tin", "jar"), "jar")
    assert own is not None
    assert own.beliefs == ((("Ana",), ((3, "tin"), (6, "jar"))),)


def test_a_knowledge_trace_holds_every_candidate_against_the_real_place() -> None:
    lines = [
        ROLL,
        line(Act.PLACE, value="tin"),
        line(Act.LEAVE, "Ana"),
        line(Act.MOVE, "Ben", value="jar"),
        line(Act.TEXT, "Ben", "Dee", "tin"),
        line(Act.LEAVE, "Cy"),
        line(Act.MOVE, "Ben", value="box"),
    ]
    trace = traced(lines, Question("knowledge", (), "key"), PEOPLE, "Ben")
    assert trace is not None
    assert trace.stages("B")[1:] == (
        "[2] Really tin, Ana tin, Ben tin, Cy tin. [4] Really jar, Ben jar, Cy jar. [5] Dee tin. "
        "[7] Really box, Ben box. "
        "So it ends: Really box, Ana tin, Ben box, Cy jar, Dee tin.",
        "The question asks who holds the real place.",
        "So it is Ben (B).",
    )


def test_knowledge_in_somebodys_eyes_is_measured_by_what_he_takes_to_be_real() -> None:
    lines = [
        ROLL,
        line(Act.PLACE, value="tin"),
        line(Act.LEAVE, "Cy"),
        line(Act.MOVE, "Ana", value="jar"),
    ]
    asked = Question("knowledge", ("Ben",), "key")
    trace = traced(lines, asked, ("Ana", "Cy"), "Ana")
    assert trace is not None
    assert trace.stages("A")[1:3] == (
        "[2] Ben tin, Ben on Ana tin, Ben on Cy tin. [4] Ben jar, Ben on Ana jar. "
        "So it ends: Ben jar, Ben on Ana jar, Ben on Cy tin.",
        "The question asks who holds the place that Ben takes to be real.",
    )


@pytest.mark.parametrize(
    ("form", "goal", "reply"),
    [
        ("reality", "The question asks for the real place.", "So it is the box (C)."),
        ("memory", "The question asks for the first place.", "So it is the box (C)."),
    ],
)
def test_a_question_about_the_world_needs_only_the_world(form: str, goal: str, reply: str) -> None:
    trace = traced(RELAYED, Question(form, (), "key"), ("tin", "jar", "box"), "box")
    assert trace is not None
    assert trace.stages("C")[1:] == (
        "[2] Really tin. [4] Really jar. [6] Really box. [7] nothing. So it ends: Really box.",
        goal,
        reply,
    )


def relays(*pairs: str) -> list[Line]:
    names = dict(zip("ABCD", PEOPLE, strict=True))
    return [line(Act.RELAY, names[p[0]], names[p[1]]) for p in pairs]


@pytest.mark.parametrize(
    ("pairs", "question", "expected"),
    [
        # who passed it on to the asked person comes first, and before him who told him
        (["CB", "BA"], Question("belief", ("Ana",), "key"), ["Cy", "Ben", "Ana"]),
        (["BA", "CB"], Question("belief", ("Ana",), "key"), ["Cy", "Ben", "Ana"]),
        # a message to somebody whom nobody asks about leaves no trace
        (["CD"], Question("belief", ("Ana",), "key"), ["Ana"]),
        (["CD"], Question("belief", ("Ana", "Ben"), "key"), ["Ana", "Ana on Ben"]),
        (["CB"], Question("belief", ("Ana", "Ben"), "key"), ["Cy", "Ana", "Ana on Ben"]),
        (["BA"], Question("belief", ("Ana", "Ben"), "key"), ["Ben", "Ana", "Ana on Ben"]),
        # a candidate who told another one moves to the front
        (["DB"], Question("knowledge", (), "key"), ["Dee", "Really", "Ana", "Ben", "Cy"]),
        (["BA", "AB"], Question("belief", ("Ana",), "key"), None),
        (["AB", "BC", "CA"], Question("belief", ("Ana",), "key"), None),
    ],
)
def test_pictures_that_others_rest_on_come_first_and_circles_are_refused(
    pairs: list[str], question: Question, expected: list[str] | None
) -> None:
    script = Script(PEOPLE, "barn", (ROLL, line(Act.PLACE, value="tin"), *relays(*pairs)))
    found = perspectives(script, question, PEOPLE)
    assert (found and [perspective(c) for c in found]) == expected


def test_claims_read_like_this() -> None:
    assert perspective(()) == "Really"
    assert perspective(("Ella", "Ben")) == "Ella on Ben"
    told = ((("Ella",), ((2, "red box"), (7, "tin jar"))), (("Ella", "Ben"), ()))
    assert belief_claims((2, 4, 7), told) == {2: "Ella red box", 4: "nothing", 7: "Ella tin jar"}
    assert end_claim(told) == "Ella tin jar, Ella on Ben unknown"


@pytest.fixture(scope="module")
def items(block_item_lists: list[list[SocialItem]]) -> list[SocialItem]:
    """Easy items and one item of every block."""
    rng = Random("traces")
    easy = [easy_item(77, n) for n in range(60)]
    return easy + [rng.choice(four) for four in block_item_lists]


def seen_openly(here: World, number: int, tracked: tuple[str, ...]) -> str:
    event = here.log.events[number - 1]
    return ", ".join(p for p in tracked if p in event.group - event.inattentive) or NO_ONE


def awake_inside(here: World, number: int, tracked: tuple[str, ...]) -> str:
    """Who would see something that is shown right after this line."""
    probe = Line(Act.PLACE, thing="probe", value="probe")
    script = Script(here.script.agents, here.script.room, (*here.script.lines[:number], probe))
    event = stage(script).events[-1]
    return ", ".join(p for p in tracked if p in event.group - event.inattentive) or NO_ONE


def test_cue_claims_name_exactly_the_people_who_could_perceive_the_line(
    items: list[SocialItem],
) -> None:
    percepts = rooms = peeks = 0
    for item in items:
        here = world(item)
        tracked = here.trace.people
        for number, cue in enumerate(here.trace.cues, 1):
            if found := re.search(r"(?:seen|heard) by ([^;]+)", cue):
                assert found[1] == seen_openly(here, number, tracked)
                percepts += 1
            if found := re.search(r"\bin: ([^;]+)", cue):
                assert found[1] == awake_inside(here, number, tracked)
                rooms += 1
            peeked = re.findall(r"peeked by (\w+)", cue)
            covert = here.log.events[number - 1].covert
            assert set(peeked) == (covert if cue != NOTHING else set())
            peeks += len(peeked)
    assert min(percepts, rooms) > 300
    assert peeks > 20


def test_a_line_that_is_called_nothing_changes_no_picture_that_the_trace_works_out(
    items: list[SocialItem],
) -> None:
    for item in items:
        here = world(item)
        replay = Replay(here.log)
        for number, cue in enumerate(here.trace.cues, 1):
            if cue == NOTHING:
                for chain, _ in here.trace.beliefs:
                    assert replay.value(chain, here.question.thing, number) == replay.value(
                        chain, here.question.thing, number - 1
                    )


def test_after_every_line_the_latest_value_is_what_both_oracles_hold(
    items: list[SocialItem],
) -> None:
    for item in items:
        here = world(item)
        thing, replay = here.question.thing, Replay(here.log)
        for number in here.trace.spoken:
            log = here.log
            kripke = Kripke(Log(log.agents, log.events[:number], log.initial, log.distrust))
            for chain, shown in here.trace.beliefs:
                value = last(tuple(one for one in shown if one[0] <= number))
                assert replay.value(chain, thing, number).strip("<>") == value
                assert kripke.value(chain, thing).strip("<>") == value


def test_where_the_asked_perspective_ends_is_the_answer(items: list[SocialItem]) -> None:
    for item in items:
        here = world(item)
        gold = item.options[item.answer]
        ends = {chain: last(shown) for chain, shown in here.trace.beliefs}
        final = Replay(here.log)
        for chain, value in ends.items():
            assert value == final.value(chain, here.question.thing).strip("<>")
        chain = here.question.chain
        if here.question.form in ("belief", "reality"):
            assert ends[chain] == gold
        elif here.question.form == "knowledge":
            knowers = [x for x in item.options if ends[*chain, x] == ends[chain]]
            assert knowers == [gold]
        assert here.trace.answer == gold


def staged(item: SocialItem) -> str:
    parts = world(item).trace.stages(item.letter)
    return "\n".join(f"{s.title}: {part}" for s, part in zip(Stage, parts, strict=True))


def test_the_stages_of_a_trace_are_recognised_in_their_order(items: list[SocialItem]) -> None:
    for item in items:
        assert [span.stage for span in segment(staged(item))] == list(Stage)


def test_the_structure_scorer_finds_nothing_wrong_with_a_trace_of_a_hard_item(
    items: list[SocialItem],
) -> None:
    hard = [item for item in items if item.meta["design"] != "single"]
    assert min(explain(item, staged(item)).score for item in hard) >= 0.9


def test_letters_and_options_are_left_to_the_last_stage(items: list[SocialItem]) -> None:
    for item in items:
        *early, reply = world(item).trace.stages(item.letter)
        assert not re.search(r"\b[Oo]ption|\([A-O]\)", " ".join(early))
        assert reply.endswith(f"({item.letter}).")


def test_people_are_named_in_the_order_in_which_the_question_leads_to_them() -> None:
    question = Question("knowledge", ("Dee",), "key")
    chains = [("Eve",), ("Dee",), ("Dee", "Cy"), ("Dee", "Ben")]
    assert tracked_people(question, ("Cy", "Ben"), chains) == ("Dee", "Cy", "Ben", "Eve")
