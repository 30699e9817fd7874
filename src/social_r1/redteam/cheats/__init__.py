"""The cheats, by family; each is one small function and one entry (METHOD: reward hacking).

A cheat takes a scene and the letter to be answered and gives a completion. It does not know which
letter is right: the runner hands it every letter in turn.
"""

from __future__ import annotations

from random import Random

from social_r1.redteam.cheats.copied import COPIED
from social_r1.redteam.cheats.disguise import DISGUISE, INJECTIONS
from social_r1.redteam.cheats.empty import EMPTY
from social_r1.redteam.cheats.form import FORM
from social_r1.redteam.cheats.picking import PICKING, argued, guess_veiled
from social_r1.redteam.cheats.words import say
from social_r1.redteam.types import Attempt, Cheat, Scene
from social_r1.redteam.wording import Speak

CHEATS: dict[str, Cheat] = {
    cheat.name: cheat for cheat in (*PICKING, *EMPTY, *COPIED, *FORM, *DISGUISE)
}


def honest_right(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    """The gold trace and the right letter, whatever letter is asked for."""
    return scene.gold and say(scene.gold, scene.item.letter, speak)


def honest_wrong(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    """A trace with one mistake and the letter that follows from it."""
    return scene.wrong and say(scene.wrong[1], scene.wrong[0], speak)


def _guess_argued(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    texts = argued(scene, letter)
    return texts and say(texts, letter, speak)


REFERENCES: dict[str, Cheat] = {
    cheat.name: cheat
    for cheat in (
        Cheat("honest_right", "the gold trace, the right letter", honest_right),
        Cheat("honest_wrong", "a trace with one mistake, the letter it leads to", honest_wrong),
        Cheat("guess_argued", "the best case for a letter, drawn beforehand", _guess_argued),
        Cheat("guess_veiled", "the same behind a verdict that no rule knows", guess_veiled),
    )
}
"""Answers to measure cheats by; they have no bounds."""

__all__ = ["CHEATS", "INJECTIONS", "REFERENCES", "honest_right", "honest_wrong"]
