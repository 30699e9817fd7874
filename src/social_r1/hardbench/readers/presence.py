"""Observation out of presence: who was where decides who saw what (HARDBENCH 3.1, 5.2).

The conventions of ToMi and Hi-ToM: whoever is in a room sees what happens in it; whoever enters
it sees where the things in it lie, and those who are there see it together with him. People are
in one room at a time, or in none; each thing stays in one room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Event, Kind
from social_r1.hardbench.readers.sentences import Asked, Sentence, Tells

Rooms = Sequence[dict[str, str]]
"""Room of each person who is in one, after each sentence."""

NEVER = -1
"""When somebody left a room in which he never was; earlier than any sentence."""


class Seen(NamedTuple):
    """What one story holds about one thing.

    Attributes:
        people: everybody who comes or acts, in the order of first mention.
        events: what concerns the thing, each with those who could perceive it.
        outstayed: index of each telling among the events, with those of its hearers after whom
            the speaker left the thing's room.
        exits: who left the thing's room, and after how many events.
        shown: index of the last event that is a sentence of the narrator's.
    """

    people: tuple[str, ...]
    events: tuple[Event, ...]
    outstayed: dict[int, frozenset[str]]
    exits: tuple[tuple[int, str], ...]
    shown: int

    def place(self, count: int | None = None) -> str | None:
        """Where the thing really is after so many events (default: all)."""
        places = [e.value for e in self.events[:count] if e.kind is not Kind.TELL]
        return places[-1] if places else None


@dataclass(slots=True)
class _Walk:
    """State of one pass over a story; lives only while it lasts."""

    thing: str
    home: str
    place: str | None = None
    events: list[Event] = field(default_factory=list[Event])
    outstayed: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])
    exits: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    left: dict[str, int] = field(default_factory=dict[str, int])
    shown: int = 0

    def come_or_go(self, sentence: Sentence, number: int, inside: frozenset[str]) -> None:
        """Somebody enters or leaves the thing's room."""
        if sentence.tells is Tells.EXIT:
            self.left[sentence.people[0]] = number
            self.exits.append((len(self.events), sentence.people[0]))
        elif self.place is not None:
            self._add(Kind.PLACE, None, self.place, inside)

    def change(self, sentence: Sentence, number: int, inside: frozenset[str]) -> None:
        """The thing is shown or moved."""
        self.place = sentence.place
        mover = sentence.people[0] if sentence.people else None
        if mover is not None and mover not in inside:
            raise InputError(
                f"sentence {number + 1}: {mover} moves the {self.thing} without being in the "
                f"{self.home}; repair: let the person enter it first"
            )
        if mover is None:
            self.shown = len(self.events)
        self._add(Kind.PLACE if mover is None else Kind.MOVE, mover, self.place, inside)

    def tell(self, sentence: Sentence, together: frozenset[str]) -> None:
        """Somebody says where the thing is: to one person, or to all who are where he is."""
        speaker = sentence.people[0]
        group = frozenset(sentence.people)
        if sentence.tells is Tells.PUBLIC:
            group |= together
        last = self.left.get(speaker, NEVER)
        self.outstayed[len(self.events)] = frozenset(
            p for p in group - {speaker} if self.left.get(p, NEVER) < last
        )
        self._add(Kind.TELL, speaker, sentence.place, group)

    def _add(self, kind: Kind, actor: str | None, value: str | None, group: frozenset[str]) -> None:
        self.events.append(Event(kind, actor, self.thing, value, group=group))


def observe(story: Sequence[Sentence], asked: Asked) -> Seen:
    """Walk through a story and derive who perceived what of the thing asked about.

    Raises:
        InputError: somebody leaves or acts where he is not, or the story does not show the thing
            or the people of the question.
    """
    rooms, thing = _rooms(story), asked.thing
    people = dict.fromkeys(p for s in story for p in s.people)
    if strangers := [p for p in asked.chain if p not in people]:
        raise InputError(f"{strangers[0]} does nothing in the story; repair: ask about others")
    walk = _Walk(thing, _home(story, rooms, thing))
    for number, sentence in enumerate(story):
        if sentence.tells in (Tells.ENTER, Tells.EXIT):
            if sentence.place == walk.home:
                walk.come_or_go(sentence, number, _inside(rooms[number], walk.home))
        elif sentence.thing == thing and sentence.tells in (Tells.PLACE, Tells.MOVE):
            walk.change(sentence, number, _inside(rooms[number], walk.home))
        elif sentence.thing == thing:
            at = rooms[number].get(sentence.people[0])
            walk.tell(sentence, _inside(rooms[number], at))
    return Seen(tuple(people), tuple(walk.events), walk.outstayed, tuple(walk.exits), walk.shown)


def _inside(rooms: dict[str, str], room: str | None) -> frozenset[str]:
    return frozenset(person for person, place in rooms.items() if place == room)


def joint_presence(seen: Seen, chain: Sequence[str]) -> str | None:
    """The positional rule of HARDBENCH 3.2: one lookup, no nesting of minds.

    Where the thing was when the first of the chain left its room, in the last chapter that shows
    it; where it is, if nobody is asked about or nobody left.
    """
    for count, person in seen.exits:
        if person in chain and count > seen.shown:
            return seen.place(count)
    return seen.place()


def _rooms(story: Sequence[Sentence]) -> Rooms:
    where: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for number, sentence in enumerate(story, start=1):
        if sentence.tells is Tells.ENTER and sentence.place:
            where.update(dict.fromkeys(sentence.people, sentence.place))
        elif sentence.tells is Tells.EXIT:
            person = sentence.people[0]
            if where.pop(person, None) != sentence.place:
                raise InputError(
                    f"sentence {number}: {person} leaves the {sentence.place} without being "
                    "there; repair: let the person enter it first"
                )
        found.append(dict(where))
    return found


def _home(story: Sequence[Sentence], rooms: Rooms, thing: str) -> str:
    """The thing's room, which no sentence names: its first mover's, else the last one entered."""
    about = [i for i, s in enumerate(story) if s.thing == thing]
    shown = next((i for i in about if story[i].tells is Tells.PLACE), None)
    if shown is None:
        raise InputError(f"the story never shows the {thing}; repair: ask about a thing in it")
    for i in about:
        if story[i].tells is Tells.MOVE and (room := rooms[i].get(story[i].people[0])):
            return room
    entered = [s.place for s in story[:shown] if s.tells is Tells.ENTER and s.place]
    if not entered:
        raise InputError(
            f"sentence {shown + 1}: the {thing} is shown where nobody is; "
            "repair: let somebody enter first"
        )
    return entered[-1]
