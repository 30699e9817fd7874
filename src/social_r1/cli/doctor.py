"""`social-r1 doctor`: what this installation has, what is wrong with it, and how to mend it.

Looks at names and versions only; no heavy library is imported, so the answer comes at once.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from packaging.requirements import Requirement

from social_r1.cli.console import print_json, print_table

EXTRAS = ("train", "eval", "report", "audit")
CHECKPOINT = Path(__file__).resolve().parents[1] / "nano" / "checkpoint"


class State(StrEnum):
    """How one finding stands; only ``WRONG`` makes the command fail."""

    FINE = "fine"
    ABSENT = "absent"
    SLOW = "slow"
    WRONG = "wrong"


class Finding(NamedTuple):
    """One thing looked at."""

    what: str
    state: State
    found: str
    repair: str = ""


def doctor(
    data: Annotated[
        Path | None,
        typer.Option(envvar="SOCIAL_R1_DATA", help="Folder of the public benchmarks, if any."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check versions, threads, the shipped checkpoint and the data folder.

    Exit status 1 when something is wrong; what is merely absent does not count as wrong.

    Example: social-r1 doctor --data path/to/benchmarks
    """
    findings = examine(data)
    if as_json:
        print_json({"findings": findings})
    else:
        print_table("social-r1 doctor", Finding._fields, findings)
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(1)


def examine(data: Path | None = None) -> list[Finding]:
    """Look at everything once; ``data`` is the folder of the public benchmarks."""
    return [
        Finding("python", State.FINE, f"{platform.python_version()} on {platform.machine()}"),
        *_libraries(),
        _threads(),
        _openmp(),
        _checkpoint(CHECKPOINT),
        _data(data),
    ]


def _libraries() -> Iterator[Finding]:
    yield _library(Requirement("torch"), "", "install the torch build for this machine (README)")
    for text in importlib.metadata.requires("social-r1") or ():
        need = Requirement(text)
        if need.marker is None:
            yield _library(need, "", f"pip install '{_bare(need)}'")
            continue
        for extra in EXTRAS:
            if need.marker.evaluate({"extra": extra}):
                yield _library(need, extra, f"pip install 'social-r1[{extra}]'")


def _library(need: Requirement, extra: str, repair: str) -> Finding:
    label = f"{need.name} [{extra}]" if extra else need.name
    try:
        version = importlib.metadata.version(need.name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(label, State.ABSENT, "not installed", repair)
    if not need.specifier.contains(version, prereleases=True):
        repair = f"pip install '{_bare(need)}'"
        return Finding(label, State.WRONG, f"{version}, needs {need.specifier}", repair)
    return Finding(label, State.FINE, version)


def _bare(need: Requirement) -> str:
    return f"{need.name}{need.specifier}"


def _threads() -> Finding:
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    chosen = os.environ.get("OMP_NUM_THREADS", f"not set: {cores}")
    return Finding("threads", State.FINE, f"{cores} cores, OMP_NUM_THREADS {chosen}")


def _openmp() -> Finding:
    policy = os.environ.get("OMP_WAIT_POLICY", "not set")
    if policy.lower() == "passive":
        return Finding("idle threads", State.FINE, "sleep (OMP_WAIT_POLICY=passive)")
    repair = "export OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 before training on a shared CPU"
    return Finding("idle threads", State.SLOW, f"may spin (OMP_WAIT_POLICY {policy})", repair)


def _checkpoint(folder: Path) -> Finding:
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        return Finding("nano checkpoint", State.ABSENT, "no weights", "social-r1 nano train")
    size = sum(file.stat().st_size for file in weights)
    return Finding("nano checkpoint", State.FINE, f"{size / 1e6:.1f} MB")


def _data(folder: Path | None) -> Finding:
    repair = "set SOCIAL_R1_DATA or give --data a folder with one subfolder per benchmark"
    if folder is None:
        return Finding("benchmarks", State.ABSENT, "no folder given", repair)
    if not folder.is_dir():
        return Finding("benchmarks", State.WRONG, f"{folder} is not a folder", repair)
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    if not names:
        return Finding("benchmarks", State.WRONG, f"{folder} is empty", repair)
    return Finding("benchmarks", State.FINE, ", ".join(names))
