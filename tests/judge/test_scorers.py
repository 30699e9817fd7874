"""The judge as the reward sees it: scores or None, never a present for failing."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable

import pytest

from social_r1.judge import JudgeClient, JudgeConfig, JudgeContent, JudgePairs, JudgeStructure
from social_r1.judge.rubrics import Contest
from social_r1.judge.types import Missing
from social_r1.rewards import CompositeReward, missing_parts, reward_config
from social_r1.rewards.types import ContentScorer, StructureScorer
from social_r1.trajectory.sip import Stage

from .conftest import Endpoint, make_item

Settings = Callable[..., JudgeConfig]
ITEMS = [make_item(number) for number in range(4)]
THOUGHTS = [f"Ann put key {number} there. She thinks it is in the jar." for number in range(4)]
STAGED = (
    "Cue Encoding: Ann put it in the jar and left.\n"
    "Cue Interpretation: Ann thinks it is in the jar.\n"
    "Response Generation: the jar."
)


def test_scores_are_floats_and_failures_none(endpoint: Endpoint, settings: Settings) -> None:
    endpoint.plan = lambda number, attempt, user: (
        ("ok", "no idea") if "key 1 " in user else ("status", 400) if "key 2 " in user else "ok"
    )
    structure: StructureScorer = JudgeStructure(JudgeClient(settings()))
    scores = structure(ITEMS, THOUGHTS)
    assert scores[1] is scores[2] is None
    assert all(isinstance(scores[place], float) for place in (0, 3))
    assert isinstance(structure, JudgeStructure)
    told = structure.stats.summary()
    assert (told["questions"], told["answered"], told["calls"]) == (4, 2, 4)
    assert told["missing"]["reasons"] == {"no_score": 1, "refused": 1}
    assert told["missing"]["rate"] == structure.stats.missing_rate == 0.5
    structure(ITEMS, THOUGHTS)
    assert (structure.stats.cached, structure.stats.missing_rate) == (2, 0.5)


def test_content_is_standardised_with_the_config_s_scale(
    endpoint: Endpoint, settings: Settings
) -> None:
    endpoint.reply = lambda user: '{"score": 0.8}'
    config = settings(content_mean=0.6, content_std=0.1)
    content: ContentScorer = JudgeContent(JudgeClient(config))
    assert content(ITEMS[:1], THOUGHTS[:1]) == [pytest.approx(2.0)]


def test_a_thought_of_nothing_is_missing_and_not_asked(
    endpoint: Endpoint, settings: Settings
) -> None:
    structure = JudgeStructure(JudgeClient(settings()))
    assert structure(ITEMS[:1], [" \n"]) == [None]
    assert structure.stats.missing == {Missing.NO_THOUGHT.value: 1}
    assert endpoint.requests == 0


def test_a_stage_is_scored_alone_with_what_stands_before_it(
    endpoint: Endpoint, settings: Settings
) -> None:
    content = JudgeContent(JudgeClient(settings()), stage=Stage.CUE_INTERPRETATION)
    (reply,) = content.replies(ITEMS[:1], [STAGED])
    assert reply.score is not None
    (user,) = endpoint.users
    before, _, graded = user.partition("The stage to grade, Cue Interpretation:")
    assert "Ann put it in the jar and left." in before
    assert "Ann thinks it is in the jar." in graded
    assert "the jar.\n[END STAGE" in graded
    assert "Response Generation" not in user
    lacking = JudgeContent(JudgeClient(settings()), stage=Stage.GOAL_CLARIFICATION)
    assert lacking(ITEMS[:1], [STAGED]) == [None]
    assert lacking.stats.missing == {"no_stage": 1}


def test_stage_scores_come_as_stage_credit_wants_them(
    endpoint: Endpoint, settings: Settings
) -> None:
    content = JudgeContent(JudgeClient(settings()))
    (scores,) = content.stages(ITEMS[:1], [STAGED])
    assert len(scores) == 3
    assert scores[2] is None
    assert all(score is not None and 0 <= score <= 1 for score in scores[:2])
    assert endpoint.requests == 2


def test_a_failed_judge_is_missing_in_the_reward_and_not_a_present(
    endpoint: Endpoint, settings: Settings
) -> None:
    client = JudgeClient(settings(attempts=1))
    config = reward_config("no_length")
    reward = CompositeReward(config, structure=JudgeStructure(client), content=JudgeContent(client))
    completion = f"<think>{THOUGHTS[0]}</think><Answer>B</Answer>"
    endpoint.plan = lambda *_: ("status", 500)
    (parts,) = reward.score(ITEMS[:1], [completion], progress=1.0)
    assert (parts.structure, parts.content_score, parts.content) == (None, None, None)
    assert missing_parts(reward, parts) == ("structure", "content")
    assert parts.total == pytest.approx(1.0)  # the outcome alone
    endpoint.plan = lambda *_: ("ok", '{"score": 0.5}')
    (parts,) = reward.score(ITEMS[:1], [completion], progress=1.0)
    assert (parts.structure, parts.content_score) == (0.5, 0.0)


def test_scorers_work_inside_an_event_loop_and_across_processes(
    endpoint: Endpoint, settings: Settings
) -> None:
    scorer = JudgeStructure(JudgeClient(settings()))

    async def inside() -> list[float | None]:
        return scorer(ITEMS, THOUGHTS)

    copy = pickle.loads(pickle.dumps(scorer))
    assert asyncio.run(inside()) == scorer(ITEMS, THOUGHTS) == copy(ITEMS, THOUGHTS)
    assert endpoint.requests == 8


def test_a_pair_judge_names_the_better_side(endpoint: Endpoint, settings: Settings) -> None:
    endpoint.reply = lambda user: (
        '{"better": "second"}' if user.rpartition("The second")[2].count("good") else "none"
    )
    judge = JudgePairs(JudgeClient(settings()))
    contest = Contest("Story", "cue_encoding", "", "bad", "good")
    assert judge([contest, contest._replace(second="poor")]) == [
        ("second", None),
        (None, Missing.NO_SCORE),
    ]
