"""Items written for these tests, and small files in the schema of the public sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.items import SocialItem


def make_item(number: int = 0, **changes: object) -> SocialItem:
    """A question with four options of different lengths; the right one moves with the number."""
    fields: dict[str, object] = {
        "id": f"item-{number}",
        "source": "test",
        "dimension": ("Belief", "Desire")[number % 2],
        "group": f"block-{number // 4}",
        "story": f"1 Nadia put ticket {number} into the drawer.\n2 Nadia left.",
        "question": "Where will Nadia look?",
        "options": ("the drawer", "the tin", "a bag", "the shelf outside"),
        "answer": number % 4,
        "meta": {"order": number % 3, "log": ["long"] * 40},
    }
    return SocialItem.model_validate(fields | changes)


@pytest.fixture
def items() -> list[SocialItem]:
    """Three blocks of four questions."""
    return [make_item(number) for number in range(12)]


TOMI_STORY = """\
1 Nadia entered the back_porch.
2 Tariq entered the back_porch.
3 The scarf is in the yellow_hamper.
4 Tariq exited the back_porch.
5 Nadia moved the scarf to the tin_trunk.
6 Tariq dislikes the gloves"""

TOMI_QUESTIONS = [
    ("Where was the scarf at the beginning?", "yellow_hamper", "memory"),
    ("Where is the scarf really?", "tin_trunk", "reality"),
    ("Where will Tariq look for the scarf?", "yellow_hamper", "first_order_1_tom"),
    ("Where does Nadia think that Tariq searches for the scarf?", "yellow_hamper",
     "second_order_0_tom"),
]  # fmt: skip


@pytest.fixture
def tomi_folder(tmp_path: Path) -> Path:
    """``tomi/`` with one story of ours and four questions."""
    folder = tmp_path / "tomi"
    folder.mkdir()
    blocks, traces = [], []
    for question, answer, kind in TOMI_QUESTIONS:
        blocks.append(f"{TOMI_STORY}\n7 {question}\t{answer}\t1\n")
        traces.append(f"enter_agent_0,agent_0_moves_obj,{kind},false_belief\n")
    (folder / "fb_all_test.txt").write_text("".join(blocks))
    (folder / "fb_all_test.trace").write_text("".join(traces))
    return folder


HITOM_PLACES = ("blue_vat", "red_vat", "tin_trunk", "green_sack", "blue_sack", "red_sack",
                "tin_vat", "blue_tub", "red_tub", "tin_tub", "green_tub", "old_vat", "old_tub",
                "old_sack", "old_trunk")  # fmt: skip


def hitom_row(order: int, style: str, answer: str = "tin_trunk") -> dict[str, object]:
    """One row of a Hi-ToM file of ours."""
    letters = "ABCDEFGHIJKLMNO"
    chain = "".join(f"{name} thinks " for name in ("Nadia", "Tariq", "Bela", "Ivo")[:order])
    return {
        "prompting_type": style,
        "deception": False,
        "story_length": 1,
        "question_order": order,
        "sample_id": order,
        "story": f"An instruction in style {style}.\n1 Nadia, Tariq, Bela and Ivo entered the "
        "tea_room.\n2 The scarf is in the tin_trunk.\n3 Nadia exited the tea_room.\n\n",
        "question": f"Where does {chain}the scarf is?",
        "choices": ", ".join(f"{a}. {b}" for a, b in zip(letters, HITOM_PLACES, strict=True)),
        "answer": answer,
    }


@pytest.fixture
def hitom_folder(tmp_path: Path) -> Path:
    """``hitom/`` with one story of ours, orders 0 to 4, in both prompt styles."""
    folder = tmp_path / "hitom"
    folder.mkdir()
    rows = [hitom_row(order, style) for style in ("CoTP", "VP") for order in range(5)]
    (folder / "Hi-ToM_data.json").write_text(json.dumps({"data": rows}))
    return folder
