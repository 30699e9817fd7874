"""Plots with motives: people who act for a reason and on what they have seen (HARDBENCH 9).

Whoever moves the thing has a place of his own for it, and puts it there again whenever he finds it
elsewhere. One asks, looks or listens about what one has not before one's eyes, and tells those who
were away. A liar keeps to his tale, and takes care not to tell it to those who see better. So each
act can be understood from what the person wants and takes to be so, and the story is no mere list
of events; `senseless` says whether a story, drawn or edited, keeps to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from social_r1.hardbench.plots import PlotSpec, World, draw_acts
from social_r1.hardbench.script import CHANGES, Act, Line, Script
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.words import domain, other_value, shelve

LIES = 0.4
"""Chance that somebody who is free to tells a tale instead of what he takes to be so."""
FRESH = 0.6
"""Chance that one asks somebody who saw more than oneself, where there is anybody."""


@dataclass(slots=True)
class MotivatedWorld(World):
    """A world whose people have reasons.

    Attributes:
        aims: where each who has moved the thing would have it.
        tales: the tale that each liar tells.
        taken: where each takes it to be, roughly: the last place he saw or heard of.
        watching: who has had it before his eyes ever since he saw it put there.
        used: distractor sentences that the story has already.
    """

    aims: dict[str, str] = field(default_factory=dict[str, str])
    tales: dict[str, str] = field(default_factory=dict[str, str])
    taken: dict[str, str] = field(default_factory=dict[str, str])
    watching: set[str] = field(default_factory=set[str])
    used: set[str] = field(default_factory=set[str])

    def limits(self) -> dict[Act, bool]:
        """Whether somebody has a reason to do each act."""
        awake, movers = self.awake, bool(self._movers())
        reachable = len(awake) + len(self.outside)
        blind = not self.watching.issuperset((*awake, *self.outside))
        newcomer = not self.watching.issuperset(awake)
        away = bool(self.outside)
        return World.limits(self) | {
            Act.MOVE: movers,
            Act.PEEK_MOVE: movers and away,
            Act.LOOK: newcomer,
            Act.SAY: newcomer,
            Act.OVERHEAR: bool(awake) and away,
            Act.GLIMPSE: away,
            Act.FACED_AWAY: away,
            Act.LETTER: reachable > 0,
            Act.READ: bool(self.readable()),
            Act.ENTRY: blind,
            Act.BLANK: blind,
            Act.TEXT: blind and reachable >= 2,
            Act.RELAY: blind and reachable >= 2,
            Act.ROUTINE: True,
            Act.SHIFTED: True,
        }

    def readable(self) -> list[Line]:
        """Letters about what the reader has not before his eyes."""
        return [x for x in World.readable(self) if x.other not in self.watching]

    def _movers(self) -> list[str]:
        """Those who would have it elsewhere, or have not yet shown where they would have it."""
        return [a for a in self.awake if self.aims.get(a) != self.place]

    def mover(self, rng: Random) -> str:
        """Somebody who would have it elsewhere."""
        return rng.choice(self._movers())

    def target(self, rng: Random, actor: str) -> str:
        """The place that he would have it in."""
        aim = self.aims.get(actor) or World.target(self, rng, actor)
        if actor:
            self.aims[actor] = aim
        return aim

    def moved(self, place: str, seen: Iterable[str]) -> None:
        """The thing is moved before these people's eyes."""
        World.moved(self, place, seen)
        self.watching |= set(self.awake)
        self.taken |= dict.fromkeys(seen, place)

    def away(self, actor: str) -> None:
        """What happens now he does not see."""
        self.watching.discard(actor)

    def searcher(self, rng: Random) -> str:
        """Somebody who came in after it was put there."""
        actor = rng.choice([a for a in self.awake if a not in self.watching])
        self.watching.add(actor)
        self.taken[actor] = self.place
        return actor

    def claim(self, rng: Random, speaker: str, *, aloud: bool = False) -> str:
        """What he takes to be so, or his tale; before witnesses what they all saw."""
        if aloud and self.watching & set(self.awake):
            return self.place
        if rng.random() < LIES and speaker not in self.tales:
            others = [p for p in self.cast.places if p != self.taken.get(speaker)]
            self.tales[speaker] = self.aims.get(speaker) or rng.choice(others)
        known = self.taken.get(speaker) or rng.choice(self.cast.places)
        return self.tales.get(speaker, known)

    def telling(self, rng: Random) -> tuple[str, str]:
        """Somebody tells one who has it not before his eyes."""
        hearer = rng.choice([a for a in self.reachable if a not in self.watching])
        return rng.choice([a for a in self.reachable if a != hearer]), hearer

    def asking(self, rng: Random) -> tuple[str, str]:
        """One who has it not before his eyes asks, rather somebody who has."""
        hearer = rng.choice([a for a in self.reachable if a not in self.watching])
        others = [a for a in self.reachable if a != hearer]
        better = [a for a in others if a in self.watching]
        return rng.choice(better if better and rng.random() < FRESH else others or [hearer]), hearer

    def noise(self, rng: Random) -> Line:
        """Something of no consequence; much of it looks like an event, none of it comes twice."""
        actor, cast = rng.choice(self.awake), self.cast
        kind = rng.choices(("doing", "ambience", "note", "event"), (5, 1.2, 0.5, 5))[0]
        if kind == "note":
            return Line(Act.NOTE, actor)
        if kind != "event":
            return idle(rng, cast, actor if kind == "doing" else None, self.used)
        thing = rng.choice(cast.other_things)
        act = rng.choices(*zip(*_LOOKALIKES.items(), strict=True))[0]
        others = self.outside if act is Act.PEEK_MOVE else [n for n in self.reachable if n != actor]
        if act in _OUTSIDE:
            actor = rng.choice(self.outside) if self.outside else ""
        if not actor or (act in _WITH_OTHER and not others):
            act, actor = Act.MOVE, rng.choice(self.awake)
        other = rng.choice(others) if act in _WITH_OTHER else None
        value = None if act in _OUTSIDE else other_value(rng, cast, thing)
        return Line(act, actor, other, thing, value)


_LOOKALIKES = {
    Act.MOVE: 2.0, Act.TEXT: 1.0, Act.PEEK_MOVE: 0.8, Act.GLIMPSE: 0.5, Act.FACED_AWAY: 0.2,
    Act.ENTRY: 0.3,
}  # fmt: skip
"""What happens to things that nobody asks about, with weights: the same words, to no effect."""
_OUTSIDE = (Act.GLIMPSE, Act.FACED_AWAY)
_WITH_OTHER = (Act.TEXT, Act.PEEK_MOVE)


def draw_story(rng: Random, cast: Cast, spec: PlotSpec) -> Script:
    """Draw one story of the rich register."""
    names = list(cast.names)
    late = [names.pop()] if len(names) > 2 and rng.random() < spec.late else []
    place = cast.places[0]
    world = MotivatedWorld(cast, names, late, place=place, visited=[place])
    world.moved(place, names)
    lines = [Line(Act.ROLL, people=tuple(names))]
    if late:
        lines.append(Line(Act.AWAY, people=tuple(late)))
    lines.append(Line(Act.PLACE, thing=cast.thing, value=place))
    if cast.matter == "status":
        lines.append(Line(Act.NEWEST))
    if rng.random() < spec.doubt:
        hearer, speaker = rng.sample(cast.names, 2)
        lines.insert(1, Line(Act.DOUBT, hearer, speaker))
    told = draw_acts(rng, world, spec)
    if rng.random() < spec.stated:
        aims = list(world.aims.items())
        rng.shuffle(aims)
        lines += [Line(Act.AIM, a, thing=cast.thing, value=v) for a, v in aims[:2]]
    return Script(
        cast.names,
        cast.room,
        (*lines, *told),
        frame=cast.frame,
        domain=cast.domain,
        matter=cast.matter,
        family=cast.family,
    )


def idle(rng: Random, cast: Cast, actor: str | None, used: set[str]) -> Line:
    """A distractor sentence that the story has not had yet; it is added to ``used``."""
    words = domain(cast.domain)
    indices = shelve(range(len(words.doings if actor else words.ambience)), cast.family)
    while True:
        noise = f"{cast.domain}/{rng.choice(indices)}"
        key = f"{'doing' if actor else 'ambience'} {noise}"
        if key not in used:
            used.add(key)
            return Line(Act.DOING if actor else Act.AMBIENCE, actor, noise=noise)


_COME_AND_GO = frozenset({Act.ROLL, Act.ENTER, Act.LEAVE, Act.NAP, Act.DRIFT, Act.WAKE, Act.STIR})
_IN_THE_ROOM = frozenset(
    {Act.MOVE, Act.PEEK_MOVE, Act.LOOK, Act.SAY, Act.OVERHEAR, Act.DOING, Act.NOTE}
)
_WATCHED = frozenset({Act.PEEK_MOVE, Act.OVERHEAR})
_OUT_OF_IT = frozenset({Act.GLIMPSE, Act.FACED_AWAY})
_BY_WORD = frozenset({Act.TEXT, Act.RELAY, Act.READ, Act.ENTRY, Act.BLANK})
_SEEKS = frozenset({Act.RELAY, Act.BLANK, Act.GLIMPSE, Act.FACED_AWAY})
_ALOUD = frozenset({Act.SAY, Act.OVERHEAR})
_TOLD = frozenset({Act.TEXT, Act.READ, Act.ENTRY})


def last_seen(script: Script, thing: str) -> tuple[dict[str, str], bool]:
    """Who has the thing before his eyes at the end, and where; and whether all of it made sense.

    It makes none where somebody asks for, looks for or is told otherwise of what he has seen put
    there and watched ever since, puts it where he would not have it, or acts where he is not.
    """
    aims = {x.actor: x.value for x in script.lines if x.act is Act.AIM and x.thing == thing}
    eyes = _Eyes(aims)
    for line in script.lines:
        if line.act in _COME_AND_GO:
            fine = eyes.come_and_go(line)
        else:
            fine = eyes.possible(line) and (line.thing != thing or eyes.sensible(line))
        if not fine:
            return eyes.on, False
    return eyes.on, True


@dataclass(slots=True)
class _Eyes:
    """Who has it before his eyes while a script is walked through."""

    aims: dict[str | None, str | None]
    on: dict[str, str] = field(default_factory=dict[str, str])
    inside: set[str] = field(default_factory=set[str])
    lost: set[str] = field(default_factory=set[str])
    place: str = ""

    def come_and_go(self, line: Line) -> bool:
        """Somebody begins or ceases to see what happens in the room; False if he cannot."""
        act, who = line.act, line.actor or ""
        if act is Act.ROLL:
            self.inside.update(line.people)
        elif act is Act.ENTER:
            if who in self.inside:
                return False
            self.inside.add(who)
        elif act in (Act.WAKE, Act.STIR):
            if who not in self.lost:
                return False
            self.lost.discard(who)
        else:
            if who not in self.inside or who in self.lost:
                return False
            self.on.pop(who, None)
            (self.inside.discard if act is Act.LEAVE else self.lost.add)(who)
        return True

    def possible(self, line: Line) -> bool:
        """Whether those who act are where they must be; `scenes.stage` has the last word."""
        act, who, other = line.act, line.actor, line.other
        if act in _IN_THE_ROOM:
            there = who is None or (who in self.inside and who not in self.lost)
            return there and (act not in _WATCHED or other not in self.inside)
        if act in _OUT_OF_IT:
            return who not in self.inside
        return act not in _BY_WORD or not (who in self.lost or other in self.lost)

    def sensible(self, line: Line) -> bool:
        """Whether somebody in his place would do it; what he sees by it is taken down."""
        act, who = line.act, line.actor or ""
        if act in CHANGES:
            if line.value == self.place or self.aims.get(who, line.value) != line.value:
                return False
            self.place = line.value or ""
            for name in self.inside - self.lost:
                self.on[name] = self.place
        elif act is Act.LOOK:
            if who in self.on:
                return False
            self.on[who] = self.place
        elif act in _SEEKS:
            return (line.other or who) not in self.on
        elif act in _ALOUD:
            return self._unopposed(self.inside - self.lost - {who}, line.value)
        elif act in _TOLD:
            return self._unopposed((line.other or who,), line.value)
        return True

    def _unopposed(self, hearers: Iterable[str], value: str | None) -> bool:
        return all(self.on.get(h, value) == value for h in hearers)


def without_idle_words(script: Script, thing: str) -> Script:
    """The script without those words and looks that make no sense; see `last_seen`."""
    eyes = _Eyes({x.actor: x.value for x in script.lines if x.act is Act.AIM and x.thing == thing})
    kept: list[Line] = []
    for line in script.lines:
        if line.act in _COME_AND_GO:
            eyes.come_and_go(line)
        elif line.thing == thing and not eyes.sensible(line) and line.act not in CHANGES:
            continue
        kept.append(line)
    return script.with_lines(tuple(kept))


def senseless(script: Script, thing: str) -> bool:
    """Whether somebody does what nobody in his place would; see `last_seen`."""
    return not last_seen(script, thing)[1]
