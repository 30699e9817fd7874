"""Trackers are known by the names that the engines give them, and looked for before a run."""

from __future__ import annotations

import pytest

from social_r1.errors import ConfigError
from social_r1.training.trackers import IN_VERL, MODULES, check_trackers


def test_the_names_are_those_of_transformers() -> None:
    from transformers.integrations.integration_utils import INTEGRATION_TO_CALLBACK

    # kubeflow is no library but a variable of the cluster, and switches itself on.
    assert set(MODULES) == set(INTEGRATION_TO_CALLBACK) - {"kubeflow"}
    assert set(IN_VERL) < set(MODULES)


def test_one_of_several_modules_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"tensorboardX"}
    monkeypatch.setattr(
        "social_r1.training.trackers.find_spec", lambda name: name if name in here else None
    )
    check_trackers(["tensorboard"])
    check_trackers([])
    with pytest.raises(ConfigError, match="names wandb, which is not installed; repair: pip"):
        check_trackers(["tensorboard", "wandb"])


def test_each_engine_knows_its_own() -> None:
    with pytest.raises(ConfigError, match="'codecarbon', which engine verl does not know"):
        check_trackers(["codecarbon"], "verl")
