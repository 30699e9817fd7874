"""`hard release` and `hard push` from the command line: figures last, faults in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from social_r1.cli.main import report_error
from social_r1.cli.release import push, release
from social_r1.errors import SocialR1Error
from social_r1.hardbench import publish
from social_r1.records import read_items

app = typer.Typer(rich_markup_mode=None)
app.command()(release)
app.command()(push)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def complaint(result: Result, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that the root of the command line makes of the error; its exit status is 2."""
    assert isinstance(result.exception, Exception)
    assert report_error(result.exception) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "repair:" in said
    return said


def test_a_release_is_written_and_told_as_json(tmp_path: Path) -> None:
    out = tmp_path / "core"
    words = ("core-800", "--out", str(out), "--seed", "2", "--scale", "0.02", "--no-parquet")
    done = run("release", *words, "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["name"], said["seed"], said["scale"]) == ("core-800", 2, 0.02)
    assert {row["split"]: row["n"] for row in said["splits"]} == {"test": 4, "train": 16}
    assert said["twins"] == len(read_items(out / "twins.jsonl"))
    assert len(read_items(out / "data" / "test.jsonl")) == 4
    again = run("release", *words)  # the same one, over itself
    assert again.exit_code == 0
    assert f"twins; written: {out}" in again.stdout


def test_another_release_in_the_folder_is_refused_without_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("core-800", "--out", str(tmp_path), "--scale", "0.02", "--no-parquet")
    assert run("release", *words).exit_code == 0
    said = complaint(run("release", *words, "--seed", "1"), capsys)
    assert f"{tmp_path} holds another release (seed 0, not seed 1)" in said
    assert run("release", *words, "--seed", "1", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("core",), "no release 'core'; repair: one of core-800, plus"),
        (("plus", "--scale", "0"), "scale"),
        (("plus", "--scale", "1.5"), "scale"),
    ],
)
def test_a_wrong_name_or_size_is_refused_before_the_work(
    words: tuple[str, ...], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "core"
    assert says in complaint(run("release", *words, "--out", str(out)), capsys)
    assert not out.exists()


def test_a_folder_that_is_a_file_is_found_before_anything_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    result = run("release", "plus", "--out", str(tmp_path / "file"), "--no-parquet")
    assert "File exists" in complaint(result, capsys)


def test_a_push_hands_on_its_words_and_tells_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fake(folder: Path, repo: str, *, private: bool) -> str:
        return f"{folder.name} {repo} {private}"

    monkeypatch.setattr(publish, "push", fake)
    done = run("push", str(tmp_path / "core"), "--repo", "me/core", "--private", "--json")
    assert json.loads(done.stdout) == {"repo": "me/core", "commit": "core me/core True"}
    done = run("push", str(tmp_path / "core"), "--repo", "me/core")
    assert done.stdout == "pushed: core me/core False\n"


def test_a_push_of_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = complaint(run("push", str(tmp_path), "--repo", "me/core"), capsys)
    assert f"{tmp_path} holds no whole release" in said


def test_a_hub_that_refuses_is_no_fault_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> str:
        raise SocialR1Error("the hub refused me/core")

    monkeypatch.setattr(publish, "push", refuse)
    result = run("push", str(tmp_path), "--repo", "me/core")
    assert isinstance(result.exception, SocialR1Error)
    assert report_error(result.exception) == 1


@pytest.mark.parametrize("command", ["release", "push"])
def test_both_commands_help_with_an_example(command: str) -> None:
    done = run(command, "--help")
    assert f"Example: social-r1 hard {command}" in done.stdout
