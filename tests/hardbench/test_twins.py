"""Twins in pairs: what each operator flips and what it leaves, worked out by hand (HARDBENCH 8)."""

from __future__ import annotations

from random import Random

import pytest

from social_r1.hardbench.assemble import proofs, world
from social_r1.hardbench.check import check_items
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import CELLS, FORMS, Question
from social_r1.hardbench.operators import OPERATORS, Undone
from social_r1.hardbench.questions import answer, second_oracle
from social_r1.hardbench.release import TEST, Split, build_split
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface.words import (
    bank,
    domain_names,
    occasion,
    occasions,
    shelve,
)
from social_r1.hardbench.twins import DIR, INV, PAIRS, ROWS, Story, Twin, Twins
from social_r1.hardbench.twins.make import drafted, proved
from social_r1.items import SocialItem

PLACES = ("tin", "box", "bag", "jar")
PEOPLE = ("Ana", "Ben", "Cy", "Di", "Eve")
ASK = Question("belief", ("Ana",), "key")
ALL = ("box", "bag", "jar")


def key(act: Act, actor: str | None = None, other: str | None = None, value: str | None = None):
    """A line about the key."""
    return Line(act, actor, other, "key", value)


def story(*lines: Line, first: str = "tin", thing: str = "key") -> Script:
    """Everybody is there and sees where the key is; other things name the other places."""
    opening = (
        Line(Act.ROLL, people=PEOPLE),
        Line(Act.PLACE, thing=thing, value=first),
        *(Line(Act.PLACE, thing=f"cup {p}", value=p) for p in ALL),
    )
    return Script(PEOPLE, "barn", (*opening, *lines))


def kept_promise_to(*hearers: str) -> tuple[Line, ...]:
    """Ana moves the key while these are out."""
    return (*(Line(Act.LEAVE, n) for n in hearers), key(Act.MOVE, "Ana", value="box"))


OUT, BACK = Line(Act.LEAVE, "Ana"), Line(Act.ENTER, "Ana")
MOVED = key(Act.MOVE, "Ben", value="box")
MISSED = (OUT, MOVED)
"""Ana takes the key to be in the tin; it is in the box."""
TOLD = (OUT, MOVED, key(Act.TEXT, "Ben", "Ana", "box"))
ABOUT_BOTH = Question("belief", ("Ben", "Ana"), "key")
FEEL = Question("feel", ("Ana",), "permit", matter="status")
WANT = Question("want", ("Ana",), "chest", matter="contents")
SORRY = Question("conscience", ("Ana", "Cy"), "key")
SAYS = Question("speech", ("Ana", "Ben"), "key", "jar")
SCALE = Question("scalar", ("Ana",), "key", others=("Ben", "Cy"))
REMARK = key(Act.REMARK, "Ana", "Ben", "jar")
BELIEVES_BOX = (Line(Act.LEAVE, "Ben"), key(Act.MOVE, "Cy", value="box"), OUT, REMARK)
"""Ana knows that it is in the box and that Ben saw it in the tin; to him she says "jar"."""


def permit(*lines: Line) -> Script:
    """Ana hears that the permit was refused, by which she loses, or gains if she is Cy's rival."""
    told = Line(Act.TEXT, "Ben", "Ana", "permit", "-refused")
    opening = [x for x in story(thing="permit", first="~pending").lines if x.act is Act.ROLL]
    place = Line(Act.PLACE, thing="permit", value="~pending")
    wish = Line(Act.AIM, "Ben", None, "permit", "-refused")
    return Script(PEOPLE, "barn", (*opening, place, wish, *lines, OUT, told))


def stance(who: str, value: str = "+granted") -> Line:
    return Line(Act.STANCE, who, None, "permit", value)


CHEST = (
    Line(Act.ROLL, people=PEOPLE),
    Line(Act.PLACE, thing="chest", value="tea"),
    Line(Act.POLITE, "Ana", value="tea"),
    Line(Act.MOVE, "Ben", None, "chest", "rice"),
    Line(Act.MOVE, "Cy", None, "chest", "salt"),
    OUT,
    Line(Act.MOVE, "Di", None, "chest", "figs"),
    Line(Act.QUEST, "Ana", thing="chest"),
)
"""Ana goes to great cost for a chest that she takes to hold salt."""
GOODS = ("tea", "rice", "salt", "figs")


def options(question: Question) -> tuple[str, ...]:
    cells = CELLS.get(FORMS[question.form].options)
    if cells:
        return tuple(c.value for c in cells)
    return GOODS if question.thing == "chest" else PLACES


def twins(
    script: Script, question: Question, operator: str, kind: str, gold: str, rounds: int = 5
) -> list[Twin]:
    """Every twin of an operator and a kind that a few rounds of drafts give."""
    keys = options(question)
    log = stage(script)
    assert answer(question, log, Replay(log), keys) == gold  # worked out by hand
    undone = Undone(script, question, keys, gold)
    item = Story(script, question, keys, gold, undone.pivotal())
    drafts = [
        d for seed in range(rounds) for d in drafted(Random(seed), item, undone, operator, kind)
    ]
    return [t for d in drafts if (t := proved(d, operator, kind))]


FLIPS: list[tuple[str, Script, Question, str, set[str]]] = [
    # operator, story, question, answer there, answers that its twins can have
    ("testimony", story(*MISSED), ASK, "tin", set(ALL)),
    ("letter", story(*MISSED), ASK, "tin", set(ALL)),
    ("entry", story(*MISSED), ASK, "tin", set(ALL)),
    ("honest_word", story(*MISSED), ASK, "tin", {"box"}),
    ("transparent", story(*MISSED), ASK, "tin", {"box"}),
    ("look", story(*MISSED), ASK, "tin", {"box"}),
    ("peek", story(*MISSED), ASK, "tin", {"bag", "jar"}),  # it is in the box already
    ("overhear", story(*MISSED), ASK, "tin", {"box"}),  # nobody there would hear of another place
    ("routine", story(*MISSED), ASK, "tin", {"bag", "jar"}),
    ("return", story(*MISSED), ASK, "tin", {"box"}),
    ("nap", story(MOVED), ASK, "box", {"tin"}),
    ("lapse", story(MOVED), ASK, "box", {"tin"}),
    ("absence", story(MOVED), ASK, "box", {"tin"}),
    ("shift", story(MOVED), ASK, "box", {"tin", "bag", "jar"}),
    ("distrust", story(*TOLD), ASK, "box", {"tin"}),
    ("illegible", story(*TOLD), ASK, "box", {"tin"}),
    ("illegible", story(*MISSED, key(Act.BLANK, "Ana")), ASK, "tin", set(ALL)),
    ("turned_back", story(*MISSED, key(Act.FACED_AWAY, "Ana")), ASK, "tin", {"box"}),
    ("unread", story(*MISSED, key(Act.LETTER, "Ben", "Ana", "jar")), ASK, "tin", {"jar"}),
    (
        "late",
        story(*MISSED, key(Act.TEXT, "Ben", "Ana", "jar"), key(Act.GLIMPSE, "Ana")),
        ASK,
        "box",
        {"jar"},
    ),
    ("noticed", story(Line(Act.NAP, "Ana"), MOVED), ABOUT_BOTH, "tin", {"box"}),
    ("noticed", story(Line(Act.DRIFT, "Ana"), MOVED), ABOUT_BOTH, "box", {"tin"}),
    ("order_lift", story(*MISSED, key(Act.GLIMPSE, "Ana")), ASK, "box", {"tin"}),
    ("availability", Script(PEOPLE, "barn", CHEST), WANT, "salt", {"tea", "rice", "figs"}),
    ("stake", permit(stance("Ana"), stance("Cy", "-refused")), FEEL, "let_down", {"relieved"}),
    (
        "rivalry",
        permit(stance("Cy"), Line(Act.RIVAL, "Ana", "Cy")),
        FEEL,
        "relieved",
        {"let_down"},
    ),
    ("expectation", permit(stance("Ana")), FEEL, "let_down", {"pleased"}),
    ("agency", story(*kept_promise_to("Cy")), SORRY, "uneasy", {"calm"}),
    ("audience", story(*kept_promise_to("Cy")), SORRY, "uneasy", {"ashamed"}),
    ("second_order", story(*BELIEVES_BOX), SAYS, "lie", {"joke"}),
    ("hidden_fact", story(*BELIEVES_BOX), SAYS, "lie", {"inform"}),
    ("access", story(key(Act.MOVE, "Di", value="box")), SCALE, "untrue", {"fitting", "blind"}),
]


@pytest.mark.parametrize(("operator", "script", "question", "gold", "answers"), FLIPS)
def test_an_operator_that_reaches_those_asked_about_flips_the_answer(
    operator: str, script: Script, question: Question, gold: str, answers: set[str]
) -> None:
    found = twins(script, question, operator, DIR, gold)
    assert {t.answer for t in found} == answers
    for twin in found:
        log = stage(twin.script)
        for oracle in (Replay(log), second_oracle(log, twin.question, twin.options)):
            assert answer(twin.question, log, oracle, twin.options) == twin.answer


KEEPS: list[tuple[str, Script, Question, str]] = [
    *((name, story(*MISSED), ASK, "tin") for name in (
        "testimony", "letter", "entry", "honest_word", "transparent", "look", "peek", "overhear",
        "routine", "nap", "lapse", "return", "shift", "illegible", "turned_back",
        "unread", "distrust", "order_lift", "agency",
    )),
    ("absence", story(*MISSED, Line(Act.LEAVE, "Cy")), ASK, "tin"),
    ("late", story(*TOLD, Line(Act.NAP, "Cy")), ASK, "box"),
    ("noticed", story(Line(Act.NAP, "Ana"), MOVED), ASK, "tin"),  # he sleeps, seen or not
    ("availability", Script(PEOPLE, "barn", CHEST), WANT, "salt"),
    ("courtesy", Script(PEOPLE, "barn", CHEST), WANT, "salt"),
    ("aim", story(*MISSED), ASK, "tin"),
    ("flashback", story(*MISSED, Line(Act.NAP, "Cy"), Line(Act.NAP, "Di")), ASK, "tin"),
    ("stake", permit(stance("Ana"), stance("Cy", "-refused")), FEEL, "let_down"),
    (
        "rivalry",
        permit(stance("Ana"), stance("Cy", "-refused"), Line(Act.RIVAL, "Di", "Cy")),
        FEEL,
        "let_down",
    ),
    (
        "expectation",
        permit(stance("Ana"), Line(Act.SHIFTED, None, None, "permit", "+granted")),
        FEEL,
        "let_down",
    ),
    ("audience", story(*kept_promise_to("Cy", "Di")), SORRY, "uneasy"),
    ("second_order", story(*BELIEVES_BOX), SAYS, "lie"),
    ("hidden_fact", story(*BELIEVES_BOX), SAYS, "lie"),
    ("access", story(key(Act.MOVE, "Di", value="box")), SCALE, "untrue"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "script", "question", "gold"), KEEPS)
def test_the_same_words_to_no_effect_leave_the_answer(
    operator: str, script: Script, question: Question, gold: str
) -> None:
    found = twins(script, question, operator, INV, gold)
    assert found
    for twin in found:
        assert (twin.script, twin.question) != (script, question)
        log = stage(twin.script)
        for oracle in (Replay(log), second_oracle(log, twin.question, twin.options)):
            assert answer(twin.question, log, oracle, twin.options) == gold


def test_every_operator_has_its_pair_worked_out_by_hand() -> None:
    can_flip = {name for name, pair in PAIRS.items() if not pair.inert}
    assert {name for name, *_ in FLIPS} == can_flip
    rich = {"names", "objects", "distractor"}  # they need the words of a walk of life
    assert {name for name, *_ in KEEPS} == set(PAIRS) - rich


def test_every_row_has_operators_and_what_cannot_flip_says_why() -> None:
    assert {pair.row for pair in PAIRS.values()} == set(ROWS)
    assert len(ROWS) == 18
    assert {n for n, p in PAIRS.items() if p.inert} == {
        "aim", "courtesy", "distractor", "flashback", "names", "objects",
    }  # fmt: skip
    assert all(pair.flip is None for pair in PAIRS.values() if pair.inert)
    assert set(OPERATORS) <= set(PAIRS)


def test_no_twin_does_what_nobody_would() -> None:
    # Without her going out Ana would be told the opposite of what she has before her eyes.
    script = story(*TOLD)
    assert twins(script, ASK, "absence", DIR, "box") == []
    assert {t.answer for t in twins(script, ASK, "testimony", DIR, "box")} >= {"tin"}


def test_nothing_is_planted_after_what_the_question_is_about() -> None:
    script = Script(PEOPLE, "barn", CHEST)
    for kind in (DIR, INV):
        for twin in twins(script, WANT, "testimony", kind, "salt"):
            assert twin.script.lines[-1].act is Act.QUEST


def test_a_flashback_changes_the_order_of_telling_alone() -> None:
    script = story(*MISSED, Line(Act.NAP, "Cy"), Line(Act.NAP, "Di"))
    found = twins(script, ASK, "flashback", INV, "tin")
    assert found
    for twin in found:
        told = twin.script
        assert told.flashback is not None
        assert told.lines == script.lines
        line, after = told.flashback
        assert told.order()[after] == line
        assert sorted(told.order()) == list(range(len(told.lines))) != list(told.order())


def test_of_four_people_another_one_peeks_instead() -> None:
    # Ben sees it moved, unseen; of the others everybody is out.
    lines = (*(Line(Act.LEAVE, n) for n in PEOPLE[:4]), key(Act.PEEK_MOVE, "Eve", "Ben", "box"))
    script, asked = story(*lines), Question("knowledge", (), "key")
    log, four = stage(script), ("Ana", "Ben", "Cy", "Di")
    assert answer(asked, log, Replay(log), four) == "Ben"
    undone = Undone(script, asked, four, "Ben")
    item = Story(script, asked, four, "Ben", undone.pivotal())
    found = [proved(d, "peek", DIR) for d in drafted(Random(0), item, undone, "peek", DIR)]
    assert {t.answer for t in found if t} == {"Ana", "Cy", "Di"}


def test_the_operators_of_which_there_are_fewest_come_first() -> None:
    maker, script = Twins(each=1), story(*MISSED)
    undone = Undone(script, ASK, PLACES, "tin")
    item = Story(script, ASK, PLACES, "tin", undone.pivotal())
    found = [maker.of(Random(i), item, undone) for i in range(10)]
    flips = [t.operator for twins_ in found for t in twins_ if t.kind == DIR]
    assert len(flips) == len(set(flips)) == 10
    assert all(len(twins_) == 2 for twins_ in found)


@pytest.fixture(scope="module")
def built() -> list[tuple[SocialItem, list[SocialItem]]]:
    return build_split("twins", "test", Split(TEST, 200), 200, set(), twins=True)


Pieces = list[tuple[SocialItem, list[SocialItem]]]


def test_every_recorded_twin_is_proved_flips_if_it_says_so_and_else_does_not(
    built: Pieces,
) -> None:
    for item, found in built:
        assert len(found) <= 4
        assert len({(t.story, t.question) for t in found}) == len(found)
        for twin in found:
            assert set(proofs(twin).values()) == {twin.options[twin.answer]}
            assert twin.meta["of"] == item.id
            flips = twin.meta["design"] == "twin:DIR"
            assert (twin.answer != item.answer) is flips
            (tag,) = twin.meta["operators"]
            assert tag == f"{tag.partition(':')[0]}:{'DIR' if flips else 'INV'}"
    assert check_items([x for item, found in built for x in (item, *found)]) == []


def test_a_small_split_already_has_all_operators_that_are_not_rare(built: Pieces) -> None:
    tags = {t.meta["operators"][0] for _, found in built for t in found}
    seldom = {"access", "turned_back", "unread", "entry", "agency", "rivalry", "stake"}
    wanted = {f"{n}:{INV}" for n in PAIRS} | {f"{n}:{DIR}" for n, p in PAIRS.items() if not p.inert}
    assert {t for t in wanted - tags if t.partition(":")[0] not in seldom} == set()


def test_other_things_come_from_the_shelf_of_the_story(built: Pieces) -> None:
    keys = [key for name in domain_names() for key in shelve(tuple(occasions(name)), "test")]
    shelf = {s.name for key in keys for s in occasion(key).subjects.values()}
    told = 0
    for _, found in built:
        for twin in (t for t in found if t.meta["operators"] == ["objects:INV"]):
            here = world(twin)
            assert here.question.thing in shelf
            told += 1
    assert told > 5


def test_other_names_come_from_one_part_of_the_world_and_change_no_event(built: Pieces) -> None:
    swapped = [(i, t) for i, found in built for t in found if t.meta["operators"] == ["names:INV"]]
    assert swapped
    for item, twin in swapped:
        old, new = world(item).script, world(twin).script
        assert not set(old.agents) & set(new.agents)
        assert any(set(new.agents) <= set(region) for region in bank("names.yaml").values())
        same = dict(zip(new.agents, old.agents, strict=True))
        assert tuple(x.rename(same) for x in new.lines if x.act is not Act.CUSTOM) == tuple(
            x for x in old.lines if x.act is not Act.CUSTOM
        )
        assert not any(name in twin.story + twin.question for name in old.agents)


def test_another_thing_comes_with_its_occasion_and_changes_no_event(built: Pieces) -> None:
    swapped = [
        (i, t) for i, found in built for t in found if t.meta["operators"] == ["objects:INV"]
    ]
    assert swapped
    for item, twin in swapped:
        old, new = world(item), world(twin)
        assert old.question.thing != new.question.thing
        assert old.question.thing not in twin.story + twin.question
        assert [x.act for x in old.script.lines] == [x.act for x in new.script.lines]
        subject = occasion(new.script.occasion).subjects[new.script.matter]
        assert new.question.thing == subject.name
        polite = [x.value for x in new.script.lines if x.act is Act.POLITE]
        assert set(polite) <= set(subject.values)
        doings = [x.noise for x in new.script.lines if x.act in (Act.DOING, Act.AMBIENCE)]
        assert {(noise or "").rpartition("/")[0] for noise in doings} <= {new.script.occasion}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"operators": ["wand:DIR"]}, "names no operator"),
        ({"operators": ["peek:INV"]}, "names no operator"),
        ({"operators": ["names:DIR"]}, "names flips its answer, which cannot be"),
        ({"design": "twin:INV", "operators": ["peek:INV"]}, "should have the answer of"),
        ({"of_answer": None}, "has its original's answer as None"),
    ],
)
def test_the_check_finds_a_twin_that_is_not_what_it_says(
    built: Pieces, changes: dict[str, object], says: str
) -> None:
    item, twin = next((i, t) for i, found in built for t in found if t.meta["design"] == "twin:DIR")
    wrong = twin.model_copy(update={"meta": twin.meta | changes})
    assert any(says in p.what for p in check_items([item, wrong]) if p.where == twin.id)
    alone = [p for p in check_items([twin]) if p.where == twin.id]
    assert alone == []
