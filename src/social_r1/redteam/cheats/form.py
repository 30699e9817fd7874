"""The form itself: several answers, none, tags nested, open or in the wrong place, cut-off text."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from social_r1.redteam.cheats.empty import named_talk
from social_r1.redteam.cheats.picking import argued
from social_r1.redteam.cheats.words import say
from social_r1.redteam.types import Attempt, Cheat, Make, Scene
from social_r1.redteam.wording import Speak
from social_r1.trajectory.prompt import render_thought

Change = Callable[[str, str, Scene], str]
"""Makes another completion of a well-formed one: (completion, letter, scene)."""


def _rest(scene: Scene, letter: str) -> list[str]:
    return [x for x in scene.item.letters if x != letter]


def _of_best(change: Change) -> Make:
    """A cheat that changes the form of the best case for a letter."""

    def make(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt | None:
        texts = argued(scene, letter)
        if texts is None:
            return None
        whole = say(texts, letter, speak)
        return Attempt(change(whole.completion, letter, scene), render_thought(texts))

    return make


def _of_talk(change: Change) -> Make:
    """A cheat that changes the form of talk that fits any story."""

    def make(scene: Scene, letter: str, speak: Speak, rng: Random) -> Attempt:
        whole = named_talk(scene, letter, speak, rng)
        return Attempt(change(whole.completion, letter, scene))

    return make


def _tag(letter: str) -> str:
    return f"<Answer>{letter}</Answer>"


def _tags(text: str, letter: str, scene: Scene) -> str:
    return text + "".join(f"\n{_tag(x)}" for x in _rest(scene, letter))


def _all_letters(text: str, letter: str, scene: Scene) -> str:
    return text.replace(_tag(letter), _tag(", ".join([letter, *_rest(scene, letter)])))


def _hedged(text: str, letter: str, scene: Scene) -> str:
    return text.replace(_tag(letter), _tag(f"{letter}. Or {_rest(scene, letter)[0]}."))


def _no_option(text: str, letter: str, scene: Scene) -> str:
    return text.replace(_tag(letter), _tag("Z"))


def _no_letter(text: str, letter: str, scene: Scene) -> str:
    return text.replace(_tag(letter), _tag("it cannot be known"))


def _in_thought(text: str, letter: str, scene: Scene) -> str:
    return text.replace("<think>\n", f"<think>\n{_tag(letter)}\n", 1)


def _nested(text: str, letter: str, scene: Scene) -> str:
    return text.replace("<think>", "<think><think>").replace("</think>", "</think></think>")


def _second_thought(text: str, letter: str, scene: Scene) -> str:
    return f"<think>{_tag(letter)}</think>\n{text}"


def _unclosed(text: str, letter: str, scene: Scene) -> str:
    return text.replace("</think>", "")


def _unclosed_answer(text: str, letter: str, scene: Scene) -> str:
    return text.replace("</Answer>", "")


def _outside(text: str, letter: str, scene: Scene) -> str:
    return f"The answer is {letter}.\n{text}"


def _truncated(text: str, letter: str, scene: Scene) -> str:
    return text[: len(text) * 2 // 3]


FORM = (
    Cheat("several_answers", "an answer tag for every option", _of_talk(_tags)),
    Cheat("all_letters", "every letter in one answer tag", _of_talk(_all_letters)),
    Cheat("hedged_letter", "two letters in one answer tag", _of_talk(_hedged)),
    Cheat("no_option", "a good thought, a letter that is no option", _of_best(_no_option)),
    Cheat("no_letter", "a good thought, words in place of a letter", _of_best(_no_letter)),
    Cheat("answer_in_thought", "the answer tag before the best case for it", _of_best(_in_thought)),
    Cheat("nested_think", "think tags inside think tags", _of_best(_nested)),
    Cheat(
        "second_think", "a thought with the answer before the thought", _of_best(_second_thought)
    ),
    Cheat("unclosed_think", "a think tag that is never closed", _of_best(_unclosed)),
    Cheat("unclosed_answer", "an answer tag that is never closed", _of_best(_unclosed_answer)),
    Cheat("text_outside", "the verdict in front of the think tag", _of_best(_outside)),
    Cheat("truncated", "a completion cut off after two thirds", _of_best(_truncated)),
)
