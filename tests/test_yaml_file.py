"""Settings in YAML files: one mapping, in which no key stands twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.yaml_file import read_yaml


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_is_read_with_its_anchors(tmp_path: Path) -> None:
    path = written(tmp_path, "a: &one {lr: 1.0e-5}\nb:\n  <<: *one\n  steps: 3\n")
    assert read_yaml(path) == {"a": {"lr": 1e-5}, "b": {"lr": 1e-5, "steps": 3}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "key 'a' stands on line 1 and on line 3; repair: keep one"),
        ("b:\n  c: 2\n  c: 2\n", "key 'c' stands on line 2 and on line 3"),
        ("- a\n", "holds no mapping"),
        ("", "holds no mapping"),
        ("a: [1\n", "is not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_yaml(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml cannot be read"):
        read_yaml(tmp_path / "none.yaml")
