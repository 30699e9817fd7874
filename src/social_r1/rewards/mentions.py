"""Where a thought names an option, or picks one (part of the structure scorer, paper section 3).

An option is named by its letter: ``option B``, ``(C)``, a capital that stands alone. The pronoun I
and the article A look the same as letters and count only where the next word or mark excludes the
ordinary reading (``I.``, ``A is``). Letters that the story itself uses (``Person B``) never count.

A *verdict* is stronger: the language of choosing (``the answer is``, ``looks right``) next to an
option's letter, its text or its place (``the second one is right``), or a sentence that is an
option and nothing else at the very beginning (``It's the jar.``). There a small letter counts too;
full-width and look-alike letters are read as the plain ones. People in stories choose as well: next
to an option's text the chooser must be the thinker (``I pick the scarf``, not ``Ann picks it``),
and words that stand in the story itself show nothing. Whether the option is the right one is never
looked at.

Text and sentences are gone through once, whatever the number of letters in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.letters import lower_in_place, plain_in_place
from social_r1.trajectory.listing import lists_options
from social_r1.trajectory.words import ItemWords, item_words, sentences, stems, sure

__all__ = ["Mention", "find_mentions", "lower_in_place", "plain_in_place"]

_LETTER = re.compile(r"(?<![\w'’])[A-Oa-o](?![\w'’])")
"""A letter on its own."""
_NAMING = re.compile(
    r"\b(options?|choice|answer(?:\s+is|\s+must\s+be)?)\s*:?\s*[(\[\"'*>]*$", re.IGNORECASE
)
_NOT_ARTICLE = re.compile(
    r"[):,?!;]|\.(?:\s|$)|\s*$"
    r"|\s(?:is|fits|matches|looks|seems|must|cannot|can't|feels|sounds|has|had|would|could|should"
    r"|comes|makes|holds|and|or|as|because|since|but|than|if|when|so|to|instead)\b"
)
"""What follows the letter A and never the article."""
_NOT_PRONOUN = re.compile(r"[):]|\s(?:is|fits|matches|looks|seems)\b")
_ORDINAL = re.compile(r"\b(?:first|second|third|fourth|fifth|last)\s+(?:option|choice|answer)\b")
_NAME = re.compile(
    r"(?<![\w'’])(?:[B-HJ-O](?![\w'’])|A(?=['’]s\b|\s*[,;:)]|\s(?:and|or|is|was|has|says|said)\b))"
    r"|(?<=[Pp]erson )[A-O]\b"
)
"""A letter that a story uses as a name; A and I are mostly words."""
_REACH = 24
"""Characters before a letter in which a word such as ``option`` can stand."""

_LETTER_CHOICE = (
    r"|\b(?:choose|chosen|pick|select|prefer)\b"
    r"|\b(?:that leaves|what'?s left|is left|remains|by elimination|only \(?[a-o]\)? fits)\b"
    r"|\b(?:that|this|it|which)(?:'s| is) (?:option |choice |answer )?[(\[]?[a-o]\b(?!\s[a-z])"
    r"|\b[a-o] it is\b"
    r"|\b(?:it|that|this|answer) (?:must|has to|should|will|would) be\b"
)
"""Choosing next to a letter: nobody in a story does that."""
_TEXT_CHOICE = (
    r"|(?:^\W*|\b(?:i|we|so|then|i'll|i'd|we'll|let's|let us|let me)\s+"
    r"(?:\w+ly |must |would |should |can |will |have to )?)(?:choose|pick|select|prefer)\b"
    r"|(?:^\W*|^\W*so )(?:it|that|this|answer) (?:must|has to|should|will|would) be\b"
)
"""Choosing next to an option's words: the thinker's own."""
_ALWAYS = (
    r"\b(?:answer|choice)(?: (?:is|must be|should be|would be|has to be|will be)\b|\s*[:=>])"
    r"|\b(?:correct|right|best) (?:answer|option|choice)\b"
    r"|\b(?:looks|seems|sounds|feels|is|are|must be|should be) "
    r"(?:obviously |clearly |probably |surely |the )?"
    r"(?:right|correct|best|answer|likeliest|most (?:likely|plausible))\b"
    r"|\b(?:go with|going with|leans? towards?)\b"
    r"|\b(?:fits|matches) (?:best|well)\b"
    r"|\bi(?:'d| would)? (?:guess|suspect|bet)\b"
    r"|\bi(?:'d| would) (?:say|opt for|go for|settle on)\b"
    r"|\bmy (?:\w+ )?(?:guess|hunch|instinct|bet|answer|choice|pick)\b"
    r"|\bi (?:think|believe|assume) (?:it|this|the answer)\b"
)
_SETTLES = re.compile(_ALWAYS)
_CHOOSING_A_LETTER = re.compile(_ALWAYS + _LETTER_CHOICE)
_CHOOSING_A_TEXT = re.compile(_ALWAYS + _TEXT_CHOICE)
_LABEL = re.compile(r"^\W*(?:(?:\w+ ){0,3}\w+:|[a-o][).](?=\s))")
"""A heading or label at the start of a sentence, or the letter of an option."""
_POINT = re.compile(r"\W*[a-o][).]\s")
"""The letter of an option at the start of a line."""
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
    told = lower_in_place(f"{item.story}\n{item.question}")
    texts = [option.lower().strip(" .") for option in item.options]
    known = item_words(item)
    about = known.story.union(known.question, *known.options)
    found: list[Mention] = []
    at, begun = 0, False
    places = sentences(thought)
    for number, (left, right) in enumerate(places):
        first = at
        while at < len(letters) and letters[at][0] < right:
            at += 1
        inside = letters[first:at]
        sentence = " ".join(lowered[left:right].split())
        if inside:
            picks = _CHOOSING_A_LETTER.search(sentence) or _BARE.match(sentence)
        else:
            picks = _picks_text(item, sentence, texts, told)
        picks = picks or (not begun and _answers(sentence, lowered, places[number + 1 :], known))
        begun = begun or bool(inside) or not about.isdisjoint(stems(sentence))
        if lists_options(sentence, known) and not _SETTLES.search(sentence):
            continue
        if picks:
            found.append(Mention(left, right, verdict=True))
        else:
            found.extend(Mention(start, end, verdict=False) for start, end in inside)
    return found


def _answers(
    sentence: str, lowered: str, rest: Sequence[tuple[int, int]], known: ItemWords
) -> bool:
    """Whether the first sentence of substance is an answer, and not the first of all options."""
    if sentence[-1] == "?" or not is_bare_answer(sentence, known):
        return False
    return not (rest and _POINT.match(sentence) and _POINT.match(lowered[slice(*rest[0])]))


def is_bare_answer(sentence: str, known: ItemWords) -> bool:
    """Whether a sentence is an option and nothing else, as ``Probably the red box`` is.

    >>> known = ItemWords(frozenset(), frozenset(), (frozenset({"red", "box"}),))
    >>> [is_bare_answer(s, known) for s in ("It's the red box.", "Ann saw the red box.")]
    [True, False]
    """
    own = stems(_LABEL.sub("", sentence)) - sure()
    return any(own <= option and 2 * len(own) > len(option) for option in known.options if own)


def _picks_text(item: SocialItem, sentence: str, texts: Sequence[str], told: str) -> bool:
    """Whether a sentence picks an option by its words, its place or a small letter."""
    phrases = [m[0].strip() for m in _CHOOSING_A_TEXT.finditer(sentence)]
    if not phrases or all(phrase in told for phrase in phrases):
        return False
    return (
        any(text in sentence for text in texts)
        or any(m[0].upper() in item.letters for m in _SMALL.finditer(sentence))
        or _PLACE.search(sentence) is not None
    )


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
    before, after = thought[at - 1 : at], thought[at + 1 : at + 2]
    if before in tuple("([") and after in tuple(")]") and not thought[at - 2 : at - 1].isalnum():
        return not _told(item, letter)
    if char == "a":
        return False
    naming = _NAMING.search(thought[max(0, at - _REACH) : at])
    if naming:
        plain = naming[1].lower().startswith("option") or char.isupper()
        return plain and not (char == "I" and re.match(r"\s+\w", thought[at + 1 : at + 9]))
    if char.islower():
        return False
    if before in tuple(".-") or after == "-":
        return False
    if letter == "A":
        return _NOT_ARTICLE.match(thought, at + 1) is not None
    if letter == "I":
        return _NOT_PRONOUN.match(thought, at + 1) is not None
    return not _told(item, letter)


def names_option(item: SocialItem, letter: str) -> bool:
    """Whether a capital stands for an option of the item, and for nobody in its story."""
    return letter in item.letters and not _told(item, letter)


def _told(item: SocialItem, letter: str) -> bool:
    """Whether the story itself uses the letter as a name."""
    return letter in _letters_in(f"{item.story} {item.question}")


@lru_cache(maxsize=1024)
def _letters_in(story: str) -> frozenset[str]:
    return frozenset(match[0] for match in _NAME.finditer(story))
