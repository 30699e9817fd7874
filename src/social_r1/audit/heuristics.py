"""Shortcuts that look at the words alone, one function each (HARDBENCH 7, text level).

A heuristic gives every option a number; the option with the highest is its answer. Ties share: an
option among three best counts one third, and one that rates all alike is a blind guess. So no rule
gains from the order of the options unless it is about the order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from statistics import fmean
from typing import NamedTuple

from social_r1.audit.text import STOP, bare, sentences, words
from social_r1.audit.types import Answers
from social_r1.items import LETTERS, SocialItem

NEGATIONS = frozenset(words("no not never nothing nobody none neither nor without cannot"))
HEDGES = frozenset(
    words(
        "may might maybe perhaps possibly probably seems seem could likely sometimes somewhat "
        "rather unclear unsure uncertain either both"
    )
)
POSITIVE = frozenset(
    words(
        "happy glad joy joyful delight delighted pleased proud pride relief relieved grateful "
        "thankful love loves like likes good great nice kind help helps helping support better "
        "best hope hopeful excited calm thrilled enjoy enjoys friend friendly praise comfort "
        "thanks honest encourage improve success trust"
    )
)
NEGATIVE = frozenset(
    words(
        "sad angry anger upset afraid fear scared bad worse worst hate hates hurt guilt guilty "
        "shame ashamed embarrassed embarrassment annoyed disappointed disappointment jealous "
        "lonely worried nervous anxious disgust disgusted lie lies lying fail fails failed "
        "problem trouble rude blame regret cry cries pain wrong boring hopeless dislike "
        "dislikes"
    )
)


class Reading(NamedTuple):
    """An item as its words."""

    item: SocialItem
    story: tuple[str, ...]
    question: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    mentions: tuple[tuple[int, ...], ...]
    """For each option the places in the story, in characters, at which it is named whole."""

    @property
    def named(self) -> int:
        """How many options the story names."""
        return sum(bool(found) for found in self.mentions)


def read(item: SocialItem) -> Reading:
    """Take an item apart."""
    story = words(item.story)
    joined = f" {' '.join(story)} "
    return Reading(
        item,
        story,
        words(item.question),
        tuple(words(option) for option in item.options),
        tuple(_places(joined, bare(option)) for option in item.options),
    )


def _places(story: str, phrase: str) -> tuple[int, ...]:
    found: list[int] = []
    start = story.find(f" {phrase} ") if phrase else -1
    while start >= 0:
        found.append(start)
        start = story.find(f" {phrase} ", start + 1)
    return tuple(found)


Heuristic = Callable[[Reading], Sequence[float]]
"""One number per option; the highest is the answer."""


def at_position(reading: Reading, place: int) -> list[float]:
    """The option with this letter."""
    return [float(i == place) for i in range(len(reading.options))]


def longest(reading: Reading) -> list[float]:
    """The option with most characters."""
    return [float(len(option)) for option in reading.item.options]


def overlap(reading: Reading) -> list[float]:
    """The option with the greatest share of its words in the story."""
    return [_share(option, reading.story) for option in reading.options]


def tail_overlap(reading: Reading) -> list[float]:
    """The same with the last two sentences of the story."""
    tail = words(" ".join(sentences(reading.item.story)[-2:]))
    return [_share(option, tail) for option in reading.options]


def question_overlap(reading: Reading) -> list[float]:
    """The same with the question."""
    return [_share(option, reading.question) for option in reading.options]


def centroid(reading: Reading) -> list[float]:
    """The option that is most like the others (mean Jaccard index of words)."""
    sets = [set(option) for option in reading.options]
    return [fmean(_jaccard(a, b) for j, b in enumerate(sets) if i != j) for i, a in enumerate(sets)]


def first_mentioned(reading: Reading) -> list[float]:
    """The option that the story names first; if it names none or one, the first of their words."""
    if reading.named > 1:
        return [-float(found[0]) if found else -1e9 for found in reading.mentions]
    place = {word: i for i, word in reversed(list(enumerate(reading.story)))}
    return [-float(min((place.get(w, 10**9) for w in _content(o)), default=10**9))
            for o in reading.options]  # fmt: skip


def last_mentioned(reading: Reading) -> list[float]:
    """The option that the story names last; if it names none or one, the last of their words."""
    if reading.named > 1:
        return [float(found[-1]) if found else -1.0 for found in reading.mentions]
    place = {word: i for i, word in enumerate(reading.story)}
    return [float(max((place.get(w, -1) for w in o), default=-1)) for o in reading.options]


def most_mentioned(reading: Reading) -> list[float]:
    """The option that the story names most often, else whose words occur most often in it."""
    if reading.named > 1:
        return [float(len(found)) for found in reading.mentions]
    story = reading.story
    return [
        fmean(story.count(w) for w in _content(o)) if _content(o) else 0.0 for o in reading.options
    ]


def negated(reading: Reading) -> list[float]:
    """The option with a negation."""
    return [float(_negations(option) > 0) for option in reading.options]


def negation_match(reading: Reading) -> list[float]:
    """The option that is negated if the question is, and not if it is not."""
    asked = _negations(reading.question) > 0
    return [float((_negations(option) > 0) == asked) for option in reading.options]


def hedged(reading: Reading) -> list[float]:
    """The option with most hedges (may, perhaps, probably, ...)."""
    return [float(sum(word in HEDGES for word in option)) for option in reading.options]


def positive(reading: Reading) -> list[float]:
    """The option with the kindest words."""
    return [_sentiment(option) for option in reading.options]


def sentiment_match(reading: Reading) -> list[float]:
    """The kindest option if the story has more kind words than unkind ones, else the unkindest."""
    sign = (_sentiment(reading.story) > 0) - (_sentiment(reading.story) < 0)
    return [sign * _sentiment(option) for option in reading.options]


def opposite(rule: Heuristic, reading: Reading) -> list[float]:
    """The lowest where the other rule takes the highest."""
    return [-value for value in rule(reading)]


HEURISTICS: dict[str, Heuristic] = {
    **{f"position_{x}": partial(at_position, place=i) for i, x in enumerate(LETTERS)},
    "longest": longest,
    "shortest": partial(opposite, longest),
    "overlap_max": overlap,
    "overlap_min": partial(opposite, overlap),
    "tail_overlap": tail_overlap,
    "question_overlap": question_overlap,
    "centroid": centroid,
    "odd_one_out": partial(opposite, centroid),
    "first_mentioned": first_mentioned,
    "last_mentioned": last_mentioned,
    "most_mentioned": most_mentioned,
    "least_mentioned": partial(opposite, most_mentioned),
    "negated": negated,
    "negation_match": negation_match,
    "hedged": hedged,
    "positive": positive,
    "sentiment_match": sentiment_match,
}
"""Every rule by its name. Letters that no item offers are left out of an audit."""


def heuristic_answers(readings: Sequence[Reading]) -> list[Answers]:
    """What every heuristic scores on every item."""
    most = max((len(reading.options) for reading in readings), default=0)
    found: list[Answers] = []
    for name, rule in HEURISTICS.items():
        if name.startswith("position_") and LETTERS.index(name[-1]) >= most:
            continue
        picks = [best(rule(reading)) for reading in readings]
        golds = [reading.item.answer for reading in readings]
        found.append(
            Answers(
                name,
                "text",
                tuple(expected(pick, gold) for pick, gold in zip(picks, golds, strict=True)),
                tuple(float(pick[0] == gold) for pick, gold in zip(picks, golds, strict=True)),
            )
        )
    return found


def best(scores: Sequence[float], tolerance: float = 1e-9) -> list[int]:
    """Indices of the options with the highest score.

    >>> best([1.0, 3.0, 3.0])
    [1, 2]
    """
    top = max(scores)
    return [i for i, score in enumerate(scores) if score >= top - tolerance]


def expected(pick: Sequence[int], gold: int) -> float:
    """Chance of being right with a blind choice among the picked options."""
    return (gold in pick) / len(pick)


def _share(option: Sequence[str], text: Sequence[str]) -> float:
    kinds = set(option)
    return len(kinds & set(text)) / max(1, len(kinds))


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / max(1, len(a | b))


def _content(option: Sequence[str]) -> list[str]:
    return [word for word in option if word not in STOP]


def _negations(text: Sequence[str]) -> int:
    return sum(w in NEGATIONS or w.endswith(("n't", "n’t")) for w in text)


def _sentiment(text: Sequence[str]) -> float:
    """Kind words less unkind ones; negations turn the sign."""
    raw = sum(w in POSITIVE for w in text) - sum(w in NEGATIVE for w in text)
    return float(-raw if _negations(text) % 2 else raw)
