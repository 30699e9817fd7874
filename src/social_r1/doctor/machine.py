"""The machine: interpreter, threads, accelerator, bf16, shipped weights, data folders."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from social_r1.doctor.types import Finding, State
from social_r1.integrations.verl.machine import Device, cores, gpus, has_accelerator

CHECKPOINT = Path(__file__).resolve().parents[1] / "nano" / "checkpoint"
CPUINFO = Path("/proc/cpuinfo")
BF16_FLAGS = ("avx512_bf16", "amx_bf16", " bf16")
"""As x86 and ARM name it in ``/proc/cpuinfo``."""


def machine_findings(data: Path | None) -> list[Finding]:
    """Look at this machine; ``data`` is the folder of the public benchmarks."""
    return [
        Finding("python", State.FINE, f"{platform.python_version()} on {platform.machine()}"),
        threads(),
        idle_threads(),
        accelerators(gpus()),
        bf16(has_accelerator()),
        checkpoint(CHECKPOINT),
        benchmarks(data),
    ]


def threads(count: int | None = None, load: float | None = None) -> Finding:
    """Torch threads against cores and load.

    Threads of a tiny model wait for each other: on a busy machine one is many times faster.

    Args:
        count: Cores; by default those of this process.
        load: Mean load of the last minute; by default this machine's.
    """
    count = count or cores()
    if load is None:
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    chosen = os.environ.get("OMP_NUM_THREADS", "")
    found = f"{count} cores, load {load:.1f}, OMP_NUM_THREADS {chosen or 'not set'}"
    used = int(chosen) if chosen.isdigit() else count
    if used > count:
        return Finding("threads", State.SLOW, found, f"export OMP_NUM_THREADS={count}")
    if used > 1 and load > count:
        return Finding(
            "threads", State.SLOW, found, "export OMP_NUM_THREADS=1 (threads=1) for small models"
        )
    return Finding("threads", State.FINE, found)


def idle_threads() -> Finding:
    """Whether idle OpenMP threads sleep."""
    policy = os.environ.get("OMP_WAIT_POLICY", "not set")
    if policy.lower() == "passive":
        return Finding("idle threads", State.FINE, "sleep (OMP_WAIT_POLICY=passive)")
    repair = "export OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 before training on a shared CPU"
    return Finding("idle threads", State.SLOW, f"may spin (OMP_WAIT_POLICY {policy})", repair)


def accelerators(found: Sequence[Device] | None) -> Finding:
    """The GPUs of this machine."""
    if found is None:
        return Finding("GPUs", State.FINE, "some are here that nvidia-smi does not know")
    if not found:
        return Finding("GPUs", State.ABSENT, "none", "small models train on a CPU (precision=auto)")
    memory = min(device.memory for device in found) / 2**30
    return Finding("GPUs", State.FINE, f"{len(found)} x {found[0].name}, {memory:.0f} GiB")


def bf16(accelerator: bool, cpuinfo: Path = CPUINFO) -> Finding:
    """Whether bf16 arithmetic is there or would be emulated."""
    if accelerator:
        return Finding("bf16", State.FINE, "an accelerator is here")
    try:
        flags = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Finding("bf16", State.ABSENT, "no accelerator; the CPU's flags cannot be read")
    if any(flag in flags for flag in BF16_FLAGS):
        return Finding("bf16", State.FINE, "no accelerator; the CPU has it")
    return Finding(
        "bf16",
        State.SLOW,
        "no accelerator, and the CPU would emulate it",
        "precision=fp32 (or auto); in TRL's own configs bf16: false, use_cpu: true",
    )


def checkpoint(folder: Path) -> Finding:
    """The shipped weights of the embedded model."""
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        return Finding("nano checkpoint", State.ABSENT, "no weights", "social-r1 nano train")
    size = sum(file.stat().st_size for file in weights)
    return Finding("nano checkpoint", State.FINE, f"{size / 1e6:.1f} MB")


def benchmarks(folder: Path | None) -> Finding:
    """The folder of the public sets."""
    repair = "set SOCIAL_R1_DATA or give --data a folder with one subfolder per benchmark"
    if folder is None:
        return Finding("benchmarks", State.ABSENT, "no folder given", repair)
    if not folder.is_dir():
        return Finding("benchmarks", State.WRONG, f"{folder} is not a folder", repair)
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    if not names:
        return Finding("benchmarks", State.WRONG, f"{folder} is empty", repair)
    return Finding("benchmarks", State.FINE, ", ".join(names))
