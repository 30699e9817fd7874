"""The machine: threads against load, bf16 against the CPU's flags, weights, data folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.doctor import State
from social_r1.doctor.machine import benchmarks, bf16, checkpoint, idle_threads, threads


@pytest.mark.parametrize(
    ("chosen", "load", "state", "repair"),
    [
        (None, 0.5, State.FINE, ""),
        (None, 5.0, State.SLOW, "OMP_NUM_THREADS=1"),
        ("1", 5.0, State.FINE, ""),
        ("2", 5.0, State.SLOW, "OMP_NUM_THREADS=1"),
        ("8", 0.5, State.SLOW, "OMP_NUM_THREADS=2"),
    ],
)
def test_more_threads_than_a_busy_machine_has_room_for_are_slow(
    chosen: str | None, load: float, state: State, repair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if chosen:
        monkeypatch.setenv("OMP_NUM_THREADS", chosen)
    finding = threads(count=2, load=load)
    assert finding.state is state
    assert repair in finding.repair


def test_spinning_threads_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    assert idle_threads().state is State.SLOW
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")
    assert idle_threads().state is State.FINE


def test_bf16_on_a_cpu_without_it_is_emulated(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags : fpu avx2\n")
    assert bf16(False, cpuinfo).state is State.SLOW
    assert "precision=fp32" in bf16(False, cpuinfo).repair
    assert bf16(True, cpuinfo).state is State.FINE
    cpuinfo.write_text("flags : fpu avx512_bf16\n")
    assert bf16(False, cpuinfo).state is State.FINE
    assert bf16(False, tmp_path / "none").state is State.ABSENT


def test_a_checkpoint_without_weights_is_absent(tmp_path: Path) -> None:
    assert checkpoint(tmp_path).state is State.ABSENT
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 2_000_000)
    assert checkpoint(tmp_path).found == "2.0 MB"


def test_a_data_folder_that_is_named_must_hold_something(tmp_path: Path) -> None:
    assert benchmarks(None).state is State.ABSENT
    assert benchmarks(tmp_path / "none").state is State.WRONG
    assert benchmarks(tmp_path).found == f"{tmp_path} is empty"
    (tmp_path / "hitom").mkdir()
    assert benchmarks(tmp_path).found == "hitom"
