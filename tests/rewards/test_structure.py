"""The rule scorer puts handwritten thoughts into the band that the rubric gives them."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.items import SocialItem
from social_r1.rewards import RuleStructure, explain
from social_r1.trajectory import Stage

GOLDEN = Path(__file__).parent.parent / "golden" / "thoughts.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
BANDS = {"picking": (0.0, 0.3), "partial": (0.4, 0.6), "redundant": (0.7, 0.8), "concise": (0.9, 1)}
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
TRACE = """\
Cue Encoding: [1] Ella and Ben are in. [2] key in the red box; Ella and Ben see. [3] Ben is out. \
[4] key to the jar; Ella sees. [5] nothing. [6] Ben is back.
Cue Interpretation: Ella saw [2] red box, [4] jar. In Ella's eyes, Ben saw [2] red box.
Goal Clarification: The question asks what Ella thinks Ben thinks, not where the key is.
Response Generation: The red box. Option C."""
STAGES = dict(zip(Stage, TRACE.splitlines(), strict=True))


def score(thought: str) -> float:
    return explain(ITEM, thought).score


def kinds(thought: str) -> set[str]:
    return {reason.kind for reason in explain(ITEM, thought).reasons}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_handwritten_thought_lands_in_its_band(case: dict[str, str]) -> None:
    low, high = BANDS[case["band"]]
    assert low <= score(case["thought"]) <= high


def test_a_compact_trace_is_a_concise_forward_chain() -> None:
    assert score(TRACE) == 1.0
    assert kinds(TRACE) == {"stage"}


def test_a_trace_on_one_line_scores_like_one_on_four() -> None:
    assert score(TRACE.replace("\n", " ")) == 1.0


@pytest.mark.parametrize("lost", list(Stage))
def test_a_trace_that_lacks_a_stage_loses_structure_reward(lost: Stage) -> None:
    thought = "\n".join(text for stage, text in STAGES.items() if stage != lost)
    assert score(thought) == 0.6
    assert lost not in explain(ITEM, thought).covered


@pytest.mark.parametrize("early", [0, 1, 2])
def test_swapped_stages_lose_structure_reward(early: int) -> None:
    lines = TRACE.splitlines()
    lines[early], lines[early + 1] = lines[early + 1], lines[early]
    assert score("\n".join(lines)) <= 0.6


def test_a_stage_written_twice_is_redundant() -> None:
    assert 0.7 <= score(TRACE + "\n" + STAGES[Stage.CUE_INTERPRETATION]) <= 0.8


def test_running_in_circles_costs_more_than_one_return() -> None:
    once = TRACE + "\n" + STAGES[Stage.CUE_INTERPRETATION]
    assert score("\n".join([TRACE] * 4)) <= 0.6 < score(once)


def test_the_gold_does_not_matter() -> None:
    wrong = TRACE.replace("red box. Option C", "jar. Option A")
    assert score(wrong) == score(TRACE)
    assert explain(ITEM.model_copy(update={"answer": 0}), TRACE) == explain(ITEM, TRACE)


def test_cues_that_are_not_from_the_story_cover_nothing() -> None:
    foreign = TRACE.replace(STAGES[Stage.CUE_ENCODING], "Cue Encoding: a dog barks at two cats.")
    assert Stage.CUE_ENCODING not in explain(ITEM, foreign).covered


def test_the_pronoun_and_the_article_are_not_options() -> None:
    nine = ITEM.model_copy(update={"options": tuple(f"place {n}" for n in range(9))})
    thought = TRACE.replace("Cue Encoding:", "Cue Encoding: I see A key and a box, as I read it.")
    assert explain(nine, thought).score == 1.0


def test_letters_of_the_story_are_not_options() -> None:
    item = ITEM.model_copy(update={"story": ITEM.story + " Person B waits."})
    thought = TRACE.replace("[5] nothing", "[5] Person B waits")
    assert explain(item, thought).score == 1.0
    assert score(thought) < 0.7


def test_reasons_point_at_the_words_that_they_are_about() -> None:
    thought = "Option B looks right. The key ended up in the jar, so it must be B."
    report = explain(ITEM, thought)
    first = next(reason for reason in report.reasons if reason.kind == "early_verdict")
    assert thought[first.start : first.end] == "Option B looks right."
    assert {"missing", "early_verdict"} <= {reason.kind for reason in report.reasons}


def test_the_cap_holds_only_for_incomplete_thoughts() -> None:
    capped = RuleStructure(incomplete_cap=0.3)
    partial = TRACE.rpartition("\n")[0]
    assert capped([ITEM, ITEM], [TRACE, partial]) == [1.0, 0.3]
    assert pickle.loads(pickle.dumps(capped)) == capped


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            [*STAGES.values(), "Option B.", "The answer is the jar.", "Wait.", "İ", "\n", "I", "A"]
        )
    ).map(" ".join)
)
def test_scores_stay_in_bounds_and_reasons_inside_the_thought(thought: str) -> None:
    report = explain(ITEM, thought)
    assert 0.0 <= report.score <= 1.0
    assert all(0 <= r.start <= r.end <= len(thought) for r in report.reasons)
    assert (report.score > 0.6) <= (len(report.covered) == 4)


PROSE = {
    Stage.CUE_ENCODING: "Ella puts the key in the red box. Ben goes out.",
    Stage.CUE_INTERPRETATION: "So Ben believes that it is in the red box.",
    Stage.GOAL_CLARIFICATION: "The question asks what Ella thinks that Ben thinks.",
    Stage.RESPONSE_GENERATION: "Therefore he will look in the red box.",
}
CUE, MIND, GOAL, REPLY = PROSE.values()
MORE = "Ella then moves the key to the jar while he is in the garden."


def test_walking_through_the_story_in_prose_is_no_loop() -> None:
    walk = " ".join(
        [CUE, MIND, MORE, "He does not see that, so he still believes it.", GOAL, REPLY]
    )
    assert score(walk) == 1.0


def test_going_back_to_the_same_cues_is_one() -> None:
    assert score(" ".join([CUE, MIND, CUE, MIND, GOAL, REPLY])) < 0.9


def test_applying_the_interpretation_after_the_goal_is_no_loop() -> None:
    assert score(" ".join([CUE, MIND, GOAL, "Ella knows that he missed the move.", REPLY])) == 1.0


def test_going_back_after_the_answer_is_a_return() -> None:
    assert 0.7 <= score(" ".join([CUE, MIND, GOAL, REPLY, MORE, REPLY])) <= 0.8


@pytest.mark.parametrize(
    "phrase",
    [
        "Wait, he was out.",
        "But wait, he was out.",
        "Let me think about this again.",
        "Let me double-check that once more.",
        "Actually, no.",
        "Back to the beginning.",
    ],
)
def test_starting_again_is_a_return(phrase: str) -> None:
    assert "return" in kinds(f"{TRACE} {phrase}")
    assert 0.7 <= score(f"{TRACE} {phrase}") <= 0.8


@pytest.mark.parametrize(
    "phrase", ["They wait for the bus.", "He wants to hold on to the key.", "Ben is going back in."]
)
def test_people_who_wait_or_go_back_do_not_start_again(phrase: str) -> None:
    assert "return" not in kinds(TRACE.replace("[5] nothing.", f"[5] {phrase}"))


def test_short_lines_said_twice_in_one_stage_are_padding() -> None:
    assert score(TRACE.replace("[5] nothing.", "[5] nothing. [5] nothing.")) == 0.8


def test_a_response_may_say_what_was_inferred() -> None:
    same = TRACE.replace("The red box. Option C.", "In Ella's eyes, Ben saw red box (C).")
    assert score(same) == 1.0


def test_a_thought_in_a_script_that_the_rules_cannot_read_gets_neither_praise_nor_blame() -> None:
    chinese = "艾拉把钥匙放进红盒子里。本出去了。他没有看到，所以他认为钥匙还在红盒子里。"
    assert score(chinese) == score(chinese * 50) == 0.5
    assert "unread" in kinds(chinese)
    assert score(f"The answer is C. {chinese}") <= 0.3
    assert score("好") < 0.3


def test_a_sentence_that_the_rules_cannot_read_before_the_inference_counts_as_an_option() -> None:
    for said in ("答案是第三个。", "Ответ: третий.", "Η απάντηση είναι το τρίτο."):
        assert score(f"{said}\n{TRACE}") == 0.6
        assert "foreign" in kinds(f"{said}\n{TRACE}")
        assert score(f"{TRACE}\n{said}") == 1.0


def test_letters_of_the_items_own_script_are_not_foreign() -> None:
    item = ITEM.model_copy(update={"story": ITEM.story + " Auf dem Schild steht 钥匙."})
    assert explain(item, TRACE.replace("[5] nothing", "[5] 钥匙钥匙钥匙")).score == 1.0


def test_every_kind_of_reason_has_a_note_and_a_span() -> None:
    seen: dict[str, str] = {}
    story = ITEM.model_copy(update={"story": " ".join([ITEM.story] * 2)})
    for item, thought in (
        (ITEM, f"Option B. The answer is C. {TRACE}"),
        (ITEM, f"Since the answer is C, he must know. {STAGES[Stage.CUE_ENCODING]}"),
        (ITEM, f"{STAGES[Stage.GOAL_CLARIFICATION]}\n{TRACE} Wait. {TRACE}"),
        (ITEM, "答案是第三个。\n" + TRACE),
        (ITEM, "答案是第三个。" * 10),
        (story, "\n".join([f"Cue Encoding: {story.story}", *TRACE.split("\n")[1:]])),
    ):
        for reason in explain(item, thought).reasons:
            assert 0 <= reason.start <= reason.end <= len(thought)
            seen[reason.kind] = reason.note
    assert all(seen.values())
    assert set(seen) == {
        "stage", "missing", "early_verdict", "early_option", "backward", "misplaced", "return",
        "repeated", "pasted", "foreign", "unread",
    }  # fmt: skip


FREE = (
    "Ella puts the key in the red box. Ben goes out and Ella moves the key to the jar. Ben doesn't "
    "know that she moved it, and Ella knows that he was out. The question asks where she thinks he "
    "will look. So he will look in the red box, option C."
)


def test_reading_the_options_out_is_not_naming_one_early() -> None:
    assert score(f"The options are A, B, C and D. {FREE}") == 1.0
    assert score(f"I would look at B and C. {FREE}") < 1.0


def test_the_letters_of_a_list_pick_nothing() -> None:
    options = "\n".join(
        f"{letter}. {o} - no." for letter, o in zip("ABCD", ITEM.options, strict=True)
    )
    kinds = {reason.kind for reason in explain(ITEM, f"{options}\n{FREE}").reasons}
    assert "early_option" in kinds
    assert "early_verdict" not in kinds


def test_small_letters_in_brackets_are_options_too() -> None:
    one = [score(f"({'abcd'[n]}) seems odd and ({'bcda'[n]}) too. {FREE}") for n in range(4)]
    assert one == [
        score(f"({'ABCD'[n]}) seems odd and ({'BCDA'[n]}) too. {FREE}") for n in range(4)
    ]


def test_a_first_reading_does_not_start_again() -> None:
    assert score(f"Let me read it again. {FREE}") == 1.0
    assert score(FREE.replace(" The question", " Let me read it again. The question")) == 0.8
