"""Load a nano-family checkpoint; without a path, the one that ships with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from social_r1.errors import InputError
from social_r1.nano.memory import keep_freed_memory

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast, Qwen3ForCausalLM


class Nano(NamedTuple):
    """A model in fp32 and evaluation mode, with its tokenizer."""

    model: Qwen3ForCausalLM
    tokenizer: PreTrainedTokenizerFast


def load_weights(model_class: Any, source: str | Path, **settings: Any) -> Any:
    """``from_pretrained``, which must find exactly the weights that the config asks for.

    By itself transformers fills missing weights with random ones, drops unknown ones and warns.

    Raises:
        InputError: a weight is missing, has no place in the model, or has another shape.
    """
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        model, info = model_class.from_pretrained(
            source, output_loading_info=True, ignore_mismatched_sizes=True, **settings
        )
    finally:
        logging.set_verbosity(before)
    wrong = {
        "lack": sorted(info["missing_keys"]),
        "have an unknown": sorted(info["unexpected_keys"]),
        "have another shape of": sorted(str(key[0]) for key in info["mismatched_keys"]),
    }
    for says, names in wrong.items():
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            raise InputError(
                f"the weights in {source} {says} {names[0]}{more}: they belong to another "
                "architecture than its config.json; repair: give weights and config of one model"
            )
    return model


def shipped_checkpoint() -> Path:
    """Folder of the cold-start checkpoint that ships with the package."""
    return Path(str(files("social_r1.nano"))) / "checkpoint"


def load_nano(path: str | Path | None = None) -> Nano:
    """Load a checkpoint folder (safetensors), by default the shipped one.

    Raises:
        InputError: the folder is missing, is no Qwen3 checkpoint, holds weights of another shape,
            or has no tokenizer.
    """
    import torch
    from transformers import AutoConfig, PreTrainedTokenizerFast, Qwen3ForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    keep_freed_memory()
    folder = Path(path) if path is not None else shipped_checkpoint()
    if not (folder / "config.json").is_file():
        raise InputError(
            f"{folder} holds no config.json; repair: give a checkpoint folder, "
            "or make one with `social-r1 nano train`"
        )
    try:
        shape = AutoConfig.from_pretrained(folder)
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}/config.json cannot be read: {error}") from error
    if shape.model_type != "qwen3":
        raise InputError(
            f"{folder} holds a {shape.model_type} model, not qwen3; repair: give a nano "
            "checkpoint, or use an engine that takes any architecture"
        )
    if not (folder / "tokenizer.json").is_file():
        raise InputError(f"{folder} has no tokenizer.json; repair: save the tokenizer there too")
    if not (folder / "model.safetensors").is_file():
        raise InputError(f"{folder} has no model.safetensors; repair: save the weights there too")
    try:
        model = load_weights(
            Qwen3ForCausalLM, folder, config=shape, dtype=torch.float32, use_safetensors=True
        )
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{folder}/model.safetensors does not fit its config: {error}") from error
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    return Nano(model.eval(), tokenizer)
