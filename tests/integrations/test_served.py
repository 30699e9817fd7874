"""Content scores from the real service, through the row scorer of a reward worker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from social_r1.hardbench import OracleContent
from social_r1.integrations.served import TOKEN_ENV, is_address
from social_r1.integrations.verl.scoring import RewardSection, RowScorer
from social_r1.rewards import CompositeReward, reward_config

pytest.importorskip("httpx", reason="the client of the service needs httpx (extra serve)")

TOKEN = "a-token-of-the-tests-0123456789"
PROGRAM = """
import sys
from social_r1.serving.config import ServeConfig, WorkerConfig
from social_r1.serving.run import serve
config = ServeConfig(
    worker=WorkerConfig(content="oracle"), token=sys.argv[1], port=0, workers=1
)
serve(config, started=lambda url: print(url, flush=True))
"""


@pytest.fixture
def service() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, TOKEN],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("SOCIAL_R1_")},
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert url, process.communicate()[1]
    yield url
    process.kill()
    process.communicate()


def test_a_served_content_model_gives_the_librarys_totals(
    service: str, attempts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_ENV, TOKEN)
    config = reward_config("recommended")
    scorer = RowScorer(RewardSection(reward=config, content=service, total_steps=150))
    reward = CompositeReward(config, content=OracleContent())
    asked = 0
    for item, text in attempts[:60]:
        scored = scorer(item.model_dump_json(), text, 26)
        (parts,) = reward.score([item], [text], progress=25 / 150)
        assert scored.parts.total == pytest.approx(parts.total, abs=1e-9)
        assert scored.parts.content_score == pytest.approx(parts.content_score, abs=1e-9)
        asked += parts.content_score is not None
    assert asked


def test_names_and_addresses_are_told_apart() -> None:
    assert is_address("http://10.0.0.1:8765")
    assert not any(map(is_address, ("oracle", "none", "shipped", "models/httpd")))
