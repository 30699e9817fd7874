"""Whole runs with the options that are off by default: signal, curriculum, best, alarm, GDPO."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from social_r1.errors import ConfigError
from social_r1.hardbench import BuildConfig, build
from social_r1.items import SocialItem
from social_r1.preference.checkpoints import MARKER
from social_r1.records import write_jsonl
from social_r1.training import SocialReward, TrainConfig, train
from social_r1.training.alarm import ALARM
from social_r1.training.goodhart import MARK
from social_r1.training.grpo_trl import SocialTrainer
from social_r1.training.policy import load_policy
from social_r1.training.rollouts import read_rollouts
from social_r1.trajectory import parse

pytestmark = pytest.mark.smoke

Make = Callable[..., TrainConfig]


class Answers:
    """Takes any text with w5 or w6 for a right answer; the rest is as `words` has it."""

    def __init__(self, words):
        self.words = words

    def parse(self, item, completion):
        right = "w5 " in completion or "w6 " in completion
        return dataclasses.replace(parse(completion, item), answer=item.answer if right else None)

    def score(self, items, completions, *, progress):
        parts = self.words.score(items, completions, progress=progress)
        pairs = zip(items, completions, parts, strict=True)
        return [p._replace(outcome=float(self.parse(i, c).answer is not None)) for i, c, p in pairs]


@pytest.fixture
def answers(word_reward: SocialReward) -> SocialReward:
    return SocialReward(Answers(word_reward.reward))


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def groups_of(out: Path, size: int = 4) -> list[list[dict]]:
    rows = list(read_rollouts(out / "rollouts"))
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def dull(group: list[dict]) -> bool:
    return len({row["parts"]["outcome"] for row in group}) == 1


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def same(a: Path, b: Path) -> bool:
    ours, theirs = weights_of(a), weights_of(b)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


def break_off(out: Path, step: int) -> None:
    """Leave the folder as a run that was killed behind a step's checkpoint."""
    (out / "done.json").unlink()
    for path in (out / "checkpoints").glob("checkpoint-*"):
        if int(path.name.partition("-")[2]) > step:
            (path / MARKER).unlink()


@pytest.mark.parametrize("fast", [True, False])
def test_dropped_groups_have_equal_outcomes_and_no_advantage(
    make_config: Make, answers: SocialReward, tmp_path: Path, fast: bool
) -> None:
    train(make_config(tmp_path, steps=3, zero_signal="drop", fast=fast), reward=answers)
    groups = groups_of(tmp_path)
    assert {dull(group) for group in groups} == {True, False}
    for group in groups:
        still = all(row["advantage"] == 0 for row in group)
        assert still == dull(group)
    for step, row in enumerate(rows_of(tmp_path / "metrics.jsonl")):
        four = groups[step * 4 : step * 4 + 4]
        assert row["groups/dropped"] == sum(map(dull, four)) / 4 == row["groups/zero_signal"]


def test_kept_groups_are_moved_by_shaping_alone(
    make_config: Make, answers: SocialReward, tmp_path: Path
) -> None:
    train(make_config(tmp_path, steps=1, save_every=1), reward=answers)
    lone = [group for group in groups_of(tmp_path) if dull(group)]
    assert any(row["advantage"] for group in lone for row in group)


@pytest.mark.parametrize("fast", [True, False])
def test_groups_without_signal_are_replaced_by_other_items_and_again_when_resumed(
    make_config: Make, answers: SocialReward, tmp_path: Path, fast: bool
) -> None:
    settings = {"zero_signal": "resample", "resample_tries": 2, "steps": 4, "fast": fast,
                "keep": 9}  # fmt: skip
    kept, whole = tmp_path / "kept", tmp_path / "whole"
    train(make_config(kept, steps=4, fast=fast), reward=answers)
    config = make_config(whole, **settings)
    train(config, reward=answers)
    before = sum(map(dull, groups_of(kept)))
    after = sum(map(dull, groups_of(whole)))
    assert before > after
    first = rows_of(whole / "metrics.jsonl")[0]
    assert first["groups/resampled"] == sum(map(dull, groups_of(kept)[:4])) / 4 > 0
    for old, new in zip(groups_of(kept)[:4], groups_of(whole)[:4], strict=True):
        assert len({row["item_id"] for row in new}) == 1
        if not dull(old):  # stays; fast or not, but TRL by itself leaves special tokens out
            assert new[0]["item_id"] == old[0]["item_id"]
            assert new == old or not fast
        else:
            assert new != old
    weights = weights_of(whole / "model")
    break_off(whole, 2)
    assert train(config, reward=answers).resumed_from == 2
    found = weights_of(whole / "model")
    assert all(torch.equal(found[name], weights[name]) for name in weights)


def test_resampling_is_refused_where_groups_may_be_spread(
    make_config: Make, answers: SocialReward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ConfigError, match="repair: zero_signal=drop"):
        train(make_config(tmp_path, zero_signal="resample"), reward=answers)


def test_the_curriculum_follows_pass_rates_and_a_resumed_run_meets_the_same_items(
    make_config: Make, answers: SocialReward, items: list[SocialItem], tmp_path: Path
) -> None:
    config = make_config(tmp_path, data_curriculum="pass_rate", steps=6, keep=9)
    train(config, reward=answers)
    log = rows_of(tmp_path / "difficulty.jsonl")
    assert [(row["step"], row["batch"]) for row in log] == [(b + 1, b) for b in range(6)]
    groups = groups_of(tmp_path)
    for row in log:
        asked = groups[row["batch"] * 4 : row["batch"] * 4 + 4]
        right = sum(r["parts"]["outcome"] for group in asked for r in group)
        assert sum(p[2] for p in row["passes"]) == right
        assert sum(p[3] for p in row["passes"]) == 16
    names = [group[0]["item_id"] for group in groups]
    assert sorted(names[:7]) == sorted(item.id for item in items)  # the first epoch has them all
    # Four prompts a batch, seven items an epoch: epochs begin with the prompts 0, 7, 14 and 21.
    epochs = [{p[1] for p in row["passes"]} for row in log]
    assert epochs == [{0}, {0, 1}, {1}, {1, 2}, {2}, {2, 3}]
    weights, said = weights_of(tmp_path / "model"), list(read_rollouts(tmp_path / "rollouts"))
    break_off(tmp_path, 4)
    assert train(config, reward=answers).resumed_from == 4
    assert rows_of(tmp_path / "difficulty.jsonl") == log
    assert list(read_rollouts(tmp_path / "rollouts")) == said
    found = weights_of(tmp_path / "model")
    assert all(torch.equal(found[name], weights[name]) for name in weights)


def test_the_policy_of_the_best_evaluation_is_kept_with_its_record(
    make_config: Make, answers: SocialReward, items_file: Path, tmp_path: Path
) -> None:
    config = make_config(
        tmp_path, keep_best=True, eval_items=items_file, eval_every=2, lr=3e-3, steps=6
    )
    result = train(config, reward=answers)
    curve = {row["step"]: row["parts/outcome"] for row in rows_of(tmp_path / "eval.jsonl")}
    best = max(curve.values())
    step = min(s for s, value in curve.items() if value == best)
    record = json.loads((tmp_path / "best" / "record.json").read_text())
    assert record == result.best == {"step": step, "accuracy": best, "n": 7}
    assert same(tmp_path / "best", tmp_path / "model") == (step == 6)
    load_policy(str(tmp_path / "best"))
    assert train(config, reward=answers).best == record


def test_a_run_killed_after_its_last_step_trains_no_step_more(
    make_config: Make, answers: SocialReward, tmp_path: Path
) -> None:
    """Two steps of two prompts end in the middle of the epoch of seven items."""
    settings = {"data_curriculum": "pass_rate", "prompts_per_step": 2, "save_every": 1}
    config = make_config(tmp_path, steps=2, **settings)
    train(config, reward=answers)
    weights = weights_of(tmp_path / "model")
    shutil.rmtree(tmp_path / "model")
    (tmp_path / "done.json").unlink()
    assert train(config, reward=answers).resumed_from == 2
    assert [row["step"] for row in rows_of(tmp_path / "metrics.jsonl")] == [1, 2]
    found = weights_of(tmp_path / "model")
    assert all(torch.equal(found[name], weights[name]) for name in weights)


def test_a_run_stops_on_the_alarm_and_goes_on_exactly_when_nobody_minds(
    make_config: Make, answers: SocialReward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from social_r1.training import callbacks

    def alarm(rows, config):
        return {MARK: 1.0, ALARM: ["rank: low"] if rows[-1]["step"] >= 2 else []}

    monkeypatch.setattr(callbacks, "judge", alarm)
    plain, out = tmp_path / "plain", tmp_path / "run"
    train(make_config(plain, steps=5, save_every=5), reward=answers)
    settings = {"steps": 5, "save_every": 5}
    result = train(make_config(out, stop_on_alarm=2, **settings), reward=answers)
    assert (result.steps, result.stopped) == (3, {"step": 3, "alarm": ["rank: low"]})
    assert [row["step"] for row in rows_of(out / "metrics.jsonl")] == [1, 2, 3]
    assert train(make_config(out, stop_on_alarm=2, **settings), reward=answers).steps == 3
    result = train(make_config(out, **settings), reward=answers)
    assert (result.resumed_from, result.steps, result.stopped) == (3, 5, None)
    assert same(out / "model", plain / "model")


def test_a_stopped_run_evaluates_where_it_stopped(
    make_config: Make, answers: SocialReward, items_file: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from social_r1.training import callbacks

    monkeypatch.setattr(callbacks, "judge", lambda rows, config: {MARK: 1.0, ALARM: ["gap: big"]})
    train(make_config(tmp_path, stop_on_alarm=1, eval_items=items_file), reward=answers)
    assert [row["step"] for row in rows_of(tmp_path / "eval.jsonl")] == [0, 1]


def test_gdpo_logs_every_part_and_normalises_over_the_batch(
    make_config: Make, answers: SocialReward, tmp_path: Path
) -> None:
    reward = SocialReward(answers.reward, name="words")
    train(make_config(tmp_path, steps=2, aggregation="normalize_then_sum"), reward=reward)
    rows = rows_of(tmp_path / "metrics.jsonl")
    parts = {key.split("/")[1] for key in rows[0] if key.startswith("rewards/")}
    assert parts == {"words_format", "words_outcome", "words_structure", "words_content",
                     "words_length"}  # fmt: skip
    assert rows[0]["rewards/words_outcome/mean"] == pytest.approx(rows[0]["parts/outcome"])
    groups = groups_of(tmp_path)
    first = [row["advantage"] for group in groups[:4] for row in group]
    # Of these parts the outcome alone varies: within a group all right answers stand alike.
    assert sum(first) == pytest.approx(0, abs=1e-4)
    for group in groups[:4]:
        ordered = sorted(group, key=lambda row: row["parts"]["outcome"])
        assert all(a["advantage"] <= b["advantage"] + 1e-6 for a, b in pairwise(ordered))


@pytest.mark.parametrize("fast", [True, False])
def test_an_opened_thought_stands_in_every_saved_completion(
    make_config: Make, word_reward: SocialReward, tmp_path: Path, items_file: Path, fast: bool
) -> None:
    config = make_config(
        tmp_path, steps=1, save_every=1, prefilled_think="add", fast=fast, eval_items=items_file
    )
    train(config, reward=word_reward)
    for row in read_rollouts(tmp_path / "rollouts"):
        assert row["completion"].startswith("<think>\n")


def test_a_lora_run_leaves_a_whole_policy_and_its_adapter(
    make_config: Make, word_reward: SocialReward, policy: Path, tmp_path: Path
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    train(make_config(tmp_path, steps=2, lora_rank=2), reward=word_reward)
    model, _ = load_policy(str(tmp_path / "model"))
    base = AutoModelForCausalLM.from_pretrained(policy)
    merged = PeftModel.from_pretrained(base, tmp_path / "adapter").merge_and_unload()
    found, wanted = model.state_dict(), merged.state_dict()
    assert found.keys() == wanted.keys()
    assert all(torch.allclose(found[k], wanted[k], atol=1e-7) for k in wanted)
    assert not same(policy, tmp_path / "model")


def test_tags_that_are_special_tokens_stay_in_the_text(
    make_config: Make, word_reward: SocialReward, policy: Path, tmp_path: Path
) -> None:
    """TRL leaves special tokens out when it decodes: the form would never be right."""
    folder = Path(shutil.copytree(policy, tmp_path / "policy"))
    _, tokenizer = load_policy(str(folder))
    tokenizer.add_special_tokens({"extra_special_tokens": ["<think>", "</think>"]})
    tokenizer.save_pretrained(folder)
    for fast in (True, False):
        out = tmp_path / f"fast_{fast}"
        config = make_config(
            out, model=str(folder), fast=fast, steps=1, save_every=1, temperature=5.0,
            max_completion_length=48,
        )  # fmt: skip
        train(config, reward=word_reward)
        texts = [row["completion"] for row in read_rollouts(out / "rollouts")]
        assert any("<think>" in text for text in texts)


def test_stage_credit_reaches_the_tokens_of_the_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = tmp_path / "items.jsonl"
    write_jsonl(items, build(BuildConfig(train=4, hard=0, easy=0, ood=0))["train"])
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []
    credit = SocialTrainer._credit_stages

    def note(self: SocialTrainer, out: dict[str, torch.Tensor]) -> torch.Tensor:
        spread = credit(self, out)
        seen.append((out["advantages"], spread))
        return spread

    monkeypatch.setattr(SocialTrainer, "_credit_stages", note)
    weights = {}
    for share in (0.0, 0.5):
        config = TrainConfig(
            profile="nano", model="nano", items=items, out=tmp_path / f"run{share}", steps=1,
            prompts_per_step=2, group_size=4, micro_batch_size=8, max_completion_length=448,
            lr=1e-3, content="oracle", stage_credit=share,
        )  # fmt: skip
        train(config)
        weights[share] = load_file(config.out / "model" / "model.safetensors")
    # Only the second run asked; its completions have one advantage each before, one a token after.
    [(whole, spread)] = seen
    assert whole.shape == (8,)
    assert spread.shape[0] == 8
    assert spread.dim() == 2
    assert any(len(set(row.tolist())) > 2 for row in spread)  # padding, and more than one stage
    assert any(not torch.equal(weights[0.0][k], weights[0.5][k]) for k in weights[0.0])
