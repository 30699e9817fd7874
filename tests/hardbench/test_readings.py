"""Readings: worked out by hand for a few stories, held against the proved answer for many."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from social_r1.hardbench.assemble import World, world
from social_r1.hardbench.forms import Question
from social_r1.hardbench.oracle import Check, Verdict, check_thought
from social_r1.hardbench.readings import (
    READERS,
    Facts,
    Minds,
    Reading,
    read,
    say,
    shallow,
    word,
)
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.traces import make_trace
from social_r1.items import SocialItem
from social_r1.trajectory import Stage

PEOPLE = ("Ana", "Ben", "Cy")
OPENING = (
    Line(Act.ROLL, people=PEOPLE),
    Line(Act.PLACE, thing="permit", value="~pending"),
)
CELLS = ("pleased", "let_down", "relieved", "dismayed")
SPEECH = ("inform", "agree", "lie", "joke")
SOURCES = ("seen", "spied", "told", "ignorant")
NO_READING = ("belief", "reality", "memory")


def line(act: Act, actor: str | None = None, other: str | None = None, value: str = "") -> Line:
    return Line(act, actor, other, thing="permit", value=value or None)


def reading(question: Question, keys: tuple[str, ...], *lines: Line, frame: str = "chat") -> str:
    script = Script(PEOPLE, "barn", (*OPENING, *lines), frame=frame)
    trace = make_trace(script, stage(script), question, keys, "", style=0)
    assert trace is not None
    return trace.reading


ANA_MISSES_THE_TURN = (
    line(Act.MOVE, "Cy", value="+granted"),
    line(Act.LEAVE, "Ana"),
    line(Act.MOVE, "Cy", value="-refused"),
)
"""Ana takes the permit to be granted, and Ben takes her to; he and Cy saw it refused."""


@pytest.mark.parametrize(
    ("chain", "stakes", "expected"),
    [
        (("Ana",), [line(Act.STANCE, "Ana", value="+granted")],
         "Ana gains by granted, takes it to be granted: pleased"),
        (("Ana",), [line(Act.STANCE, "Ana", value="-refused")],
         "Ana loses by granted, takes it to be granted: dismayed"),
        (("Ana",), [line(Act.STANCE, "Ben", value="+granted"), line(Act.RIVAL, "Ana", "Ben")],
         "Ana loses by granted, takes it to be granted: dismayed"),
        (("Ben",), [line(Act.STANCE, "Cy", value="+granted"), line(Act.SIDE, "Ben", "Cy")],
         "Ben gains by granted, takes it to be refused: let down"),
        (("Ben",), [line(Act.STANCE, "Ben", value="-refused")],
         "Ben loses by granted, takes it to be refused: relieved"),
        (("Ben", "Ana"), [line(Act.STANCE, "Ana", value="-refused")],
         "Ana loses by granted, takes it to be granted: dismayed, as Ben sees it"),
        (("Cy", "Ben", "Ana"), [line(Act.STANCE, "Ana", value="-refused")],
         "Ana loses by granted, takes it to be granted: dismayed, as Cy on Ben sees it"),
    ],
)  # fmt: skip
def test_a_feeling_is_read_from_the_stake_and_what_is_taken_to_be_so(
    chain: tuple[str, ...], stakes: list[Line], expected: str
) -> None:
    asked = Question("feel", chain, "permit", matter="status")
    assert reading(asked, CELLS, *stakes, *ANA_MISSES_THE_TURN) == expected


def test_without_a_stake_or_an_outcome_there_is_no_feeling_to_read() -> None:
    asked = Question("feel", ("Ana",), "permit", matter="status")
    assert reading(asked, CELLS, *ANA_MISSES_THE_TURN) == ""
    assert reading(asked, CELLS, line(Act.STANCE, "Ana", value="+granted")) == ""


@pytest.mark.parametrize("form", ["want", "why", "failed"])
def test_one_is_after_what_one_takes_the_container_to_hold(form: str) -> None:
    lines = (
        Line(Act.PLACE, thing="chest", value="pens"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.MOVE, "Cy", thing="chest", value="tea"),
    )
    goods = ("tea", "pens", "wax", "salt")
    own = reading(Question(form, ("Ana",), "chest"), goods, *lines)
    assert own == "Ana takes chest to hold pens: is after pens"
    seen = reading(Question(form, ("Ben", "Ana"), "chest"), goods, *lines)
    assert seen == "Ana takes chest to hold pens: is after pens, as Ben sees it"


REMARK = line(Act.REMARK, "Ana", "Ben", value="+granted")
GRANTED, REFUSED = (line(Act.MOVE, "Cy", value=v) for v in ("+granted", "-refused"))
BEN_OUT = line(Act.LEAVE, "Ben")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([BEN_OUT, GRANTED],
         "Ana takes it to be granted, takes Ben to take it not to be granted: inform"),
        ([GRANTED], "Ana takes it to be granted, takes Ben to take it to be granted: agree"),
        ([GRANTED, BEN_OUT, REFUSED],
         "Ana takes it not to be granted, takes Ben to take it to be granted: lie"),
        ([REFUSED],
         "Ana takes it not to be granted, takes Ben to take it not to be granted, mutually: joke"),
    ],
)  # fmt: skip
def test_a_remark_is_read_from_what_the_speaker_takes_both_to_take_to_be_so(
    lines: list[Line], expected: str
) -> None:
    asked = Question("speech", ("Ana", "Ben"), "permit", "+granted", "status")
    assert reading(asked, SPEECH, *lines, REMARK) == expected
    deeper = Question("speech", ("Cy", "Ana", "Ben"), "permit", "+granted", "status")
    assert reading(deeper, SPEECH, *lines, REMARK) == f"{expected}, as Cy sees it"


def test_what_somebody_takes_a_remark_for_is_read_in_his_eyes() -> None:
    asked = Question("takes", ("Ben", "Ana"), "permit", "+granted", "status")
    assert reading(asked, SPEECH, GRANTED, REMARK) == (
        "Ana takes it to be granted, takes Ben to take it to be granted: agree, as Ben sees it"
    )
    deeper = Question("takes", ("Cy", "Ben", "Ana"), "permit", "+granted", "status")
    assert reading(deeper, SPEECH, GRANTED, REMARK).endswith("agree, as Cy on Ben sees it")


def test_a_contested_remark_has_no_act() -> None:
    assert Minds("granted", "refused", "refused", "granted").act is None
    assert Minds("granted", "granted", None, "granted").act is None
    assert Minds("granted", "refused", "refused", "refused").act == "joke"
    assert Minds("granted", "refused", "pending", "pending").act == "lie"


@pytest.mark.parametrize(
    ("speaker", "two", "lines", "expected"),
    [
        ("Cy", ("Ana", "Ben"), [BEN_OUT, GRANTED],
         "Cy has it right, takes Ana to have it too: fitting"),
        ("Cy", ("Ana", "Ben"), [BEN_OUT, line(Act.LEAVE, "Ana"), GRANTED],
         "Cy has it right, takes neither to have it too: short"),
        ("Cy", ("Ana", "Ben"), [GRANTED],
         "Cy has it right, takes Ana and Ben to have it too: untrue"),
        ("Ben", ("Ana", "Cy"), [BEN_OUT, GRANTED],
         "Ben takes it to be in pending, wrongly: blind"),
    ],
)  # fmt: skip
def test_not_both_is_read_from_what_the_speaker_takes_the_two_to_know(
    speaker: str, two: tuple[str, str], lines: list[Line], expected: str
) -> None:
    asked = Question("scalar", (speaker,), "permit", others=two)
    assert reading(asked, ("fitting", "short", "untrue", "blind"), *lines) == expected


@pytest.mark.parametrize(
    ("winner", "change", "expected"),
    [
        ("Ana", GRANTED, "Ana gains by granted, Ana takes it to be granted: unwelcome"),
        ("Ana", REFUSED, "Ana gains by granted, Ana takes it not to be granted: selfish"),
        ("Ben", GRANTED, "Ben gains by granted, Ana takes it to be granted: welcome"),
        ("Ben", REFUSED, "Ben gains by granted, Ana takes it not to be granted: white"),
    ],
)
def test_whom_a_remark_serves_is_read_from_who_gains_and_whether_it_is_meant(
    winner: str, change: Line, expected: str
) -> None:
    loser = "Ben" if winner == "Ana" else "Ana"
    stakes = (line(Act.STANCE, winner, value="+granted"), line(Act.RIVAL, loser, winner))
    asked = Question("interest", ("Ana",), "permit", "+granted", others=("Ben",))
    cells = ("welcome", "unwelcome", "white", "selfish")
    assert reading(asked, cells, *stakes, BEN_OUT, change) == expected
    assert reading(asked, cells, *stakes, change) == ""  # Ben is there: nothing new to him


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # the opening is lines 1 and 2
        ([GRANTED], "Ana has granted from [3], openly: seen"),
        ([line(Act.LEAVE, "Ana"), line(Act.PEEK_MOVE, "Cy", "Ana", "+granted")],
         "Ana has granted from [4], unseen: spied"),
        ([line(Act.LEAVE, "Ana"), GRANTED, line(Act.GLIMPSE, "Ana")],
         "Ana has granted from [5], unseen: spied"),
        ([line(Act.LEAVE, "Ana"), GRANTED, line(Act.TEXT, "Cy", "Ana", "+granted")],
         "Ana has granted from [5], by word: told"),
        ([line(Act.LEAVE, "Ana"), GRANTED], "Ana has pending from [2], wrongly: ignorant"),
        ([line(Act.LEAVE, "Ana"), GRANTED, line(Act.TEXT, "Cy", "Ana", "-refused")],
         "Ana has refused from [5], wrongly: ignorant"),
    ],
)  # fmt: skip
def test_a_source_is_read_from_how_the_last_word_came(lines: list[Line], expected: str) -> None:
    asked = Question("source", ("Ana",), "permit", matter="status")
    assert reading(asked, SOURCES, *lines) == expected


def test_a_source_in_somebodys_eyes_is_measured_by_what_he_takes_to_be_so() -> None:
    asked = Question("source", ("Ben", "Ana"), "permit", matter="status")
    # Ana is told, which Ben does not know: as he sees it she holds what no longer is.
    word = line(Act.TEXT, "Cy", "Ana", "-refused")
    assert reading(asked, SOURCES, *ANA_MISSES_THE_TURN, word) == (
        "Ana has granted from [3], wrongly: ignorant, as Ben sees it"
    )
    own = Question("source", ("Ana",), "permit", matter="status")
    assert reading(own, SOURCES, *ANA_MISSES_THE_TURN, word) == (
        "Ana has refused from [6], by word: told"
    )


def test_a_note_by_nobody_is_no_source_that_is_asked_for() -> None:
    own = Question("source", ("Ana",), "permit", matter="status")
    entry = line(Act.ENTRY, "Ana", value="-refused")
    assert reading(own, SOURCES, *ANA_MISSES_THE_TURN, entry) == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question("knowledge", (), "permit"), "of these Ben, Cy holds refused"),
        (Question("news", (), "permit", "-refused"), "of these Ana lacks refused"),
        (Question("mistaken", (), "permit", "+granted"), "of these Ana holds granted"),
        (Question("mistaken", ("Ben",), "permit", "+granted"),
         "of these Ana holds granted, as Ben sees it"),
        (Question("identity", ("Ben",), "permit", "+granted"),
         "of these Ana holds granted, as Ben sees it"),
    ],
)  # fmt: skip
def test_of_people_it_is_said_who_holds_it(question: Question, expected: str) -> None:
    facts = facts_of(question, PEOPLE, *ANA_MISSES_THE_TURN)
    found = read(facts)
    assert found is not None
    assert say(question, found) == expected
    assert found.key == (None if question.form == "knowledge" else "Ana")


def facts_of(question: Question, keys: tuple[str, ...], *lines: Line) -> Facts:
    script = Script(PEOPLE, "barn", (*OPENING, *lines), frame="chat")
    log = stage(script)
    trace = make_trace(script, log, question, keys, "", style=0)
    assert trace is not None
    return Facts(question, script, log, dict(trace.beliefs), keys)


def test_the_small_register_has_no_reading_of_people_and_no_form_of_it_has_one() -> None:
    for form in ("knowledge", *NO_READING):
        chain = ("Ana",) if form == "belief" else ()
        asked = Question(form, chain, "permit")
        assert reading(asked, ("Ana", "Cy"), *ANA_MISSES_THE_TURN, frame="plain") == ""


@pytest.mark.parametrize(
    ("question", "keys", "lines", "expected"),
    [
        # dismayed in truth: everybody is taken to gain by the grant
        (Question("feel", ("Ana",), "permit"), CELLS,
         (line(Act.STANCE, "Ana", value="-refused"), *ANA_MISSES_THE_TURN),
         Reading("Ana gains by granted, takes it to be granted", "pleased")),
        # a lie: the words are taken for what she takes to be so
        (Question("speech", ("Ana", "Ben"), "permit", "+granted"), SPEECH,
         (GRANTED, BEN_OUT, REFUSED, REMARK),
         Reading("Ana takes it to be granted, takes Ben to take it to be granted", "agree")),
        # a joke
        (Question("speech", ("Ana", "Ben"), "permit", "+granted"), SPEECH, (REFUSED, REMARK),
         Reading("Ana takes it to be granted, takes Ben to take it not to be granted", "inform")),
        # she was told: taken to have been there
        (Question("source", ("Ana",), "permit"), SOURCES,
         (line(Act.LEAVE, "Ana"), GRANTED, line(Act.TEXT, "Cy", "Ana", "+granted")),
         Reading("Ana has granted from [4], openly", "seen")),
        # she is after what she takes it to be: what it is in the end is taken for that
        (Question("why", ("Ana",), "permit"), ("granted", "refused", "pending", "void"),
         ANA_MISSES_THE_TURN, Reading("Ana takes permit to hold refused", "refused")),
        (Question("belief", ("Ana",), "permit"), (), ANA_MISSES_THE_TURN, None),
    ],
)  # fmt: skip
def test_shallow_readings(
    question: Question, keys: tuple[str, ...], lines: tuple[Line, ...], expected: Reading | None
) -> None:
    assert shallow(facts_of(question, keys, *lines)) == expected


def test_where_the_premises_come_to_nothing_the_given_end_is_said() -> None:
    asked = Question("feel", ("Ana",), "permit")
    assert say(
        asked, Reading("Ana gains by granted, takes it to be pending", None), "let_down"
    ) == ("Ana gains by granted, takes it to be pending: let down")


# --- many items ------------------------------------------------------------------------------


def conclusion(here: World) -> str:
    """What a reading says after its premises, by its words alone."""
    text = re.sub(r", as .* sees it$", "", here.trace.reading)
    if here.question.asks_person:
        return re.sub(r"of these ((?:\S+, )*\S+) .*", r"\1", text)
    return re.sub(r"^(is after|earlier|makes for|hints at|denies) ", "", text.rpartition(": ")[2])


def thought(parts: tuple[str, str, str, str]) -> str:
    return "\n".join(f"{s.title}: {part}" for s, part in zip(Stage, parts, strict=True))


def gold_thought(item: SocialItem) -> str:
    return thought(world(item).trace.stages(item.letter))


def test_every_reading_of_a_rich_item_ends_with_the_proved_answer(
    rich_items: list[SocialItem],
) -> None:
    forms = Counter(item.meta["form"] for item in rich_items)
    assert min(forms[form] for form in READERS) >= 20
    assert len(rich_items) >= 200
    for item in rich_items:
        here = world(item)
        if here.question.form not in READERS:
            assert here.trace.reading == ""
            continue
        gold = here.keys[item.answer]
        assert conclusion(here) == word(gold).replace("_", " ")


def test_gold_traces_of_every_rich_form_hold_no_false_claim(rich_items: list[SocialItem]) -> None:
    for item in rich_items:
        check = check_thought(item, gold_thought(item))
        assert {c.verdict for c in check.claims} == {Verdict.TRUE}
        assert check.quality == pytest.approx(1.0)


def with_reading(item: SocialItem, text: str) -> Check:
    """The gold thought with something else in the place of its reading."""
    gold = gold_thought(item)
    said = f" Read: {world(item).trace.reading}."
    assert gold.count(said) == 1
    return check_thought(item, gold.replace(said, text))


def test_a_false_reading_is_reported_with_the_right_one_and_a_missing_one_as_missing(
    rich_items: list[SocialItem],
) -> None:
    for item in rich_items:
        trace = world(item).trace
        if not trace.reading:
            continue
        right, needed = trace.reading, len(trace.beliefs) + 1
        false = with_reading(item, f" Read: {right} and glad.")
        [claim] = [c for c in false.claims if c.verdict is not Verdict.TRUE]
        assert (claim.verdict, claim.truth) == (Verdict.FALSE, right)
        assert claim.text == f"Read: {right} and glad"
        missing = with_reading(item, "")
        [claim] = [c for c in missing.claims if c.verdict is not Verdict.TRUE]
        assert (claim.text, claim.verdict, claim.truth) == ("Read:", Verdict.MISSING, right)
        # all pictures are right, one claim of that many is not
        assert false.beliefs == missing.beliefs == pytest.approx((needed - 1) / needed)
        twice = with_reading(item, f" Read: {right}. Read: {right}.")
        assert twice.beliefs == pytest.approx(needed / (needed + 1))


def test_a_reading_where_none_is_needed_dilutes(rich_items: list[SocialItem]) -> None:
    item = next(i for i in rich_items if i.meta["form"] == "belief" and i.meta["order"] == 1)
    here = world(item)
    cues, beliefs, goal, reply = here.trace.stages(item.letter)
    parts = (cues, f"{beliefs} Read: Ana is glad.", goal, reply)
    check = check_thought(
        item, "\n".join(f"{s.title}: {p}" for s, p in zip(Stage, parts, strict=True))
    )
    n = len(here.trace.beliefs)
    assert check.beliefs == pytest.approx(n / (n + 1))
    assert [c.truth for c in check.claims if c.verdict is Verdict.FALSE] == [""]
