"""TRL's and verl's own configs: each trap of theirs, set up and found."""

from __future__ import annotations

import pytest

from social_r1.doctor import Finding, State
from social_r1.doctor.engines import DEFAULTS, PAPER, SHAPED, trl_findings, verl_findings

CPU_SAFE = {"bf16": False, "use_cpu": True}


def states(findings: list[Finding]) -> dict[str, State]:
    return {f.what: f.state for f in findings}


def test_two_rewards_of_one_name_merge_their_metrics() -> None:
    fields = {"reward_funcs": ["mine.rewards.score", "yours.rewards.score"]} | CPU_SAFE
    finding = trl_findings(fields, accelerator=False)[0]
    assert (finding.what, finding.state) == ("reward names", State.WRONG)
    assert "score more than once" in finding.found
    fields["reward_funcs"] = ["mine.rewards.score", "mine.rewards.length"]
    assert trl_findings(fields, accelerator=False)[0].state is State.FINE


def test_a_reward_model_called_final_is_anyones() -> None:
    fields = {"reward_funcs": ["runs/rm/final"]} | CPU_SAFE | PAPER
    found = trl_findings(fields, accelerator=False)
    assert [f.state for f in found] == [State.FINE, State.DIFFERS]


def test_what_trl_does_by_default_is_not_what_the_paper_does() -> None:
    found = states(trl_findings({"reward_funcs": ["a.b"]}, accelerator=True))
    assert found["paper: loss_type"] is State.DIFFERS
    assert found["paper: beta"] is State.DIFFERS
    assert found["paper: num_generations"] is State.DIFFERS
    assert "paper: scale_rewards" not in found
    assert not [
        what
        for what in states(trl_findings({"reward_funcs": ["a.b"]} | PAPER, accelerator=True))
        if what.startswith("paper")
    ]


def test_trls_defaults_are_still_those_that_we_tell_of() -> None:
    config = pytest.importorskip("trl.trainer.grpo_config")
    fields = config.GRPOConfig.__dataclass_fields__
    assert {name: fields[name].default for name in DEFAULTS} == DEFAULTS


def test_what_is_set_beside_gdpo_is_ignored() -> None:
    gdpo = {"reward_funcs": ["a.b", "a.c"], "multi_objective_aggregation": "normalize_then_sum"}
    assert "scale_rewards" not in states(trl_findings(gdpo, accelerator=True))
    for scale in ("none", "group"):
        found = trl_findings(gdpo | {"scale_rewards": scale}, accelerator=True)
        finding = next(f for f in found if f.what == "scale_rewards")
        assert finding.state is State.DIFFERS
        assert finding.found.startswith(f"{scale} is ignored")
    plain = {"reward_funcs": ["a.b"], "scale_rewards": "none"}
    found = states(trl_findings(plain, accelerator=True))
    assert "scale_rewards" not in found
    assert found["paper: scale_rewards"] is State.DIFFERS


@pytest.mark.parametrize(
    ("fields", "what", "state"),
    [
        ({"max_prompt_length": 512}, "max_prompt_length", State.WRONG),
        ({"auto_find_batch_size": True}, "auto_find_batch_size", State.WRONG),
        ({"lora_target_modules": ["q_proj", "lm_head"]}, "lora_target_modules", State.WRONG),
        ({"use_transformers_continuous_batching": True}, "continuous batching", State.SLOW),
    ],
)
def test_what_trl_refuses_or_crawls_with(
    fields: dict[str, object], what: str, state: State
) -> None:
    assert states(trl_findings({"reward_funcs": ["a.b"]} | fields, accelerator=True))[what] is state


def test_bf16_is_trls_default_on_a_cpu_too() -> None:
    found = states(trl_findings({"reward_funcs": ["a.b"]}, accelerator=False))
    assert found["bf16"] is State.SLOW
    assert "bf16" not in states(
        trl_findings({"reward_funcs": ["a.b"]} | CPU_SAFE, accelerator=False)
    )


def test_trls_reward_trainer_drops_long_pairs_at_its_default() -> None:
    fields = {"model_name_or_path": "m"}
    assert states(trl_findings(fields, accelerator=True))["max_length"] is State.WRONG
    fields["max_length"] = 4096
    assert states(trl_findings(fields, accelerator=True)) == {"max_length": State.FINE}
    fields["use_peft"] = True
    assert states(trl_findings(fields, accelerator=True))["score head"] is State.WRONG


def test_gdpo_fails_in_verls_default_trainer_alone() -> None:
    fields = {"algorithm": {"adv_estimator": "gdpo"}, "trainer": {}}
    assert states(verl_findings(fields))["verl + GDPO"] is State.WRONG
    fields["trainer"] = {"use_v1": False}
    assert "verl + GDPO" not in states(verl_findings(fields))
    assert states(verl_findings(fields))["verl trainer"] is State.DIFFERS


@pytest.mark.parametrize("pool", [False, True])
@pytest.mark.parametrize("new", [False, True])
def test_a_reward_model_of_verls_own_is_wrong_wherever_it_runs(pool: bool, new: bool) -> None:
    model: dict[str, object] = {"enable": True, "enable_resource_pool": pool}
    fields = {"reward": {"reward_model": model}, "trainer": {"use_v1": new}}
    finding = next(f for f in verl_findings(fields) if f.what == "verl reward model")
    assert finding.state is State.WRONG
    assert finding.found.startswith("reward.reward_model.enable=true: verl would train on its own")
    assert finding.repair == (
        "reward.reward_model.enable=false, `social-r1 serve --content FOLDER`, and "
        "social_r1.content=http://HOST:PORT"
    )
    model["enable"] = False
    assert "verl reward model" not in states(verl_findings(fields))


@pytest.mark.parametrize("metric", [*SHAPED, None])
def test_groups_are_filtered_by_outcome_not_by_shaped_reward(metric: str | None) -> None:
    chosen = {"enable": True} | ({} if metric is None else {"metric": metric})
    found = verl_findings({"algorithm": {"filter_groups": chosen}})
    finding = next(f for f in found if f.what == "verl group filter")
    assert finding.state is State.DIFFERS
    assert finding.found.startswith(f"metric {metric or 'reward'} ")
    assert finding.repair == "algorithm.filter_groups.metric: acc"
    for other in ({"enable": True, "metric": "acc"}, {"enable": False, "metric": metric}):
        assert "verl group filter" not in states(
            verl_findings({"algorithm": {"filter_groups": other}})
        )


def test_old_keys_of_verl_are_named() -> None:
    fields = {"custom_reward_function": {"path": "x.py"}, "trainer": {}}
    finding = next(f for f in verl_findings(fields) if f.what == "verl keys")
    assert finding.repair == "reward.custom_reward_function"
