"""Our own configs: departures from the profile, missing files, pairs that are too long."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.doctor import Finding, State
from social_r1.doctor.recipe import config_findings, pair_lengths
from social_r1.errors import ConfigError
from social_r1.integrations.verl import machine
from social_r1.items import SocialItem
from social_r1.records import write_jsonl

ROOT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "run.yaml"
    path.write_text(text)
    return path


def items(folder: Path) -> Path:
    """A file with one item."""
    item = SocialItem(
        id="i", source="t", dimension="Belief", group="g", story="Ann hid a key.",
        question="Who hid it?", options=("Ann", "Bo"), answer=0, split="train",
    )  # fmt: skip
    write_jsonl(folder / "items.jsonl", [item])
    return folder / "items.jsonl"


def look(path: Path, **versions: str) -> dict[str, Finding]:
    found = config_findings(path, lambda name: versions.get(name), accelerator=True)
    return {f.what: f for f in found}


def test_a_config_that_follows_its_profile_has_nothing_to_tell(tmp_path: Path) -> None:
    text = f"profile: readme\nitems: {items(tmp_path)}\nout: o\nreward: outcome_only\n"
    found = look(write(tmp_path, text))
    assert {f.state for f in found.values()} == {State.FINE}


def test_departures_from_the_paper_are_told_one_by_one(tmp_path: Path) -> None:
    text = "profile: readme\nitems: i\nout: o\nloss_type: dapo\nbeta: 0\nstage_credit: 0.5\n"
    found = look(write(tmp_path, text))
    assert found["profile: loss_type"].found == "dapo, readme has bnpo"
    assert found["profile: beta"].found == "0.0, readme has 0.04"
    assert found["profile: stage_credit"].found == "0.5, readme has 0.0"
    assert found["content"].state is State.DIFFERS
    assert {f.what for f in found.values() if f.state is State.WRONG} == {"items"}


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


def test_a_tracker_that_is_not_installed_or_not_known_is_wrong(tmp_path: Path) -> None:
    path = write(tmp_path, "profile: readme\nitems: i\nout: o\nreport_to: [swanlab]\n")
    assert look(path)["report_to"].repair == "pip install swanlab, or leave it out"
    path = write(tmp_path, "profile: readme\nitems: i\nout: o\nreport_to: [nonesuch]\n")
    assert look(path)["report_to"].repair.startswith("one of azure_ml, clearml")


@pytest.mark.parametrize(
    ("line", "what", "said"),
    [
        ("items: gone.jsonl", "items", "gone.jsonl is not here"),
        ("eval_items: gone.jsonl", "eval_items", "gone.jsonl does not exist"),
        ("split: nowhere", "items", "no item has split 'nowhere'"),
        ("model: ./gone", "model", "model folder './gone' does not exist"),
        ("reward: gone.yaml", "reward", "gone.yaml"),
        ("content: rm/gone", "content", "content scorer 'rm/gone' is no folder"),
        ("out: run.yaml/out", "out", "run.yaml is a file"),
    ],
)
def test_what_is_named_and_not_there_is_wrong(
    line: str, what: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    items(tmp_path)
    fields = {"profile": "readme", "items": "items.jsonl", "out": "o", "model": "some/model"}
    key, _, value = line.partition(": ")
    text = "".join(f"{k}: {v}\n" for k, v in (fields | {key: value}).items())
    found = look(write(tmp_path, text))
    assert found[what].state is State.WRONG
    assert said in found[what].found
    assert found[what].repair
    assert [f.what for f in found.values() if f.state is State.WRONG] == [what]


def test_words_behind_the_command_change_the_config(tmp_path: Path) -> None:
    path = write(tmp_path, "profile: readme\nitems: gone\nout: o\n")
    words = [f"items={items(tmp_path)}", "lr=1e-6"]
    found = {f.what: f for f in config_findings(path, overrides=words, accelerator=True)}
    assert "items" not in found
    assert found["profile: lr"].found == "1e-06, readme has 5e-07"
    path = write(tmp_path, "backbone: nano\n")
    with pytest.raises(ConfigError, match=r"is no config of `train`"):
        config_findings(path, overrides=["lr=1e-6"])


def test_bf16_weights_that_would_lose_their_updates_are_wrong(tmp_path: Path) -> None:
    path = write(tmp_path, "profile: readme\nitems: i\nout: o\nweights: bf16\n")
    assert look(path)["weights"].repair.startswith("weights=fp32")
    path = write(tmp_path, "backbone: nano\nweights: bf16\nlr: 1.0e-5\n")
    assert look(path)["weights"].state is State.WRONG
    path = write(tmp_path, "profile: readme\nitems: i\nout: o\nweights: bf16\nlora_rank: 8\n")
    assert "weights" not in look(path)


def test_another_number_of_updates_is_followed_with_all_that_hangs_on_it(tmp_path: Path) -> None:
    text = "profile: readme\nitems: i\nout: o\nupdates_per_batch: 1\nmicro_batch_size: 4\n"
    repair = look(write(tmp_path, text))["profile: updates_per_batch"].repair
    # 600 batches; 64 x 5 completions are cut into 4
    assert "updates_per_batch=4 steps=2400" in repair
    assert "a divisor of 80" in repair


def test_engine_verl_is_looked_at_where_verl_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "has_cluster", lambda: False)
    text = "profile: readme\nengine: verl\nitems: i\nout: o\nverl: {gpus_per_node: 2}\n"
    path = write(tmp_path, text)
    assert look(path)["verl"].state is State.ABSENT
    monkeypatch.setattr(machine, "gpus", lambda: [machine.Device("card", 1e9)] * 2)
    monkeypatch.setattr(machine, "cores", lambda: 16)
    without = look(path, verl="0.9.1")["verl"]
    assert (without.state, without.found) == (
        State.WRONG, "it samples with vllm, which is not installed",
    )  # fmt: skip
    assert look(path, verl="0.9.1", vllm="0.20")["verl"].state is State.FINE
    monkeypatch.setattr(machine, "gpus", lambda: [])
    here = look(path, verl="0.9.1", vllm="0.20")["verl"]
    assert here.found == "it wants 2 GPUs, here are 0"
    assert "bf16" not in look(path)  # its repair is TRL's


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
def test_no_recipe_of_ours_is_wrong(name: str, tmp_path: Path) -> None:
    path = ROOT / "configs" / f"{name}.yaml"
    words = [] if name.startswith("rm_") else [f"items={items(tmp_path)}"]
    found = config_findings(path, overrides=words, accelerator=True)
    assert [f for f in found if f.state is State.WRONG] == []
