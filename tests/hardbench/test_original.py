"""The authors' set is read in many spellings; what is unclear is an error, never a guess."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import load_benchmark
from social_r1.hardbench.original import read_original
from social_r1.items import SocialItem
from social_r1.records import write_jsonl

HEAD = ["INDEX", "ABILITY", "STORY", "QUESTION", "OPTION-A", "OPTION-B", "OPTION-C", "OPTION-D",
        "ANSWER"]  # fmt: skip
PUMP = ["1", "Belief: Second-order beliefs", "Nora lent the pump to Ilan, then went home.",
        "Where does Nora think the pump is?", "shed", "van", "attic", "cellar", "B"]  # fmt: skip
CAKE = ["2", "Non-Literal Communication: Irony", 'Lev said, "Lovely, burnt again".',
        "What did Lev mean?", "He likes it", "It is burnt", "", "nan", "B"]  # fmt: skip


def table(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", bom: str = "") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(bom)
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def row(**more: Any) -> dict[str, Any]:
    base = {"story": "Ann hid a key.", "question": "Who hid it?", "answer": "A"}
    return base | {"options": ["Ann", "Bo", "Cy"]} | more


def read_one(tmp_path: Path, **more: Any) -> SocialItem:
    write_jsonl(tmp_path / "set.jsonl", [row(**more)])
    return read_original(tmp_path / "set.jsonl")[0]


def test_a_table_of_four_and_of_two_options_is_read(tmp_path: Path) -> None:
    pump, cake = read_original(table(tmp_path / "ToMBench_Hard_val.csv", [HEAD, PUMP, CAKE]))
    assert (pump.story, pump.question) == (PUMP[2], PUMP[3])
    assert pump.options == ("shed", "van", "attic", "cellar")
    assert (pump.letter, pump.dimension, pump.split) == ("B", "Belief", "val")
    assert cake.options == ("He likes it", "It is burnt")
    assert (cake.letter, cake.dimension) == ("B", "Non-literal")
    assert pump.source == "tombench_hard"
    assert pump.meta["ability"] == "Belief: Second-order beliefs"
    assert pump.meta["use"] == "evaluation only: held out, not to be trained on"
    assert "note" not in pump.meta  # that would go into the prompt


@pytest.mark.parametrize(
    "head",
    [
        ["no", "Dimension", "Passage", " question ", "A", "B", "C", "D", "Gold"],
        ["n", "category", "context", "Question", "option_a", "option_b", "option_c", "option_d",
         "label"],
        ["id", "skill", "Story", "QUESTION", "choice1", "choice2", "choice3", "choice4",
         "Gold label"],
        ["序号\nINDEX", "能力\nABILITY", "STORY", "QUESTION", "OPTION-A", "OPTION-B", "OPTION-C",
         "OPTION-D", "答案\nANSWER"],
    ],
)  # fmt: skip
@pytest.mark.parametrize(("delimiter", "ending"), [(",", "csv"), ("\t", "tsv"), (";", "csv")])
def test_columns_are_found_by_many_names_behind_a_byte_order_mark(
    head: list[str], delimiter: str, ending: str, tmp_path: Path
) -> None:
    usual = read_original(table(tmp_path / "usual.csv", [HEAD, PUMP, CAKE]))
    path = table(tmp_path / f"set.{ending}", [head, PUMP, CAKE], delimiter, bom="\ufeff")
    assert read_original(path) == usual


@pytest.mark.parametrize(
    ("options", "answer", "letter"),
    [
        (["Ann", "Bo", "Cy"], "C", "C"),
        (["Ann", "Bo", "Cy"], "(c)", "C"),
        (["Ann", "Bo", "Cy"], "C.", "C"),
        (["Ann", "Bo", "Cy"], "Option C", "C"),
        (["Ann", "Bo", "Cy"], "Cy", "C"),
        (["Ann", "Bo", "Cy"], "C. Cy", "C"),
        (["Ann", "Bo", "Cy"], ["C"], "C"),
        (["Ann", "Bo", "Cy"], 0, "A"),  # from 0, as no option has the number 0 otherwise
        (["Ann", "Bo", "Cy"], 3, "C"),  # from 1, as the third is the last
        (["Ann", "Bo", "Cy"], 3.0, "C"),
        (["A. Ann", "B. Bo", "C. Cy"], "C", "C"),
        (["(A) Ann", "(B) Bo", "(C) Cy"], "Cy", "C"),
        (["A. Ann", "B. Bo", "C. Cy"], "C. Cy", "C"),
        (["10", "20", "30"], "30", "C"),
        ("['Ann', \"Bo\", 'Cy']", "C", "C"),
        ('["Ann", "Bo", "Cy"]', "C", "C"),
        ("A. Ann\nB. Bo\nC. Cy", "C", "C"),
        ({"B": "Bo", "A": "Ann", "C": "Cy"}, "C", "C"),
        ({"label": ["A", "B", "C"], "text": ["Ann", "Bo", "Cy"]}, "C", "C"),
    ],
)
def test_options_and_answers_are_read_in_every_usual_form(
    options: Any, answer: Any, letter: str, tmp_path: Path
) -> None:
    item = read_one(tmp_path, options=options, answer=answer)
    assert item.letter == letter
    if "10" not in item.options:
        assert item.options == ("Ann", "Bo", "Cy")


def test_a_prefix_stays_where_it_is_a_name(tmp_path: Path) -> None:
    item = read_one(tmp_path, options=["A. Smith", "Bo", "Cy"], answer="Bo")
    assert item.options == ("A. Smith", "Bo", "Cy")


def test_a_gap_among_the_options_does_not_shift_the_answer(tmp_path: Path) -> None:
    item = read_one(tmp_path, options=["Ann", None, "Cy", "Di"], answer="C")
    assert item.options == ("Ann", "Cy", "Di")
    assert item.options[item.answer] == "Cy"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"answer": "D"}, "set.jsonl:1: answer 'D' is none of its 3 options"),
        ({"answer": "Dora"}, "answer 'Dora' is none of its 3 options"),
        ({"options": ["B", "A"], "answer": "A"}, "answer 'A' could be two of its 2 options"),
        ({"answer": "B. Cy"}, "could be two"),
        ({"answer": "7"}, "cannot be seen"),
        ({"answer": 1}, "whether they count from 0 or from 1 cannot be seen"),
        ({"answer": None}, "no answer"),
        ({"story": " ", "question": None}, "no story and no question"),
        ({"options": ["Ann"]}, "1 options"),
        ({"options": ["Ann", "Bo", "Bo"]}, "one option stands there twice"),
        ({"options": "Ann"}, "column 'options' holds no list"),
        ({"options": 3}, "column 'options' holds no list"),
    ],
)
def test_a_row_that_cannot_be_told_for_sure_is_named(
    more: dict[str, Any], says: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=re.escape(says)) as error:
        read_one(tmp_path, **more)
    assert "set.jsonl" in str(error.value)
    assert "repair:" in str(error.value)


def test_where_numbers_leave_it_open_one_may_say_what_they_count_from(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "set.jsonl", [row(answer=1)])
    assert read_original(tmp_path / "set.jsonl", first_index=0)[0].letter == "B"
    assert read_original(tmp_path / "set.jsonl", first_index=1)[0].letter == "A"


def test_numbers_that_count_from_both_ends_are_refused(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "set.jsonl", [row(answer=0), row(story="Bo hid a pen.", answer=3)])
    with pytest.raises(InputError, match=r"from 0 .*:1\) and from 1 .*:2\)"):
        read_original(tmp_path / "set.jsonl")


def test_numbered_option_columns_say_what_numbers_count_from(tmp_path: Path) -> None:
    head = ["story", "question", "option1", "option2", "option3", "answer"]
    path = table(tmp_path / "set.csv", [head, ["Ann hid a key.", "Who?", "Ann", "Bo", "Cy", "2"]])
    assert read_original(path)[0].letter == "B"


def test_missing_columns_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = table(tmp_path / "set.csv", [["tale", "QUESTION", "reply"], ["a", "b", "c"]])
    with pytest.raises(InputError) as error:
        read_original(path)
    said = str(error.value)
    assert "missing story (one of story, context" in said
    assert "answer (one of answer, label" in said
    assert "options (OPTION-A" in said
    assert "columns found: 'tale', 'QUESTION', 'reply'" in said


def test_a_field_too_many_and_broken_quotes_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text('story,question,A,B,answer\n"two\nlines",q,x,y,A\ns,q,x,y,A,A\n')
    with pytest.raises(InputError, match=r"set\.csv:4: 6 fields under 5 columns"):
        read_original(path)
    path.write_text('story,question,A,B,answer\n"s"t,q,x,y,A\n')
    with pytest.raises(InputError, match="broken table"):
        read_original(path)


def test_ids_hang_on_the_content_alone(tmp_path: Path) -> None:
    both = read_original(table(tmp_path / "a.csv", [HEAD, PUMP, CAKE]))
    spaced = [*CAKE[:2], CAKE[2].replace(" ", "  "), *CAKE[3:]]
    assert read_original(table(tmp_path / "b.csv", [HEAD, spaced]))[0].id == both[1].id
    assert both[0].group != both[1].group


def test_a_row_said_twice_is_read_once_and_a_contradiction_refused(tmp_path: Path) -> None:
    assert len(read_original(table(tmp_path / "a.csv", [HEAD, PUMP, PUMP]))) == 1
    with pytest.raises(InputError, match=r"b\.csv:3: .*two answers \(B and C\)"):
        read_original(table(tmp_path / "b.csv", [HEAD, PUMP, [*PUMP[:-1], "C"]]))


def test_a_folder_of_parquet_is_read_with_its_splits(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "data").mkdir()
    for split, story in (("train", "Ann hid a key."), ("validation", "Bo hid a pen.")):
        name = tmp_path / "data" / f"{split}-00000-of-00001.parquet"
        parquet.write_table(arrow.Table.from_pylist([row(story=story)]), name)
    items = read_original(tmp_path)
    assert [(i.split, i.story) for i in items] == [
        ("train", "Ann hid a key."), ("val", "Bo hid a pen."),
    ]  # fmt: skip
    assert {i.options for i in items} == {("Ann", "Bo", "Cy")}
    assert {i.dimension for i in items} == {"unspecified"}


def test_the_train_questions_alone_are_there_to_train_on(tmp_path: Path) -> None:
    uses = {
        name: read_original(table(tmp_path / f"{name}.csv", [HEAD, PUMP]))[0].meta["use"]
        for name in ("ToMBench_Hard_train", "ToMBench_Hard_val", "ToMBench_Hard")
    }
    assert uses.pop("ToMBench_Hard_train") == "training"
    assert all(use.startswith("evaluation only") for use in uses.values())


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_original(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"holds no file of \.csv"):
        read_original(tmp_path)
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(InputError, match="holds no rows"):
        read_original(tmp_path)
    (tmp_path / "b.parquet").write_bytes(b"no")
    with pytest.raises(InputError, match=r"holds \.csv, \.parquet files"):
        read_original(tmp_path)
    pytest.importorskip("pyarrow")
    with pytest.raises(InputError, match="no parquet file"):
        read_original(tmp_path / "b.parquet")
    (tmp_path / "c.xlsx").write_text("")
    with pytest.raises(InputError, match="is not one of"):
        read_original(tmp_path / "c.xlsx")
    (tmp_path / "d.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_original(tmp_path / "d.csv")


def test_it_is_a_benchmark_in_the_layout_of_its_authors(tmp_path: Path) -> None:
    (tmp_path / "tombench_hard").mkdir()
    path = table(tmp_path / "tombench_hard" / "ToMBench_Hard_val.csv", [HEAD, PUMP, CAKE])
    assert load_benchmark("tombench_hard", tmp_path) == read_original(path)
    assert len(load_benchmark("tombench_hard", tmp_path)) == 2
