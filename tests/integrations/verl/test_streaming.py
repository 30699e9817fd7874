"""Completions scored as they come: verl's own agent loop, our reward workers, our service.

The sampler is a stub that says saved completions; all else is what runs on GPUs.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("verl", reason="verl is not installed here: make verl-env test-verl")
pytest.importorskip("ray", reason="ray is not installed here: make verl-env test-verl")

from social_r1.errors import ConfigError, InputError
from social_r1.hardbench import OracleContent
from social_r1.integrations.verl.compose import compose
from social_r1.integrations.verl.curves import read_parts
from social_r1.integrations.verl.launch import write_run_yaml
from social_r1.integrations.verl.parts import KEYS, to_row
from social_r1.integrations.verl.rows import dataset_row
from social_r1.integrations.verl.settings import VerlSettings, run_settings
from social_r1.rewards import CompositeReward, missing_parts, reward_config

from ...serving.conftest import config_of, launched

STEPS = {1: 0.0, 26: 25 / 150, 76: 0.5}
"""Batches of 150 and the moments at which they stand; the curriculum ends at 1/3."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    import ray

    ray.init(
        "local", num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False
    )
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def policy(tokenizer_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tokenizer and a model's config, which verl's agent loop wants to see."""
    from transformers import Qwen3Config

    folder = tmp_path_factory.mktemp("policy")
    shutil.copytree(tokenizer_folder, folder, dirs_exist_ok=True)
    Qwen3Config(architectures=["Qwen3ForCausalLM"]).save_pretrained(folder)
    return folder


def composed(out: Path, train_config: Any, policy: Path, content: str) -> Any:
    run = train_config(out=out, model=str(policy), content=content)
    settings = run_settings(run, VerlSettings(reward_workers=2), reward_config("paper"))
    write_run_yaml(out / "verl" / "run.yaml", settings)
    return compose(out / "verl")


class Sampler:
    """In place of verl's client of its inference servers."""

    def __init__(self, tokenizer: Any, texts: list[str]) -> None:
        self.tokenizer = tokenizer
        self.texts = texts

    async def generate(self, *, priority: int, **_: Any) -> Any:
        """The completion of a row; rows carry their number as their priority."""
        from verl.workers.rollout.replica import TokenOutput

        ids = self.tokenizer.encode(self.texts[priority])
        return TokenOutput(token_ids=[*ids, self.tokenizer.eos_token_id])


def streamed(config: Any, handles: Any, attempts: list[Any]) -> Any:
    """What verl's agent loop makes of prompts: completions with their rewards."""
    from verl import DataProto
    from verl.experimental.agent_loop.agent_loop import AgentLoopWorker

    worker = AgentLoopWorker(config, None, None, handles)
    worker.llm_client = Sampler(worker.tokenizer, [text for _, text in attempts])
    rows = [dataset_row(item, style="compact", index=n) for n, (item, _) in enumerate(attempts)]
    steps = list(STEPS)
    columns = {
        "raw_prompt": np.empty(len(rows), dtype=object),
        "extra_info": np.array([row["extra_info"] for row in rows], dtype=object),
        "global_steps": np.array([steps[n % len(steps)] for n in range(len(rows))]),
        "priority": np.arange(len(rows)),
    }
    columns["raw_prompt"][:] = [row["prompt"] for row in rows]
    return asyncio.run(worker.generate_sequences(DataProto(None, columns)))


@pytest.mark.slow
def test_streamed_completions_have_the_librarys_figures_with_content_from_our_service(
    tmp_path: Path, train_config: Any, policy: Path, attempts: list[Any], cluster: None
) -> None:
    from verl.experimental.reward_loop import RewardLoopManager

    some = attempts[::12]
    with launched(config_of("paper", worker={"content": "oracle"})) as service:
        config = composed(tmp_path, train_config, policy, service.url)
        manager = RewardLoopManager(config, None)
        found = streamed(config, manager.reward_loop_worker_handles, some)
        assert service.metric("social_r1_content_batches_total") > 0
    reward = CompositeReward(reward_config("paper"), content=OracleContent())
    wanted: list[dict[str, float]] = []
    for n, (item, text) in enumerate(some):
        progress = list(STEPS.values())[n % len(STEPS)]
        (parts,) = reward.score([item], [text], progress=progress)
        failed = missing_parts(reward, parts)
        wanted.append(to_row(parts, progress=progress, missing=failed))
    assert any(row["part_content"] > 0 for row in wanted)
    assert found.meta_info["reward_extra_keys"] == list(KEYS)
    for key in KEYS:
        np.testing.assert_allclose(
            found.non_tensor_batch[key].astype(float), [row[key] for row in wanted],
            rtol=0, atol=1e-9, equal_nan=True, err_msg=key,
        )  # fmt: skip
    # verl trains on the total in 32 bits, on the last token of the completion.
    totals = np.array([row["part_total"] for row in wanted], dtype=np.float32)
    scores = found.batch["rm_scores"]
    np.testing.assert_array_equal(scores.sum(dim=1).numpy(), totals)
    last = found.batch["response_mask"].sum(dim=1) - 1
    np.testing.assert_array_equal(scores[range(len(some)), last].numpy(), totals)


@pytest.fixture
def tokenizer(policy: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(policy)


@pytest.mark.parametrize("own_pool", [False, True])
def test_a_reward_model_that_verl_runs_is_refused_wherever_it_runs(
    own_pool: bool, tmp_path: Path, train_config: Any, policy: Path, tokenizer: Any
) -> None:
    from social_r1.integrations.verl.manager import SocialRewardManager

    config = composed(tmp_path, train_config, policy, "oracle")
    config.reward.reward_model.enable = True
    config.reward.reward_model.enable_resource_pool = own_pool
    with pytest.raises(ConfigError, match=r"instead of this reward; repair: .*enable=false"):
        SocialRewardManager(config, tokenizer)


@pytest.mark.slow
def test_a_reward_worker_with_a_reward_model_of_verl_says_so_before_it_scores(
    tmp_path: Path, train_config: Any, policy: Path
) -> None:
    from verl.experimental.reward_loop.reward_loop import RewardLoopWorker

    config = composed(tmp_path, train_config, policy, "oracle")
    config.reward.reward_model.enable = True
    config.reward.reward_model.enable_resource_pool = True
    config.reward.reward_model.model_path = str(policy)
    with pytest.raises(ConfigError, match=r"social_r1\.content=http://HOST:PORT"):
        RewardLoopWorker(config)


def one_row(attempt: tuple[Any, str], tokenizer: Any) -> tuple[Any, dict[str, Any]]:
    """A completion as a reward worker gets it: its tensors, and the columns of its row."""
    import torch
    from tensordict import TensorDict

    item, text = attempt
    ids = torch.tensor([tokenizer.encode(text)])
    batch = TensorDict({"responses": ids, "attention_mask": torch.ones_like(ids)}, batch_size=1)
    row = dataset_row(item, style="compact", index=0)
    columns = {
        "extra_info": np.array([row["extra_info"]], dtype=object),
        "global_steps": np.array([1]),
    }
    return batch, columns


@pytest.mark.parametrize("lacks", ["extra_info", "global_steps"])
def test_a_row_without_item_or_step_is_refused(
    lacks: str,
    tmp_path: Path,
    train_config: Any,
    policy: Path,
    tokenizer: Any,
    attempts: list[Any],
) -> None:
    from verl import DataProto

    from social_r1.integrations.verl.manager import SocialRewardManager

    batch, columns = one_row(attempts[0], tokenizer)
    config = composed(tmp_path, train_config, policy, "oracle")
    manager = SocialRewardManager(config, tokenizer)
    whole = asyncio.run(manager.run_single(DataProto(batch, columns)))
    assert tuple(whole["reward_extra_info"]) == KEYS
    del columns[lacks]
    with pytest.raises(ConfigError, match="a row without extra_info"):
        asyncio.run(manager.run_single(DataProto(batch, columns)))


def test_a_row_that_cannot_be_scored_is_kept_with_its_error_and_is_no_row_of_the_curves(
    tmp_path: Path, train_config: Any, policy: Path, tokenizer: Any, attempts: list[Any]
) -> None:
    from verl import DataProto

    from social_r1.integrations.verl.manager import SocialRewardManager

    batch, columns = one_row(attempts[0], tokenizer)
    columns["extra_info"][0] = columns["extra_info"][0] | {"item_json": "{}"}
    manager = SocialRewardManager(composed(tmp_path, train_config, policy, "oracle"), tokenizer)
    with pytest.raises(InputError, match="is no item"):
        asyncio.run(manager.run_single(DataProto(batch, columns)))
    parts = tmp_path / "verl" / "parts"
    assert list(read_parts(parts)) == []
    (row,) = read_parts(parts / "failed")
    assert (row["completion"], row["step"], row["item_json"]) == (attempts[0][1], 1, "{}")
    assert row["error"].startswith("InputError: extra_info.item_json is no item")


def test_verl_trains_on_the_rest_of_a_partly_failed_group_in_sync_mode_alone() -> None:
    from verl.trainer.ppo.v1.replay_buffer import ReplayBuffer, ReplayBufferAsync

    evicted: dict[str, set[str]] = {}
    for kind in (ReplayBuffer, ReplayBufferAsync):
        buffer: Any = kind.__new__(kind)  # its queue needs a cluster; what it decides does not
        buffer.sync_refill_failed_groups = True
        buffer.max_off_policy_threshold = buffer.filter_groups_metric = None
        buffer.partitions = {"train": {"part_0_0": {}}}  # of group `all` no session came through
        buffer.failure_keys = {"train": {"part", "all"}}
        buffer._dapo_filtered_keys = lambda partition: (set(), Counter())
        evicted[kind.__name__] = buffer._terminal_eviction_reasons(1, "train")[2]
    assert evicted == {"ReplayBuffer": {"all"}, "ReplayBufferAsync": {"part", "all"}}
