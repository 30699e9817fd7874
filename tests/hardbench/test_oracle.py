"""The oracle of claims: gold is all right, and every damage costs what it should."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.errors import InputError
from social_r1.hardbench.assemble import make_item, world
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.forms import Question
from social_r1.hardbench.oracle import Check, OracleContent, Verdict, check_thought
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.items import SocialItem
from social_r1.trajectory import Stage

SCRIPT = Script(
    ("Ana", "Ben"),
    "barn",
    (
        Line(Act.ROLL, people=("Ana", "Ben")),
        Line(Act.PLACE, thing="key", value="tin"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.NOISE, noise="weather"),
        Line(Act.MOVE, "Ben", thing="key", value="jar"),
    ),
)
ITEM = make_item(
    SCRIPT,
    stage(SCRIPT),
    Question("belief", ("Ben", "Ana"), "key"),
    ("jar", "tin"),
    "tin",
    0,
    group="oracle",
    variant=0,
    design="single",
    split="test",
    difficulty=1,
)
CUES = (
    "Who: Ben, Ana. [1] in: Ben, Ana. [2] key in tin; seen by Ben, Ana. [3] Ana out; in: Ben. "
    "[4] nothing. [5] key to jar; seen by Ben."
)
BELIEFS = "[2] Ben tin, Ben on Ana tin. [5] Ben jar. So it ends: Ben jar, Ben on Ana tin."
GOAL = "The question asks for Ben on Ana, not for the real place."


def thought(cues: str = CUES, beliefs: str = BELIEFS, goal: str = GOAL) -> str:
    return (
        f"Cue Encoding: {cues}\nCue Interpretation: {beliefs}\n"
        f"Goal Clarification: {goal}\nResponse Generation: Ben on Ana ends with the tin (B)."
    )


def checked(cues: str = CUES, beliefs: str = BELIEFS, goal: str = GOAL) -> Check:
    return check_thought(ITEM, thought(cues, beliefs, goal))


def gold(item: SocialItem) -> str:
    parts = world(item).trace.stages(item.letter)
    return "\n".join(f"{s.title}: {part}" for s, part in zip(Stage, parts, strict=True))


def test_the_thought_written_by_hand_is_the_gold_one() -> None:
    check = checked()
    assert (check.cues, check.beliefs, check.goal, check.quality) == (1.0, 1.0, 1.0, 1.0)
    assert {c.verdict for c in check.claims} == {Verdict.TRUE}


def test_silence_earns_nothing_and_is_told_what_it_missed() -> None:
    check = check_thought(ITEM, "")
    assert (check.cues, check.beliefs, check.goal, check.quality) == (0.0, 0.0, 0.0, 0.0)
    assert {c.verdict for c in check.claims} == {Verdict.MISSING}
    # Whose eyes, four lines that say something, two that reach minds, the end, the goal.
    assert len(check.claims) == 5 + 2 + 1 + 1


def test_a_line_that_shows_nothing_need_not_be_mentioned() -> None:
    assert checked(cues=CUES.replace("[4] nothing. ", "")).cues == 1.0


def test_a_percept_given_to_the_wrong_person_is_false_and_the_truth_stands_beside_it() -> None:
    check = checked(cues=CUES.replace("jar; seen by Ben", "jar; seen by Ben, Ana"))
    [wrong] = [c for c in check.claims if c.verdict is Verdict.FALSE]
    assert wrong.stage is Stage.CUE_ENCODING
    assert (wrong.text, wrong.truth) == (
        "[5] key to jar; seen by Ben, Ana",
        "key to jar; seen by Ben",
    )
    assert check.cues == pytest.approx(4 / 5)  # precision 4/5, recall 4/5


def test_a_missed_cue_costs_recall_and_an_invented_one_precision() -> None:
    missed = checked(cues=CUES.replace(" [5] key to jar; seen by Ben.", ""))
    assert missed.cues == pytest.approx(2 * 4 / (5 + 4))
    invented = checked(cues=f"{CUES} [6] key to box; seen by Ben.")
    assert invented.cues == pytest.approx(2 * 5 / (5 + 6))
    noise_as_news = checked(cues=CUES.replace("[4] nothing", "[4] key to jar; seen by Ana"))
    assert noise_as_news.cues == pytest.approx(2 * 5 / (5 + 6))


def test_whose_eyes_matter_is_a_claim_too() -> None:
    assert checked(cues=CUES.replace("Who: Ben, Ana", "Who: Ben")).cues == pytest.approx(4 / 5)
    assert checked(cues=CUES.replace("Who: Ben, Ana. ", "")).cues == pytest.approx(2 * 4 / (5 + 4))


def test_saying_a_cue_twice_pays_less_than_saying_it_once() -> None:
    twice = checked(cues=f"{CUES} [5] key to jar; seen by Ben. [5] key to jar; seen by Ben.")
    assert twice.cues == pytest.approx(2 * 5 / (5 + 7))


def test_the_right_end_with_a_wrong_way_is_worth_half_a_picture() -> None:
    check = checked(beliefs=BELIEFS.replace("Ben on Ana tin. [5]", "Ben on Ana jar. [5]"))
    assert check.beliefs == pytest.approx((1 + 0.5) / 2)


def test_reality_in_place_of_a_mind_is_worth_nothing() -> None:
    leaked = "[2] Ben tin, Ben on Ana tin. [5] Ben jar, Ben on Ana jar. "
    check = checked(beliefs=f"{leaked}So it ends: Ben jar, Ben on Ana jar.")
    assert check.beliefs == pytest.approx(1 / 2)
    wrong = [c for c in check.claims if c.verdict is Verdict.FALSE]
    assert [c.truth for c in wrong] == ["Ben jar", "Ben jar, Ben on Ana tin"]


def test_pictures_that_nobody_needs_and_repeated_lines_dilute() -> None:
    unasked = BELIEFS.replace("[5] Ben jar", "[5] Ben jar, Ana tin")
    assert checked(beliefs=unasked).beliefs == pytest.approx(2 / 3)
    assert checked(beliefs=f"{BELIEFS} [5] Ben jar.").beliefs == pytest.approx(2 / 3)


def test_without_its_end_a_picture_is_not_whole() -> None:
    check = checked(beliefs=BELIEFS.partition(" So it ends")[0])
    assert check.beliefs == pytest.approx(1 / 2)  # both ended right, neither said so
    assert [c.text for c in check.claims if c.verdict is Verdict.MISSING] == ["So it ends:"]


def test_the_goal_must_name_the_right_perspective_in_whatever_tone() -> None:
    assert checked(goal="The question asks for Ben on Ana.").goal == 1.0
    assert checked(goal=GOAL.replace("not for", "let alone")).goal == 1.0
    assert checked(goal="The question asks for Ben, not for the real place.").goal == 0.0
    assert checked(goal="").goal == 0.0


def test_claims_count_only_under_their_own_heading() -> None:
    swapped = thought().replace("Cue Encoding", "X").replace("Cue Interpretation", "Cue Encoding")
    check = check_thought(ITEM, swapped.replace("X:", "Cue Interpretation:"))
    assert check.beliefs == 0.0
    assert check.cues == 0.0


def test_gold_traces_of_easy_and_hard_items_get_full_marks_and_their_twins_do_not(
    block_item_lists: list[list[SocialItem]],
) -> None:
    for item in [easy_item(9, n) for n in range(40)]:
        assert check_thought(item, gold(item)).quality == pytest.approx(1.0)
    for four in block_item_lists:
        for item, twin in zip(four, [*four[1:], four[0]], strict=True):
            assert check_thought(item, gold(item)).quality == pytest.approx(1.0)
            assert check_thought(item, gold(twin)).quality < 0.999


@given(text=st.text(alphabet="[]().,:; 0123456789abAB\nCue Encoding", max_size=200))
def test_any_text_gets_a_quality_between_nought_and_one(text: str) -> None:
    for written in (text, thought(cues=text), thought(beliefs=text), thought(goal=text)):
        assert 0.0 <= check_thought(ITEM, written).quality <= 1.0


def test_scores_run_from_minus_two_to_two_and_are_missing_without_a_log() -> None:
    other = SocialItem(
        id="x", dimension="Belief", group="g", story="s", question="q", options=("a", "b"), answer=0
    )
    scorer = pickle.loads(pickle.dumps(OracleContent()))
    assert scorer([ITEM, other, ITEM], [thought(), thought(), ""]) == [2.0, None, -2.0]
    with pytest.raises(InputError):
        check_thought(other, thought())
