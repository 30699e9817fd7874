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
        ("A) the jar\nB) the box", ["A", "B"]),
        ("It may be (b) here.", ["b"]),
        ("It may be (a) here.", ["a"]),
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
        "Her feeling(b) and its cause(a).",
        "The options are A, B, C and D.",
        "So the candidate answers are the jar, the box or the bag.",
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
        "B. The bag.",
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


@pytest.mark.parametrize(
    "thought",
    [
        "Ann picks the box and goes home.",
        "Ann had to choose the box.",
        "He will select the bag later.",
        "Ann thinks that it must be in the box.",
        "The box, the bag and the bed are there.",
    ],
)
def test_what_people_in_the_story_choose_is_no_verdict(thought: str) -> None:
    assert [m for m in find_mentions(ITEM, f"Ann came in. {thought}") if m.verdict] == []


def test_words_of_choosing_that_the_story_uses_show_nothing() -> None:
    item = ITEM.model_copy(update={"story": "Ann said that the answer is known. The box is shut."})
    assert find_mentions(item, "Ann said that the answer is known, in the box.") == []


@pytest.mark.parametrize(
    "thought",
    [
        "It's the box.",
        "Okay. Probably the box.",
        "Answer first: it is the box.",
        "I'd say the box.",
        "My hunch is the box.",
        "I would pick the box.",
        "That leaves B.",
        "B it is.",
        "Only C remains.",
        "Between A and B, I prefer B.",
        "A. because she left.",
        "I choose A, of course.",
        "The answer  is B.",
        "The ans\u200bwer is B.",
        "That's option B.",
        "<Answer>A</Answer>",
    ],
)
def test_more_ways_to_pick_are_verdicts(thought: str) -> None:
    assert any(mention.verdict for mention in find_mentions(ITEM, thought))


def test_an_option_alone_is_a_verdict_only_at_the_beginning() -> None:
    assert find_mentions(ITEM, "Ann left the room. The box.") == []
    assert find_mentions(ITEM, "The box? Ann left the room.") == []


def test_the_article_of_a_story_hides_no_letter() -> None:
    item = ITEM.model_copy(update={"story": "A key lay there. A man came in."})
    assert [m.verdict for m in find_mentions(item, "One of them (A) is new.")] == [False]


@pytest.mark.parametrize("told", ["A and B were there.", "A's turn came.", "Person A was there."])
def test_letters_that_are_people_in_the_story_are_no_options(told: str) -> None:
    item = ITEM.model_copy(update={"story": told})
    assert find_mentions(item, "One of them (A) is new.") == []


def test_a_verdict_begins_behind_the_inference_that_it_closes() -> None:
    thought = "He did not see it, so the answer is B."
    [mention] = find_mentions(ITEM, thought)
    assert thought[mention.start : mention.end] == "so the answer is B."
