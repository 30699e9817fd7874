"""A whole estimate: where it fits, how many GPUs it takes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from social_r1.errors import ConfigError, InputError
from social_r1.planning import Placement, assumptions_for, find_gpu, plan
from social_r1.planning.shapes import shape_of
from social_r1.training import TrainConfig, load_config

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., TrainConfig]


def test_the_4b_recipe_fits_on_the_papers_machine_if_its_state_is_shared_out() -> None:
    found = plan(load_config(ROOT / "configs/qwen3_4b.yaml"), find_gpu("a100-80"), gpus=8)
    fit = {option.placement: option.fits for option in found.options}
    # 18 bytes x 4.02 B are 72 GB before a reference model of 16 GB: too much for 79 GiB
    assert fit == {Placement.WHOLE: False, Placement.ZERO2: True, Placement.ZERO3: True}
    assert found.chosen is Placement.ZERO2
    assert found.option.largest_micro >= 4
    assert found.hours == pytest.approx(600 * found.seconds.total / 3600)


def test_lora_fits_where_full_training_does_not() -> None:
    lora = plan(load_config(ROOT / "configs/qwen3_4b_lora.yaml"), find_gpu("a100-80"))
    assert lora.gpus == 1
    assert lora.option.fits
    assert lora.trained == 66_060_288  # rank 32, twice the 33,030,144 of rank 16
    full = plan(
        load_config(ROOT / "configs/qwen3_4b_lora.yaml", ["lora_rank=0", "weights=fp32"]),
        find_gpu("a100-80"),
        gpus=1,
    )
    assert not full.option.fits


def test_the_largest_micro_batch_fits_and_the_next_divisor_does_not() -> None:
    config = load_config(ROOT / "configs/qwen3_8b.yaml")
    found = plan(config, find_gpu("a100-80"), gpus=8)
    largest = found.option.largest_micro
    divisors = [m for m in range(1, 321) if 320 % m == 0 and (320 // m) % 8 == 0]
    bigger = divisors[divisors.index(largest) + 1]

    def fits(micro: int) -> bool:
        changed = config.model_copy(update={"micro_batch_size": micro})
        option = plan(changed, find_gpu("a100-80"), gpus=8).options
        return next(o.fits for o in option if o.placement is found.chosen)

    assert fits(largest)
    assert not fits(bigger)


def test_fewest_gpus_is_the_first_number_that_holds_the_run() -> None:
    config = load_config(ROOT / "configs/qwen3_4b.yaml")
    least = plan(config, find_gpu("a100-80")).gpus
    assert plan(config, find_gpu("a100-80"), gpus=least).option.fits
    fewer = [n for n in range(1, least) if config.micro_batches % n == 0]
    assert not any(plan(config, find_gpu("a100-80"), gpus=n).option.fits for n in fewer)


@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        # 64 x 5 completions in micro-batches of 4
        ("qwen3_4b", [], r"80 micro-batches of 4 .* by 7 GPUs; repair: --gpus 1, 2, 4, 5, 8, 10"),
        (
            "qwen3_4b_verl",
            ["verl.tensor_parallel=2"],
            "7 GPUs cannot be shared by tensor_parallel 2",
        ),
    ],
)
def test_gpus_that_cannot_share_a_batch_are_refused(file: str, words: list[str], said: str) -> None:
    config = load_config(ROOT / "configs" / f"{file}.yaml", words)
    with pytest.raises(ConfigError, match=said):
        plan(config, find_gpu("h200"), gpus=7)


def test_what_fits_nowhere_says_so(run: Run) -> None:
    found = plan(run(), find_gpu("4090"), gpus=1)
    assert not found.option.fits
    assert found.option.largest_micro == 0


def test_verl_takes_its_machines_from_the_config() -> None:
    config = load_config(ROOT / "configs/qwen3_4b_verl.yaml", ["verl={nodes: 3, gpus_per_node: 4}"])
    found = plan(config, find_gpu("h100"))
    assert (found.gpus, found.chosen) == (12, Placement.ZERO3)


def test_a_reward_model_in_a_folder_is_counted(run: Run) -> None:
    without, with_model = (
        plan(run(content=name), find_gpu("h200"), gpus=4) for name in ("none", "shipped")
    )
    assert without.reward_model is None
    assert with_model.reward_model is not None
    assert with_model.flops.scoring > without.flops.scoring


def test_a_faster_machine_of_ones_own_is_given_in_figures(run: Run) -> None:
    config = run(model="nano")
    slow, fast = (plan(config, find_gpu("cpu", flops=flops)) for flops in (1e11, 2e11))
    assert slow.seconds.update > fast.seconds.update
    with pytest.raises(ConfigError, match=r"--gpu 'b300' is not known; repair: one of h200"):
        find_gpu("b300")


def test_assumptions_are_changed_by_words_and_checked() -> None:
    gpu = find_gpu("h200")
    assert assumptions_for(gpu, ["update_efficiency=0.5"]).update_efficiency == 0.5
    assert assumptions_for(find_gpu("cpu")).overhead_gib < assumptions_for(gpu).overhead_gib
    with pytest.raises(ConfigError, match=r"update_mfu.*repair: keys are prompt_tokens"):
        assumptions_for(gpu, ["update_mfu=0.5"])
    with pytest.raises(ConfigError, match="write key=value"):
        assumptions_for(gpu, ["usable"])


def test_a_model_without_shape_is_refused(run: Run) -> None:
    with pytest.raises(InputError, match="the shape of 'some/model' is not known"):
        plan(run(model="some/model"), find_gpu("h200"))
    given = plan(run(model="some/model"), find_gpu("h200"), shape=shape_of("Qwen/Qwen3-0.6B"))
    assert given.model.name == "Qwen3-0.6B"
