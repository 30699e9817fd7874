"""Bytes on one GPU, worked out by hand; activations held against what autograd really keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from social_r1.planning.assumptions import Assumptions
from social_r1.planning.gpus import GIB, Gpu
from social_r1.planning.memory import (
    Placement,
    activations,
    block_activations,
    cache_width,
    fits,
    logits_bytes,
    memory_of,
    sequence_bytes,
)
from social_r1.planning.shapes import Shape, shape_of
from social_r1.planning.work import work_of
from social_r1.training import TrainConfig

Run = Callable[..., TrainConfig]
N = 4_022_468_096
"""Weights of Qwen3-4B."""


@pytest.mark.parametrize(
    ("placement", "weights", "rest"),
    [
        # fp32 masters and a bf16 copy; gradients 4 bytes, moments 8
        (Placement.WHOLE, 6 * N, 1),
        (Placement.ZERO2, 4 * N / 8 + 2 * N, 8),
        # two blocks of 100,930,816 weights are there in bf16 at a time
        (Placement.ZERO3, 6 * N / 8 + 2 * 2 * 100_930_816, 8),
    ],
)
def test_mixed_precision_takes_18_bytes_a_weight_and_sharing_divides_them(
    placement: Placement, weights: float, rest: int, run: Run, round_gpu: Gpu
) -> None:
    shape = shape_of("Qwen/Qwen3-4B")
    work = work_of(run(), shape)
    memory = memory_of(shape, work, round_gpu, 8, placement, Assumptions())
    assert memory.weights == weights
    assert (memory.gradients, memory.optimiser) == (4 * N / rest, 8 * N / rest)


def test_bf16_weights_take_8_bytes_a_weight(run: Run, round_gpu: Gpu) -> None:
    shape = shape_of("Qwen/Qwen3-4B")
    work = work_of(run(weights="bf16"), shape)
    memory = memory_of(shape, work, round_gpu, 1, Placement.WHOLE, Assumptions())
    assert (memory.weights, memory.gradients, memory.optimiser) == (2 * N, 2 * N, 4 * N)
    assert memory.reference == 2 * N
    # DeepSpeed and FSDP under accelerate make fp32 masters of them
    shared = memory_of(shape, work, round_gpu, 8, Placement.ZERO2, Assumptions())
    assert shared.weights == 4 * N / 8 + 2 * N
    assert (shared.gradients, shared.optimiser) == (4 * N / 8, 8 * N / 8)


def test_lora_trains_its_adapters_alone_and_needs_no_second_model(run: Run, round_gpu: Gpu) -> None:
    shape = shape_of("Qwen/Qwen3-4B")
    work = work_of(run(weights="bf16", lora_rank=16), shape)
    memory = memory_of(shape, work, round_gpu, 1, Placement.WHOLE, Assumptions())
    adapters = 33_030_144
    assert memory.weights == 2 * N + 4 * adapters
    assert (memory.gradients, memory.optimiser) == (4 * adapters, 8 * adapters)
    assert (work.reference, memory.reference) == ("adapter off", 0.0)


def test_no_kl_term_needs_no_reference(run: Run, toy: Shape, round_gpu: Gpu) -> None:
    memory = memory_of(
        toy, work_of(run(beta=0.0), toy), round_gpu, 1, Placement.WHOLE, Assumptions()
    )
    assert memory.reference == 0.0


def test_the_cache_of_all_rows_of_a_gpu_stands_at_once(run: Run, round_gpu: Gpu) -> None:
    shape, assume = shape_of("Qwen/Qwen3-4B"), Assumptions(prompt_tokens=28)
    work = work_of(run(), shape)  # 8 completions of at most 100 tokens
    assert sequence_bytes(shape, work, assume, width=2) == 128 * 147_456
    memory = memory_of(shape, work, round_gpu, 2, Placement.ZERO2, assume)
    assert memory.kv_cache == 4 * 128 * 147_456


@pytest.mark.parametrize(
    ("changes", "placement", "width"),
    [
        ({"weights": "fp32", "precision": "bf16"}, Placement.WHOLE, 4),  # autocast
        ({"weights": "fp32", "precision": "fp32"}, Placement.ZERO2, 4),
        ({"weights": "fp32", "precision": "bf16"}, Placement.ZERO2, 2),  # a bf16 copy computes
        ({"weights": "bf16", "precision": "bf16"}, Placement.WHOLE, 2),
        ({"weights": "fp32", "vllm": {"mode": "colocate"}}, Placement.WHOLE, 2),
        ({"model": "nano", "precision": "bf16"}, Placement.WHOLE, 2),  # our sampler casts
        ({"model": "nano", "precision": "fp32"}, Placement.WHOLE, 4),
    ],
)
def test_the_type_of_the_cache(
    changes: dict[str, object], placement: Placement, width: int, run: Run
) -> None:
    config = run(**changes)
    assert cache_width(work_of(config, shape_of(config.model)), placement) == width


@pytest.mark.parametrize("family", ["Qwen3", "Llama"])
@pytest.mark.parametrize("weights", ["fp32", "bf16"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_real_cache_is_of_the_type_that_is_counted(
    family: str, weights: str, precision: str, run: Run, toy: Shape
) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    accelerate = pytest.importorskip("accelerate")
    config = getattr(transformers, f"{family}Config")(
        vocab_size=64, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    model = getattr(transformers, f"{family}ForCausalLM")(config)
    model.to(torch.float32 if weights == "fp32" else torch.bfloat16)
    accelerate.state.AcceleratorState._reset_state(True)
    arithmetic = "bf16" if precision == "bf16" else "no"
    trainer = accelerate.Accelerator(mixed_precision=arithmetic, cpu=True)
    # As TRL samples: the prepared model, unwrapped, which keeps its autocast.
    sampler = trainer.unwrap_model(trainer.prepare_model(model))
    prompt = torch.full((1, 4), 7)
    cache = sampler.generate(prompt, max_new_tokens=3, return_dict_in_generate=True).past_key_values
    work = work_of(run(weights=weights, precision=precision), toy)
    width = cache_width(work, Placement.WHOLE)
    assert {t.element_size() for t in (cache.layers[0].keys, cache.layers[0].values)} == {width}


def test_several_gpus_without_sharding_hold_every_gradient_twice(
    run: Run, toy: Shape, round_gpu: Gpu
) -> None:
    work = work_of(run(), toy)
    one, two = (memory_of(toy, work, round_gpu, n, Placement.WHOLE, Assumptions()) for n in (1, 2))
    assert (one.buckets, two.buckets) == (0.0, 4 * 340)  # 340 weights, fp32
    assert two.standing == one.standing + 4 * 340
    adapters = work_of(run(lora_rank=1), toy)
    lora = memory_of(toy, adapters, round_gpu, 2, Placement.WHOLE, Assumptions())
    assert lora.buckets == 4 * 122  # inputs and outputs of 7 linears (61) in 2 blocks
    assert memory_of(toy, work, round_gpu, 2, Placement.ZERO2, Assumptions()).buckets == 0.0


def test_an_engine_takes_the_share_that_it_is_given(run: Run, round_gpu: Gpu) -> None:
    shape = shape_of("Qwen/Qwen3-4B")
    work = work_of(run(vllm={"mode": "colocate", "memory": 0.4}), shape)
    memory = memory_of(shape, work, round_gpu, 1, Placement.WHOLE, Assumptions())
    assert memory.sampler == 2 * N
    assert memory.sampler + memory.kv_cache == pytest.approx(0.4 * round_gpu.memory)
    asleep = work_of(run(vllm={"mode": "colocate", "memory": 0.4, "sleep": True}), shape)
    less = memory_of(shape, asleep, round_gpu, 1, Placement.WHOLE, Assumptions())
    assert memory.update - less.update == pytest.approx(0.4 * round_gpu.memory)


def test_the_embedded_models_sampler_keeps_a_prompt_once_for_its_group(
    run: Run, round_gpu: Gpu
) -> None:
    nano = shape_of("nano")
    work = work_of(run(model="nano"), nano)
    assert work.rollout == "shared"
    memory = memory_of(nano, work, round_gpu, 1, Placement.WHOLE, Assumptions(prompt_tokens=50))
    # 4 prompts of 50 tokens and 8 completions of 100; 4 layers x 2 heads x 32 x 2 x 2 bytes a token
    assert memory.kv_cache == (4 * 50 + 8 * 100) * 1024


def test_what_a_block_keeps_of_a_token_by_hand(toy: Shape) -> None:
    # norms 2 x (4 + 2 + 2) x 4 + 8; q, k, v and output 2 bytes x (6 + 3 + 3 + 6), sums 2 x 4;
    # feed-forward 4 x 2 x 5
    assert block_activations(toy) == 72 + 36 + 8 + 40
    # Qwen3's norms: 4 + 2 bytes of each query and key, 4 for each of 3 heads
    assert block_activations(toy._replace(qk_norm=True)) == 156 + 54 + 12
    assert activations(toy, 10, checkpointing=False) == 10 * 2 * 156
    assert activations(toy, 10, checkpointing=True) == 10 * (2 * 2 * 4 + 156)


@pytest.mark.parametrize("family", ["Qwen3", "Llama"])
def test_a_real_block_keeps_what_the_formula_says(family: str) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")

    def kept(layers: int) -> int:
        config = getattr(transformers, f"{family}Config")(
            vocab_size=64, hidden_size=96, intermediate_size=160, num_hidden_layers=layers,
            num_attention_heads=6, num_key_value_heads=2, head_dim=32,
        )  # fmt: skip
        model = getattr(transformers, f"{family}ForCausalLM")(config).to(torch.bfloat16)
        own = {p.untyped_storage().data_ptr() for p in model.parameters()}
        found: dict[int, int] = {}

        def pack(tensor):
            store = tensor.untyped_storage()
            if store.data_ptr() not in own:
                found[store.data_ptr()] = store.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            _alive = model.model(input_ids=torch.zeros(1, 128, dtype=torch.long), use_cache=False)
        return sum(found.values())

    shape = Shape("real", "", 1, 96, 6, 2, 32, 160, 64, True, qk_norm=family == "Qwen3")
    assert kept(3) - kept(1) == 2 * 128 * block_activations(shape)


def test_logits_are_there_a_tile_at_a_time(toy: Shape) -> None:
    # 10 tokens: fp32 logits and their gradient, fp32 gradients of the states and of the matrix
    assert logits_bytes(toy, 10, trained=True) == 2 * 4 * 10 * 7 + 4 * 10 * 4 + 4 * 7 * 4
    assert logits_bytes(toy, 10_000, trained=False) == 2 * 4 * 4096 * 7 + 4 * 10_000 * 4


def test_a_run_fits_up_to_the_usable_share(run: Run, toy: Shape) -> None:
    gpu = Gpu("small", 10 * GIB, 1e12, 1e12, 1e9, "")
    work = work_of(run(), toy)
    memory = memory_of(toy, work, gpu, 1, Placement.WHOLE, Assumptions(overhead_gib=8.9))
    assert memory.peak < 9 * GIB
    assert fits(memory, gpu, Assumptions(usable=0.9))
    assert not fits(memory, gpu, Assumptions(usable=0.88))
