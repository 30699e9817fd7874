"""Stage spans: headings first, then sentences decoded from left to right."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.items import SocialItem
from social_r1.trajectory import Stage, segment
from social_r1.trajectory.stages import segments

CUE, MIND, GOAL, REPLY = Stage
FORWARD = [CUE, MIND, GOAL, REPLY]
PROSE = (
    "Ella put the key in the box. Ben left. Ella moved it to the jar. "
    "Ben did not see this, so he believes it is still in the box. "
    "The question asks where Ben will look. "
    "Therefore Ben will look in the box."
)


def found(thought: str) -> list[tuple[Stage, str]]:
    return [(span.stage, thought[span.start : span.end]) for span in segment(thought)]


@pytest.mark.parametrize(
    "thought",
    [
        "Cue Encoding: a b.\nCue Interpretation: c d.\nGoal Clarification: e f.\n"
        "Response Generation: g h.",
        "cue encoding : a b. cue interpretation : c d. goal clarification : e f. "
        "response generation : g h.",
        "## 1. **Cue Encoding**\na b.\n## 2. **Cue Interpretation**\nc d.\n"
        "## 3. **Goal Clarification**\ne f.\n## 4. **Response Generation**\ng h.",
        "**Step 1: Cue Encoding** - a b.\n**Step 2: Cue Interpretation** - c d.\n"
        "**Step 3: Goal Clarification** - e f.\n**Step 4: Response Generation** - g h.",
        "Stage 1 (Cue Encoding): a b.\nStage 2 Cue Interpretation: c d.\n"
        "3) Goal Clarification: e f.\n(4) Response Generation: g h.",
        "Step 1: a b.\nStep 2: c d.\nStep 3: e f.\nStep 4: g h.",
        "Observations: a b.\nMental states: c d.\nGoal: e f.\nConclusion: g h.",
        "Encoding the cues: a b.\nInterpreting cues: c d.\nClarifying the goal: e f.\n"
        "Generating a response: g h.",
    ],
)
def test_headings_in_their_usual_dresses_are_found(thought: str) -> None:
    assert [span.stage for span in segment(thought)] == FORWARD


def test_a_heading_without_content_is_a_span_without_content() -> None:
    thought = "Cue Encoding:\nCue Interpretation: Ann thinks so."
    first, second = segments(thought)
    assert thought[first.body : first.end].strip() == ""
    assert thought[second.body : second.end].strip() == "Ann thinks so."


def test_headings_keep_the_order_in_which_they_stand() -> None:
    thought = "Response Generation: B.\nCue Encoding: Ann left the room."
    assert [stage for stage, _ in found(thought)] == [REPLY, CUE]


def test_steps_beyond_four_are_not_stages() -> None:
    thought = "\n".join(f"Step {n}: Ann went to room {n}." for n in range(1, 7))
    assert [span.stage for span in segment(thought)] == [CUE]


def test_an_ordinary_word_in_running_text_is_no_heading() -> None:
    assert [
        stage for stage, _ in found("Ann put it there. Bo gave his answer: none. She left.")
    ] == [CUE]


def test_prose_is_cut_where_the_stages_change() -> None:
    assert found(PROSE) == [
        (CUE, "Ella put the key in the box. Ben left. Ella moved it to the jar."),
        (MIND, "Ben did not see this, so he believes it is still in the box."),
        (GOAL, "The question asks where Ben will look."),
        (REPLY, "Therefore Ben will look in the box."),
    ]


def test_prose_that_goes_back_shows_the_return() -> None:
    back = f"{PROSE} In the story Ella put the key in the box. Ben left, and Ella moved the key."
    assert [stage for stage, _ in found(back)] == [*FORWARD, CUE]


def test_one_stray_word_does_not_make_a_return() -> None:
    thought = PROSE.replace("Ella moved it", "Ella, as we know, moved it")
    assert [stage for stage, _ in found(thought)][-3:] == [MIND, GOAL, REPLY]


def test_talk_before_the_first_cue_goes_with_it() -> None:
    assert found(f"Okay, let me see. {PROSE}")[0][0] is CUE
    assert [stage for stage, _ in found(f"Okay, let me see. {PROSE}")] == FORWARD


def test_the_words_of_the_question_help_where_there_are_no_headings() -> None:
    item = SocialItem(
        id="q",
        dimension="Emotion",
        group="g",
        story="Leo unwraps a chess set while his aunt is there.",
        question="What does Leo feel?",
        options=("delight", "disappointment that he does not show"),
        answer=1,
    )
    thought = "Leo unwraps a chess set. Disappointment that he does not show."
    assert [part.stage for part in segments(thought)] == [CUE, MIND]
    assert [part.stage for part in segments(thought, item)] == [CUE, REPLY]


def test_an_empty_thought_has_no_stages() -> None:
    assert segment("") == ()
    assert segment(" \n ") == ()


@given(
    st.lists(
        st.sampled_from(
            [
                "Cue Encoding:",
                "Goal:",
                "Step 2:",
                "Ann left.",
                "Bo thinks so.",
                "\n",
                " ",
                "é!",
                "?",
            ]
        )
    ).map(" ".join)
    | st.text()
)
def test_spans_are_ordered_disjoint_and_inside_the_thought(thought: str) -> None:
    spans = segment(thought)
    assert all(0 <= s.start < s.end <= len(thought) for s in spans)
    assert all(a.end <= b.start and a.stage != b.stage for a, b in pairwise(spans))


@pytest.mark.parametrize("run", ["_" * 30_000, "*" * 30_000, "a." + " " * 30_000 + "x"])
def test_long_runs_of_decoration_take_no_quadratic_time(run: str) -> None:
    # With backtracking, 30,000 characters took minutes; a reward step would seem to hang.
    assert all(0 <= s.start <= s.end <= len(run) for s in segment(run))
