"""`hard` builds, shows and re-proves items; what is wrong it names, with exit status 1."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.hardbench.blocks import BlockSpec
from social_r1.records import read_items, write_jsonl

SIZES = "seed: 4\ntrain: 8\nhard: 4\neasy: 2\nood: 4\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small build, made by the command itself."""
    place = tmp_path_factory.mktemp("hard")
    config = place / "sizes.yaml"
    config.write_text(SIZES, encoding="utf-8")
    assert main(["hard", "build", "--out", str(place / "sets"), "--config", str(config)]) == 0
    return place / "sets"


def test_a_build_leaves_every_set_all_items_a_card_and_a_manifest(folder: Path) -> None:
    sizes = {"train": 8, "hard": 4, "easy": 2, "ood": 4}
    sets = {name: read_items(folder / f"{name}.jsonl") for name in sizes}
    assert {name: len(items) for name, items in sets.items()} == sizes
    together = {i.id for items in sets.values() for i in items}
    assert {i.id for i in read_items(folder / "items.jsonl")} == together
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert "## hard: 4 items" in card
    assert "| dimension | shortcut | accuracy | 95 % | n |" in card
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["config"]["train"] == 8


def test_options_go_before_the_file_and_json_is_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "sizes.yaml"
    config.write_text("train: 80\nhard: 0\neasy: 1\nood: 0\n", encoding="utf-8")
    out = str(tmp_path / "sets")
    words = ["--config", str(config), "--n", "3", "--seed", "9", "--json"]
    assert main(["hard", "build", "--out", out, *words]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["seed"] == 9
    assert {row["set"]: row["n"] for row in said["sets"]} == {
        "hard": 0, "ood": 0, "train": 4, "easy": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "complaint"), [("train: -1\n", "train"), ("trian: 4\n", "trian"), ("[", "not YAML")]
)
def test_a_wrong_config_is_refused_in_one_line(
    text: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "sizes.yaml"
    config.write_text(text, encoding="utf-8")
    assert main(["hard", "build", "--out", str(tmp_path), "--config", str(config)]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert "repair:" in error
    assert error.count("\n") == 1


def test_an_item_is_shown_with_its_gold_its_reasoning_and_the_shortcuts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = read_items(folder / "hard.jsonl")[2]
    assert main(["hard", "show", str(folder / "hard.jsonl"), item.id]) == 0
    shown = capsys.readouterr().out
    assert item.story in shown
    assert f"* {item.letter}. {item.options[item.answer]}" in shown
    assert shown.count("\n  * ") == 1
    assert f"({item.letter})." in shown
    gold = item.options[item.answer]
    right = [name for name, said in item.meta["solvers"].items() if said == gold]
    for name in right:
        row = next(line for line in shown.splitlines() if line.split()[:1] == [name])
        assert row.split()[-1] == "right"


def test_an_unknown_item_is_said_to_be_unknown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hard", "show", str(folder / "hard.jsonl"), "hb-none"]) == 2
    assert "hb-none" in capsys.readouterr().err


def test_a_reading_test_has_so_many_items_of_each_dimension_and_no_answers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["hard", "show", str(folder / "hard.jsonl"), "--each", "2", "--json"]
    assert main(command) == 0
    shown = json.loads(capsys.readouterr().out)
    dimensions = {item.dimension for item in read_items(folder / "hard.jsonl")}
    assert sorted(row["dimension"] for row in shown) == sorted(2 * list(dimensions))
    assert set(shown[0]) == {"id", "dimension", "story", "question", "options"}
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out) == shown
    assert main(command[:-1]) == 0
    assert "*" not in capsys.readouterr().out


def test_a_build_passes_its_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hard", "check", str(folder / "items.jsonl"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "items": 18, "blocks": 4, "twins_without_original": 0, "problems": [],
    }  # fmt: skip


def test_twins_without_their_originals_are_counted_and_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = ["hard", "release", "core-800", "--out", str(tmp_path), "--scale", "0.04"]
    assert main([*release, "--no-parquet"]) == 0
    originals = read_items(tmp_path / "data" / "test.jsonl")
    twins = read_items(tmp_path / "twins.jsonl")
    of_first = [t for t in twins if t.meta["of"] == originals[0].id]
    assert 0 < len(of_first) < len(twins)
    mixed = tmp_path / "mixed.jsonl"
    for beside, alone in ((originals, 0), (originals[:1], len(twins) - len(of_first))):
        write_jsonl(mixed, [*beside, *twins])
        capsys.readouterr()
        assert main(["hard", "check", str(mixed), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["problems"], said["twins_without_original"]) == ([], alone)
    assert main(["hard", "check", str(tmp_path / "twins.jsonl")]) == 0
    assert (
        capsys.readouterr()
        .out.splitlines()[1]
        .startswith(
            f"{len(twins)} twins whose original is not in {tmp_path / 'twins.jsonl'}: whether"
        )
    )


def test_a_wrong_answer_is_found_and_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *rest = read_items(folder / "hard.jsonl")
    wrong = first.model_copy(update={"answer": (first.answer + 1) % 4})
    path = tmp_path / "wrong.jsonl"
    write_jsonl(path, [wrong, *rest])
    assert main(["hard", "check", str(path)]) == 1
    out = capsys.readouterr().out
    assert f"{first.id}: replay answers" in out
    assert f"{first.group}: its right answers are not each option once" in out
    assert "4 items proved by two oracles, 1 blocks" in out


def test_a_test_block_among_the_training_items_is_found(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = read_items(folder / "hard.jsonl")
    path = tmp_path / "mixed.jsonl"
    leaked = [
        i.model_copy(update={"id": f"{i.id}-x", "group": "g", "split": "train"}) for i in items
    ]
    write_jsonl(path, [*items, *leaked])
    assert main(["hard", "check", str(path)]) == 1
    assert "shares its structure with" in capsys.readouterr().out


def test_items_of_other_sources_cannot_be_proved(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = read_items(folder / "hard.jsonl")[0].model_copy(update={"meta": {}})
    write_jsonl(tmp_path / "foreign.jsonl", [foreign])
    assert main(["hard", "check", str(tmp_path / "foreign.jsonl")]) == 2
    assert "no script" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["build", "show", "check"])
def test_every_command_helps_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hard", command, "--help"]) == 0
    assert f"Example: social-r1 hard {command}" in capsys.readouterr().out


def test_a_folder_that_is_a_file_is_found_before_anything_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "file"
    out.write_text("mine")
    assert main(["hard", "build", "--out", str(out), "--n", "400"]) == 2
    assert f"error: {out}: File exists; repair" in capsys.readouterr().err
    assert out.read_text() == "mine"


def test_a_build_that_cannot_be_made_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    too_short = BlockSpec(shelf="test", max_lines=1, tries=5)
    monkeypatch.setattr(import_module("social_r1.hardbench.build"), "HARD", too_short)
    there = tmp_path / "mine"
    there.mkdir()
    for out in (tmp_path / "data" / "hard", there, there / "hard"):
        assert main(["hard", "build", "--out", str(out), "--n", "4"]) == 2
        assert "at most 1 lines; repair: " in capsys.readouterr().err
    assert list(tmp_path.rglob("*")) == [there]  # made by hand before: it stays


def test_an_interrupted_build_leaves_no_folder(tmp_path: Path) -> None:
    out = tmp_path / "data" / "hard"
    script = Path(sys.executable).with_name("social-r1")
    process = subprocess.Popen(
        [script, "hard", "build", "--out", str(out), "--n", "20000"],
        stderr=subprocess.PIPE, text=True,
        # A shell that runs tests in the background has them ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while not out.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()[-1]) == (130, "error: interrupted")
    assert list(tmp_path.iterdir()) == []
