"""Named rewards are data, and a wrong config says how to mend it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.rewards import RewardConfig, profile_names, reward_config


def test_the_profiles_are_all_there() -> None:
    assert profile_names() == [
        "full", "nano", "no_content", "no_length", "no_structure", "outcome_only", "paper",
        "recommended",
    ]  # fmt: skip


def test_the_defaults_are_the_paper() -> None:
    assert reward_config("paper") == RewardConfig()


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_knows_its_name_and_can_cross_a_process(name: str) -> None:
    config = reward_config(name)
    assert config.name == name
    assert pickle.loads(pickle.dumps(config)) == config


def test_full_is_paper_under_another_name() -> None:
    assert reward_config("full").model_copy(update={"name": "paper"}) == reward_config("paper")


@pytest.mark.parametrize(
    ("name", "part"), [("no_content", "content"), ("no_structure", "structure"),
                       ("no_length", "efficiency")]
)  # fmt: skip
def test_an_ablation_is_one_switch(name: str, part: str) -> None:
    paper = reward_config("paper").model_dump()
    ablated = reward_config(name).model_dump()
    assert ablated[part]["enabled"] is False
    differing = {key for key in paper if paper[key] != ablated[key]}
    assert differing == {"name", part}


def test_recommended_differs_from_paper_in_two_doors_only() -> None:
    paper, ours = reward_config("paper").model_dump(), reward_config("recommended").model_dump()
    assert {key for key in paper if paper[key] != ours[key]} == {"name", "format", "structure"}
    assert ours["format"]["need_option"] is True
    assert ours["structure"]["incomplete_cap"] == 0.3


def test_nano_is_recommended_with_another_window() -> None:
    ours, nano = reward_config("recommended").model_dump(), reward_config("nano").model_dump()
    assert {key for key in ours if ours[key] != nano[key]} == {"name", "efficiency"}
    assert nano["efficiency"] == {
        **ours["efficiency"], "low": 150, "low_width": 25, "high": 2300, "high_width": 50,
        "free_share": 0.55,
    }  # fmt: skip


def test_a_file_extends_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: no_length\ncontent: {weight: {start: 0, end: 2}}\n")
    config = reward_config(path)
    assert config.name == "mine"
    assert config.efficiency.enabled is False
    assert config.content.weight.end == 2
    assert config.content.exponent == 1.2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("extends: paper\nstrctur: {}\n", "strctur"),
        ("gate: {kind: moon}\n", "gate.kind"),
        ("gate: {right: 0.1, wrong: 0.5}\n", "gate.wrong 0.5"),
        ("floor: 2\n", "floor"),
        ("content: {weight: {start: -1, end: 1}}\n", "content.weight.start"),
        ("efficiency: {low_width: 0}\n", "efficiency.low_width"),
        ("- a\n", "no mapping"),
        ("a: [\n", "not YAML"),
        ("extends: nowhere\n", "nowhere"),
    ],
)
def test_a_bad_file_names_its_fault(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words):
        reward_config(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "efficiency: {low: 3000, high: 400}",
            r"efficiency\.low 3000 is not below efficiency\.high 400, .*; repair: low < high$",
        ),
        ("efficiency: {low: 400, high: 400}", r"low 400 is not below efficiency\.high 400"),
        ("gate: {right: 0.1, wrong: 0.5}", r"gate\.wrong 0\.5 exceeds gate\.right 0\.1; .*them$"),
        ("content: {shift: -3}", r"content\.shift -3 with content\.clip 3 makes C = 0 .*"),
        # The greatest C is (3 + 2) ** 1.2 = 6.8986.
        ("structure: {needs_content: 7}", r"needs_content 7 exceeds 6\.899, the greatest C"),
        (
            "outcome_weight: 0\nstructure: {enabled: false}\ncontent: {enabled: false}",
            r"no completion can earn more than 0 by its weights, and floor gives 0\.01",
        ),
        ("outcome_weight: 0\ngate: {right: 0, wrong: 0}", "can earn more than 0 by its weights"),
        ("extends: outcome_only\nformat: {bonus: 0}\nfloor: 1", "more than 1 .*floor gives 1 "),
        ("structure: {needs_content: -1}", r"structure\.needs_content: .*greater than or equal"),
        ("structure: {incomplete_cap: 1.5}", r"structure\.incomplete_cap: .*got 1\.5"),
        ("curriculum_fraction: 1.5", r"curriculum_fraction: .*got 1\.5"),
    ],
)
def test_settings_that_contradict_each_other_are_refused_with_both_values(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(text + "\n")
    with pytest.raises(ConfigError, match=words) as refused:
        reward_config(path)
    assert str(refused.value).count("repair:") == 1
    assert "Value error" not in str(refused.value)


def test_a_part_that_is_off_may_have_odd_settings(tmp_path: Path) -> None:
    path = tmp_path / "off.yaml"
    path.write_text("content: {enabled: false, shift: -3}\nstructure: {needs_content: 9}\n")
    assert reward_config(path).bounds().high == 3.0  # 1 for the outcome, 2 for structure


def test_a_file_that_extends_itself_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    path.write_text(f"extends: {path}\n")
    with pytest.raises(ConfigError, match="extends itself"):
        reward_config(path)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="outcome_only, paper, recommended"):
        reward_config("papper")


def test_an_unknown_key_is_told_the_nearest_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: paper\nformat: {need_options: true}\n")
    with pytest.raises(ConfigError, match=r"did you mean 'format\.need_option'\?"):
        reward_config(path)
