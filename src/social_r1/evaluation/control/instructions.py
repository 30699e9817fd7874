"""Instructions that a program can check: four kinds are written out, two choose among lines.

Written answers are compared as all texts of the project are (case and punctuation do not count), so
rules about capitals are asked as choices.
"""

from __future__ import annotations

from collections.abc import Callable

from social_r1.evaluation.control.draws import KINDS, Draw, choice, text, words
from social_r1.evaluation.types import Item

PART = "instructions"


def item(drawn: Draw) -> Item:
    """One item."""
    return _MAKERS[drawn.kind](drawn)


def _line(drawn: Draw, count: int) -> list[str]:
    return drawn.rng.sample(words()["things"], count)


def _backwards(drawn: Draw) -> Item:
    """Slips: two neighbouring letters in the old order, and the word as it stands."""
    things = words()["things"]
    word = things[drawn.number // KINDS % len(things)]
    right = word[::-1]
    slips = {right[:i] + right[i + 1] + right[i] + right[i + 2 :] for i in range(len(right) - 1)}
    wrong = [word, *sorted(slips - {word, right})[:2]]
    return text(drawn, "backwards", f"Word: {word}", "Write the word backwards.", right, wrong)


def _three_words(drawn: Draw) -> Item:
    """Slips: a word too few, a word too many, the other end of the line."""
    line = _line(drawn, 7)
    first = drawn.corner % 2 == 0
    ends = [line[:n] if first else line[-n:] for n in (3, 2, 4)]
    other = line[-3:] if first else line[:3]
    right, *wrong = (" ".join(some) for some in (*ends, other))
    question = (
        f"Answer with exactly three words: the {'first' if first else 'last'} three words of the "
        "line, in their order."
    )
    return text(drawn, "three_words", f"Line: {' '.join(line)}", question, right, wrong)


def _opposite(drawn: Draw) -> Item:
    """Slips: the line as it stands, by the alphabet, and only the ends exchanged."""
    while True:
        line = _line(drawn, 4)
        orders = [line[::-1], line, sorted(line), [line[-1], *line[1:-1], line[0]]]
        texts = [" ".join(order) for order in orders]
        if len(set(texts)) == len(texts):
            break
    question = "Write the words of the line in the opposite order."
    return text(drawn, "opposite", f"Line: {texts[1]}", question, texts[0], texts[1:])


def _initial(drawn: Draw) -> Item:
    """Slips: one word left out, the opposite order, one word too many."""
    while True:
        line = _line(drawn, 8)
        letter = drawn.rng.choice(line)[0]
        found = [word for word in line if word[0] == letter]
        if 2 <= len(found) <= 3:
            break
    stray = next(word for word in line if word not in found)
    wrong = [found[:-1], found[::-1], [*found, stray]]
    question = f"Write only the words of the line that begin with {letter}, in their order."
    return text(
        drawn, "initial", f"Line: {' '.join(line)}", question, " ".join(found),
        [" ".join(some) for some in wrong],
    )  # fmt: skip


_RULES = (
    "is written only in capitals",
    "ends with a question mark",
    "has exactly three words",
    "contains a number",
)


def _rule(drawn: Draw) -> Item:
    """Four lines of which each follows one of four rules alone; the corner is the rule asked."""
    pool = iter(_line(drawn, 17))
    five = [[next(pool) for _ in range(5 if i < 2 else 3 if i == 2 else 4)] for i in range(4)]
    five[3].insert(drawn.rng.randint(1, 3), str(drawn.rng.randint(12, 98)))
    capitals, question, short, number = (" ".join(line) for line in five)
    lines = [f"{capitals.upper()}.", f"{question}?", f"{short}.", f"{number}."]
    right = lines.pop(drawn.corner)
    story = f"Rule: the line {_RULES[drawn.corner]}."
    return choice(drawn, "rule", story, "Which line follows the rule?", right, lines)


def _both(drawn: Draw) -> Item:
    """Two demands at once; each option meets another combination of them."""
    count, other = (4, 5) if drawn.turn % 2 else (5, 4)
    pool = iter(_line(drawn, 2 * (count + other)))
    capitals = drawn.corner % 2 == 0
    replies: list[str] = []
    for length, upper in ((count, capitals), (count, not capitals), (other, capitals),
                          (other, not capitals)):  # fmt: skip
        line = " ".join(next(pool) for _ in range(length))
        replies.append(line.upper() if upper else line)
    case = "in capitals" if capitals else "in small letters"
    story = f"Instruction: reply {case} and with exactly {'four' if count == 4 else 'five'} words."
    right, *wrong = replies
    return choice(drawn, "both", story, "Which reply follows the instruction?", right, wrong, 2)


_MAKERS: tuple[Callable[[Draw], Item], ...] = (
    _backwards, _three_words, _opposite, _initial, _rule, _both,
)  # fmt: skip
assert len(_MAKERS) == KINDS
