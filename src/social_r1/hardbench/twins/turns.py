"""Whose turn it is: what an operator did to one candidate, it does to another (HARDBENCH 8).

Where it is asked which of four people knows, or lies, one more peek seldom changes who is the only
one; but if another candidate peeks in his place, it does.
"""

from __future__ import annotations

from collections.abc import Iterator

from social_r1.hardbench.operators import OPERATORS
from social_r1.hardbench.script import Act
from social_r1.hardbench.twins.story import Draft, Story

_WITH = {Act.NAP: Act.WAKE, Act.DRIFT: Act.STIR, Act.LEAVE: Act.ENTER, Act.READ: Act.LETTER}
"""Lines that must be about the same person as others."""


def to_another(story: Story, operator: str) -> Iterator[Draft]:
    """The right candidate and another one change places in the lines of an operator."""
    acts = OPERATORS[operator].acts
    acts = (*acts, *(_WITH[act] for act in acts if act in _WITH))
    ours = [i for i, x in enumerate(story.lines) if x.act in acts]
    for other in story.options:
        names = {story.gold: other, other: story.gold}
        named = [i for i in ours if not story.lines[i].names().isdisjoint(names)]
        if other == story.gold or not named:
            continue
        singly = [[i] for i in named] if len(named) > 1 else []
        for which in (named, *singly):
            yield story.with_lines(
                *(x.rename(names) if i in which else x for i, x in enumerate(story.lines))
            )
