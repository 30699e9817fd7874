"""Settings are checked before anything is asked, and no secret is repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import ConfigError
from social_r1.judge import JudgeConfig, load_config

HERE = "http://localhost:8000"


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        (HERE, f"{HERE}/v1/chat/completions"),
        (f"{HERE}/v1", f"{HERE}/v1/chat/completions"),
        (f"{HERE}/v1/", f"{HERE}/v1/chat/completions"),
        (f"{HERE}/v1/chat/completions", f"{HERE}/v1/chat/completions"),
        ("https://x.org/openai/v1", "https://x.org/openai/v1/chat/completions"),
    ],
)
def test_an_endpoint_may_be_given_as_people_give_it(endpoint: str, url: str) -> None:
    assert JudgeConfig(endpoint=endpoint, model="m").url == url


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"endpoint": "localhost:8000"}, "'localhost:8000' is no http address"),
        ({"endpoint": "ftp://x/v1"}, "is no http address"),
        ({"endpoint": "http:///v1"}, "is no http address"),
        ({"endpoint": "http://[::1/v1"}, "is no address"),
        ({"endpoint": "http://me:s3cret@x/v1"}, "keys belong into the environment"),
        ({"endpoint": "http://x/v1?key=s3cret"}, "keys belong into the environment"),
        ({"api_key": "s3cret"}, "unknown key 'api_key'; repair: did you mean 'api_key_env'?"),
        ({"budget_cost": 1}, "means nothing without prices; repair: give price_in"),
        ({"concurrency": 0}, "concurrency"),
        ({"timeout": 0}, "timeout"),
        ({"model": ""}, "model"),
        ({"temperature": 3}, "temperature"),
        ({"content_std": 0}, "content_std"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(None, {"endpoint": HERE, "model": "m"} | fields)
    assert words in str(caught.value)
    assert "repair:" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_file_gives_fields_and_overrides_win(tmp_path: Path) -> None:
    path = tmp_path / "judge.yaml"
    path.write_text(f"endpoint: {HERE}/v1\nmodel: m\nprice_in: 0.4\nbudget_cost: 5\n")
    config = load_config(path, {"model": "n"})
    assert (config.model, config.budget_cost) == ("n", 5.0)
    assert config.cost(500_000, 1_000_000) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "cannot be read"), ("a: [", "is not YAML"), ("- a", "holds no mapping")],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "judge.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        load_config(path, {})
    assert str(path) in str(caught.value)


def test_an_endpoint_and_a_model_must_be_named() -> None:
    with pytest.raises(ConfigError, match="endpoint: Field required; model: Field required"):
        load_config(None, {})
