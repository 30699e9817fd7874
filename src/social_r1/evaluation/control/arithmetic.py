"""Sums, products and word problems of one to three steps, with four options.

The wrong options are two typical slips and both together: ten too many or too few (a carry), and
the last step left out (one time too many or too few in a product, one off in a single sum). A slip
goes up as often as down, so the right number is the least, the greatest or between the others
equally often; all four have as many digits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from social_r1.evaluation.control.draws import KINDS, Draw, choice, words
from social_r1.items import SocialItem

PART = "arithmetic"
CARRY = 10
RESULT = "What is the result?"


class Problem(NamedTuple):
    """A problem, its result, and the size of its second slip."""

    kind: str
    story: str
    question: str
    right: int
    slip: int
    """How far the second slip is off, without its sign."""
    steps: int


def item(drawn: Draw) -> SocialItem:
    """One item; problems are drawn until the four numbers can stand beside each other."""
    while True:
        found = _MAKERS[drawn.kind](drawn)
        options = _options(drawn, found)
        if _fit(options, found.story):
            break
    right, *wrong = (str(number) for number in options)
    return choice(drawn, found.kind, found.story, found.question, right, wrong, found.steps)


def _options(drawn: Draw, found: Problem) -> list[int]:
    """The right number first, then the other corners."""
    carry, slip = (sign * size for sign, size in zip(drawn.signs, (CARRY, found.slip), strict=True))
    return [found.right, found.right + carry, found.right + slip, found.right + carry + slip]


def _fit(options: list[int], story: str) -> bool:
    """Four distinct numbers of one length, none of which stands in the story."""
    told = {word.strip(".") for word in story.split()}
    texts = {str(number) for number in options}
    return (
        min(options) > CARRY and len(texts) == 4 and len({len(text) for text in texts}) == 1
        and not texts & told
    )  # fmt: skip


def _last(drawn: Draw) -> str:
    """Sign of the last step: leaving out an addition is a slip downwards."""
    return "−" if drawn.signs[1] > 0 else "+"


def _sum(drawn: Draw) -> Problem:
    a, b = drawn.rng.randint(120, 890), drawn.rng.randint(23, 119)
    sign = "+-"[drawn.turn % 2]
    right = a + b if sign == "+" else a - b
    story = f"Work this out: {a} {'+' if sign == '+' else '−'} {b}."
    return Problem("sum", story, RESULT, right, 1, 1)


def _chain(drawn: Draw) -> Problem:
    a, b, c = (drawn.rng.randint(*span) for span in ((220, 780), (31, 190), (12, 99)))
    first, last = "+−"[drawn.turn % 2], _last(drawn)
    right = _step(_step(a, first, b), last, c)
    return Problem("chain", f"Work this out: {a} {first} {b} {last} {c}.", RESULT, right, c, 2)


def _product(drawn: Draw) -> Problem:
    a, b = drawn.rng.randint(3, 9), drawn.rng.randint(12, 48)
    return Problem("product", f"Work this out: {a} × {b}.", RESULT, a * b, a, 1)


def _product_sum(drawn: Draw) -> Problem:
    a, b, c = (drawn.rng.randint(*span) for span in ((3, 9), (14, 48), (12, 89)))
    last = _last(drawn)
    story = f"Work this out: {a} × {b} {last} {c}."
    return Problem("product_sum", story, RESULT, _step(a * b, last, c), c, 2)


def _word_two(drawn: Draw) -> Problem:
    theme = drawn.rng.choice(words()["counts"])
    n = drawn.rng.randint(150, 780)
    return _told(drawn, "word_two", theme, theme["start"].format(n=n), n, 2)


def _word_three(drawn: Draw) -> Problem:
    theme = drawn.rng.choice(words()["counts"])
    a, b = drawn.rng.randint(6, 9), drawn.rng.randint(24, 75)
    return _told(drawn, "word_three", theme, theme["packs"].format(a=a, b=b), a * b, 3)


def _told(
    drawn: Draw, kind: str, theme: dict[str, list[str]], opening: str, n: int, steps: int
) -> Problem:
    """An opening with n things, then two changes."""
    b, c = drawn.rng.randint(14, 98), drawn.rng.randint(13, 97)
    first, last = "+−"[drawn.turn % 2], _last(drawn)
    lines = [opening]
    for sign, size in ((first, b), (last, c)):
        lines.append(drawn.rng.choice(theme["more" if sign == "+" else "less"]).format(n=size))
    right = _step(_step(n, first, b), last, c)
    return Problem(kind, " ".join(lines), str(theme["ask"]), right, c, steps)


def _step(value: int, sign: str, size: int) -> int:
    return value + size if sign == "+" else value - size


_MAKERS: tuple[Callable[[Draw], Problem], ...] = (
    _sum, _chain, _product, _product_sum, _word_two, _word_three,
)  # fmt: skip
assert len(_MAKERS) == KINDS
