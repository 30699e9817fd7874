"""What the rules of structure look up in an item, made once for all thoughts about it (ours)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory.letters import letters_beyond_latin, lower_in_place
from social_r1.trajectory.words import ItemWords, stems_about

_MARKS = re.compile(r"[^\w'’-]+")
_NAME = re.compile(
    r"(?<![\w'’])(?:[B-HJ-O](?![\w'’])|A(?=['’]s\b|\s*[,;:)]|\s(?:and|or|is|was|has|says|said)\b))"
    r"|(?<=[Pp]erson )[A-O]\b"
)
"""A letter that a story uses as a name; A and I are mostly words."""


class Question(NamedTuple):
    """An item as the rules see it: nothing about which option is right."""

    letters: str
    """The letters of its options."""
    names: frozenset[str]
    """Letters that story or question use as names."""
    words: ItemWords
    about: frozenset[str]
    """All stems of story, question and options."""
    story: str
    """In lower case."""
    told: str
    """Story and question in lower case, with a line break between."""
    options: tuple[str, ...]
    """In lower case, without spaces and dots around them."""
    flat: tuple[str, ...]
    """The options as `flat` gives them, without those of marks alone."""
    latin: bool
    """Whether all its letters are Latin ones."""

    def names_option(self, letter: str) -> bool:
        """Whether a capital stands for an option, and for nobody in the story."""
        return letter in self.letters and letter not in self.names


def question_of(item: SocialItem) -> Question:
    """The item as the rules see it; a thousand are kept."""
    return _question(item.story, item.question, item.options)


@lru_cache(maxsize=1024)
def _question(story: str, question: str, options: tuple[str, ...]) -> Question:
    own = stems_about(story, question, options)
    return Question(
        letters=LETTERS[: len(options)],
        names=frozenset(match[0] for match in _NAME.finditer(f"{story} {question}")),
        words=own,
        about=own.story.union(own.question, *own.options),
        story=lower_in_place(story),
        told=lower_in_place(f"{story}\n{question}"),
        options=tuple(option.lower().strip(" .") for option in options),
        flat=tuple(filter(str.strip, map(flat, options))),
        latin=not letters_beyond_latin(f"{story}{question}{options}"),
    )


def flat(text: str) -> str:
    """The words of a text in lower case between single spaces.

    >>> flat("It's -- Ann!")
    " it's -- ann "
    """
    return f" {_MARKS.sub(' ', lower_in_place(text)).strip()} "
