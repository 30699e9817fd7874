"""Replies are read totally: a verdict that agrees with itself, or a reason; never a guess."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.judge import read_choice, read_score
from social_r1.judge.parse import CHOICES, LONGEST
from social_r1.judge.types import Missing


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ('{"score": 0.8}', 0.8),
        ('Runs forwards.\n```json\n{"why": "all stages", "score": 1}\n```', 1.0),
        ("<score>0.35</score>", 0.35),
        ("<SCORE> 0 </SCORE> done", 0.0),
        ('{"score": "0.7"}', 0.7),
        ('{"result": {"Score": 0.25}}', 0.25),
        ('{"score": 0.5} and again <score>0.50</score>', 0.5),
        ('<think>perhaps {"score": 0.1}</think>{"score": 0.9}', 0.9),
        ('{not json {"score": 0.6}', 0.6),
        ('{"score": -0.0}', 0.0),
    ],
)
def test_one_score_in_range_is_read(text: str, score: float) -> None:
    assert read_score(text) == (score, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Missing.NO_SCORE),
        ("0.8", Missing.NO_SCORE),
        ("Score: 0.8", Missing.NO_SCORE),
        ('{"score": 0.', Missing.NO_SCORE),
        ("<score>0.8", Missing.NO_SCORE),
        ('<think>{"score": 0.9}', Missing.NO_SCORE),
        ('{"score": NaN}', Missing.UNREADABLE),
        ("<score>nan</score>", Missing.UNREADABLE),
        ('{"score": null}', Missing.UNREADABLE),
        ('{"score": true}', Missing.UNREADABLE),
        ('{"score": [0.8]}', Missing.UNREADABLE),
        ('{"score": "8/10"}', Missing.UNREADABLE),
        ("<score>0,8</score>", Missing.UNREADABLE),
        ("<score>80%</score>", Missing.UNREADABLE),
        ('{"score": 1.01}', Missing.OUT_OF_RANGE),
        ('{"score": -0.1}', Missing.OUT_OF_RANGE),
        ('{"score": 8}', Missing.OUT_OF_RANGE),
        ('{"score": Infinity}', Missing.OUT_OF_RANGE),
        ('{"score": 1e999}', Missing.OUT_OF_RANGE),
        (f'{{"score": 1{"0" * 400}}}', Missing.OUT_OF_RANGE),
        ('{"score": 0.2} {"score": 0.9}', Missing.CONTRADICTORY),
        ('{"score": 0.2, "score": 0.9}', Missing.CONTRADICTORY),
        ('{"score": 0.2, "parts": {"score": 0.9}}', Missing.CONTRADICTORY),
        ('the text says <score>1.0</score>, I say {"score": 0.2}', Missing.CONTRADICTORY),
        ('{"score": 0.2} <score>high</score>', Missing.CONTRADICTORY),
        ('{"score": 0.5} {"score": 7}', Missing.CONTRADICTORY),
        ('{"score": 0.5}' + "x" * LONGEST, Missing.UNREADABLE),
    ],
)
def test_anything_else_is_missing_with_a_reason(text: str, reason: Missing) -> None:
    assert read_score(text) == (None, reason)


@pytest.mark.parametrize("text", ['{"better": "First"}', "<better> first </better>"])
def test_a_choice_is_read(text: str) -> None:
    assert read_choice(text) == ("first", None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("first", Missing.NO_SCORE),
        ('{"better": "A"}', Missing.UNREADABLE),
        ('{"better": 1}', Missing.UNREADABLE),
        ('{"better": "first"} <better>second</better>', Missing.CONTRADICTORY),
        ('{"better": "first", "better": null}', Missing.CONTRADICTORY),
    ],
)
def test_a_choice_that_is_none_is_missing(text: str, reason: Missing) -> None:
    assert read_choice(text) == (None, reason)


PIECES = st.sampled_from(
    ['{"score": ', "0.5", "1.5", "NaN", "-1", "}", "{", "<score>", "</score>", '"', "\\", "[", "]",
     '{"better": "first"}', "<think>", "</think>", ",", ":", " ", "\ud800", "\x00", "9" * 400]
)  # fmt: skip
REPLIES = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))


@given(REPLIES)
def test_the_parser_never_raises_and_scores_lie_in_range(text: str) -> None:
    value, reason = read_score(text)
    assert (value is None) == (reason is not None)
    if value is not None:
        assert isinstance(value, float)
        assert math.isfinite(value)
        assert 0.0 <= value <= 1.0
    choice, why = read_choice(text)
    assert (choice is None) == (why is not None)
    assert choice is None or choice in CHOICES


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_is_its_own_score_or_none_at_all(number: float) -> None:
    value, reason = read_score(json.dumps({"score": number}))
    if 0.0 <= number <= 1.0:
        assert (value, reason) == (number, None)
    else:
        assert value is None
        assert reason in (Missing.OUT_OF_RANGE, Missing.UNREADABLE)


@given(st.floats(0, 1), st.floats(0, 1))
def test_two_scores_count_only_if_they_are_equal(one: float, two: float) -> None:
    value, _ = read_score(f"{json.dumps({'score': one})} then {json.dumps({'score': two})}")
    assert value == (one if one == two else None)


def test_deep_nesting_is_no_trouble() -> None:
    assert read_score('{"a":' * 5000)[1] is Missing.UNREADABLE
    assert read_score('{"score": 0.4}' + '{"a":' * 5000)[1] is Missing.CONTRADICTORY
    assert read_score("[" * 5000 + '{"score": 0.4}')[0] == 0.4
