"""Rows with thoughts, as a judge reads them and as it hands them back.

A row is ``{"item": {…}, "completion": "…"}`` or has ``"thought"`` in the completion's place; where
it names its item by ``item_id`` only, a file of questions gives it. Rollouts of our own training
and of `social-r1 sample` are such rows. What comes back is the same row with the verdict in it, so
that ``social-r1 score`` can go on with it: ``graders`` holds the score that the reward needs (null
where it is missing), ``judge`` the score as it was given and the reason where there is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.judge.rubrics import Rubric
from social_r1.judge.types import Reply
from social_r1.records import read_items, read_jsonl, row_item
from social_r1.trajectory.parse import parse
from social_r1.trajectory.sip import Stage


class ThoughtRow(NamedTuple):
    """One thought to judge."""

    line: int
    item: SocialItem
    thought: str
    """Empty where the completion holds none."""
    fields: dict[str, Any]
    """The row as it stands in the file."""


def read_thoughts(file: Path, *, items: Path | None = None) -> Iterator[ThoughtRow]:
    """Read and check the rows of a file.

    Args:
        file: JSONL rows.
        items: file of questions for rows that name theirs by ``item_id``.

    Raises:
        InputError: a row that lacks something or has it in the wrong form; names file and line.
    """
    known = {item.id: item for item in read_items(items)} if items else {}
    for line, fields in read_jsonl(file):
        fields = _utf8(fields)
        place = f"{file}:{line}"
        item = row_item(fields, known, place=place)
        yield ThoughtRow(line, item, _thought(fields, item, place), fields)


def result_row(
    row: ThoughtRow, reply: Reply, rubric: Rubric, grade: float | None, stage: Stage | None
) -> dict[str, Any]:
    """The row with its verdict; the same verdict makes the same row, whenever it was given.

    Args:
        row: as it was read.
        reply: what the judge said.
        rubric: what it was asked.
        grade: what the reward takes of it: S, or the standardised s of content.
        stage: the stage that was scored, if not the whole thought; no grade then.
    """
    verdict = {
        "rubric": rubric.name,
        "version": rubric.version,
        "line": row.line,
        "key": reply.key or None,
        "score": reply.score,
        "missing": reply.reason and reply.reason.value,
    }
    if stage is not None:
        return {**row.fields, "judge": {**verdict, "stage": stage.key}}
    return {
        **row.fields,
        "graders": {**_recorded(row.fields), rubric.name: grade},
        "judge": verdict,
    }


def _recorded(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Grader outputs that the row has; of our rollouts, the content score of their parts."""
    graders, parts = fields.get("graders"), fields.get("parts")
    if isinstance(graders, dict):
        return cast("Mapping[str, Any]", graders)
    if not isinstance(parts, dict):
        return {}
    score = cast("Mapping[str, Any]", parts).get("content_score")
    return {} if score is None else {"content": score}


def _thought(fields: Mapping[str, Any], item: SocialItem, place: str) -> str:
    for key in ("thought", "completion"):
        text = fields.get(key)
        if isinstance(text, str):
            whole = key == "thought"
            return text.strip() if whole else parse(text, item, with_stages=False).thought
        if text is not None:
            raise InputError(
                f"{place}: {key} is {str(text)[:40]!r}, not text; repair: give the model's words"
            )
    raise InputError(
        f"{place}: there is neither a completion nor a thought; repair: give rows of "
        "`social-r1 sample` or of a run's rollouts"
    )


def _utf8(fields: dict[str, Any]) -> dict[str, Any]:
    """The row without halves of surrogate pairs, which JSON may spell but UTF-8 cannot hold."""
    text = json.dumps(fields, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-8", "replace"))
    return fields
