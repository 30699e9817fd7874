"""What accelerators can do, from their makers' data sheets (dense arithmetic, no sparsity)."""

from __future__ import annotations

from typing import NamedTuple

from social_r1.errors import ConfigError

GIB = 2**30


class Gpu(NamedTuple):
    """One accelerator, or one CPU."""

    name: str
    memory: float
    """Bytes that a process can have."""
    flops: float
    """bf16 operations a second with fp32 sums, dense."""
    bandwidth: float
    """Bytes a second from its memory."""
    link: float
    """Bytes a second to a neighbour in the same machine, one way."""
    source: str

    @property
    def is_cpu(self) -> bool:
        """Whether it is no accelerator."""
        return self.name == "CPU"


GPUS = {
    "h200": Gpu("H200", 139 * GIB, 989e12, 4.8e12, 450e9, "data sheet, SXM, 141 GB"),
    "h100": Gpu("H100", 79 * GIB, 989e12, 3.35e12, 450e9, "data sheet, SXM, 80 GB"),
    "a100-80": Gpu("A100 80GB", 79 * GIB, 312e12, 2.039e12, 300e9, "data sheet, SXM"),
    "a100-40": Gpu("A100 40GB", 39 * GIB, 312e12, 1.555e12, 300e9, "data sheet, SXM"),
    "l40s": Gpu("L40S", 44 * GIB, 362e12, 0.864e12, 32e9, "data sheet, PCIe 4, 48 GB"),
    "4090": Gpu("RTX 4090", 23.5 * GIB, 165e12, 1.008e12, 32e9, "data sheet, PCIe 4, 24 GB"),
    "cpu": Gpu("CPU", 16 * GIB, 216e9, 21e9, 5e9, "measured: two cores of an AMD EPYC, bf16"),
}
"""By the word that `social-r1 plan --gpu` takes."""


def find_gpu(name: str, *, flops: float = 0.0, bandwidth: float = 0.0) -> Gpu:
    """The accelerator of that name, with figures of your own where they are given.

    Args:
        name: A key of `GPUS`.
        flops: Operations a second; 0 keeps the table's.
        bandwidth: Bytes a second; 0 keeps the table's.

    Raises:
        ConfigError: not in the table.
    """
    if name not in GPUS:
        raise ConfigError(f"--gpu {name!r} is not known; repair: one of {', '.join(GPUS)}")
    gpu = GPUS[name]
    if not (flops or bandwidth):
        return gpu
    return gpu._replace(
        flops=flops or gpu.flops, bandwidth=bandwidth or gpu.bandwidth, source="given"
    )
