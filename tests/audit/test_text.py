"""Words, sentences, names and masks."""

from __future__ import annotations

from social_r1.audit.text import Masker, bare, corpus_names, sentences, things, words


def test_a_title_does_not_end_a_sentence() -> None:
    assert sentences("Mr. Li left. Dr. Wu said: “Stay!” Then he left.") == [
        "Mr. Li left.", "Dr. Wu said: “Stay!", "Then he left.",
    ]  # fmt: skip


def test_words_of_any_script_are_words() -> None:
    assert words("Zoë’s café, naïve_plan") == ("zoë’s", "café", "naïve", "plan")


def test_a_word_that_opens_sentences_alone_is_no_name(make) -> None:
    item = make(story="Later Nadia came. Then it rained. Later Bo saw Nadia.", question="Who?")
    assert corpus_names([item]) == {"nadia", "bo"}


def test_listed_people_are_names_without_any_guess(make) -> None:
    item = make(story="Anna Li went to Rome.", meta={"script": {"agents": ["Anna Li"]}})
    assert corpus_names([item]) == {"anna", "li"}


def test_names_numbers_and_things_of_the_script_are_masked(make) -> None:
    script = {
        "agents": ["Anna Li", "Bo"],
        "room": "tea room",
        "lines": [{"thing": "red cap", "value": "+tin"}, {"thing": None}],
    }
    item = make(story="(1) At 9 Anna Li saw Bo's red cap in the tea room.", meta={"script": script})
    masker = Masker([item])
    assert things(item) == ["tea room", "red cap", "tin"]
    assert masker.words(sentences(item.story)[0], item) == ["at", "0", "N", "saw", "N", "T", "in",
                                                            "the", "T"]  # fmt: skip
    assert "cap" in masker.words(item.story, item, mask_things=False)


def test_an_option_is_looked_for_without_preposition_and_article() -> None:
    assert bare("In the red box.") == "red box"
    assert bare("A handbag") == "handbag"
    assert bare("inside") == "inside"
