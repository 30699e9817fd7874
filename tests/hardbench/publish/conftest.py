"""A small release, built once, and copies of it to break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from social_r1.hardbench.publish import ReleaseConfig, write_release

SMALL = ReleaseConfig(name="core-800", seed=3, scale=0.02)


@pytest.fixture(scope="session")
def small() -> ReleaseConfig:
    """Four test items and whole blocks to train on, 16 items."""
    return SMALL


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release as written; not to be changed."""
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("release") / "core"
    write_release(SMALL, folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(whole, tmp_path / "copy"))
