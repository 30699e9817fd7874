"""Small made-up items: what a study needs of them is their strata, blocks and answers."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem


def make(name: str, dimension: str, level: int, group: str, answer: int = 0) -> SocialItem:
    return SocialItem(
        id=name,
        dimension=dimension,
        group=group,
        story=f"(1) Ann hid the key.\n(2) Bo left. ({name})",
        question="Where is the key?",
        options=("red box", "tin jar", "old hat", "low shelf"),
        answer=answer,
        difficulty=level,
    )


@pytest.fixture
def pool() -> list[SocialItem]:
    """Two dimensions, each with six blocks of four and twenty single items, levels 1 to 3."""
    items: list[SocialItem] = []
    for dimension in ("Belief", "Desire"):
        for b in range(6):
            group = f"{dimension}-b{b}"
            items += [make(f"{group}-{v}", dimension, 1 + b % 3, group, v) for v in range(4)]
        for s in range(20):
            name = f"{dimension}-s{s}"
            items.append(make(name, dimension, 1 + s % 3, name, s % 4))
    return items
