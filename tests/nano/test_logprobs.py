"""Scoring a group behind one shared prompt gives the model's own values and gradients."""

from __future__ import annotations

import pytest
import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

from social_r1.nano.logprobs import group_logprobs

TEMPERATURE = 0.8


def tiny_model() -> Qwen3ForCausalLM:
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, intermediate_size=48, tie_word_embeddings=True,
        initializer_range=0.2,
    )  # fmt: skip
    return Qwen3ForCausalLM(config)


def reference(model: Qwen3ForCausalLM, prompt: torch.Tensor, completion: torch.Tensor):
    logits = model(torch.cat((prompt, completion))[None]).logits[0, len(prompt) - 1 : -1]
    table = (logits / TEMPERATURE).log_softmax(-1)
    entropies = -(table.exp() * table).sum(-1)
    return table[torch.arange(len(completion)), completion], entropies


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-4), (torch.bfloat16, 0.1)])
def test_values_and_gradients_equal_those_of_the_model(dtype, tolerance) -> None:
    model = tiny_model()
    prompts = [torch.randint(0, 60, (length,)) for length in (5, 9, 3)]
    lengths = torch.tensor([4, 1, 6, 6, 2, 5])
    completions = torch.randint(0, 60, (6, 6))
    weights = torch.randn(6, 6)

    expected, loss = [], torch.zeros(())
    for row, length in enumerate(lengths.tolist()):
        values, entropies = reference(model, prompts[row // 2], completions[row, :length])
        expected.append((values.detach(), entropies.detach()))
        loss = loss + (values * weights[row, :length]).sum()
    loss.backward()
    gradients = {name: weight.grad.clone() for name, weight in model.named_parameters()}
    model.zero_grad()

    scores = group_logprobs(
        model, prompts, completions, lengths, temperature=TEMPERATURE, dtype=dtype
    )
    for row, (values, entropies) in enumerate(expected):
        length = len(values)
        assert torch.allclose(scores.logprobs[row, :length], values, atol=tolerance)
        assert torch.allclose(scores.entropies[row, :length], entropies, atol=tolerance)
        assert scores.logprobs[row, length:].abs().sum() == 0
    mask = torch.arange(6)[None] < lengths[:, None]
    (scores.logprobs * weights * mask).sum().backward()
    for name, weight in model.named_parameters():
        scale = gradients[name].abs().max()
        assert (weight.grad - gradients[name]).abs().max() <= tolerance * scale, name


def test_shards_on_several_threads_change_nothing() -> None:
    model = tiny_model()
    prompts = [torch.randint(0, 60, (length,)) for length in (5, 9, 3, 7)]
    lengths = torch.tensor([4, 1, 6, 6, 2, 5, 3, 3])
    completions = torch.randint(0, 60, (8, 6))
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            model.zero_grad()
            scores = group_logprobs(model, prompts, completions, lengths)
            scores.logprobs.square().sum().backward()
            with torch.no_grad():
                again = group_logprobs(model, prompts, completions, lengths)
            assert torch.equal(again.logprobs, scores.logprobs)
            found.append([scores.logprobs.detach(), *(p.grad.clone() for p in model.parameters())])
    finally:
        torch.set_num_threads(before)
    for one, several in zip(*found, strict=True):
        assert torch.allclose(one, several, atol=1e-5)
