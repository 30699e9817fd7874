"""Reply → verdict: total, never raises, never guesses, never moves a score into its range.

A verdict is ``{"score": 0.8}`` (anywhere in the reply, also nested) or ``<score>0.8</score>``;
of pairs ``{"better": "first"}`` or the tag. What a thinking model says before its last
``</think>`` is a draft and does not count. All verdicts of a reply must agree, so that a score
which the judged text smuggled in makes the reply contradictory instead of winning.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache

from social_r1.judge.types import Missing, Reading

LONGEST = 50_000
"""Characters of a reply that are looked at; a longer one is unreadable."""
CHOICES = ("first", "second", "tie")
"""Verdicts on a pair."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def read_score(text: str) -> Reading:
    """The one score in [0, 1] that a reply gives.

    >>> read_score('The chain runs forwards. {"score": 0.9}').value
    0.9
    >>> read_score("<score>1.2</score>").reason.value
    'out_of_range'
    """
    found = _verdicts(text, "score")
    numbers = [_number(value) for value in found]
    if not numbers:
        return Reading(None, _none_found(text))
    if len({str(number) for number in numbers}) > 1:
        return Reading(None, Missing.CONTRADICTORY)
    number = numbers[0]
    if number is None or math.isnan(number):
        return Reading(None, Missing.UNREADABLE)
    if not 0.0 <= number <= 1.0:
        return Reading(None, Missing.OUT_OF_RANGE)
    return Reading(number)


def read_choice(text: str) -> Reading:
    """Which of two texts a reply prefers: one of `CHOICES`.

    >>> read_choice("<better>second</better>").value
    'second'
    """
    found = _verdicts(text, "better")
    words = {value.strip().casefold() if isinstance(value, str) else None for value in found}
    if not words:
        return Reading(None, _none_found(text))
    if len(words) > 1:
        return Reading(None, Missing.CONTRADICTORY)
    word = words.pop()
    return Reading(word) if word in CHOICES else Reading(None, Missing.UNREADABLE)


READERS = {"score": read_score, "better": read_choice}
"""Parser of each kind of verdict, by the key that rubrics name."""


def _none_found(text: str) -> Missing:
    return Missing.UNREADABLE if len(_final(text)) > LONGEST else Missing.NO_SCORE


def _verdicts(text: str, key: str) -> Sequence[object]:
    """The values of every tag and of every JSON key of this name, in no particular order."""
    text = _final(text)
    if len(text) > LONGEST:
        return ()
    return [*(match[1] for match in _tag(key).finditer(text)), *_json_values(text, key)]


def _final(text: str) -> str:
    """The reply without the draft of a thinking model; a draft without end leaves nothing."""
    _, closed, rest = text.rpartition("</think>")
    if not closed and text.lstrip().startswith("<think>"):
        return ""
    return rest


def _json_values(text: str, key: str) -> list[object]:
    """Values of ``key`` in all JSON objects of a text, a key given twice included."""
    found: list[object] = []

    def keep(pairs: list[tuple[str, object]]) -> None:
        found.extend(value for name, value in pairs if name.casefold() == key)

    decoder = json.JSONDecoder(object_pairs_hook=keep)
    at = text.find("{")
    while at >= 0:
        known = len(found)
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            del found[known:]
            at += 1
        except RecursionError:  # nobody can say what else such a reply holds
            return [*found, None]
        at = text.find("{", at)
    return found


def _number(value: object) -> float | None:
    """The number that a value is, or that its text spells out; None where it is neither."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value.strip()) + 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) + 0.0  # makes -0.0 equal to 0.0 in writing too
    except OverflowError:
        return math.inf


@lru_cache(maxsize=8)
def _tag(key: str) -> re.Pattern[str]:
    return re.compile(rf"<{key}>([^<>]*)</{key}>", re.IGNORECASE)
