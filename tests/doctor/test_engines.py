"""TRL's and verl's own configs: each trap of theirs, set up and found."""

from __future__ import annotations

import pytest

from social_r1.doctor import Finding, State
from social_r1.doctor.engines import DEFAULTS, PAPER, trl_findings, verl_findings

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


def test_a_colocated_reward_model_sees_no_gold_answer() -> None:
    model: dict[str, object] = {"enable": True}
    fields = {"reward": {"reward_model": model}}
    what = "verl + colocated reward model"
    assert states(verl_findings(fields))[what] is State.WRONG
    model["enable_resource_pool"] = True
    assert what not in states(verl_findings(fields))


def test_old_keys_of_verl_are_named() -> None:
    fields = {"custom_reward_function": {"path": "x.py"}, "trainer": {}}
    finding = next(f for f in verl_findings(fields) if f.what == "verl keys")
    assert finding.repair == "reward.custom_reward_function"
