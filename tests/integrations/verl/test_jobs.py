"""Runs that are really started, here and as a job on a cluster that is up already.

There is no GPU, so each ends where verl's trainer asks for one: behind its own composing and
checking of our config, in a task of Ray.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("verl", reason="verl is not installed here: make verl-env test-verl")
pytest.importorskip("ray", reason="ray is not installed here: make verl-env test-verl")

from social_r1.hardbench.easy import easy_item
from social_r1.integrations.verl import launch as module
from social_r1.integrations.verl.launch import CONFIGS, Data, launch
from social_r1.integrations.verl.settings import VerlSettings
from social_r1.rewards import reward_config

pytestmark = pytest.mark.slow

READY_SECONDS = 120


def test_verls_own_command_takes_our_config_folder_by_itself(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "verl.trainer.main_ppo",
        "--config-dir", str(CONFIGS), "--config-name", "social_r1_readme", "--cfg", "job",
        "data.train_files=train.parquet", "actor_rollout_ref.model.path=org/model",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "path: pkg://social_r1.integrations.verl.manager" in done.stdout
    assert "train_files: train.parquet" in done.stdout


class Head(NamedTuple):
    """A cluster of one node."""

    address: str
    """For drivers: RAY_ADDRESS."""
    dashboard: str
    """For jobs."""


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Head]:
    """Ray's head, with more CPUs than there are: verl's queue alone books eight."""
    port, dashboard = free_ports(2)
    home = Path(sys.executable).parent
    command = [
        str(home / "ray"), "start", "--head", "--block", "--node-ip-address", "127.0.0.1",
        "--port", str(port), "--dashboard-host", "127.0.0.1", "--dashboard-port", str(dashboard),
        "--num-cpus", "32", "--num-gpus", "0", "--disable-usage-stats",
    ]  # fmt: skip
    with (
        pytest.MonkeyPatch.context() as patch,
        # Of its own, for Ray leaves its address there; short, for there are sockets in it.
        tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as temporary,
    ):
        patch.setenv("RAY_TMPDIR", temporary)
        patch.setenv("PATH", f"{home}:{os.environ['PATH']}")  # a job's `python` is the cluster's
        patch.setenv("RAY_AUTH_MODE", "disabled")
        log = tmp_path_factory.mktemp("head") / "log.txt"
        with log.open("w") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=stream, process_group=0)
        try:
            wait_for(f"http://127.0.0.1:{dashboard}/api/version", process, log)
            yield Head(f"127.0.0.1:{port}", f"http://127.0.0.1:{dashboard}")
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            ask.open(url, timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text()[-3000:])


@pytest.mark.parametrize("where", ["here", "cluster"])
def test_verls_trainer_takes_our_config_and_asks_for_gpus(
    where: str,
    head: Head,
    tmp_path: Path,
    train_config: Any,
    tokenizer_folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from transformers import Qwen3Config

    policy = tmp_path / "policy"
    shutil.copytree(tokenizer_folder, policy)
    Qwen3Config(architectures=["Qwen3ForCausalLM"]).save_pretrained(policy)
    small = {"steps": 4, "prompts_per_step": 4, "micro_batch_size": 5, "save_every": 4}
    run = train_config(out=tmp_path / "out", model=str(policy), content="oracle", **small)
    monkeypatch.setenv("RAY_ADDRESS", head.address)
    # There is no sampler here either, which would be said first.
    monkeypatch.setattr(module, "check_machine", lambda cluster: None)
    cluster = VerlSettings(gpus_per_node=3, max_prompt_length=4096)  # of bytes
    started = launch(
        run, Data([easy_item(1, 0)], [0] * 4), cluster, reward_config("paper"),
        address=head.dashboard if where == "cluster" else None,
    )  # fmt: skip
    said = "".join(capfd.readouterr())
    assert started.exit_status == 1
    assert "All configuration checks passed successfully" in said
    assert "Total available GPUs 0 is less than total desired GPUs 3" in said
    assert ("submitted successfully" in said) == (where == "cluster")
