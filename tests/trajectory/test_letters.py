"""Dress is taken off, and nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.trajectory.letters import lower_in_place, plain_in_place


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("Ｂ looks right", "B looks right"),
        ("The answer is В.", "The answer is B."),  # Cyrillic
        ("Сuе Еnсоding:", "Cue Encoding:"),
        ("𝐂𝐮𝐞 encoding", "Cue encoding"),
        ("Ⓑ or 🅱 or ⒝ or 🅑", "B or B or b or B"),
        ("ᴏᴘᴛɪᴏɴ B", "option B"),
        ("Op\u200btion B", "Option  B"),
        ("ans\u00adwer", "answer "),
        ("B\u0332 is right", "B  is right"),
        ("a\u00a0b", "a b"),
    ],
)
def test_letters_that_look_plain_are_read_as_plain(dressed: str, plain: str) -> None:
    assert plain_in_place(dressed) == plain


@pytest.mark.parametrize(
    "text",
    ["Анна взяла ключ, и В ушёл.", "Ann said: Ответ второй.", "Η Άννα έφυγε.", "钥匙在盒子里。"],
)
def test_letters_of_another_script_are_left_alone(text: str) -> None:
    assert plain_in_place(text) == text


@given(st.text())
def test_nothing_changes_its_length(text: str) -> None:
    assert len(plain_in_place(text)) == len(lower_in_place(text)) == len(text)


@given(st.text(), st.text(alphabet="\u200b\u200d\u00ad\u0301", min_size=1))
def test_words_without_hidden_characters_stay_in_their_places(text: str, hidden: str) -> None:
    before = plain_in_place("Ann left. " + text)
    after = plain_in_place(f"Ann left. {text} x{hidden}")
    assert after[:10] == before[:10] == "Ann left. "
