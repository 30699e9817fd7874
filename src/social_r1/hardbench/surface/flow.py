"""How the sentences of a story run on: joined, and without a thing's whole name (HARDBENCH 10).

An event is a numbered unit. A unit may go on with the sentence of the one before it: with the same
subject, left out (``(7) Ana put it in the box, (8) then left to buy ribbon.``), or with another
(``(4) Ana had ..., (5) while Ben had ...``). The thing that a story is about has its whole name
once, and then is ``the album`` or ``it``. `ways_to_read` takes both back, a unit at a time.

What is joined or cut short hangs on acts and on who comes back, not on who it is (F2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface.picks import pick
from social_r1.hardbench.surface.words import all_occasions, domain, domain_names, occasion


class Unit(NamedTuple):
    """What is told of one event.

    Attributes:
        line: number of the event's line, from 0.
        text: its sentence, with a stop.
        plain: whether it is the bare clause, with nothing said ahead of it.
        place: what the choice goes by, which does not count what the ground adds.
    """

    line: int
    text: str
    plain: bool
    place: int = 0


SHARES = {"same": 90, "wish": 75, "gone": 60, "idle": 75, "sight": 75}
"""Per cent of the units that go on with the sentence before, by why they can."""
CONNECTIVES = {
    "same": ("then", "and then", "and"),
    "wish": ("while", "and"),
    "gone": ("and",),
    "idle": ("while", "and"),
    "sight": ("while",),
}
"""What such a unit begins with; of the first kind the subject is left out."""
MOST_UNITS, MOST_WORDS = 3, 45
"""Units and words of one sentence, at most."""
IT_SHARE = 50
"""Per cent of the units that call the thing ``it``, where the unit before speaks of it as well."""

_BEFORE = frozenset({Act.DOING, Act.MOVE, Act.LOOK, Act.SAY, Act.ENTER, Act.WAKE, Act.STIR})
"""Acts after whose telling it is clear who is meant by a verb without a subject."""
_BESIDE = frozenset({Act.DOING, Act.ENTER, Act.LEAVE, Act.WAKE})
"""Acts in whose sentence something else can be told that happens meanwhile; never a change, of
which it must be clear who was there and looking."""
_AFTER = frozenset({Act.LEAVE, Act.MOVE, Act.LOOK, Act.SAY, Act.DOING})
"""Acts that can be told so; a message never, for its sender is not of those who change places."""
_WHOLE_NAME = frozenset({Act.REMARK, Act.REMARKS, Act.PREMISE, Act.FREE})
"""Acts whose telling keeps the thing's whole name."""
_AT_THE_END = frozenset({Act.DEED, Act.FAILED, Act.QUEST})
"""Acts that a question is about, whose telling names the thing at least in short."""
_APART = frozenset({"script"})
"""Frames whose units stand in brackets of their own."""
_TIME = re.compile(r"^\[\d\d:\d\d\] ")
_GOES_ON = re.compile(r"(?:and then|then|and|while) ")
_WHOLE = "while "
"""What only a whole clause follows."""
_IT = re.compile(r"\b(?:it|its|itself)\b", re.IGNORECASE)


def flowing(script: Script, units: Sequence[Unit], style: int) -> list[str]:
    """The units as they are printed, in the order of telling."""
    texts = [unit.text for unit in units]
    if script.flashback:  # what is told out of its turn is told plainly
        return texts
    name = short_name(script)
    if name:
        texts = _shortened(script, units, style, *name)
    run, words, alone = 1, len(texts[0].split()) if texts else 0, True
    for at in range(1, len(units)):
        kind = "" if script.frame in _APART else _kind(script, units[at - 1], units[at])
        count = len(texts[at].split())
        run, words, place = run + 1, words + count, units[at].place
        clear = alone or kind != "same"  # else somebody else has acted in between
        short = run <= MOST_UNITS and words <= MOST_WORDS
        joins = kind and clear and short and texts[at - 1].endswith(".")
        if not joins or pick(f"{style}-join-{place}", 100) >= SHARES[kind]:
            run, words, alone = 1, count, True
            continue
        alone = alone and kind == "same"
        ways = CONNECTIVES[kind]
        if kind == "same" and " and " in f" {texts[at - 1]}":
            ways = ways[:1]  # one "and" is enough
        begun = ways[pick(f"{style}-joint-{place}", len(ways))]
        body = _TIME.sub("", texts[at])
        if kind == "same":
            body = body[len(script.lines[units[at].line].actor or "") + 1 :]
        elif kind == "sight":
            body = body[0].lower() + body[1:]
        texts[at - 1] = texts[at - 1][:-1] + ","
        texts[at] = f"{begun} {body}"
    return texts


def goes_on(text: str) -> bool:
    """Whether a printed unit goes on with the sentence of the one before it."""
    return _GOES_ON.match(text) is not None


def _kind(script: Script, before: Unit, unit: Unit) -> str:
    """Why a unit can go on with the sentence before, if it can."""
    one, two = script.lines[before.line], script.lines[unit.line]
    text = _TIME.sub("", unit.text)
    if not unit.plain:
        return ""
    if two.actor is None:
        return "sight" if _common(two) and one.act in _BESIDE else ""
    if not re.match(rf"{two.actor} [a-z]+ ", text, re.IGNORECASE):
        return ""
    if one.actor == two.actor:
        had = text[len(two.actor) :].startswith(" had ")
        subject = re.search(rf"(?:^|[,\]] ){two.actor} [a-z]", before.text, re.IGNORECASE)
        clear = one.act in _BEFORE and two.act in _AFTER and subject and not had
        return "same" if clear else ""
    if one.act is two.act is Act.AIM:
        return "wish"
    if one.act not in _BESIDE:
        return ""
    return "gone" if two.act is Act.LEAVE else "idle" if two.act is Act.DOING else ""


def _common(line: Line) -> bool:
    """Whether it tells of a sight that begins with no proper name."""
    if line.act is not Act.AMBIENCE or not line.noise:
        return False
    return occasion(line.noise).sights[int(line.noise.rpartition("/")[2])][0].islower()


def short_name(script: Script) -> tuple[str, str] | None:
    """The name of the thing that the occasion turns on, and its last word where that will do."""
    if not script.occasion:
        return None
    name = occasion(script.occasion).subjects[script.matter].name
    head = name.rpartition(" ")[2]
    return (name, head) if head != name and head not in _names() else None


@cache
def _names() -> frozenset[str]:
    """What is the whole name of something."""
    words = [domain(name) for name in domain_names()]
    return frozenset(
        (
            *(x for d in words for x in (*d.things, *d.places, *(m.name for m in d.matters))),
            *(s.name for o in all_occasions() for s in o.subjects.values()),
        )
    )


def _shortened(
    script: Script, units: Sequence[Unit], style: int, name: str, head: str
) -> list[str]:
    """The units with the thing's name cut short once it has been told whole."""
    texts = [unit.text for unit in units]
    whole, short = re.compile(rf"\b[Tt]he {re.escape(name)}\b"), re.compile(rf"\b{head}s?\b")
    others = {w for x in script.lines for w in (x.thing, x.value) if w and w != name}
    rest = " ".join(whole.sub("", text) for text in texts)
    if short.search(rest) or any(short.search(word) for word in others):
        return texts  # it would not be clear which
    told = last = False
    for at, unit in enumerate(units):
        found = whole.search(texts[at])
        if found and told and script.lines[unit.line].act not in _WHOLE_NAME:
            near = last and unit.plain and script.lines[unit.line].act not in _AT_THE_END
            near = near and script.matter != "status"  # "it" would be the list
            it = near and fits_it(texts[at], found) and not _IT.search(texts[at])
            it = it and pick(f"{style}-it-{unit.place}", 100) < IT_SHARE
            texts[at] = whole.sub("it" if it else f"{found[0][:3]} {head}", texts[at])
        told |= found is not None
        last = found is not None
    return texts


def fits_it(text: str, name: re.Match[str]) -> bool:
    """Whether "it" can stand for the name there: a plain verb's object, or the subject of "was"."""
    before, after = text[: name.start()].split(), text[name.end() :].split()
    if not before or not after:
        return False
    if before[-1] == "that":
        return after[0] in _SAYS
    return before[-1] in _TAKES and after[0] in _TO


_SAYS = frozenset({"was", "should", "belonged", "could", "lay", "had", "held", "ought", "went"})
_TAKES = frozenset(
    {
        "put", "moved", "left", "laid", "placed", "set", "stowed", "tucked", "dropped", "slid",
        "slipped", "lowered", "carried", "took", "kept", "keep", "leave", "lifted", "move",
        "fetched", "brought", "filled", "fill", "for", "about", "eased", "pushed", "stored",
    }
)  # fmt: skip
_TO = frozenset(
    {"in", "into", "to", "inside", "and", "over", "from", "with", "should", "was", "gently"}
)
"""What stands before and after a name for which "it" can be said."""


def ways_to_read(text: str, names: Iterable[str], subjects: Iterable[str]) -> Iterator[str]:
    """The sentences of its own that a printed unit may stand for, the likeliest first.

    Args:
        text: the unit, which ends with a stop.
        names: of what the story may be about.
        subjects: who did what the unit before tells.
    """
    for told in (text, *(x for name in names for x in _with_name(text, name))):
        begun = _GOES_ON.match(told)
        if not begun:
            yield told
        elif begun[0] == _WHOLE or told[begun.end()].isupper():
            yield told[begun.end()].upper() + told[begun.end() + 1 :]
        else:
            yield from (f"{subject} {told[begun.end() :]}" for subject in subjects)


def _with_name(text: str, name: str) -> Iterator[str]:
    """The unit with the thing's whole name, if its last word or "it" stands there."""
    head = re.escape(name.rpartition(" ")[2])
    full = re.sub(rf"\b([Tt]he) {head}\b", rf"\1 {name}", text)
    if full != text:
        yield full
    elif len(_IT.findall(text)) == 1:
        yield re.sub(r"\bit\b", f"the {name}", text)
