"""Hi-ToM as its authors ask it: all fifteen options in one line, their note, and a plain answer.

The story stands as it was released, below the instruction of the style VP ("no explanations"),
with underscores in the names. The repository has no parser; the answers kept there begin with a
letter and an option's name, so that is what counts here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from social_r1.evaluation.protocols import (
    Protocol,
    after_thought,
    per_order,
    read_option,
    shown,
)
from social_r1.evaluation.types import Ask, Completion, EvalConfig, Item, Pick, Reading
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory import PromptStyle

NOTE = """\
Note: You should assume the following. (1) An agent witnesses everything and every movements \
before exiting a location. (2) An agent A can infer another agent B's mental state only if A and B \
have been in the same location, or have private or public interactions. (3) Note that every agent \
tend to lie. What a character tells others doesn't affect his actual belief. An agent tend to \
trust a agent that exited the room later than himself. The exit order is known to all agents. \
(4) Agents in private communications know that others won't hear them, but they know that anyone \
can hear any public claims."""
"""The authors' own words, from their prompt files."""

RELEASED = "released_story"
QUESTION = "released_question"
"""Keys of ``meta``: the text of the file, with its instruction line and underscores."""


def native(name: str) -> Protocol:
    """The authors' protocol for one of the two releases."""

    def ask(items: Sequence[Item], config: EvalConfig, style: PromptStyle) -> list[Ask]:
        del config, style  # one order, the file's; one style
        return [
            shown(item, 0, range(len(item.options)), _messages(item), f"{name}/native")
            for item in items
            if isinstance(item, SocialItem)
        ]

    return Protocol(
        name=f"{name}/native",
        ask=ask,
        write=_write,
        read=_read,
        runs=per_order,
        rule="the option whose name stands first in the answer, spaces or underscores; without "
        "any name the first capital that stands alone, A to O; after a closed thought; options in "
        "the file's order",
        defects=(
            "the authors publish no parser; this one is ours, made for answers as they keep them",
            "options are never shuffled",
        ),
    )


def _messages(item: SocialItem) -> list[dict[str, str]]:
    choices = ", ".join(
        f"{letter}. {option.replace(' ', '_')}"
        for letter, option in zip(LETTERS, item.options, strict=False)
    )
    story = str(item.meta.get(RELEASED, item.story)).strip()
    question = item.meta.get(QUESTION, item.question)
    text = f"{story}\n\nQuestion: {question}\nChoices: {choices}\n\n{NOTE}"
    return [{"role": "user", "content": text}]


def _write(ask: Ask, pick: Pick) -> str:
    if not isinstance(pick, int) or not isinstance(ask.item, SocialItem):
        return ""
    return f"{LETTERS[pick]}. {ask.item.options[pick].replace(' ', '_')}"


def _read(ask: Ask, completion: Completion) -> Reading:
    item = ask.item
    if not isinstance(item, SocialItem):
        return read_option(ask, None, "no_option")
    said = after_thought(completion.text)
    places = {option.lower(): number for number, option in enumerate(item.options)}
    names = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    if named := re.search(rf"(?<!\w)({names})(?!\w)", said.lower().replace("_", " ")):
        return read_option(ask, places[named[1]])
    if letter := re.search(r"(?<!\w)[A-O](?!\w)", said):
        index = LETTERS.index(letter[0])
        return read_option(ask, index, "ok" if index < len(item.options) else "not_an_option")
    return read_option(ask, None, "no_option" if said else "empty")
