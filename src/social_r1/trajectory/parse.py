"""Completion → `Trajectory`: total, never raises, never guesses (paper section 3, "Parsing").

Well formed means: one ``<think>…</think>`` and then one ``<Answer>…</Answer>`` at the very end,
nothing but whitespace before, between and after. What we decided where the paper is silent:

1. The thought is free text: answer tags inside it are neither answers nor faults.
2. Answers are read behind the (last) closing think tag. A thought that was never closed has no
   answer, whatever it says: a cut-off draft is not a choice.
3. Text outside the tags, a missing or a doubled think pair spoil the form, but the answer is still
   read where it is unambiguous, so that evaluation can be lenient while the reward is not.
4. Several answer tags are a fault of form; they give an answer only if all name one option.
5. A well-formed text whose tag names no option has outcome ``NOT_AN_OPTION`` and no answer; its
   *form* is right (``well_formed``), and a reward may or may not be content with that.
"""

from __future__ import annotations

from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.answer import AnswerRule, AnswerTags, find_answers, read_letter
from social_r1.trajectory.stages import segment
from social_r1.trajectory.types import ParseOutcome, Trajectory

OPEN, CLOSE = "<think>", "</think>"

_CUT_OFF = frozenset(
    {
        ParseOutcome.EMPTY,
        ParseOutcome.NO_THINK,
        ParseOutcome.UNCLOSED_THINK,
        ParseOutcome.NO_ANSWER,
        ParseOutcome.UNCLOSED_ANSWER,
    }
)
"""Outcomes that a length limit explains, if the caller knows that it was hit."""


class _ThinkPart(NamedTuple):
    """The think tags of a text: the first thought, what stands before it and what follows."""

    fault: ParseOutcome | None
    before: str
    thought: str
    rest: str


def parse(
    text: str,
    item: SocialItem,
    *,
    strict_case: bool = False,
    truncated: bool = False,
    prefilled_think: bool = False,
    answer_rule: AnswerRule = "first_capital",
    with_stages: bool = True,
) -> Trajectory:
    """Take a completion apart.

    Args:
        text: decoded completion.
        item: the question; its number of options decides which letters exist.
        strict_case: accept only ``<Answer>``; by default ``<answer>`` too.
        truncated: the caller knows that the length limit was hit; an incomplete text is then
            ``TRUNCATED`` instead of, say, ``UNCLOSED_THINK``.
        prefilled_think: the chat template has already written ``<think>`` into the prompt.
        answer_rule: how the letter is read, see `social_r1.trajectory.answer`.
        with_stages: segment the thought as well; False saves the time.

    Returns:
        The trajectory; ``answer`` is None or an index into ``item.options``.

    Example:
        ``parse("<think>Ann looked.</think><Answer>B</Answer>", item).answer == 1``
    """
    body = text
    if prefilled_think and not text.lstrip().startswith(OPEN):
        body = OPEN + text
    think = _split_think(body)
    tags = find_answers(think.rest, strict_case=strict_case)
    answers = {read_letter(pair.inside, len(item.options), answer_rule) for pair in tags.pairs}
    agreed = tags.opened == len(tags.pairs) and len(answers) == 1
    outcome = think.fault or _judge_answer(think, tags, answers)
    if truncated and outcome in _CUT_OFF:
        outcome = ParseOutcome.TRUNCATED
    return Trajectory(
        item_id=item.id,
        text=text,
        outcome=outcome,
        well_formed=think.fault is None and len(tags.pairs) == 1 and _is_tight(think, tags),
        thought=think.thought,
        answer=next(iter(answers)) if agreed else None,
        stages=segment(think.thought) if with_stages else (),
    )


def _split_think(body: str) -> _ThinkPart:
    if not body.strip():
        return _ThinkPart(ParseOutcome.EMPTY, "", "", "")
    start = body.find(OPEN)
    if start < 0:
        rest = body.rpartition(CLOSE)[2]
        return _ThinkPart(ParseOutcome.NO_THINK, "", "", rest)
    inside = start + len(OPEN)
    end = body.find(CLOSE, inside)
    if end < 0:
        return _ThinkPart(ParseOutcome.UNCLOSED_THINK, body[:start], "", "")
    one_pair = body.count(OPEN) == 1 and body.count(CLOSE) == 1
    return _ThinkPart(
        fault=None if one_pair else ParseOutcome.NESTED_THINK,
        before=body[:start],
        thought=body[inside:end].strip(),
        rest=body.rpartition(CLOSE)[2],
    )


def _judge_answer(think: _ThinkPart, tags: AnswerTags, answers: set[int | None]) -> ParseOutcome:
    if tags.opened > 1:
        return ParseOutcome.SEVERAL_ANSWERS
    if not tags.pairs:
        return ParseOutcome.UNCLOSED_ANSWER if tags.opened else ParseOutcome.NO_ANSWER
    if answers == {None}:
        return ParseOutcome.NOT_AN_OPTION
    return ParseOutcome.OK if _is_tight(think, tags) else ParseOutcome.TEXT_OUTSIDE


def _is_tight(think: _ThinkPart, tags: AnswerTags) -> bool:
    """Whether nothing but whitespace stands outside the think pair and a single answer pair."""
    pair = tags.pairs[0]
    outside = think.before + think.rest[: pair.start] + think.rest[pair.end :]
    return tags.opened == 1 and not outside.strip()
