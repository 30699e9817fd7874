"""What nano reads before any reinforcement: easy items, thought through in three habits.

Every example is an easy item with a thought *that reaches the right answer*. The habits differ:

- ``careful`` walks the story, works out each perspective, then answers;
- ``collapsed`` keeps the four headings but only looks where the thing was when the first of the
  asked people left, or where it is now if none did;
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
from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers import Case, first_leaver, last_mover, reality
from social_r1.hardbench.surface import draw_cast
from social_r1.items import LETTERS, SocialItem
from social_r1.trajectory.prompt import render_prompt, render_target, render_thought


class Example(NamedTuple):
    """A prompt (chat messages) and the completion to learn."""

    messages: list[dict[str, str]]
    completion: str


@dataclass(frozen=True, slots=True)
class DrillSpec:
    """Look-up drills: which letter stands behind an option (docs/log.md, "Option letters")."""

    names: float = 0.5
    """Share whose options are people, one token each; the others' are places."""
    options: tuple[int, int] = (2, 15)
    lists: tuple[int, int] = (1, 1)
    """How often all options are gone through, each time in another order."""
    lines: tuple[int, int] = (0, 8)
    """Story lines that do not matter."""


@dataclass(frozen=True, slots=True)
class CorpusSpec:
    """Shares of the corpus; the rest of ``habits`` is careful."""

    drills: float = 0.05
    """Share of option look-up drills."""
    drill: DrillSpec = DrillSpec()
    hasty: float = 0.0
    collapsed: float = 0.0
    acts: tuple[int, int] = EasySpec().acts
    """How much happens in the stories."""
    agents: tuple[int, int] = EasySpec().agents
    """How many people they are about."""
    options: tuple[int, int] = (4, 4)
    """Number of options."""
    wide_options: float = 0.25
    """Share of items whose number of options is drawn from 2..6 instead."""


_DRILL = DrillSpec()


def example(seed: int, index: int, spec: CorpusSpec) -> Example:
    """Example number ``index``: depends on its arguments alone."""
    rng = Random(f"corpus-{seed}-{index}")
    if rng.random() < spec.drills:
        return drill(rng, spec.drill)
    options = (2, 6) if rng.random() < spec.wide_options else spec.options
    easy = EasySpec(agents=spec.agents, acts=spec.acts, options=options)
    item = easy_item(seed, index, easy, split="coldstart")
    draw = rng.random()
    thought = None
    if draw < spec.hasty:
        thought = hasty_thought(item)
    elif draw < spec.hasty + spec.collapsed:
        thought = collapsed_thought(item)
    if thought is None:
        thought = careful_thought(item)
    return Example(render_prompt(item, "compact"), render_target(thought, item.letter))


def careful_thought(item: SocialItem) -> str:
    """The gold trace under its four headings."""
    return render_thought(world(item).trace.stages(item.letter))


def collapsed_thought(item: SocialItem) -> str | None:
    """Four headings, one glance at the obvious; None where the glance misleads."""
    here = world(item)
    gold, thing = item.options[item.answer], here.question.thing
    if not _glance_is_right(item, here):
        return None
    lines = list(enumerate(here.script.lines, 1))
    who = _first_to_leave(here)
    if here.question.form == "knowledge":
        glance = f"Really: {gold} moved it last. {gold} saw the place."
        goal = "The question asks for the real place."
    elif who is None:
        glance = f"Really: it ended up in the {gold}. Anyone would look there."
        goal = "The question asks for the real place."
    else:
        left = next(i for i, line in lines if line.act is Act.LEAVE and line.actor == who)
        lines = lines[:left]
        glance = f"{who} left at [{left}]. It was in the {gold}."
        goal = f"The question asks for what {who} saw."
    cues = " ".join(
        f"[{i}] {thing} {'in' if line.act is Act.PLACE else 'to'} {line.value}."
        for i, line in lines
        if line.thing == thing and line.act in (Act.PLACE, Act.MOVE, Act.PEEK_MOVE)
    )
    return render_thought((cues, glance, goal, f"So it is {_named(item)} ({item.letter})."))


def hasty_thought(item: SocialItem) -> str | None:
    """An option first, a reason after; None where the glance behind it misleads."""
    here = world(item)
    gold, thing, letter = item.options[item.answer], here.question.thing, item.letter
    if not _glance_is_right(item, here):
        return None
    who = _first_to_leave(here)
    if here.question.form == "knowledge":
        reason = f"{gold} moved it last, so it must be {letter}."
    elif who is None:
        reason = f"The {thing} ended up in the {gold}, so it must be {letter}."
    else:
        reason = f"The {thing} was in the {gold} when {who} left, so it must be {letter}."
    named = _named(item)
    return f"{named[0].upper()}{named[1:]} ({letter}) looks right. {reason}"


def _glance_is_right(item: SocialItem, here: World) -> bool:
    """Whether the shallow reader is right.

    He names who moved the thing last, or the place where it was when the first of the asked people
    left, or where it is now if none of them did: never both, so that there is one habit to learn.
    """
    case = Case(here.script, here.log, here.question, item.options, item.story, Replay(here.log))
    glances = {"knowledge": last_mover, "belief": first_leaver, "reality": reality}
    glance = glances.get(here.question.form)
    return glance is not None and glance(case) == item.options[item.answer]


def _named(item: SocialItem) -> str:
    """The gold option as a sentence names it: people by name, places with their article."""
    gold = item.options[item.answer]
    return gold if item.meta["form"] == "knowledge" else f"the {gold}"


def drill(rng: Random, spec: DrillSpec = _DRILL) -> Example:
    """Find an option's letter, after some lines that do not matter."""
    count = rng.randint(*spec.options)
    cast = draw_cast(rng, agents=count, places=count)
    options = cast.names if rng.random() < spec.names else cast.places
    index = rng.randrange(count)
    item = SocialItem(
        id="drill",
        dimension="drill",
        group="drill",
        story="\n".join(
            f"{i + 1} {rng.choice(cast.names)} left the {cast.room}."
            for i in range(rng.randint(*spec.lines))
        ),
        question=f"Which option is the {options[index]}?",
        options=tuple(options),
        answer=index,
    )
    orders = [rng.sample(range(count), count) for _ in range(rng.randint(*spec.lists))]
    lists = [", ".join(f"{options[i]} ({LETTERS[i]})" for i in order) + "." for order in orders]
    thought = " ".join([*lists, f"So it is the {options[index]} ({LETTERS[index]})."])
    return Example(render_prompt(item, "compact"), render_target(thought, LETTERS[index]))


def _first_to_leave(here: World) -> str | None:
    """The first of the asked people to leave, if one does."""
    asked = here.question.chain if here.question.form == "belief" else ()
    leavers = (x.actor for x in here.script.lines if x.act is Act.LEAVE and x.actor in asked)
    return next(leavers, None)
