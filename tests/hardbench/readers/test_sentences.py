from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.readers.sentences import (
    Asked,
    Sentence,
    Tells,
    parse_question,
    parse_story,
)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("7 Ona entered the loft.", Sentence(Tells.ENTER, ("Ona",), None, "loft")),
        (
            "Ona, Piet and Quim entered the back_loft.",
            Sentence(Tells.ENTER, ("Ona", "Piet", "Quim"), None, "back_loft"),
        ),
        ("Ona exited the back loft.", Sentence(Tells.EXIT, ("Ona",), None, "back loft")),
        ("The tin_flute is in the crate.", Sentence(Tells.PLACE, (), "tin_flute", "crate")),
        ("Ona moved the flute to the sack.", Sentence(Tells.MOVE, ("Ona",), "flute", "sack")),
        (
            "Ona privately told Piet that the flute is in the old sack now.",
            Sentence(Tells.PRIVATE, ("Ona", "Piet"), "flute", "old sack"),
        ),
        (
            "Ona publicly claimed that tin flute is in the sack.",
            Sentence(Tells.PUBLIC, ("Ona",), "tin flute", "sack"),
        ),
        ("Ona dislikes the sack", Sentence(Tells.NOISE)),
        ("Ona lost her flute.", Sentence(Tells.NOISE)),
        ("Ona saw a heron.", Sentence(Tells.NOISE)),
        ("Ona made no movements and stayed in the loft for 1 minute.", Sentence(Tells.NOISE)),
    ],
)
def test_each_form_of_sentence_is_read(line: str, read: Sentence) -> None:
    assert parse_story([line]) == (read,)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Where was the flute at the beginning?", Asked("memory", (), "flute")),
        ("Where is the tin flute really?", Asked("reality", (), "tin flute")),
        ("Where will Ona look for the flute?", Asked("belief", ("Ona",), "flute")),
        (
            "Where does Ona think that Piet searches for the flute?",
            Asked("belief", ("Ona", "Piet"), "flute"),
        ),
        ("Where does Ona really think the flute is?", Asked("belief", ("Ona",), "flute")),
        (
            "Where does Ona think Piet thinks Quim thinks Rui thinks the flute is?",
            Asked("belief", ("Ona", "Piet", "Quim", "Rui"), "flute"),
        ),
    ],
)
def test_each_form_of_question_is_read(question: str, asked: Asked) -> None:
    assert parse_question(question) == asked


def test_what_cannot_be_read_is_named_with_its_number() -> None:
    with pytest.raises(InputError, match=r"sentence 2, 'Piet sang\.'.*repair"):
        parse_story("1 Ona entered the loft.\n2 Piet sang.")
    with pytest.raises(InputError, match=r"'Who sang\?'.*repair"):
        parse_question("Who sang?")
