"""Sentences that only read the options out, as the question prints them (ours).

``The options are A, B, C or D`` and ``The options are sad, happy or angry`` repeat the question.
Nothing is weighed there, so they neither name an option early nor belong to a response. Models
that think at length do so before they begin.
"""

from __future__ import annotations

import re

from social_r1.trajectory.phrases import Phrases
from social_r1.trajectory.reading import Sentence
from social_r1.trajectory.words import ItemWords

_HEAD = Phrases(
    (
        "options choices candidates answers",
        r"\b(?:options|choices|candidates|(?:candidate|possible|given) answers)"
        r"(?: (?:here|again|given|listed|available))? (?:are|were|include)\b",
    )
)
_LETTER = re.compile(r"(?<![\w'’-])[a-o](?![\w'’-])")


def lists_options(sentence: Sentence, known: ItemWords | None = None) -> bool:
    """Whether a sentence reads out two options at least, by letter or in words.

    >>> from social_r1.trajectory.reading import Reading
    >>> said = Reading("The options are A to D. Options B and C are wrong.").sentences
    >>> [lists_options(sentence) for sentence in said]
    [True, False]
    """
    if _HEAD.words.isdisjoint(sentence.tokens) or not _HEAD.whole.search(sentence.text):
        return False
    if len(set(_LETTER.findall(sentence.lowered))) > 1:
        return True
    return known is not None and sum(bool(o) and o <= sentence.stems for o in known.options) > 1
