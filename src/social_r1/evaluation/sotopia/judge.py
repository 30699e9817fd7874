"""A third model reads the whole episode and marks both sides on seven dimensions.

It is shown what the authors' judge is shown: both backgrounds with their secrets, both goals with
their tags, the transcript without idle turns; at temperature 0. It gives reasoning and a whole
number for each dimension and each agent. A number outside its range makes the reply unusable; it is
never moved into the range. What cannot be used is asked for again, up to ``judge_attempts`` times,
with a line that says what was wrong; after that the judgement is missing, which is not a score.

Reasons: ``empty``, ``no_json``, ``broken_json``, ``no_agents``, ``no_dimension``, ``no_integer``,
``out_of_range``, ``contradictory`` (two different verdicts in one reply), and the provider's
``truncated``, ``context_full``, ``refused``.

Where ours differs: the questions are asked in our words; the authors use structured output where
a provider has it, have failures rewritten by a model, and throw such an episode away to play it
anew. Their wording that also explains bands within each range (``SotopiaDimensionsPlus``) is not
offered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from social_r1.evaluation.sotopia.dialogue import call_seed, transcript
from social_r1.evaluation.sotopia.replies import final_text, json_objects, plain_key, with_keys
from social_r1.evaluation.sotopia.scene import Scene, judge_view
from social_r1.evaluation.sotopia.types import (
    OK,
    Ask,
    Dialogue,
    Judgement,
    Mark,
    Marks,
    Reply,
    Voice,
)


class Dimension(NamedTuple):
    """What is judged, from where to where, and what the judge is asked."""

    short: str
    """The authors' abbreviation."""
    low: int
    high: int
    question: str


DIMENSIONS: dict[str, Dimension] = {
    "believability": Dimension(
        "BEL", 0, 10,
        "Does the agent behave like a real person in this situation? Look for confusion about who "
        "they are, repetition without cause and politeness beyond the occasion; then whether what "
        "they do fits their personality and values. Higher is more believable.",
    ),
    "relationship": Dimension(
        "REL", -5, 5,
        "What were the two to each other before, and what are they now? Did the agent's conduct "
        "keep or improve their personal ties, their standing or reputation (positive), or harm "
        "them (negative)? 0 if neither.",
    ),
    "knowledge": Dimension(
        "KNO", 0, 10,
        "What did the agent learn, was it new to them, and does it matter to them? Higher for more "
        "that is new and important.",
    ),
    "secret": Dimension(
        "SEC", -10, 0,
        "Which secrets or hidden intentions did the agent have to keep, and which slipped out? 0 "
        "if none did, -10 if critical ones did.",
    ),
    "social_rules": Dimension(
        "SOC", -10, 0,
        "Did the agent break moral rules or laws towards others? 0 if not; lower is worse.",
    ),
    "financial_and_material_benefits": Dimension(
        "FIN", -5, 5,
        "What did the agent gain or lose in money or goods, soon (payment, food) or in the long "
        "run (work, shares)? Positive for a gain, negative for a loss.",
    ),
    "goal": Dimension(
        "GOAL", 0, 10,
        "Restate the agent's goal, then say how far it was reached. 0 is hardly at all, 10 "
        "completely.",
    ),
}  # fmt: skip
"""The seven dimensions and their ranges, in the authors' order."""

AGENTS = ("agent_1", "agent_2")
"""Keys of the first and the second agent in a verdict."""

PROMPT = """\
You judge a social interaction between two people. You know more than they do: both backgrounds, \
both secrets, both goals.

{context}

The interaction:
{history}

Judge how each of the two has done. agent_1 is {first}, agent_2 is {second}. For each of them and \
each dimension, reason first and then give one whole number within the range:
{dimensions}

Write one JSON object and nothing else, with exactly the keys agent_1 and agent_2, and under each \
of them all seven dimensions:
{{"agent_1": {{"believability": {{"reasoning": "...", "score": 0}}, ...}}, "agent_2": {{...}}}}"""
AGAIN = (
    "That reply cannot be used ({reason}). Write the whole JSON object again: agent_1 and agent_2, "
    "all seven dimensions, each with a reasoning and a whole number within its range."
)

_INTEGER = re.compile(r"[+-]?[0-9]{1,6}")


class _Unusable(Exception):
    """Carries the reason out of the reading of a verdict."""


async def judge(
    scene: Scene, dialogue: Dialogue, voice: Voice, *, attempts: int = 3, seed: int = 0,
    key: str = "",
) -> Judgement:  # fmt: skip
    """Ask for a verdict until one can be used.

    Raises:
        UnreachableError: the judge could not be reached.
    """
    asked = judge_messages(scene, dialogue)
    reasons: list[str] = []
    last, read, written = "", 0, 0
    for number in range(attempts):
        extra: list[dict[str, str]] = []
        if number:
            extra = [
                {"role": "assistant", "content": last or "(nothing)"},
                {"role": "user", "content": AGAIN.format(reason=reasons[-1])},
            ]
        ask = Ask([*asked, *extra], turn=number, seed=call_seed(seed, key, "judge", number))
        reply = await voice.say(ask)
        read, written = read + reply.input_tokens, written + reply.output_tokens
        marks, reason = read_verdict(reply)
        reasons.append(reason)
        if marks is not None:
            return Judgement(marks, tuple(reasons), read, written)
        last = final_text(reply.text)
    return Judgement(None, tuple(reasons), read, written)


def judge_messages(scene: Scene, dialogue: Dialogue) -> list[dict[str, str]]:
    """The judge's prompt."""
    first, second = scene.names
    text = PROMPT.format(
        context=judge_view(scene),
        history=transcript(scene, dialogue.turns, idle=False) or "(nobody said or did anything)",
        first=first,
        second=second,
        dimensions="\n".join(
            f"- {name} ({one.low} to {one.high}): {one.question}"
            for name, one in DIMENSIONS.items()
        ),
    )
    return [{"role": "user", "content": text}]


def read_verdict(reply: Reply) -> tuple[tuple[Marks, Marks] | None, str]:
    """The marks of both agents and ``ok``, or None and the reason why there are none."""
    if reply.fault:
        return None, reply.fault
    text = final_text(reply.text)
    if not text:
        return None, "empty"
    objects = json_objects(text)
    if not objects:
        return None, "broken_json" if "{" in text else "no_json"
    found = [fields for one in objects for fields in with_keys(one, *AGENTS)]
    if not found:
        return None, "no_agents"
    try:
        verdicts = [_verdict(fields) for fields in found]
    except _Unusable as fault:
        return None, str(fault)
    if len({str(_scores(verdict)) for verdict in verdicts}) > 1:
        return None, "contradictory"
    return verdicts[0], OK


def overall(scores: Mapping[str, int]) -> float:
    """Mean of the seven scores, unweighted, as the authors have it."""
    return sum(scores[name] for name in DIMENSIONS) / len(DIMENSIONS)


def scores_of(marks: Marks) -> dict[str, int]:
    """The numbers alone."""
    return {name: marks[name].score for name in DIMENSIONS}


def _scores(verdict: tuple[Marks, Marks]) -> list[dict[str, int]]:
    return [scores_of(marks) for marks in verdict]


def _verdict(fields: Mapping[str, Any]) -> tuple[Marks, Marks]:
    first, second = (_marks(fields.get(name)) for name in AGENTS)
    return first, second


def _marks(value: object) -> Marks:
    if not isinstance(value, dict):
        raise _Unusable("no_agents")
    fields = {plain_key(k): v for k, v in cast("dict[str, object]", value).items()}
    missing = [name for name in DIMENSIONS if name not in fields]
    if missing:
        raise _Unusable("no_dimension")
    return {name: _mark(fields[name], one) for name, one in DIMENSIONS.items()}


def _mark(value: object, dimension: Dimension) -> Mark:
    """A mark given as an object, as ``[reasoning, number]`` (the authors' form) or as a number."""
    reasoning: object = ""
    if isinstance(value, dict):
        fields = {plain_key(k): v for k, v in cast("dict[str, object]", value).items()}
        value, reasoning = fields.get("score"), fields.get("reasoning", "")
    elif isinstance(value, list) and len(cast("list[object]", value)) == 2:
        reasoning, value = cast("list[object]", value)
    number = _integer(cast("object", value))
    if not dimension.low <= number <= dimension.high:
        raise _Unusable("out_of_range")
    return Mark(score=number, reasoning=reasoning if isinstance(reasoning, str) else "")


def _integer(value: object) -> int:
    """A whole number, also spelled out or with ``.0``; nothing is rounded."""
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unusable("no_integer")
    return value
