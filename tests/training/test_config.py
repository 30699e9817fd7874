"""One YAML file and a few words make a frozen config, or an error that says how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from social_r1.errors import ConfigError
from social_r1.training.config import PROFILES, build_config, load_config

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run.yaml"
    path.write_text("profile: nano\nitems: items.jsonl\nout: run\nlr: 1.0e-3\n")
    return path


def test_words_beat_the_file_and_the_file_beats_the_profile(file: Path) -> None:
    config = load_config(file, ["steps=7", "temperature=0.9"])
    assert (config.steps, config.lr, config.group_size) == (7, 1e-3, 8)
    assert config.temperature == 0.9


def test_numbers_that_yaml_reads_as_text_are_numbers_here(file: Path) -> None:
    assert load_config(file, ["lr=2e-4"]).lr == 2e-4


def test_the_two_profiles_of_the_paper_keep_their_figures() -> None:
    readme, scripts = (
        build_config({"profile": name, "items": "i", "out": "o"}) for name in ("readme", "scripts")
    )
    assert (readme.lr, readme.beta, readme.steps, readme.group_size) == (5e-7, 0.04, 600, 5)
    assert (scripts.lr, scripts.beta, scripts.steps, scripts.group_size) == (1e-6, 0.001, 300, 5)
    assert readme.prompts_per_step * readme.group_size == 320
    assert readme.updates_per_batch == 4  # mini-batches of 16 of the 64 prompts


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "configs").glob("*.yaml")))
def test_every_shipped_config_loads(name: str) -> None:
    if "profile:" not in (ROOT / "configs" / name).read_text() or name.startswith("redteam"):
        pytest.skip("a config of another job")
    assert load_config(ROOT / "configs" / name).micro_batches >= 1


def test_an_unknown_key_is_named_with_its_file_and_its_neighbour(file: Path) -> None:
    file.write_text(file.read_text() + "grup_size: 4\n")
    with pytest.raises(ConfigError, match=rf"{file}: unknown key 'grup_size'.*'group_size'"):
        load_config(file)
    with pytest.raises(ConfigError, match=r"key=value words: unknown key 'stepz'.*'steps'"):
        load_config(ROOT / "configs" / "nano.yaml", ["stepz=4"])


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("steps", "key=value"),
        ("steps=0", "steps: .*greater than or equal to 1"),
        ("engine=ray", "engine: .*'trl' or 'verl'"),
        ("keep_best=true", "nothing to choose by; repair: give eval_items"),
        ("stop_on_alarm=-1", "stop_on_alarm: .*greater than or equal to 0"),
        ("zero_signal=filter", "zero_signal: .*'keep', 'drop' or 'resample'"),
        ("profile=papers", "one of readme, scripts, nano"),
        ("group_size=7", "224 is not divisible by micro_batch_size 64"),
        ("lr=fast", "lr: .*valid number"),
    ],
)
def test_bad_words_are_refused_with_a_repair(file: Path, word: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(file, [word])


def test_a_checkpoint_inside_a_generated_batch_is_refused() -> None:
    fields = {"profile": "readme", "items": "i", "out": "o", "save_every": 6}
    with pytest.raises(ConfigError, match="multiple of updates_per_batch"):
        build_config(fields)


def test_a_config_is_frozen_and_its_identity_ignores_what_does_not_matter(file: Path) -> None:
    config = load_config(file)
    with pytest.raises(ValidationError):
        config.steps = 3  # type: ignore[misc]
    assert config.identity() == load_config(file, ["log_every=5", "out=elsewhere"]).identity()
    assert config.identity() != load_config(file, ["seed=1"]).identity()


def test_runs_from_before_an_option_can_still_be_resumed(file: Path) -> None:
    plain = load_config(file).identity()
    later = {"zero_signal", "aggregation", "data_curriculum", "thinking", "prefilled_think"}
    assert not later & plain.keys()
    assert load_config(file, ["zero_signal=drop"]).identity()["zero_signal"] == "drop"
    same = ["vllm={mode: colocate}", "stop_on_alarm=3", "verl={nodes: 2}"]
    assert load_config(file, same).identity() == plain


def test_on_and_off_may_be_written_bare_though_yaml_reads_them_as_true_and_false(
    file: Path,
) -> None:
    words = ["thinking=off", "gradient_checkpointing=on", "data_curriculum=off", "vllm={mode: off}"]
    config = load_config(file, words)
    assert (config.thinking, config.gradient_checkpointing) == ("off", "on")
    assert (config.data_curriculum, config.vllm.mode) == ("off", "off")


def test_options_that_contradict_each_other_are_refused(file: Path) -> None:
    with pytest.raises(ConfigError, match="needs the watch; repair"):
        load_config(file, ["stop_on_alarm=2", "goodhart={enabled: false}"])
    with pytest.raises(ConfigError, match="repair: only one"):
        load_config(file, ["thinking=off", "prefilled_think=add"])


def test_the_bounds_of_the_watch_are_set_by_a_word_and_may_change_when_a_run_goes_on(
    file: Path,
) -> None:
    plain, other = load_config(file), load_config(file, ["goodhart={window: 4, rank: 0.1}"])
    assert (plain.goodhart.window, plain.goodhart.rise, plain.goodhart.share) == (8, 0.3, 0.25)
    assert (other.goodhart.window, other.goodhart.rank, other.goodhart.rise) == (4, 0.1, 0.3)
    assert plain.identity() == other.identity()
    with pytest.raises(ConfigError, match=r"goodhart\.windows"):
        load_config(file, ["goodhart={windows: 4}"])


def test_every_profile_names_only_fields() -> None:
    for fields in PROFILES.values():
        build_config({"items": "i", "out": "o", **fields})


@pytest.mark.parametrize("key", ["lr", "temperature", "stage_credit", "max_grad_norm"])
def test_a_number_without_end_is_refused_before_the_run(key: str) -> None:
    given = {"profile": "nano", "model": "nano", "items": "x.jsonl", "out": "y", key: float("inf")}
    with pytest.raises(ConfigError, match=f"{key}: Input should be a finite number"):
        build_config(given)


def test_a_dot_reaches_into_a_section(file: Path) -> None:
    file.write_text(file.read_text() + "verl: {nodes: 2}\n")
    config = load_config(file, ["verl.gpus_per_node=4", "vllm.mode=colocate", "vllm.memory=0.4"])
    assert config.verl == {"nodes": 2, "gpus_per_node": 4}
    assert (config.vllm.mode, config.vllm.memory) == ("colocate", 0.4)
    assert load_config(file, ["goodhart.enabled=false"]).goodhart.enabled is False


@pytest.mark.parametrize(
    ("word", "repair"),
    [
        ("reward.beta=3", "repair: reward=FILE with constants of your own"),
        ("lr.x=3", "repair: lr=VALUE"),
        ("verl.a.b=3", "one level of them"),
    ],
)
def test_a_dot_elsewhere_is_refused(word: str, repair: str, file: Path) -> None:
    with pytest.raises(ConfigError, match=rf"{word}': only goodhart, vllm, verl have.*{repair}"):
        load_config(file, [word])


def test_a_key_that_stands_twice_is_refused_with_both_lines(file: Path) -> None:
    file.write_text(file.read_text() + "verl:\n  nodes: 1\n  nodes: 2\n")
    with pytest.raises(ConfigError, match=r"key 'nodes' stands on line 6 and on line 7; repair"):
        load_config(file)
    file.write_text("lr: 1\nprofile: nano\nlr: 2\n")
    with pytest.raises(ConfigError, match=r"key 'lr' stands on line 1 and on line 3; repair"):
        load_config(file)


def test_another_programs_config_is_called_that(file: Path) -> None:
    file.write_text("learning_rate: 1\nbf16: true\nmodel_name_or_path: x\noutput_dir: y\n")
    with pytest.raises(ConfigError, match=r"4 of 4 keys are not known \(learning_rate, bf16, mod"):
        load_config(file)
