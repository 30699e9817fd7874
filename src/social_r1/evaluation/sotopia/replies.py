"""JSON in what a model writes: found wherever it stands, never mended.

Total: nothing here raises, whatever the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

LONGEST = 50_000
"""Characters of a reply that are looked at; in a longer one nothing is found."""


def final_text(text: str) -> str:
    """The reply without the draft of a thinking model; a draft without end leaves nothing.

    >>> final_text("<think>Maybe {}?</think> Yes.")
    'Yes.'
    """
    _, closed, rest = text.rpartition("</think>")
    if not closed and text.lstrip().startswith("<think>"):
        return ""
    return rest.strip()


def json_objects(text: str) -> list[dict[str, Any]]:
    """The outermost JSON objects of a text, in order; line breaks inside strings are allowed.

    >>> json_objects('So: {"a": 1} and {broken} and {"b": {"c": 2}}')
    [{'a': 1}, {'b': {'c': 2}}]
    """
    found: list[dict[str, Any]] = []
    if len(text) > LONGEST:
        return found
    decoder = json.JSONDecoder(strict=False)
    at = text.find("{")
    while at >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            found.append(cast("dict[str, Any]", value))
        at = text.find("{", at)
    return found


def with_keys(value: object, *keys: str, depth: int = 6) -> Iterator[dict[str, Any]]:
    """Objects inside a JSON value (itself first) that have one of the keys, keys as `plain_key`."""
    if depth == 0:
        return
    if isinstance(value, list):
        for one in cast("list[object]", value):
            yield from with_keys(one, *keys, depth=depth - 1)
    if not isinstance(value, dict):
        return
    fields = {plain_key(k): v for k, v in cast("dict[str, Any]", value).items()}
    if any(key in fields for key in keys):
        yield fields
        return
    for inner in fields.values():
        yield from with_keys(inner, *keys, depth=depth - 1)


def plain_key(key: str) -> str:
    """Lower case, spaces and hyphens as underscores.

    >>> plain_key("Action Type"), plain_key("agent-1")
    ('action_type', 'agent_1')
    """
    return "_".join(key.lower().replace("-", " ").replace("_", " ").split())
