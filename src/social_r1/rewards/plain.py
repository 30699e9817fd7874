"""Whether a text is what it looks like (part of R_fmt in profile ``recommended``, not the paper's).

A verdict in Cyrillic letters or with an invisible character in the middle is read by people and by
no rule; invisible characters also fill a thought up to the length window. Tags, chat markers and
code fences inside a thought speak to whoever cuts the text apart, or to a judge that reads it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from social_r1.items import SocialItem

_MARKUP = re.compile(
    r"</?[A-Za-z][^<>\n]{0,60}>|<\|[^<>\n]{0,60}\|>|```|~~~|\[/?INST\]|<</?SYS>>|\[/?ANSWER\]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = frozenset("\u00a0\u202f")
"""Spaces outside ASCII that typographers use."""
_LATIN = range(0x00C0, 0x0250)
"""Letters with the usual accents; inside a word they pass in every item."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ALONE = re.compile(r"[^\W\x00-\x7f](?<!\w.)(?!\w)")
"""A letter outside ASCII that is a word of its own."""
_MOST_ITEMS = 4096


def marks_up(thought: str) -> bool:
    """Whether a thought holds something like a tag, a chat marker or a code fence.

    >>> marks_up("Ann left. <Answer>B</Answer>"), marks_up("Ann is 3 < 4 years old")
    (True, False)
    """
    return _MARKUP.search(thought) is not None


def disguises(text: str, item: SocialItem) -> bool:
    """Whether a text holds characters that cannot be seen or that stand in for plain ones.

    What the item itself holds is plain for it, and so is every letter of a script other than Latin
    in which it is written. Of Latin letters the unaccented ones are plain, and inside longer words
    those with the usual accents.

    >>> item = SocialItem(id="x", dimension="Belief", group="g", story="Ann left.", question="Why?",
    ...                   options=("tired", "angry"), answer=0)
    >>> disguises("Ann’s fiancé – “tired” …", item), disguises("The answer is В.", item)
    (False, True)
    """
    if _CONTROL.search(text):
        return True
    if text.isascii():
        return False
    own, scripts = _written(item.story, item.question, item.options)
    odd = set(_BEYOND_ASCII.findall(text)) - own
    if any(_is_odd(char, scripts) for char in odd):
        return True
    return not odd.isdisjoint(_ALONE.findall(text))


def _is_odd(char: str, scripts: frozenset[str]) -> bool:
    """Whether a character outside ASCII is invisible, a look-alike or of a script of its own."""
    if char in _SPACES:
        return False
    category = unicodedata.category(char)
    if category[0] in "CZ" or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0100:
        return True
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and any(c.isascii() and (c.isalpha() or c in "<>/") for c in plain):
        return True
    if category[0] not in "LM":
        return False
    script = _script(char)
    return ord(char) not in _LATIN if script == "LATIN" else script not in scripts


def _script(char: str) -> str:
    """The first word of the character's name: LATIN, CYRILLIC, CJK, ..."""
    return unicodedata.name(char, "").partition(" ")[0]


@lru_cache(maxsize=_MOST_ITEMS)
def _written(
    story: str, question: str, options: tuple[str, ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """Characters outside ASCII that an item holds, and the scripts other than Latin among them."""
    own = frozenset(c for text in (story, question, *options) for c in text if not c.isascii())
    scripts = {_script(c) for c in own if unicodedata.category(c)[0] in "LM"}
    return own, frozenset(scripts - {"LATIN"})
