"""Scripts and their staging: who was where decides who could perceive what (HARDBENCH 5.1).

A `Script` says what people do; `stage` walks it through a small room-and-attention world and
derives each event's observation structure from presence, attention and hiding places. Observation
is never declared by hand, so text and log cannot drift apart: line i of the story is event i.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Event, Kind, Log
from social_r1.hardbench.core.replay import Replay


class Act(StrEnum):
    """What a line of a script can be."""

    ROLL = "roll"
    """The narrator says who is in the room."""
    PLACE = "place"
    LEAVE = "leave"
    ENTER = "enter"
    MOVE = "move"
    PEEK_MOVE = "peek_move"
    """A move that somebody outside watches unseen."""
    LOOK = "look"
    SAY = "say"
    """Aloud in the room: everybody there and awake hears it."""
    TEXT = "text"
    """A private message: only the two know of it."""
    RELAY = "relay"
    """A private message with the sender's honest belief; the story does not say which place."""
    NAP = "nap"
    WAKE = "wake"
    DOUBT = "doubt"
    """Common ground that one person does not take another's word."""
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script.

    Attributes:
        act: what happens.
        actor: who does it.
        other: the hearer, the hidden watcher, or the one who is doubted.
        thing: the object concerned.
        value: the place moved to or named.
        people: who is there (ROLL).
        noise: which distractor sentence (NOISE), a key of the surface's template bank.
    """

    act: Act
    actor: str | None = None
    other: str | None = None
    thing: str | None = None
    value: str | None = None
    people: tuple[str, ...] = ()
    noise: str | None = None

    def names(self) -> frozenset[str]:
        """Everybody named in the line."""
        return frozenset(x for x in (self.actor, self.other, *self.people) if x)

    def rename(self, names: Mapping[str, str]) -> Line:
        """The same line about other people."""
        return replace(
            self,
            actor=names.get(self.actor, self.actor) if self.actor else None,
            other=names.get(self.other, self.other) if self.other else None,
            people=tuple(names.get(p, p) for p in self.people),
        )


@dataclass(frozen=True, slots=True)
class Script:
    """A story before it is told: people, place, lines."""

    agents: tuple[str, ...]
    room: str
    lines: tuple[Line, ...]

    def rename(self, names: Mapping[str, str]) -> Script:
        """The same story with its people exchanged; the cast list keeps its order."""
        return replace(self, lines=tuple(line.rename(names) for line in self.lines))


class ScriptError(InputError):
    """A script that cannot happen: somebody acts where he is not, or in his sleep."""


@dataclass(slots=True)
class _Stage:
    """The staging's own state; lives only while one script is walked through."""

    agents: tuple[str, ...]
    inside: set[str]
    asleep: set[str]
    events: list[Event]
    distrust: set[tuple[str, str]]

    def here(self, agent: str | None) -> str:
        if agent is None or agent not in self.inside or agent in self.asleep:
            raise ScriptError(f"{agent} is not there and awake; repair: let somebody else act")
        return agent

    def outside(self, agent: str | None) -> str:
        if agent is None or agent in self.inside:
            raise ScriptError(f"{agent} is not outside; repair: let the person leave first")
        return agent

    def overt(self, kind: Kind, line: Line, covert: frozenset[str] = frozenset()) -> Event:
        """An event in the room: sleepers miss it, and everybody awake there knows that they do."""
        asleep = frozenset(self.inside & self.asleep)
        awake = frozenset(self.inside) - asleep
        return Event(
            kind,
            line.actor,
            line.thing,
            line.value,
            group=frozenset(self.inside),
            covert=covert,
            inattentive=asleep,
            lapse_noticed=frozenset((d, x) for d in asleep for x in awake | covert),
        )

    def private(self, line: Line, value: str | None) -> Event:
        speaker, hearer = line.actor, line.other
        if speaker is None or hearer is None or speaker == hearer:
            raise ScriptError("a message needs a sender and another person to get it")
        for person in (speaker, hearer):
            if person in self.asleep:
                raise ScriptError(f"{person} is asleep; repair: wake the person first")
        return Event(Kind.TELL, speaker, line.thing, value, group=frozenset({speaker, hearer}))


def stage(script: Script) -> Log:
    """Walk through the script and derive the log, one event per line.

    Raises:
        ScriptError: somebody acts where he cannot.
    """
    st = _Stage(script.agents, set(), set(), [], set())
    for line in script.lines:
        st.events.append(_perform(st, line))
    return Log(script.agents, tuple(st.events), {}, frozenset(st.distrust))


def _perform(st: _Stage, line: Line) -> Event:  # noqa: C901 - one branch per kind of line
    match line.act:
        case Act.ROLL:
            st.inside |= set(line.people)
            return Event(Kind.OTHER, None, group=frozenset(st.inside))
        case Act.PLACE:
            return st.overt(Kind.PLACE, line)
        case Act.LEAVE:
            st.inside.discard(st.here(line.actor))
            return Event(Kind.OTHER, line.actor)
        case Act.ENTER:
            st.inside.add(st.outside(line.actor))
            return Event(Kind.OTHER, line.actor)
        case Act.MOVE:
            st.here(line.actor)
            return st.overt(Kind.MOVE, line)
        case Act.PEEK_MOVE:
            st.here(line.actor)
            watcher = st.outside(line.other)
            return st.overt(Kind.MOVE, line, frozenset({watcher}))
        case Act.LOOK:
            st.here(line.actor)
            return st.overt(Kind.LOOK, line)
        case Act.SAY:
            st.here(line.actor)
            return st.overt(Kind.TELL, line)
        case Act.TEXT:
            return st.private(line, line.value)
        case Act.RELAY:
            return st.private(line, _honest_belief(st, line))
        case Act.NAP:
            st.asleep.add(st.here(line.actor))
            return Event(Kind.OTHER, line.actor)
        case Act.WAKE:
            if line.actor not in st.asleep:
                raise ScriptError(f"{line.actor} is not asleep; repair: drop the line")
            st.asleep.discard(line.actor)
            return Event(Kind.OTHER, line.actor)
        case Act.DOUBT:
            if line.actor is None or line.other is None or line.actor == line.other:
                raise ScriptError("doubt needs two different people")
            st.distrust.add((line.actor, line.other))
            return Event(Kind.OTHER, line.actor)
        case Act.NOISE:
            if line.actor is not None:
                st.here(line.actor)
            return Event(Kind.OTHER, line.actor)


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
