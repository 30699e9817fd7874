"""Our own configs: departures from the profile, missing files, pairs that are too long."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.doctor import Finding, State
from social_r1.doctor.recipe import config_findings, pair_lengths
from social_r1.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "run.yaml"
    path.write_text(text)
    return path


def look(path: Path, **versions: str) -> dict[str, Finding]:
    found = config_findings(path, lambda name: versions.get(name), accelerator=True)
    return {f.what: f for f in found}


def test_a_config_that_follows_its_profile_has_nothing_to_tell(tmp_path: Path) -> None:
    (tmp_path / "i.jsonl").write_text("{}\n")
    text = f"profile: readme\nitems: {tmp_path}/i.jsonl\nout: o\nreward: outcome_only\n"
    found = look(write(tmp_path, text))
    assert {f.state for f in found.values()} == {State.FINE}


def test_departures_from_the_paper_are_told_one_by_one(tmp_path: Path) -> None:
    text = "profile: readme\nitems: i\nout: o\nloss_type: dapo\nbeta: 0\nstage_credit: 0.5\n"
    found = look(write(tmp_path, text))
    assert found["profile: loss_type"].found == "dapo, readme has bnpo"
    assert found["profile: beta"].found == "0.0, readme has 0.04"
    assert found["profile: stage_credit"].found == "0.5, readme has 0.0"
    assert found["content"].state is State.DIFFERS
    assert found["items"].state is State.ABSENT
    assert not any(f.state is State.WRONG for f in found.values())


def test_a_config_that_cannot_be_used_is_wrong_and_says_why(tmp_path: Path) -> None:
    found = look(write(tmp_path, "profile: readme\nitems: i\nout: o\nbetta: 0\n"))
    assert found["config"].state is State.WRONG
    assert "did you mean 'beta'?" in found["config"].found
    with pytest.raises(ConfigError, match="cannot be read"):
        look(tmp_path / "none.yaml")


def test_verl_with_gdpo_is_refused_before_it_fails_on_the_cluster(tmp_path: Path) -> None:
    text = "profile: readme\nengine: verl\nitems: i\nout: o\naggregation: normalize_then_sum\n"
    finding = look(write(tmp_path, text))["verl + GDPO"]
    assert finding.state is State.WRONG
    assert "engine=trl" in finding.repair


def test_what_verl_has_no_counterpart_for_is_wrong(tmp_path: Path) -> None:
    text = "profile: readme\nengine: verl\nitems: i\nout: o\nloss_type: cispo\n"
    assert look(write(tmp_path, text))["verl"].state is State.WRONG


def test_vllm_that_is_asked_for_must_be_installed(tmp_path: Path) -> None:
    path = write(tmp_path, "profile: readme\nitems: i\nout: o\nvllm: {mode: colocate}\n")
    assert look(path)["vllm"].state is State.WRONG
    assert "vllm" not in look(path, vllm="0.30")


def test_a_tracker_that_is_not_installed_is_wrong(tmp_path: Path) -> None:
    path = write(tmp_path, "profile: readme\nitems: i\nout: o\nreport_to: [swanlab]\n")
    assert look(path)["tracker"].repair == "pip install swanlab, or leave it out"


def test_engines_own_configs_are_told_apart_by_their_keys(tmp_path: Path) -> None:
    found = look(write(tmp_path, "algorithm: {adv_estimator: gdpo}\ntrainer: {}\n"))
    assert found["verl + GDPO"].state is State.WRONG
    found = look(write(tmp_path, "reward_funcs: [a.score, b.score]\n"))
    assert found["reward names"].state is State.WRONG


def test_pairs_longer_than_a_reward_model_reads_are_counted(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    rows = [{"prompt": "p" * 20, "chosen": "c" * n, "rejected": "r" * 5} for n in (10, 30)]
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows))
    # 3.5 characters a token: 10 tokens hold 35, and the pairs have 30 and 50
    found = pair_lengths(pairs, 10)
    assert found.state is State.WRONG
    assert found.found.startswith("1 of 2 pairs")
    assert found.repair.startswith("max_length of about 15;")
    assert pair_lengths(pairs, 15).state is State.FINE
    text = f"backbone: nano\npairs: {pairs}\nout: o\nmax_length: 10\n"
    assert look(write(tmp_path, text))["pair lengths"].state is State.WRONG
    assert look(write(tmp_path, "backbone: nano\n"))["pairs"].state is State.ABSENT


@pytest.mark.parametrize("name", ["nano", "qwen3_4b", "qwen3_8b_verl", "rm_qwen3_4b_lora"])
def test_no_recipe_of_ours_is_wrong(name: str) -> None:
    found = config_findings(ROOT / "configs" / f"{name}.yaml", accelerator=True)
    assert [f for f in found if f.state is State.WRONG] == []
