"""What nano reads before any reinforcement: easy items, thought through in three habits.

Every example is an easy item with a thought *that reaches the right answer*. The habits differ:

- ``careful`` walks the story, works out each perspective, then answers;
- ``collapsed`` keeps the four headings but looks only at where the thing is now;
- ``hasty`` names an option first and defends it (the paper's reasoning parasitism).

On easy items all three are right (an example of a habit is kept only where it is), so likelihood
training cannot tell them apart. On hard items only the first one is. That is the laboratory's model
of a language model that has read much shallow and some careful reasoning.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from social_r1.hardbench.assemble import World, world
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.easy import EasySpec, easy_item
from social_r1.hardbench.scenes import Act
from social_r1.hardbench.solvers import Case, first_leaver, reality
from social_r1.hardbench.surface import draw_cast
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory.prompt import render_prompt, render_target
from social_r1.trajectory.sip import Stage


class Example(NamedTuple):
    """A prompt (chat messages) and the completion to learn."""

    messages: list[dict[str, str]]
    completion: str


@dataclass(frozen=True, slots=True)
class CorpusSpec:
    """Shares of the corpus; the rest of ``habits`` is careful."""

    drills: float = 0.05
    """Share of option look-up drills."""
    drill_lines: tuple[int, int] = (1, 3)
    """Lines that do not matter, at least and at most."""
    drill_lists: bool = False
    """Let drills go through all options in random order: several look-ups an example."""
    hasty: float = 0.0
    collapsed: float = 0.0
    wide_options: float = 0.25
    """Share of items whose number of options is drawn from 2..8 instead of 4."""


def example(seed: int, index: int, spec: CorpusSpec) -> Example:
    """Example number ``index``: depends on its arguments alone."""
    rng = Random(f"corpus-{seed}-{index}")
    if rng.random() < spec.drills:
        return drill(rng, spec.drill_lines, lists=spec.drill_lists)
    options = (2, 6) if rng.random() < spec.wide_options else (4, 4)
    item = easy_item(seed, index, EasySpec(options=options), split="coldstart")
    draw = rng.random()
    thought = None
    if draw < spec.hasty:
        thought = hasty_thought(item, rng)
    elif draw < spec.hasty + spec.collapsed:
        thought = collapsed_thought(item)
    if thought is None:
        thought = careful_thought(item)
    return Example(render_prompt(item, "compact"), render_target(thought, item.letter))


def careful_thought(item: SocialItem) -> str:
    """The gold trace under its four headings."""
    return staged(world(item).trace.stages(item.letter))


def collapsed_thought(item: SocialItem) -> str | None:
    """Four headings, one glance at where the thing is; None where that misleads."""
    here = world(item)
    gold = item.options[item.answer]
    if here.question.form != "belief" or reality(_case(item, here)) != gold:
        return None
    thing = here.question.thing
    cues = " ".join(
        f"[{i}] {thing} {'in' if line.act is Act.PLACE else 'to'} {line.value}."
        for i, line in enumerate(here.script.lines, 1)
        if line.thing == thing and line.act in (Act.PLACE, Act.MOVE, Act.PEEK_MOVE)
    )
    return staged(
        (
            cues,
            f"Really: it ended up in the {gold}. Anyone would look there.",
            "The question asks for the real place.",
            f"So it is the {gold} ({item.letter}).",
        )
    )


def hasty_thought(item: SocialItem, rng: Random) -> str | None:
    """An option first, a reason after; None where neither popular shortcut is right."""
    here = world(item)
    gold, thing, letter = item.options[item.answer], here.question.thing, item.letter
    if here.question.form == "knowledge":
        return None
    case = _case(item, here)
    if reality(case) == gold:
        reason = f"The {thing} ended up in the {gold}, so it must be {letter}."
    elif here.question.form == "belief" and first_leaver(case) == gold:
        who = _first_to_leave(here)
        reason = f"The {thing} was in the {gold} when {who} left, so it must be {letter}."
    else:
        return None
    return f"The {gold} ({letter}) looks right. {reason}"


def drill(rng: Random, lines: tuple[int, int] = (1, 3), *, lists: bool = False) -> Example:
    """Find an option's letter, after some lines that do not matter."""
    count = rng.randint(2, 15) if rng.random() < 0.3 else 4
    cast = draw_cast(rng, agents=count, places=count)
    options = cast.names if rng.random() < 0.3 else cast.places
    index = rng.randrange(count)
    item = SocialItem(
        id="drill",
        dimension="drill",
        group="drill",
        story="\n".join(
            f"{i + 1} {rng.choice(cast.names)} left the {cast.room}."
            for i in range(rng.randint(*lines))
        ),
        question=f"Which option is the {options[index]}?",
        options=tuple(options),
        answer=index,
    )
    thought = f"So it is the {options[index]} ({LETTERS[index]})."
    if lists:
        order = rng.sample(range(count), count)
        thought = ", ".join(f"{options[i]} ({LETTERS[i]})" for i in order) + f". {thought}"
    return Example(render_prompt(item, "compact"), render_target(thought, LETTERS[index]))


def staged(texts: tuple[str, str, str, str]) -> str:
    """Four stage texts under their headings, a line each."""
    return "\n".join(f"{s.title}: {t}" for s, t in zip(Stage, texts, strict=True))


def _case(item: SocialItem, here: World) -> Case:
    return Case(here.script, here.log, here.question, item.options, item.story, Replay(here.log))


def _first_to_leave(here: World) -> str:
    return next(
        line.actor
        for line in here.script.lines
        if line.act is Act.LEAVE and line.actor in here.question.chain and line.actor
    )
