"""Sentences that only read the options out."""

from __future__ import annotations

import pytest

from social_r1.trajectory.listing import lists_options
from social_r1.trajectory.reading import Reading
from social_r1.trajectory.words import ItemWords, stems

KNOWN = ItemWords(stems("ben"), stems("feel"), (stems("proud"), stems("sad and tired")))


def lists(text: str, known: ItemWords | None = None) -> bool:
    (sentence,) = Reading(text).sentences
    return lists_options(sentence, known)


@pytest.mark.parametrize(
    "sentence",
    [
        "the options are a, b, c and d.",
        "the candidate answers are a to d, each of another kind.",
        "the choices given are proud, or sad and tired.",
    ],
)
def test_two_options_behind_the_word_are_a_list(sentence: str) -> None:
    assert lists(sentence, KNOWN)


@pytest.mark.parametrize(
    "sentence",
    [
        "options b and c are wrong.",
        "the options are a matter of taste.",
        "the options are proud and happy.",
        "ben is proud, sad and tired.",
    ],
)
def test_other_sentences_are_none(sentence: str) -> None:
    assert not lists(sentence, KNOWN)


def test_without_the_question_letters_alone_tell() -> None:
    assert lists("the options are a or b.")
    assert not lists("the options are proud, or sad and tired.")
