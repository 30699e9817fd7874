"""Operations and seconds of one batch, on a toy whose figures fit on the back of an envelope."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from social_r1.planning.assumptions import Assumptions
from social_r1.planning.compute import (
    decode_seconds,
    flops_of,
    link_seconds,
    seconds_of,
    tokens_of,
)
from social_r1.planning.gpus import Gpu
from social_r1.planning.memory import Placement
from social_r1.planning.shapes import Shape, shape_of
from social_r1.planning.work import Work, work_of
from social_r1.training import TrainConfig

Run = Callable[..., TrainConfig]
WHOLE = Placement.WHOLE
PLAIN = Assumptions(prompt_tokens=20, prompt_share=0.5, completion_share=0.4)
"""Prompts of 10 tokens and completions of 40 on average, 8 of them."""
BODY = 2 * 2 * 132
"""Operations of one token of the toy in its 2 blocks, without attention."""
HEAD = 2 * 7 * 4
"""And in its output layer."""


@pytest.fixture
def work(run: Run, toy: Shape) -> Work:
    return work_of(run(beta=0.0), toy)


def test_tokens_of_a_batch(work: Work) -> None:
    # generate repeats the prompt for each completion; so does the update
    assert tokens_of(work, PLAIN) == (8 * 10, 8 * 40, 8 * 50)
    engine = work._replace(rollout="engine")
    assert tokens_of(engine, PLAIN) == (4 * 10, 8 * 40, 8 * 50)
    shared = work._replace(rollout="shared")
    assert tokens_of(shared, PLAIN) == (4 * 10, 8 * 40, 4 * 10 + 8 * 40)


def test_operations_of_sampling(toy: Shape, work: Work) -> None:
    flops = flops_of(toy, work, PLAIN)
    # a prompt token sees 5 others on average; attention costs 4 x 2 layers x 6 = 48 for each
    assert flops.prefill == 80 * (BODY + 48 * 5)
    # a sampled one sees the prompt and half of the completion
    assert flops.decode == 320 * (BODY + HEAD + 48 * 30)


def test_backward_costs_twice_forward(toy: Shape, work: Work) -> None:
    flops = flops_of(toy, work, PLAIN)
    forward = 400 * (BODY + 48 * 25) + 320 * HEAD
    assert (flops.forward, flops.backward, flops.scoring) == (forward, 2 * forward, 0.0)
    assert flops.total == flops.prefill + flops.decode + 3 * forward


def test_checkpointing_adds_one_forward_pass(toy: Shape, work: Work) -> None:
    plain, again = (flops_of(toy, work._replace(checkpointing=on), PLAIN) for on in (False, True))
    assert again.backward == plain.backward + plain.forward


def test_frozen_weights_have_no_gradient_of_their_own(toy: Shape, work: Work) -> None:
    lora = flops_of(toy, work._replace(lora_rank=1), PLAIN)
    matrices, attention = 400 * BODY + 320 * HEAD, 400 * 48 * 25
    # rank 1: inputs and outputs of q, k, v, o, gate, up, down in 2 blocks
    adapters = 2 * 400 * 2 * (10 + 7 + 7 + 10 + 9 + 9 + 9)
    assert lora.forward == matrices + attention + adapters
    assert lora.backward == matrices + 2 * attention + 2 * adapters


def test_each_frozen_reader_costs_one_forward_pass(toy: Shape, work: Work) -> None:
    once = flops_of(toy, work, PLAIN).forward
    both = work._replace(reference="copy", old_scores=True)
    assert flops_of(toy, both, PLAIN).scoring == 2 * once
    judged = flops_of(toy, work, PLAIN, reward_model=toy)
    assert judged.scoring == 2 * toy.multiplied * 8 * 50


def test_six_operations_a_weight_and_token_is_the_rule_for_large_models(run: Run) -> None:
    shape = shape_of("Qwen/Qwen3-4B")
    work = work_of(run(beta=0.0, gradient_checkpointing="off"), shape)
    assume = Assumptions(prompt_tokens=2, completion_share=1.0)
    flops = flops_of(shape, work, assume)
    tokens = tokens_of(work, assume).trained
    assert (flops.forward + flops.backward) / tokens == pytest.approx(
        6 * shape.parameters.total, rel=0.02
    )


def test_decoding_reads_the_weights_for_every_token(toy: Shape, work: Work) -> None:
    gpu = Gpu("slow memory", 1e9, flops=1e18, bandwidth=1e6, link=1, source="")
    assume = PLAIN.model_copy(update={"decode_bandwidth": 0.5, "call_seconds": 0.0})
    bf16 = work._replace(weights="bf16")
    # 100 rounds of 2 bytes x 340 weights; the cache of 24 bytes a token is moved three times:
    # 8 rows x 100 tokens, each with 10 + 50 before it on average
    weights, cache = 100 * 2 * 340, 3 * 8 * 100 * 60 * 24
    assert toy.parameters.total == 340
    assert toy.kv_bytes() == 24
    assert decode_seconds(toy, bf16, gpu, 1, WHOLE, assume, room=0) == pytest.approx(
        (weights + cache) / 5e5
    )
    # fp32 weights are read, cast and read again: 8 bytes; their cache is fp32 too
    cast = decode_seconds(toy, work, gpu, 1, WHOLE, assume, room=0)
    assert cast == pytest.approx((4 * weights + 2 * cache) / 5e5)
    # DeepSpeed and FSDP compute with a bf16 copy
    zero = decode_seconds(toy, work, gpu, 1, Placement.ZERO2, assume, room=0)
    assert zero == pytest.approx((weights + cache) / 5e5)


def test_small_models_wait_for_calls(toy: Shape, work: Work, round_gpu: Gpu) -> None:
    assume = PLAIN.model_copy(update={"call_seconds": 0.01})
    # 100 rounds x 2 layers x 10 ms
    assert decode_seconds(toy, work, round_gpu, 1, WHOLE, assume, room=0) == pytest.approx(
        2.0, rel=1e-3
    )


def test_an_engine_without_room_for_all_goes_in_waves(toy: Shape, work: Work) -> None:
    gpu = Gpu("slow calls", 1e9, 1e18, 1e18, 1, "")
    assume = PLAIN.model_copy(update={"engine_call_seconds": 0.01, "completion_share": 1.0})
    engine = work._replace(rollout="engine")
    room = 2 * 120 * 24.0  # two of eight sequences of 20 + 100 tokens
    all_at_once = decode_seconds(toy, engine, gpu, 1, WHOLE, assume, room=8 * 120 * 24.0)
    assert all_at_once == pytest.approx(100 * 2 * 0.01)
    assert decode_seconds(toy, engine, gpu, 1, WHOLE, assume, room=room) == pytest.approx(
        4 * all_at_once
    )


def test_gradients_go_out_and_back_once_an_update(toy: Shape, work: Work, round_gpu: Gpu) -> None:
    assume = PLAIN.model_copy(update={"link_efficiency": 0.5})
    two = work._replace(updates=2)
    assert link_seconds(toy, two, round_gpu, 1, Placement.WHOLE, assume) == 0.0
    sent = 2 * 2 * 2 * 340
    assert link_seconds(toy, two, round_gpu, 2, Placement.ZERO2, assume) == sent / 5e8
    # 4 micro-batches on 2 GPUs; each fetches the weights forward and backward
    more = sent + 2 * 2 * 2 * 340
    assert link_seconds(toy, two, round_gpu, 2, Placement.ZERO3, assume) == more / 5e8


def test_twice_the_gpus_halve_what_arithmetic_bounds(run: Run, round_gpu: Gpu) -> None:
    shape = shape_of("Qwen/Qwen3-4B")
    work = work_of(run(), shape)
    one, two = (
        seconds_of(shape, work, round_gpu, n, Placement.WHOLE, Assumptions(), room=0)
        for n in (1, 2)
    )
    assert one.update == pytest.approx(2 * two.update)
    assert one.scoring == pytest.approx(2 * two.scoring)
    assert two.sampling > one.sampling / 2  # the weights are read all the same
