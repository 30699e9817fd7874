"""ToMBench-Hard is read in whatever form a user has it; what is unclear is an error."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.comparison.reported import published
from social_r1.items import SocialItem
from social_r1.records import write_jsonl

from .contract import assert_contract, figures_of

HEAD = ("ABILITY", "STORY", "QUESTION", "OPTION-A", "OPTION-B", "OPTION-C", "OPTION-D", "ANSWER")
WELL = ("Belief: Location false beliefs", "Odo filled the can at the well, unseen by Runa.",
        "What does Runa think of the can?", "empty", "full", "broken", "lost", "A")  # fmt: skip
PIE = ("Emotion", "Runa burnt the pie and laughed.", "What does Runa feel?", "glee", "shame", "",
       "", "B")  # fmt: skip
LAMP = ("Desire", "Odo looks at the lamp in the window.", "What does Odo want?", "a lamp", "tea",
        "rest", "", "A")  # fmt: skip


def table(path: Path, *rows: Sequence[str], delimiter: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([HEAD, *rows])
    return path


def lines(path: Path, *rows: Sequence[str]) -> Path:
    write_jsonl(path, [dict(zip(HEAD, row, strict=True)) for row in rows])
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tombench_hard"


def load(folder: Path) -> list[SocialItem]:
    return choices(load_benchmark("tombench_hard", folder.parent))


def test_two_to_six_options_keep_the_contract(folder: Path) -> None:
    table(folder / "ToMBench_Hard_val.csv", WELL, PIE, LAMP)
    items = load(folder)
    assert_contract("tombench_hard", items)
    assert [len(item.options) for item in items] == [4, 2, 3]
    assert [item.dimension for item in items] == ["Belief", "Emotion", "Desire"]
    assert {item.split for item in items} == {"val"}
    assert figures_of("tombench_hard", items, "gold") == {
        "accuracy": 1.0, "Belief": 1.0, "Emotion": 1.0, "Desire": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("hard.csv", "test"), ("dataset/ToMBench_Hard_val.csv", "val"),
        ("data/validation-00000-of-00001.tsv", "val"), ("validation/0000.csv", "val"),
        ("snapshots/3f2/ToMBench_Hard_test.csv", "test"), ("my_train.tsv", "train"),
        ("questions.jsonl", "test"), ("default/train/0000.jsonl", "train"),
    ],
)  # fmt: skip
def test_any_one_file_is_read_and_its_split_seen(folder: Path, name: str, split: str) -> None:
    path = folder / name
    if path.suffix == ".jsonl":
        lines(path, WELL, PIE)
    else:
        table(path, WELL, PIE, delimiter="\t" if path.suffix == ".tsv" else ",")
    (folder / "README.md").write_text("# card")
    (folder / ".cache").mkdir()
    (folder / ".cache" / "x.csv").write_text("bookkeeping")
    items = load(folder)
    assert [item.split for item in items] == [split, split]
    assert [item.options[item.answer] for item in items] == ["empty", "shame"]


def test_a_snapshot_in_parquet_is_read(folder: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (folder / "data").mkdir(parents=True)
    for name, row in (("train", WELL), ("validation", PIE)):
        found = arrow.Table.from_pylist([dict(zip(HEAD, row, strict=True))])
        parquet.write_table(found, folder / "data" / f"{name}-00000-of-00001.parquet")
    [item] = load(folder)
    assert (item.story, item.split) == (PIE[1], "val")


def test_the_training_questions_are_left_to_training(folder: Path) -> None:
    table(folder / "ToMBench_Hard_train.csv", WELL, LAMP)
    assert [item.split for item in load(folder)] == ["train", "train"]
    table(folder / "ToMBench_Hard_val.csv", PIE)
    assert [(item.story, item.split) for item in load(folder)] == [(PIE[1], "val")]


def test_shards_of_a_split_are_put_together_and_must_agree(folder: Path) -> None:
    lines(folder / "val-00000.jsonl", WELL, PIE)
    lines(folder / "val-00001.jsonl", PIE, LAMP)
    assert len(load(folder)) == 3
    lines(folder / "val-00001.jsonl", (*PIE[:-1], "A"))
    with pytest.raises(InputError, match=r"val-00001.*two answers \(B and A\).*repair"):
        load(folder)


def test_what_cannot_be_chosen_is_an_error(folder: Path) -> None:
    with pytest.raises(InputError, match="needs its data; repair: get hub data set Jincenzi"):
        load_benchmark("tombench_hard", None)
    with pytest.raises(InputError, match=r"holds no file of \.csv.*Jincenzi/ToMBench_Hard"):
        load(folder)
    table(folder / "one.csv", WELL)
    lines(folder / "two.jsonl", WELL)
    with pytest.raises(InputError, match=r"same split as \.csv, \.jsonl; repair"):
        load(folder)
    table(folder / "ToMBench_Hard_val.csv", PIE)  # the authors' name settles it
    assert len(load(folder)) == 1


def test_published_scores_are_those_of_the_validation_questions() -> None:
    found = benchmark("tombench_hard")
    assert found.total == 100
    people = [one for one in published(["tombench_hard"]) if one.model == "people"]
    assert [one.value for one in people] == [0.89]
