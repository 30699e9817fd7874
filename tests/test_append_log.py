"""A log that only grows: what was added outlives a kill, what is torn is cut off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.append_log import AppendLog, file_lock
from social_r1.errors import InputError


def opened(path: Path, *, alone: bool = True) -> tuple[AppendLog, list[object]]:
    """A log of JSON lines, and what was there."""
    found: list[object] = []

    def accept(line: bytes) -> bool:
        try:
            found.append(json.loads(line))
        except ValueError:
            return False
        return True

    return AppendLog(path, accept, what="answers", alone=alone), found


def test_what_was_added_is_there_before_the_log_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "log.jsonl"
    log, found = opened(path)
    log.add(['{"a": 1}', '{"a": 2}'])
    assert path.read_text() == '{"a": 1}\n{"a": 2}\n'
    assert found == []
    log.close()
    assert opened(path)[1] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("tail", "kept"),
    [('{"a": 2', '{"a": 1}\n'), ('{"a": 2}', '{"a": 1}\n{"a": 2}\n'), ("", '{"a": 1}\n')],
)
def test_a_torn_last_line_is_cut_off_and_a_whole_one_gets_its_line_break(
    tail: str, kept: str, tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"a": 1}\n' + tail)
    log, _ = opened(path)
    assert log.broken == 0
    log.add(['{"a": 3}'])
    assert path.read_text() == kept + '{"a": 3}\n'


def test_a_broken_line_elsewhere_is_passed_over_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"a": 1}\n\xff{torn\n\n{"a": 2}\n')
    log, found = opened(path)
    assert found == [{"a": 1}, {"a": 2}]
    assert log.broken == 1


def test_a_log_that_is_held_alone_is_refused_to_others(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    log, _ = opened(path)
    with pytest.raises(InputError, match=r"in use by another run; repair"):
        opened(path)
    log.close()
    opened(path)[0].close()


def test_a_shared_log_takes_lines_of_several(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    one, _ = opened(path, alone=False)
    two, _ = opened(path, alone=False)
    one.add(['{"a": 1}'])
    two.add(['{"a": 2}'])
    one.add(['{"a": 3}'])
    assert opened(path, alone=False)[1] == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_text_that_is_no_unicode_is_kept_as_an_escape(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    log, _ = opened(path)
    log.add([json.dumps({"a": "\ud800"}, ensure_ascii=False)])
    assert path.read_bytes() == b'{"a": "\\ud800"}\n'


def test_a_full_disk_names_the_file_and_ends_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.symlink_to("/dev/full")
    log, _ = opened(path)
    for _ in range(2):
        with pytest.raises(InputError, match=r"log\.jsonl: answers cannot be written \(No space"):
            log.add(['{"a": 1}'])
    log.close()


def test_a_folder_where_the_file_should_be_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be used for answers: Is a directory; repair"):
        opened(tmp_path)


def test_a_lock_is_let_go(tmp_path: Path) -> None:
    with (tmp_path / "x").open("w") as one, (tmp_path / "x").open("w") as two:
        with file_lock(one), pytest.raises(BlockingIOError), file_lock(two, wait=False):
            pass
        with file_lock(two, wait=False):
            pass
