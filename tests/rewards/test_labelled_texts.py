"""Texts that a reader has labelled, in the two forms that the benchmark reads."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
ASKED = {
    "story": "Ella puts the key in the jar. Ben goes out. Ella moves the key to the red box.",
    "question": "Where does Ben look?",
    "options": ["the jar", "the red box"],
}
ROW = {
    "thought": "Ella puts the key in the jar and moves it while Ben is out. He doesn't know. "
    "The question asks where he looks. So he will look in the jar, option A.",
    "kind": "forward",
    "order": "C I G R",
    "sentences": "CIGR",
}
SPOILED = {"thought": "Option A, it must be.", "kind": "backward", "order": "R", "group": "mine"}


@pytest.fixture
def structure_texts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("structure_texts")


def test_both_forms_are_read_alike(structure_texts: ModuleType, tmp_path: Path) -> None:
    rows = [{"story": "key", **fields} for fields in (ROW, SPOILED)]
    (tmp_path / "a.yaml").write_text(yaml.safe_dump({"stories": {"key": ASKED}, "rows": rows}))
    lines = [json.dumps({**ASKED, **fields}) for fields in (ROW, SPOILED)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    texts, same = (structure_texts.load_texts(tmp_path / f"a.{end}") for end in ("yaml", "jsonl"))
    assert [t[1:4] for t in texts] == [t[1:4] for t in same]
    assert texts[0].item.options == same[0].item.options
    assert [t.group for t in texts] == ["key", "mine"]


def test_halves_are_told_apart(
    structure_texts: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = [{"story": "key", **fields} for fields in (ROW, ROW, SPOILED, ROW)]
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump({"stories": {"key": ASKED}, "rows": rows}))
    structure_texts.labelled(structure_texts.load_texts(path))
    odd, even = capsys.readouterr().out.split("### Even rows")
    assert "| forward | 1 | 1.00 | 0 | 0 | 0 | 1 |  | 1 | 1 |" in odd
    assert "| backward | 1 | 0.07 | 1 | 0 | 0 | 0 | 1.000 | 1 | 1 |" in odd
    assert "| forward | 2 | 1.00 |" in even
    assert "| G | 0 | 0 | 2 | 0 |" in even
