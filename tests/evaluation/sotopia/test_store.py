"""The file of finished episodes survives being cut at any byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.sotopia.store import NAME, EpisodeStore
from social_r1.evaluation.sotopia.types import EpisodeRow, Turn

from .conftest import FULL


def row(number: int, *, judged: bool = True) -> EpisodeRow:
    turn = Turn(side=0, type="leave", argument="", reason="ok", text="é \u2028 ✓")
    return EpisodeRow(
        key=f"k{number}", dialogue_key=f"d{number}", id=f"p{number}#0", model="m", partner="p",
        judge="j", env_id="e", codename="c", relationship=0, names=("A", "B"), position=0,
        turns=(turn,), ended="left", scores=FULL if judged else None,
        overall=3.0 if judged else None, partner_scores=None,
    )  # fmt: skip


def test_a_file_cut_at_any_byte_keeps_every_whole_row_and_takes_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda number: None)  # the disk plays no part in this
    store = EpisodeStore(tmp_path / "whole")
    for number in range(2):
        store.add(row(number))
    store.close()
    whole = (tmp_path / "whole" / NAME).read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    folder = tmp_path / "cut"
    folder.mkdir()
    for cut in range(0, len(whole) + 1, 7):
        (folder / NAME).write_bytes(whole[:cut])
        store = EpisodeStore(folder)
        kept = sum(end <= cut for end in ends) + (cut + 1 in ends)
        assert [store.get(f"k{n}") is not None for n in range(2)] == [kept > 0, kept > 1]
        store.add(row(5))
        store.close()
        again = EpisodeStore(folder)
        assert again.get("k5") == row(5)
        assert again.broken == 0
        again.close()


def test_a_row_without_scores_keeps_its_dialogue_and_waits(tmp_path: Path) -> None:
    store = EpisodeStore(tmp_path)
    store.add(row(0, judged=False))
    assert store.get("k0") is None
    done = store.dialogue("d0")
    assert done is not None
    assert done.turns == row(0).turns
    store.add(row(0))
    store.close()
    assert EpisodeStore(tmp_path).get("k0") == row(0)


def test_a_broken_line_is_passed_over_and_counted(tmp_path: Path) -> None:
    good = row(0).model_dump_json()
    (tmp_path / NAME).write_text(f'{good}\n{{"key": 3}}\nnoise\n{row(1).model_dump_json()}\n')
    store = EpisodeStore(tmp_path)
    assert store.broken == 2
    assert store.get("k1") == row(1)
    store.close()


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    store = EpisodeStore(tmp_path)
    with pytest.raises(InputError, match="in use by another run"):
        EpisodeStore(tmp_path)
    store.close()
    EpisodeStore(tmp_path).close()


def test_an_unusable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be used for episodes"):
        EpisodeStore(tmp_path / "file")
