"""Whether a run of verl can start on this machine: GPUs, CPUs, the sampler; nothing is imported.

Ray waits in silence for what is not there, so it is looked for first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from social_r1.errors import ConfigError
from social_r1.integrations.verl.settings import VerlSettings

CPUS_OF_A_GPU = 3
"""verl's pool reserves one for each kind of worker beside a GPU (``max_colocate_count``)."""
CPUS_OF_THE_REST = 2
"""The trainer's process, and the controller of its data queue."""


class Device(NamedTuple):
    """One GPU."""

    name: str
    memory: float
    """Bytes."""


def gpus(environment: Mapping[str, str] = os.environ) -> list[Device] | None:
    """GPUs that a process may use here; None where there are some that cannot be asked."""
    query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        asked = subprocess.run(query, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None if has_accelerator() else []
    rows = [line.rsplit(",", 1) for line in asked.stdout.splitlines() if "," in line]
    found = [Device(name.strip(), float(memory) * 2**20) for name, memory in rows]
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return found
    return found[: len([word for word in visible.split(",") if word.strip() not in ("", "-1")])]


def has_accelerator() -> bool:
    """Whether a GPU's device file is here; torch is not asked, which would take seconds."""
    return any(Path("/dev").glob("nvidia[0-9]*")) or Path("/dev/kfd").exists()


def cores() -> int:
    """Cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def has_cluster(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `ray.init` would join a cluster: one that is named, or of ``ray start`` here."""
    home = environment.get("RAY_TMPDIR") or environment.get("TMPDIR") or "/tmp"
    return "RAY_ADDRESS" in environment or (Path(home) / "ray" / "ray_current_cluster").exists()


class Lack(NamedTuple):
    """One thing that a run wants and this machine does not have."""

    what: str
    repair: str


def lacks(
    cluster: VerlSettings,
    *,
    devices: Sequence[Device] | None = None,
    cpus: int | None = None,
    here: Callable[[str], object] = find_spec,
    joined: bool | None = None,
) -> Iterator[Lack]:
    """All that a run would fail on, or that Ray would wait for.

    Args:
        cluster: What the run asks for.
        devices: GPUs; by default this machine's.
        cpus: Cores; by default those of this process.
        here: Finds a module that is installed.
        joined: A cluster of Ray is here, whose GPUs are not counted; by default it is looked for.
    """
    if here(cluster.rollout) is None:
        yield Lack(
            f"it samples with {cluster.rollout}, which is not installed",
            "install its build for your GPUs beside verl",
        )
    if has_cluster() if joined is None else joined:
        return
    if cluster.nodes > 1:
        yield Lack(
            f"it wants {cluster.nodes} machines, and no Ray cluster is here",
            "`ray start` on each of them, --address, or verl.nodes=1",
        )
        return
    devices = gpus() if devices is None else devices
    if devices is not None and len(devices) < cluster.gpus_per_node:
        yield Lack(
            f"it wants {cluster.gpus_per_node} GPUs, here are {len(devices)}",
            f"verl.gpus_per_node={len(devices) or 'N'} on a machine with GPUs, --address of a Ray "
            "cluster, or engine=trl",
        )
    need = CPUS_OF_A_GPU * cluster.gpus_per_node + cluster.storage_units + CPUS_OF_THE_REST
    cpus = cores() if cpus is None else cpus
    if cpus < need:
        yield Lack(
            f"it would wait for {need} CPUs ({CPUS_OF_A_GPU} a GPU, storage_units "
            f"{cluster.storage_units}, {CPUS_OF_THE_REST} more), here are {cpus}",
            "verl.storage_units=1, fewer verl.gpus_per_node, or more cores",
        )


def check_machine(cluster: VerlSettings) -> None:
    """See that this machine, or the cluster of Ray that it has joined, can hold the run.

    Raises:
        ConfigError: names all that is missing.
    """
    found = list(lacks(cluster))
    if found:
        what, repair = ("; ".join(words) for words in zip(*found, strict=True))
        raise ConfigError(f"engine verl cannot start here: {what}; repair: {repair}")
