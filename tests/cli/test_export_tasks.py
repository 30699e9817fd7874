"""``social-r1 export lm-eval`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from social_r1.cli.export_tasks import app
from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.records import write_jsonl


@pytest.fixture
def item_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    rows = [
        SocialItem(
            id=f"i{n}", dimension="Belief", group=f"g{n}", story="Ann left.",
            question="Where will Ann look?", options=("a jar", "the blue box"), answer=n % 2,
        )
        for n in range(4)
    ]  # fmt: skip
    write_jsonl(path, rows)
    return path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["lm-eval", *arguments])


def test_public_sets_and_items_of_your_own_stand_side_by_side(
    item_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tasks"
    said = call("--tasks", "control", "--items", f"own={item_file}", "--out", str(out), "--json")
    assert said.exit_code == 0
    document = json.loads(said.stdout)
    assert [(one["name"], one["items"], one["left_out"]) for one in document["sets"]] == [
        ("control", 224, 64), ("own", 4, 0),
    ]  # fmt: skip
    assert "control: MIT, as the project; not for training" in said.stderr
    names = {path.name for path in out.iterdir()}
    assert {"own.jsonl", "social_r1_own.yaml", "social_r1_own_chat.yaml", "_social_r1.yaml",
            "manifest.json"} <= names  # fmt: skip
    assert not any(name.endswith(".tmp") for name in names)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tasks", "nosuch"], "no benchmark 'nosuch'"),
        ([], "no set to export"),
        (["--items", "mine.jsonl"], "repair: NAME=FILE"),
        (["--items", "tomi=mine.jsonl"], "is the name of a public set"),
    ],
)
def test_a_mistake_is_told_with_its_repair(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    said = call(*arguments, "--out", str(tmp_path / "tasks"))
    assert isinstance(said.exception, InputError)
    assert words in str(said.exception)
    assert "repair" in str(said.exception)
