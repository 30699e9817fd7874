"""Sentences, words and stems of a thought, and the words of its question (ours).

Everything here takes one pass over the text: a thought of 100,000 characters is ten times the work
of one of 10,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.cues import cue_table
from social_r1.trajectory.letters import lower_in_place

MOST_MARK = 16
"""Characters that the mark of a point may have, with the space and bullets before it."""
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Chinese characters; each counts as a word."""
_WORD = re.compile(rf"[{HAN}]|[^\W{HAN}]+(?:['’][^\W{HAN}]+)*")
_ASCII_WORD = re.compile(r"\w+(?:'\w+)*", re.ASCII)
"""The same in ASCII, faster."""
_END = re.compile(
    r"[.!?\n。！？,;](?:"
    r"(?<=[.!?])[.!?]*[\"'”’)\]*]*(?=\s|$)|(?<=\n)|(?<=[。！？])[。！？]*"
    r"|(?<=[,;])(?=\s+(?:(?:and|but)\s+)?(?:so|therefore|thus|hence)\s+"
    r"(?:the\s+(?:\w+\s+)?(?:answer|option|choice)\b|option\b|(?:it|that|this)(?:'s|\s+is|\s+must)\b"
    r"|i(?:'d|'ll|\s+would)?\s+(?:go|choose|pick|say|answer)\b|[(\[]?[A-O]\b(?!'))))"
)
"""Marks, line breaks, and the comma before a conclusion: ``..., so the answer is B``. One class of
characters stands first, because the engine finds the next of a class fastest."""
_MARKS = ".!?。！？"
_SOLID = re.compile(rf"[^\s{_MARKS}]")
_MARK = re.compile(r"[-*•#>\s]*(?:\d{1,2}|[A-Oa-o])\.")
"""The mark of a point in a list, up to its dot: ``3.``, ``- **B.``; no sentence ends there."""
_SAME_LINE = re.compile(r"[^\S\n]+\S")
_SMALL = re.compile(r"(?<![\w'’])[a-z][\w'’]*")
_CAPITAL = re.compile(r"(?<![\w'’])[A-Z][\w'’]*")
_ENDING = re.compile(r"(?:ing|ed|es|s|ly|e|d)$")


class Word(NamedTuple):
    """A word in lower case and its place."""

    start: int
    end: int
    text: str


class ItemWords(NamedTuple):
    """The stems of a question: what its sentences are about."""

    story: frozenset[str]
    question: frozenset[str]
    options: tuple[frozenset[str], ...]
    names: frozenset[str] = frozenset()
    """Stems that the story writes with a capital only: mostly people."""


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Character ranges of the sentences of ``text[start:end]``; line breaks end a sentence too.

    So does the comma before a conclusion (``he did not see it, so the answer is B``): what is
    inferred and what is concluded from it are two steps. Marks without a word are no sentence, and
    the mark of a point in a list (``2.``, ``B.``) belongs to its point.
    """
    stop = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    left = start
    for match in _END.finditer(text, start, stop):
        right = match.end()
        if right - left <= MOST_MARK and _marks_a_point(text, left, right, start):
            continue
        _keep(text, left, right, found)
        left = right
    _keep(text, left, stop, found)
    return found


def _marks_a_point(text: str, left: int, right: int, start: int) -> bool:
    """Whether the range is the mark of a point at the start of a line that goes on behind it."""
    opens = left == start or text[left - 1] == "\n"
    if not opens or not _MARK.fullmatch(text, left, right):
        return False
    return _SAME_LINE.match(text, right) is not None


def _keep(text: str, left: int, right: int, found: list[tuple[int, int]]) -> None:
    """Add the range without the space around it, if it has anything but marks."""
    piece = text[left:right].lstrip()
    if piece[:1] not in _MARKS or _SOLID.search(piece):
        left = right - len(piece)
        found.append((left, left + len(piece.rstrip())))


def words(text: str) -> list[str]:
    """Words in lower case; a Chinese character is one.

    >>> words("Ann's key: [2] 钥匙")
    ["ann's", 'key', '2', '钥', '匙']
    """
    return words_in(lower_in_place(text))


def words_in(lowered: str) -> list[str]:
    """Like `words`, of a text in lower case."""
    return (_ASCII_WORD if lowered.isascii() else _WORD).findall(lowered)


def places_of_words(text: str) -> Iterator[Word]:
    """Like `words`, each with its place."""
    return (Word(m.start(), m.end(), m[0]) for m in _WORD.finditer(lower_in_place(text)))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its ending, so that ``moves`` and ``moved`` are one.

    >>> [stem(w) for w in ("moves", "moved", "moving", "keys", "is")]
    ['mov', 'mov', 'mov', 'key', 'is']
    """
    word = word.replace("’", "'").removesuffix("'s")
    if len(word) <= 3 or not word.isascii():
        return word
    cut = _ENDING.sub("", word)
    return cut if len(cut) >= 3 else word


def stems(text: str) -> frozenset[str]:
    """Stems of the words that are not common ones.

    >>> sorted(stems("She moved the key to the jar."))
    ['jar', 'key', 'mov']
    """
    return stems_of(words(text))


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """Like `stems`, of words in lower case."""
    return frozenset(filter(None, map(substance, words)))


@lru_cache(maxsize=65536)
def substance(word: str) -> str | None:
    """The stem of a word in lower case, or None of a common one."""
    return None if word.replace("’", "'") in _common() else stem(word)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Words that show nothing about what a sentence is about."""
    return frozenset(cue_table()["common"].split())


@lru_cache(maxsize=1)
def sure() -> frozenset[str]:
    """Stems of words that an answer may carry without becoming more than an answer."""
    return frozenset(map(stem, cue_table()["sure"].split()))


def item_words(item: SocialItem) -> ItemWords:
    """The stems of story, question and options."""
    return stems_about(item.story, item.question, item.options)


@lru_cache(maxsize=1024)
def stems_about(story: str, question: str, options: tuple[str, ...]) -> ItemWords:
    """Like `item_words`, of the texts."""
    small = {stem(word) for word in _SMALL.findall(story)}
    names = {stem(word.lower()) for word in _CAPITAL.findall(story)} - small
    told = stems(story)
    return ItemWords(told, stems(question), tuple(map(stems, options)), told & names)
