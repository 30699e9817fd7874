"""Naming an option, picking one, and what only looks like it."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.rewards.mentions import find_mentions

ITEM = SocialItem(
    id="q",
    dimension="Belief",
    group="g",
    story="Ann put the key in the jar. Plan D was ready.",
    question="Where will Ann look?",
    options=("the jar", "the box", "the bag", "the bed"),
    answer=1,
)


def named(thought: str) -> list[str]:
    return [thought[m.start : m.end] for m in find_mentions(ITEM, thought) if not m.verdict]


@pytest.mark.parametrize(
    ("thought", "words"),
    [
        ("She may mean option B here.", ["B"]),
        ("She may mean option b here.", ["b"]),
        ("One place (C) is new.", ["C"]),
        ("One place [C] is new.", ["C"]),
        ("Then B, or C, remain.", ["B", "C"]),
        ("A) the jar", ["A"]),
        ("The second option is new.", ["second option"]),
    ],
)
def test_letters_and_ordinals_name_an_option(thought: str, words: list[str]) -> None:
    assert named(thought) == words


@pytest.mark.parametrize(
    "thought",
    [
        "A man came in. I saw A key.",
        "I think I know what I saw.",
        "Plan D was ready.",
        "F is no option of four.",
        "The options a person has are few.",
        "She is a B-side fan and likes A.I. films.",
        "Ben's box. MBA. Room 4B.",
        "The key is in the jar.",
        "I think it was the first time that she went there.",
        "In her view it must be where b-sides are kept.",
        "Анна взяла ключ, и В ушёл.",
    ],
)
def test_other_words_do_not(thought: str) -> None:
    assert find_mentions(ITEM, thought) == []


@pytest.mark.parametrize(
    "thought",
    [
        "Option B looks right.",
        "The answer is B.",
        "It must be C.",
        "The answer is the box, because she left.",
        "I pick the bag.",
        "I think it is the bag.",
        "B, because she left.",
        "The answer is b.",
        "The answer is (b).",
        "(b) looks right.",
        "b looks right.",
        "Answer: b.",
        "Option two is correct.",
        "The second one is right.",
        "I pick the last.",
        "Ｂ looks right.",
        "The answer is В.",
        "B",
    ],
)
def test_choosing_is_a_verdict_on_its_sentence(thought: str) -> None:
    (mention,) = find_mentions(ITEM, thought)
    assert mention.verdict
    assert (mention.start, mention.end) == (0, len(thought))


def test_language_of_choosing_without_an_option_is_no_verdict() -> None:
    assert find_mentions(ITEM, "The right answer must follow from what she saw.") == []
