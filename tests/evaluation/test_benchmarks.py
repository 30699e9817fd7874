"""Every benchmark keeps one contract, on files of ours and on the authors' where they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import (
    BENCHMARKS,
    benchmark,
    few,
    hardbench,
    load_benchmark,
    load_choices,
)
from social_r1.evaluation.grading import judge
from social_r1.evaluation.present import present
from social_r1.evaluation.protocols import protocol_of
from social_r1.evaluation.types import Completion
from social_r1.items import LETTERS, SocialItem
from social_r1.records import write_jsonl
from social_r1.trajectory import render_target

from .contract import public


def assert_contract(items: list[SocialItem]) -> None:
    """The right option scores 1 and every other 0; ids are unique; nothing keeps an underscore."""
    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert len(set(item.options)) == len(item.options)
        assert "_" not in item.story + item.question + "".join(item.options)
        ask = present([item])[0]
        right = [
            judge(ask, Completion(render_target("Seen.", letter)), sample=None).correct
            for letter in LETTERS[: len(item.options)]
        ]
        assert right.count(True) == 1
        assert item.options[ask.places[right.index(True)]] == item.options[item.answer]


def test_tomi_story_of_ours_is_read_with_its_containers_as_options(tomi_folder: Path) -> None:
    items = load_choices("tomi", tomi_folder.parent)
    assert_contract(items)
    assert [item.dimension for item in items] == [
        "memory", "reality", "first_order_1_tom", "second_order_0_tom",
    ]  # fmt: skip
    assert {item.options for item in items} == {("yellow hamper", "tin trunk")}
    assert [item.answer for item in items] == [0, 1, 0, 0]
    assert len({item.group for item in items}) == 1
    assert items[0].story.splitlines()[0] == "1 Nadia entered the back porch."
    assert len(items[0].story.splitlines()) == 6
    assert [item.meta["order"] for item in items] == [0, 0, 1, 2]


def test_hitom_keeps_one_of_the_two_prompt_styles_and_the_ladder(hitom_folder: Path) -> None:
    items = load_choices("hitom", hitom_folder.parent)
    assert_contract(items)
    assert [item.meta["rung"] for item in items] == [0, 1, 2, 3, 4]
    assert len({item.group for item in items}) == 1
    assert "instruction" not in items[0].story
    assert items[4].options[items[4].answer] == "tin trunk"


def test_the_four_assumptions_of_hitom_stand_in_the_prompt_and_not_in_the_story(
    hitom_folder: Path,
) -> None:
    item = load_choices("hitom", hitom_folder.parent)[0]
    asked = present([item])[0]
    assert item.meta["note"] not in item.story
    assert item.meta["note"] in asked.messages[-1]["content"]
    assert "Note" not in present([item], style="compact")[0].messages[-1]["content"]


def test_hitom_release_with_contradicting_labels_is_refused(hitom_folder: Path) -> None:
    file = hitom_folder / "Hi-ToM_data.json"
    rows = json.loads(file.read_text())["data"]
    rows[-1]["answer"] = "red_vat"
    file.write_text(json.dumps({"data": rows}))
    with pytest.raises(InputError, match="December 2023"):
        load_choices("hitom", hitom_folder.parent)


def test_ids_do_not_depend_on_which_stories_a_copy_holds(tomi_folder: Path) -> None:
    before = [item.id for item in load_benchmark("tomi", tomi_folder.parent)]
    text, trace = tomi_folder / "fb_all_test.txt", tomi_folder / "fb_all_test.trace"
    text.write_text("1 The cap is in the old_box.\n2 Ivo moved the cap to the bag.\n"
                    "3 Where is the cap really?\tbag\t2\n" + text.read_text())  # fmt: skip
    trace.write_text("a,reality,true_belief\n" + trace.read_text())
    assert [item.id for item in load_benchmark("tomi", tomi_folder.parent)][1:] == before


def test_tomi_answer_that_no_line_names_is_an_error_with_its_line(tomi_folder: Path) -> None:
    text = tomi_folder / "fb_all_test.txt"
    text.write_text(text.read_text().replace("\tyellow_hamper", "\tcellar"))
    with pytest.raises(InputError, match=r"fb_all_test.txt:7: .*cellar"):
        load_benchmark("tomi", tomi_folder.parent)


@pytest.mark.parametrize("name", [one for one in BENCHMARKS if not benchmark(one).generated])
def test_missing_data_say_where_to_get_them_and_where_to_put_them(
    name: str, tmp_path: Path
) -> None:
    found = benchmark(name)
    with pytest.raises(InputError) as error:
        load_benchmark(name, None)
    assert found.home in str(error.value)
    assert f"DIR/{found.place}/{found.files[0] if found.files else ''}" in str(error.value)
    # A set without ``files`` looks for itself and says what it looked for.
    with pytest.raises(InputError, match="repair") as error:
        load_benchmark(name, tmp_path)
    assert str(tmp_path / found.place) in str(error.value)
    assert not found.files or found.home in str(error.value)


def test_a_message_about_twenty_files_fits_a_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        load_benchmark("tombench", tmp_path)
    assert "data/Faux-pas Recognition Test.jsonl and 17 more; repair" in str(error.value)
    assert len(str(error.value)) < 500 + len(str(tmp_path))
    assert few("abcde") == "a, b, c, d, e"
    assert few("abcdef") == "a, b, c and 3 more"


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_record_says_what_a_reader_of_scores_must_know(name: str) -> None:
    found = benchmark(name)
    assert found.name == name
    assert found.caveat
    assert found.source.paper
    assert found.source.licence
    assert found.source.revision
    assert found.generated or found.source.repository or found.source.hub
    assert all(0 <= one.value <= 1 and one.where for one in found.reported)
    assert len({(one.model, one.metric, one.protocol) for one in found.reported}) == len(
        found.reported
    )
    if found.native is not None:
        assert found.native.name == f"{name}/native"
        assert protocol_of(found.native.name) == found.native
        assert found.native.rule


def test_an_unknown_benchmark_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"one of .*tombench.* tomi"):
        benchmark("tommi")


def test_item_files_and_build_folders_are_read(items: list[SocialItem], tmp_path: Path) -> None:
    write_jsonl(tmp_path / "items.jsonl", items)
    assert hardbench.load(tmp_path) == items
    assert hardbench.load(tmp_path / "items.jsonl") == items
    (tmp_path / "items.jsonl").rename(tmp_path / "test.jsonl")
    with pytest.raises(InputError, match=r"test\.jsonl"):
        hardbench.load(tmp_path)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_authors_files_give_unique_ids_and_no_more_than_the_release_holds(name: str) -> None:
    items, found = public(name), benchmark(name)
    assert 0 < len({item.id for item in items}) == len(items)
    assert not found.total or len(items) <= found.total
    assert all(len(str(item.meta.get("fault", ""))) <= 80 for item in items)


@pytest.mark.parametrize(
    ("story", "trace", "says"),
    [
        (
            "1 Ann went to the den.\n2 Where is it?\tbox\n",
            "a,first_order_tom,x",
            "fb_all_test.txt:2",
        ),
        ("1 Ann went to the den.\n2 Where is it?\tbox\t1\n", "short", "fb_all_test.txt:2"),
        ("1 Ann went to the den.\n", "a,first_order_tom,x", "0 questions for the 1 lines"),
    ],
)
def test_a_broken_tomi_file_is_named_with_its_line(
    tmp_path: Path, story: str, trace: str, says: str
) -> None:
    (tmp_path / "tomi").mkdir()
    (tmp_path / "tomi" / "fb_all_test.txt").write_text(story)
    (tmp_path / "tomi" / "fb_all_test.trace").write_text(trace + "\n")
    with pytest.raises(InputError, match=re.escape(says)) as error:
        load_benchmark("tomi", tmp_path)
    assert "repair" in str(error.value)


def test_a_hitom_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "hitom").mkdir()
    (tmp_path / "hitom" / "Hi-ToM_data.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"Hi-ToM_data\.json: not the authors' JSON .*repair"):
        load_benchmark("hitom", tmp_path)
