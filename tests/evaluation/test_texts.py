"""Free answers: shared words, likeness, and everyone but Bo, by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.errors import ConfigError
from social_r1.evaluation.protocols import people_in
from social_r1.evaluation.texts import (
    EMBEDDER,
    everyone_but,
    likeness,
    nearest,
    nearest_by_words,
    overlap_f1,
    similarity,
    token_f1,
    tokens,
)


def test_token_f1_is_squads() -> None:
    # Without articles and marks: {cat, sat, on, mat} against {cat, on, red, mat}: 3 shared,
    # precision 3/4, recall 3/4.
    assert token_f1("The cat sat on a mat.", "cat on the red mat") == pytest.approx(0.75)
    # A word said twice is shared once if it stands once: 1 shared, 2 said, 1 right: 2/3.
    assert token_f1("tin tin", "a tin") == pytest.approx(2 / 3)
    assert token_f1("It's Bo's!", "its bos") == 1.0
    assert token_f1("", "tin") == 0.0
    assert token_f1("the", "a") == 1.0
    assert token_f1("答案", "tin") == 0.0


def test_an_underscore_is_no_letter() -> None:
    assert tokens("red_tin A") == ["redtin"]


def test_likeness_counts_shared_pieces() -> None:
    # " ab " and " ac ": 3-grams {" ab", "ab "} and {" ac", "ac "}, 4-grams " ab " and " ac ":
    # nothing shared. " ab " and " ab c " share " ab", "ab ", " ab ": 3 of 3 and of
    # 4 + 3 + 2 = 9 pieces, so 3 / sqrt(3 * 9).
    assert likeness("ab", "ac") == 0.0
    assert likeness("ab", "ab c") == pytest.approx(3 / 27**0.5)
    assert likeness("Bo trusts Ann", "Ann trusts Bo") < 1
    assert likeness("", "") == 0.0


@given(st.text(), st.text())
def test_measures_are_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    for measure in (token_f1, likeness):
        value = measure(one, other)
        assert 0 <= value <= 1 + 1e-9
        assert value == pytest.approx(measure(other, one))
    assert token_f1(one, one) == 1.0


def test_an_answer_as_near_to_wrong_as_to_right_is_not_nearest() -> None:
    assert nearest("Ann does not know it", "Ann does not know", ["Ann thinks it is red"])
    assert not nearest("red", "blue", ["green"])
    assert not nearest("", "blue", ["green"])
    assert not nearest("same", "same", ["same"])


def test_sets_of_words_that_tie_are_decided_by_order() -> None:
    right, wrong = "Ann trusts Bo", ["Bo trusts Ann", "Cy waits"]
    assert nearest_by_words(right, right, wrong) == (1.0, True)
    assert nearest_by_words(wrong[0], right, wrong) == (1.0, False)
    # {Ann, waits} shares 1 of 2 and 3 words with the right text: 2/5; with "Cy waits" 2/4.
    assert nearest_by_words("Ann waits", right, wrong) == (pytest.approx(0.4), False)
    assert nearest_by_words("ann", right, wrong) == (0.0, False), "case counts there"
    assert overlap_f1([], []) == 1.0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Everyone", {"Ann", "Bo", "Cy"}),
        ("all of them.", {"Ann", "Bo", "Cy"}),
        ("All the characters except Ann and Bo", {"Cy"}),
        ("everybody but Cy", {"Ann", "Bo"}),
        ("Ann, Bo", {"Ann", "Bo"}),
        ("nobody", set[str]()),
        ("Anna", set[str]()),
        ("everyone: Ann, Bo", {"Ann", "Bo"}),
    ],
)
def test_everyone_is_all_people_and_a_name_is_a_whole_word(text: str, found: set[str]) -> None:
    assert people_in(text, ["Ann", "Bo", "Cy"]) == found


def test_a_sentence_about_everyone_is_no_list() -> None:
    assert everyone_but("everyone left the room") is None


def test_the_measure_is_lexical_unless_a_model_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(EMBEDDER, raising=False)
    assert similarity().name == "lexical"
    monkeypatch.setenv(EMBEDDER, str(tmp_path / "absent"))
    with pytest.raises(ConfigError, match="no such folder"):
        similarity()
    monkeypatch.setenv(EMBEDDER, str(tmp_path))
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ConfigError, match="not installed"):
        similarity()


def test_a_local_model_is_used_where_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Lengths:
        """Stands for a model: texts of like length are alike."""

        def __init__(self, folder: str, local_files_only: bool) -> None:
            assert folder == str(tmp_path / "model")
            assert local_files_only

        def encode(self, text: str, normalize_embeddings: bool) -> Any:
            assert normalize_embeddings
            vector = np.array([1.0, len(text)])
            return vector / np.linalg.norm(vector)

    library: Any = ModuleType("sentence_transformers")
    library.SentenceTransformer = Lengths
    (tmp_path / "model").mkdir()
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    monkeypatch.setenv(EMBEDDER, str(tmp_path / "model"))
    assert similarity().name == "embedding:model"
    assert similarity().of("four", "five") == pytest.approx(1.0)
    assert nearest("xxxx", "four", ["longer text"])
