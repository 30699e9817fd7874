"""Scenes that every test of the red team shares, a few of each register."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from social_r1.redteam import RedteamConfig, Report, Scene, load_config, redteam
from social_r1.redteam.cheats import CHEATS
from social_r1.redteam.scenes import gather

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["items.plain=4", "items.rich=4"]


@pytest.fixture(scope="session")
def scenes() -> list[Scene]:
    return gather(load_config(None, SMALL))


@pytest.fixture(scope="session")
def shipped(scenes: list[Scene]):
    """The report of a shipped config on the small set, made once."""

    @cache
    def run(name: str) -> Report:
        return redteam(shipped_config(name), scenes=[*scenes[:2], *scenes[4:7]])

    return run


def shipped_config(name: str) -> RedteamConfig:
    return load_config(ROOT / f"configs/{name}.yaml", SMALL, cheats=list(CHEATS))
