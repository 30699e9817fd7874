"""Headings in any dress, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social_r1.trajectory import Stage
from social_r1.trajectory.cues import cue_table
from social_r1.trajectory.headings import find_headings
from social_r1.trajectory.stages import segments

BODY = ("Ann left.", "Bo thinks so.", "What Bo thinks.", "The jar.")
TITLES = [stage.title for stage in Stage]


def found(thought: str) -> list[Stage]:
    return [heading.stage for heading in find_headings(thought)]


@pytest.mark.parametrize(
    "dress",
    [
        "{}: {}\n",
        "{}: {} ",
        "## {}\n{}\n",
        "### {} ###\n{}\n",
        "**{}**\n{}\n",
        "**{}:** {}\n",
        "1. {} - {}\n",
        "(1) {} – {}\n",
        "Step 1: {}: {}\n",
        "Stage 1 ({}): {}\n",
        "[{}] {}\n",
        "<{}> {}\n",
        "| {} | {} |\n",
        "🔍 {}: {}\n",
        "__{}__ : {}\n",
        "- {}: {}\n",
    ],
)
@pytest.mark.parametrize("case", [str, str.upper, str.lower, str.capitalize])
def test_four_headings_in_any_dress_are_four_stages(dress: str, case: type[str]) -> None:
    thought = "".join(dress.format(case(t), b) for t, b in zip(TITLES, BODY, strict=True))
    assert [part.stage for part in segments(thought)] == list(Stage)
    for part, body in zip(segments(thought), BODY, strict=True):
        assert body in thought[part.body : part.end]


@pytest.mark.parametrize("joined", ["CueEncoding:", "cue_encoding:", "Cue-Encoding:", "线索编码："])
def test_joined_and_chinese_titles_are_found(joined: str) -> None:
    assert found(f"{joined} a b c") == [Stage.CUE_ENCODING]


def test_tags_open_a_stage_and_their_end_opens_none() -> None:
    thought = "<cue_encoding>Ann left.</cue_encoding>\n<goal_clarification>Find it."
    assert [s.stage for s in segments(thought)][:1] == [Stage.CUE_ENCODING]
    assert found(thought) == [Stage.CUE_ENCODING, Stage.GOAL_CLARIFICATION]


def test_titles_in_one_line_without_content_have_no_content() -> None:
    thought = "Cue Encoding: Cue Interpretation: Goal Clarification: Response Generation: Ann left."
    parts = segments(thought)
    assert [p.stage for p in parts] == list(Stage)
    assert [thought[p.body : p.end].strip() for p in parts] == ["", "", "", "Ann left."]


@pytest.mark.parametrize(
    "thought",
    [
        "The goal of the game is clear.",
        "Answer: B",  # one synonym alone says what it says, and heads nothing
        "Facts: Ann left. Bo thinks she is in. So the jar.",
        "We do cue encoding and cue interpretation first.",
    ],
)
def test_ordinary_words_head_nothing(thought: str) -> None:
    assert found(thought) == []


def test_synonyms_head_where_another_stage_is_headed_too() -> None:
    assert found("Facts: Ann left.\nInterpretation: Bo knows.\nAnswer: B") == [
        Stage.CUE_ENCODING,
        Stage.CUE_INTERPRETATION,
        Stage.RESPONSE_GENERATION,
    ]


PHRASES = [
    (stage, title) for stage in Stage for title in cue_table()["headings"][stage.key]["titles"]
]
PIECES = st.sampled_from(
    [
        *(t.lower() for t in TITLES),
        "goal",
        "answer",
        "cue",
        ":",
        "\n",
        " ",
        ". ",
        "* ",
        "_",
        "1.",
        "x",
    ]
)


@pytest.mark.parametrize(("stage", "title"), PHRASES, ids=[title for _, title in PHRASES])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_title_of_the_table_is_found(stage: Stage, title: str, data: st.DataObject) -> None:
    written = data.draw(st.from_regex(title, fullmatch=True))
    assert found(f"{written}: Ann left.") == [stage]
    assert found(f"He left. So {written}: Ann left.") == [stage]


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_letter_outside_ascii_hides_no_heading_and_makes_none(thought: str) -> None:
    # With one in it the whole text is searched; without, only where a title or line begins.
    assert find_headings(f"{thought}\né") == find_headings(f"{thought}\ne")
