"""A heading is no stage: what a stage must say to count."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.rewards import explain
from social_r1.trajectory import Stage

ITEM = SocialItem(
    id="q",
    dimension="Belief",
    group="g",
    story="Ella and Ben are in the kitchen. Ella puts the key in the red box. Ben goes out to the "
    "garden. Ella moves the key to the jar. Ben comes back.",
    question="Where does Ella think Ben will look for the key?",
    options=("the jar", "the table", "the red box", "the drawer"),
    answer=2,
)
GOOD = {
    Stage.CUE_ENCODING: "Ella puts the key in the red box. Ben goes out. Ella moves the key.",
    Stage.CUE_INTERPRETATION: "Ben did not see the move, so he still believes in the red box.",
    Stage.GOAL_CLARIFICATION: "The question asks what Ella thinks that Ben thinks.",
    Stage.RESPONSE_GENERATION: "The red box. Option C.",
}
CUE, MIND, GOAL, REPLY = Stage


def thought(**changes: str) -> str:
    texts = {**GOOD, **{Stage[name.upper()]: text for name, text in changes.items()}}
    return "\n".join(f"{stage.title}: {text}" for stage, text in texts.items())


def lacks(**changes: str) -> tuple[set[Stage], str]:
    """The stages that are not covered, and the first note on one."""
    report = explain(ITEM, thought(**changes))
    notes = [r.note for r in report.reasons if r.kind == "missing"]
    return set(Stage) - set(report.covered), notes[0] if notes else ""


def test_four_stages_with_content_are_covered() -> None:
    assert lacks() == (set(), "")


@pytest.mark.parametrize("filler", ["", "...", "Done.", "—"])
@pytest.mark.parametrize("stage", list(Stage))
def test_a_heading_alone_covers_nothing(stage: Stage, filler: str) -> None:
    missing, note = lacks(**{stage.key: filler})
    assert missing == {stage}
    assert "without content" in note or "too short" in note


def test_a_response_of_one_word_counts_if_it_is_an_option() -> None:
    assert lacks(response_generation="C.") == (set(), "")
    assert lacks(response_generation="Yes.")[0] == {REPLY}


@pytest.mark.parametrize("stage", [MIND, GOAL])
def test_talk_that_fits_any_story_covers_nothing(stage: Stage) -> None:
    missing, note = lacks(**{stage.key: "This part is done here with much care and patience."})
    assert missing == {stage}
    assert note == f"{stage.title} is not about this question"


@pytest.mark.parametrize(
    "cues",
    [
        "A dog barks at two cats.",
        "Ella and Ben have to do with it, and both of them play a part in this.",  # names alone
        "Things happen. Some are seen, some are not. A key may matter, a box may not, as ever; "
        "whoever reads with patience will find that tone, place and time count for much.",
    ],
)
def test_cues_must_come_from_the_story(cues: str) -> None:
    assert lacks(cue_encoding=cues) == ({CUE}, "Cue Encoding takes too little from the story")


LONG = (
    "Ella and Ben start in the kitchen. Ella puts the key in the red box, so the box with the key "
    "is red at that moment. Ben goes out to the garden, maybe for air, maybe for herbs. While Ben "
    "is in the garden, Ella takes the key from the red box and moves the key to the jar, quietly, "
    "without calling, waving, whistling or writing anything down. Ben comes back to the kitchen; "
    "both face each other, the lid is shut, nothing visible changed, and dinner continues."
)


def test_long_cues_may_bring_words_of_their_own_if_the_storys_come_again() -> None:
    # of 33 stems 11 are the story's, 7 without the names; of all 60 occurrences 24 are those
    assert lacks(cue_encoding=LONG) == (set(), "")
    dropped = " ".join(f"Ella and Ben {verb} about it." for verb in ("ponder", "argue", "joke") * 9)
    assert lacks(cue_encoding=dropped)[0] == {CUE}


TOLD = (
    "One reads at {} that Ella and Ben begin in the kitchen. What {} adds is how Ella lays a key "
    "down inside some red box. Then comes {}: Ben strolls outdoors, towards a garden, which takes "
    "him off stage while whatever follows escapes notice. Worth keeping is how Ella silently "
    "transfers her treasure into another vessel, some jar, unseen by anybody else. Finally our "
    "wanderer returns, perhaps hungry, certainly unaware, smiling, whistling, chatting, thirsty."
)


def test_long_cues_that_cite_three_lines_need_eight_words_of_the_story() -> None:
    # names aside seven words of the story: come, kitchen, key, red, box, garden, jar, of 47
    assert lacks(cue_encoding=TOLD.format("[1]", "[2]", "[3]"))[0] == {CUE}
    # goes and moves make nine of 46, still fewer than three in ten
    told = TOLD.replace("strolls outdoors, towards", "goes out and moves to")
    assert lacks(cue_encoding=told.format("[1]", "[2]", "[3]")) == (set(), "")
    # the same line cited three times is one line
    assert lacks(cue_encoding=told.format("[1]", "[1]", "[1]"))[0] == {CUE}


def test_an_interpretation_that_lists_places_is_none() -> None:
    listed = "It could be the jar. It could be the table. It could be the red box."
    assert lacks(cue_interpretation=listed)[0] == {MIND}


def test_a_goal_that_lists_the_options_is_none() -> None:
    assert lacks(goal_clarification="The jar, the table, the red box, the drawer.")[0] == {GOAL}


def test_the_question_itself_is_a_goal() -> None:
    assert lacks(goal_clarification=ITEM.question) == (set(), "")


@pytest.mark.parametrize("stage", [MIND, GOAL, REPLY])
def test_the_words_of_another_stage_cover_nothing(stage: Stage) -> None:
    missing, note = lacks(**{stage.key: GOOD[CUE]})
    assert missing == {stage}
    assert "says what Cue Encoding says" in note


def test_one_claim_in_other_words_covers_one_stage() -> None:
    told = "Ella moved the key to the jar."
    again = "The key was moved to the jar by Ella."
    more = "The jar got the key that Ella moved."
    missing, note = lacks(cue_encoding=told, cue_interpretation=again, goal_clarification=more)
    assert missing == {MIND, GOAL}
    assert note == "Cue Interpretation says what Cue Encoding says"


def test_the_same_things_seen_by_a_mind_are_another_claim() -> None:
    told = "Ella moved the key to the jar."
    assert lacks(cue_encoding=told, cue_interpretation="Ella knows that she moved the key.") == (
        set(),
        "",
    )


def test_a_piece_of_the_story_is_no_inference() -> None:
    piece = "Ben goes out to the garden. Ella moves the key to the jar. Ben comes back."
    missing, note = lacks(cue_interpretation=piece)
    assert missing == {MIND}
    assert note == "Cue Interpretation is copied from the story"


def test_why_a_stage_is_missing_is_shown_where_it_should_be() -> None:
    said = thought(cue_interpretation="This part is done here.")
    [reason] = [r for r in explain(ITEM, said).reasons if r.kind == "missing"]
    assert said[reason.start : reason.end] == "Cue Interpretation: This part is done here."


def test_a_restated_question_is_a_preamble_if_the_goal_comes_up_again() -> None:
    opening = "Okay, the question asks where Ella thinks Ben will look."
    rest = [GOOD[CUE], GOOD[MIND], GOOD[GOAL], "So he will look in the red box."]
    assert explain(ITEM, " ".join([opening, *rest])).score == 1.0
    once = explain(ITEM, " ".join([opening, *rest[:2], rest[3]]))
    assert once.score == 0.6
    assert [r.kind for r in once.reasons if r.kind != "stage"] == ["misplaced"]


def test_chinese_headings_cover_a_chinese_item() -> None:
    item = SocialItem(
        id="q",
        dimension="Belief",
        group="g",
        story="艾拉把钥匙放进红盒子里。本出去了。艾拉把钥匙移到罐子里。",
        question="本会去哪里找钥匙？",
        options=("罐子", "红盒子"),
        answer=1,
    )
    said = (
        "线索编码：艾拉把钥匙放进红盒子里，本出去了。\n线索解读：本没有看到钥匙移动。\n"
        "目标澄清：问题问本会去哪里找钥匙。\n回应生成：本会去红盒子。"
    )
    assert explain(item, said).score == 1.0
