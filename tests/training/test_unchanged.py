"""Options that are off change nothing: three steps of profile nano, as of old.

`golden/three_steps_of_nano.json` was written by the code from before there were any options.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file

from social_r1.training import SocialReward, TrainConfig, train
from social_r1.training.rollouts import read_rollouts

GOLDEN = Path(__file__).parents[1] / "golden" / "three_steps_of_nano.json"

pytestmark = pytest.mark.smoke


def figures(out: Path, policy: Path) -> dict:
    """What a run has said and learned."""
    before, after = (load_file(f / "model.safetensors") for f in (policy, out / "model"))
    texts = [row["completion"] for row in read_rollouts(out / "rollouts")]
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    return {
        "texts": hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        "moved": {k: (after[k] - before[k]).square().sum().item() for k in sorted(after)},
        "steps": [[row[k] for k in ("reward", "loss", "grad_norm", "entropy")] for row in rows],
    }


def test_three_steps_of_nano_are_those_of_old(
    make_config: Callable[..., TrainConfig], word_reward: SocialReward, policy: Path, tmp_path: Path
) -> None:
    train(make_config(tmp_path, steps=3), reward=word_reward)
    found, wanted = figures(tmp_path, policy), json.loads(GOLDEN.read_text())
    assert found["texts"] == wanted["texts"]
    assert found["moved"] == pytest.approx(wanted["moved"], rel=1e-3)
    for step, old in zip(found["steps"], wanted["steps"], strict=True):
        assert step == pytest.approx(old, rel=1e-3, abs=1e-7)
