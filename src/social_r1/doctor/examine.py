"""`examine`: everything the doctor looks at, in the order in which it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from social_r1.doctor.machine import machine_findings
from social_r1.doctor.model import model_findings
from social_r1.doctor.packages import broken_requirements, package_findings
from social_r1.doctor.plugins import pushed_traces, token_counting, verl_plugin
from social_r1.doctor.recipe import config_findings
from social_r1.doctor.types import Finding

PACKAGES = ("trl", "inspect-ai", "lm-eval", "lighteval", "verl", "verifiers")
"""Whose own requirements are held against what is installed."""


def examine(
    data: Path | None = None,
    *,
    config: Path | None = None,
    overrides: Sequence[str] = (),
    model: Path | None = None,
    deep: bool = False,
) -> list[Finding]:
    """Look at this installation, and at what else is named.

    Args:
        data: Folder of the public benchmarks.
        config: YAML file of a training, ours or an engine's own.
        overrides: ``key=value`` words on top of it.
        model: Folder of a model.
        deep: Import what fails in silence, even where that takes seconds.

    Raises:
        ConfigError: the config is no YAML file.
    """
    python, *machine = machine_findings(data)
    found = [python, *package_findings()]
    named = {finding.what for finding in found}
    for package in PACKAGES:  # a clash that was found already has the better repair
        found += [f for f in broken_requirements(package) if f.what not in named]
    found.append(verl_plugin(deep=deep))
    found += [row for row in (token_counting(), pushed_traces()) if row is not None]
    found += machine
    if config is not None:
        rows = config_findings(config, overrides=overrides)
        found += [row for row in rows if row not in found]
    if model is not None:
        found += model_findings(model)
    return found
