"""Random plots: scripts that can happen, drawn act by act from what is possible right now.

The same acts serve both registers; which of them happen is a matter of the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.words import domain, other_value, shelve

NOISE_ALONE = ("weather", "clock", "dog", "bus", "light")
NOISE_PERSON = ("hum", "window", "plants", "floor", "quiet", "note", "stretch")
NOISE_THING = ("like",)
NOISE_MOVE = ("move", "put")


@dataclass(frozen=True, slots=True)
class PlotSpec:
    """How a plot is drawn: its length after the opening, and the weight of every act."""

    acts: tuple[int, int]
    weights: Mapping[Act, float]
    doubt: float = 0.0
    """Chance that the story says of one person that he does not trust another."""
    late: float = 0.0
    """Chance that one person comes in only later."""
    skeleton: tuple[Act, ...] = ()
    """Acts that must happen in this order; free ones are strewn between. Empty: all are free."""


@dataclass(slots=True)
class _World:
    cast: Cast
    inside: list[str]
    outside: list[str]
    asleep: list[str] = field(default_factory=list[str])
    drifting: list[str] = field(default_factory=list[str])
    unread: list[Line] = field(default_factory=list[Line])
    place: str = ""
    visited: list[str] = field(default_factory=list[str])

    @property
    def awake(self) -> list[str]:
        return [a for a in self.inside if a not in self.asleep and a not in self.drifting]

    def readable(self) -> list[Line]:
        """Letters whose writer and reader can both look at a screen now."""
        up = {*self.awake, *self.outside}
        return [x for x in self.unread if {x.actor, x.other} <= up]


def draw_script(rng: Random, cast: Cast, spec: PlotSpec) -> Script:
    """Draw one script; whether it is interesting is for others to say."""
    names = list(cast.names)
    late = [names.pop()] if len(names) > 2 and rng.random() < spec.late else []
    world = _World(cast, names, late, place=cast.places[0], visited=[cast.places[0]])
    lines = [
        Line(Act.ROLL, people=tuple(names)),
        Line(Act.PLACE, thing=cast.thing, value=world.place),
    ]
    if rng.random() < spec.doubt:
        hearer, speaker = rng.sample(cast.names, 2)
        lines.insert(rng.randrange(2), Line(Act.DOUBT, hearer, speaker))
    lines += _draw_acts(rng, world, spec)
    if cast.domain:
        _let_the_doubted_speak(rng, lines, cast)
    return Script(
        cast.names,
        cast.room,
        tuple(lines),
        frame=cast.frame,
        domain=cast.domain,
        matter=cast.matter,
        family=cast.family,
    )


def _let_the_doubted_speak(rng: Random, lines: list[Line], cast: Cast) -> None:
    """Doubt matters only where the doubted says something to the doubter."""
    doubt = next((x for x in lines if x.act is Act.DOUBT), None)
    if doubt and doubt.actor and doubt.other and rng.random() < 0.8:
        value = rng.choice(cast.places)
        word = Line(Act.TEXT, doubt.other, doubt.actor, thing=cast.thing, value=value)
        lines.insert(rng.randint(len(lines) // 2, len(lines)), word)


def _draw_acts(rng: Random, world: _World, spec: PlotSpec) -> list[Line]:
    count = rng.randint(*spec.acts)
    fixed = list(spec.skeleton)
    lines: list[Line] = []
    for left in range(count, 0, -1):
        if fixed and rng.random() < len(fixed) / left:
            act = fixed.pop(0)
            line = _DRAW[act](rng, world) if act in _possible(world, (act,)) else None
        else:
            line = _draw_line(rng, world, spec)
        if line is not None:
            lines.append(line)
    return lines


def _draw_line(rng: Random, world: _World, spec: PlotSpec) -> Line | None:
    acts = _possible(world, [a for a, w in spec.weights.items() if w > 0])
    if not acts:
        return None
    act = rng.choices(acts, [spec.weights[a] for a in acts])[0]
    return _DRAW[act](rng, world)


def _possible(world: _World, acts: Iterable[Act]) -> list[Act]:
    """Those of the acts that can be drawn now, with so many people in the room and awake."""
    awake, outside = len(world.awake), len(world.outside)
    limits = {
        Act.LEAVE: awake >= 2,
        Act.NAP: awake >= 2,
        Act.ENTER: outside > 0,
        Act.WAKE: bool(world.asleep),
        Act.PEEK_MOVE: awake > 0 and outside > 0,
        Act.SAY: len(world.inside) >= 2 and awake > 0,
        Act.TEXT: awake + outside >= 2,
        Act.RELAY: awake + outside >= 2,
        Act.DRIFT: awake >= 2,
        Act.STIR: bool(world.drifting),
        Act.GLIMPSE: outside > 0,
        Act.FACED_AWAY: outside > 0,
        Act.OVERHEAR: awake > 0 and outside > 0,
        Act.LETTER: awake + outside >= 1,
        Act.READ: bool(world.readable()),
        Act.ROUTINE: True,
        Act.SHIFTED: True,
    }
    return [a for a in acts if limits.get(a, awake > 0)]


def _leave(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.awake)
    world.inside.remove(actor)
    world.outside.append(actor)
    return Line(Act.LEAVE, actor)


def _enter(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.outside)
    world.outside.remove(actor)
    world.inside.append(actor)
    return Line(Act.ENTER, actor)


def _new_place(rng: Random, world: _World) -> str:
    unused = [p for p in world.cast.places if p not in world.visited]
    choice = rng.choice(unused if unused else [p for p in world.cast.places if p != world.place])
    world.place = choice
    world.visited.append(choice)
    return choice


def _move(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.awake)
    return Line(Act.MOVE, actor, thing=world.cast.thing, value=_new_place(rng, world))


def _peek_move(rng: Random, world: _World) -> Line:
    actor, watcher = rng.choice(world.awake), rng.choice(world.outside)
    return Line(Act.PEEK_MOVE, actor, watcher, thing=world.cast.thing, value=_new_place(rng, world))


def _look(rng: Random, world: _World) -> Line:
    return Line(Act.LOOK, rng.choice(world.awake), thing=world.cast.thing)


def _say(rng: Random, world: _World) -> Line:
    return Line(Act.SAY, rng.choice(world.awake), thing=world.cast.thing, value=_claim(rng, world))


def _text(rng: Random, world: _World) -> Line:
    a, b = rng.sample(world.awake + world.outside, 2)
    return Line(Act.TEXT, a, b, thing=world.cast.thing, value=_claim(rng, world))


def _relay(rng: Random, world: _World) -> Line:
    a, b = rng.sample(world.awake + world.outside, 2)
    return Line(Act.RELAY, a, b, thing=world.cast.thing)


def _claim(rng: Random, world: _World) -> str:
    return world.place if rng.random() < 0.4 else rng.choice(world.cast.places)


def _nap(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.awake)
    world.asleep.append(actor)
    return Line(Act.NAP, actor)


def _wake(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.asleep)
    world.asleep.remove(actor)
    return Line(Act.WAKE, actor)


def _drift(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.awake)
    world.drifting.append(actor)
    return Line(Act.DRIFT, actor)


def _stir(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.drifting)
    world.drifting.remove(actor)
    return Line(Act.STIR, actor)


def _glimpse(rng: Random, world: _World) -> Line:
    return Line(Act.GLIMPSE, rng.choice(world.outside), thing=world.cast.thing)


def _faced_away(rng: Random, world: _World) -> Line:
    return Line(Act.FACED_AWAY, rng.choice(world.outside), thing=world.cast.thing)


def _overhear(rng: Random, world: _World) -> Line:
    actor, other = rng.choice(world.awake), rng.choice(world.outside)
    return Line(Act.OVERHEAR, actor, other, thing=world.cast.thing, value=_claim(rng, world))


def _letter(rng: Random, world: _World) -> Line:
    actor = rng.choice(world.awake + world.outside)
    other = rng.choice([n for n in world.cast.names if n != actor])
    line = Line(Act.LETTER, actor, other, thing=world.cast.thing, value=_claim(rng, world))
    world.unread = [x for x in world.unread if (x.actor, x.other) != (actor, other)] + [line]
    return line


def _read(rng: Random, world: _World) -> Line:
    letter = rng.choice(world.readable())
    world.unread.remove(letter)
    return replace(letter, act=Act.READ)


def _routine(rng: Random, world: _World) -> Line:
    told = rng.sample(world.cast.names, rng.randint(1, 2))
    value = _new_place(rng, world)
    return Line(Act.ROUTINE, thing=world.cast.thing, value=value, people=tuple(told))


def _shifted(rng: Random, world: _World) -> Line:
    return Line(Act.SHIFTED, thing=world.cast.thing, value=_new_place(rng, world))


def _rich_noise(rng: Random, world: _World) -> Line:
    """Something that changes nothing of the asked fluent; much of it looks like an event."""
    actor, cast = rng.choice(world.awake), world.cast
    kind = rng.choices(("doing", "ambience", "note", "move", "text"), (5, 1.2, 0.5, 2, 0.8))[0]
    thing = rng.choice(cast.other_things)
    others = [n for n in world.awake + world.outside if n != actor]
    if kind == "move" or (kind == "text" and not others):
        value = other_value(rng, cast, thing)
        return Line(Act.MOVE, actor, thing=thing, value=value)
    if kind == "text":
        value = other_value(rng, cast, thing)
        return Line(Act.TEXT, actor, rng.choice(others), thing=thing, value=value)
    if kind == "note":
        return Line(Act.NOTE, actor)
    words = domain(cast.domain)
    doing = kind == "doing"
    indices = shelve(range(len(words.doings if doing else words.ambience)), cast.family)
    noise = f"{cast.domain}/{rng.choice(indices)}"
    return Line(Act.DOING, actor, noise=noise) if doing else Line(Act.AMBIENCE, noise=noise)


def _noise(rng: Random, world: _World) -> Line:
    if world.cast.domain:
        return _rich_noise(rng, world)
    kind = rng.choices((NOISE_ALONE, NOISE_PERSON, NOISE_THING, NOISE_MOVE), (2, 3, 1, 4))[0]
    key = rng.choice(kind)
    if kind is NOISE_ALONE:
        return Line(Act.NOISE, noise=key)
    actor = rng.choice(world.awake)
    if kind is NOISE_PERSON:
        return Line(Act.NOISE, actor, noise=key)
    thing = rng.choice(world.cast.other_things)
    place = rng.choice(world.cast.places) if kind is NOISE_MOVE else None
    return Line(Act.NOISE, actor, thing=thing, value=place, noise=key)


_DRAW = {
    Act.LEAVE: _leave,
    Act.ENTER: _enter,
    Act.MOVE: _move,
    Act.PEEK_MOVE: _peek_move,
    Act.LOOK: _look,
    Act.SAY: _say,
    Act.TEXT: _text,
    Act.RELAY: _relay,
    Act.NAP: _nap,
    Act.WAKE: _wake,
    Act.DRIFT: _drift,
    Act.STIR: _stir,
    Act.GLIMPSE: _glimpse,
    Act.FACED_AWAY: _faced_away,
    Act.OVERHEAR: _overhear,
    Act.LETTER: _letter,
    Act.READ: _read,
    Act.ROUTINE: _routine,
    Act.SHIFTED: _shifted,
    Act.NOISE: _noise,
}
