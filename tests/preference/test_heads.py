"""Heads: sharing a prompt changes nothing, and scores are what their formula says."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from social_r1.preference import heads
from social_r1.preference.heads import CAP, Encoder, collate, load_head, load_tokenizer

PROMPTS = ("1 Ella left the barn.\n\nQuestion: Where?\nred box (A)\ntin jar (B)", "Who?")
THOUGHTS = (
    ("Ella: [1] red box.", "Ella: nothing.", "So it is the tin jar (B)."),
    ("[2] nothing.",),
)


@pytest.fixture(scope="module")
def encoder(backbone: Path) -> Encoder:
    return Encoder(load_tokenizer(str(backbone)))


def encoded(encoder: Encoder) -> tuple[list[list[int]], list[list[list[int]]]]:
    return [*map(encoder.prompt, PROMPTS)], [[*map(encoder.thought, g)] for g in THOUGHTS]


def test_a_likelihood_score_is_the_log_of_the_capped_surprise_of_the_thought(
    encoder: Encoder, backbone: Path
) -> None:
    head = load_head(str(backbone), "likelihood", encoder.tokenizer).eval()
    prompts, thoughts = encoded(encoder)
    with torch.no_grad():
        scores = head(**collate(prompts, thoughts)._asdict())
        expected = []
        for prompt, group in zip(prompts, thoughts, strict=True):
            for said in group:
                logits = head.inner(torch.tensor([prompt + said])).logits[0].float()
                rows = logits[len(prompt) : -1]  # from the token after <think> on
                nats = F.cross_entropy(rows, torch.tensor(said[1:]), reduction="none")
                expected.append(
                    (-2 * math.log1p(nats.clamp(max=CAP).sum().item()), nats.mean().item())
                )
    assert scores.logits.squeeze(1).tolist() == pytest.approx([e for e, _ in expected], rel=1e-4)
    assert scores.gold_loss.tolist() == pytest.approx([e for _, e in expected], rel=1e-4)


def test_a_scalar_score_is_that_of_transformers_classifier(
    encoder: Encoder, backbone: Path
) -> None:
    torch.manual_seed(0)
    head = load_head(str(backbone), "scalar", encoder.tokenizer).eval()
    prompts, thoughts = encoded(encoder)
    with torch.no_grad():
        scores = head(**collate(prompts, thoughts)._asdict()).logits.squeeze(1).tolist()
        alone = [
            head.inner(torch.tensor([prompt + said])).logits.item()
            for prompt, group in zip(prompts, thoughts, strict=True)
            for said in group
        ]
    assert scores == pytest.approx(alone, abs=1e-5)
    assert len(set(scores)) == 4


def test_pairs_bring_scores_into_the_order_of_the_loss(encoder: Encoder, backbone: Path) -> None:
    head = load_head(str(backbone), "likelihood", encoder.tokenizer).eval()
    batch = collate(*encoded(encoder))._asdict()
    with torch.no_grad():
        plain = head(**batch).logits
        paired = head(**batch, pairs=torch.tensor([0, 0, 1, 2])).logits
    assert torch.equal(paired, plain[[0, 0, 1, 2]])


def test_gradients_reach_the_backbone_through_the_shared_prompt(
    encoder: Encoder, backbone: Path
) -> None:
    head = load_head(str(backbone), "likelihood", encoder.tokenizer)
    head(**collate(*encoded(encoder))._asdict()).logits.sum().backward()
    key = head.inner.model.layers[0].self_attn.k_proj.weight
    assert key.grad is not None
    assert key.grad.abs().sum() > 0


STAGED = (
    "Cue Encoding: [1] Ella out.\nCue Interpretation: [1] Ella red box.\n"
    "Goal Clarification: where Ella looks.\nResponse Generation: So it is the tin jar (B)."
)


@pytest.mark.parametrize("kind", ["likelihood", "scalar"])
def test_one_pass_gives_the_whole_and_every_stage(
    encoder: Encoder, backbone: Path, kind: str
) -> None:
    torch.manual_seed(0)
    head = load_head(str(backbone), kind, encoder.tokenizer).eval()  # type: ignore[arg-type]
    prompts = [encoder.prompt(PROMPTS[0])]
    texts = [STAGED, "Cue Encoding: [1] Ella out."]
    read = encoder.thoughts(texts, stages=True)
    thoughts = [[t.ids for t in read]]
    assert thoughts == [[encoder.thought(t) for t in texts]]
    batch = collate(prompts, thoughts)
    spans = [t.stages for t in read]
    assert spans[1][1:] == [(0, 0)] * 3
    starts = [a for a, _ in spans[0]]
    assert starts == sorted(starts)
    with torch.no_grad():
        whole, stages = head.graded(batch, torch.tensor(spans))
        alone = head(**batch._asdict()).logits.squeeze(1)
        assert whole.tolist() == pytest.approx(alone.tolist(), abs=1e-4)
        assert stages[1, 1:].isnan().all()
        ids = thoughts[0][0]
        for stage, (a, b) in enumerate(spans[0]):
            if kind == "scalar":  # what the head says of the thought up to the stage's end
                expected = head.inner(torch.tensor([prompts[0] + ids[:b]])).logits.item()
            else:  # the surprise of the stage's own tokens
                logits = head.inner(torch.tensor([prompts[0] + ids])).logits[0].float()
                rows = logits[len(prompts[0]) + a - 1 : len(prompts[0]) + b - 1]
                nats = F.cross_entropy(rows, torch.tensor(ids[a:b]), reduction="none")
                expected = -2 * math.log1p(nats.clamp(max=CAP).sum().item())
            assert stages[0, stage].item() == pytest.approx(expected, abs=1e-3)


def test_logits_a_slice_at_a_time_give_the_same_scores(
    encoder: Encoder, backbone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = load_head(str(backbone), "likelihood", encoder.tokenizer).eval()
    batch = collate(*encoded(encoder))
    with torch.no_grad():
        at_once = head(**batch._asdict()).logits
        monkeypatch.setattr(heads, "SLICE", 7)
        assert torch.allclose(head(**batch._asdict()).logits, at_once, atol=1e-5)
