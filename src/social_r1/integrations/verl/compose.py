"""The composed config of a run, checked by verl's own checks, before anything starts on a GPU.

Imports Hydra and verl when a function is called.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from social_r1.errors import ConfigError, MissingExtraError
from social_r1.integrations.verl.launch import SEARCH
from social_r1.integrations.verl.scoring import read_section

SECTIONS = ("algorithm", "actor_rollout_ref.rollout")
"""Sections that become verl's own records, which know their keys and types, beside the actor's. Of
the others 0.9.1 makes none (those of reward and ref cannot be made at all)."""


def compose(folder: Path, name: str = "run", overrides: Sequence[str] = ()) -> Any:
    """The config that verl's command makes of ours, with its old keys moved.

    Args:
        folder: as for ``--config-dir``.
        name: as for ``--config-name``.
        overrides: words of Hydra, ``key=value``.

    Raises:
        MissingExtraError: verl is not installed.
        ConfigError: it does not compose.
    """
    try:
        hydra: Any = import_module("hydra")
        verl: Any = import_module("verl")
    except ModuleNotFoundError as error:
        raise MissingExtraError("verl", "verl") from error
    home = Path(str(verl.__file__)).parent / "trainer" / "config"
    words = [f"hydra.searchpath=[{SEARCH},file://{home}]", *overrides]
    broken: Any = import_module("hydra.errors").HydraException
    try:
        with hydra.initialize_config_dir(config_dir=str(folder.absolute()), version_base=None):
            return hydra.compose(config_name=name, overrides=words)
    except broken as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(f"{folder / name}.yaml does not compose: {reason}") from error


def validate(config: Any) -> None:
    """Hold a composed config against verl's checks and ours.

    Raises:
        ConfigError: says what verl said.
    """
    plain: Any = import_module("omegaconf").OmegaConf.to_container(config, resolve=True)
    read_section(plain.get("social_r1"))
    needs: Any = import_module("verl.trainer.ppo.utils")
    checks: Any = import_module("verl.utils.config")
    broken: Any = import_module("hydra.errors").HydraException
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            checks.validate_config(
                config=config,
                use_reference_policy=needs.need_reference_policy(config),
                use_critic=needs.need_critic(config),
            )
        for section in SECTIONS:
            checks.omega_conf_to_dataclass(_at(config, section))
    except (AssertionError, ValueError, broken) as error:
        raise ConfigError(f"verl refuses the config: {' '.join(str(error).split())}") from error


def _at(config: Any, path: str) -> Any:
    for name in path.split("."):
        config = config[name]
    return config
