"""Each rule on a question where one can see what it must say."""

from __future__ import annotations

from functools import partial

import pytest

from social_r1.audit.heuristics import HEURISTICS, best, expected, heuristic_answers, read


def pick(make, name: str, **fields) -> list[str]:
    item = make(**fields)
    return [item.options[i] for i in best(HEURISTICS[name](read(item)))]


STORY = "Bo saw the jar. He put the key in the box and the tin near the box. The tin fell."


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("first_mentioned", ["the jar"]),
        ("last_mentioned", ["the tin"]),
        ("most_mentioned", ["the box", "the tin"]),
        ("least_mentioned", ["the bag"]),
        ("position_C", ["the box"]),
        ("position_E", ["the tin", "the jar", "the box", "the bag"]),
        ("longest", ["the tin", "the jar", "the box", "the bag"]),
        ("overlap_min", ["the bag"]),
        ("tail_overlap", ["the tin", "the box"]),
    ],
)
def test_rules_about_the_story(make, name: str, says: list[str]) -> None:
    assert sorted(pick(make, name, story=STORY)) == sorted(says)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("longest", "she may perhaps leave early"),
        ("shortest", "yes"),
        ("negated", "she will not leave"),
        ("negation_match", "she will not leave"),
        ("hedged", "she may perhaps leave early"),
        ("positive", "she is happy to leave"),
        ("sentiment_match", "she is happy to leave"),
        ("question_overlap", "she will not leave"),
        ("centroid", "she will not leave"),
        ("odd_one_out", "yes"),
    ],
)
def test_rules_about_the_options(make, name: str, says: str) -> None:
    options = ("she will not leave", "she is happy to leave", "she may perhaps leave early", "yes")
    said = pick(
        make, name, story="Ann won a kind word.", question="Why will she not go?", options=options
    )
    assert said == [says]


def test_a_sad_story_takes_the_unkindest_option(make) -> None:
    options = ("she is happy", "she is sad")
    assert pick(make, "sentiment_match", story="Ann was angry.", options=options) == ["she is sad"]
    assert pick(make, "positive", options=("not happy", "a chair")) == ["a chair"]


def test_options_that_are_sentences_go_by_their_words(make) -> None:
    options = ("She fears the dog.", "She likes the cat.")
    story = "A cat came. A dog came."
    assert pick(make, "last_mentioned", story=story, options=options) == ["She fears the dog."]
    assert pick(make, "first_mentioned", story=story, options=options) == ["She likes the cat."]


def test_ties_share_and_the_first_of_a_tie_is_told_too(make) -> None:
    assert expected([0, 1], 1) == 0.5
    assert expected([0, 1], 2) == 0.0
    item = make(options=("aa", "bb", "c"), answer=1)
    longest = next(a for a in heuristic_answers([read(item)]) if a.name == "longest")
    assert longest.values == (0.5,)
    assert longest.first == (0.0,)


def test_a_set_whose_answer_is_always_the_longest_is_found_out(make) -> None:
    items = [
        make(n, options=tuple("long answer" if i == n % 4 else f"no {i}" for i in range(4)),
             answer=n % 4)
        for n in range(8)
    ]  # fmt: skip
    scores = {a.name: sum(a.values) / 8 for a in heuristic_answers([read(i) for i in items])}
    assert scores["longest"] == 1.0
    assert scores["shortest"] == 0.0
    assert scores["position_A"] == 0.25


def test_letters_that_no_item_offers_are_left_out(make) -> None:
    names = {a.name for a in heuristic_answers([read(make())])}
    assert "position_D" in names
    assert "position_E" not in names


@pytest.mark.parametrize("name", HEURISTICS)
def test_every_rule_has_a_file_of_its_name(name: str) -> None:
    rule = HEURISTICS[name]
    own = "position" if name.startswith("position_") else name
    written = rule.func if isinstance(rule, partial) else rule
    assert written.__module__ == f"social_r1.audit.heuristics.{own}"
