"""A model's folder, read without loading it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.doctor import Finding, State
from social_r1.doctor.model import model_findings
from social_r1.nano.checkpoint import shipped_checkpoint

PLAIN = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
SWITCH = (
    PLAIN + "{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}"
)
OPENED = PLAIN + "{% if add_generation_prompt %}assistant\n<think>\n{% endif %}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text('{"model_type": "qwen3"}')
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 100)
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "tokenizer_config.json").write_text('{"pad_token": "<pad>"}')
    (tmp_path / "chat_template.jinja").write_text(PLAIN)
    return tmp_path


def look(folder: Path) -> dict[str, Finding]:
    return {f.what: f for f in model_findings(folder)}


def test_a_whole_folder_is_fine(folder: Path) -> None:
    assert {f.state for f in look(folder).values()} == {State.FINE}
    assert {f.state for f in look(shipped_checkpoint()).values()} == {State.FINE}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN, "the model opens its thought itself"),
        (SWITCH, "the model opens its thought itself; knows enable_thinking"),
        (OPENED, "the prompt ends in <think>; it is put back before scoring"),
    ],
)
def test_the_template_tells_who_opens_the_thought(folder: Path, text: str, said: str) -> None:
    pytest.importorskip("jinja2")
    (folder / "chat_template.jinja").write_text(text)
    assert look(folder)["chat template"].found == said


def test_a_template_inside_the_tokenizers_settings_counts(folder: Path) -> None:
    pytest.importorskip("jinja2")
    (folder / "chat_template.jinja").unlink()
    assert look(folder)["chat template"].state is State.WRONG
    several = [{"name": "tools", "template": ""}, {"name": "default", "template": OPENED}]
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": several}))
    found = look(folder)
    assert "ends in <think>" in found["chat template"].found
    assert found["tokenizer"].state is State.DIFFERS  # no pad token


def test_a_template_that_cannot_be_rendered_is_not_guessed_at(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("{% if %}")
    assert look(folder)["chat template"].state is State.DIFFERS


def test_code_of_its_own_and_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "x", "auto_map": {"AutoModel": "m.M"}}')
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    found = look(folder)
    assert found["model code"].state is State.WRONG
    assert "pickled" in found["weights"].found
    (folder / "pytorch_model.bin").unlink()
    assert look(folder)["weights"].found == "none"


def test_a_download_that_stopped_half_way_is_found(folder: Path) -> None:
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "model.safetensors").rename(folder / "model-1.safetensors")
    assert look(folder)["weights"].found == "1 of 2 files are missing: model-2.safetensors"


def test_a_folder_without_model_or_tokenizer_is_wrong(folder: Path, tmp_path: Path) -> None:
    (folder / "tokenizer.json").unlink()
    assert look(folder)["tokenizer"].state is State.WRONG
    (folder / "config.json").write_text("{")
    assert "is not JSON" in look(folder)["model"].found
    assert look(tmp_path / "none")["model"].state is State.WRONG
