"""`hard original` turns the authors' table into items; what is wrong with it leaves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.main import main
from social_r1.records import read_items

HEAD = "ABILITY,STORY,QUESTION,OPTION-A,OPTION-B,OPTION-C,OPTION-D,ANSWER\n"
PUMP = "Belief: Second-order,Nora lent Ilan a pump.,Where does Nora look?,shed,van,attic,cellar,B\n"
PAN = "Belief: False,Eda hid a pan.,Where is the pan?,shelf,oven,,,A\n"
CAKE = 'Non-Literal: Irony,"Lev said, ""Burnt again.""",What did Lev mean?,praise,blame,,,B\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "ToMBench_Hard_train.csv"
    file.write_text(HEAD + PUMP + PAN + CAKE, encoding="utf-8")
    return file


def test_a_table_becomes_items_and_the_questions_of_each_dimension_are_counted(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "items" / "train.jsonl"
    assert main(["hard", "original", str(table), "--out", str(out)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said if "train" in line.split()] == [
        ["Belief", "train", "2"],
        ["Non-literal", "train", "1"],
    ]
    assert said[-1] == f"3 questions; written: {out}"
    pump, _, cake = read_items(out)
    assert (pump.options, pump.letter) == (("shed", "van", "attic", "cellar"), "B")
    assert (cake.story, cake.options) == ('Lev said, "Burnt again."', ("praise", "blame"))
    assert (cake.letter, cake.split, cake.meta["use"]) == ("B", "train", "training")


def test_of_a_folder_one_split_may_be_kept(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (table.parent / "ToMBench_Hard_val.csv").write_text(
        HEAD + PUMP.replace("pump", "bike"), encoding="utf-8"
    )
    out = tmp_path / "out.jsonl"
    arguments = ["hard", "original", str(table.parent), "--out", str(out), "--json", "--split"]
    assert main([*arguments, "val"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "out": str(out),
        "n": 1,
        "counts": [{"dimension": "Belief", "split": "val", "n": 1}],
    }
    [item] = read_items(out)
    assert item.meta["use"].startswith("evaluation only")


def test_numbers_are_read_from_where_one_says_that_they_count(tmp_path: Path) -> None:
    table, out = tmp_path / "val.csv", tmp_path / "val.jsonl"
    table.write_text(HEAD + PUMP.replace(",B\n", ",1\n"), encoding="utf-8")
    assert main(["hard", "original", str(table), "--out", str(out)]) == 2
    assert main(["hard", "original", str(table), "--out", str(out), "--first-index", "0"]) == 0
    assert read_items(out)[0].letter == "B"


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("STORY,ANSWER\na,b\n", [], "missing question"),
        (HEAD + PUMP.replace(",B\n", ",E\n"), [], "answer 'E' is none of its 4 options"),
        (HEAD, [], "holds no rows"),
        (HEAD + PUMP, ["--split", "val"], "no question of split 'val'; repair: one of train"),
    ],
)
def test_a_bad_table_is_one_line_and_nothing_is_written(
    text: str, more: list[str], says: str, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(text, encoding="utf-8")
    out = table.parent / "items" / "train.jsonl"
    assert main(["hard", "original", str(table), "--out", str(out), *more]) == 2
    [error] = capsys.readouterr().err.splitlines()
    assert says in error
    assert "repair: " in error
    assert not out.parent.exists()


def test_the_authors_file_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "train.jsonl"
    row = {"story": "Ann hid a key.", "question": "Who?", "options": ["Ann", "Bo"], "answer": "A"}
    file.write_text(json.dumps(row), encoding="utf-8")
    for given in (file, tmp_path):
        assert main(["hard", "original", str(given), "--out", str(file)]) == 2
        assert "is the input itself" in capsys.readouterr().err
    assert json.loads(file.read_text(encoding="utf-8")) == row


def test_help_has_an_example_that_the_recipes_fit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hard", "original", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Example: social-r1 hard original ToMBench_Hard_train.csv --out" in said
    assert "data/tombench_hard/train.jsonl" in said
