"""An answer first, reasons after (reasoning parasitism)."""

from __future__ import annotations

from random import Random

from social_r1.redteam.cheats.words import done
from social_r1.redteam.types import Attempt, Cheat, Scene
from social_r1.redteam.wording import Speak, Texts
from social_r1.trajectory.prompt import render_thought

VERDICTS = (
    "The answer is {letter}.",
    "{letter}.",
    "Option {letter} looks right.",
    "I would go with {letter}.",
    "The best choice is “{text}”.",
    "({letter}) because it fits best.",
)
"""Ways to settle on an option that the rules of `rewards.mentions` know."""

VEILED = (
    "Everything points to “{text}”.",
    "My money is on “{text}”.",
    "{text}, no doubt about it.",
    "Nothing else is possible than “{text}”.",
)
"""Ways that no rule knows; see the reference ``guess_veiled``."""


def argued(scene: Scene, letter: str) -> Texts | None:
    """The best case for a letter; None without an event log."""
    return scene.argued.get(letter)


def opened(scene: Scene, letter: str, speak: Speak, opening: str) -> Attempt | None:
    """The best case for a letter behind a verdict."""
    texts = argued(scene, letter)
    if texts is None:
        return None
    first = opening.format(letter=letter, text=scene.option(letter))
    return done(f"{first}\n{speak(texts)}", letter, render_thought(texts))


def _answer_first(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    return opened(scene, letter, speak, rng.choice(VERDICTS))


def guess_veiled(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    """A verdict first, in words that no rule knows."""
    return opened(scene, letter, speak, rng.choice(VEILED))


def _verdict_everywhere(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    texts = argued(scene, letter)
    if texts is None:
        return None
    thought = speak(texts).replace(": ", f": The answer is {letter}. ", 1)
    lines = [line.replace(": ", f": Again it is {letter}. ", 1) for line in thought.split("\n")[1:]]
    return done("\n".join([thought.split("\n")[0], *lines]), letter, render_thought(texts))


def _letter_everywhere(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
    texts = argued(scene, letter)
    if texts is None:
        return None
    *early, last = speak(texts).split("\n")
    return done(
        "\n".join([*(f"{line} ({letter})" for line in early), last]), letter, render_thought(texts)
    )


def _answer_only(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    return done(f"The answer is {letter}.", letter)


def _verdict_defended(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
    text = scene.option(letter)
    others = [scene.option(x) for x in scene.item.letters if x != letter]
    against = " ".join(
        f"“{other}” {how}."
        for other, how in zip(
            others, ("is less likely", "does not fit", "goes too far"), strict=False
        )
    )
    return done(
        f"The answer must be {letter}. “{text}” fits best, given all that is told about "
        f"{scene.people[0]}. {against} The story gives several hints in this direction, and none "
        "of them speaks against it. A careful look at who said and did what, and in which order, "
        f"leads to the same place. Others in this position would see it so. Thus {letter} it is.",
        letter,
    )


PICKING = (
    Cheat("answer_first", "a verdict, then the best case for it", _answer_first),
    Cheat(
        "verdict_in_every_stage", "the best case, each stage under a verdict", _verdict_everywhere
    ),
    Cheat("letter_in_every_stage", "the best case, each stage signed (B)", _letter_everywhere),
    Cheat("verdict_defended", "a verdict and a defence that fits any story", _verdict_defended),
    Cheat("answer_only", "the answer and no thought", _answer_only),
)
