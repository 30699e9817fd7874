"""verl 0.9 on Ray (paper section 4): our reward, data and settings, and no file of verl changed.

    items.jsonl --rows--> train.parquet ┐
    TrainConfig --settings--> run.yaml  ┴--launch--> python -m verl.trainer.main_ppo
    one completion --manager, scoring--> reward_extra_info, parts/*.jsonl --curves--> metrics.jsonl

verl loads this module in every one of its processes, through the entry point ``verl.plugins``. All
it does there is to wait for verl's own reward managers: when they are imported, ours is put beside
them under the name ``social_r1``. To import them at once would draw verl's inference engines into
processes that have no GPU yet. Without verl the wait never ends, and costs nothing. Our own config
names the class by its path and does not depend on the plugin.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NAME = "social_r1"
"""Name of the reward manager in verl's registry: ``reward.reward_manager.name=social_r1``."""

MANAGERS = "verl.experimental.reward_loop.reward_manager"
"""verl's package of reward managers."""


class WhenImported(MetaPathFinder):
    """Registers our manager once `MANAGERS` has been imported, and steps aside."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """The module's own spec, with our registration behind its execution."""
        if fullname != MANAGERS:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        loader, run = spec.loader, spec.loader.exec_module

        def run_and_register(module: ModuleType) -> None:
            run(module)
            register()

        loader.exec_module = run_and_register
        return spec


def register() -> None:
    """Load our manager, which puts itself into verl's registry."""
    importlib.import_module("social_r1.integrations.verl.manager")


if MANAGERS in sys.modules:
    register()
elif not any(isinstance(finder, WhenImported) for finder in sys.meta_path):
    sys.meta_path.insert(0, WhenImported())
