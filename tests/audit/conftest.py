"""Small sets whose figures can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from social_r1.items import SocialItem

Make = Callable[..., SocialItem]

NAMES = ("Ann", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal", "Ida", "Jo", "Kim", "Lou")


def make_item(number: int = 0, **changes: Any) -> SocialItem:
    """A question with four options; changes replace fields."""
    fields: dict[str, Any] = {
        "id": f"item-{number}",
        "dimension": "Belief",
        "group": f"group-{number}",
        "story": f"Ann put key {number} into the tin. Then Ann left.",
        "question": "Where will Ann look?",
        "options": ("the tin", "the jar", "the box", "the bag"),
        "answer": 0,
    }
    return SocialItem.model_validate(fields | changes)


@pytest.fixture
def make() -> Make:
    return make_item


@pytest.fixture
def block_of_four() -> list[SocialItem]:
    """Six blocks: the same question and options four times, each option right once."""
    return [
        make_item(
            4 * block + right,
            group=f"block-{block}",
            story=f"Block {block}, story {right}.",
            options=(f"word{block} red", f"word{block} blue", f"word{block} odd", "no idea"),
            answer=right,
        )
        for block in range(6)
        for right in range(4)
    ]


def _pair(block: int, lines: tuple[str, ...], swap: tuple[str, str]) -> list[SocialItem]:
    """Two items that differ in the lines ``swap`` alone, which name the right option."""
    a, b, c = (NAMES[(block + k) % len(NAMES)] for k in (0, 4, 8))
    items: list[SocialItem] = []
    for right, (one, other) in enumerate((swap, swap[::-1])):
        story = "\n".join(lines).format(a=a, b=b, c=c, one=one, other=other)
        items.append(
            make_item(
                2 * block + right,
                group=f"pair-{block}",
                story=story,
                question=f"Where will {a} look?",
                options=("the tin", "the jar"),
                answer=right,
                meta={"script": {"agents": [a, b, c]}, "depth": 1},
            )
        )
    return items


@pytest.fixture
def near_pairs() -> list[SocialItem]:
    """Whether the person asked about left or stayed decides: it stands in her own line."""
    lines = ("{a} put a cup in the tin.", "{a} {one}.", "{b} {other}.", "{c} moved it to the jar.")
    return [item for block in range(12) for item in _pair(block, lines, ("left", "stayed"))]


@pytest.fixture
def relay_pairs() -> list[SocialItem]:
    """What the person did who spoke to her decides; her own lines never change."""
    lines = (
        "{a} put a cup in the tin.", "{b} {one}.", "{c} {other}.", "It went to the jar.",
        "{b} spoke to {a}.",
    )  # fmt: skip
    return [item for block in range(12) for item in _pair(block, lines, ("left", "stayed"))]
