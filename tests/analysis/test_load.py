"""Reading a run folder: what is missing is said, what is broken is named with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from social_r1.analysis import load_run
from social_r1.errors import InputError

RunMaker = Callable[..., Path]


def _edit(file: Path, line: int, **changes: object) -> None:
    rows = file.read_text().splitlines()
    rows[line - 1] = json.dumps(json.loads(rows[line - 1]) | changes)
    file.write_text("\n".join(rows) + "\n")


def test_a_whole_run_is_read_with_nothing_left_out(make_run: RunMaker) -> None:
    run = load_run(make_run(n=8, steps=3))
    assert list(run.sets) == ["easy", "hard", "ood"]
    assert len(run.sets["hard"].before) == 8
    assert len(run.items) == 24
    assert [row["step"] for row in run.metrics] == [1, 2, 3]
    assert run.timings["training"] == 181.0
    assert run.left_out == ()


def test_missing_files_are_left_out_with_a_reason(make_run: RunMaker) -> None:
    folder = make_run(n=4, steps=1)
    (folder / "eval/after/ood.jsonl").unlink()
    (folder / "timings.json").unlink()
    (folder / "train/metrics.jsonl").unlink()
    run = load_run(folder)
    assert list(run.sets) == ["easy", "hard"]
    assert {entry.what: entry.reason for entry in run.left_out} == {
        "set ood": "no eval/after/ood.jsonl in the run folder",
        "timings": "no timings.json in the run folder",
        "reward over steps": "no train/metrics.jsonl in the run folder",
    }


def test_a_public_set_is_shown_when_it_is_there(make_run: RunMaker) -> None:
    folder = make_run(n=4, steps=1)
    for moment in ("before", "after"):
        source = folder / "eval" / moment / "easy.jsonl"
        (source.parent / "tomi.jsonl").write_bytes(source.read_bytes())
    assert list(load_run(folder).sets) == ["easy", "hard", "ood", "tomi"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"greedy": 0.5}, "greedy is 0.5"),
        ({"sampled": 1.2}, "sampled"),
        ({"k": 0}, "k:"),
        ({"group": None}, "group"),
        ({"item_id": "hard-0"}, "stands already in line 1"),
    ],
)
def test_a_broken_row_is_named_with_file_and_line(
    make_run: RunMaker, changes: dict[str, object], said: str
) -> None:
    folder = make_run(n=4, steps=1)
    _edit(folder / "eval/after/hard.jsonl", 3, **changes)
    with pytest.raises(InputError) as caught:
        load_run(folder)
    assert "after/hard.jsonl:3" in str(caught.value)
    assert said in str(caught.value)


def test_other_items_after_training_are_refused(make_run: RunMaker) -> None:
    folder = make_run(n=4, steps=1)
    _edit(folder / "eval/after/easy.jsonl", 2, item_id="stranger")
    with pytest.raises(InputError, match=r"easy\.jsonl:2: item 'stranger'"):
        load_run(folder)


def test_fewer_items_after_training_are_refused(make_run: RunMaker) -> None:
    folder = make_run(n=4, steps=1)
    file = folder / "eval/after/easy.jsonl"
    file.write_text("\n".join(file.read_text().splitlines()[:3]) + "\n")
    with pytest.raises(InputError, match=r"has 3 rows where .* has 4"):
        load_run(folder)


def test_broken_json_is_named_with_its_line(make_run: RunMaker) -> None:
    folder = make_run(n=4, steps=1)
    (folder / "timings.json").write_text('{"a": 1,\n"b": }')
    with pytest.raises(InputError, match=r"timings\.json:2"):
        load_run(folder)
    (folder / "timings.json").write_text('{"a": "fast"}')
    with pytest.raises(InputError, match="a is 'fast'"):
        load_run(folder)


def test_a_step_that_is_no_number_is_named_with_its_line(make_run: RunMaker) -> None:
    folder = make_run(n=4, steps=3)
    _edit(folder / "train/metrics.jsonl", 2, step="two")
    with pytest.raises(InputError, match=r"metrics\.jsonl:2: step is 'two'"):
        load_run(folder)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run folder"):
        load_run(tmp_path / "nowhere")
    with pytest.raises(InputError, match="neither an evaluation"):
        load_run(tmp_path)
