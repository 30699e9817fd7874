"""The store survives being killed at any byte, and two writers at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.append_log import file_lock
from social_r1.errors import InputError
from social_r1.judge.store import AnswerStore, Record


def filled(path: Path, count: int) -> bytes:
    store = AnswerStore(path)
    for number in range(count):
        store.add(Record(f"k{number}", f'{{"score": 0.{number}}} é', None, 2, 100, 10))
    store.close()
    return path.read_bytes()


def test_a_file_cut_at_any_byte_keeps_every_whole_answer_and_takes_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda number: None)  # the disk plays no part in this
    data = filled(tmp_path / "whole.jsonl", 2)
    ends = [place + 1 for place, byte in enumerate(data) if byte == ord("\n")]
    path = tmp_path / "cut.jsonl"
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        store = AnswerStore(path)
        whole = sum(end - 1 <= cut for end in ends)  # a record without its line end is whole
        assert len(store) == whole, cut
        store.add(Record("new", "text"))
        store.close()
        again = AnswerStore(path)
        assert (len(again), again.broken) == (whole + 1, 0)
        assert again.get("new") == "text"
        again.close()


def test_failures_count_as_spent_and_not_as_answers(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "a.jsonl")
    store.add(Record("k", None, "timeout", 5))
    store.add(Record("k", None, "empty", 1, 100, 0))
    assert store.get("k") is None
    store.add(Record("k", "text", None, 1, 100, 10))
    store.close()
    again = AnswerStore(tmp_path / "a.jsonl")
    assert again.get("k") == "text"
    assert (again.calls, again.prompt_tokens, again.completion_tokens) == (7, 200, 10)


@pytest.mark.parametrize(
    "line",
    ["\x00\x00\x00", "{", "[]", '{"key": 3, "text": "x"}', '{"key": "a", "text": 1}',
     '{"key": "a", "text": "x", "calls": -1}', '{"key": "a", "text": "x", "calls": "2"}',
     "[" * 100_000],
    ids=["zeros", "half", "list", "key", "text", "negative", "word", "deep"],
)  # fmt: skip
def test_a_broken_line_in_the_middle_is_passed_over_and_counted(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    data = filled(path, 2)
    path.write_bytes(
        data + line.encode() + b"\n\n" + json.dumps({"key": "z", "text": "t"}).encode()
    )
    store = AnswerStore(path)
    assert (len(store), store.broken, store.get("z")) == (3, 1, "t")


def test_what_is_added_is_in_the_file_at_once(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "a.jsonl")
    store.add(Record("k", "line one\nline two \ud800"))
    (line,) = (tmp_path / "a.jsonl").read_text().splitlines()
    assert json.loads(line)["text"] == "line one\nline two \ud800"


def test_two_stores_may_append_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    one, two = AnswerStore(path), AnswerStore(path)
    for number in range(20):
        (one, two)[number % 2].add(Record(f"k{number}", "x" * number))
    both = AnswerStore(path)
    assert (len(both), both.broken) == (20, 0)


def test_without_a_path_answers_are_kept_in_memory() -> None:
    store = AnswerStore(None)
    store.add(Record("k", "text"))
    store.sync()
    store.close()
    assert store.get("k") == "text"


def test_a_path_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be used for answers: .*; repair"):
        AnswerStore(tmp_path)


def test_a_lock_can_be_refused(tmp_path: Path) -> None:
    with (
        (tmp_path / "l").open("a") as one,
        (tmp_path / "l").open("a") as two,
        file_lock(one),
        pytest.raises(BlockingIOError),
        file_lock(two, wait=False),
    ):
        pass
