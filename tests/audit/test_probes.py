"""Probes find planted leaks, and are at chance where chance is proved."""

from __future__ import annotations

from statistics import fmean

import pytest

from social_r1.audit.features import name_window, option_words, roles, window
from social_r1.audit.heuristics import read
from social_r1.audit.probes import (
    PROBES,
    cross_validated,
    fold_numbers,
    joined_groups,
    one_fold,
    transferred,
    within_dimensions,
)
from social_r1.audit.text import Masker
from social_r1.errors import InputError, MissingExtraError
from social_r1.items import SocialItem

pytest.importorskip("sklearn", reason="probes need the extra 'audit'")


def score(items: list[SocialItem], name: str) -> float:
    answers = cross_validated(
        [read(item) for item in items], Masker(items), name, folds=5, repeats=2, seed=0
    )
    return fmean(value for value in answers.values if value is not None)


@pytest.mark.parametrize("name", ["option_only", "option_question"])
def test_blocks_hold_a_probe_without_the_story_at_exactly_a_quarter(
    block_of_four: list[SocialItem], name: str
) -> None:
    assert score(block_of_four, name) == pytest.approx(0.25, abs=1e-12)


def test_a_telling_word_in_right_options_is_found(make) -> None:
    items = [
        make(n, options=tuple(f"{'surely' if i == n % 4 else 'hardly'} w{n}{i}" for i in range(4)),
             answer=n % 4)
        for n in range(20)
    ]  # fmt: skip
    assert score(items, "option_only") == 1.0


def test_a_leak_that_needs_the_question_is_found_by_the_crossing_alone(make) -> None:
    items = [
        make(n, question="Why?" if n % 2 else "Where?", options=("because", "there"),
             answer=0 if n % 2 else 1)
        for n in range(40)
    ]  # fmt: skip
    assert score(items, "option_question") == 1.0
    assert score(items, "option_only") < 0.7


def test_a_leak_in_the_own_lines_is_found_by_the_window_and_not_by_the_bag(
    near_pairs: list[SocialItem],
) -> None:
    assert score(near_pairs, "bag_of_words") == pytest.approx(0.5, abs=1e-12)
    assert score(near_pairs, "bigrams") == pytest.approx(0.5, abs=1e-12)
    assert score(near_pairs, "window_1") == 1.0


def test_a_leak_behind_a_relay_needs_two_hops(relay_pairs: list[SocialItem]) -> None:
    assert score(relay_pairs, "window_1") == pytest.approx(0.5, abs=1e-12)
    assert score(relay_pairs, "window_2") == 1.0


def test_a_window_grows_by_who_occurs_in_it(relay_pairs: list[SocialItem]) -> None:
    item = relay_pairs[0]  # Ann is asked about, Eli spoke to her, Ida did neither
    masker = Masker(relay_pairs)
    assert window(read(item), masker, 1) == [
        "N", "put", "a", "cup", "in", "the", "tin", "N", "spoke", "to", "N",
    ]  # fmt: skip
    assert window(read(item), masker, 2)[7:9] == ["N", "left"]
    nobody = item.model_copy(update={"question": "Where is it?"})
    assert window(read(nobody), masker, 3) == []


def test_roles_are_ranks_of_mentions_or_the_words(make) -> None:
    item = make(story="A tin, a jar, a tin.", options=("the jar", "the tin", "the red bag"))
    assert roles(read(item)) == ["2/1", "1/2", "red bag"]


def test_what_was_learned_on_one_set_is_tested_on_another(near_pairs: list[SocialItem]) -> None:
    learned, asked = near_pairs[:12], near_pairs[12:]
    readings = [read(item) for item in learned], [read(item) for item in asked]
    answers = transferred(*readings, Masker(near_pairs), "window_1")
    assert answers.values == (1.0,) * len(asked)


def test_each_dimension_can_be_learned_for_itself(make) -> None:
    # In one dimension "yes" is right, in the other "no"; together they cancel out.
    items = [make(n, dimension="AB"[n % 2], options=("yes", "no"), answer=n % 2) for n in range(40)]
    items.append(make(99, dimension="tiny"))
    readings, masker = [read(item) for item in items], Masker(items)
    found = within_dimensions(readings, masker, "option_only", folds=5, repeats=1, seed=0)
    assert found.name == "option_only_within"
    assert found.values[:40] == (1.0,) * 40
    assert found.values[40] is None


def test_items_of_one_group_or_one_story_share_a_fold(make) -> None:
    items = [make(n, group=f"g{n // 2}", story=f"story {n % 3}") for n in range(6)]
    # Stories 0, 1, 2 each join two of the groups g0, g1, g2.
    assert one_fold(items)
    apart = [make(n, group=f"g{n // 2}", story=f"story {n}") for n in range(20)]
    assert len(set(joined_groups(apart))) == 10
    numbers = fold_numbers(apart, 5, seed=3)
    assert sorted(numbers) == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4
    assert all(numbers[i] == numbers[i + 1] for i in range(0, 20, 2))
    assert (numbers == fold_numbers(apart, 5, seed=3)).all()


def test_one_group_alone_cannot_be_tested(make) -> None:
    items = [make(n, group="g") for n in range(4)]
    with pytest.raises(InputError, match="repair: --no-probes"):
        fold_numbers(items, 5, seed=0)


def test_without_scikit_learn_the_extra_is_named(make, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"social-r1\[audit\]"):
        score([make(0), make(1)], "option_only")


def test_every_probe_gives_one_row_per_option(near_pairs: list[SocialItem]) -> None:
    readings, masker = [read(item) for item in near_pairs], Masker(near_pairs)
    for probe in PROBES.values():
        table = probe.view(readings, masker)
        assert table.x.shape[0] == table.starts[-1] == 2 * len(near_pairs)
    assert option_words(readings, masker).x.sum() == 6 * len(near_pairs)  # the, tin, the tin
    assert name_window(readings, masker, 1).x.shape[1] > 1
