"""The ground floor: files in and out, and messages that name the place."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from social_r1 import records
from social_r1.errors import InputError
from social_r1.items import SocialItem

ROW = {
    "id": "key-1",
    "dimension": "Belief",
    "group": "key",
    "story": "Ann hid a key. Bo was out.",
    "question": "Where does Bo think the key is?",
    "options": ["under the mat", "he does not know"],
    "answer": 1,
}


class Inner(NamedTuple):
    w: float


class Outer(NamedTuple):
    name: str
    inner: Inner | None


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: int
    colour: Colour


class Config(BaseModel):
    steps: int = 3
    names: tuple[str, ...] = ("a",)


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def broken(**changes: object) -> dict[str, object]:
    return {**ROW, **changes}


def test_items_come_back_as_they_were_written(tmp_path: Path) -> None:
    item = SocialItem.model_validate(ROW | {"meta": {"seed": 4, "chain": [1, 2]}})
    assert records.write_jsonl(tmp_path / "items.jsonl", [item]) == 1
    assert records.read_items(tmp_path / "items.jsonl") == [item]


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('\ufeff{"a": 1}\n\n  \n{"a": "π"}\n', encoding="utf-8")
    assert list(records.read_jsonl(path)) == [(1, {"a": 1}), (4, {"a": "π"})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a": \n', "rows.jsonl:2: broken JSON"),
        ("[1, 2]\n", "rows.jsonl:1: the row is [1, 2], not an object"),
        ('{"a": NaN}\n', "rows.jsonl:1: NaN is not JSON"),
        ("[" * 100_000 + "\n", "rows.jsonl:1: broken JSON"),
        ("", "rows.jsonl holds no rows"),
        ("\n\n", "rows.jsonl holds no rows"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(records.read_jsonl(path))
    assert message in str(caught.value)
    assert "repair: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_that_is_not_utf8_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": "caf\xe9"}\n')
    with pytest.raises(InputError, match="not UTF-8"):
        list(records.read_jsonl(path))


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl does not exist; repair"):
        records.read_items(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="is a folder; repair"):
        records.read_items(tmp_path)


def test_nan_is_read_where_the_caller_allows_it(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": NaN}\n', encoding="utf-8")
    [(_, row)] = records.read_jsonl(path, allow_nan=True)
    assert math.isnan(row["a"])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (broken(answer=2), "answer 2 is not an index into 2 options"),
        (broken(answer=-1), "answer: Input should be greater than or equal to 0 (got -1)"),
        (broken(answer="1"), "answer: Input should be a valid integer (got '1')"),
        (broken(answer=True), "answer: Input should be a valid integer (got True)"),
        (broken(answer=None), "answer: Input should be a valid integer (got None)"),
        (broken(options=["only one"]), "options: "),
        (broken(options=["a", " "]), "an option is empty"),
        (broken(options="ab"), "options: "),
        (broken(colour="red"), "colour: Extra inputs are not permitted (got 'red')"),
        (broken(schema_version=99), "schema_version 99 is not known here"),
        (broken(schema_version="1"), "schema_version '1' is not known here"),
        ({k: v for k, v in ROW.items() if k != "story"}, "story: Field required"),
        (ROW, "id 'key-1' stands already on line 1"),
    ],
)
def test_a_bad_item_is_named_by_file_line_and_field(
    tmp_path: Path, row: dict[str, object], message: str
) -> None:
    path = write(tmp_path / "items.jsonl", ROW, row)
    with pytest.raises(InputError) as caught:
        records.read_items(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert message in str(caught.value)
    assert "repair: " in str(caught.value)


def test_the_known_schema_version_is_accepted(tmp_path: Path) -> None:
    path = write(tmp_path / "items.jsonl", ROW | {"schema_version": records.SCHEMA_VERSION})
    assert records.read_items(path)[0].id == "key-1"


def test_records_of_every_kind_become_objects() -> None:
    assert records.jsonable(Outer("a", Inner(0.5))) == {"name": "a", "inner": {"w": 0.5}}
    assert records.jsonable(Outer("a", None)) == {"name": "a", "inner": None}
    assert records.jsonable(Point(1, Colour.RED)) == {"x": 1, "colour": "red"}
    assert records.jsonable(Config()) == {"steps": 3, "names": ["a"]}
    assert records.jsonable({Colour.RED: {3, 1, 2}, 2: Path("a")}) == {"red": [1, 2, 3], "2": "a"}
    assert records.jsonable(np.arange(2)) == [0, 1]
    assert records.jsonable([np.float32(0.5), np.bool_(True)]) == [0.5, True]


def test_a_model_may_hold_numpy_and_named_tuples() -> None:
    class Holder(BaseModel, arbitrary_types_allowed=True):
        outer: Outer
        array: object

    holder = Holder(outer=Outer("a", Inner(1.0)), array=np.ones(1))
    assert records.jsonable(holder) == {
        "outer": {"name": "a", "inner": {"w": 1.0}},
        "array": [1.0],
    }


def test_a_row_that_json_cannot_hold_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", {"old": True})
    with pytest.raises(InputError, match="row 2 cannot be written: nan is not JSON"):
        records.write_jsonl(path, [{"a": 1}, {"a": math.nan}])
    with pytest.raises(InputError, match="row 1 cannot be written"):
        records.write_jsonl(path, [{"a": object()}])
    assert [p.name for p in tmp_path.iterdir()] == ["rows.jsonl"]
    assert list(records.read_jsonl(path)) == [(1, {"old": True})]


def test_a_writer_that_is_interrupted_leaves_nothing_behind(tmp_path: Path) -> None:
    def rows():
        yield {"a": 1}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        records.write_jsonl(tmp_path / "rows.jsonl", rows())
    assert list(tmp_path.iterdir()) == []


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(rows=st.lists(st.dictionaries(st.text(), json_values, max_size=4), min_size=1, max_size=4))
def test_any_rows_survive_the_round_trip(tmp_path_factory, rows) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    assert records.write_jsonl(path, rows) == len(rows)
    assert [row for _, row in records.read_jsonl(path)] == rows


def test_the_manifest_tells_how_to_repeat_the_run(tmp_path: Path) -> None:
    source = tmp_path / "input.txt"
    source.write_text("abc")
    records.write_manifest(
        tmp_path / "run",
        command="social-r1 score input.txt",
        config=Config(steps=5),
        seeds={"sampling": 7},
        inputs=[source],
    )
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["schema_version"] == records.SCHEMA_VERSION
    assert manifest["command"] == "social-r1 score input.txt"
    assert manifest["config"] == {"steps": 5, "names": ["a"]}
    assert manifest["seeds"] == {"sampling": 7}
    # The published SHA-256 test vector for "abc".
    assert manifest["inputs"][str(source)] == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert manifest["packages"]["numpy"] == np.__version__
    assert manifest["python"] == sys.version.split()[0]
    assert manifest["started"] <= manifest["ended"]
    assert set(manifest) >= {"git", "platform"}


def test_the_hash_of_a_folder_depends_on_names_and_contents(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "x.txt").write_text("1")
    (tmp_path / "b" / "x.txt").write_text("1")
    (tmp_path / "c" / "y.txt").write_text("1")
    assert records.sha256(tmp_path / "a") == records.sha256(tmp_path / "b")
    assert records.sha256(tmp_path / "a") != records.sha256(tmp_path / "c")
    with pytest.raises(InputError, match="does not exist"):
        records.sha256(tmp_path / "d")
