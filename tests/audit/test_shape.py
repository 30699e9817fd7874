"""Bias, diversity, overlap and AFLite on sets whose figures can be counted."""

from __future__ import annotations

from math import log

import pytest

from social_r1.audit.aflite import aflite
from social_r1.audit.bias import bias, lengths, mentions, positions, wording
from social_r1.audit.diversity import diversity
from social_r1.audit.heuristics import read
from social_r1.audit.overlap import near_duplicates, overlap
from social_r1.audit.text import Masker
from social_r1.audit.types import AFLite
from social_r1.errors import InputError


def test_letters_count_among_the_items_that_offer_them(make) -> None:
    items = [make(0, answer=0), make(1, answer=2), make(2, options=("yes", "no"), answer=0)]
    found = positions([read(item) for item in items])
    assert found["A"]["share"] == pytest.approx(2 / 3)
    assert found["A"]["chance"] == pytest.approx((0.25 + 0.25 + 0.5) / 3)
    assert (found["C"]["n"], found["C"]["share"], found["C"]["chance"]) == (2, 0.5, 0.25)


def test_the_rank_of_mention_counts_where_every_option_is_named(make) -> None:
    story = "The bag, the box, the jar, the tin."
    items = [make(0, story=story, answer=3), make(1, story=story, answer=1), make(2)]
    found = mentions([read(item) for item in items])
    assert [found[f"named {rank}."]["share"] for rank in (1, 2, 3, 4)] == [0.5, 0, 0.5, 0]


def test_lengths_are_counted_in_words(make) -> None:
    found = lengths([read(make(options=("one two three", "one"), answer=0))])
    assert found == {"words_right": 3, "words_wrong": 1, "mean_ratio": 3, "over_limit": 1}


def test_words_that_stand_in_right_options_too_often_are_told(make) -> None:
    items = [make(n, options=("surely x", "hardly x"), answer=0) for n in range(12)]
    found = wording([read(item) for item in items], shown=3)
    assert [row["word"] for row in found["right"]] == ["surely"]
    assert [row["word"] for row in found["wrong"]] == ["hardly"]
    assert (found["right"][0]["right"], found["right"][0]["wrong"]) == (12, 0)


def test_a_balanced_set_has_no_telling_words(block_of_four) -> None:
    assert bias([read(item) for item in block_of_four])["wording"] == {"right": [], "wrong": []}


def test_diversity_is_counted_over_distinct_stories(make) -> None:
    items = [
        make(0, story="Ann saw Bo. Bo left.", question="Did Ann see Bo?"),
        make(1, story="Ann saw Bo. Bo left.", question="Did Ann see Bo?"),
        make(2, story="Bo saw Ann.", question="?", meta={"domain": "home"}),
    ]
    found = diversity(items, Masker(items))
    # Words: ann saw bo bo left, bo saw ann. Masked: "N saw N" twice, "N left" once.
    assert (found["stories"], found["tokens"], found["word_types"]) == (2, 8, 4)
    assert found["distinct_2"] == 6 / 6
    assert (found["sentences"], found["sentence_types"]) == (3, 2)
    assert found["max_share"] == pytest.approx(2 / 3)
    assert found["evenness"] == pytest.approx((2 / 3 * log(3 / 2) + 1 / 3 * log(3)) / log(3))
    assert found["domains"] == {"home": 1.0}


def test_diversity_is_cut_at_the_wanted_number_of_words(make) -> None:
    items = [make(n, story=f"{'word ' * 50}") for n in range(3)]
    assert diversity(items, Masker(items), tokens=20)["tokens"] == 20


def test_stories_of_one_block_are_sampled_after_those_of_others(make) -> None:
    # Four stories of one block in the same words but for one, and two of other blocks.
    mates = [make(n, group="x", story=f"Ann hid the key in a {w}.") for n, w in enumerate("pqrs")]
    others = [make(4, group="y", story="Bo sang."), make(5, group="z", story="Cy ran.")]
    for seed in range(5):
        found = diversity([*mates, *others], Masker([]), seed=seed, stories=3)
        # One of the four, and both others: ann hid the key in a p, bo sang, cy ran.
        assert (found["stories"], found["word_types"]) == (3, 11)


def words(first: int, last: int) -> str:
    return " ".join(f"w{'abcdefghijklmnopqrstuvwxyz'[n]}" for n in range(first, last))


def test_near_duplicates_are_found_at_the_index_and_not_below(make) -> None:
    # 12 words have 8 shingles; sharing the first 10 words is 6 shingles of 8 + 8 - 6 = 10: .6.
    left = [make(0, story=words(0, 12))]
    at = make(1, story=words(0, 10) + " x y")
    below = make(2, story=words(0, 9) + " x y z")  # 5 of 11
    masker = Masker([*left, at, below])
    [(index, a, b)] = near_duplicates(left, [at, below], masker)
    assert (index, a.id, b.id) == (pytest.approx(0.6), "item-0", "item-1")


def test_stories_that_differ_in_names_alone_are_near_duplicates(make) -> None:
    def told(name: str, n: int):
        return make(n, story=f"In the den {name} put a cap into the big tin and went away.",
                    meta={"script": {"agents": [name]}, "signature": "s1"})  # fmt: skip

    left, right = [told("Ann", 0)], [told("Bo", 1), make(2, story="Rain fell.", group="group-0")]
    found = overlap(left, right, Masker([*left, *right]))
    assert found["near_pairs"] == 1
    assert found["near"] == [{"jaccard": 1.0, "left": "item-0", "right": "item-1"}]
    assert found["near_share"] == 0.5
    assert (found["groups"], found["stories"], found["signatures"]) == (1, 0, 1)
    assert found["names"] == 0
    # Content words of the right: bo den put cap big tin went away rain fell; all but three shared.
    assert found["word_share"] == pytest.approx(7 / 10)


def test_equal_stories_are_told_apart_from_near_ones(make) -> None:
    found = overlap([make(0)], [make(0, id="other")], Masker([make(0)]))
    assert (found["stories"], found["near_pairs"], found["signatures"]) == (1, 0, None)


def leaky(make) -> list:
    """Thirty items whose right option says so, thirty that do not."""
    told = [
        make(n, options=tuple(f"{'surely' if i == n % 4 else 'hardly'} w{n}{i}" for i in range(4)),
             answer=n % 4)
        for n in range(30)
    ]  # fmt: skip
    mute = [
        make(n, dimension="Desire", options=tuple(f"v{n}{i} u{n}" for i in range(4)), answer=n % 4)
        for n in range(30, 60)
    ]
    return told + mute


def test_aflite_drops_what_options_give_away(make) -> None:
    pytest.importorskip("sklearn", reason="AFLite needs the extra 'audit'")
    items = leaky(make)
    settings = AFLite(cut=0.2, quota=1, margin=0.05)
    found = aflite([read(i) for i in items], Masker(items), settings, seed=0)
    first = found["rounds"][0]
    assert first["accuracy"] > 0.55
    assert first["dropped"] == 12  # a fifth of sixty
    assert found["left"]["Belief"] < 0.3
    assert found["left"]["Desire"] > 0.9
    assert len(found["kept"]) + len(found["dropped"]) == 60
    assert found["stop"] == "near chance"


def test_aflite_takes_no_more_of_a_cell_than_its_quota(make) -> None:
    pytest.importorskip("sklearn", reason="AFLite needs the extra 'audit'")
    items = leaky(make)
    found = aflite([read(i) for i in items], Masker(items), AFLite(quota=0.2), seed=0)
    assert found["left"]["Belief"] == pytest.approx(0.8)
    assert "quotas" in found["stop"]


def test_aflite_needs_groups(make) -> None:
    pytest.importorskip("sklearn", reason="AFLite needs the extra 'audit'")
    items = [make(n, group="g") for n in range(3)]
    with pytest.raises(InputError, match="repair: give items their groups"):
        aflite([read(i) for i in items], Masker(items), AFLite(), seed=0)
