"""OpenRLHF's two doors to the reward: its reward function file and its remote reward JSON.

    --reward.remote_url .../social_r1/serving/openrlhf.py      # called in its own process
    --reward.remote_url http://host:8765/get_reward            # `social-r1 serve`

Both get ``query`` (decoded prompt and response with special tokens), ``prompts`` and ``labels``,
and give ``rewards`` (the totals), ``scores`` (R_out, so that filtering by score filters by the
answer, not by the shaped reward) and ``extra_logs`` (always numbers: what is missing adds 0 and is
counted in ``missing_*``). All are plain lists: a score of 0 in a tensor is taken there for none.

A label is the item as JSON, or its id in the file of questions. OpenRLHF tells a reward no step, so
the moment of the run is one setting. The function file reads the environment:

    SOCIAL_R1_REWARD    profile or YAML file (recommended)   SOCIAL_R1_ITEMS     file of questions
    SOCIAL_R1_CONTENT   none, shipped, oracle or a folder    SOCIAL_R1_PROGRESS  in [0, 1] (1)
    SOCIAL_R1_PREFILLED_THINK  1 where the prompt ends in <think>
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from social_r1.errors import InputError
from social_r1.records import read_items
from social_r1.rewards import CompositeReward, reward_config
from social_r1.serving.rows import ItemReader, SavedRow, read_progress, replay

ENDS = re.compile(r"(?:\s*(?:<\|[^<>|]{1,40}\|>|</s>|<(?:eos|pad|end_of_turn|unk)>|\[PAD\]))+\s*\Z")
"""Special tokens that end a decoded text: end of turn, end of text, padding."""
LOGGED = ("format", "outcome", "window", "repetition", "length")

_scoring = threading.Lock()


class _Setting(NamedTuple):
    """What the environment asks for."""

    reward: CompositeReward
    items: ItemReader
    progress: float


def completion_of(query: str, prompt: str | None, place: str) -> str:
    """The response in a decoded text of prompt and response, without the tokens that end it.

    Raises:
        InputError: the prompt is not in the text, so nobody knows where the response begins.

    >>> completion_of("<s>Hi?<think>a</think><Answer>A</Answer></s>", "Hi?", "row 1")
    '<think>a</think><Answer>A</Answer>'
    """
    start = 0 if prompt is None else query.find(prompt)
    if start < 0:
        raise InputError(
            f"{place}: query does not hold its prompt {prompt!r:.60}; repair: send the prompt as "
            "the tokenizer decodes it, or no prompts and responses alone"
        )
    return ENDS.sub("", query[start + len(prompt or "") :])


def read_queries(
    queries: object, prompts: object, labels: object, items: ItemReader, progress: float
) -> list[SavedRow]:
    """Rows of a call of OpenRLHF.

    Args:
        queries: prompts with their responses.
        prompts: the prompts, or None where queries are responses alone.
        labels: per query the item (JSON text or object) or its id.
        items: finds items by id.
        progress: moment of the run.

    Raises:
        InputError: no lists of equal length, or a row that cannot be read; names it.
    """
    texts = _texts(queries, "query")
    asked = [None] * len(texts) if prompts is None else _texts(prompts, "prompts")
    if not isinstance(labels, list | tuple):
        raise InputError(
            f"labels is {labels!r:.60}, not a list; repair: name the column with the items "
            "(label_key)"
        )
    told = list(cast("Sequence[object]", labels))
    if not len(texts) == len(asked) == len(told):
        raise InputError(
            f"{len(texts)} of query, {len(asked)} of prompts, {len(told)} of labels; repair: give "
            "one of each per response"
        )
    rows: list[SavedRow] = []
    for line, (text, prompt, label) in enumerate(zip(texts, asked, told, strict=True), start=1):
        place = f"row {line}"
        completion = completion_of(text, prompt, place)
        item = items(_label(label, place), place)
        rows.append(SavedRow(line, item, completion, {}, progress))
    return rows


def answer(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The reply to OpenRLHF, from records of `replay`."""
    logs: dict[str, list[float]] = {name: [float(row[name]) for row in records] for name in LOGGED}
    for part in ("structure", "content"):
        logs[f"gated_{part}"] = [float(row["gated"][part] or 0.0) for row in records]
        logs[f"missing_{part}"] = [float(part in row["missing"]) for row in records]
    return {
        "rewards": [float(row["total"]) for row in records],
        "scores": [float(row["outcome"]) for row in records],
        "extra_logs": logs,
    }


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], **_: Any
) -> dict[str, Any]:
    """Reward function of OpenRLHF's custom reward files; may be called by several threads.

    Raises:
        InputError: a row that cannot be scored; OpenRLHF logs it and drops the sample.
    """
    setting = _setting()
    with _scoring:
        rows = read_queries(
            list(queries), list(prompts), list(labels), setting.items, setting.progress
        )
        return answer(replay(setting.reward, rows))


@lru_cache(maxsize=1)
def _setting() -> _Setting:
    from social_r1.preference.content import content_scorer

    env = os.environ
    path = env.get("SOCIAL_R1_ITEMS")
    known = {item.id: item for item in read_items(path)} if path else {}
    moment = env.get("SOCIAL_R1_PROGRESS", "1")
    try:
        progress = read_progress(float(moment), "SOCIAL_R1_PROGRESS")
    except ValueError as error:
        raise InputError(f"SOCIAL_R1_PROGRESS is {moment!r}; repair: a number in [0, 1]") from error
    reward = CompositeReward(
        reward_config(env.get("SOCIAL_R1_REWARD", "recommended")),
        content=content_scorer(env.get("SOCIAL_R1_CONTENT", "none")),
        prefilled_think=env.get("SOCIAL_R1_PREFILLED_THINK") == "1",
    )
    return _Setting(reward, ItemReader(known), progress)


def _texts(values: object, name: str) -> list[str]:
    if isinstance(values, list | tuple):
        found = cast("Sequence[object]", values)
        if all(isinstance(value, str) for value in found):
            return [cast("str", value) for value in found]
    raise InputError(
        f"{name} is {values!r:.60}, not a list of texts; repair: one text per response"
    )


def _label(label: object, place: str) -> dict[str, Any]:
    """The label as a row that carries its item or names it."""
    if isinstance(label, dict):
        return {"item": cast("dict[str, Any]", label)}
    if isinstance(label, str) and label.lstrip().startswith("{"):
        try:
            return {"item": json.loads(label)}
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"{place}: the label is broken JSON; repair: the item as JSON, or its id"
            ) from error
    return {"item_id": label}
