"""A thought that is read once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from social_r1.trajectory.reading import Reading, tokens_of
from social_r1.trajectory.words import sentences, stems, words

TEXTS = st.text(alphabet="ab.,!? \n\"'’)so_é钥", max_size=60)


@given(TEXTS, st.data())
def test_what_was_read_is_what_reading_anew_gives(text: str, data: st.DataObject) -> None:
    reading = Reading(text)
    assert reading.words == words(text)
    assert reading.tokens == set(tokens_of(text))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    for left, right in ((0, len(text)), (start, end)):
        cut = reading.cut(left, right)
        assert [(s.start, s.end) for s in cut] == sentences(text, left, right)
        for sentence in cut:
            own = text[sentence.start : sentence.end]
            assert list(sentence.words) == words(own)
            assert list(sentence.tokens) == tokens_of(own)
            assert sentence.stems == stems(own)
            assert sentence.text == " ".join(own.split())


def test_sentences_are_found_by_their_words_and_places() -> None:
    reading = Reading("Ann left. Ben's box is red. \n Ann came back.")
    assert reading.having(["ann", "blue"]) == {0, 2}
    assert reading.having(["s"]) == {1}
    assert [reading.number_at(place) for place in (0, 9, 10, 40)] == [0, 0, 1, 2]


def test_a_sentence_shows_its_case_and_its_spaces_nowhere() -> None:
    (sentence,) = Reading("  Ann\tsaw  BEN’S box").sentences
    assert sentence.text == "ann saw ben’s box"
    assert sentence.words == ("ann", "saw", "ben’s", "box")
    assert sentence.tokens == ("ann", "saw", "ben", "s", "box")
