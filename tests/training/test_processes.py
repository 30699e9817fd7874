"""Two processes on one CPU: groups that they share are judged whole, and one of them writes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.preference.checkpoints import complete_checkpoints
from social_r1.training import SocialReward, TrainConfig, train
from social_r1.training.rollouts import read_rollouts

HEAD = """
import atexit
import sys
sys.path[:0] = [{here!r}]
from pathlib import Path
from conftest import CountsWords, tiny_config
from social_r1.training import SocialReward, train

@atexit.register
def last_of_all() -> None:
    names = [task.read_text().strip() for task in Path("/proc/self/task").glob("*/comm")]
    print("at the end:", sorted(name for name in names if "gloo" in name))

policy, items, out = map(Path, sys.argv[1:])
"""

SCRIPT = """
train(
    tiny_config(
        policy, items, out, steps=3, prompts_per_step=3, group_size=4, micro_batch_size=6,
        zero_signal="drop", data_curriculum="pass_rate", eval_items=items, keep_best=True,
        save_every=1, keep=9,
    ),
    reward=SocialReward(CountsWords()),
)
"""

LONG = """
train(
    tiny_config(policy, items, out, steps=4000, save_every=1000),
    reward=SocialReward(CountsWords()),
)
"""


PARTED = "at the end: []"
"""A thread of Gloo that outlives the interpreter can abort its process."""


def start(script: str, folder: Path, *words: Path) -> tuple[list[subprocess.Popen], list[Path]]:
    """Two processes of one run, and their logs."""
    job = folder / "job.py"
    job.write_text((HEAD + script).format(here=str(Path(__file__).parent)))
    # What torchrun sets in its processes, without its agent, which looks up this host's name.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {
        "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "OMP_NUM_THREADS": "1",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "GLOO_SOCKET_IFNAME": "lo",
    }  # fmt: skip
    command = [sys.executable, str(job), *map(str, words)]
    logs = [folder / f"rank_{rank}.log" for rank in range(2)]
    jobs = [
        subprocess.Popen(
            command,
            env=env | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        for rank, log in enumerate(logs)
    ]
    return jobs, logs


@pytest.mark.slow
def test_sigterm_to_one_of_two_processes_ends_both_with_a_whole_checkpoint(
    policy: Path, items_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    jobs, logs = start(LONG, tmp_path, policy, items_file, out)
    try:
        until = time.monotonic() + 200
        while not (out / "metrics.jsonl").is_file() and time.monotonic() < until:
            time.sleep(0.2)
        jobs[1].send_signal(signal.SIGTERM)
        codes = [job.wait(timeout=60) for job in jobs]
    finally:
        for job in jobs:
            job.kill()
    assert codes == [1, 1]  # a traceback here, where no command line makes it one line and 143
    (checkpoint,) = complete_checkpoints(out / "checkpoints")
    for log in logs:
        assert f"ended by SIGTERM after step {checkpoint.step} of 4000" in log.read_text()
        assert PARTED in log.read_text()


@pytest.mark.slow
def test_two_processes_drop_shared_groups_and_keep_one_log(
    policy: Path, items_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    jobs, logs = start(SCRIPT, tmp_path, policy, items_file, out)
    try:
        codes = [job.wait(timeout=240) for job in jobs]
    finally:
        for job in jobs:
            job.kill()
    assert codes == [0, 0], "\n".join(log.read_text() for log in logs)
    assert all(PARTED in log.read_text() for log in logs)
    first, second = (
        list(read_rollouts(folder)) for folder in (out / "rollouts", out / "rollouts" / "rank_1")
    )
    log = [json.loads(line) for line in (out / "difficulty.jsonl").read_text().splitlines()]
    assert [row["step"] for row in log] == [1, 2, 3]
    for step in range(3):
        # Six completions in each process: of the three groups of four the second is shared.
        rows = first[step * 6 : step * 6 + 6] + second[step * 6 : step * 6 + 6]
        for at in (0, 4, 8):
            group = rows[at : at + 4]
            assert len({row["item_id"] for row in group}) == 1
            outcomes = {row["parts"]["outcome"] for row in group}
            assert all(row["advantage"] == 0 for row in group) == (len(outcomes) == 1)
        assert sum(p[3] for p in log[step]["passes"]) == 12
        right = sum(row["parts"]["outcome"] for row in rows)
        assert sum(p[2] for p in log[step]["passes"]) == right
    for name, steps in {"metrics.jsonl": [1, 2, 3], "eval.jsonl": [0, 3]}.items():
        lines = (out / name).read_text().splitlines()
        assert [json.loads(line)["step"] for line in lines] == steps
    assert (out / "best" / "record.json").is_file()
    assert (out / "model" / "model.safetensors").is_file()


def test_stage_credit_needs_whole_groups_in_each_process(
    make_config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from social_r1.hardbench import OracleContent
    from social_r1.rewards import CompositeReward, reward_config

    monkeypatch.setenv("WORLD_SIZE", "2")
    config: TrainConfig = make_config(
        tmp_path, stage_credit=1.0, prompts_per_step=3, group_size=4, micro_batch_size=6
    )
    reward = SocialReward(CompositeReward(reward_config("nano"), content=OracleContent()))
    with pytest.raises(ConfigError, match="repair: prompts_per_step a multiple of 2"):
        train(config, reward=reward)
