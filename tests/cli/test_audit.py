"""``social-r1 audit`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.items import SocialItem
from social_r1.records import read_items, write_jsonl


def item(n: int, right: int, **changes: object) -> SocialItem:
    """Four options, the right one marked by its length."""
    options = ["tin", "jar", "box", "bag"]
    options[right] = "the very " + options[right]
    fields = {
        "id": f"i{n}", "dimension": "Belief", "group": f"g{n}", "answer": right,
        "story": f"Ann left room {n}.", "question": "Where will Ann look?", "options": options,
    }  # fmt: skip
    return SocialItem.model_validate(fields | {"options": tuple(options)} | changes)


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    path = tmp_path / "leaky.jsonl"
    write_jsonl(path, [item(n, n % 4) for n in range(20)])
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.jsonl"
    rows = [
        SocialItem(id=f"b{b}{r}", dimension="Belief", group=f"b{b}", story=f"{b}{r}", answer=r,
                   question="Where?", options=("tin", "jar", "box", "bag"))
        for b in range(8) for r in range(4)
    ]  # fmt: skip
    write_jsonl(path, rows)
    return path


def test_the_tables_name_the_leak(leaky: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sklearn", reason="probes need the extra 'audit'")
    assert main(["audit", str(leaky)]) == 0
    said = capsys.readouterr()
    [row] = [line for line in said.out.splitlines() if line.split()[:1] == ["longest"]]
    assert row.split()[1:4] == ["1.000", "[0.839,", "1.000]"]  # Wilson: 20 / (20 + 1.96²) = .839
    assert "Learned probes" in said.out
    assert "words of right options (z): the" in said.out
    assert "Probe option_only" in said.err


def test_json_is_one_document_and_nothing_else(
    leaky: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(leaky), "--no-probes", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["figures"]["longest"]["by"]["all"]["all"]["value"] == 1.0
    assert "probes were not run" in document["notes"]


def test_gates_decide_the_exit_status(
    leaky: Path, sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(leaky), "--no-probes"]) == 0
    assert main(["audit", str(leaky), "--no-probes", "--gates"]) == 1
    assert main(["audit", str(sound), "--no-probes", "--gates"]) == 0
    assert "checks pass" in capsys.readouterr().out


def test_files_and_page_are_written(leaky: Path, sound: Path, tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="probes need the extra 'audit'")
    pytest.importorskip("jinja2", reason="the page needs the extra 'report'")
    out = tmp_path / "out"
    arguments = ["audit", str(leaky), "--train", str(sound), "--aflite", "--out", str(out)]
    assert main(arguments) == 0
    document = json.loads((out / "audit.json").read_text())
    assert document["command"] == "social-r1 audit leaky.jsonl --train sound.jsonl --seed 0"
    assert document["transfer"]["option_only"]["by"]["all"]["all"]["n"] == 20
    assert document["aflite"]["rounds"]
    assert str(tmp_path) not in (out / "audit.html").read_text()


def test_files_whose_splits_have_one_name_are_told_apart_by_theirs(
    leaky: Path, sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(leaky), str(sound), "--no-probes", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["overlap"]
    assert (row["left"], row["right"]) == ("leaky", "sound")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give item files or --benchmark"),
        (["nowhere.jsonl"], "nowhere.jsonl does not exist"),
        (["--benchmark", "tombench", "--data", "/nowhere"], "lacks data/Ambiguous Story Task"),
        (["--benchmark", "tombenk"], "tombench, tombench_zh, emobench"),
    ],
)
def test_wrong_input_is_one_line_and_status_two(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", *arguments]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert says in error
    assert "repair" in error


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,story\n1,Ann hid a key.\n", "set.csv:1: broken JSON at column 1"),
        ('[{"id": "q1"}]\n', "set.csv:1: the row is [{'id': 'q1'}], not an object"),
        ('{"id": "q1"}\n', "set.csv:1: dimension: Field required"),
        ("", "set.csv holds no rows"),
        ("PAR1\x00\udcff", "set.csv: not UTF-8"),
    ],
)
def test_a_file_of_another_form_is_told_where_the_form_is_shown(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "set.csv"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["audit", str(file)]) == 2
    [error] = capsys.readouterr().err.splitlines()
    assert says in error
    assert "`social-r1 audit --help` shows one" in error


def test_the_row_that_the_help_shows_is_a_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    file = tmp_path / "set.jsonl"
    file.write_text(said[said.index('{"id"') : said.index("}") + 1], encoding="utf-8")
    [item] = read_items(file)
    assert (item.options, item.letter) == (("Cy", "Bo"), "B")


def test_an_item_that_two_files_hold_is_an_error(
    leaky: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = tmp_path / "twin.jsonl"
    twin.write_text(leaky.read_text())
    assert main(["audit", str(leaky), str(twin), "--no-probes"]) == 2
    assert "i0 stands in" in capsys.readouterr().err
