from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.annotate import Key, Vote, read_answers
from social_r1.hardbench.annotate.answers import choice
from social_r1.hardbench.annotate.tasks import Round, Task
from social_r1.items import SocialItem

OPTIONS = ("red box", "tin jar", "old hat")


@pytest.fixture
def key(pool: list[SocialItem]) -> Key:
    """Two items, two raters; rater-1 sees the first item's options from behind."""
    one, two = pool[0], pool[1]

    def task(name: str, rater: str, item: SocialItem, order: tuple[int, ...]) -> Task:
        return Task(task=name, round=Round.STORY, rater=rater, item=item.id, order=order)

    return Key(
        study="s", source="pool", seed=0, raters=2, items=(one, two),
        tasks=(
            task("t1", "rater-1", one, (3, 2, 1, 0)),
            task("t2", "rater-1", two, (0, 1, 2, 3)),
            task("t3", "rater-2", one, (1, 0, 2, 3)),
        ),
    )  # fmt: skip


def csv_file(folder: Path, text: str, name: str = "kim.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("said", ["B", "b", " b. ", "(b)", "Tin  JAR", "“tin jar”", "b) tin jar"])
def test_letters_and_texts_are_read_in_any_dress(said: str) -> None:
    assert choice(said, OPTIONS) == 1


@pytest.mark.parametrize("said", ["D", "E", "A B", "tin", "b. red box", "?", "AB"])
def test_what_is_not_clear_is_not_guessed(said: str) -> None:
    assert choice(said, OPTIONS) is None


def test_an_option_that_reads_as_another_letter_is_not_guessed() -> None:
    assert choice("b", ("B", "C")) is None


def test_answers_are_led_back_to_the_order_of_the_item(key: Key, tmp_path: Path) -> None:
    # rater-1 sees t1 as low shelf, old hat, tin jar, red box: A is option 3 of the item.
    path = csv_file(tmp_path, "task,rater,answer\nt1,rater-1,A\nt2,rater-1,old hat\n")
    found = read_answers(key, [path])
    first, second = (i.id for i in key.items)
    assert found.votes == (
        Vote(first, Round.STORY, "rater-1", 3),
        Vote(second, Round.STORY, "rater-1", 2),
    )
    assert not found.bad


def test_names_come_from_column_then_file_and_by_file_overrules(key: Key, tmp_path: Path) -> None:
    text = "task,annotator,rater,answer\nt1,Ana,rater-1,A\nt2,,rater-1,A\n"
    path = csv_file(tmp_path, text)
    assert [v.annotator for v in read_answers(key, [path]).votes] == ["Ana", "rater-1"]
    assert {v.annotator for v in read_answers(key, [path], by_file=True).votes} == {"kim"}
    bare = csv_file(tmp_path, "task,answer\nt3,A\n", "lee.csv")
    assert [v.annotator for v in read_answers(key, [bare]).votes] == ["lee"]


def test_blank_rows_are_counted_and_bad_ones_named_with_file_and_line(
    key: Key, tmp_path: Path
) -> None:
    text = 'task,story,answer\nt1,"a\nb",x\n\nt2,c,  \nnone,d,A\n'
    path = csv_file(tmp_path, text)
    found = read_answers(key, [path])
    assert found.blank == 1
    assert not found.votes
    # The first row spans lines 2 and 3; line 4 is empty, t2 on 5, the unknown task on 6.
    assert [row.place for row in found.bad] == [f"{path}:2", f"{path}:6"]
    assert "'x' is none of ABCD" in found.bad[0].what
    assert "no task 'none'" in found.bad[1].what


def test_semicolons_marks_and_old_encodings_are_read(key: Key, tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_bytes("Task;Story;Answer\r\nt1;“so”;d\r\n".encode("cp1252"))
    assert [v.choice for v in read_answers(key, [path]).votes] == [0]
    path.write_bytes("\ufefftask\tanswer\nt1\td\n".encode())
    assert [v.choice for v in read_answers(key, [path]).votes] == [0]


def test_a_second_answer_counts_only_if_it_is_the_same_row_again(key: Key, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "task,answer\nt1,A\nt1,A\nt1,B\n")
    found = read_answers(key, [path, path])
    assert len(found.votes) == 1
    assert [row.place for row in found.bad] == [f"{path}:4", f"{path}:4"]
    assert f"before, at {path}:2" in found.bad[0].what
    # The same person in the tasks of two raters would agree with himself.
    twice = csv_file(tmp_path, "task,answer\nt1,A\nt3,D\n", "two.csv")
    assert len(read_answers(key, [twice]).bad) == 1


def test_an_order_that_is_not_the_keys_is_another_study(key: Key, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "task,order,answer\nt1,0 1 2 3,A\nt2,0 1 2 3,A\n")
    found = read_answers(key, [path])
    assert len(found.votes) == 1
    assert "has its options in the order 0 1 2 3, the key has 3 2 1 0" in found.bad[0].what


def annotation(by: object, *choices: str, cancelled: bool = False) -> dict[str, object]:
    result = {"from_name": "answer", "type": "choices", "value": {"choices": list(choices)}}
    return {"completed_by": by, "was_cancelled": cancelled, "result": [result]}


def test_label_studio_exports_are_read(key: Key, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    data = {"task": "t1", "rater": "rater-1", "order": [3, 2, 1, 0], "options": [{"value": "A"}]}
    rows = [
        {"id": 1, "data": data, "annotations": [annotation({"email": "ana@x.org"}, "A")]},
        {"id": 2, "data": {"task": "t2"}, "annotations": [annotation(7, "B. tin jar")]},
        {"id": 3, "data": {"task": "t3"}, "annotations": [annotation(7, "A", cancelled=True)]},
        {"id": 4, "data": {"task": "t3"}, "annotations": [annotation(8, "A", "B")]},
    ]
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    found = read_answers(key, [path])
    assert [(v.annotator, v.choice) for v in found.votes] == [("ana@x.org", 3), ("7", 1)]
    assert found.blank == 1
    last = path.read_text(encoding="utf-8").splitlines().index('  "id": 4,')
    assert [row.place for row in found.bad] == [f"{path}:{last} (entry 4)"]
    assert "'A B'" in found.bad[0].what


def test_flat_exports_are_read(key: Key, tmp_path: Path) -> None:
    path = tmp_path / "min.json"
    rows = [
        {"task": "t1", "answer": "D", "annotator": 3, "annotation_id": 1},
        {"task": "t2", "answer": {"choices": ["c"]}, "annotator": "bo@x.org"},
        {"task": "t3", "rater": "rater-2"},
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    found = read_answers(key, [path])
    assert [(v.annotator, v.choice) for v in found.votes] == [("3", 0), ("bo@x.org", 2)]
    assert found.blank == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "task,reply\nt1,A\n", "no column 'answer'"),
        ("a.json", '[{"task": "t1"', "not JSON"),
        ("a.json", "[3]", "no task"),
    ],
)
def test_files_that_are_none_are_refused(
    key: Key, tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_answers(key, [csv_file(tmp_path, text, name)])
    with pytest.raises(InputError, match="cannot be read"):
        read_answers(key, [tmp_path / "missing.csv"])


def test_how_far_a_story_makes_sense_is_read_beside_the_answer(key: Key, tmp_path: Path) -> None:
    text = "task,annotator,answer,sense\nt1,Ana,A,4\nt1,Bo,A,5/5\nt1,Cy,A,\nt1,Di,A,3.0\n"
    found = read_answers(key, [csv_file(tmp_path, text)])
    assert [v.sense for v in found.votes] == [4, 5, None, 3]
    assert not found.bad


@pytest.mark.parametrize("said", ["0", "6", "good", "-2", "3.5", "²", "4/10", "[4"])
def test_a_rating_that_is_none_is_named_and_the_answer_counts(
    key: Key, tmp_path: Path, said: str
) -> None:
    path = csv_file(tmp_path, f"task,answer,sense\nt1,A,{said}\n")
    found = read_answers(key, [path])
    assert [v.sense for v in found.votes] == [None]
    assert found.bad[0].place == f"{path}:2"
    assert f"sense {said!r} is no number from 1 to 5; repair" in found.bad[0].what


def test_label_studio_ratings_are_read_in_both_exports(key: Key, tmp_path: Path) -> None:
    given = [
        {"from_name": "answer", "type": "choices", "value": {"choices": ["A"]}},
        {"from_name": "sense", "type": "rating", "value": {"rating": 2}},
    ]
    long = tmp_path / "long.json"
    long.write_text(json.dumps([{"data": {"task": "t1"}, "annotations": [{"result": given}]}]))
    short = tmp_path / "short.json"
    short.write_text(json.dumps([{"task": "t1", "answer": "A", "sense": [{"rating": 2}]}]))
    flat = tmp_path / "flat.json"
    flat.write_text(json.dumps([{"task": "t1", "answer": "A", "sense": 2}]))
    table = csv_file(tmp_path, 'task,answer,sense\nt1,A,"[{""rating"": 2}]"\n')
    for path in (long, short, flat, table):
        assert [v.sense for v in read_answers(key, [path]).votes] == [2]
