"""The prompt says what the parser and the structure scorer will ask for."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.trajectory import Stage, render_prompt


@pytest.fixture
def item() -> SocialItem:
    return SocialItem(
        id="q",
        dimension="Belief",
        group="g",
        story="Ann put the key in the jar.",
        question="Where will Ann look?",
        options=("jar", "box", "bag"),
        answer=1,
    )


def test_the_compact_prompt_is_the_bare_question(item: SocialItem) -> None:
    assert render_prompt(item, "compact") == [
        {
            "role": "user",
            "content": "Ann put the key in the jar.\n\nQuestion: Where will Ann look?\n"
            "jar (A)\nbox (B)\nbag (C)",
        }
    ]


def test_the_sip_prompt_names_the_stages_in_order_and_the_form(item: SocialItem) -> None:
    system, user = render_prompt(item)
    assert (system["role"], user["role"]) == ("system", "user")
    places = [system["content"].index(stage.title) for stage in Stage]
    assert places == sorted(places)
    assert "<think>your reasoning</think><Answer>X</Answer>" in system["content"]
    assert "letters: A, B, C." in system["content"]


def test_the_prompt_does_not_depend_on_the_gold(item: SocialItem) -> None:
    other = item.model_copy(update={"answer": 0})
    assert render_prompt(item) == render_prompt(other)


def test_all_fifteen_options_are_lettered(item: SocialItem) -> None:
    many = item.model_copy(update={"options": tuple(f"place {i}" for i in range(15))})
    system, user = render_prompt(many)
    assert "O. place 14" in user["content"]
    assert "N, O." in system["content"]
