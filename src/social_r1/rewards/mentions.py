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
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.rewards.question import Question, question_of
from social_r1.trajectory.letters import lower_in_place, plain_in_place
from social_r1.trajectory.listing import lists_options
from social_r1.trajectory.phrases import Phrases
from social_r1.trajectory.reading import Reading, Sentence
from social_r1.trajectory.words import ItemWords, stems, sure

__all__ = ["Mention", "find_mentions", "lower_in_place", "mentions_in", "plain_in_place"]

_LETTER = re.compile(r"(?<![\w'’])[A-Oa-o](?![\w'’])")
"""A letter on its own."""
_LETTERS = "abcdefghijklmno"
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
_REACH = 24
"""Characters before a letter in which a word such as ``option`` can stand."""

_ALWAYS = (
    (
        "answer choice",
        r"\b(?:answer|choice)(?: (?:is|must be|should be|would be|has to be|will be)\b|\s*[:=>])",
    ),
    ("correct right best", r"\b(?:correct|right|best) (?:answer|option|choice)\b"),
    (
        "right correct best answer likeliest most",
        r"\b(?:looks|seems|sounds|feels|is|are|must be|should be) "
        r"(?:obviously |clearly |probably |surely |the )?"
        r"(?:right|correct|best|answer|likeliest|most (?:likely|plausible))\b",
    ),
    ("go going lean leans", r"\b(?:go with|going with|leans? towards?)\b"),
    ("fits matches", r"\b(?:fits|matches) (?:best|well)\b"),
    ("guess suspect bet", r"\bi(?:'d| would)? (?:guess|suspect|bet)\b"),
    ("say opt go settle", r"\bi(?:'d| would) (?:say|opt for|go for|settle on)\b"),
    ("my", r"\bmy (?:\w+ )?(?:guess|hunch|instinct|bet|answer|choice|pick)\b"),
    ("think believe assume", r"\bi (?:think|believe|assume) (?:it|this|the answer)\b"),
)
_SETTLES = Phrases(*_ALWAYS)
_CHOOSING_A_LETTER = Phrases(
    *_ALWAYS,
    ("choose chosen pick select prefer", r"\b(?:choose|chosen|pick|select|prefer)\b"),
    (
        "leaves left remains elimination fits",
        r"\b(?:that leaves|what'?s left|is left|remains|by elimination|only \(?[a-o]\)? fits)\b",
    ),
    (
        "that this it which",
        r"\b(?:that|this|it|which)(?:'s| is) (?:option |choice |answer )?[(\[]?[a-o]\b(?!\s[a-z])",
    ),
    ("it", r"\b[a-o] it is\b"),
    ("be", r"\b(?:it|that|this|answer) (?:must|has to|should|will|would) be\b"),
)
"""Choosing next to a letter: nobody in a story does that."""
_CHOOSING_A_TEXT = Phrases(
    *_ALWAYS,
    (
        "choose pick select prefer",
        r"(?:^\W*|\b(?:i|we|so|then|i'll|i'd|we'll|let's|let us|let me)\s+"
        r"(?:\w+ly |must |would |should |can |will |have to )?)(?:choose|pick|select|prefer)\b",
    ),
    (
        "be",
        r"(?:^\W*|^\W*so )(?:it|that|this|answer) (?:must|has to|should|will|would) be\b",
    ),
)
"""Choosing next to an option's words: the thinker's own."""
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
    return mentions_in(question_of(item), Reading(plain_in_place(thought)))


def mentions_in(question: Question, reading: Reading) -> list[Mention]:
    """Like `find_mentions`, of a text that is being read."""
    spoken, known = reading.sentences, question.words
    choosing, named = reading.having(_CHOOSING_A_TEXT.words), _named(question, reading)
    telling = (
        n for n, s in enumerate(spoken) if n in named or not question.about.isdisjoint(s.stems)
    )
    opening = next(telling, len(spoken) - 1)  # up to here a bare answer is a verdict
    found: list[Mention] = []
    for number in sorted({*choosing, *named, *range(opening + 1)}):
        sentence, inside = spoken[number], named.get(number, ())
        text, tokens = sentence.text, sentence.tokens
        if inside:
            picks = _CHOOSING_A_LETTER.search(text, tokens) or _BARE.match(text)
        else:
            picks = number in choosing and _picks_text(question, sentence)
        if number <= opening:
            picks = picks or _answers(reading, sentence, spoken[number + 1 : number + 2], known)
        if not (picks or inside):
            continue
        if lists_options(sentence, known) and not _SETTLES.search(text, tokens):
            continue
        if picks:
            found.append(Mention(sentence.start, sentence.end, verdict=True))
        else:
            found.extend(Mention(start, end, verdict=False) for start, end in inside)
    return found


def _answers(
    reading: Reading, sentence: Sentence, rest: Sequence[Sentence], known: ItemWords
) -> bool:
    """Whether the first sentence of substance is an answer, and not the first of all options."""
    text = sentence.text
    if text[-1] == "?" or not is_bare_answer(text, known):
        return False
    if not rest or not _POINT.match(text):
        return True
    return not _POINT.match(reading.lowered[rest[0].start : rest[0].end])


def is_bare_answer(sentence: str, known: ItemWords) -> bool:
    """Whether a sentence is an option and nothing else, as ``Probably the red box`` is.

    >>> known = ItemWords(frozenset(), frozenset(), (frozenset({"red", "box"}),))
    >>> [is_bare_answer(s, known) for s in ("It's the red box.", "Ann saw the red box.")]
    [True, False]
    """
    own = stems(_LABEL.sub("", sentence)) - sure()
    return any(own <= option and 2 * len(own) > len(option) for option in known.options if own)


def _picks_text(question: Question, sentence: Sentence) -> bool:
    """Whether a sentence picks an option by its words, its place or a small letter."""
    text = sentence.text
    choosing = _CHOOSING_A_TEXT.among(sentence.tokens)
    phrases = [m[0].strip() for m in choosing.finditer(text)] if choosing else []
    if not phrases or all(phrase in question.told for phrase in phrases):
        return False
    return (
        any(option in text for option in question.options)
        or any(m[0].upper() in question.letters for m in _SMALL.finditer(text))
        or _PLACE.search(text) is not None
    )


def _named(question: Question, reading: Reading) -> dict[int, list[tuple[int, int]]]:
    """Letters and ordinals that name an option of this item: their places, by sentence."""
    text = reading.text
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number in reading.having(_LETTERS):
        sentence = reading.sentences[number]
        for match in _LETTER.finditer(text, sentence.start, sentence.end):
            if _is_option(question, text, match.start()):
                found[number].append(match.span())
    if not reading.tokens.isdisjoint(("option", "choice", "answer")):
        for match in _ORDINAL.finditer(reading.lowered):
            found[reading.number_at(match.start())].append(match.span())
    return {number: sorted(places) for number, places in found.items()}


def _is_option(question: Question, thought: str, at: int) -> bool:
    """Whether the single letter at this place is an option and not a word, or the story's own."""
    char = thought[at]
    letter = char.upper()
    if letter not in question.letters:
        return False
    before, after = thought[at - 1 : at], thought[at + 1 : at + 2]
    if before in tuple("([") and after in tuple(")]") and not thought[at - 2 : at - 1].isalnum():
        return letter not in question.names
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
    return letter not in question.names
