"""EmoBench, in rows of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import load_benchmark
from social_r1.records import write_jsonl

EA: dict[str, Any] = {
    "qid": "7", "language": "en", "category": "Personal-Others", "question type": "Response",
    "scenario": "Tariq lost his scarf.", "subject": "Nadia",
    "choices": ["Laugh", "Offer a cap ", "Leave", "Wait"], "label": "Offer a cap",
}  # fmt: skip

EU: dict[str, Any] = {
    "qid": "7", "language": "en", "coarse_category": "complex_emotions",
    "finegrained_category": "mixture", "scenario": "Tariq found his scarf.", "subject": "Tariq",
    "emotion_choices": ["Joy", "Joy & Fear", "Fear", "Anger", "Pride", "Shame"],
    "emotion_label": "Joy & Fear",
    "cause_choices": ["It rained", "It was torn", "He was late", "It was new"],
    "cause_label": "It was torn",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, EA, EU)
    return tmp_path


def write(folder: Path, ea: dict[str, Any], eu: dict[str, Any]) -> None:
    """Both files, each with the row and its Chinese twin."""
    for name, told in (("EA", ea), ("EU", eu)):
        twin = {**told, "language": "zh"}
        write_jsonl(folder / "emobench" / f"{name}.jsonl", [told, twin])


def test_an_understanding_row_becomes_two_questions_of_one_group(folder: Path) -> None:
    application, emotion, cause = load_benchmark("emobench", folder)
    assert [i.dimension for i in (application, emotion, cause)] == ["EA", "EU emotion", "EU cause"]
    assert emotion.group == cause.group != application.group
    assert emotion.options[emotion.answer] == "Joy & Fear"
    assert cause.options[cause.answer] == "It was torn"
    assert "Why" in cause.question


def test_labels_are_texts_and_are_found_among_the_options(folder: Path) -> None:
    application = load_benchmark("emobench", folder)[0]
    assert application.options[application.answer] == "Offer a cap"
    assert "say" in application.question
    assert application.id == "emobench/EA/7/ea"


@pytest.mark.parametrize(
    ("ea", "eu", "place"),
    [
        ({"label": "Sing"}, {}, r"EA\.jsonl:1"),
        ({"question type": "Song"}, {}, r"EA\.jsonl:1"),
        ({}, {"cause_label": None}, r"EU\.jsonl:1"),
    ],
)
def test_a_broken_row_is_named_with_its_line(
    tmp_path: Path, ea: dict[str, Any], eu: dict[str, Any], place: str
) -> None:
    write(tmp_path, EA | ea, EU | eu)
    with pytest.raises(InputError, match=place + ".*repair"):
        load_benchmark("emobench", tmp_path)
