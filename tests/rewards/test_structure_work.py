"""The work grows with the length of a thought and no faster: 100,000 characters are not a trap."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from social_r1.items import SocialItem
from social_r1.rewards import explain

ITEM = SocialItem(
    id="q",
    dimension="Belief",
    group="g",
    story="Ella puts the key in the red box. Ben goes out. Ella moves the key to the jar.",
    question="Where does Ella think Ben will look for the key?",
    options=("the jar", "the table", "the red box", "the drawer"),
    answer=2,
)
PIECES = {
    "sentences": "Ben did not see the move, so he thinks it is in the red box. ",
    "letters": "Option B looks right. C is new, (D) too. ",
    "one sentence": "ben and the key and the jar ",
    "one word": "a",
    "blank lines": " " * 50 + "\n",
    "line breaks": "\n",
    "the story": ITEM.story + " ",
    "headings": "Cue Encoding: Ella puts it.\n",
    "decoration": "*",
    "bars": "| ",
    "dots": ". ",
    "brackets": "!)",
    "numbers": "1. ",
    "steps": "step 1: ",
    "hidden": "a\u200b ",
    "Chinese": "钥匙",
    "Cyrillic": "Вaс ",
    "commas": ", so ",
    "meta": "let me see ",
    "premises": "since the answer is B ",
    "starting again": "Wait. ",
    "and again": "but wait ",
    "once more": "let me check again. ",
    "copies": ITEM.story[:44] + " ",
}


def seconds(thought: str) -> float:
    """CPU time of one scoring, the best of three."""
    times: list[float] = []
    for _ in range(3):
        start = time.process_time()
        explain(ITEM, thought)
        times.append(time.process_time() - start)
    return min(times)


def of_length(piece: str) -> Callable[[int], str]:
    return lambda n: (piece * (n // len(piece) + 1))[:n]


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_four_times_the_text_is_about_four_times_the_work(piece: str) -> None:
    # Quadratic work would be sixteen times as much; before, "| " took 400 times for 8 times.
    make = of_length(piece)
    small, large = seconds(make(6_000)), seconds(make(24_000))
    assert large <= 9 * max(small, 0.002)


def test_a_thought_of_100000_characters_is_scored() -> None:
    report = explain(ITEM, of_length(PIECES["sentences"])(100_000))
    assert 0.0 <= report.score <= 0.6
