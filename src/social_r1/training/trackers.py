"""Trackers that `report_to` may name, and whether they are installed; nothing is imported."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from social_r1.errors import ConfigError

MODULES = {
    "azure_ml": ("azureml",), "clearml": ("clearml",), "codecarbon": ("codecarbon",),
    "comet_ml": ("comet_ml",), "dagshub": ("dagshub",), "dvclive": ("dvclive",),
    "flyte": ("flytekit",), "mlflow": ("mlflow",), "neptune": ("neptune",),
    "swanlab": ("swanlab",), "tensorboard": ("tensorboard", "tensorboardX"),
    "trackio": ("trackio",), "wandb": ("wandb",),
}  # fmt: skip
"""Names that transformers knows, with the modules of which one has to be there."""

IN_VERL = ("clearml", "mlflow", "swanlab", "tensorboard", "trackio", "wandb")
"""Those that verl 0.9 knows too."""


def check_trackers(names: Iterable[str], engine: str = "trl") -> None:
    """See that every tracker is known to the engine and installed.

    Raises:
        ConfigError: one is not.
    """
    known = IN_VERL if engine == "verl" else tuple(MODULES)
    for name in names:
        if name not in known:
            raise ConfigError(
                f"report_to names {name!r}, which engine {engine} does not know; repair: one of "
                f"{', '.join(known)}"
            )
        if not any(find_spec(module) for module in MODULES[name]):
            raise ConfigError(
                f"report_to names {name}, which is not installed; repair: "
                f"pip install {MODULES[name][0]}, or leave it out"
            )
