"""Judging: original option indices, reasons, no default answer."""

from __future__ import annotations

import pytest

from social_r1.evaluation.grading import elected, judge, to_row
from social_r1.evaluation.types import Ask, Completion
from social_r1.trajectory import ParseOutcome, render_prompt, render_target

from .conftest import make_item

ITEM = make_item(1)  # right: "the tin", index 1
SHOWN = ITEM.model_copy(update={"options": ITEM.options[::-1], "answer": 2})
ASK = Ask(SHOWN, 0, (3, 2, 1, 0), render_prompt(SHOWN))


def test_a_letter_is_brought_back_to_the_items_own_index() -> None:
    answer = judge(ASK, Completion(render_target("Seen.", "C")), sample=None)
    assert (answer.letter, answer.option, answer.correct) == ("C", 1, True)
    other = judge(ASK, Completion(render_target("Seen.", "A")), sample=2)
    assert (other.letter, other.option, other.correct, other.sample) == ("A", 3, False, 2)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", ParseOutcome.EMPTY),
        ("the tin", ParseOutcome.NO_THINK),
        ("<think>the tin, C</think>", ParseOutcome.NO_ANSWER),
        ("<think>x</think><Answer>K</Answer>", ParseOutcome.NOT_AN_OPTION),
        ("<think>x</think><Answer>C</Answer><Answer>B</Answer>", ParseOutcome.SEVERAL_ANSWERS),
    ],
)
def test_what_cannot_be_read_is_wrong_with_a_reason(text: str, outcome: ParseOutcome) -> None:
    answer = judge(ASK, Completion(text), sample=None)
    assert (answer.option, answer.correct, answer.outcome) == (None, False, outcome)


def test_a_cut_thought_that_mentions_the_answer_is_truncated_and_not_an_answer() -> None:
    text = "<think>It must be <Answer>C</Answer> because"
    answer = judge(ASK, Completion(text, finished=False), sample=None)
    assert (answer.option, answer.correct, answer.outcome) == (None, False, ParseOutcome.TRUNCATED)


def test_a_row_counts_greedy_and_sampled_answers_apart() -> None:
    letters = [(None, "C"), (0, "C"), (1, "A"), (2, "A"), (3, "")]
    answers = [
        judge(ASK, Completion(render_target("Seen.", letter) if letter else ""), sample=sample)
        for sample, letter in letters
    ]
    row = to_row(ITEM, answers)
    assert (row.greedy, row.voted, row.sampled, row.k) == (1.0, 1.0, 0.25, 4)
    assert row.parse == {"ok": 4, "empty": 1}
    assert row.length == 4.0  # four thoughts of five characters and one of none
    assert row.completion == answers[0].text
    assert row.places == ASK.places


def test_a_row_keeps_the_short_values_of_meta_only() -> None:
    row = to_row(ITEM, [judge(ASK, Completion(""), sample=None)])
    assert row.meta == {"order": 1}


def test_a_vote_needs_a_lead() -> None:
    a, b = (judge(ASK, Completion(render_target("Seen.", letter)), sample=None) for letter in "AC")
    assert elected([a, b]) is None
    assert elected([a, b, b]) == 1
    assert elected([judge(ASK, Completion(""), sample=None)]) is None
