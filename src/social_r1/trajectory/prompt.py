"""The prompt: one wording for training, sampling and evaluation (paper section 3).

Two styles. ``sip`` tells an instruct model the four stages and the output form. ``compact`` is the
bare question, for a small model that has learned the form from its training data; it puts the
letters behind the options.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory.sip import Stage

PromptStyle = Literal["sip", "compact"]

_TASKS = {
    Stage.CUE_ENCODING: "collect from the story what was said and done, and who could notice it",
    Stage.CUE_INTERPRETATION: "infer from these cues what each person knows, believes, wants or "
    "feels",
    Stage.GOAL_CLARIFICATION: "state what the person asked about is after, and what the question "
    "wants to know",
    Stage.RESPONSE_GENERATION: "draw the conclusion that follows from the stages before, and only "
    "here match it to an option",
}

_SYSTEM = """\
You answer a question about people in a short story. Exactly one option is right.

Think in four stages, in this order, each one once and without going back:
{stages}

Keep option letters out of your thinking until the last stage: an answer comes out of the \
reasoning, it is not picked first and defended afterwards. Be brief and do not repeat yourself.

Write your reasoning and then the letter of your answer, in exactly this form and with nothing \
before or after it:
<think>your reasoning</think><Answer>X</Answer>
where X is one of these letters: {letters}."""


def render_prompt(item: SocialItem, style: PromptStyle = "sip") -> list[dict[str, str]]:
    """The chat messages that put the question to a model.

    Args:
        item: the question; its answer is not looked at.
        style: ``sip`` (system and user message) or ``compact`` (one user message).

    Returns:
        Messages with ``role`` and ``content``, as chat templates take them.
    """
    if style == "compact":
        return [{"role": "user", "content": _render_compact(item)}]
    question = {"role": "user", "content": render_question(item)}
    stages = "\n".join(f"{stage + 1}. {stage.title}: {_TASKS[stage]}." for stage in Stage)
    system = _SYSTEM.format(stages=stages, letters=", ".join(item.letters))
    return [{"role": "system", "content": system}, question]


def render_question(item: SocialItem) -> str:
    """Story, question and lettered options, as text."""
    options = "\n".join(
        f"{letter}. {option}" for letter, option in zip(LETTERS, item.options, strict=False)
    )
    return f"{item.story}\n\nQuestion: {item.question}\n{options}"


def _render_compact(item: SocialItem) -> str:
    """As `render_question`, but each letter stands behind its option: ``red box (A)``.

    A small model that has just written an option finds its letter by copying what came next.
    """
    options = "\n".join(
        f"{option} ({letter})" for letter, option in zip(LETTERS, item.options, strict=False)
    )
    return f"{item.story}\n\nQuestion: {item.question}\n{options}"


def render_thought(texts: Sequence[str], stages: Iterable[Stage] = Stage) -> str:
    r"""Stage texts under their headings, a line each.

    >>> render_thought(("[1] nothing.", "Ann: nothing."), (Stage(0), Stage(1)))
    'Cue Encoding: [1] nothing.\nCue Interpretation: Ann: nothing.'
    """
    return "\n".join(f"{s.title}: {t}" for s, t in zip(stages, texts, strict=True))


def render_target(thought: str, letter: str) -> str:
    r"""The completion that a trace with this thought and answer letter should be.

    >>> render_target("Ann looked.", "B")
    '<think>\nAnn looked.\n</think>\n<Answer>B</Answer>'
    """
    return f"<think>\n{thought}\n</think>\n<Answer>{letter}</Answer>"
