"""How one act answers another, said ahead of its clause (HARDBENCH 9, 10).

A list of acts is no plot. Much of what people do in a rich story does answer what came before: one
changes a thing once its keeper has gone, another undoes that, a third looks whether it was left
alone. A *tie* says so: ``with Ben gone, Ana put the key into the chest``. It is read off the script
and true of it; it adds no event, and the parser takes no tie that the story does not bear out.

What kind of tie a line has depends on who comes back in which line, not on who it is, so variants
that exchange people keep their words (F2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from social_r1.hardbench.scenes import interests
from social_r1.hardbench.script import BY_HAND, CHANGES, Act, Line, Script, presence
from social_r1.hardbench.surface.words import bank, shelve

_SLOT = "{x}"


class Tie(NamedTuple):
    """What a line answers.

    Attributes:
        kind: key of ``data/ties.yaml``.
        other: whom it answers; None where the tie is about whoever acts alone.
    """

    kind: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of a thing: by whom (None: nobody named), to what, before whose eyes."""

    by: str | None
    value: str | None
    eyes: frozenset[str]


_UNSEEN = _Change(None, None, frozenset())


@dataclass(slots=True)
class _Past:
    """What has happened to each thing, and in the room, so far."""

    changes: dict[str | None, list[_Change]] = field(
        default_factory=dict[str | None, list[_Change]]
    )
    last: Line = field(default_factory=lambda: Line(Act.ROLL))
    """What happened last in the room, or who came or went last."""
    before: Line | None = None
    """The line before, whatever it tells."""
    aims: dict[str | None, str | None] = field(default_factory=dict[str | None, str | None])
    """How those who have said so would have the thing that the story is about."""
    inside: frozenset[str] = frozenset()
    awake: frozenset[str] = frozenset()
    wants: Mapping[str, str] = field(default_factory=dict[str, str])
    """Who gains by which outcome, where the story says so (`scenes.interests`)."""
    staked: frozenset[str | None] = frozenset()
    """Those of them who have a stake of their own."""

    def take(self, line: Line, inside: frozenset[str], lost: frozenset[str]) -> None:
        """The line happens."""
        self.before = line
        self.inside, self.awake = inside, inside - lost
        if line.act in CHANGES:
            change = _Change(line.actor, line.value, self.awake)
            self.changes.setdefault(line.thing, []).append(change)
        if line.act in _IN_ROOM:
            self.last = line
        if line.act is _AIM:
            self.aims[line.actor] = line.value

    def newest(self, thing: str | None) -> _Change:
        """The last change of a thing."""
        return self.changes.get(thing, [_UNSEEN])[-1]

    def had(self, who: str | None, thing: str | None, value: str | None = None) -> bool:
        """Whether somebody has seen to the thing before, the same way if a value is given."""
        return any(c.by == who and value in (None, c.value) for c in self.changes.get(thing, ()))

    def rivals(self, line: Line) -> list[str]:
        """Those who have said they would have it otherwise, and whoever has it otherwise now.

        Where people gain by outcomes, those who lose by this one, if whoever acts does not.
        """
        if self.wants:
            return self._losers(line)
        said = [n for n, value in self.aims.items() if value != line.value]
        newest = self.newest(line.thing)
        did = [newest.by] if newest.value != line.value else []
        return [*dict.fromkeys(n for n in (*said, *did) if n is not None and n != line.actor)]

    def _losers(self, line: Line) -> list[str]:
        """Of those with a stake of their own, and who have acted, those who lose by a change.

        Whom one is merely tied to is soon forgotten. Who has what he gains by put on hold loses it.
        """
        now, before = (line.value or " ")[0], (self.newest(line.thing).value or " ")[0]
        own = self.wants.get(line.actor or "")
        if own is None and line.actor not in self.aims:
            return []
        shown = self.staked | {change.by for change in self.changes.get(line.thing, ())}
        gains = now if now in "+-" else ""
        return [
            n
            for n, want in self.wants.items()
            if n in shown and own in (None, gains) and (want != gains if gains else want == before)
        ]


_IN_ROOM = frozenset(
    {Act.ENTER, Act.LEAVE, Act.NAP, Act.WAKE, Act.LOOK, Act.SAY, Act.OVERHEAR, *CHANGES}
)
_ENTER, _LEAVE, _NAP, _AIM, _PLACE = Act.ENTER, Act.LEAVE, Act.NAP, Act.AIM, Act.PLACE


def ties(script: Script) -> list[dict[str, Tie]]:
    """For each line what it answers, by the slot of whoever answers; mostly nothing.

    A line that is told out of its turn answers nothing, nor do those that are told ahead of it, nor
    what is done to a thing that the story is not about.
    """
    staked = frozenset([x.actor for x in script.lines if x.act is Act.STANCE])
    past = _Past(wants=interests(script.lines), staked=staked)
    found: list[dict[str, Tie]] = []
    late, after = script.flashback or (0, -1)
    thing = next((x.thing for x in script.lines if x.act is _PLACE), None)
    for number, (line, inside, lost) in enumerate(presence(script.lines)):
        speaks = not late <= number <= after and line.thing in (None, thing)
        rules = _RULES.get(line.act, {}) if speaks else {}
        told = ((slot, rule(past, line)) for slot, rule in rules.items())
        found.append({slot: tie for slot, tie in told if tie})
        past.take(line, inside, lost)
    return found


def answering(script: Script) -> tuple[frozenset[tuple[str, str]], ...]:
    """Per line the kinds of tie by slot: stories that are alike in this have the same words."""
    return tuple(frozenset((s, tie.kind) for s, tie in found.items()) for found in ties(script))


def phrases(kind: str, family: str = "all") -> tuple[str, ...]:
    """The ways to say a kind of tie, of one family."""
    return shelve(_bank()[kind], family)


@cache
def _bank() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(texts) for kind, texts in bank("ties.yaml").items()}


def split(sentence: str) -> Iterator[tuple[frozenset[Tie], str]]:
    """Each way to take the sentence for a tie and a clause: the ties that it may be, the clause."""
    begins = _FIRST.match(sentence)
    for pattern, kinds in _patterns().get(begins[0].lower(), ()) if begins else ():
        match = pattern.fullmatch(sentence)
        if match:
            other = match.groupdict().get("x")
            yield frozenset(Tie(kind, other) for kind in kinds), match["clause"]


_FIRST = re.compile(r"\w+")


@cache
def _patterns() -> dict[str, list[tuple[re.Pattern[str], frozenset[str]]]]:
    """By the first word of each phrase: what to match, and the kinds that say it so."""
    kinds: dict[str, set[str]] = {}
    for kind, texts in _bank().items():
        for text in texts:
            kinds.setdefault(text, set()).add(kind)
    found: dict[str, list[tuple[re.Pattern[str], frozenset[str]]]] = {}
    for text, those in kinds.items():
        found.setdefault(text.split()[0].lower(), []).append((_pattern(text), frozenset(those)))
    return found


def _pattern(text: str) -> re.Pattern[str]:
    first, *rest = text.split(_SLOT)
    said = re.escape(first)
    for number, part in enumerate(rest):
        said += ("(?P=x)" if number else r"(?P<x>[A-Z][a-z]+)") + re.escape(part)
    if text[0].isalpha():
        said = f"[{text[0].upper()}{text[0]}]{said[1:]}"
    return re.compile(said + r", (?P<clause>[A-Z].+)", re.DOTALL)


def unfounded(script: Script, said: Sequence[frozenset[Tie]]) -> Iterator[str]:
    """Where a line is said to answer what did not come before it.

    Args:
        script: the story.
        said: per line the ties that its sentence may have stated; empty where it states none.
    """
    for number, (stated, true) in enumerate(zip(said, ties(script), strict=True), 1):
        fits = [
            x
            for x in stated
            for t in true.values()
            if x.kind == t.kind and x.other in (None, t.other)
        ]
        if stated and not fits:
            what = " or ".join(sorted(f"{x.kind} {x.other or ''}".strip() for x in stated))
            yield (
                f"line ({number}) is said to answer something ({what}) that did not come before "
                "it; repair: tell it without that"
            )


def say(tie: Tie, text: str) -> str:
    """The phrase with its name."""
    return text.replace(_SLOT, tie.other or "")


def _change(past: _Past, line: Line) -> Tie | None:
    """Why somebody changes the thing now: whom he goes against, or what he has said."""
    who, last, newest = line.actor, past.last, past.newest(line.thing)
    rivals = past.rivals(line)
    answers = newest.by in rivals and who in newest.eyes
    mine = past.had(who, line.thing, line.value)
    there = [rival for rival in rivals if rival in past.awake]
    if last.act is _ENTER and last.actor == who:
        return Tie("back")
    its_own = answers and newest.by == last.actor
    if last.actor in rivals and (its_own or newest.by not in there):
        if last.act is _LEAVE:
            return Tie(_once_gone(line, last.actor, mine=mine, undone=its_own), last.actor)
        if last.act is _NAP:
            return Tie("asleep", last.actor)
    if answers and newest.by in there:
        return Tie("over", newest.by)
    if mine:
        return Tie("again")
    if there:
        return Tie("harm" if past.wants else "against", there[-1])
    if past.wants and past.wants.get(who or "") == (line.value or " ")[0]:
        return Tie("gain")
    return Tie("aim") if past.aims.get(who) == line.value else None


def _once_gone(line: Line, rival: str | None, *, mine: bool, undone: bool) -> str:
    """The kind of tie of a change when a rival has just left: whether it is his own that ends."""
    if line.other == rival:
        return "seemingly"
    return "again_gone" if mine else "undone" if undone else "gone"


def _watched(past: _Past, line: Line) -> Tie:
    """Why somebody outside watches a change."""
    return Tie("check" if past.had(line.other, line.thing) else "outside")


def _glimpse(past: _Past, line: Line) -> Tie:
    """Why somebody outside has a look."""
    return Tie("check" if past.had(line.actor, line.thing) else "outside")


def _leave(past: _Past, line: Line) -> Tie | None:
    """Why somebody leaves now."""
    who, last = line.actor, past.last
    if last.act not in BY_HAND:
        return None
    if last.actor == who:  # else it would not be clear what is done
        return Tie("done") if past.before is last else None
    own = [c.value for c in past.changes.get(last.thing, ()) if c.by == who]
    seen = who in past.newest(last.thing).eyes and own and own[-1] != last.value
    return Tie("huff", last.actor) if seen else None


def _say(past: _Past, line: Line) -> Tie | None:
    """For whom somebody says it aloud."""
    last = past.last
    return Tie("for", last.actor) if last.act is _ENTER and last.actor != line.actor else None


def _look(past: _Past, line: Line) -> Tie | None:
    """Why somebody looks for the thing."""
    last = past.last
    return Tie("back") if last.act is _ENTER and last.actor == line.actor else None


def _ask(past: _Past, line: Line) -> Tie | None:
    """Why somebody asks."""
    return Tie("ask") if line.other not in past.inside else None


def _text(past: _Past, line: Line) -> Tie | None:
    """Why somebody sends word: whether the sender has seen it himself must not show here."""
    return Tie("report", line.other) if line.other not in past.inside else None


_RULES: dict[Act, dict[str, Callable[[_Past, Line], Tie | None]]] = {
    Act.MOVE: {"a": _change},
    Act.PEEK_MOVE: {"a": _change, "b": _watched},
    Act.GLIMPSE: {"a": _glimpse},
    Act.LEAVE: {"a": _leave},
    Act.SAY: {"a": _say},
    Act.LOOK: {"a": _look},
    Act.RELAY: {"b": _ask},
    Act.TEXT: {"a": _text},
}
"""By act and by the slot of whoever answers: the one with whom a clause must begin."""
