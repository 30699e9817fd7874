"""Scripts: what people do in a story, before it is told and before anybody asks who saw it.

A script is the form of a story that everything else is derived from: `scenes.stage` walks it and
finds out who could perceive what, `surface.tell` puts it into words, a line each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Act(StrEnum):
    """What a line of a script can be.

    What runs for every line of every story keeps the members that it looks for in names or sets of
    its own: on Python 3.11 to look one up on its enum takes longer than all else that is done.
    """

    ROLL = "roll"
    """The narrator says who is in the room."""
    AWAY = "away"
    """The narrator says who is elsewhere when it begins (rich register)."""
    NEWEST = "newest"
    """Common ground that of several marks the newest counts (rich register)."""
    PREMISE = "premise"
    """Why the people of the story meddle with the thing, told ahead (rich register)."""
    FREE = "free"
    """That whoever of them asks first may have the thing when the day is over (rich register)."""
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

    # Acts of the rich register only.
    DRIFT = "drift"
    """Somebody in the room takes in nothing any more, and nobody can tell (an unnoticed lapse)."""
    STIR = "stir"
    """The end of a drift."""
    GLIMPSE = "glimpse"
    """From outside, alone and unseen, somebody gets a clear look."""
    FACED_AWAY = "faced_away"
    """The inert twin of a glimpse: the same spot, the back turned."""
    OVERHEAR = "overhear"
    """Said aloud in the room while somebody outside hears it unseen."""
    LETTER = "letter"
    """A message is sent and lies unread."""
    READ = "read"
    """A message sent before is read, and the sender learns of that."""
    ROUTINE = "routine"
    """A change by no named person that ``people`` were told of beforehand."""
    SHIFTED = "shifted"
    """A change by no named person that nobody was told of."""
    TRUST = "trust"
    """Common ground that one person takes another's word."""
    CUSTOM = "custom"
    """Common ground that all here speak honestly and take each other's word."""
    BANTER = "banter"
    """As `CUSTOM`, but for open jokes, which are taken as such."""
    STANCE = "stance"
    """Common ground that somebody gains if the thing comes out as ``value``."""
    SIDE = "side"
    """Common ground that what suits ``other`` suits the actor."""
    RIVAL = "rival"
    """Common ground that the actor gains by what ``other`` loses by."""
    DEED = "deed"
    """Somebody fetches the thing, for a purpose that is not told."""
    FAILED = "failed"
    """Somebody tries to use the thing, and fails before it shows for what."""
    QUEST = "quest"
    """Somebody goes to great cost for the thing alone."""
    POLITE = "polite"
    """Asked beforehand, somebody says out of courtesy that ``value`` would do."""
    PROMISE = "promise"
    """Beforehand, the actor has promised ``other`` not to move the thing."""
    AIM = "aim"
    """Common ground that the actor would have the thing be ``value``; why he does what he does."""
    ENTRY = "entry"
    """Alone and unseen, the actor reads a note by nobody named that gives ``value``."""
    BLANK = "blank"
    """The inert twin of an entry: the note cannot be made out."""
    REMARKS = "remarks"
    """Each of ``people``, alone with ``other`` and apart from the rest, says it is ``value``."""
    REMARK = "remark"
    """The actor says to ``other`` alone that the thing is ``value``."""
    DOING = "doing"
    """Somebody does something that changes nothing; ``noise`` says what."""
    AMBIENCE = "ambience"
    """Something happens that changes nothing; ``noise`` says what."""
    NOTE = "note"
    """Somebody uses a phone or a sheet of paper to no end of ours."""


CHANGES = frozenset({Act.PLACE, Act.MOVE, Act.PEEK_MOVE, Act.ROUTINE, Act.SHIFTED})
"""Acts that set a fluent of the world."""
BY_HAND = frozenset({Act.MOVE, Act.PEEK_MOVE})
"""Acts by which somebody named sets it."""
PRIVATE = frozenset({Act.TEXT, Act.RELAY, Act.READ})
"""Acts by which one person gets another's word in private."""
CREDIT = frozenset({Act.CUSTOM, Act.BANTER})
"""Acts that say that people take each other's word."""
IDLE = frozenset({Act.NOISE, Act.DOING, Act.AMBIENCE, Act.NOTE})
"""Acts that change nothing at all."""
_ROLL, _ENTER, _LEAVE = Act.ROLL, Act.ENTER, Act.LEAVE
_FALLS = frozenset({Act.NAP, Act.DRIFT})
_RISES = frozenset({Act.WAKE, Act.STIR})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script.

    Attributes:
        act: what happens.
        actor: who does it.
        other: the hearer, the hidden watcher, or the one who is doubted.
        thing: the object concerned.
        value: the place moved to or named.
        people: who is there (ROLL), who was told beforehand (ROUTINE).
        noise: which distractor sentence (NOISE, DOING, AMBIENCE) or which occasion (ROLL), a key of
            the template bank.
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
        return frozenset([x for x in (self.actor, self.other, *self.people) if x])

    def involves(self, person: str) -> bool:
        """Whether the person is named in the line."""
        return person in (self.actor, self.other) or person in self.people

    def rename(self, names: Mapping[str, str]) -> Line:
        """The same line about other people."""
        if self.actor is None and self.other is None and not self.people:
            return self
        get = names.get
        return Line(
            self.act,
            get(self.actor, self.actor) if self.actor else None,
            get(self.other, self.other) if self.other else None,
            self.thing,
            self.value,
            tuple([get(p, p) for p in self.people]) if self.people else (),
            self.noise,
        )


@dataclass(frozen=True, slots=True)
class Script:
    """A story before it is told: people, place, lines.

    Attributes:
        agents: everybody, in an order that has no meaning.
        room: where it happens.
        lines: what happens; event i of the log is line i.
        frame: the discourse frame; ``plain`` is the small register of the embedded model.
        domain: the walk of life whose words it uses; empty in the plain register.
        matter: what the asked fluent is: the ``location`` of a thing, the ``contents`` of a
            container, or the ``status`` of something that is decided.
        family: which sentences of the rich bank tell it: ``train``, ``test`` or ``all``.
        flashback: a pair (i, k): line i is told only after line k (rich register).
    """

    agents: tuple[str, ...]
    room: str
    lines: tuple[Line, ...]
    frame: str = "plain"
    domain: str = ""
    matter: str = "location"
    family: str = "all"
    flashback: tuple[int, int] | None = None

    def order(self) -> tuple[int, ...]:
        """Numbers of the lines, from 0, in the order in which they are told."""
        told = list(range(len(self.lines)))
        if self.flashback:
            line, after = self.flashback
            told.insert(after, told.pop(line))
        return tuple(told)

    @property
    def occasion(self) -> str:
        """Key of what its people have come together for; empty where the story does not say."""
        return next((line.noise for line in self.lines if line.act is _ROLL and line.noise), "")

    def with_lines(self, lines: tuple[Line, ...]) -> Script:
        """The same people and words with other lines, told in their order."""
        return Script(
            self.agents, self.room, lines, self.frame, self.domain, self.matter, self.family
        )

    def rename(self, names: Mapping[str, str]) -> Script:
        """The same story with its people exchanged; the cast list keeps its order.

        In the rich register people are introduced in that order too, so that nobody's part can be
        told from when he is named first.
        """
        lines = tuple(line.rename(names) for line in self.lines)
        if self.frame != "plain" and lines and lines[0].act is _ROLL:
            people = tuple(n for n in self.agents if n in lines[0].people)
            lines = (replace(lines[0], people=people), *lines[1:])
        return self.with_lines(lines)


def presence(lines: Iterable[Line]) -> Iterator[tuple[Line, frozenset[str], frozenset[str]]]:
    """Each line with who is in the room after it, and who misses what happens there.

    The last are those who sleep or are far away in mind, wherever they are.
    """
    inside: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    for line in lines:
        act, who = line.act, line.actor
        if act is _ROLL:
            inside |= set(line.people)
        elif who:
            if act is _ENTER:
                inside |= {who}
            elif act is _LEAVE:
                inside -= {who}
            elif act in _FALLS:
                lost |= {who}
            elif act in _RISES:
                lost -= {who}
        yield line, inside, lost
