"""EmoBench as its authors ask it now (Sahandfer/EmoBench at 3b4f843): one prompt a row, JSON back.

Options stand in the file's order, behind "A) ", one run. A row of emotional understanding (EU) asks
emotion and cause in one prompt and counts only if both are right: ``prepare`` puts its two items
together. What is answered to such a row is two lines, ``B) fear`` and ``D) he lost his way``.

Left out: the chain-of-thought form, ``/no_think`` in front of the prompt for models called Qwen,
and the protocol of the paper (history, ffa5e58): cause asked after emotion, four fixed option
orders, majority of five samples each, mean of the four.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import Any, cast

from social_r1.evaluation.protocols import Protocol, per_order, read_option, shown
from social_r1.evaluation.types import (
    Ask,
    Completion,
    EvalConfig,
    Item,
    OpenItem,
    Pick,
    Reading,
)
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory import PromptStyle

PARTS = {"EU emotion": "answer_q1", "EU cause": "answer_q2"}
"""Dimension of each half of an EU row to its key in the answer."""
EMOTIONS, CAUSES = "emotions", "causes"
"""Keys of ``meta`` that hold the options of a merged row."""

_HEAD = {
    "en": """\
# Instructions

In this task, you are presented with a scenario, a question, and multiple choices.\x20
Carefully analyze the scenario and take the perspective of the individual involved.
Then, select the option that best reflects their perspective or emotional response.

# Output

Provide only one single correct answer to this question.  Do not provide any additional \
information or explanations. The response should be in the following JSON format:

```json
    {{
    {form}

    }}
```\x20
    """,
    "zh": """\
# 说明
在这个任务中，你会面临一个场景、一个问题和多个选项。
仔细分析场景，并从相关人员的角度进行思考。
然后，选择最能反映他们的观点或情绪反应的选项。

# 输出

只提供一个正确的答案。 不要提供任何额外的信息或解释。 回复应采用以下JSON格式：

```json
    {{
    {form}

    }}
```\x20
    """,
}
_FORM = {
    ("en", "EA"): '"answer": "<Respond with the corresponding letter numbering>"',
    ("zh", "EA"): '"answer": "<用相应的字母进行回答>"',
    ("en", "EU"): '"answer_q1": "<Respond to the Question 1 with the corresponding letter '
    'numbering>",\n"answer_q2": "<Respond to the Question 2 with the corresponding letter '
    'numbering>"',
    ("zh", "EU"): '"answer_q1": "<用相应的字母进行回答问题1>",\n'
    '"answer_q2": "<用相应的字母进行回答问题2>"',
}
_BODY = {
    ("en", "EA"): """\
## Scenario
{scenario}

## Question\x20
In this scenario, what is the most effective {kind} for {subject}?

## Choices
{first}
""",
    ("zh", "EA"): """\
## 场景
{scenario}

## 问题
在这个场景中，{subject}最有效的{kind}是什么？

## 选项
{first}
""",
    ("en", "EU"): """\
## Scenario
{scenario}

## Question 1
What emotion(s) would {subject} ultimately feel in this situation?

## Choices for Question 1
{first}

## Question 2
Why would {subject} feel these emotions in this situation?

## Choices for Question 2
{second}
""",
    ("zh", "EU"): """\
## 场景
{scenario}

## 问题 1
在这种情况下，{subject}最终会感受到什么情绪？

## 问题 1 的选项
{first}

## 问题 2
{subject}为什么会在这种情况下感受到这些情绪？

## 问题 2 的选项
{second}""",
}


# Two items of a row to one ------------------------------------------------------------------------


def prepare(items: Sequence[Item]) -> list[Item]:
    """EA as it is; the emotion and the cause of an EU row as one item, where the emotion stood.

    A half without its other half cannot be asked in this form and is left out.
    """
    halves: dict[str, dict[str, SocialItem]] = defaultdict(dict)
    for item in items:
        if isinstance(item, SocialItem) and item.dimension in PARTS:
            halves[item.group][item.dimension] = item
    prepared: list[Item] = []
    for item in items:
        both = halves.get(item.group, {})
        if item.dimension not in PARTS:
            prepared.append(item)
        elif len(both) == len(PARTS) and item is both["EU emotion"]:
            prepared.append(_merged(both["EU emotion"], both["EU cause"]))
    return prepared


def _merged(emotion: SocialItem, cause: SocialItem) -> OpenItem:
    pairs = list(product(_lines(emotion.options), _lines(cause.options)))
    right = pairs[emotion.answer * len(cause.options) + cause.answer]
    return OpenItem(
        id=emotion.group,
        source=emotion.source,
        dimension="EU",
        group=emotion.group,
        story=emotion.story,
        question=f"{emotion.question} {cause.question}",
        accepted=("\n".join(right),),
        rejected=tuple("\n".join(pair) for pair in pairs if pair != right),
        meta={**emotion.meta, EMOTIONS: emotion.options, CAUSES: cause.options},
    )


def _lines(options: Sequence[str]) -> list[str]:
    return _lettered([" ".join(text.split()) for text in options])


def _lettered(options: Sequence[str]) -> list[str]:
    return [f"{LETTERS[i]}) {text}" for i, text in enumerate(options)]


# Asking and reading -------------------------------------------------------------------------------


def _ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle, *, how: str) -> list[Ask]:
    del config, style  # their order of options is the file's, their prompt has one style
    asks: list[Ask] = []
    for item in items:
        if isinstance(item, SocialItem):
            asks.append(shown(item, 0, range(len(item.options)), _messages(item, "EA"), how))
        else:
            asks.append(Ask(item, 0, (), _messages(item, "EU"), how))
    return asks


def _messages(item: Item, half: str) -> list[dict[str, str]]:
    key = (str(item.meta["language"]), half)
    first = item.options if isinstance(item, SocialItem) else item.meta[EMOTIONS]
    body = _BODY[key].format(
        scenario=item.story,
        subject=item.meta["subject"],
        kind=item.meta["kind"],
        first="\n".join(_lettered(first)),
        second="\n".join(_lettered(item.meta.get(CAUSES, ()))),
    )
    return [
        {"role": "system", "content": _HEAD[key[0]].format(form=_FORM[key])},
        {"role": "user", "content": body},
    ]


def _write(ask: Ask, pick: Pick) -> str:
    if isinstance(pick, int):
        said = {"answer": LETTERS[pick]}
    else:
        lines = pick.split("\n") if isinstance(pick, str) else list(pick)
        said = {key: line[:1] for key, line in zip(PARTS.values(), lines, strict=False)}
    return f"```json\n{json.dumps(said)}\n```"


def _read(ask: Ask, completion: Completion) -> Reading:
    """The JSON object's letters, which must be exactly the letters of the right options."""
    found = _object(completion.text)
    item = ask.item
    if isinstance(item, SocialItem):
        if found is None:
            return read_option(ask, None, "no_json")
        place = _place(found.get("answer"), len(item.options))
        return read_option(ask, place, "ok" if place is not None else "not_an_option")
    return _read_row(item, found)


def _read_row(item: OpenItem, found: dict[str, Any] | None) -> Reading:
    rights = item.accepted[0].split("\n")
    choices = (item.meta[EMOTIONS], item.meta[CAUSES])
    said: list[str] = []
    details: dict[str, float] = {}
    for (part, key), options, right in zip(PARTS.items(), choices, rights, strict=True):
        place = _place((found or {}).get(key), len(options))
        said.append("-" if place is None else _lines(options)[place])
        details[part] = float(said[-1] == right)
    whole = "-" not in said
    reason = "no_json" if found is None else "ok" if whole else "not_an_option"
    value = float(all(details.values()))
    return Reading("\n".join(said) if whole else None, value, reason, whole, details=details)


def _object(text: str) -> dict[str, Any] | None:
    """The first fenced JSON object, or the whole text as one; None where that fails."""
    if "```json" in text:
        fenced = re.search(r"```json(.*?)```", text, re.DOTALL)
        if fenced is None:
            return None
        text = fenced[1]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _place(said: object, options: int) -> int | None:
    letters = LETTERS[:options]
    fine = isinstance(said, str) and len(said) == 1 and said in letters
    return letters.index(str(said)) if fine else None


def native(name: str) -> Protocol:
    """The authors' protocol for the benchmark of that name (one for each language)."""
    how = f"{name}/native"
    return Protocol(
        name=how,
        ask=partial(_ask, how=how),
        write=_write,
        read=_read,
        runs=per_order,
        prepare=prepare,
        rule="the first ```json block, else the whole text, as a JSON object; its letter must be "
        "exactly the right one; an EU row counts only if both letters do; options in the file's "
        "order, one run (theirs at temperature 0.6)",
        defects=(
            "a letter with anything beside it is wrong: 'B)', 'b' and 'B) text' all are",
            "JSON in a fence that is not closed, or amid other text without a fence, is not read",
            "the loop of five retries ends at the first failure: nothing is asked again",
            "JSON that is no object ends their run; here it is wrong",
            "options are never shuffled, and their places give answers away",
            "the Chinese prompt names the kind of EA question in English",
        ),
    )
