"""What scripted models answer: the right thing, a wrong one, or what a shortcut would say.

They look at the question as it is shown. ``gold`` and ``wrong`` check a set and its metrics; the
others say what a score is worth.
"""

from __future__ import annotations

import hashlib
import random
import re
from typing import Literal, get_args

from social_r1.evaluation.types import Item, OpenItem, Pick
from social_r1.items import LETTERS, SocialItem

Script = Literal["gold", "wrong", "random", "first", "longest", "shortest"]
SCRIPTS: tuple[Script, ...] = get_args(Script)

ELSE = "something else"
"""A text that no question accepts."""
_OPTION = re.compile(rf"[{LETTERS}]\) ")


def choose(item: Item, rule: str, key: str = "") -> Pick:
    """What the rule answers to an item as shown.

    Args:
        item: the question; options in the order in which the model sees them.
        rule: a `Script`, or one option letter.
        key: seeds the choice among answers that the rule likes equally.

    With options, ``first`` is A, ``longest`` and ``shortest`` count characters. A text question
    offers its accepted and its rejected answers; where each is a row of lettered options, a letter
    stands for that letter throughout. A list question offers everyone (``first``,
    ``longest``), nobody (``shortest``), or a coin for each person (``random``).
    """
    digest = hashlib.sha256(key.encode()).digest()
    rng = random.Random(int.from_bytes(digest[:8], "big"))
    if isinstance(item, SocialItem):
        if rule in LETTERS:
            return min(LETTERS.index(rule), len(item.options) - 1)
        return rng.choice(_liked(list(item.options), item.answer, rule))
    if item.form == "names":
        return _names(item, rule, rng)
    texts = sorted({item.accepted[0], *item.rejected, *(() if item.rejected else (ELSE,))})
    if rule in LETTERS and (same := _lettered(texts, rule)):
        return same
    return texts[rng.choice(_liked(texts, texts.index(item.accepted[0]), rule))]


def _lettered(texts: list[str], letter: str) -> str | None:
    """Of texts whose lines are options (``A) fear``), the one with this letter throughout.

    The last option stands for letters that a line does not have; None where texts are no options.
    """
    lines = [text.split("\n") for text in texts]
    if not all(_OPTION.match(line) for one in lines for line in one):
        return None
    last = [max(column)[0] for column in zip(*lines, strict=False)]
    wanted = [min(letter, end) for end in last]
    found = (t for t, one in zip(texts, lines, strict=True) if [x[0] for x in one] == wanted)
    return next(found, None)


def _liked(texts: list[str], right: int, rule: str) -> list[int]:
    lengths = [len(text) for text in texts]
    everything = range(len(texts))
    return {
        "gold": [right],
        "wrong": [i for i in everything if i != right],
        "random": list(everything),
        "longest": [i for i in everything if lengths[i] == max(lengths)],
        "shortest": [i for i in everything if lengths[i] == min(lengths)],
    }.get(rule, [0])


def _names(item: OpenItem, rule: str, rng: random.Random) -> tuple[str, ...]:
    people = sorted({*item.accepted, *item.rejected})
    if rule == "gold":
        return item.accepted
    if rule == "wrong":
        return tuple(people) if set(people) != set(item.accepted) else ()
    if rule == "random":
        return tuple(name for name in people if rng.random() < 0.5)
    return () if rule == "shortest" else tuple(people)
