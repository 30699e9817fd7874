"""The staging of scripts: who was where decides who could perceive what (HARDBENCH 5.1).

`stage` walks a script through a small world of room, attention and mail, and derives each event's
observation structure from it. Observation is never declared by hand, so text and log cannot drift
apart: line i of the story is event i.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Event, Kind, Log, Stake
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.script import Act, Line, Script

__all__ = ["ScriptError", "replayed", "stage", "stakes"]


_PLACE, _MOVE, _LOOK, _TELL, _OTHER = Kind.PLACE, Kind.MOVE, Kind.LOOK, Kind.TELL, Kind.OTHER
_STANCE, _RIVAL = Act.STANCE, Act.RIVAL
_TIES = frozenset({Act.SIDE, Act.RIVAL})


class ScriptError(InputError):
    """A script that cannot happen: somebody acts where he is not, or in his sleep."""


@dataclass(slots=True)
class _Stage:
    """The staging's own state; lives only while one script is walked through."""

    agents: tuple[str, ...]
    inside: frozenset[str] = frozenset()
    asleep: frozenset[str] = frozenset()
    drifting: frozenset[str] = frozenset()
    events: list[Event] = field(default_factory=list[Event])
    distrust: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    unread: dict[tuple[str, str, str], str] = field(default_factory=dict[tuple[str, str, str], str])

    def lost(self, agent: str | None) -> bool:
        """Whether somebody sleeps or is far away in mind."""
        return agent in self.asleep or agent in self.drifting

    def here(self, agent: str | None) -> str:
        if agent not in self.inside or agent in self.asleep or agent in self.drifting:
            raise ScriptError(f"{agent} is not there and awake; repair: let somebody else act")
        return agent

    def outside(self, agent: str | None) -> str:
        if agent is None or agent in self.inside:
            raise ScriptError(f"{agent} is not outside; repair: let the person leave first")
        return agent

    def overt(self, kind: Kind, line: Line, covert: frozenset[str] = frozenset()) -> Event:
        """An event in the room: sleepers miss it, and everybody awake there knows that they do.

        So do those who drift, but of them nobody knows it.
        """
        actor, thing, value, inside = line.actor, line.thing, line.value, self.inside
        if not self.asleep and not self.drifting:
            return Event(kind, actor, thing, value, inside, covert)
        asleep = inside & self.asleep
        absent = asleep | (inside & self.drifting)
        awake = (inside - absent) | covert
        noticed = frozenset([(d, x) for d in asleep for x in awake])
        return Event(kind, actor, thing, value, inside, covert, absent, noticed)

    def private(self, line: Line, value: str | None) -> Event:
        speaker, hearer = _two(line)
        for person in (speaker, hearer):
            if self.lost(person):
                raise ScriptError(f"{person} is asleep; repair: wake the person first")
        return Event(_TELL, speaker, line.thing, value, frozenset((speaker, hearer)))


def stage(script: Script) -> Log:
    """Walk through the script and derive the log, one event per line.

    Raises:
        ScriptError: somebody acts where he cannot.
    """
    st = _Stage(script.agents)
    for line in script.lines:
        st.events.append(_PERFORM.get(line.act, _common)(st, line))
    return Log(
        script.agents,
        tuple(st.events),
        {},
        frozenset(st.distrust),
        stakes=stakes(script.lines),
    )


def replayed(script: Script) -> Replay | None:
    """What people take to be so after the script; None if it cannot happen."""
    try:
        return Replay(stage(script))
    except ScriptError:
        return None


def stakes(lines: tuple[Line, ...]) -> frozenset[Stake]:
    """Who gains by what: stances, and those who side with or against somebody who has one.

    A stance is binary: who gains by one of two outcomes loses by the other. `RIVAL` is therefore
    kept as a stake against: its value carries a leading ``not ``.

    Raises:
        ScriptError: somebody's stake depends on himself.
    """
    return frozenset(_stakes(lines))


def interests(lines: tuple[Line, ...]) -> dict[str, str]:
    """Whom the story says to gain by a favourable outcome (``+``), and whom by the other (``-``).

    First those who have a stake of their own, then those tied to somebody, as they are told of.
    """
    try:
        found = list(_stakes(lines))
    except ScriptError:  # a draft that is no story
        return {}
    return {
        x.agent: _CONTRARY[x.value[4]] if x.value.startswith("not ") else x.value[0] for x in found
    }


_CONTRARY = {"+": "-", "-": "+"}


def _stakes(lines: tuple[Line, ...]) -> Iterator[Stake]:
    """The stakes in the order of stances, then of ties."""
    own = {line.actor: line for line in lines if line.act is _STANCE and line.actor}
    if not own:
        return
    ties = {line.actor: line for line in lines if line.act in _TIES and line.actor}
    for agent in {**own, **ties}:
        against, at, seen = False, agent, {agent}
        while at in ties:
            against ^= ties[at].act is _RIVAL
            at = ties[at].other
            if at is None or at in seen:
                raise ScriptError(f"{agent} sides with himself; repair: end at somebody's stance")
            seen.add(at)
        stance = own.get(at)
        if stance is not None and stance.thing and stance.value:
            value = f"not {stance.value}" if against else stance.value
            yield Stake(agent, stance.thing, value)


@cache
def _nothing(actor: str | None) -> Event:
    """What changes no fluent, by whoever does it."""
    return Event(_OTHER, actor)


def _two(line: Line) -> tuple[str, str]:
    if line.actor is None or line.other is None or line.actor == line.other:
        raise ScriptError(f"{line.act} needs two different people")
    return line.actor, line.other


def _roll(st: _Stage, line: Line) -> Event:
    st.inside |= frozenset(line.people)
    return Event(_OTHER, None, group=st.inside)


def _place(st: _Stage, line: Line) -> Event:
    return st.overt(_PLACE, line)


def _leave(st: _Stage, line: Line) -> Event:
    st.inside -= {st.here(line.actor)}
    return _nothing(line.actor)


def _enter(st: _Stage, line: Line) -> Event:
    st.inside |= {st.outside(line.actor)}
    return _nothing(line.actor)


def _move(st: _Stage, line: Line) -> Event:
    st.here(line.actor)
    return st.overt(_MOVE, line)


def _peek_move(st: _Stage, line: Line) -> Event:
    st.here(line.actor)
    return st.overt(_MOVE, line, frozenset({st.outside(line.other)}))


def _look(st: _Stage, line: Line) -> Event:
    st.here(line.actor)
    return st.overt(_LOOK, line)


def _glimpse(st: _Stage, line: Line) -> Event:
    return Event(_LOOK, line.actor, line.thing, group=frozenset({st.outside(line.actor)}))


def _say(st: _Stage, line: Line) -> Event:
    st.here(line.actor)
    return st.overt(_TELL, line)


def _overhear(st: _Stage, line: Line) -> Event:
    st.here(line.actor)
    return st.overt(_TELL, line, frozenset({st.outside(line.other)}))


def _text(st: _Stage, line: Line) -> Event:
    return st.private(line, line.value)


def _relay(st: _Stage, line: Line) -> Event:
    return st.private(line, _honest_belief(st, line))


def _letter(st: _Stage, line: Line) -> Event:
    sender, getter = _two(line)
    if st.lost(sender):
        raise ScriptError(f"{sender} is asleep; repair: wake the person first")
    if line.thing is None or line.value is None:
        raise ScriptError("a letter needs what it is about; repair: give thing and value")
    st.unread[sender, getter, line.thing] = line.value
    return _nothing(sender)


def _read(st: _Stage, line: Line) -> Event:
    sender, getter = _two(line)
    if st.unread.pop((sender, getter, line.thing or ""), None) != line.value:
        raise ScriptError(f"{getter} has no such letter; repair: let {sender} write it first")
    return st.private(line, line.value)


def _routine(st: _Stage, line: Line) -> Event:
    """Those told beforehand know that it happened wherever they are, and know it of each other."""
    told = frozenset(line.people)
    event = st.overt(_MOVE, line)
    away = frozenset(p for p in told if p not in event.group or p in event.inattentive)
    pairs = frozenset((p, x) for p in away for x in told)
    return event._replace(actor=None, covert=away, watch_noticed=pairs)


def _shifted(st: _Stage, line: Line) -> Event:
    return st.overt(_MOVE, line)


def _entry(st: _Stage, line: Line) -> Event:
    """Who reads it takes it at its word; nobody else learns of it."""
    reader = _alone(st, line)
    return Event(_TELL, None, line.thing, line.value, group=frozenset({reader}))


def _blank(st: _Stage, line: Line) -> Event:
    return _nothing(_alone(st, line))


def _alone(st: _Stage, line: Line) -> str:
    if line.actor is None or st.lost(line.actor):
        raise ScriptError(f"{line.actor} cannot read now; repair: wake the person first")
    return line.actor


def _falls(state: str) -> Callable[[_Stage, Line], Event]:
    """Somebody there begins to miss what happens: ``asleep`` or ``drifting``."""

    def perform(st: _Stage, line: Line) -> Event:
        setattr(st, state, getattr(st, state) | {st.here(line.actor)})
        return _nothing(line.actor)

    return perform


def _rises(state: str) -> Callable[[_Stage, Line], Event]:
    """The end of it."""

    def perform(st: _Stage, line: Line) -> Event:
        if line.actor not in getattr(st, state):
            raise ScriptError(f"{line.actor} is not {state}; repair: drop the line")
        setattr(st, state, getattr(st, state) - {line.actor})
        return _nothing(line.actor)

    return perform


def _doubt(st: _Stage, line: Line) -> Event:
    st.distrust.add(_two(line))
    return _nothing(line.actor)


def _outside_only(st: _Stage, line: Line) -> Event:
    st.outside(line.actor)
    return _nothing(line.actor)


def _idle(st: _Stage, line: Line) -> Event:
    if line.actor is not None:
        st.here(line.actor)
    return _nothing(line.actor)


def _deed(st: _Stage, line: Line) -> Event:
    """Somebody up and about, in the room or out of it, goes for the thing or speaks of it."""
    for person in (line.actor, line.other, *line.people):
        if st.lost(person):
            raise ScriptError(f"{person} is asleep; repair: wake the person first")
    return _nothing(line.actor)


def _common(_st: _Stage, line: Line) -> Event:
    """Common ground, and what changes neither world nor minds."""
    return _nothing(line.actor)


_PERFORM: Mapping[Act, Callable[[_Stage, Line], Event]] = {
    Act.ROLL: _roll,
    Act.PLACE: _place,
    Act.LEAVE: _leave,
    Act.ENTER: _enter,
    Act.MOVE: _move,
    Act.PEEK_MOVE: _peek_move,
    Act.LOOK: _look,
    Act.GLIMPSE: _glimpse,
    Act.FACED_AWAY: _outside_only,
    Act.SAY: _say,
    Act.OVERHEAR: _overhear,
    Act.TEXT: _text,
    Act.RELAY: _relay,
    Act.LETTER: _letter,
    Act.READ: _read,
    Act.ROUTINE: _routine,
    Act.SHIFTED: _shifted,
    Act.ENTRY: _entry,
    Act.BLANK: _blank,
    Act.NAP: _falls("asleep"),
    Act.WAKE: _rises("asleep"),
    Act.DRIFT: _falls("drifting"),
    Act.STIR: _rises("drifting"),
    Act.DOUBT: _doubt,
    Act.NOISE: _idle,
    Act.DOING: _idle,
    Act.NOTE: _idle,
    Act.DEED: _deed,
    Act.FAILED: _deed,
    Act.QUEST: _deed,
    Act.REMARK: _deed,
}


def _honest_belief(st: _Stage, line: Line) -> str:
    """What the sender believes at this moment: the content of an honest message."""
    sender, thing = line.actor, line.thing
    if sender is None or thing is None:
        raise ScriptError("an honest message needs a sender and a thing")
    so_far = Log(st.agents, tuple(st.events), {}, frozenset(st.distrust))
    value = Replay(so_far).value((sender,), thing)
    if value.startswith("<"):
        raise ScriptError(f"{sender} has no idea where the {thing} is; repair: drop the line")
    return value
