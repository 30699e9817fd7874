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
