"""What a config asks for, read without a library."""

from __future__ import annotations

from collections.abc import Callable

from social_r1.planning.shapes import shape_of
from social_r1.planning.work import LARGE, SHARED, work_of
from social_r1.training import TrainConfig

Run = Callable[..., TrainConfig]
QWEN = shape_of("Qwen/Qwen3-4B")


def test_steps_are_updates_and_several_may_share_a_batch(run: Run) -> None:
    work = work_of(run(updates_per_batch=2, steps=10), QWEN)
    assert (work.batches, work.steps, work.passes, work.samples) == (5, 10, 4, 8)
    assert work.old_scores  # the second update is no longer by the policy that sampled
    assert not work_of(run(), QWEN).old_scores


def test_verl_shards_and_samples_with_an_engine(run: Run) -> None:
    work = work_of(
        run(engine="verl", verl={"tensor_parallel": 2, "gpu_memory_utilization": 0.6}), QWEN
    )
    assert (work.rollout, work.tensor_parallel, work.sampler_share) == ("engine", 2, 0.6)
    assert work.sampler_sleeps
    assert work.old_scores


def test_vllm_on_its_own_gpus_takes_no_memory_here(run: Run) -> None:
    server = {"mode": "server", "server_url": "http://localhost:8000"}
    work = work_of(run(vllm=server), QWEN)
    assert (work.rollout, work.sampler_share, work.old_scores) == ("server", 0.0, True)


def test_large_models_compute_activations_anew_unless_told_otherwise(run: Run) -> None:
    assert work_of(run(), QWEN).checkpointing
    assert not work_of(run(), shape_of("nano")).checkpointing
    assert not work_of(run(gradient_checkpointing="off"), QWEN).checkpointing


def test_auto_precision_is_fp32_on_a_cpu(run: Run) -> None:
    assert work_of(run(precision="auto"), QWEN).mixed
    assert not work_of(run(precision="auto"), QWEN, cpu=True).mixed


def test_the_bounds_are_those_of_the_trainer_and_the_sampler() -> None:
    from social_r1.nano.sampler import MAX_PARAMETERS
    from social_r1.training import trl_config

    assert (LARGE, SHARED) == (trl_config.LARGE, MAX_PARAMETERS)
