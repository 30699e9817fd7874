"""Plots: scripts that can happen, drawn act by act from what is possible right now.

The same acts serve both registers; which of them happen is a matter of the weights. In the small
register of the embedded model anybody may do anything; in the rich one people have reasons
(`motives`), which is a `World` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, ClassVar

from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface import Cast

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
    bystanders: tuple[str, ...] = ()
    """People of rich stories who never change the thing themselves."""
    skeleton: tuple[Act, ...] = ()
    """Acts that must happen in this order; free ones are strewn between. Empty: all are free."""


def _somebody(world: World) -> bool:
    return bool(world.awake)


@dataclass(slots=True)
class World:
    """Where people are while a plot is drawn, and what any of them might do next."""

    needs: ClassVar[Mapping[Act, Callable[[Any], bool]]] = {
        Act.LEAVE: lambda world: len(world.awake) >= 2,
        Act.NAP: lambda world: len(world.awake) >= 2,
        Act.ENTER: lambda world: bool(world.outside),
        Act.WAKE: lambda world: bool(world.asleep),
        Act.DRIFT: lambda world: len(world.awake) >= 2,
        Act.STIR: lambda world: bool(world.drifting),
        Act.PEEK_MOVE: lambda world: bool(world.awake and world.outside),
        Act.SAY: lambda world: len(world.inside) >= 2 and bool(world.awake),
        Act.TEXT: lambda world: len(world.reachable) >= 2,
        Act.RELAY: lambda world: len(world.reachable) >= 2,
    }
    """What acts take; any other takes somebody who is awake."""
    cast: Cast
    inside: list[str]
    outside: list[str]
    asleep: list[str] = field(default_factory=list[str])
    drifting: list[str] = field(default_factory=list[str])
    unread: list[Line] = field(default_factory=list[Line])
    place: str = ""
    visited: list[str] = field(default_factory=list[str])
    awake: list[str] = field(init=False)
    """Those in the room who take in what happens there."""
    reachable: list[str] = field(init=False)
    """Those who can send and get word now."""

    def __post_init__(self) -> None:
        self.regroup()

    def regroup(self) -> None:
        """Find out anew who is awake and who can be reached, after somebody came or went."""
        self.awake = [a for a in self.inside if a not in self.asleep and a not in self.drifting]
        self.reachable = self.awake + self.outside

    def readable(self) -> list[Line]:
        """Letters whose writer and reader can both look at a screen now."""
        up = set(self.reachable)
        return [x for x in self.unread if {x.actor, x.other} <= up]

    def possible(self, acts: Iterable[Act]) -> list[Act]:
        """Those of the acts that can be drawn now."""
        return [act for act in acts if self.needs.get(act, _somebody)(self)]

    def next_act(self, rng: Random, weights: Mapping[Act, float]) -> Act | None:
        """What happens next, of what is possible now."""
        acts = self.possible([a for a, w in weights.items() if w > 0])
        return rng.choices(acts, [weights[a] for a in acts])[0] if acts else None

    def leaver(self, rng: Random) -> str:
        """Who goes out."""
        return rng.choice(self.awake)

    def mover(self, rng: Random) -> str:
        """Who moves the thing."""
        return rng.choice(self.awake)

    def target(self, rng: Random, actor: str) -> str:
        """Where he moves it: to a new place, while there is one."""
        unused = [p for p in self.cast.places if p not in self.visited]
        return rng.choice(unused or [p for p in self.cast.places if p != self.place])

    def told(self, line: Line) -> None:
        """The line happens; where people mind what they see, they take it down."""

    def moved(self, place: str) -> None:
        """The thing is in another place."""
        self.place = place
        self.visited.append(place)

    def searcher(self, rng: Random) -> str:
        """Who goes and looks for himself."""
        return rng.choice(self.awake)

    def announcer(self, rng: Random) -> str:
        """Who speaks up in the room."""
        return rng.choice(self.awake)

    def claim(self, rng: Random, speaker: str, *, aloud: bool = False) -> str:
        """What somebody says: true, or anything."""
        return self.place if rng.random() < 0.4 else rng.choice(self.cast.places)

    def telling(self, rng: Random) -> tuple[str, str]:
        """Who tells whom in private."""
        a, b = rng.sample(self.reachable, 2)
        return a, b

    def writing(self, rng: Random) -> tuple[str, str]:
        """Who writes to whom."""
        actor = rng.choice(self.reachable)
        return actor, rng.choice([n for n in self.cast.names if n != actor])

    def asking(self, rng: Random) -> tuple[str, str]:
        """Who answers whom in private."""
        a, b = rng.sample(self.reachable, 2)
        return a, b

    def reader(self, rng: Random) -> str:
        """Who comes upon a note."""
        return rng.choice(self.reachable)

    def noise(self, rng: Random) -> Line:
        """Something that changes nothing of the asked fluent."""
        kind = rng.choices((NOISE_ALONE, NOISE_PERSON, NOISE_THING, NOISE_MOVE), (2, 3, 1, 4))[0]
        key = rng.choice(kind)
        if kind is NOISE_ALONE:
            return Line(Act.NOISE, noise=key)
        actor = rng.choice(self.awake)
        if kind is NOISE_PERSON:
            return Line(Act.NOISE, actor, noise=key)
        thing = rng.choice(self.cast.other_things)
        place = rng.choice(self.cast.places) if kind is NOISE_MOVE else None
        return Line(Act.NOISE, actor, thing=thing, value=place, noise=key)


def draw_script(rng: Random, cast: Cast, spec: PlotSpec) -> Script:
    """Draw one script; whether it is interesting is for others to say."""
    names = list(cast.names)
    late = [names.pop()] if len(names) > 2 and rng.random() < spec.late else []
    world = World(cast, names, late, place=cast.places[0], visited=[cast.places[0]])
    lines = [
        Line(Act.ROLL, people=tuple(names)),
        Line(Act.PLACE, thing=cast.thing, value=world.place),
    ]
    if rng.random() < spec.doubt:
        hearer, speaker = rng.sample(cast.names, 2)
        lines.insert(rng.randrange(2), Line(Act.DOUBT, hearer, speaker))
    lines += draw_acts(rng, world, spec)
    return Script(cast.names, cast.room, tuple(lines))


def draw_acts(rng: Random, world: World, spec: PlotSpec) -> list[Line]:
    """What happens after the opening, act by act."""
    count = rng.randint(*spec.acts)
    fixed = list(spec.skeleton)
    lines: list[Line] = []
    for left in range(count, 0, -1):
        if fixed and rng.random() < len(fixed) / left:
            act = fixed.pop(0)
            line = _DRAW[act](rng, world) if world.possible([act]) else None
        else:
            line = _draw_line(rng, world, spec)
        if line is not None:
            world.told(line)
            lines.append(line)
    return lines


def _draw_line(rng: Random, world: World, spec: PlotSpec) -> Line | None:
    act = world.next_act(rng, spec.weights)
    return _DRAW[act](rng, world) if act else None


def _leave(rng: Random, world: World) -> Line:
    actor = world.leaver(rng)
    world.inside.remove(actor)
    world.outside.append(actor)
    world.regroup()
    return Line(Act.LEAVE, actor)


def _enter(rng: Random, world: World) -> Line:
    actor = rng.choice(world.outside)
    world.outside.remove(actor)
    world.inside.append(actor)
    world.regroup()
    return Line(Act.ENTER, actor)


def _move(rng: Random, world: World) -> Line:
    actor = world.mover(rng)
    place = world.target(rng, actor)
    world.moved(place)
    return Line(Act.MOVE, actor, thing=world.cast.thing, value=place)


def _peek_move(rng: Random, world: World) -> Line:
    actor, watcher = world.mover(rng), rng.choice(world.outside)
    place = world.target(rng, actor)
    world.moved(place)
    return Line(Act.PEEK_MOVE, actor, watcher, thing=world.cast.thing, value=place)


def _look(rng: Random, world: World) -> Line:
    actor = world.searcher(rng)
    return Line(Act.LOOK, actor, thing=world.cast.thing)


def _say(rng: Random, world: World) -> Line:
    actor = world.announcer(rng)
    value = world.claim(rng, actor, aloud=True)
    return Line(Act.SAY, actor, thing=world.cast.thing, value=value)


def _text(rng: Random, world: World) -> Line:
    a, b = world.telling(rng)
    return Line(Act.TEXT, a, b, thing=world.cast.thing, value=world.claim(rng, a))


def _relay(rng: Random, world: World) -> Line:
    a, b = world.asking(rng)
    return Line(Act.RELAY, a, b, thing=world.cast.thing)


def _falls(act: Act, state: str) -> Callable[[Random, World], Line]:
    """Somebody there begins to miss what happens: ``asleep`` or ``drifting``."""

    def draw(rng: Random, world: World) -> Line:
        actor = rng.choice(world.awake)
        getattr(world, state).append(actor)
        world.regroup()
        return Line(act, actor)

    return draw


def _rises(act: Act, state: str) -> Callable[[Random, World], Line]:
    """The end of it."""

    def draw(rng: Random, world: World) -> Line:
        actor = rng.choice(getattr(world, state))
        getattr(world, state).remove(actor)
        world.regroup()
        return Line(act, actor)

    return draw


def _alone(act: Act) -> Callable[[Random, World], Line]:
    """Somebody outside, alone, at the window or past it."""

    def draw(rng: Random, world: World) -> Line:
        return Line(act, rng.choice(world.outside), thing=world.cast.thing)

    return draw


def _reading(act: Act) -> Callable[[Random, World], Line]:
    """Somebody who has not the thing before his eyes comes upon a note about it."""

    def draw(rng: Random, world: World) -> Line:
        actor = world.reader(rng)
        value = rng.choice(world.cast.places) if act is Act.ENTRY else None
        return Line(act, actor, thing=world.cast.thing, value=value)

    return draw


def _overhear(rng: Random, world: World) -> Line:
    actor, other = world.announcer(rng), rng.choice(world.outside)
    value = world.claim(rng, actor, aloud=True)
    return Line(Act.OVERHEAR, actor, other, thing=world.cast.thing, value=value)


def _letter(rng: Random, world: World) -> Line:
    actor, other = world.writing(rng)
    line = Line(Act.LETTER, actor, other, thing=world.cast.thing, value=world.claim(rng, actor))
    world.unread = [x for x in world.unread if (x.actor, x.other) != (actor, other)] + [line]
    return line


def _read(rng: Random, world: World) -> Line:
    letter = rng.choice(world.readable())
    world.unread.remove(letter)
    return replace(letter, act=Act.READ)


def _routine(rng: Random, world: World) -> Line:
    told = rng.sample(world.cast.names, rng.randint(1, 2))
    value = world.target(rng, "")
    world.moved(value)
    return Line(Act.ROUTINE, thing=world.cast.thing, value=value, people=tuple(told))


def _shifted(rng: Random, world: World) -> Line:
    value = world.target(rng, "")
    world.moved(value)
    return Line(Act.SHIFTED, thing=world.cast.thing, value=value)


def _noise(rng: Random, world: World) -> Line:
    return world.noise(rng)


_DRAW = {
    Act.LEAVE: _leave,
    Act.ENTER: _enter,
    Act.MOVE: _move,
    Act.PEEK_MOVE: _peek_move,
    Act.LOOK: _look,
    Act.SAY: _say,
    Act.TEXT: _text,
    Act.RELAY: _relay,
    Act.NAP: _falls(Act.NAP, "asleep"),
    Act.WAKE: _rises(Act.WAKE, "asleep"),
    Act.DRIFT: _falls(Act.DRIFT, "drifting"),
    Act.STIR: _rises(Act.STIR, "drifting"),
    Act.GLIMPSE: _alone(Act.GLIMPSE),
    Act.FACED_AWAY: _alone(Act.FACED_AWAY),
    Act.ENTRY: _reading(Act.ENTRY),
    Act.BLANK: _reading(Act.BLANK),
    Act.OVERHEAR: _overhear,
    Act.LETTER: _letter,
    Act.READ: _read,
    Act.ROUTINE: _routine,
    Act.SHIFTED: _shifted,
    Act.NOISE: _noise,
}
