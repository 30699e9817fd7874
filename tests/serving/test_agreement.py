"""The same 500 completions are worth the same wherever they are scored."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from social_r1.cli.main import main
from social_r1.hardbench import OracleContent
from social_r1.hardbench.easy import easy_item
from social_r1.items import LETTERS, SocialItem
from social_r1.nano.corpus import careful_thought, hasty_thought
from social_r1.records import write_jsonl
from social_r1.rewards import CompositeReward, reward_config
from social_r1.serving import openrlhf
from social_r1.serving.client import RewardClient
from social_r1.trajectory import render_prompt, render_target

from .conftest import config_of, launched, row_of

COUNT = 500
REWARD = "nano"


def completions(item: SocialItem, rng: Random) -> list[str]:
    """A good, a wrong, a hasty, a cut-off and a broken one."""
    thought = careful_thought(item)
    wrong = rng.choice([letter for letter in item.letters if letter != item.letter])
    good = render_target(thought, item.letter)
    hasty = hasty_thought(item) or thought
    return [
        good,
        render_target(thought, wrong),
        render_target(hasty, LETTERS[rng.randrange(len(item.options))]),
        good[: rng.randrange(len(good))],
        good.replace("<think>", "Well. <think>"),
    ]


@pytest.fixture(scope="module")
def saved() -> list[tuple[SocialItem, str]]:
    rng = Random(5)
    found = [easy_item(11, n) for n in range(COUNT // 5)]
    return [(item, text) for item in found for text in completions(item, rng)]


@pytest.fixture(scope="module")
def totals(saved: list[tuple[SocialItem, str]]) -> list[float]:
    reward = CompositeReward(reward_config(REWARD), content=OracleContent())
    items, texts = zip(*saved, strict=True)
    return [parts.total for parts in reward.score(items, texts, progress=1.0)]


def asked_by_openrlhf(saved: list[tuple[SocialItem, str]]) -> dict[str, list[str]]:
    prompts = [render_prompt(item, "compact")[0]["content"] + "\n" for item, _ in saved]
    texts = [prompt + text + "<|im_end|>" for prompt, (_, text) in zip(prompts, saved, strict=True)]
    return {"query": texts, "prompts": prompts, "labels": [i.model_dump_json() for i, _ in saved]}


def test_library_command_http_and_openrlhf_agree(
    saved: list[tuple[SocialItem, str]],
    totals: list[float],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [row_of(item, text) for item, text in saved]
    assert len(rows) == len(totals) == COUNT
    assert len(set(totals)) > COUNT / 4

    file = tmp_path / "rows.jsonl"
    write_jsonl(file, rows)
    assert main(["score", str(file), "--config", REWARD, "--json"]) == 0
    command = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["total"] for row in command] == pytest.approx(totals, abs=1e-9)

    asked = asked_by_openrlhf(saved)
    with launched(config_of(REWARD, worker={"content": "oracle"}, workers=2)) as server:
        served = RewardClient(server.url).score(rows)
        reply = server.post("/get_reward", json=asked).json()
    assert served == command  # every part, not only the total
    assert reply["rewards"] == pytest.approx(totals, abs=1e-9)
    assert reply["scores"] == [row["outcome"] for row in command]

    monkeypatch.setenv("SOCIAL_R1_REWARD", REWARD)
    monkeypatch.setenv("SOCIAL_R1_CONTENT", "oracle")
    openrlhf._setting.cache_clear()
    try:
        told = openrlhf.reward_func(asked["query"], asked["prompts"], asked["labels"])
    finally:
        openrlhf._setting.cache_clear()
    assert told == reply


def test_the_callable_of_trl_and_the_worker_of_verl_agree_as_well(
    saved: list[tuple[SocialItem, str]], totals: list[float]
) -> None:
    # The taskset of verifiers needs a library of its own: tests/integrations holds it to the same.
    from social_r1.integrations.verl.scoring import RewardSection, RowScorer
    from social_r1.training import trl_totals

    items, texts = zip(*saved, strict=True)
    reward = CompositeReward(reward_config(REWARD), content=OracleContent())
    assert trl_totals(reward, items, texts, progress=1.0) == pytest.approx(totals, abs=1e-9)
    section = RewardSection(reward=reward_config(REWARD), content="oracle", total_steps=1)
    worker = RowScorer(section)
    there = [worker(item.model_dump_json(), text, 2).parts.total for item, text in saved]
    assert there == pytest.approx(totals, abs=1e-9)


def test_the_shipped_reward_model_scores_over_http_as_it_does_here(
    items: list[SocialItem], rows: list[dict[str, Any]]
) -> None:
    from social_r1.preference.content import content_scorer

    scorer = content_scorer("shipped")
    reward = CompositeReward(reward_config(REWARD), content=scorer)
    some = rows[:4]
    texts = [row["completion"] for row in some]
    here = reward.score(items[:4], texts, progress=1.0)
    with launched(config_of(REWARD, worker={"content": "shipped"})) as server:
        there = RewardClient(server.url).score(some)
        assert server.metric("social_r1_content_batches_total") == 1
    scores = [row["content_score"] for row in there]
    assert None not in scores
    assert scores == pytest.approx([parts.content_score for parts in here], abs=0.05)
