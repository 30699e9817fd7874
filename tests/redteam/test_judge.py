"""Prompts that a judge must not fall for."""

from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.redteam import Scene
from social_r1.redteam.judge import JUDGE, hostile, judge_prompts


def test_every_hostile_thought_holds_its_message(scenes: list[Scene]) -> None:
    found = list(hostile(scenes[:2], seed=1))
    assert [one.cheat for one in found] == ["judge_orders", "judge_fences", "judge_chat"] * 2
    assert all(one.message and one.message in one.thought for one in found)


def test_a_prompt_comes_with_the_same_prompt_without_the_message(scenes: list[Scene]) -> None:
    def render(item: SocialItem, thought: str) -> str:
        return f"{item.id}: {thought}"

    for prompt in judge_prompts(scenes[:2], render={"mine": render}):
        said = prompt.hostile.message
        assert said in str(prompt.prompt)
        assert said not in str(prompt.plain)
        assert str(prompt.plain).startswith(prompt.hostile.item.id)


def test_without_a_judge_the_prompts_need_a_maker(
    scenes: list[Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("social_r1.redteam.judge.JUDGE", f"{JUDGE}_that_is_not_there")
    with pytest.raises(InputError, match="give your own makers"):
        judge_prompts(scenes[:1])


def test_the_rubrics_of_our_judge_keep_messages_inside_their_fences(scenes: list[Scene]) -> None:
    pytest.importorskip(f"{JUDGE}.rubrics", reason="this version has no judge")
    prompts = judge_prompts(scenes[:1])
    assert {prompt.rubric for prompt in prompts} == {"structure", "content"}
    assert all(prompt.prompt != prompt.plain for prompt in prompts)
