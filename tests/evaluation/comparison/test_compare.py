"""Two models on the same items: differences by hand, what is refused, what is flagged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social_r1.errors import InputError
from social_r1.evaluation.comparison.changes import Change, flags_of
from social_r1.evaluation.comparison.compare import compare, compare_sets
from social_r1.evaluation.comparison.folders import SetFiles, read_folder, read_folders
from social_r1.evaluation.types import ItemRow

from .folders_of_ours import row, summary, write_folder

BEFORE = [row(f"i{i}", 0.0) for i in range(5)] + [row(f"i{i}", 1.0) for i in range(5, 10)]
AFTER = [row(f"i{i}", 1.0) for i in range(5)] + [
    row("i5", 0.0),
    *(row(f"i{i}", 1.0) for i in range(6, 10)),
]
"""Five gained, one lost, four right in both."""


def in_memory(rows: list[ItemRow], name: str = "set") -> SetFiles:
    one = SetFiles(name, summary(name, rows), Path("nowhere") / f"{name}.jsonl")
    vars(one)["rows"] = rows
    return one


def test_five_gained_and_one_lost_of_ten(tmp_path: Path) -> None:
    base = write_folder(tmp_path / "base", {"set": BEFORE})
    trained = write_folder(tmp_path / "trained", {"set": AFTER})
    found = compare(base, trained)
    assert (found.before, found.after) == ("base", "trained")
    whole = found.sets[0].whole
    assert (whole.n, whole.groups, whole.before, whole.after) == (10, 10, 0.5, 0.9)
    assert whole.difference.value == pytest.approx(0.4)
    assert whole.mcnemar == (5, 1, 0.21875)
    assert whole.p == 0.21875
    assert found.flags == ()


def test_the_score_of_an_item_is_the_mean_over_its_runs() -> None:
    before = [row("a", 1.0, 0.0), row("b", 0.0, 0.0)]
    after = [row("a", 1.0, 1.0), row("b", 1.0, 0.0)]
    whole = compare_sets(in_memory(before), in_memory(after)).whole
    # (0.5 + 0) / 2 and (1 + 0.5) / 2; only item a becomes right throughout.
    assert (whole.before, whole.after, whole.difference.value) == (0.25, 0.75, 0.5)
    assert whole.mcnemar == (1, 0, 1.0)


def test_whole_groups_are_drawn() -> None:
    before = [row(f"{g}{i}", 0.0, group=g) for g in "ab" for i in range(3)]
    after = [row(f"{g}{i}", float(g == "a"), group=g) for g in "ab" for i in range(3)]
    whole = compare_sets(in_memory(before), in_memory(after)).whole
    # Two groups: draws are aa, ab, bb, so that the interval is as wide as can be.
    assert (whole.difference.low, whole.difference.value, whole.difference.high) == (0, 0.5, 1)
    assert whole.few


def test_items_of_one_side_are_left_out_and_said() -> None:
    found = compare_sets(in_memory(BEFORE), in_memory([*AFTER[2:], row("new", 1.0)]))
    assert (found.whole.n, found.only_before, found.only_after) == (8, 2, 1)
    assert found.notes == ("2 items only before, left out", "1 item only after, left out")


def test_other_option_orders_are_said() -> None:
    turned = [one.model_copy(update={"answers": (), "places": (3, 2, 1, 0)}) for one in AFTER]
    notes = compare_sets(in_memory(BEFORE), in_memory(turned)).notes
    assert notes == ("10 items shown in other orders of their options",)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"group": "other"}, "group 'i5' before, 'other' after"),
        ({"dimension": "Desire"}, "dimension"),
        ({"places": (0, 1, 2)}, "number of options 4 before, 3 after"),
    ],
)
def test_one_id_for_two_questions_is_refused(change: dict[str, object], what: str) -> None:
    after = [one.model_copy(update=change) if one.item_id == "i5" else one for one in AFTER]
    with pytest.raises(InputError, match=f"item 'i5' is another question.*{what}.*repair"):
        compare_sets(in_memory(BEFORE), in_memory(after))


def test_another_right_option_is_refused() -> None:
    wrong = BEFORE[9].answers[0].model_copy(update={"option": 2})
    after = [*AFTER[:9], AFTER[9].model_copy(update={"answers": (wrong,)})]
    with pytest.raises(InputError, match=r"right option \{0\} before, \{2\} after"):
        compare_sets(in_memory(BEFORE), in_memory(after))


def test_a_set_that_cannot_be_compared_does_not_stop_the_others(tmp_path: Path) -> None:
    other = [row("x", 1.0)]
    base = write_folder(tmp_path / "a", {"set": BEFORE, "odd": BEFORE, "early": other})
    trained = write_folder(tmp_path / "b", {"set": AFTER, "odd": other, "late": other})
    found = compare(base, trained)
    assert [one.name for one in found.sets] == ["set"]
    assert "none of the 10 items" in found.refused["odd"]
    assert (found.only_before, found.only_after) == (("early",), ("late",))


def test_nothing_in_common_is_an_error_that_names_both(tmp_path: Path) -> None:
    base = write_folder(tmp_path / "a", {"one": BEFORE})
    trained = write_folder(tmp_path / "b", {"two": AFTER})
    with pytest.raises(InputError, match=r"a has one and .*b has two; repair: evaluate both"):
        compare(base, trained)


def test_another_protocol_is_refused(tmp_path: Path) -> None:
    base = write_folder(tmp_path / "a", {"set": BEFORE})
    native = {"set": {"protocol": "native"}}
    trained = write_folder(tmp_path / "b", {"set": AFTER}, summaries=native)
    with pytest.raises(InputError, match="protocol social-r1 before and native after"):
        compare(base, trained)


def test_settings_that_differ_are_said(tmp_path: Path) -> None:
    base = write_folder(tmp_path / "a", {"set": BEFORE}, style="sip")
    trained = write_folder(tmp_path / "b", {"set": AFTER}, style="compact")
    assert compare(base, trained).notes == ("style is 'sip' before and 'compact' after",)


def test_answers_that_never_came_are_said(tmp_path: Path) -> None:
    base = write_folder(tmp_path / "a", {"set": BEFORE})
    trained = write_folder(tmp_path / "b", {"set": AFTER}, summaries={"set": {"missing": 3}})
    assert compare(base, trained).sets[0].notes == (
        "3 answers never came after; their items are left out",
    )


def test_metrics_get_their_differences(tmp_path: Path) -> None:
    base = write_folder(tmp_path / "a", {"set": BEFORE})
    trained = write_folder(tmp_path / "b", {"set": AFTER})
    (metric,) = compare(base, trained).sets[0].metrics
    assert (metric.name, metric.before.value, metric.after.value) == ("accuracy", 0.5, 0.9)
    assert metric.difference.low < 0.4 < metric.difference.high


# What is flagged ----------------------------------------------------------------------------------


def made(kinds: dict[str, int], value: float, **changes: object) -> list[ItemRow]:
    return [
        row(f"{kind}/{i}", value, dimension=kind, **changes)
        for kind, n in kinds.items()
        for i in range(n)
    ]


def test_a_lost_ability_is_flagged_by_its_corrected_p() -> None:
    kinds = {"Belief": 40, "Desire": 8, "Emotion": 40}
    before = made(kinds, 1.0)
    after = [
        row(one.item_id, float(one.dimension != "Desire"), dimension=one.dimension)
        for one in before
    ]
    found = compare_sets(in_memory(before), in_memory(after))
    desire = next(part for part in found.dimensions if part.name == "Desire")
    # Eight lost of eight: 2 / 2**8, times the three kinds.
    assert desire.p == 2 / 256
    assert desire.holm == pytest.approx(6 / 256)
    flags = [(flag.cause, flag.part, flag.p) for flag in flags_of(found)]
    assert flags == [("set", "", 2 / 256), ("ability", "Desire", pytest.approx(6 / 256))]


def test_four_items_all_lost_are_too_few_to_flag() -> None:
    found = compare_sets(in_memory(made({"Belief": 4}, 1.0)), in_memory(made({"Belief": 4}, 0.0)))
    # Every draw of the bootstrap is -1, but four lost of four happen by chance: 2 / 2**4.
    assert found.whole.difference[:3] == (-1, -1, -1)
    assert found.whole.p == 0.125
    assert flags_of(found) == []


def test_a_lost_control_is_flagged_without_correction() -> None:
    kinds = {"memory": 6, "first_order": 40, "second_order": 40}
    before = made(kinds, 1.0)
    after = [
        row(one.item_id, float(one.dimension != "memory"), dimension=one.dimension)
        for one in before
    ]
    flags = flags_of(compare_sets(in_memory(before), in_memory(after)))
    # 2 / 2**6 = 0.03125 alone; times three it would pass unseen.
    assert ("control", "memory", 0.03125) in {(f.cause, f.part, f.p) for f in flags}


def test_answers_that_became_unreadable_are_flagged_beside_an_equal_score() -> None:
    before = made({"Belief": 20}, 0.0)
    after = made({"Belief": 20}, 0.0, parse={"no_answer": 1})
    found = compare_sets(in_memory(before), in_memory(after))
    assert (found.failures.before, found.failures.after) == (0, 1)
    (flag,) = flags_of(found)
    assert flag.cause == "reading"
    assert "share of unreadable answers 0.000 to 1.000" in flag.text


def test_longer_thoughts_are_measured() -> None:
    before, after = made({"Belief": 4}, 1.0), made({"Belief": 4}, 1.0, length=250.0)
    found = compare_sets(in_memory(before), in_memory(after)).length
    assert (found.before, found.after, found.difference.value) == (100, 250, 150)


# What holds for all -------------------------------------------------------------------------------

SCORES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.5, 1.0]),
        st.sampled_from([0.0, 0.5, 1.0]),
        st.integers(0, 4),
        st.sampled_from(["Belief", "Desire"]),
    ),
    min_size=1,
    max_size=25,
)


def two(scores: list[tuple[float, float, int, str]]) -> tuple[SetFiles, SetFiles]:
    sides = [
        [
            row(f"i{i}", one[side], group=f"g{one[2]}", dimension=one[3])
            for i, one in enumerate(scores)
        ]
        for side in (0, 1)
    ]
    return in_memory(sides[0]), in_memory(sides[1])


@settings(deadline=None, max_examples=40)
@given(SCORES)
def test_a_model_is_no_different_from_itself(scores: list[tuple[float, float, int, str]]) -> None:
    one, _ = two(scores)
    found = compare_sets(one, one, n_boot=100)
    for change in (found.whole, *found.dimensions, found.failures, found.length):
        assert change.difference[:3] == (0, 0, 0)
        assert change.p == 1
    for change in (found.whole, *found.dimensions):
        assert change.mcnemar == (0, 0, 1)
    for metric in found.metrics:
        assert metric.difference.value == 0
    assert flags_of(found) == []


@settings(deadline=None, max_examples=40)
@given(SCORES)
def test_the_other_way_round_every_sign_turns(scores: list[tuple[float, float, int, str]]) -> None:
    one, other = two(scores)
    there = compare_sets(one, other, n_boot=100)
    back = compare_sets(other, one, n_boot=100)
    for a, b in zip((there.whole, *there.dimensions), (back.whole, *back.dimensions), strict=True):
        assert_mirrored(a, b)
    for a, b in zip(there.metrics, back.metrics, strict=True):
        assert a.difference[:3] == pytest.approx(
            (-b.difference.value, -b.difference.high, -b.difference.low)
        )


def assert_mirrored(a: Change, b: Change) -> None:
    assert a.difference[:3] == pytest.approx(
        (-b.difference.value, -b.difference.high, -b.difference.low), abs=1e-12
    )
    assert (a.before, a.after, a.p, a.holm) == (b.after, b.before, b.p, b.holm)
    assert a.mcnemar
    assert b.mcnemar
    assert (a.mcnemar.gained, a.mcnemar.lost) == (b.mcnemar.lost, b.mcnemar.gained)


# Folders ------------------------------------------------------------------------------------------


def test_models_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for name in ("step100", "step200"):
        write_folder(tmp_path / name, {"set": BEFORE}, model="m")
    found = read_folders([tmp_path / "step100", tmp_path / "step200"])
    assert [one.label for one in found] == ["m (step100)", "m (step200)"]


def test_a_folder_without_results_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no results\.json.*repair: give the --out folder"):
        read_folder(tmp_path)


@pytest.mark.parametrize("text", ["{}", "[]", '{"config": {}, "sets": {}}'])
def test_results_of_another_form_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(InputError, match=r"results\.json.*repair"):
        read_folder(tmp_path)


def test_a_broken_row_is_named_by_its_line(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", {"set": BEFORE})
    with (folder / "set.jsonl").open("a") as stream:
        stream.write('{"item_id": 3}\n')
    with pytest.raises(InputError, match=r"set\.jsonl:11: "):
        _ = read_folder(folder).sets["set"].rows


def test_an_item_twice_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", {"set": [row("x", 1.0), row("x", 0.0)]})
    with pytest.raises(InputError, match=r"set\.jsonl:2: item 'x' occurs twice"):
        _ = read_folder(folder).sets["set"].rows
