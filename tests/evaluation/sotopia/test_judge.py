"""The verdict: seven whole numbers for each side within their ranges, or none at all."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.evaluation.sotopia.judge import (
    DIMENSIONS,
    judge,
    judge_messages,
    overall,
    read_verdict,
    scores_of,
)
from social_r1.evaluation.sotopia.profiles import Profiles
from social_r1.evaluation.sotopia.scene import Scene, make_scene
from social_r1.evaluation.sotopia.types import Dialogue, Reply, Turn

from .conftest import FULL, Lines, verdict

DONE = Dialogue(
    (
        Turn(side=0, type="speak", argument="Ninety?", reason="ok", text=""),
        Turn(side=1, type="none", argument="", reason="no_json", text="eh"),
        Turn(side=0, type="leave", argument="", reason="ok", text=""),
    ),
    "left",
)


@pytest.fixture
def scene(profiles: Profiles) -> Scene:
    return make_scene(profiles, profiles.pairs[0])


def read(text: str) -> tuple[list[dict[str, int]] | None, str]:
    marks, reason = read_verdict(Reply(text))
    return (None if marks is None else [scores_of(one) for one in marks]), reason


def test_the_ranges_are_those_of_the_paper() -> None:
    assert {name: (one.low, one.high) for name, one in DIMENSIONS.items()} == {
        "believability": (0, 10),
        "relationship": (-5, 5),
        "knowledge": (0, 10),
        "secret": (-10, 0),
        "social_rules": (-10, 0),
        "financial_and_material_benefits": (-5, 5),
        "goal": (0, 10),
    }


def test_overall_is_the_mean_of_the_seven() -> None:
    assert overall(FULL) == 3.0  # (8 + 2 + 4 - 1 + 0 + 1 + 7) / 7


@pytest.mark.parametrize("name", DIMENSIONS)
def test_both_ends_of_a_range_count_and_a_step_beyond_does_not(name: str) -> None:
    low, high = DIMENSIONS[name].low, DIMENSIONS[name].high
    for score in (low, high):
        scores, reason = read(verdict(FULL | {name: score}))
        assert (scores and scores[0][name], reason) == (score, "ok")
    for score in (low - 1, high + 1):
        assert read(verdict(FULL, FULL | {name: score})) == (None, "out_of_range")


def test_a_verdict_is_read_in_prose_fences_wrappers_and_the_authors_pairs() -> None:
    text = verdict()
    pairs = {name: ["why", score] for name, score in FULL.items()}
    spelled = {
        f"Agent {i}": {
            name.replace("_", " ").title(): {"Reasoning": "r", "Score": str(score)}
            for name, score in FULL.items()
        }
        for i in (1, 2)
    }
    bare = {f"agent_{i}": {name: float(score) for name, score in FULL.items()} for i in (1, 2)}
    for form in (
        text,
        f"<think>{verdict(FULL | {'goal': 1})}</think>Well: ```json\n{text}\n```",
        json.dumps({"evaluations": json.loads(text)}),
        json.dumps({"agent_1": pairs, "agent_2": pairs}),
        json.dumps(spelled),
        json.dumps(bare),
        f"{text}\n{text}",
    ):
        assert read(form) == ([FULL, FULL], "ok"), form
    marks, _ = read_verdict(Reply(text))
    assert marks is not None
    assert marks[0]["goal"].reasoning == "Because goal."


def changed(**changes: Any) -> str:
    """A verdict in which marks of the first agent are replaced as they stand."""
    whole = json.loads(verdict())
    whole["agent_1"] |= changes
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("<think>8, perhaps", "empty"),
        ("Both did well: 8/10.", "no_json"),
        (verdict()[:-40], "no_agents"),  # cut: only inner objects are whole
        ("{broken", "broken_json"),
        ('{"score": 8}', "no_agents"),
        (json.dumps({"agent_1": json.loads(verdict())["agent_1"]}), "no_agents"),
        (json.dumps({"agent_1": [], "agent_2": {}}), "no_agents"),
        (json.dumps({"agent_1": {"goal": 3}, "agent_2": {}}), "no_dimension"),
        (changed(goal={"reasoning": "", "score": 7.5}), "no_integer"),
        (changed(goal={"reasoning": "", "score": True}), "no_integer"),
        (changed(goal={"reasoning": "", "score": "8/10"}), "no_integer"),
        (changed(goal={"reasoning": ""}), "no_integer"),
        (changed(goal=None), "no_integer"),
        (changed(goal={"score": 1e300}), "out_of_range"),
        (changed(goal={"score": float("inf")}), "no_integer"),
        (changed(secret={"score": 3}), "out_of_range"),
        (f"{verdict()} or rather {verdict(FULL | {'goal': 0})}", "contradictory"),
    ],
)
def test_what_is_no_verdict_is_no_score(text: str, reason: str) -> None:
    assert read(text) == (None, reason)


def test_a_fault_of_the_provider_is_no_score() -> None:
    assert read_verdict(Reply(verdict(), "truncated")) == (None, "truncated")


@given(st.text(alphabet=st.sampled_from('{}[]":,\\ agent_12goalscore-.e')))
def test_reading_never_raises(text: str) -> None:
    assert read_verdict(Reply(text))[1] != ""


def test_the_judge_is_asked_again_with_what_was_wrong(scene: Scene) -> None:
    voice = Lines("Fine talk.", verdict(FULL | {"secret": 4}), verdict())
    given = asyncio.run(judge(scene, DONE, voice, attempts=3))
    assert given.reasons == ("no_json", "out_of_range", "ok")
    assert given.marks is not None
    assert (given.input_tokens, given.output_tokens) == (30, 6)
    assert len({ask.seed for ask in voice.asks}) == 3
    again = [message["content"] for message in voice.asks[1].messages]
    assert len(again) == 3
    assert again[1] == "Fine talk."
    assert "(no_json)" in again[2]


def test_after_the_last_attempt_the_judgement_is_missing(scene: Scene) -> None:
    voice = Lines("no")
    given = asyncio.run(judge(scene, DONE, voice, attempts=2))
    assert given.marks is None
    assert given.reasons == ("no_json", "no_json")
    assert len(voice.asks) == 2


def test_the_judge_reads_both_goals_both_secrets_and_no_idle_turn(scene: Scene) -> None:
    text = judge_messages(scene, DONE)[0]["content"]
    for words in (
        "owe 20", "Praise the paint", "harbour clock", "tin of pebbles", "Both know Ida",
        'Turn #0: Ada Nowak said: "Ninety?"', "Turn #2: Ada Nowak left the conversation",
        "agent_1 is Ada Nowak", "secret (-10 to 0)", "relationship (-5 to 5)",
    ):  # fmt: skip
        assert words in text
    assert "did nothing" not in text
