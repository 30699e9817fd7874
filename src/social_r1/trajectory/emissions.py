"""What a sentence says for each SIP stage: one score per stage (DESIGN 3, structure scorer).

Signs come from ``cues.yaml``. With the item at hand, its words count too: those of the story speak
for cue encoding, those of the question for goal clarification, those of an option for the response.
Lines that are cited a second time (``[3]``) are interpreted, not encoded; the number of a step
without a title (``Step 2:``) is a hint as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.cues import cue_table
from social_r1.trajectory.listing import lists_options
from social_r1.trajectory.reading import Reading, Sentence, tokens_of
from social_r1.trajectory.sip import Stage
from social_r1.trajectory.words import ItemWords, item_words, sure

NARRATIVE_PRIOR = 0.3
"""What a sentence without any sign says for cue encoding: plain telling."""
STORY = 0.6
"""For cue encoding, if all its words of substance are the story's."""
CITED = 0.9
"""For cue encoding, if it cites a line (``[3]``) ..."""
RECITED = 1.2
"""... and for interpretation, if that line was cited before."""
QUESTION = 1.5
"""For goal clarification, if it asks the question again; an answer in its words asks nothing."""
OPTION = 0.4
"""For the response, if it holds an option; up to ``FRESH`` more for words not in the story."""
FRESH = 1.2
BARE = 1.5
"""For the response, if it is an option and nothing else."""
LAST = 1.0
"""For the response, if it is the last sentence and holds half of an option."""
LETTER = 1.5
"""For the response, if it names an option by its letter."""
STEP = 2.0
"""For stage n, in step n of four."""
STRONG = 3.0
"""A sign that settles what a sentence is; words for minds inside it say little then."""

_LETTER = re.compile(
    r"(?<![\w'’-])[B-HJ-O](?![\w'’-])|(?<!\w)[(\[][A-Oa-o][)\]]|^[^\w\n]*[A-O][):.]\s"
    r"|\b[Oo]ption A\b"
)
_LETTERS = frozenset("abcdefghijklmno")
_ASKS = re.compile(r"\?|\b(?:what|where|when|who|whom|whose|why|which|how|whether|if)\b")
_TALK = re.compile(
    r"\blet(?:'s| me| us) \w+\b"
    r"|\bi(?:'ll| will|'m going to) (?:take|read|start|look|break|try|begin|go (?:through|over))\b"
)
_META = re.compile(
    r"\W*(?:okay|ok|hmm|hm|wait|hold on|let me|let's|let us|alright|yes|no|now|well)\b"
)
"""Talk about the thinking; a short sentence that begins so tells nothing."""
META_WORDS = 6
HELD = 0.7
"""Share of an option's stems with which a sentence holds it."""
_CITES = re.compile(r"\[(\d+)\]")
_NUMBERED = re.compile(r"^[^\w\n]*(?:step|stage)[ \t]*(\d{1,2})[ \t]*[*_]*[.:)]", re.IGNORECASE)

Gains = list[float]


class Sign(NamedTuple):
    """One line of ``cues.yaml``: what shows a stage, and by how much."""

    stage: Stage
    weight: float
    words: re.Pattern[str] | None
    """A word of which one stands in every match; None where none need stand."""
    pattern: re.Pattern[str] | None
    """None where the word alone is the sign."""


def emissions(
    reading: Reading, spoken: Sequence[Sentence], item: SocialItem | None = None
) -> list[Gains]:
    """Scores of every sentence for the four stages.

    Args:
        reading: the text.
        spoken: sentences of it.
        item: the question; None leaves its words out of account.
    """
    known = item_words(item) if item else None
    texts = [sentence.text for sentence in spoken]
    steps = _steps(texts)
    cited: set[str] = set()
    found: list[Gains] = []
    for sentence, text, step in zip(spoken, texts, steps, strict=True):
        if lists_options(sentence, known):
            found.append([0.0] * len(Stage))
            continue
        gains = _without_talk(text, sentence.tokens)
        if "[" in text and (lines := _CITES.findall(text)):
            again = not cited.isdisjoint(lines)
            stage, worth = (
                (Stage.CUE_INTERPRETATION, RECITED) if again else (Stage.CUE_ENCODING, CITED)
            )
            gains[stage] += worth
            cited.update(lines)
        if item and _names(item, reading, sentence):
            gains[Stage.RESPONSE_GENERATION] += LETTER
        if known:
            _add_words(gains, sentence, known, last=sentence is spoken[-1])
        if max(gains[Stage.GOAL_CLARIFICATION], gains[Stage.RESPONSE_GENERATION]) >= STRONG:
            gains[Stage.CUE_INTERPRETATION] *= 0.3
        if step is not None:
            gains[step] += STEP
        if any(gains) or not _META.match(text) or len(text.split()) > META_WORDS:
            gains[Stage.CUE_ENCODING] += NARRATIVE_PRIOR
        found.append(gains)
    return found


def _without_talk(text: str, tokens: Sequence[str]) -> Gains:
    """What the signs in a sentence are worth, talk about the thinking left out."""
    if "let" in tokens or "i" in tokens:
        text = _TALK.sub("", text)
        tokens = tokens_of(text)
    return signs_in(text, tokens)


def signs_in(lowered: str, tokens: Iterable[str]) -> Gains:
    """What the signs in a text in lower case with these tokens are worth; each weight counts once.

    >>> asked = "the question asks what bo wants"
    >>> signs_in(asked, asked.split())
    [0.9, 1.2, 3.0, 0]
    """
    weights: tuple[list[float], ...] = ([], [], [], [])
    for sign in _signs_among(tokens):
        own = weights[sign.stage]
        if sign.weight not in own and (sign.pattern is None or sign.pattern.search(lowered)):
            own.append(sign.weight)
    return [sum(own) for own in weights]


def shows(lowered: str, tokens: Iterable[str], stage: Stage) -> bool:
    """Whether a text in lower case with these tokens has any sign of a stage."""
    return any(
        sign.pattern is None or sign.pattern.search(lowered)
        for sign in _signs_among(tokens)
        if sign.stage is stage
    )


def _signs_among(tokens: Iterable[str]) -> Iterator[Sign]:
    """The signs that can be in a text with these tokens, in their order."""
    signs = all_signs()
    numbers = set(_signs_of("")).union(*map(_signs_of, tokens))
    return (signs[number] for number in sorted(numbers))


@lru_cache(maxsize=65536)
def _signs_of(word: str) -> tuple[int, ...]:
    """Numbers of the signs that a word belongs to; those without words belong to the empty one."""
    return tuple(
        number
        for number, sign in enumerate(all_signs())
        if (sign.words.fullmatch(word) if sign.words else not word)
    )


def _names(item: SocialItem, reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence names an option by a letter that cannot be a word."""
    if _LETTERS.isdisjoint(sentence.tokens):
        return False
    found = _LETTER.search(reading.text[sentence.start : sentence.end])
    return found is not None and re.sub(r"[\W\d_]", "", found[0])[-1].upper() in item.letters


def _add_words(gains: Gains, sentence: Sentence, known: ItemWords, *, last: bool) -> None:
    """Add what the words of story, question and options say."""
    own = sentence.stems
    if not own:
        return
    gains[Stage.CUE_ENCODING] += STORY * len(own & known.story) / len(own)
    held, share = held_option(own, known)
    if last and share >= 0.5:
        gains[Stage.RESPONSE_GENERATION] += LAST
    if share < HELD:
        asked = own & known.question
        again = len(asked) >= max(2, 0.6 * len(known.question), 0.5 * len(own))
        gains[Stage.GOAL_CLARIFICATION] += (
            QUESTION if again and _ASKS.search(sentence.text) else 0.0
        )
        return
    fresh = len(held - known.story) / len(held)
    gains[Stage.RESPONSE_GENERATION] += OPTION + FRESH * fresh
    gains[Stage.RESPONSE_GENERATION] += BARE if own - sure() <= held else 0.0


class Held(NamedTuple):
    """The stems of an option, and the share of them that a text holds."""

    option: frozenset[str]
    share: float


def held_option(own: frozenset[str], known: ItemWords) -> Held:
    """The option of which a text holds the greatest share of stems."""
    best = Held(frozenset(), 0.0)
    for option in known.options:
        if own.isdisjoint(option):
            continue
        share = len(own & option) / len(option)
        if (share, len(option)) > (best.share, len(best.option)):
            best = Held(option, share)
    return best


def _steps(texts: Sequence[str]) -> list[int | None]:
    """The step of each sentence, if there are four: two or three may well be three facts."""
    marks = [_NUMBERED.match(text) for text in texts]
    numbers = {int(mark[1]) for mark in marks if mark}
    if numbers != {1, 2, 3, 4}:
        return [None] * len(texts)
    found: list[int | None] = []
    for mark in marks:
        found.append(int(mark[1]) - 1 if mark else (found[-1] if found else None))
    return found


@lru_cache(maxsize=1)
def all_signs() -> tuple[Sign, ...]:
    """The compiled signs in the order of the table; made once."""
    return tuple(
        _sign(stage, float(weight), *line)
        for stage in Stage
        for weight, lines in cue_table()["signs"][stage.key].items()
        for line in lines
    )


def _sign(stage: Stage, weight: float, words: str, pattern: str = "") -> Sign:
    one_of = words.replace(" ", "|")
    compiled = [re.compile(source) if source else None for source in (one_of, pattern)]
    return Sign(stage, weight, *compiled)
