"""Who scores content, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.hardbench import OracleContent
from social_r1.preference.content import content_folder, content_scorer, shipped_reward_model


def test_content_scorers_by_name() -> None:
    assert content_scorer("none") is None
    assert isinstance(content_scorer("oracle"), OracleContent)
    shipped = content_scorer("shipped")
    assert getattr(shipped, "folder", None) == shipped_reward_model()
    assert shipped is not None
    assert shipped([], []) == []


def test_a_folder_that_is_none_or_holds_no_reward_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no reward model"):
        content_scorer(str(tmp_path))
    with pytest.raises(InputError, match="'oracle', 'none', 'shipped'"):
        content_scorer(str(tmp_path / "nowhere"))


def test_a_run_depends_on_the_contents_of_a_folder_only() -> None:
    assert content_folder("oracle") is None
    assert content_folder("none") is None
    assert content_folder("shipped") == shipped_reward_model()
    assert content_folder("outputs/rm") == Path("outputs/rm")
