"""``social-r1 benchmarks`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from social_r1.cli.benchmarks import benchmarks
from social_r1.errors import ConfigError, InputError, SocialR1Error
from social_r1.evaluation.benchmarks import BENCHMARKS


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(benchmarks)
    return CliRunner().invoke(app, list(arguments))


def test_the_list_has_a_line_for_every_set(tmp_path: Path) -> None:
    said = call("--data", str(tmp_path))
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    for name in BENCHMARKS:
        assert any(line.split()[:1] == [name] for line in lines), name
    assert "--fetch hitom" in said.stdout
    assert "caveats, papers and revisions: --long" in said.stderr


def test_a_data_folder_that_is_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no folder" in str(call("--data", str(tmp_path / "nowhere")).exception)
    monkeypatch.delenv("SOCIAL_R1_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert "no data folder" in call().stderr
    assert "no data folder" not in call("--data", str(tmp_path)).stderr


def test_long_adds_papers_caveats_and_what_is_missing(tmp_path: Path) -> None:
    said = call("--data", str(tmp_path), "--long").stdout
    assert 'tombench: Chen et al., "ToMBench" (ACL 2024)' in said
    assert "from zhchen18/ToMBench @ 4f491f0" in said
    assert "not here: " in said


def test_json_is_one_document_and_nothing_else(tmp_path: Path) -> None:
    document = json.loads(call("--data", str(tmp_path), "--json").stdout)
    by_name = {one["name"]: one for one in document}
    assert list(by_name) == list(BENCHMARKS)
    assert by_name["control"]["here"] == by_name["control"]["total"] == 288
    assert by_name["simpletom"]["evaluation_only"] is True
    assert by_name["bigtom"]["here"] is None


def test_fetch_and_out_belong_together(tmp_path: Path) -> None:
    assert isinstance(call("--fetch", "hitom").exception, ConfigError)
    assert isinstance(call("--out", str(tmp_path)).exception, ConfigError)
    assert isinstance(call("--fetch", ",", "--out", str(tmp_path)).exception, ConfigError)


def test_an_unknown_set_is_found_before_the_first_is_fetched(tmp_path: Path) -> None:
    said = call("--fetch", "hitom,nosuch", "--out", str(tmp_path))
    assert isinstance(said.exception, InputError)
    assert "no benchmark 'nosuch'" in str(said.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_mirror_that_does_not_answer_is_named_with_the_way_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    said = call("--fetch", "bigtom", "--out", str(tmp_path), "--github-url", "http://127.0.0.1:9")
    assert isinstance(said.exception, SocialR1Error)
    assert "http://127.0.0.1:9/SCAI-JHU/AutoToM/3f569b7" in str(said.exception)
    assert "get by hand from https://github.com/SCAI-JHU/AutoToM" in str(said.exception)
    assert said.stderr.startswith("bigtom: Gandhi et al.")
