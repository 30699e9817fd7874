"""What several commands take: the folder of the public benchmarks, arguments of a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from social_r1.errors import InputError

DATA_VARIABLE = "SOCIAL_R1_DATA"
DATA_NEARBY = Path("../shared/benchmarks")
"""The folder of a developer's checkout."""

Data = Annotated[
    Path | None, typer.Option(help="Folder of the public benchmarks.", envvar=DATA_VARIABLE)
]


def data_folder(given: Path | None) -> Path | None:
    """The folder given, else the one of a developer's checkout, if there is one."""
    return given or (DATA_NEARBY if DATA_NEARBY.is_dir() else None)


def key_values(pairs: Sequence[str] | None, option: str) -> dict[str, Any]:
    """KEY=VALUE pairs; a value is JSON where it can be, else text.

    Raises:
        InputError: a pair without an equals sign.

    >>> key_values(["device=cpu", "batch=4"], "--model-arg")
    {'device': 'cpu', 'batch': 4}
    """
    found: dict[str, Any] = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"{option} {pair}; repair: KEY=VALUE")
        try:
            found[key] = json.loads(value)
        except json.JSONDecodeError:
            found[key] = value
    return found


def keep_inputs(out: Path | None, *inputs: Path | None) -> None:
    """See that what is written replaces nothing that is read.

    Raises:
        InputError: ``out`` is one of the inputs, by whatever name.
    """
    for given in inputs:
        if out and given and out.exists() and given.exists() and out.samefile(given):
            raise InputError(f"--out {out} is the input itself; repair: another file")
