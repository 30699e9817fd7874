"""Phrases that are looked for only where one of their words stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social_r1.rewards import backward, mentions, structure
from social_r1.trajectory import listing
from social_r1.trajectory.phrases import Phrases
from social_r1.trajectory.reading import tokens_of

KINDS = [
    (f"{module.__name__}.{name}-{number}", *kind)
    for module in (backward, mentions, structure, listing)
    for name, phrases in vars(module).items()
    if isinstance(phrases, Phrases)
    for number, kind in enumerate(phrases.kinds)
]


@pytest.mark.parametrize(("words", "pattern"), [k[1:] for k in KINDS], ids=[k[0] for k in KINDS])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_match_holds_one_of_the_words(words: str, pattern: str, data: st.DataObject) -> None:
    regex = re.compile(pattern)
    text = data.draw(st.from_regex(regex, alphabet=st.characters(codec="ascii")))
    found = regex.search(text)
    assert found
    assert set(words.split()) & set(tokens_of(text.lower()))


AGAIN = Phrases(("wait hold", r"\b(?:wait|hold on)\b"), ("once", r"\bonce more\b"))


@given(st.lists(st.sampled_from(["wait", "hold", "on", "once", "more", "key"]), max_size=9))
def test_what_is_found_is_what_the_whole_expression_finds(said: list[str]) -> None:
    text = " ".join(said)
    found, whole = AGAIN.search(text, said), AGAIN.whole.search(text)
    assert (found and found.span()) == (whole and whole.span())
    some = AGAIN.among(said)
    assert (some.findall(text) if some else []) == AGAIN.whole.findall(text)


def test_without_tokens_everything_is_looked_for() -> None:
    assert AGAIN.search("once more", []) is None
    assert AGAIN.search("once more", None)
