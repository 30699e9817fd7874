"""``social-r1 compare``: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from social_r1.cli.compare import compare
from social_r1.evaluation.types import Answer, ItemRow, Summary
from social_r1.records import write_json, write_jsonl
from social_r1.stats import wilson

APP = typer.Typer()
APP.command()(compare)


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(APP, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*arguments: str | Path) -> str:
    done = CliRunner().invoke(APP, [str(one) for one in arguments])
    assert done.exception is not None
    return str(done.exception)


def write(path: Path, right: int) -> Path:
    """Ten items of one set, the first ``right`` of them right."""
    rows = [
        ItemRow(
            item_id=f"i{i}", group=f"i{i}", dimension="Belief", source="test", difficulty=1,
            meta={}, greedy=float(i < right), voted=None, sampled=None, k=0, parse={"ok": 1},
            length=9, completion="", places=(0, 1), runs=(float(i < right),),
            picks=(int(i < right),),
            answers=(
                Answer(order=0, places=(0, 1), sample=None, letter="A", option=int(i < right),
                       correct=i < right, outcome="ok", well_formed=True, length=9, tokens=1,
                       text=""),
            ),
        )
        for i in range(10)
    ]  # fmt: skip
    found = wilson(right, 10)
    summary = Summary(
        name="tomi", n=10, metrics={"accuracy": found}, greedy=found, voted=None, sampled=None,
        joint=None, ladder=None, consistency=None, failures={}, failure_rate=0, unread=0,
        well_formed=1, length=9, chance=0.5, letter=0.5, best_letter="A", longest=0.5,
        shortest=0.5, dimensions={"Belief": found}, seconds=1,
        shortcuts={"random": {"accuracy": 0.5}},
    )  # fmt: skip
    write_json(path / "results.json", {"config": {"model": path.name}, "sets": {"tomi": summary}})
    write_jsonl(path / "tomi.jsonl", rows)
    return path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", 9)


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    return write(tmp_path / "trained", 2)


def test_the_table_shows_gains_losses_and_flags(base: Path, trained: Path) -> None:
    text = run(base, trained)
    assert "base before, trained after" in text
    (line,) = [line for line in text.splitlines() if line.startswith(" tomi  ")]
    # Seven of ten lost: 2 / 2**7 = 0.015625.
    assert line.split()[:5] == ["tomi", "10", "0.9000", "0.2000", "−0.700"]
    assert line.split()[-4:] == ["0", "7", "0.016", "0.016"]
    assert "worse: set: tomi: score 0.900 to 0.200" in text
    assert "Reported by others, not run here" in text


def test_json_is_one_document(base: Path, trained: Path) -> None:
    document = json.loads(run(base, trained, "--json"))
    assert document["comparisons"][0]["sets"][0]["whole"]["difference"]["value"] == -0.7


@pytest.mark.parametrize(
    ("fmt", "start"), [("md", "| model |"), ("csv", "kind,name,where"), ("latex", "% needs")]
)
def test_the_table_of_models_is_printed_alone(
    base: Path, trained: Path, fmt: str, start: str
) -> None:
    text = run(base, trained, "--format", fmt)
    assert text.startswith(start)
    assert "0.9" in text


def test_out_gets_the_page_and_its_figures(tmp_path: Path, base: Path, trained: Path) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    run(base, trained, "--out", tmp_path / "out")
    assert (tmp_path / "out" / "comparison.html").is_file()
    assert (tmp_path / "out" / "figures" / "sets-social-r1.png").is_file()


def test_what_cannot_be_done_is_said_with_its_repair(base: Path, trained: Path) -> None:
    assert "repair: name two or more" in refused(base)
    assert "given 2 times; repair" in refused(base, base)
    assert "'xls' is unknown; repair: one of md, csv, latex" in refused(
        base, trained, "--format", "xls"
    )
    assert "'some' is unknown; repair: main or all" in refused(base, trained, "--metrics", "some")
    assert "repair: give one" in refused(base, trained, "--json", "--format", "md")
    assert "no results.json" in refused(base, base.parent)


def test_help_shows_an_example() -> None:
    assert "Example: social-r1 compare" in " ".join(run("--help").split())
