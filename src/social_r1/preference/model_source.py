"""Where a model is loaded from, and one line instead of a traceback where it cannot be.

Weights are read as safetensors only, because a pickle runs what it likes when it is read; code that
comes with a model is never run.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from social_r1.errors import InputError

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def model_source(name: str) -> str:
    """A local folder with a model, or a hub id, which is taken at its word.

    Raises:
        InputError: what looks like a path is not there, or holds no model.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        _check_folder(path)
        return str(path)
    if name.startswith((".", "/", "~")) or name.count("/") != 1 or path.parent.is_dir():
        raise InputError(f"model folder {name!r} does not exist; repair: check the path")
    return name


def _check_folder(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise InputError(f"{folder} holds no config.json; repair: give a saved model's folder")
    if any(folder.glob("*.safetensors")):
        return
    pickles = sorted(path.name for pattern in PICKLES for path in folder.glob(pattern))
    if pickles:
        raise InputError(
            f"{folder} has its weights in {pickles[0]}, a pickle, which can run any code when it "
            "is read; repair: load it where you trust it and save it with save_pretrained, which "
            "writes safetensors"
        )
    raise InputError(f"{folder} has no *.safetensors; repair: save the weights there too")


@contextmanager
def loading(name: str) -> Generator[None, None, None]:
    """Around the loading of a causal language model.

    A hub that does not answer is asked for a minute; the warnings about it are left out.

    Raises:
        InputError: it cannot be loaded; in one line.
    """
    from huggingface_hub.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    except InputError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(_why_not(name, error)) from error
    finally:
        logging.set_verbosity(before)


def _why_not(name: str, error: Exception) -> str:
    said = str(error).strip()
    if "trust_remote_code" in said:
        return (
            f"model {name!r} brings code of its own, which is not run here; repair: give a model "
            "of an architecture that transformers knows"
        )
    reason = said.splitlines()[0] if said else type(error).__name__
    return (
        f"model {name!r} cannot be loaded as a causal language model ({reason}); repair: give "
        "a folder with config, weights (safetensors) and tokenizer, or a hub id that answers"
    )
