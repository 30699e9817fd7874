"""Parsing is total, says how it failed, and never guesses."""

from __future__ import annotations

import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory import ParseOutcome, parse, render_target

GOLDEN = Path(__file__).parent.parent / "golden" / "completions.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
SETTINGS = ("strict_case", "truncated", "prefilled_think", "answer_rule")
PIECES = [
    "<think>", "</think>", "<Answer>", "</Answer>", "<answer>", "</answer>", "A", "B", "Z", " ",
    "\n", "Ann left.", "<", "é", "\x00",
]  # fmt: skip


def four_options() -> SocialItem:
    return SocialItem(
        id="q",
        dimension="Belief",
        group="g",
        story="Ann left.",
        question="Where will Ann look?",
        options=("jar", "box", "bag", "bed"),
        answer=1,
    )


ITEM = four_options()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_awkward_outputs_are_read_as_recorded(case: dict[str, Any]) -> None:
    keywords = {name: case[name] for name in SETTINGS if name in case}
    read = parse(case["text"], ITEM, **keywords)
    letter = None if read.answer is None else LETTERS[read.answer]
    assert (read.outcome, letter, read.well_formed) == (
        ParseOutcome(case["outcome"]),
        case["answer"],
        case["well_formed"],
    )


def test_every_outcome_has_a_recorded_case() -> None:
    assert {case["outcome"] for case in CASES} == {str(outcome) for outcome in ParseOutcome}


def test_the_thought_is_stripped_and_the_text_kept_whole() -> None:
    text = "<think>\n Ann left. \n</think><Answer>B</Answer>"
    read = parse(text, ITEM)
    assert read.thought == "Ann left."
    assert read.text == text


def test_the_thought_is_that_of_the_first_pair() -> None:
    assert parse("<think>one</think><think>two</think>", ITEM).thought == "one"


def test_a_letter_counts_only_if_the_item_has_that_option() -> None:
    text = render_target("Ann left.", "I")
    nine = ITEM.model_copy(update={"options": tuple("abcdefghi")})
    assert parse(text, ITEM).answer is None
    assert parse(text, nine).answer == 8


def test_a_rendered_target_is_well_formed() -> None:
    read = parse(render_target("Ann left.", "B"), ITEM, strict_case=True)
    assert read.outcome is ParseOutcome.OK
    assert read.answer == ITEM.answer


def test_a_trajectory_can_cross_a_process() -> None:
    read = parse(render_target("Ann left. Bo thinks she is in.", "B"), ITEM)
    assert pickle.loads(pickle.dumps(read)) == read


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)), st.booleans())
def test_parsing_never_raises_and_never_guesses(text: str, strict: bool) -> None:
    read = parse(text, ITEM, strict_case=strict)
    assert parse(text, ITEM, strict_case=strict) == read
    assert read.answer is None or 0 <= read.answer < len(ITEM.options)
    assert read.answer is None or "nswer>" in text
    assert read.well_formed == (
        read.outcome in (ParseOutcome.OK, ParseOutcome.NOT_AN_OPTION) and _reference(text, strict)
    )
    assert (read.outcome is ParseOutcome.OK) <= (read.answer is not None)
    assert read.thought in text


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_well_formed_means_exactly_the_form_of_the_paper(text: str) -> None:
    assert parse(text, ITEM).well_formed == _reference(text, strict=False)


def _reference(text: str, strict: bool) -> bool:
    """The form as one regular expression, with at most one think pair and one answer pair."""
    name = "Answer" if strict else "[Aa]nswer"
    free = r"(?:(?!</?think>).)*"
    inside = rf"(?:(?!</?think>|</?{name}>).)*"
    form = rf"\s*<think>{free}</think>\s*<{name}>{inside}</{name}>\s*"
    return re.fullmatch(form, text, re.DOTALL) is not None
