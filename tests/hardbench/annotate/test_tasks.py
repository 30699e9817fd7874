from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.annotate import Key, draw_sample, make_study, read_key, write_study
from social_r1.hardbench.annotate.tasks import Format, Round, label_config
from social_r1.items import SocialItem


@pytest.fixture
def key(pool: list[SocialItem]) -> Key:
    sample = draw_sample(pool, n=32, per_dimension=16, seed=0)
    return make_study(sample, raters=3, no_story=8, seed=0, source="pool.jsonl")


def test_every_rater_gets_every_item_and_the_control(key: Key) -> None:
    for number in (1, 2, 3):
        mine = [t for t in key.tasks if t.rater == f"rater-{number}"]
        told = [t.item for t in mine if t.round is Round.STORY]
        assert sorted(told) == sorted(i.id for i in key.items)
        assert sum(t.round is Round.NO_STORY for t in mine) == 8
    assert len({t.task for t in key.tasks}) == len(key.tasks)


def test_raters_see_items_and_options_in_orders_of_their_own(key: Key) -> None:
    one, two = (
        [(t.item, t.order) for t in key.tasks if t.rater == r and t.round is Round.STORY]
        for r in ("rater-1", "rater-2")
    )
    assert [i for i, _ in one] != [i for i, _ in two]
    assert dict(one) != dict(two)


def test_the_items_of_a_block_lie_apart(key: Key) -> None:
    group = {i.id: i.group for i in key.items}
    for rater in ("rater-1", "rater-2", "rater-3"):
        mine = [group[t.item] for t in key.tasks if t.rater == rater and t.round is Round.STORY]
        for block in {g for g in mine if mine.count(g) == 4}:
            at = [i for i, g in enumerate(mine) if g == block]
            assert at[-1] - at[0] >= len(mine) // 3


def test_label_studio_tasks_show_neither_answer_nor_origin(key: Key, tmp_path: Path) -> None:
    files = write_study(key, tmp_path, Format.LABEL_STUDIO)
    assert [f.name for f in files] == [
        f"{stem}rater-{n}.json" for n in (1, 2, 3) for stem in ("", "no-story-")
    ]
    tasks = {t.task: t for t in key.tasks}
    items = {i.id: i for i in key.items}
    for path in files:
        for row in json.loads(path.read_text(encoding="utf-8")):
            data = row["data"]
            task = tasks[data["task"]]
            item = items[task.item]
            assert set(data) - {"story"} == {"task", "rater", "question", "options", "order"}
            assert ("story" in data) == (task.round is Round.STORY)
            assert data["order"] == list(task.order)
            shown = [o["value"].partition(". ")[2] for o in data["options"]]
            assert shown == [item.options[i] for i in task.order]
            assert [o["alias"] for o in data["options"]] == list("ABCD")


def test_the_labelling_configs_are_xml_whose_fields_the_tasks_have() -> None:
    for story in (True, False):
        root = ElementTree.fromstring(label_config(story=story))
        values = {e.get("value") for e in root if e.tag in ("Text", "Choices")}
        assert values == {"$question", "$options"} | ({"$story"} if story else set())
        ratings = [
            (e.get("name"), e.get("toName"), e.get("maxRating")) for e in root.iter("Rating")
        ]
        assert ratings == ([("sense", "story", "5")] if story else [])
        choices = root.find("Choices")
        assert choices is not None
        assert choices.get("toName") in {e.get("name") for e in root.findall("Text")}


def test_tables_have_an_empty_column_for_the_answer(key: Key, tmp_path: Path) -> None:
    path = write_study(key, tmp_path, Format.CSV)[0]
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == [
        "task", "rater", "story", "question", "A", "B", "C", "D", "order", "answer", "sense",
    ]  # fmt: skip
    assert len(rows) == 32
    assert {r["answer"] + r["sense"] for r in rows} == {""}
    assert not list((tmp_path / "raters").glob("*.xml"))
    bare = (tmp_path / "raters" / "no-story-rater-1.csv").read_text(encoding="utf-8-sig")
    assert not {"story", "sense"} & {*bare.partition("\n")[0].split(",")}


def test_the_same_study_is_written_with_the_same_bytes(key: Key, tmp_path: Path) -> None:
    for form in Format:
        for name in ("one", "two"):
            write_study(key, tmp_path / form / name, form)
        files = [p for p in (tmp_path / form / "one").rglob("*") if p.is_file()]
        assert len(files) >= 7
        for path in files:
            other = tmp_path / form / "two" / path.relative_to(tmp_path / form / "one")
            assert path.read_bytes() == other.read_bytes()


def test_nothing_that_exists_is_touched(key: Key, tmp_path: Path) -> None:
    filled = tmp_path / "raters" / "rater-2.csv"
    filled.parent.mkdir()
    filled.write_text("task,answer\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"rater-2\.csv is there already"):
        write_study(key, tmp_path, Format.CSV)
    assert filled.read_text(encoding="utf-8") == "task,answer\n"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [filled]


def test_the_key_comes_back_as_it_was_and_only_from_a_study(key: Key, tmp_path: Path) -> None:
    write_study(key, tmp_path, Format.CSV)
    assert read_key(tmp_path) == key
    with pytest.raises(InputError, match=r"no key\.json"):
        read_key(tmp_path / "raters")
    broken = json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))
    broken["tasks"][0]["order"] = [0, 0, 1, 2]
    (tmp_path / "key.json").write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(InputError, match="does not fit item"):
        read_key(tmp_path)
    (tmp_path / "key.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="export the study anew"):
        read_key(tmp_path)


def test_one_rater_agrees_with_nobody(pool: list[SocialItem]) -> None:
    sample = draw_sample(pool, n=8, per_dimension=4, seed=0)
    with pytest.raises(InputError, match="2 or more"):
        make_study(sample, raters=1, no_story=0, seed=0)
