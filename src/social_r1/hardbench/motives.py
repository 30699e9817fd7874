"""Plots with motives: people who act for a reason and on what they have seen (HARDBENCH 9).

Whoever moves the thing has a place of his own for it, and puts it there again whenever he finds it
elsewhere. One asks, looks or listens about what one has not before one's eyes, and tells those who
were away. A liar keeps to his tale, and takes care not to tell it to those who see better. So each
act can be understood from what the person wants and takes to be so, and the story is no mere list
of events; `sense` says whether a story, drawn or edited, keeps to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any, ClassVar

from social_r1.hardbench.asides import in_turn
from social_r1.hardbench.plots import PlotSpec, World, draw_acts
from social_r1.hardbench.script import CHANGES, Act, Line, Script
from social_r1.hardbench.sense import Eyes, without_idle_turns, without_idle_words
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.casting import other_value

LIES = 0.1
"""Chance that somebody who is free to tells a tale instead of what he takes to be so."""
DONE = 0.7
"""Chance that of those who are there one goes who has it where he would have it."""
FRESH = 0.6
"""Chance that one asks somebody who saw more than oneself, where there is anybody."""
TRIES = 10
"""How often an act is drawn before the possible ones are listed."""

_SEES = frozenset({Act.LOOK, Act.GLIMPSE})
_STRANGERS = frozenset({Act.ROUTINE, Act.SHIFTED})


@dataclass(slots=True)
class MotivatedWorld(World):
    """A world whose people have reasons.

    Attributes:
        aims: where each who has moved the thing would have it.
        tales: the tale that each liar tells.
        taken: where each takes it to be, roughly: the last place he saw or heard of.
        eyes: who has it before his eyes, and how old each one's news are.
        bystanders: who never changes it.
        elsewhere: how the things that nobody asks about have come to be.
        strangers: how often somebody who is not of the story has changed the thing; one is enough.
    """

    needs: ClassVar[Mapping[Act, Callable[[Any], bool]]] = {
        **World.needs,
        Act.MOVE: lambda world: bool(world.movers),
        Act.PEEK_MOVE: lambda world: bool(world.outside and world.movers),
        Act.LOOK: lambda world: bool(world.newcomers),
        Act.SAY: lambda world: len(world.awake) >= 2 and bool(world.newcomers),
        Act.OVERHEAR: lambda world: bool(world.awake and world.outside),
        Act.GLIMPSE: lambda world: bool(world.outside),
        Act.FACED_AWAY: lambda world: bool(world.outside),
        Act.LETTER: lambda world: bool(world.writings()),
        Act.READ: lambda world: bool(world.readable()),
        Act.ENTRY: lambda world: bool(world.alone),
        Act.BLANK: lambda world: bool(world.alone),
        Act.TEXT: lambda world: bool(world.tellings()),
        Act.RELAY: lambda world: any(world.questions()),
        Act.ROUTINE: lambda world: not world.strangers,
        Act.SHIFTED: lambda world: not world.strangers,
    }
    """For most acts people must have a reason as well."""
    aims: dict[str, str] = field(default_factory=dict[str, str])
    tales: dict[str, str] = field(default_factory=dict[str, str])
    taken: dict[str, str] = field(default_factory=dict[str, str])
    bystanders: tuple[str, ...] = ()
    elsewhere: dict[str, str] = field(default_factory=dict[str, str])
    strangers: int = 0
    eyes: Eyes = field(default_factory=lambda: Eyes(""))

    @property
    def blind(self) -> list[str]:
        """Those who can be reached and have it not before their eyes."""
        return [a for a in self.reachable if a not in self.eyes.on]

    @property
    def alone(self) -> list[str]:
        """Those who have it not before their eyes and are not in company."""
        return [a for a in self.blind if a not in self.inside]

    @property
    def newcomers(self) -> list[str]:
        """Those there and awake who came in after it was put there."""
        return [a for a in self.awake if a not in self.eyes.on]

    def readable(self) -> list[Line]:
        """Letters about what the reader has not before his eyes, from somebody elsewhere."""
        return [
            x
            for x in World.readable(self)
            if x.other not in self.eyes.on and not {x.actor, x.other} <= {*self.inside}
        ]

    @property
    def movers(self) -> list[str]:
        """Those who would have it elsewhere, or have not yet shown where they would have it."""
        willing = [a for a in self.awake if self.aims.get(a) != self.place]
        return [a for a in willing if a not in self.bystanders]

    def next_act(self, rng: Random, weights: Mapping[Act, float]) -> Act | None:
        """The same by rejection: whether anybody has a reason takes long to find out."""
        acts, sums = tuple(weights), tuple(accumulate(weights.values()))
        for _ in range(TRIES):
            act = rng.choices(acts, cum_weights=sums)[0]
            if self.possible([act]):
                return act
        return World.next_act(self, rng, weights)

    def leaver(self, rng: Random) -> str:
        """Often one who has it where he would have it: he is done here."""
        done = [a for a in self.awake if self.aims.get(a) == self.place]
        return rng.choice(done) if done and rng.random() < DONE else rng.choice(self.awake)

    def mover(self, rng: Random) -> str:
        """Somebody who would have it elsewhere."""
        return rng.choice(self.movers)

    def target(self, rng: Random, actor: str) -> str:
        """The place that he would have it in."""
        aim = self.aims.get(actor) or World.target(self, rng, actor)
        if actor:
            self.aims[actor] = aim
        return aim

    def told(self, line: Line) -> None:
        """Whoever perceives the line takes it down."""
        self.eyes.follow(line)
        self.strangers += line.act in _STRANGERS
        if line.thing == self.cast.thing and line.act in CHANGES:
            seen = (*self.awake, *((line.other,) if line.other else ()), *line.people)
            self.taken |= dict.fromkeys(seen, self.place)
        elif line.thing == self.cast.thing and line.act in _SEES and line.actor:
            self.taken[line.actor] = self.place

    def searcher(self, rng: Random) -> str:
        """Somebody who came in after it was put there."""
        return rng.choice(self.newcomers)

    def claim(self, rng: Random, speaker: str, *, aloud: bool = False) -> str:
        """What he takes to be so, or his tale; before witnesses what they all saw.

        No tale is true by accident: it would leave people to wonder how he came to know.
        """
        if aloud and any(a in self.eyes.on for a in self.awake):
            return self.place
        if rng.random() < LIES and speaker in self.aims and speaker not in self.tales:
            others = [p for p in self.cast.places if p != self.taken.get(speaker)]
            self.tales[speaker] = self.aims.get(speaker) or rng.choice(others)
        known = self.taken.get(speaker) or rng.choice(self.cast.places)
        tale = self.tales.get(speaker, known)
        return known if tale == self.place else tale

    def telling(self, rng: Random) -> tuple[str, str]:
        """Somebody elsewhere tells one who has it not before his eyes."""
        tellings = self.tellings()
        hearer = rng.choice(sorted({b for _, b in tellings}))
        return rng.choice([a for a, b in tellings if b == hearer]), hearer

    def tellings(self) -> list[tuple[str, str]]:
        """Who might tell whom in private, and has not done so yet."""
        eyes = self.eyes
        return [p for p in self.lines_open() if p not in eyes.told and eyes.may_send(*p)]

    def lines_open(self) -> list[tuple[str, str]]:
        """Who might speak to whom in private: people in one room need not write or ring up."""
        here = set(self.inside)
        return [(a, b) for b in self.blind for a in self.reachable if a != b and not {a, b} <= here]

    def writing(self, rng: Random) -> tuple[str, str]:
        """Nobody writes to one who stands in the same room."""
        return rng.choice(self.writings())

    def writings(self) -> list[tuple[str, str]]:
        """Who might write to whom, and has neither told nor written to him yet."""
        here, told = set(self.inside), self.eyes.told
        pairs = ((a, b) for a in self.reachable for b in self.cast.names if a != b)
        free = (pair for pair in pairs if pair not in told and not {*pair} <= here)
        return [pair for pair in free if self.eyes.may_send(*pair)]

    def asking(self, rng: Random) -> tuple[str, str]:
        """One who has it not before his eyes asks somebody who may have newer news."""
        questions = list(self.questions())
        better = [(a, b) for a, b in questions if a in self.eyes.on]
        return rng.choice(better if better and rng.random() < FRESH else questions)

    def reader(self, rng: Random) -> str:
        """One who has it not before his eyes comes upon a note."""
        return rng.choice(self.alone)

    def questions(self) -> Iterator[tuple[str, str]]:
        """Who might answer whom."""
        eyes = self.eyes
        yield from (p for p in self.lines_open() if eyes.may_tell(*p) and eyes.has_more_for(*p))

    def noise(self, rng: Random) -> Line:
        """Something of no consequence; now and then it looks like an event."""
        actor, cast = rng.choice(self.awake), self.cast
        kind = rng.choices(("doing", "ambience", "note", "event"), (5, 1.2, 0.1, 0.15))[0]
        if kind == "note":
            return Line(Act.NOTE, actor)
        if kind != "event":
            return Line(Act.DOING, actor) if kind == "doing" else Line(Act.AMBIENCE)
        thing = rng.choice(cast.other_things)
        act = rng.choices(*zip(*_LOOKALIKES.items(), strict=True))[0]
        if act in _OUTSIDE:
            actor = rng.choice(self.outside) if self.outside else ""
        if not actor or (act in _WITH_OTHER and not self.outside):
            act, actor = Act.MOVE, rng.choice(self.awake)
        other = rng.choice(self.outside) if act in _WITH_OTHER else None
        if act in _LOOKS:
            return Line(act, actor, other, thing)
        before, value = self.elsewhere.get(thing), other_value(rng, cast, thing)
        while value == before:
            value = other_value(rng, cast, thing)
        if act in CHANGES:
            self.elsewhere[thing] = value
        return Line(act, actor, other, thing, value)


_LOOKALIKES = {
    Act.MOVE: 2.0, Act.TEXT: 1.0, Act.PEEK_MOVE: 0.8, Act.GLIMPSE: 0.5, Act.FACED_AWAY: 0.2,
    Act.ENTRY: 0.3,
}  # fmt: skip
"""What happens to things that nobody asks about, with weights: the same words, to no effect."""
_LOOKS = (Act.GLIMPSE, Act.FACED_AWAY)
_OUTSIDE = (*_LOOKS, Act.ENTRY)
_WITH_OTHER = (Act.TEXT, Act.PEEK_MOVE)


def draw_story(rng: Random, cast: Cast, spec: PlotSpec) -> Script:
    """Draw one story of the rich register."""
    names = list(cast.names)
    late = [names.pop()] if len(names) > 2 and rng.random() < spec.late else []
    place = cast.places[0]
    world = MotivatedWorld(
        cast, names, late, place=place, visited=[place], bystanders=spec.bystanders
    )
    world.eyes = Eyes(cast.thing)
    lines = [Line(Act.ROLL, people=tuple(names), noise=cast.occasion)]
    if late:
        lines.append(Line(Act.AWAY, people=tuple(late)))
    lines.append(Line(Act.PLACE, thing=cast.thing, value=place))
    if cast.matter == "status":
        lines.append(Line(Act.NEWEST))
    if rng.random() < spec.doubt:
        hearer, speaker = rng.sample(cast.names, 2)
        lines.insert(1, Line(Act.DOUBT, hearer, speaker))
    for line in lines:
        world.told(line)
    told = draw_acts(rng, world, spec)
    script = Script(
        cast.names,
        cast.room,
        in_turn(rng, (*lines, *told), cast.occasion),
        frame=cast.frame,
        domain=cast.domain,
        matter=cast.matter,
        family=cast.family,
    )
    return without_idle_words(without_idle_turns(script, cast.thing), cast.thing)
