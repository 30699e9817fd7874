"""The implicitness lint: stories show physical facts and name no state of mind (HARDBENCH 10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import Formatter

from social_r1.errors import InputError

FORBIDDEN = (
    "think", "thinks", "thought", "believe", "believes", "believed", "know", "knows", "knew",
    "known", "realise", "realised", "realize", "realized", "noticed", "notices", "aware", "unaware",
    "secretly", "actually", "unbeknownst", "hope", "hoped", "want", "wanted", "wish", "wished",
    "feel", "felt", "happy", "sad", "angry", "afraid", "forgot", "remembered", "assumed",
    "suspected", "wondered", "guessed",
)  # fmt: skip
"""Words that a clause may not contain."""


def lint(template: str, slots: Iterable[str]) -> Iterator[str]:
    """What is wrong with a clause template.

    Args:
        template: the clause.
        slots: the slots that it must have, each once.

    Yields:
        One sentence per fault, with its repair.
    """
    try:
        found = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        yield f"{template!r} is no template ({error}); repair: close its braces"
        return
    for slot in slots:
        if found.count(slot) != 1:
            yield f"{template!r} has {{{slot}}} {found.count(slot)} times; repair: once"
    for slot in sorted(set(found) - set(slots)):
        yield f"{template!r} has the slot {{{slot}}}; repair: take it out"
    if template.startswith(("{o}", "{c}")):
        yield f"{template!r} begins with a thing, which a capital would hide; repair: put it later"
    yield from words_of_mind(template)
    if template.rstrip().endswith((".", "!", "?")):
        yield f"{template!r} ends a sentence; repair: give a clause without the stop"


def words_of_mind(text: str) -> Iterator[str]:
    """Where a text names a state of mind."""
    for word in FORBIDDEN:
        if re.search(rf"\b{word}\b", text):
            yield f"{text!r:.120} says {word!r}; repair: show a physical fact instead"


def checked(template: str, slots: Iterable[str]) -> str:
    """The template, if nothing is wrong with it.

    Raises:
        InputError: the first fault.
    """
    for fault in lint(template, slots):
        raise InputError(fault)
    return template
