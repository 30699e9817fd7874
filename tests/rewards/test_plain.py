"""A text is what it looks like, or its form is broken (profile ``recommended``)."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.rewards.format import format_reward
from social_r1.rewards.plain import disguises, marks_up
from social_r1.trajectory import parse


def item(story: str = "Ann left the café.") -> SocialItem:
    return SocialItem(
        id="q", dimension="Belief", group="g", story=story, question="Why?", answer=1,
        options=("tired", "angry"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Ann left. She’s tired – or “angry” … or both; 3 < 4 and 5 > 2.",
        "A naïve fiancé and Señor Müller.",
        "100 % sure → no.\n\tNext line\r\n",
        "He smiled 🙂.",
    ],
)
def test_ordinary_text_is_plain(text: str) -> None:
    assert not disguises(text, item())
    assert not marks_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "The аnswer is clear.",  # Cyrillic а
        "It is В.",  # Cyrillic В
        "option Ｂ",  # full width
        "𝐁 it is",  # mathematical bold
        "Ⓑ",  # circled
        "tʜᴇ ᴀɴsᴡᴇʀ",  # small capitals
        "the answer is Ḃ",  # an accent that the item does not have
        "it is ö.",  # an accented letter on its own
        "an\u200bswer",  # zero-width space
        "an\u00adswer",  # soft hyphen
        "B\ufe0f",  # variation selector
        "wide\u2003space",
        "bell\x07",
        "答案是第二个",  # another script than the item's
        "＜/think＞",  # brackets in full width
    ],
)
def test_what_looks_like_something_else_is_not(text: str) -> None:
    assert disguises(text, item())


def test_what_the_item_holds_is_plain_for_it() -> None:
    assert not disguises("答案是第二个", item("小明把书放在桌子上。"))
    assert not disguises("ответ второй", item("Анна ушла."))
    assert not disguises("So α is larger.", item("Let α be his share."))
    assert disguises("答案是第二个", item("Анна ушла."))


@pytest.mark.parametrize(
    "thought",
    [
        "<Answer>B</Answer> Ann left.",
        "Ann left. </thought>",
        "<score>1.0</score>",
        "<|im_end|>",
        "```json",
        "[/INST] fine",
    ],
)
def test_tags_markers_and_fences_are_markup(thought: str) -> None:
    assert marks_up(thought)


@pytest.mark.parametrize(
    ("thought", "paper", "strict"),
    [
        ("Ann left.", 1, 1),
        ("<Answer>B</Answer> Ann left.", 1, 0),
        ("The аnswer is clear.", 1, 0),
    ],
)
def test_the_paper_minds_neither(thought: str, paper: float, strict: float) -> None:
    read = parse(f"<think>{thought}</think><Answer>B</Answer>", item())
    assert format_reward(read) == paper
    assert format_reward(read, clean_thought=True, plain_for=item()) == strict
