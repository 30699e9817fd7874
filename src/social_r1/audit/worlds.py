"""What can be told of items of ours that no public set can: they carry the script they come from.

So shortcuts that blocks are not balanced on can be put to the log behind a story
(`hardbench.solvers.AUDITED`), and its gold trace can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from social_r1.audit.types import Answers
from social_r1.errors import InputError
from social_r1.hardbench.assemble import World, world
from social_r1.hardbench.core import Replay
from social_r1.hardbench.solvers import AUDITED, AUDITED_ABLATION, Case, solve_audited
from social_r1.items import SocialItem


class Staged(NamedTuple):
    """An item with the world behind it."""

    item: SocialItem
    world: World

    @property
    def case(self) -> Case:
        """What a solver may look at."""
        here, item = self.world, self.item
        replay = Replay(here.log)
        return Case(here.script, here.log, here.question, here.keys, item.story, replay)

    @property
    def gold(self) -> str:
        """The key of the right option."""
        return self.world.keys[self.item.answer]


def stage_all(items: Sequence[SocialItem]) -> list[Staged | None]:
    """The world behind each item; None behind one that comes from elsewhere or tells no story."""
    return [_staged(item) for item in items]


def audited_answers(staged: Sequence[Staged | None]) -> list[Answers]:
    """What the solvers score that items do not carry; a silent one guesses, as in `log_answers`."""
    if not any(staged):
        return []
    said = [{} if found is None else solve_audited(found.case) for found in staged]
    return [
        Answers(
            name,
            "log",
            tuple(
                None if found is None or name not in row else _score(found, row[name])
                for found, row in zip(staged, said, strict=True)
            ),
        )
        for name in AUDITED
    ]


def audited_ablations(staged: Sequence[Staged | None]) -> dict[str, list[float | None]]:
    """Per ablation and item whether it is right; None where it has nothing to say."""
    found: dict[str, list[float | None]] = {}
    for name, solver in AUDITED_ABLATION.items():
        told = [None if s is None else (s, solver(s.case)) for s in staged]
        found[name] = [
            None if row is None or row[1] is None else float(row[1] == row[0].gold) for row in told
        ]
    return found


def _staged(item: SocialItem) -> Staged | None:
    if item.source != "hardbench" or "script" not in item.meta:
        return None
    try:
        return Staged(item, world(item))
    except InputError:
        return None


def _score(staged: Staged, said: str | None) -> float:
    return 1 / len(staged.item.options) if said is None else float(said == staged.gold)
