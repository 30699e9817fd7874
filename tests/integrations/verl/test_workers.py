"""verl's real reward loop over real Ray workers: the same figures as the library, row for row."""

from __future__ import annotations

import http.server
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("verl", reason="verl is not installed here: make verl-env test-verl")
pytest.importorskip("ray", reason="ray is not installed here: make verl-env test-verl")

from social_r1.hardbench import OracleContent
from social_r1.integrations.verl.compose import compose
from social_r1.integrations.verl.curves import read_parts
from social_r1.integrations.verl.launch import write_run_yaml
from social_r1.integrations.verl.parts import KEYS, from_row, to_row
from social_r1.integrations.verl.rows import dataset_row
from social_r1.integrations.verl.settings import VerlSettings, run_settings
from social_r1.rewards import CompositeReward, missing_parts, reward_config

pytestmark = pytest.mark.slow

VARIANTS = ("paper", "outcome_only", "no_content", "no_structure", "no_length", "recommended")
STEPS = (1, 26, 76)
"""Of 150 batches: before, within and behind the curriculum, which ends at 1/3."""
PROGRESS = {1: 0.0, 26: 25 / 150, 76: 0.5}

CLIENT = '''
import json, urllib.request

class Client:
    """Asks the loopback service of the test."""

    def __init__(self, address):
        self.address = address

    def __call__(self, items, thoughts):
        body = json.dumps({"thoughts": list(thoughts)}).encode()
        with urllib.request.urlopen(self.address, body, timeout=30) as answer:
            return json.load(answer)["scores"]
'''


def score_of(thought: str) -> float | None:
    """What the test's service says: by length, and nothing for every fifth thought."""
    return None if len(thought) % 5 == 0 else (len(thought) % 41) / 10 - 2


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps({"scores": [score_of(t) for t in body["thoughts"]]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    import ray

    clients = tmp_path_factory.mktemp("clients")
    (clients / "loopback_client.py").write_text(CLIENT)
    ray.init(
        "local", num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False,
        runtime_env={"env_vars": {"PYTHONPATH": str(clients)}},
    )  # fmt: skip
    yield
    ray.shutdown()


@pytest.fixture
def make_config(tmp_path: Path, tokenizer_folder: Path, train_config: Any) -> Callable[..., Any]:
    """Makes the composed config of a run of a variant with two reward workers."""

    def make(variant: str, content: str) -> Any:
        run = train_config(out=tmp_path, model=str(tokenizer_folder), content=content)
        workers = VerlSettings(reward_workers=2, client="loopback_client:Client")
        settings = run_settings(run, workers, reward_config(variant))
        write_run_yaml(tmp_path / "verl" / "run.yaml", settings)
        return compose(tmp_path / "verl")

    return make


def make_data(attempts: list[Any], tokenizer_folder: Path) -> Any:
    """The rows as verl's agent loop hands them over, one in three at each step."""
    import torch
    from tensordict import TensorDict
    from transformers import AutoTokenizer
    from verl import DataProto

    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    ids = [[*tokenizer.encode(text), tokenizer.eos_token_id] for _, text in attempts]
    width, prompt = max(map(len, ids)), 3
    pad = tokenizer.pad_token_id
    responses = torch.tensor([row + [pad] * (width - len(row)) for row in ids])
    mask = torch.tensor([[1] * (prompt + len(r)) + [0] * (width - len(r)) for r in ids])
    prompts = torch.zeros((len(ids), prompt), dtype=torch.int64)
    rows = [dataset_row(item, style="sip", index=i) for i, (item, _) in enumerate(attempts)]
    columns = {
        key: np.fromiter((row[key] for row in rows), dtype=object, count=len(rows))
        for key in ("data_source", "reward_model", "extra_info")
    }
    columns["uid"] = np.array([f"u{i // 5}" for i in range(len(rows))], dtype=object)
    columns["session_id"] = np.arange(len(rows)) % 5
    columns["global_steps"] = np.array([STEPS[i % 3] for i in range(len(rows))])
    batch = {"prompts": prompts, "responses": responses, "attention_mask": mask}
    return DataProto(TensorDict(batch, batch_size=len(ids)), columns)


@pytest.fixture(scope="module")
def data(attempts: list[Any], tokenizer_folder: Path) -> Any:
    assert len(attempts) >= 1000
    return make_data(attempts, tokenizer_folder)


def start(config: Any) -> Any:
    from verl.experimental.reward_loop import RewardLoopManager

    return RewardLoopManager(config, None)


def stop(manager: Any) -> None:
    """End the workers; their names are free again when they are gone."""
    import ray
    from ray.util import list_named_actors

    for worker in manager.reward_loop_workers:
        ray.kill(worker)
    for _ in range(200):
        if not list_named_actors():
            return
        threading.Event().wait(0.05)


def expected(attempts: list[Any], variant: str, content: Any) -> list[dict[str, float]]:
    """The library, called once for each row."""
    config = reward_config(variant)
    reward = CompositeReward(config, content=content)
    rows: list[dict[str, float]] = []
    for number, (item, text) in enumerate(attempts):
        progress = PROGRESS[STEPS[number % 3]]
        (parts,) = reward.score([item], [text], progress=progress)
        rows.append(to_row(parts, progress=progress, missing=missing_parts(reward, parts)))
    return rows


def assert_equal(scored: Any, rows: list[dict[str, float]]) -> None:
    assert scored.meta_info["reward_extra_keys"] == list(KEYS)
    for key in KEYS:
        found = np.asarray(scored.non_tensor_batch[key], dtype=float)
        wanted = np.array([row[key] for row in rows])
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9, equal_nan=True, err_msg=key)
    # verl keeps the score itself in 32 bits, on the last token of the answer.
    totals = np.array([row["part_total"] for row in rows], dtype=np.float32)
    np.testing.assert_array_equal(scored.batch["rm_scores"].sum(dim=1).numpy(), totals)


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_workers_give_the_librarys_figures(
    variant: str, make_config: Any, attempts: Any, data: Any, cluster: None
) -> None:
    manager = start(make_config(variant, "oracle"))
    try:
        scored = manager.compute_rm_score(data)
    finally:
        stop(manager)
    rows = expected(attempts, variant, OracleContent())
    assert_equal(scored, rows)
    if variant not in ("outcome_only", "no_content", "no_structure"):
        early = [r for r in rows if r["progress"] == 0 and r["part_content"] > 0]
        late = [r for r in rows if r["progress"] == 0.5 and r["part_content"] > 0]
        # "recommended" takes the weights from thoughts that pick first; nobody has more.
        assert max(r["weight_content"] for r in early) == 1.0
        assert max(r["weight_content"] for r in late) == 3.0


def test_content_comes_from_a_service_and_failures_are_flagged(
    tmp_path: Path, make_config: Any, attempts: Any, data: Any, service: str, cluster: None
) -> None:
    manager = start(make_config("paper", service))
    try:
        scored = manager.compute_rm_score(data)
    finally:
        stop(manager)

    def content(items: Any, thoughts: Any) -> list[float | None]:
        return [score_of(thought) for thought in thoughts]

    rows = expected(attempts, "paper", content)
    assert_equal(scored, rows)
    missing = [row for row in rows if row["missing_content"]]
    assert missing
    assert all(np.isnan(row["part_content"]) for row in missing)
    # Every row stands in the workers' own log as well, with its text and its parts.
    logged = {(row["uid"], row["session"]): row for row in read_parts(tmp_path / "verl" / "parts")}
    assert len(logged) == len(attempts)
    for number, (item, text) in enumerate(attempts):
        row = logged[f"u{number // 5}", number % 5]
        assert (row["item_id"], row["completion"]) == (item.id, text)
        assert from_row(row) == from_row(rows[number])


def test_the_plugin_gives_the_manager_a_name(
    make_config: Any, attempts: Any, data: Any, cluster: None
) -> None:
    config = make_config("paper", "oracle")
    config.reward.reward_manager.source = "register"
    config.reward.reward_manager.name = "social_r1"
    manager = start(config)
    try:
        scored = manager.compute_rm_score(data[:60])
    finally:
        stop(manager)
    assert_equal(scored, expected(attempts[:60], "paper", OracleContent()))


def test_a_killed_worker_fails_loudly_and_the_rerun_has_every_row(
    tmp_path: Path, make_config: Any, attempts: Any, data: Any, cluster: None
) -> None:
    from ray.exceptions import RayActorError

    config = make_config("paper", "oracle")
    manager = start(config)
    log = tmp_path / "verl" / "parts"
    try:
        killed = threading.Event()

        def kill_when_it_works() -> None:
            while not killed.is_set():
                for file in log.glob("*.jsonl") if log.is_dir() else ():
                    if file.stat().st_size:
                        os.kill(int(file.stem.rpartition("-")[2]), signal.SIGKILL)
                        killed.set()
                        return
                killed.wait(0.001)

        thread = threading.Thread(target=kill_when_it_works)
        thread.start()
        with pytest.raises(RayActorError):
            manager.compute_rm_score(data)
        assert killed.is_set()
    finally:
        killed.set()
        thread.join()
        stop(manager)
    done = sum(1 for _ in read_parts(log))
    assert 0 < done < len(attempts)  # it was killed on the way
    again = start(config)
    try:
        scored = again.compute_rm_score(data)
    finally:
        stop(again)
    assert_equal(scored, expected(attempts, "paper", OracleContent()))
    logged = {(row["uid"], row["session"]) for row in read_parts(log)}
    assert len(logged) == len(attempts)  # and nothing stands there twice or not at all
