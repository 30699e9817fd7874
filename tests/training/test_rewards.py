"""The reward adapter: what an engine hands in, what it gets back, what it logs."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import pytest

from social_r1.items import SocialItem
from social_r1.rewards.composition import CompositeReward
from social_r1.rewards.config import reward_config
from social_r1.rewards.types import RewardParts, Weights
from social_r1.training.rewards import (
    SocialReward,
    group_metrics,
    part_metrics,
    progress_of,
    trl_totals,
)


class Half:
    """A content scorer that fails on every second thought."""

    def __call__(self, items, thoughts):
        return [1.0 if i % 2 == 0 else None for i in range(len(thoughts))]


@pytest.fixture
def reward() -> SocialReward:
    return SocialReward(CompositeReward(reward_config("paper"), content=Half()), name="social_r1_x")


def call(reward: SocialReward, items: list[SocialItem], texts: list, **extra):
    rows = [item.model_dump_json() for item in items]
    return reward(prompts=None, completions=texts, item_json=rows, completion_ids=[], **extra)


GOOD = "<think>w1 saw it and so she thinks that w2 went away</think><Answer>{}</Answer>"


def test_totals_are_those_of_the_composite_at_the_engines_progress(reward, items) -> None:
    state = SimpleNamespace(global_step=100, max_steps=600)
    texts = [GOOD.format("A"), GOOD.format("A"), "no form at all"]
    totals = call(reward, items[:3], texts, trainer_state=state)
    expected = reward.reward.score(items[:3], texts, progress=1 / 6)
    assert totals == [parts.total for parts in expected]
    assert totals[2] == 0
    # half-way through the curriculum (a third of the run) w_content has gone from 1 to 2
    assert reward.last[0].weights.content == pytest.approx(2.0)


def test_chat_messages_and_decoded_text_score_alike(reward, items) -> None:
    text = GOOD.format("A")
    thought = text.removeprefix("<think>").split("</think>")[0]
    split = {"role": "assistant", "content": "<Answer>A</Answer>", "reasoning_content": thought}
    whole = {"role": "assistant", "content": text}
    plain = call(reward, items[:1], [text])
    assert call(reward, items[:1], [[whole]]) == plain == call(reward, items[:1], [[split]])
    assert call(reward, items[:1], ["something else"], text=[text]) == plain


def test_metrics_name_every_part_and_count_what_is_missing(reward, items) -> None:
    logged: dict[str, float] = {}
    texts = [GOOD.format("A"), GOOD.format("C"), "<think>open", ""]
    call(reward, [items[0]] * 4, texts, log_metric=logged.__setitem__)
    assert logged["parts/format"] == 0.5
    assert logged["parts/outcome"] == 0.25
    assert logged["missing/content"] == 0.5  # of the two well-formed texts
    assert logged["parts/content_score"] == 1.0
    assert logged["parse/ok"] == 0.5
    assert logged["parse/empty"] == 0.25
    assert sum(v for k, v in logged.items() if k.startswith("parse/")) == pytest.approx(1)
    assert {"weighted/outcome", "weighted/structure", "gated/content"} <= set(logged)
    assert logged["groups/zero_signal"] == 0


def test_a_part_that_is_off_is_not_missing_and_a_broken_form_moves_no_weight(items) -> None:
    logged: dict[str, float] = {}
    alone = SocialReward(CompositeReward(reward_config("outcome_only")), name="x")
    call(alone, [items[0]] * 2, [GOOD.format("A"), ""], log_metric=logged.__setitem__)
    assert not {"missing/structure", "missing/content", "weights/content"} & set(logged)
    full = SocialReward(CompositeReward(reward_config("paper"), content=Half()), name="y")
    call(full, [items[0]] * 2, [GOOD.format("A"), ""], log_metric=logged.__setitem__)
    assert logged["missing/content"] == 0
    assert logged["weights/content"] == 3.0  # at the end of the curriculum, in force or not graded


def test_gated_is_weighted_times_tau() -> None:
    right = RewardParts(1, 1, 0.5, 0.0, 2.0, 1, 1, 9, Weights(1, 2, 1, 1.0), 4.0)
    wrong = right._replace(outcome=0.0, weights=Weights(1, 2, 1, 0.2))
    metrics = part_metrics([right, wrong])
    assert metrics["weighted/structure"] == pytest.approx(1.0)
    assert metrics["gated/structure"] == pytest.approx((1.0 + 0.2) / 2)
    assert metrics["gated/content"] == pytest.approx((2.0 + 0.4) / 2)
    assert metrics["weights/gate"] == pytest.approx(0.6)


def test_groups_without_signal_are_counted_by_outcome() -> None:
    def part(outcome: float, total: float) -> RewardParts:
        return RewardParts(1, outcome, None, None, None, 1, 1, 9, Weights(1, 0, 0, 1), total)

    keys = ["a", "a", "b", "b", "c", "c"]
    parts = [part(1, 3), part(1, 2), part(0, 1), part(0, 0.5), part(1, 2), part(0, 1)]
    counted = group_metrics(keys, parts)
    assert counted["groups/all_right"] == pytest.approx(1 / 3)
    assert counted["groups/all_wrong"] == pytest.approx(1 / 3)
    assert counted["groups/zero_signal"] == pytest.approx(2 / 3)


def test_progress_comes_from_the_engine_alone() -> None:
    assert progress_of(SimpleNamespace(global_step=0, max_steps=10)) == 0
    assert progress_of(SimpleNamespace(global_step=5, max_steps=10)) == 0.5
    assert progress_of(None) == 1


def test_the_adapter_survives_pickling_with_its_own_name(reward, items) -> None:
    again = pickle.loads(pickle.dumps(reward))
    assert again.__name__ == "social_r1_x"
    assert call(again, items[:1], [GOOD.format("A")]) == call(reward, items[:1], [GOOD.format("A")])


def test_the_totals_of_500_saved_completions_are_the_librarys() -> None:
    from random import Random

    from social_r1.hardbench import OracleContent, easy_item
    from social_r1.nano.corpus import careful_thought
    from social_r1.trajectory import render_target

    draw = Random(7)
    items = [easy_item(5, n % 50) for n in range(500)]
    texts = []
    for n, item in enumerate(items):
        thought = careful_thought(item)
        cut = thought[: draw.randrange(len(thought))] if n % 3 else thought
        text = render_target(cut, draw.choice(item.letters))
        texts.append(text[: draw.randrange(len(text))] if n % 7 == 0 else text)
    for name in ("paper", "nano", "recommended", "outcome_only", "no_length"):
        composite = CompositeReward(reward_config(name), content=OracleContent())
        for progress in (0.0, 0.2, 1.0):
            wanted = [p.total for p in composite.score(items, texts, progress=progress)]
            found = trl_totals(composite, items, texts, progress=progress)
            assert found == pytest.approx(wanted, abs=1e-9)
            assert len(set(found)) > 2 if name == "outcome_only" else len(set(found)) > 20
