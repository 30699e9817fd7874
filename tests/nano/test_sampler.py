"""The fast sampler speaks exactly as the model would, only faster."""

from __future__ import annotations

import random

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, Qwen3Config, Qwen3ForCausalLM

from social_r1.errors import InputError
from social_r1.nano.sampler import FastSampler, supports

END = 2


class Vocabulary:
    """All that the sampler asks of a tokenizer: its size and its end token."""

    def __init__(self, size: int, eos_token_id: int | None = END) -> None:
        self.size = size
        self.eos_token_id = eos_token_id

    def __len__(self) -> int:
        return self.size


def tiny_model(vocab_size: int = 500, **changes: object) -> Qwen3ForCausalLM:
    settings = {
        "vocab_size": vocab_size, "hidden_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
        "intermediate_size": 128, "tie_word_embeddings": True, "eos_token_id": END,
        "pad_token_id": 0, "bos_token_id": 1, "max_position_embeddings": 512,
        "initializer_range": 0.15,
    } | changes  # fmt: skip
    torch.manual_seed(0)
    model = Qwen3ForCausalLM(Qwen3Config(**settings)).eval()
    with torch.no_grad():  # norms that differ from one, so that mixing them up would show
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.add_(0.3 * torch.randn_like(weight))
    return model


def prompts_of_many_lengths(count: int = 26, vocab_size: int = 500) -> list[list[int]]:
    draw = random.Random(0)
    return [[draw.randrange(3, vocab_size) for _ in range(5 + 3 * i)] for i in range(count)]


def hf_greedy(model: Qwen3ForCausalLM, prompt: list[int], steps: int) -> list[int]:
    ids = torch.tensor([prompt])
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=steps, do_sample=False
    )
    return out[0, len(prompt) :].tolist()


@pytest.mark.parametrize("changes", [{}, {"attention_bias": True, "tie_word_embeddings": False}])
def test_greedy_equals_transformers_on_26_prompts_of_different_lengths(changes: dict) -> None:
    model = tiny_model(**changes)
    prompts = prompts_of_many_lengths()
    sampler = FastSampler(model, Vocabulary(500))  # type: ignore[arg-type]
    ours = sampler.generate(prompts, n=1, max_new_tokens=70, temperature=0, rows_per_chunk=9)
    for prompt, (sample,) in zip(prompts, ours, strict=True):
        assert sample.ids == hf_greedy(model, prompt, 70)


def test_greedy_stays_equal_when_rows_end_at_different_steps_and_are_dropped() -> None:
    model = tiny_model()
    prompts = prompts_of_many_lengths()
    ends = [model.config.eos_token_id] + [3 * i + 1 for i in range(20, 50)]
    model.generation_config.eos_token_id = ends  # many end tokens: rows end early
    sampler = FastSampler(model, Vocabulary(500))  # type: ignore[arg-type]
    ours = sampler.generate(prompts, n=3, max_new_tokens=70, temperature=0)
    lengths = {len(samples[0].ids) for samples in ours}
    assert len(lengths) > 5
    for prompt, samples in zip(prompts, ours, strict=True):
        expected = hf_greedy(model, prompt, 70)
        assert [sample.ids for sample in samples] == [expected] * 3
        assert samples[0].finished == (expected[-1] in ends)


def test_logprobs_are_those_of_the_model_at_the_sampling_temperature() -> None:
    model = tiny_model()
    prompts = prompts_of_many_lengths(6)
    sampler = FastSampler(model, Vocabulary(500))  # type: ignore[arg-type]
    for prompt, samples in zip(
        prompts,
        sampler.generate(prompts, n=3, max_new_tokens=20, temperature=0.7, seed=3, logprobs=True),
        strict=True,
    ):
        for sample in samples:
            logits = model(torch.tensor([prompt + sample.ids])).logits[0, len(prompt) - 1 : -1]
            expected = (logits / 0.7).log_softmax(-1)[range(len(sample.ids)), sample.ids]
            assert torch.allclose(torch.tensor(sample.logprobs), expected, atol=2e-4)


def test_bf16_projections_stay_close_to_the_model() -> None:
    model = tiny_model()
    sampler = FastSampler(model, Vocabulary(500), dtype=torch.bfloat16)  # type: ignore[arg-type]
    prompt = prompts_of_many_lengths(1)[0]
    (samples,) = sampler.generate([prompt], n=4, max_new_tokens=20, seed=3, logprobs=True)
    for sample in samples:
        logits = model(torch.tensor([prompt + sample.ids])).logits[0, len(prompt) - 1 : -1]
        expected = logits.log_softmax(-1)[range(len(sample.ids)), sample.ids]
        assert (torch.tensor(sample.logprobs) - expected).abs().max() < 0.15


def test_sampled_frequencies_follow_the_distribution() -> None:
    model = tiny_model(vocab_size=12)
    sampler = FastSampler(model, Vocabulary(10))  # type: ignore[arg-type]
    (samples,) = sampler.generate([[5, 4, 3]], n=4000, max_new_tokens=1, temperature=1.3, seed=1)
    logits = model(torch.tensor([[5, 4, 3]])).logits[0, -1, :10]
    expected = (logits / 1.3).softmax(-1) * 4000
    counts = torch.bincount(torch.tensor([s.ids[0] for s in samples]), minlength=12)
    assert counts[10:].sum() == 0  # padded ids are never drawn
    chi_square = ((counts[:10] - expected) ** 2 / expected).sum().item()
    assert chi_square < 21.7  # 99 % point at 9 degrees of freedom; the seed is fixed


def test_a_sample_depends_on_seed_prompt_and_place_but_not_on_chunks() -> None:
    sampler = FastSampler(tiny_model(), Vocabulary(500))  # type: ignore[arg-type]
    prompts = prompts_of_many_lengths(8)

    def draw(**changes: int) -> list[list[list[int]]]:
        settings = {"n": 4, "max_new_tokens": 16, "seed": 7} | changes
        out = sampler.generate(prompts, temperature=1.0, **settings)
        return [[sample.ids for sample in group] for group in out]

    first = draw()
    assert draw(rows_per_chunk=4) == first == draw(rows_per_chunk=1000)
    assert [group[:2] for group in first] == draw(n=2)
    assert draw(seed=8) != first
    assert all(len({tuple(ids) for ids in group}) == 4 for group in first)


def test_a_completion_ends_with_its_first_end_token() -> None:
    sampler = FastSampler(tiny_model(vocab_size=8), Vocabulary(8))  # type: ignore[arg-type]
    (samples,) = sampler.generate([[4, 5]], n=200, max_new_tokens=12, temperature=2.0, seed=0)
    assert {sample.finished for sample in samples} == {True, False}
    for sample in samples:
        assert END not in sample.ids[:-1]
        assert sample.finished == (sample.ids[-1] == END)
        assert sample.finished or len(sample.ids) == 12


def test_the_sampler_reads_the_weights_of_the_moment() -> None:
    model = tiny_model()
    sampler = FastSampler(model, Vocabulary(500))  # type: ignore[arg-type]
    before = sampler.generate([[7, 8, 9]], max_new_tokens=10, temperature=0)
    with torch.no_grad():
        model.model.layers[0].mlp.down_proj.weight.mul_(-2)
    after = sampler.generate([[7, 8, 9]], max_new_tokens=10, temperature=0)
    assert before != after
    assert after[0][0].ids == hf_greedy(model, [7, 8, 9], 10)


def test_other_architectures_and_missing_end_tokens_are_refused() -> None:
    other = GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=1, n_embd=8, vocab_size=16))
    assert not supports(other)
    assert supports(tiny_model())
    with pytest.raises(InputError, match="GPT2LMHeadModel"):
        FastSampler(other, Vocabulary(16))  # type: ignore[arg-type]
    model = tiny_model()
    model.generation_config.eos_token_id = None
    with pytest.raises(InputError, match="end token"):
        FastSampler(model, Vocabulary(500, None))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no tokens"):
        FastSampler(tiny_model(), Vocabulary(500)).generate([[]], max_new_tokens=1)  # type: ignore[arg-type]
