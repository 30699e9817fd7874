"""A release is a folder that says how it was made and that other tools can read."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from social_r1.errors import InputError
from social_r1.hardbench import check_items
from social_r1.hardbench.publish import ReleaseConfig, check_folder, formats, write_release
from social_r1.hardbench.release import RELEASES, Built
from social_r1.items import SocialItem
from social_r1.records import read_items

FILES = {
    "README.md", "checksums.txt", "manifest.json", "data/test.jsonl", "data/test.parquet",
    "data/train.jsonl", "data/train.parquet", "twins.jsonl", "twins.parquet",
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def load(folder: Path, cache: Path, *more: str) -> Any:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), *more, cache_dir=str(cache))


def test_a_release_has_all_its_files_and_nothing_else(whole: Path) -> None:
    found = {p.relative_to(whole).as_posix() for p in whole.rglob("*") if p.is_file()}
    assert found == FILES
    assert set(check_folder(whole)) == FILES


def test_its_items_are_read_and_proved_by_our_own_tools(whole: Path) -> None:
    train, test = (read_items(whole / "data" / f"{name}.jsonl") for name in ("train", "test"))
    assert (len(train), len(test)) == (16, 4)
    assert check_items([*train, *test]) == []
    twins = read_items(whole / "twins.jsonl")
    assert {twin.meta["of"] for twin in twins} <= {item.id for item in test}


def test_its_manifest_tells_the_config_and_the_checksums_are_sha256(
    whole: Path, small: ReleaseConfig
) -> None:
    manifest = json.loads((whole / "manifest.json").read_text())
    assert manifest["config"] == {**small.model_dump(), "parquet": True}
    assert manifest["seeds"] == 3
    lines = (whole / "checksums.txt").read_text().splitlines()
    assert [line.split()[1] for line in lines] == [
        "data/test.jsonl", "data/train.jsonl", "twins.jsonl",
    ]  # fmt: skip
    for line in lines:
        value, name = line.split("  ")
        assert hashlib.sha256((whole / name).read_bytes()).hexdigest() == value


def test_datasets_finds_the_splits_and_meta_is_the_same_as_text(
    whole: Path, tmp_path: Path
) -> None:
    found = load(whole, tmp_path / "cache")
    assert {name: len(rows) for name, rows in found.items()} == {"train": 16, "test": 4}
    for name, rows in found.items():
        items = [SocialItem(**{**row, "meta": json.loads(row["meta"])}) for row in rows]
        assert items == read_items(whole / "data" / f"{name}.jsonl")
    twins = load(whole, tmp_path / "cache", "twins")["twins"]
    assert [row["id"] for row in twins] == [t.id for t in read_items(whole / "twins.jsonl")]


def test_without_parquet_datasets_reads_the_same_columns_from_jsonl(
    whole: Path, small: ReleaseConfig, tmp_path: Path
) -> None:
    write_release(small, tmp_path / "core", parquet=False)
    assert not list((tmp_path / "core").rglob("*.parquet"))
    plain, usual = (load(f, tmp_path / "cache") for f in (tmp_path / "core", whole))
    assert plain["train"].features == usual["train"].features
    for name in ("train", "test"):
        bare = [rows.remove_columns("meta").to_list() for rows in (plain[name], usual[name])]
        assert bare[0] == bare[1]
        assert all(json.loads(meta)["form"] for meta in plain[name]["meta"])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    whole: Path, small: ReleaseConfig, tmp_path: Path
) -> None:
    write_release(small, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(whole)
    write_release(small.model_copy(update={"seed": 4}), tmp_path / "other")
    assert contents(tmp_path / "other")["data/test.jsonl"] != contents(whole)["data/test.jsonl"]


def test_the_same_release_may_be_written_again_and_leaves_no_stale_parquet(
    whole: Path, small: ReleaseConfig, folder: Path
) -> None:
    write_release(small, folder, parquet=False)
    assert not list(folder.rglob("*.parquet"))
    write_release(small, folder)
    assert contents(folder) == contents(whole)


def test_another_release_is_not_written_over_unless_forced(
    small: ReleaseConfig, folder: Path
) -> None:
    before = contents(folder)
    other = small.model_copy(update={"seed": 4})
    with pytest.raises(InputError, match=r"another release \(seed 3, not seed 4\); .*--force"):
        write_release(other, folder)
    assert contents(folder) == before
    (folder / "data" / "ood.jsonl").write_text("{}\n")  # of an earlier release with more splits
    (folder / "data" / "mine.jsonl").write_text("{}\n")
    write_release(other, folder, force=True)
    assert contents(folder)["data/test.jsonl"] != before["data/test.jsonl"]
    assert not (folder / "data" / "ood.jsonl").exists()
    assert (folder / "data" / "mine.jsonl").exists()
    assert "data/mine.jsonl" not in check_folder(folder)


@pytest.mark.parametrize("manifest", [None, "[]", '{"command": "hard build", "config": {}}'])
def test_a_folder_of_other_things_is_left_alone(
    manifest: str | None, small: ReleaseConfig, tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text("mine")
    if manifest:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(InputError, match="not empty and holds no whole release"):
        write_release(small, tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_build_that_breaks_leaves_what_was_there_and_nothing_new(
    small: ReleaseConfig, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Built:
        raise AssertionError("the oracles disagree")

    before = contents(folder)
    monkeypatch.setattr(formats, "build_release", broken)
    with pytest.raises(AssertionError):
        write_release(small, folder, force=True)
    assert contents(folder) == before
    with pytest.raises(AssertionError):
        write_release(small, tmp_path / "new" / "core")
    assert not (tmp_path / "new").exists()


def test_without_pyarrow_it_says_so_before_anything_is_built(
    small: ReleaseConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"social-r1\[train\]', or give --no-parquet"):
        write_release(small, tmp_path / "core")
    assert not (tmp_path / "core").exists()
    write_release(small, tmp_path / "core", parquet=False)
    assert check_folder(tmp_path / "core")


def test_unknown_releases_and_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no release 'core-80'; repair: one of core-800, plus"):
        write_release(ReleaseConfig(name="core-80"), tmp_path / "core")
    assert not (tmp_path / "core").exists()
    for wrong in ({"scale": 0}, {"scale": 2}, {"seed": -1}, {"size": 3}):
        with pytest.raises(ValidationError):
            ReleaseConfig(name="plus", **wrong)


def test_the_sizes_of_the_releases_are_those_of_the_issue() -> None:
    assert ReleaseConfig(name="core-800").sizes() == {"test": 100, "train": 700}
    assert ReleaseConfig(name="plus").sizes() == {
        "test": 2000, "ood": 2000, "val": 1500, "train": 12000,
    }  # fmt: skip
    assert set(formats.SPLITS) == {split for release in RELEASES.values() for split in release}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("manifest.json", "no whole release"),
        ("checksums.txt", "checksums.txt does not exist"),
        ("README.md", "lacks README.md"),
        ("data/test.parquet", "lacks data/test.parquet"),
        ("data/train.jsonl", "lacks data/train.jsonl"),
    ],
)
def test_a_missing_file_is_named(name: str, says: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=says):
        check_folder(folder)


def test_a_changed_item_and_a_wrong_list_of_sums_are_named(folder: Path) -> None:
    with (folder / "data" / "test.jsonl").open("a") as stream:
        stream.write("\n")
    with pytest.raises(InputError, match=r"data/test\.jsonl changed since"):
        check_folder(folder)
    for text, says in (
        ("", "names no split"),
        ("abc\n", "is not 'sum  file'"),
        ("abc  ../x\n", "is not"),
    ):
        (folder / "checksums.txt").write_text(text)
        with pytest.raises(InputError, match=says):
            check_folder(folder)
