"""Policies on disk: what is not trusted, what is saved, which one is best."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from social_r1.errors import InputError
from social_r1.training.policy import BestPolicy, load_policy, merged_state


@pytest.fixture
def copy(policy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(policy, tmp_path / "copy"))


def test_a_pickle_is_refused_by_name(copy: Path) -> None:
    model, _ = load_policy(str(copy))
    torch.save(model.state_dict(), copy / "pytorch_model.bin")
    load_policy(str(copy))  # the safetensors beside it are what is read
    (copy / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"pytorch_model\.bin, a pickle.*repair: .*safetensors"):
        load_policy(str(copy))
    (copy / "pytorch_model.bin").unlink()
    with pytest.raises(InputError, match=r"no \*\.safetensors"):
        load_policy(str(copy))


def test_code_that_comes_with_a_model_is_not_run(copy: Path) -> None:
    (copy / "evil.py").write_text(f"open({str(copy / 'ran')!r}, 'w')\n")
    config = json.loads((copy / "config.json").read_text())
    config |= {
        "model_type": "own_kind", "architectures": ["OwnModel"],
        "auto_map": {"AutoConfig": "evil.OwnConfig", "AutoModelForCausalLM": "evil.OwnModel"},
    }  # fmt: skip
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="brings code of its own, which is not run here"):
        load_policy(str(copy))
    assert not (copy / "ran").exists()


def test_padding_is_the_familys_own_where_it_has_one(copy: Path) -> None:
    _, tokenizer = load_policy(str(copy))
    tokenizer.pad_token = None
    tokenizer.save_pretrained(copy)
    assert load_policy(str(copy))[1].pad_token == "<end>"
    tokenizer.add_special_tokens({"extra_special_tokens": ["<|finetune_right_pad_id|>"]})
    tokenizer.save_pretrained(copy)
    assert load_policy(str(copy))[1].pad_token == "<|finetune_right_pad_id|>"


def test_adapters_are_added_to_their_weights_by_hand() -> None:
    w = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    a, b = torch.tensor([[1.0, -1.0]]), torch.tensor([[2.0], [0.5]])
    merged = merged_state(
        {
            "base_model.model.layer.q.base_layer.weight": w,
            "base_model.model.layer.q.base_layer.bias": torch.ones(2),
            "base_model.model.layer.q.lora_A.default.weight": a,
            "base_model.model.layer.q.lora_B.default.weight": b,
            "base_model.model.norm.weight": torch.ones(2),
        },
        scaling=2.0,
    )
    # 2 · B A = 2 · [[2, -2], [.5, -.5]]
    assert list(merged) == ["layer.q.weight", "layer.q.bias", "norm.weight"]
    assert merged["layer.q.weight"].tolist() == [[5.0, -2.0], [4.0, 3.0]]
    assert w.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_the_earliest_of_the_best_is_kept_over_a_restart(tmp_path: Path) -> None:
    saved: list[dict] = []

    def save(folder: Path, record: dict) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "record.json").write_text(json.dumps(record))
        saved.append(record)

    best = BestPolicy(tmp_path / "best", save)
    taken = [best.offer({"step": s, "parts/outcome": v, "n": 8}) for s, v in ((0, 0.5), (5, 0.5))]
    assert taken == [True, False]
    again = BestPolicy(tmp_path / "best", save)
    assert again.record == {"step": 0, "accuracy": 0.5, "n": 8}
    assert not again.offer({"step": 5, "parts/outcome": 0.5, "n": 8})
    assert again.offer({"step": 10, "parts/outcome": 0.625, "n": 8})
    assert saved[-1] == {"step": 10, "accuracy": 0.625, "n": 8}
