"""Where a thought names an option, or picks one (part of the structure scorer, paper section 3).

An option is named by its letter: ``option B``, ``(C)``, a capital that stands alone. The pronoun I
and the article A look the same as letters and count only where the next word or mark excludes the
ordinary reading (``I.``, ``A is``). Letters that the story itself uses (``Person B``) never count.

A *verdict* is stronger: the language of choosing (``the answer is``, ``looks right``) next to an
option's letter, its text or its place (``the second one is right``). There a small letter counts
too; full-width and look-alike letters are read as the plain ones. Whether the option is the right
one is never looked at.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.stages import sentences

_LETTER = re.compile(r"(?<![\w'’])[A-Ob-o](?![\w'’])")
"""A letter on its own; the small ``a`` is always the article."""
_NAMING = re.compile(
    r"\b(options?|choice|answer(?: is| must be)?)\s*:?\s*[(\[\"'*]*$", re.IGNORECASE
)
_NOT_ARTICLE = re.compile(r"[):,]|\.(?:\s|$)|\s(?:is|fits|matches|looks|seems|must|cannot|can't)\b")
_NOT_PRONOUN = re.compile(r"[):]|\s(?:is|fits|matches|looks|seems)\b")
_ORDINAL = re.compile(r"\b(?:first|second|third|fourth|last)\s+(?:option|choice|answer)\b")
_REACH = 24
"""Characters before a letter in which a word such as ``option`` can stand."""

_CHOOSING = re.compile(
    r"\b(?:answer|choice)(?: (?:is|must be|should be|would be|has to be|will be)\b|\s*[:=])"
    r"|\b(?:correct|right|best) (?:answer|option|choice)\b"
    r"|\b(?:looks|seems|sounds|feels|is|are|must be|should be) "
    r"(?:obviously |clearly |probably |surely )?(?:right|correct|best|the answer)\b"
    r"|\b(?:choose|pick|select|go with|going with|leans? towards?)\b"
    r"|\b(?:it|that|this|answer) (?:must|has to|should|will|would) be\b"
    r"|\b(?:fits|matches) (?:best|well)\b"
    r"|\bi(?:'d| would)? (?:guess|suspect|bet)\b"
    r"|\bi (?:think|believe|assume) (?:it|this|the answer)\b"
)
_BARE = re.compile(r"[(\[*\s]*[a-o][)\].,:*]*(?:\s+(?:because|since|as)\b|\s*$)")
"""A sentence that is a letter and nothing else, or a letter and its defence."""


_SMALL = re.compile(r"(?<![\w'’-])[b-o](?![\w'’-])")
"""A small letter on its own; names an option only next to the language of choosing."""
_PLACE = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|former|latter)(?: one)?"
    r"(?=\s*(?:[.,;:!]|$|(?:is|looks|seems|fits)\b))"
    r"|\b(?:option|choice|answer) (?:one|two|three|four|five|[1-9])\b"
)
"""An option by its place, as a noun: ``the second one``, ``the last``, ``option two``."""
_PLAIN = str.maketrans("АВСЕНІКМОӀасеоΑΒΕΗΙΚΜΝΟ", "ABCEHIKMOIaceoABEHIKMNO")
"""Cyrillic and Greek letters that look like Latin ones."""


class Mention(NamedTuple):
    """Characters of the thought that name an option, and whether they also pick it."""

    start: int
    end: int
    verdict: bool


def find_mentions(item: SocialItem, thought: str) -> list[Mention]:
    """Every naming of an option in text order; a verdict spans its whole sentence.

    >>> q = SocialItem(id="x", dimension="Belief", group="g", story="Ann left.", question="Why?",
    ...                options=("tired", "angry"), answer=0)
    >>> find_mentions(q, "I saw A man. Option B seems right.")
    [Mention(start=13, end=34, verdict=True)]
    """
    thought = plain_in_place(thought)
    lowered = lower_in_place(thought)
    letters = _named(item, thought, lowered)
    choosing = [m.start() for m in _CHOOSING.finditer(lowered)]
    if not letters and not choosing:
        return []
    texts = [option.lower().strip(" .") for option in item.options]
    found: list[Mention] = []
    for left, right in sentences(thought):
        inside = [place for place in letters if left <= place[0] < right]
        sentence = lowered[left:right]
        picks = any(left <= start < right for start in choosing)
        if inside:
            picks = picks or _BARE.match(sentence) is not None
        else:
            picks = picks and (
                any(text in sentence for text in texts)
                or any(m[0].upper() in item.letters for m in _SMALL.finditer(sentence))
                or _PLACE.search(sentence) is not None
            )
        if picks:
            found.append(Mention(left, right, verdict=True))
        else:
            found.extend(Mention(start, end, verdict=False) for start, end in inside)
    return found


def plain_in_place(text: str) -> str:
    """Full-width forms and look-alikes as plain letters, every character in its place.

    Look-alikes are only read so where most letters are Latin: elsewhere they are just letters.

    >>> plain_in_place("either Ｂ or В")
    'either B or B'
    """
    if text.isascii():
        return text
    folded = (unicodedata.normalize("NFKC", char) for char in text)
    kept = (new if len(new) == 1 else old for old, new in zip(text, folded, strict=True))
    plain = "".join(kept)
    letters = [char for char in plain if char.isalpha()]
    latin = sum(char.isascii() for char in letters)
    return plain.translate(_PLAIN) if 2 * latin > len(letters) else plain


def lower_in_place(text: str) -> str:
    """Lower case that keeps every character in its place (``İ`` would become two)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _named(item: SocialItem, thought: str, lowered: str) -> list[tuple[int, int]]:
    """Places of letters and ordinals that name an option of this item, in text order."""
    found = [m.span() for m in _LETTER.finditer(thought) if _is_option(item, thought, m.start())]
    found += [m.span() for m in _ORDINAL.finditer(lowered)]
    return sorted(found)


def _is_option(item: SocialItem, thought: str, at: int) -> bool:
    """Whether the single letter at this place is an option and not a word, or the story's own."""
    char = thought[at]
    letter = char.upper()
    if letter not in item.letters:
        return False
    naming = _NAMING.search(thought[max(0, at - _REACH) : at])
    if naming:
        plain = naming[1].lower().startswith("option") or char.isupper()
        return plain and not (char == "I" and re.match(r"\s+\w", thought[at + 1 : at + 9]))
    if char.islower():
        return False
    before, after = thought[at - 1 : at], thought[at + 1 : at + 2]
    if before in tuple("([") and after in tuple(")]"):
        return not _told(item, letter)
    if before in tuple(".-") or after == "-":
        return False
    if letter == "A":
        return _NOT_ARTICLE.match(thought, at + 1) is not None
    if letter == "I":
        return _NOT_PRONOUN.match(thought, at + 1) is not None
    return not _told(item, letter)


def _told(item: SocialItem, letter: str) -> bool:
    """Whether the story itself uses the letter as a name."""
    return re.search(rf"(?<![\w'’]){letter}(?![\w'’])", f"{item.story} {item.question}") is not None
