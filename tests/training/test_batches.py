"""Our micro-batches and our scoring change the speed of a GRPO update, not its gradient."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from social_r1.training.batches import arrange, common_group, divides
from social_r1.training.dataset import train_dataset
from social_r1.training.rollouts import load_policy


def fake_batch(lengths: list[int], advantages: list[float]) -> dict:
    mask = (torch.arange(8)[None] < torch.tensor(lengths)[:, None]).long()
    rows = len(lengths)
    return {
        "prompt_ids": torch.arange(rows * 5).view(rows, 5),
        "prompt_mask": torch.tensor([[0, 1, 1, 1, 1]] * rows),
        "completion_ids": torch.arange(rows * 8).view(rows, 8),
        "completion_mask": mask,
        "advantages": torch.tensor(advantages),
        "num_items_in_batch": mask.sum(),
    }


def test_groups_stay_whole_and_flat_ones_are_left_out() -> None:
    batch = fake_batch([8, 2, 1, 1, 3, 3, 5, 4], [1, -1, 0, 0, 1, -1, -1, 1])
    parts = arrange(batch, group=2, updates=1, parts=2, loss_type="dapo", kl=False)
    starts = [part["completion_ids"][:, 0].tolist() for part in parts]
    # rows 0 1, 4 5, 6 7
    assert sorted(start for part in starts for start in part) == [0, 8, 32, 40, 48, 56]
    assert [part["completion_ids"].shape[1] for part in parts] == [5, 8]
    assert all(part["prompt_ids"].shape[1] == 4 for part in parts)  # shared padding is cut
    assert all(int(part["num_items_in_batch"]) == 27 for part in parts)


def test_with_a_kl_term_or_another_normaliser_every_row_stays() -> None:
    batch = fake_batch([8, 2, 1, 1, 3, 3, 5, 4], [1, -1, 0, 0, 1, -1, -1, 1])
    for loss_type, kl in (("dapo", True), ("grpo", False)):
        parts = arrange(batch, group=2, updates=1, parts=2, loss_type=loss_type, kl=kl)
        assert sum(len(part["advantages"]) for part in parts) == 8


def test_no_micro_batch_is_empty_even_when_all_groups_are_flat() -> None:
    batch = fake_batch([8, 2, 1, 1, 3, 3, 5, 4], [0.0] * 8)
    parts = arrange(batch, group=2, updates=1, parts=3, loss_type="dapo", kl=False)
    assert [len(part["advantages"]) for part in parts] == [2, 2, 2]


def test_updates_share_the_groups_in_order() -> None:
    batch = fake_batch([4] * 8, [1.0, -1] * 4)
    parts = arrange(batch, group=2, updates=2, parts=1, loss_type="grpo", kl=False)
    assert [part["completion_ids"][:, 0].tolist() for part in parts] == [
        [0, 8, 16, 24], [32, 40, 48, 56],
    ]  # fmt: skip


def test_what_cannot_be_divided_is_left_to_trl() -> None:
    assert divides(4, updates=1, parts=3, loss_type="dapo")
    assert not divides(4, updates=1, parts=3, loss_type="grpo")
    assert not divides(4, updates=3, parts=1, loss_type="dapo")


def test_groups_are_found_only_where_runs_are_equal() -> None:
    a, b = torch.tensor([1, 2]), torch.tensor([1, 2, 3])
    assert common_group([a, a, b, b]) == 2
    assert common_group([a, a, b]) == 1


def gradients(trainer, batch: dict, ours: bool) -> dict[str, torch.Tensor]:
    """Gradients of one update on a generated batch, cut and scored our way or TRL's."""
    trainer.model.zero_grad()
    trainer.fast = ours
    trainer.current_gradient_accumulation_steps = 2
    trainer.model.train()
    if ours:
        parts = arrange(
            batch, group=4, updates=1, parts=2, loss_type=trainer.loss_type,
            kl=trainer.beta != 0.0,
        )  # fmt: skip
    else:
        keep = ("num_items_in_batch",)
        parts = [
            {k: v if k in keep else v[rows] for k, v in batch.items()}
            for rows in (slice(0, 8), slice(8, 16))
        ]
    for part in parts:
        trainer._compute_loss(trainer.model, part).backward()
    return {name: p.grad.clone() for name, p in trainer.model.named_parameters()}


@pytest.mark.parametrize(
    ("loss_type", "beta"), [("dapo", 0.0), ("dapo", 0.1), ("grpo", 0.0), ("dr_grpo", 0.1)]
)
def test_our_update_has_the_gradient_of_trls(
    policy: Path,
    items,
    tmp_path: Path,
    make_config,
    word_reward,
    loss_type: str,
    beta: float,
) -> None:
    from social_r1.training.grpo_trl import SocialTrainer

    config = make_config(tmp_path, loss_type=loss_type, beta=beta)
    model, tokenizer = load_policy(str(policy))
    dataset = train_dataset(items, style="compact", prompts=24, seed=0)
    trainer = SocialTrainer(
        config, model=model, tokenizer=tokenizer, reward=word_reward,
        dataset=dataset,
    )  # fmt: skip
    rows = next(iter(trainer.get_train_dataloader()))
    batch = trainer._generate_and_score_completions(rows)
    batch["advantages"][4:8] = 0.0  # one group without signal
    expected, found = (gradients(trainer, batch, ours) for ours in (False, True))
    for name, gradient in expected.items():
        scale = gradient.abs().max().clamp(min=1e-8)
        assert (found[name] - gradient).abs().max() <= 2e-4 * scale, name
