"""What a sentence says for each stage."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social_r1.items import SocialItem
from social_r1.trajectory import Stage
from social_r1.trajectory.emissions import Gains, all_signs, held_option, shows
from social_r1.trajectory.emissions import emissions as emissions_of
from social_r1.trajectory.reading import Reading, tokens_of
from social_r1.trajectory.words import item_words, stems

CUE, MIND, GOAL, REPLY = Stage
ITEM = SocialItem(
    id="q",
    dimension="Emotion",
    group="g",
    story="Lena crawls out of a wet tent and says to Kofi, “What a wonderful holiday.”",
    question="What does Lena mean?",
    options=("she enjoys the trip", "she is fed up with the weather"),
    answer=1,
)


def emissions(text: str, item: SocialItem | None = ITEM) -> list[Gains]:
    reading = Reading(text)
    return emissions_of(reading, reading.sentences, item)


def best(text: str, item: SocialItem | None = ITEM) -> list[Stage]:
    gains = emissions(text, item)
    return [max(Stage, key=lambda stage, g=g: g[stage]) for g in gains]


@pytest.mark.parametrize(
    ("sentence", "stage"),
    [
        ("Lena crawls out of her wet tent.", CUE),
        ("Kofi has no idea what she feels.", MIND),
        ("She can't mean it literally.", MIND),
        ("As far as Kofi is concerned, all is well.", MIND),
        ("The question is what Lena means.", GOAL),
        ("What I need to find is her meaning.", GOAL),
        ("She is fed up with the weather.", REPLY),
        ("I'd go with B.", REPLY),
        ("That leaves B.", REPLY),
        ("(A) sounds odd.", REPLY),
    ],
)
def test_a_sentence_speaks_for_its_stage(sentence: str, stage: Stage) -> None:
    assert best(sentence) == [stage]


def test_a_line_is_encoded_when_first_cited_and_interpreted_after() -> None:
    assert best("[1] the bag. [2] the box. [1] Ann, the bag.", None) == [CUE, CUE, MIND]


def test_numbers_of_steps_are_hints_and_no_orders() -> None:
    assert best("Step 1: a b. Step 2: c d. Step 3: e f. Step 4: g h.", None) == list(Stage)
    told = "Step 1: Kofi believes her. Step 2: The question asks what Lena means here."
    assert best(told)[1] is GOAL


def test_minds_in_the_words_of_the_question_are_no_interpretation() -> None:
    assert best("The question asks what Kofi thinks that Lena believes.") == [GOAL]


def test_talk_about_the_thinking_says_nothing() -> None:
    assert emissions("Hmm, let me see.") == [[0.0, 0.0, 0.0, 0.0]]


def test_the_option_that_is_held_best_is_found() -> None:
    known = item_words(ITEM)
    held = held_option(stems("So she is fed up with all this weather"), known)
    assert held.option == stems("she is fed up with the weather")
    assert held.share == 1.0
    assert held_option(frozenset(), known).share == 0.0


def test_signs_are_known_by_stage() -> None:
    said = "he believes it"
    assert shows(said, said.split(), MIND)
    assert not shows(said, said.split(), GOAL)


GATED = [(x.words, x.pattern) for x in all_signs() if x.words is not None and x.pattern is not None]


@pytest.mark.parametrize(("words", "pattern"), GATED, ids=[p.pattern[:40] for _, p in GATED])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_match_of_a_sign_holds_one_of_its_words(
    words: re.Pattern[str], pattern: re.Pattern[str], data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(pattern, alphabet=st.characters(codec="ascii"))).lower()
    assert any(words.fullmatch(token) for token in tokens_of(text))


def test_four_numbered_steps_are_the_stages_and_two_are_not() -> None:
    steps = [f"Step {n}: grey paint." for n in range(1, 5)]
    assert best("\n".join(steps)) == list(Stage)
    assert best("\n".join(steps[:2])) == [CUE, CUE]


@pytest.mark.parametrize(
    "listed", ["The options are A and B.", "The options are that she enjoys the trip or is fed up "
               "with the weather."],
)  # fmt: skip
def test_options_that_are_only_read_out_show_no_stage(listed: str) -> None:
    assert emissions(listed) == [[0.0] * 4]


def test_an_answer_in_the_words_of_the_question_does_not_ask_it() -> None:
    asked, answered = "So what does Lena mean by that?", "Lena does mean it badly."
    goal = [emissions(text)[0][GOAL] for text in (asked, answered)]
    assert goal == [1.5, 0.0]


def test_a_small_letter_in_brackets_is_an_option() -> None:
    assert best("That speaks for (b) then.") == [REPLY]


def test_a_duty_is_no_belief() -> None:
    assert best("Kofi is supposed to bring a wet tent.") == [CUE]
    assert best("Kofi supposed that it was dry.") == [MIND]


def test_a_plan_to_read_is_no_response() -> None:
    assert best("I'll take it slowly. Kofi will take a tent.")[1] == REPLY
    assert best("I'll take it slowly.") != [REPLY]
