"""The policy on disk: loaded without trust, saved whole (paper section 4; DESIGN 2).

Any causal language model with a chat template will do, from a local folder or the hub
(`preference.model_source`). What is saved loads anywhere: adapters are added to their weights.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from social_r1.errors import InputError
from social_r1.preference.model_source import loading, model_source

PAD_TOKENS = ("<|finetune_right_pad_id|>",)
"""Padding that a family has in its vocabulary but does not name (Llama 3.1)."""


def load_policy(name: str, *, weights: str = "fp32") -> tuple[Any, Any]:
    """Load a causal language model and its tokenizer.

    Args:
        name: ``nano``, a local folder, or a hub id.
        weights: ``fp32`` or ``bf16``.

    Returns:
        Model and tokenizer; the tokenizer has a chat template and a padding token.

    Raises:
        InputError: no such folder, another kind of model, weights that do not fit their config or
            are pickles, a model with code of its own, or a tokenizer without chat template.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from social_r1.nano.checkpoint import load_weights

    source = policy_source(name)
    dtype = torch.float32 if weights == "fp32" else torch.bfloat16
    with loading(name):
        tokenizer: Any = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        model = load_weights(
            AutoModelForCausalLM, source, dtype=dtype, use_safetensors=True, trust_remote_code=False
        )
    if getattr(tokenizer, "chat_template", None) is None:
        raise InputError(
            f"the tokenizer of {name!r} has no chat template; repair: set tokenizer.chat_template "
            "and save it beside the model"
        )
    if tokenizer.pad_token is None:
        known = tokenizer.get_vocab()
        own = (token for token in PAD_TOKENS if token in known)
        tokenizer.pad_token = next(own, tokenizer.eos_token)
    return model, tokenizer


def policy_source(name: str) -> str:
    """Where a policy of this name is loaded from: a local folder, or a hub id.

    Raises:
        InputError: a folder that is not there or holds no model.
    """
    if name in ("nano", "nano/shipped"):
        import social_r1.nano as nano

        folder = Path(str(nano.__file__)).parent / "checkpoint"
        if not folder.is_dir():
            raise InputError("the embedded model is not in this install; repair: make nano")
        return str(folder)
    return model_source(name.removeprefix("nano/"))


def merged_state(state: Mapping[str, Any], *, scaling: float) -> dict[str, Any]:
    """Weights of the model below LoRA adapters, with the adapters added: W + scaling · B A.

    Args:
        state: state dict of a model with one adapter, ``default``.
        scaling: LoRA's alpha / rank.

    Returns:
        State dict of the plain model; the given one is left as it is.
    """
    merged: dict[str, Any] = {}
    for key, value in state.items():
        name = key.removeprefix("base_model.model.")
        if ".lora_" in name:
            continue
        stem = key.removesuffix(".base_layer.weight")
        if stem != key:
            a, b = (state[f"{stem}.lora_{side}.default.weight"] for side in "AB")
            value = value + (scaling * (b.float() @ a.float())).to(value.dtype)
        merged[name.replace(".base_layer.", ".")] = value
    return merged


def save_policy(
    model: Any,
    tokenizer: Any,
    folder: Path,
    *,
    state: Mapping[str, Any] | None = None,
    record: object = None,
) -> None:
    """Save model and tokenizer, whole or not at all: a draft folder, then a rename.

    Args:
        model: The policy; of one with LoRA adapters the merged weights are saved.
        tokenizer: Its tokenizer.
        folder: Replaced if it is there.
        state: Weights gathered from all processes, where they are spread.
        record: Written as ``record.json`` beside the weights.
    """
    draft = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(draft, ignore_errors=True)
    if hasattr(model, "peft_config"):
        lora = model.peft_config["default"]
        merged = merged_state(state or model.state_dict(), scaling=lora.lora_alpha / lora.r)
        plain = model.get_base_model()
        plain.save_pretrained(draft, state_dict=merged)
    elif state is not None:
        model.save_pretrained(draft, state_dict=dict(state))
    else:
        model.save_pretrained(draft)
    tokenizer.save_pretrained(draft)
    if record is not None:
        (draft / "record.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    draft.rename(folder)


class BestPolicy:
    """Keeps the policy with the highest accuracy on the validation items (`keep_best`).

    The earliest of equals stays. ``best/record.json`` says which step it is of, and counts for a
    resumed run too.

    Args:
        folder: Where it is kept.
        save: Saves the policy as it is now, with the record; called in every process.
    """

    metric = "parts/outcome"
    """Accuracy: the share of greedy answers that are right."""

    def __init__(self, folder: Path, save: Any) -> None:
        self.folder, self.save = folder, save
        self.record = read_record(folder)

    def offer(self, row: Mapping[str, Any]) -> bool:
        """Take the policy of an evaluation row if it is the best so far."""
        value = row[self.metric]
        if self.record is not None and value <= self.record["accuracy"]:
            return False
        self.record = {"step": row["step"], "accuracy": value, "n": row["n"]}
        self.save(self.folder, self.record)
        return True


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of a folder of `BestPolicy`; None where there is none."""
    path = folder / "record.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
