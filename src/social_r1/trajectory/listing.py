"""Sentences that only read the options out, as the question prints them (ours).

``The options are A, B, C or D`` and ``The options are sad, happy or angry`` repeat the question.
Nothing is weighed there, so they neither name an option early nor belong to a response. Models
that think at length do so before they begin.
"""

from __future__ import annotations

import re

from social_r1.trajectory.words import ItemWords, stems

_HEAD = re.compile(
    r"\b(?:options|choices|candidates|(?:candidate|possible|given) answers)"
    r"(?: (?:here|again|given|listed|available))? (?:are|were|include)\b"
)
_LETTER = re.compile(r"(?<![\w'’-])[a-o](?![\w'’-])")


def lists_options(lowered: str, known: ItemWords | None = None) -> bool:
    """Whether a sentence in lower case reads out two options at least, by letter or in words.

    >>> [lists_options(s) for s in ("the options are a to d.", "options b and c are wrong.")]
    [True, False]
    """
    if not _HEAD.search(lowered):
        return False
    if len(set(_LETTER.findall(lowered))) > 1:
        return True
    own = stems(lowered) if known else frozenset[str]()
    return known is not None and sum(bool(o) and o <= own for o in known.options) > 1
