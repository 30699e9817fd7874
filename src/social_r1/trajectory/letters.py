r"""Text as the rules read it: plain letters, every character in its place (ours).

A thought can be dressed so that a person reads one thing and a pattern another: full-width or
Cyrillic letters, an ``Op\u200btion`` with an invisible character inside. Here such dress is taken
off without moving anything: the plain text is as long as the thought, so that spans found in the
one hold in the other (inside a word that had invisible characters they may be off by their number).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TWINS = str.maketrans(
    "АВСЕНІКМОРТХЅЈҮӀаеосрхуіѕјԁһΑΒΕΗΙΚΜΝΟΡΤΧΥΖονıɡ",
    "ABCEHIKMOPTXSJYIaeocpxyisjdhABEHIKMNOPTXYZovig",
)
"""Cyrillic and Greek letters (and two Latin ones) that look like plain Latin ones."""
_TWIN = re.compile(r"[\u0370-\u052fıɡ]")
_LETTERS = re.compile(r"[^\W\d_]+")
_SMALL_CAPITAL = re.compile(r"LATIN (?:LETTER )?SMALL CAPITAL (?:LETTER )?([A-Z])")
_FRAMED = ((0x1F150, 0x1F169), (0x1F170, 0x1F189))
"""White letters on black circles and squares; Unicode gives them no plain form."""
_HIDDEN = "\u00ad\u0300-\u036f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u206a-\u206f\ufeff"
_SOLID = re.compile(r"\S+")
_HIDDEN_ONE = re.compile(rf"[{_HIDDEN}]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_BEYOND_LATIN = re.compile(r"[^\x00-\u024f]")
"""Characters behind the last of the Latin letters with accents."""


def plain_in_place(text: str) -> str:
    """Full-width forms, look-alikes and hidden characters undone, every word in its place.

    Words that are all look-alikes are read as Latin where most letters are Latin, or where the same
    word has Latin letters too: elsewhere they are just letters. Hidden characters become spaces
    behind their word.

    >>> plain_in_place("either Ｂ or В")
    'either B or B'
    """
    if text.isascii():
        return text
    plain = _BEYOND_ASCII.sub(lambda char: _plain(char[0]), text)
    if _HIDDEN_ONE.search(plain):
        plain = _SOLID.sub(_show, plain)
    if not _TWIN.search(plain):
        return plain
    letters = latin = 0
    for char in plain:
        if char.isalpha():
            letters += 1
            latin += char.isascii()
    mostly = 2 * latin > letters
    return _LETTERS.sub(lambda word: _untwin(word[0], mostly), plain)


def lower_in_place(text: str) -> str:
    """Lower case that keeps every character in its place (``İ`` would become two)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def letters_beyond_latin(text: str) -> int:
    """How many letters are not Latin ones.

    >>> letters_beyond_latin("Élise 离开 …")
    2
    """
    return sum(map(str.isalpha, _BEYOND_LATIN.findall(text)))


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """One character as its plain one, itself where it has none."""
    if any(first <= ord(char) <= last for first, last in _FRAMED):
        return chr(ord("A") + (ord(char) - (0x1F150 if ord(char) <= 0x1F169 else 0x1F170)))
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) == 1:
        small = _SMALL_CAPITAL.fullmatch(unicodedata.name(folded, ""))
        return small[1].lower() if small else folded
    bracketed = len(folded) == 3 and folded[0] == "(" and folded[2] == ")"
    return folded[1] if bracketed else char


def _show(word: re.Match[str]) -> str:
    """The word without its hidden characters, filled up with spaces."""
    return _HIDDEN_ONE.sub("", word[0]).ljust(len(word[0]))


def _untwin(word: str, mostly_latin: bool) -> str:
    """The word in Latin letters, if all of it can be read so and something speaks for it."""
    plain = word.translate(_TWINS)
    if not plain.isascii() or not (mostly_latin or any(char.isascii() for char in word)):
        return word
    return plain
