"""Red team: what completions earn that look right without being it (METHOD: reward hacking).

    report = redteam(load_config("configs/redteam.yaml"))
    report.broken       # cheats that earn more than they may

Run it: ``social-r1 redteam --config configs/redteam.yaml``.
"""

from __future__ import annotations

from social_r1.redteam.cheats import CHEATS, REFERENCES
from social_r1.redteam.config import RedteamConfig, load_config
from social_r1.redteam.run import redteam
from social_r1.redteam.types import Attempt, Cheat, Report, Row, Scene

__all__ = [
    "CHEATS",
    "REFERENCES",
    "Attempt",
    "Cheat",
    "RedteamConfig",
    "Report",
    "Row",
    "Scene",
    "load_config",
    "redteam",
]
