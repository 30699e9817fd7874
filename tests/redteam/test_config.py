"""A wrong config says how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.redteam import CHEATS, RedteamConfig, load_config

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ("redteam", "redteam_paper", "redteam_nano")


def test_the_defaults_are_the_shipped_config() -> None:
    given = load_config(ROOT / "configs/redteam.yaml", cheats=list(CHEATS))
    bounds = {"bounds": {"default": 0.3}, "beyond": {"default": 0.1}}
    assert given == RedteamConfig.model_validate(bounds)


@pytest.mark.parametrize("name", CONFIGS)
def test_shipped_configs_speak_of_cheats_that_exist(name: str) -> None:
    assert load_config(ROOT / f"configs/{name}.yaml", cheats=list(CHEATS)).seed == 7


def test_words_change_single_values() -> None:
    config = load_config(ROOT / "configs/redteam.yaml", ["items.plain=8", "bounds.padded=0.1"])
    assert (config.items.plain, config.items.rich) == (8, 40)
    assert config.bounds == {"default": 0.3, "padded": 0.1}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["profil=paper"], r"unknown key 'profil'; repair: did you mean 'profile'\?"),
        (["items.plian=4"], r"items: unknown key 'plian'; repair: did you mean 'plain'\?"),
        (["bounds.answer_frist=1"], r"unknown cheat 'answer_frist'.*did you mean 'answer_first'\?"),
        (["expected.default={guess: 1}"], "expected: unknown cheat 'default'"),
        (["cheats=[paded]"], r"cheats: unknown cheat 'paded'.*did you mean 'padded'\?"),
        (["bounds.padded=-1"], "bounds.padded"),
        (["wording=verse"], "wording"),
        (["seed"], "is no override"),
        (["items.rich=[1"], "not YAML"),
    ],
)
def test_a_wrong_word_is_told_how_to_mend_it(words: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(None, words, cheats=list(CHEATS))


def test_a_value_is_no_section(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("seed: 3\n")
    with pytest.raises(ConfigError, match="seed is a value"):
        load_config(path, ["seed.low=1"])


@pytest.mark.parametrize(("text", "message"), [("- a\n", "no mapping"), ("a: [\n", "not YAML")])
def test_a_file_that_is_no_config(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_config(path)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml cannot be read"):
        load_config("nowhere.yaml")
