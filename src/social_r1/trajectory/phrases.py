"""Phrases that are looked for only where one of their words stands (ours).

A search for twenty phrases takes as long as twenty searches. A text without the words of a phrase
does not hold the phrase, and to see whether it has a word is a look into a set.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache


class Phrases:
    r"""The alternatives of a regular expression, each with words of which every match holds one.

    *Words* are tokens in lower case. What is found is what the `whole` expression finds
    (test_phrases.py), if the tokens are those of the text.

    >>> again = Phrases(("wait hold", r"\b(?:wait|hold on)\b"), ("once", r"\bonce more\b"))
    >>> again.among(["hold", "the", "box"]).pattern
    '\\b(?:wait|hold on)\\b'
    """

    def __init__(self, *kinds: tuple[str, str]) -> None:
        self.kinds = kinds
        self.whole = re.compile("|".join(pattern for _, pattern in kinds))
        self.words = frozenset(word for words, _ in kinds for word in words.split())
        self._kinds = [(frozenset(words.split()), pattern) for words, pattern in kinds]

    def among(self, tokens: Collection[str]) -> re.Pattern[str] | None:
        """What of it can be in a text with these tokens."""
        patterns = [pattern for words, pattern in self._kinds if not words.isdisjoint(tokens)]
        return _compiled("|".join(patterns)) if patterns else None

    def search(self, text: str, tokens: Collection[str] | None) -> re.Match[str] | None:
        """The first match in a text with these tokens; None where they are of no use."""
        pattern = self.whole if tokens is None else self.among(tokens)
        return pattern.search(text) if pattern else None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
