"""A model's folder: can it be loaded here, and how does its chat template open a thought?

Files alone are read (``doctor --model DIR``); no weights are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from social_r1.doctor.types import Finding, State
from social_r1.errors import InputError
from social_r1.records import read_json

OPEN = "<think>"


def model_findings(folder: Path) -> list[Finding]:
    """Look at one folder."""
    if not (folder / "config.json").is_file():
        return [
            Finding(
                "model", State.WRONG, f"{folder} holds no config.json",
                "give the folder of a saved model",
            )
        ]  # fmt: skip
    try:
        return [
            *_config(read_json(folder / "config.json")),
            *_weights(folder),
            *_tokenizer(folder),
            template(folder),
        ]
    except InputError as error:
        return [Finding("model", State.WRONG, str(error), "see there")]


def _config(fields: dict[str, Any]) -> Iterator[Finding]:
    yield Finding("model", State.FINE, str(fields.get("model_type") or "model_type unsaid"))
    if fields.get("auto_map"):
        yield Finding(
            "model code", State.WRONG, "auto_map: the folder brings code of its own, which is "
            "never run here", "a model whose architecture transformers knows",
        )  # fmt: skip


def _weights(folder: Path) -> Iterator[Finding]:
    safe = {path.name for path in folder.glob("*.safetensors")}
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        wanted = set(read_json(index).get("weight_map", {}).values())
        if missing := sorted(wanted - safe):
            yield Finding(
                "weights", State.WRONG, f"{len(missing)} of {len(wanted)} files are missing: "
                f"{missing[0]}", "download the folder again",
            )  # fmt: skip
            return
    if safe:
        size = sum((folder / name).stat().st_size for name in safe)
        yield Finding("weights", State.FINE, f"{len(safe)} safetensors, {size / 1e9:.2f} GB")
    elif any(folder.glob("*.bin")) or any(folder.glob("*.pt")):
        yield Finding(
            "weights", State.WRONG, "pickled weights only, which are never loaded here",
            "save them again with save_pretrained (safetensors)",
        )  # fmt: skip
    else:
        yield Finding("weights", State.WRONG, "none", "download *.safetensors too")


def _tokenizer(folder: Path) -> Iterator[Finding]:
    files = [
        n for n in ("tokenizer.json", "tokenizer.model", "vocab.json") if (folder / n).is_file()
    ]
    if not files:
        yield Finding("tokenizer", State.WRONG, "none", "save the tokenizer there too")
        return
    fields = _tokenizer_config(folder)
    if fields.get("pad_token") is None:
        yield Finding(
            "tokenizer",
            State.DIFFERS,
            f"{files[0]}, no pad_token",
            "a spare token is used for it, or else the end token",
        )
    else:
        yield Finding("tokenizer", State.FINE, files[0])


def _tokenizer_config(folder: Path) -> dict[str, Any]:
    path = folder / "tokenizer_config.json"
    return read_json(path) if path.is_file() else {}


def template(folder: Path) -> Finding:
    """The chat template: whether there is one, its thinking switch, and whether it opens a thought.

    A completion of a prompt that ends in ``<think>`` begins inside the thought; a parser that does
    not know it calls every answer malformed.
    """
    what, text = "chat template", _template_text(folder)
    if text is None:
        return Finding(
            what, State.WRONG, "none: prompts cannot be rendered", "an instruct model, or "
            "chat_template.jinja beside the tokenizer",
        )  # fmt: skip
    switch = "; knows enable_thinking" if "enable_thinking" in text else ""
    opens = _opens(text)
    if opens is None:
        return Finding(
            what,
            State.DIFFERS,
            f"could not be rendered here{switch}",
            "pip install 'social-r1[train]'",
        )
    if opens:
        return Finding(
            what, State.FINE, f"the prompt ends in {OPEN}{switch}; it is put back before scoring"
        )
    return Finding(what, State.FINE, f"the model opens its thought itself{switch}")


def _template_text(folder: Path) -> str | None:
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    found: Any = _tokenizer_config(folder).get("chat_template")
    if isinstance(found, list):
        several = cast("list[dict[str, Any]]", found)
        found = next((t.get("template") for t in several if t.get("name") == "default"), None)
    return found if isinstance(found, str) else None


def _opens(text: str) -> bool | None:
    """Whether a rendered prompt ends in the think tag; None where it cannot be rendered."""
    try:
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ModuleNotFoundError:
        return None

    def fail(message: str) -> None:
        raise ValueError(message)

    def today(form: str) -> str:
        return form

    world: Any = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    world.globals.update(raise_exception=fail, strftime_now=today)
    words = {"bos_token": "", "eos_token": "", "tools": None, "add_generation_prompt": True}
    try:
        shown: str = world.from_string(text).render(
            messages=[{"role": "user", "content": "?"}], **words
        )
    except Exception:  # noqa: BLE001 - templates are other people's programs
        return None
    return shown.rstrip().endswith(OPEN)
