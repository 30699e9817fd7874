"""What Ray would wait for in silence is said before it starts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import ConfigError
from social_r1.integrations.verl import machine
from social_r1.integrations.verl.machine import (
    Device,
    Lack,
    check_machine,
    gpus,
    has_cluster,
    lacks,
)
from social_r1.integrations.verl.settings import VerlSettings

CARD = Device("card", 80 * 2**30)


def look(
    devices: int, cpus: int = 64, modules: tuple[str, ...] = ("vllm",), **cluster: Any
) -> list[Lack]:
    return list(
        lacks(
            VerlSettings(**cluster),
            devices=[CARD] * devices,
            cpus=cpus,
            here=lambda name: name if name in modules else None,
            joined=False,
        )
    )


def test_what_is_there_starts() -> None:
    # 3 x 2 GPUs + 8 storage units + 2
    assert look(2, cpus=16, gpus_per_node=2) == []
    assert look(2, cpus=9, gpus_per_node=2, storage_units=1) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"devices": 8, "modules": ()}, "samples with vllm, which is not installed"),
        ({"devices": 8, "rollout": "sglang"}, "samples with sglang, which is not installed"),
        ({"devices": 0}, r"wants 8 GPUs, here are 0; repair: verl.gpus_per_node=N"),
        ({"devices": 4}, r"wants 8 GPUs, here are 4; repair: verl.gpus_per_node=4"),
        ({"devices": 8, "nodes": 2}, "wants 2 machines, and no Ray cluster is here"),
        (
            {"devices": 1, "gpus_per_node": 1, "cpus": 2},
            r"would wait for 13 CPUs \(3 a GPU, storage_units 8, 2 more\), here are 2",
        ),
    ],
)
def test_what_is_missing_is_named(given: dict[str, Any], said: str) -> None:
    (lack,) = look(**given)
    assert re.search(said, f"{lack.what}; repair: {lack.repair}")


def test_all_that_is_missing_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    several = look(0, cpus=2, modules=())
    assert len(several) == 3
    monkeypatch.setattr(machine, "lacks", lambda cluster: iter(several))
    with pytest.raises(ConfigError, match=r"cannot start here: it samples.*; it wants.*; it would"):
        check_machine(VerlSettings())


def test_the_gpus_of_a_cluster_are_not_counted_here() -> None:
    cluster = VerlSettings(nodes=4)
    assert not [*lacks(cluster, devices=[], cpus=1, here=lambda name: name, joined=True)]


def test_a_cluster_is_found_where_ray_would_find_it(tmp_path: Path) -> None:
    assert has_cluster({"RAY_ADDRESS": "head:6379"})
    environment = {"RAY_TMPDIR": str(tmp_path)}
    assert not has_cluster(environment)
    (tmp_path / "ray").mkdir()
    (tmp_path / "ray" / "ray_current_cluster").touch()
    assert has_cluster(environment)


def test_gpus_are_read_from_the_drivers_own_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: Any, **__: Any) -> Any:
        return subprocess.CompletedProcess([], 0, stdout="NVIDIA H100, 81559\nNVIDIA H100, 81559\n")

    monkeypatch.setattr(machine.subprocess, "run", answer)
    assert gpus({}) == [Device("NVIDIA H100", 81559 * 2**20)] * 2
    assert len(gpus({"CUDA_VISIBLE_DEVICES": "1"}) or []) == 1
    assert gpus({"CUDA_VISIBLE_DEVICES": ""}) == []
    assert gpus({"CUDA_VISIBLE_DEVICES": "-1"}) == []


def test_gpus_that_cannot_be_asked_are_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr(machine.subprocess, "run", fails)
    monkeypatch.setattr(machine, "has_accelerator", lambda: True)
    assert gpus({}) is None
    monkeypatch.setattr(machine, "has_accelerator", lambda: False)
    assert gpus({}) == []
