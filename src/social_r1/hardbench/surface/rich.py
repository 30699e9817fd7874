"""The rich register: clauses in discourse frames (HARDBENCH 10).

A story is an opening, a numbered unit per event, and a closing. The unit is a *clause* of the bank
for the event's act, put into a *wrapper* of the frame (``A little later, ...``), and may go on with
the sentence of the unit before (`flow`). Which clause
and which wrapper depends on the style, on the act and on how many of the kind came before, never on
the people, so that the variants of a block that exchange people consist of the same words (F2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from random import Random

from social_r1.hardbench.script import CREDIT, Act, Line, Script
from social_r1.hardbench.surface.ahead import bare_of_reasons, moments_told, said_ahead
from social_r1.hardbench.surface.flow import Unit, flowing, goes_on
from social_r1.hardbench.surface.picks import first_fresh, order, pick
from social_r1.hardbench.surface.plain import join_names
from social_r1.hardbench.surface.ties import ties
from social_r1.hardbench.surface.words import (
    bank,
    gain,
    in_bank,
    occasion,
    reason,
    shelve,
    subjects,
    tellers,
)

FRAMES = ("narrative", "letter", "chat", "minutes", "statement", "script")
HELD_OUT_FRAME = "script"
"""Kept for out-of-distribution tests."""
ASIDE = frozenset(
    {
        Act.ROLL, Act.PLACE, Act.DOUBT, Act.TRUST, Act.CUSTOM, Act.STANCE, Act.SIDE, Act.RIVAL,
        Act.POLITE, Act.PROMISE, Act.AIM, Act.AWAY, Act.NEWEST, Act.BANTER, Act.PREMISE, Act.FREE,
    }
)  # fmt: skip
"""Acts that say how things stand rather than what happens; they get wrappers of their own."""
BARE_SHARE = {"aside": 92, "lead": 80}
"""Per cent of the sentences that are the clause alone; all are that have something said ahead."""
ENOUGH = 5
"""Of how many clauses one is chosen at least, where only some leave room for what is said ahead."""
PARAGRAPH = ("narrative", "letter")
"""Frames whose sentences run on; the others have a line each."""

_ROLL, _DOING, _LEAVE = Act.ROLL, Act.DOING, Act.LEAVE
_STANCE = Act.STANCE
_REASONED = frozenset({Act.AIM, Act.SHIFTED, Act.STANCE})
"""Acts that can say what speaks for having a thing so; who acts himself has said it before."""
_RETURNS = frozenset({Act.ENTER, Act.GLIMPSE, Act.FACED_AWAY})
_WATCHED = frozenset({Act.PEEK_MOVE, Act.OVERHEAR})
_OPENING = frozenset({Act.AWAY, Act.CUSTOM, Act.BANTER, Act.NEWEST})
_PRESENCE = frozenset(
    {
        Act.ROLL, Act.ENTER, Act.LEAVE, Act.NAP, Act.WAKE, Act.DRIFT, Act.STIR, Act.DOUBT,
        Act.TRUST,
    }
)  # fmt: skip
_EXTRAS = frozenset(
    {
        Act.STANCE, Act.SIDE, Act.RIVAL, Act.DEED, Act.FAILED, Act.QUEST, Act.POLITE, Act.PROMISE,
        Act.REMARK, Act.REMARKS, Act.NOTE, Act.FREE,
    }
)  # fmt: skip
_DEEDS = frozenset({Act.MOVE, Act.PEEK_MOVE, Act.LEAVE, Act.TEXT, Act.RELAY})
"""Acts told so that they can say what they answer."""
_OF_DOMAIN = frozenset({Act.DOING, Act.AMBIENCE})
_UNSAID = _OF_DOMAIN | {Act.NAP, Act.DRIFT}
"""Acts that no "then" introduces: they go on for a while."""
_FORETOLD = frozenset({Act.PREMISE, Act.FREE})
"""What will come of the thing."""
_GROUND = _FORETOLD | {Act.CUSTOM, Act.BANTER}
"""What `ground` adds to a story that has been weighed."""


ACTS = {act.value: act for act in Act} | {
    "roll_one": Act.ROLL, "roll_for": Act.ROLL, "leave_far": Act.LEAVE, "leave_for": Act.LEAVE,
    "aim_why": Act.AIM, "shifted_why": Act.SHIFTED, "stance_why": Act.STANCE,
    "custom_but": Act.CUSTOM, "banter_but": Act.BANTER,
}  # fmt: skip
"""The acts by the bank's keys."""


def clause_key(line: Line, matter: str) -> tuple[str, str]:
    """File and key of the bank's clauses for a line."""
    if line.act is _ROLL:
        alone = "roll_one" if len(line.people) == 1 else "roll"
        return "presence", "roll_for" if line.noise else alone
    if line.act in _OPENING:
        return "opening", line.act.value
    if line.act in _PRESENCE:
        return "presence", line.act.value
    if line.act in _EXTRAS:
        return "extras", line.act.value
    return matter, line.act.value


@cache
def clauses(file: str, key: str, family: str = "all") -> tuple[str, ...]:
    """The clauses of one act, of one family."""
    return shelve(tuple(bank(f"clauses/{file}.yaml")[key]), family)


@cache
def frame_parts(frame: str, part: str, family: str = "all") -> tuple[str, ...]:
    """``opening``, ``aside``, ``lead`` or ``closing`` of a frame, of one family."""
    return shelve(tuple(bank(f"frames/{frame}.yaml")[part]), family)


def sentences(script: Script, style: int) -> list[str]:
    """What is printed of each line of the script in the order of telling, without its number."""
    templates: list[str] = []
    told: list[str] = []
    gone = _for_good(script.lines)
    answers = ties(script)
    errands = _errands(script, style)
    reasoned = reasons_told(script.lines)
    moments = moments_told(script.lines)
    doubted = any(line.act is Act.DOUBT for line in script.lines)
    for number, line in enumerate(script.lines):
        errand = next(errands, "") if number in gone else ""
        key = "leave_for" if errand else "leave_far" if number in gone else ""
        key = f"{line.act}_why" if number in reasoned else key
        key = f"{line.act}_but" if doubted and line.act in CREDIT else key
        slots = (*answers[number], "a") if number in moments else tuple(answers[number])
        ways = _ways(script, line, slots, key)
        told.append(first_fresh(ways, f"{style}-{line.act}-{len(line.people) == 1}", told))
        templates.append(told[-1].replace("{e}", errand))
    places = _places(script.lines)
    ahead = said_ahead(script, style, places, answers, templates)
    units: list[Unit] = []
    times = _times(style, len(script.lines)) if _timed(script.frame) else [""] * len(script.lines)
    for time, index in zip(times, script.order(), strict=True):
        clause = fill(templates[index], script.lines[index], script.room)
        said = ahead.get(index, "")
        wrapper = _wrapper(script, style, index, places[index], said, templates[index])
        text = wrap(wrapper, f"{said}{clause}", time)
        plain = not said and wrapper == bare(script.frame)
        units.append(Unit(index, text, plain, places[index]))
    return flowing(script, units, style)


def _for_good(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines in which somebody leaves who is not seen there again, or outside it."""
    found: set[int] = set()
    seen: set[str | None] = set()
    for number in reversed(range(len(lines))):
        line = lines[number]
        if line.act is _LEAVE:
            if line.actor not in seen:
                found.add(number)
            seen.discard(line.actor)
        elif line.act in _RETURNS:
            seen.add(line.actor)
        elif line.act in _WATCHED:
            seen.add(line.other)
    return found


def speaks_for(act: Act, thing: str | None, value: str | None) -> str:
    """What speaks for having the thing so: what anybody may say, or what somebody has of it."""
    if act not in _REASONED:
        return ""
    return gain(thing, value) if act is _STANCE else reason(thing, value)


def reasons_told(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines that are the first to say what speaks for having the thing so."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines):
        why = speaks_for(line.act, line.thing, line.value)
        if why:
            found.setdefault(why, number)
    return set(found.values())


def astray(lines: Sequence[Line | None]) -> Iterator[str]:
    """Where a story tells of another occasion than its own.

    Args:
        lines: what it tells; None where that cannot be read.
    """
    here = next((x.noise for x in lines if x and x.act is _ROLL and x.noise), None)
    if not here:
        return
    about = {subject.name for subject in occasion(here).subjects.values()}
    for number, line in enumerate(lines, 1):
        stray = line and line.noise and not f"{line.noise}/".startswith(f"{here}/")
        if stray or (line and line.act in _FORETOLD and line.thing not in about):
            yield (
                f"line ({number}) is of another occasion than {occasion(here).purpose!r}; "
                "repair: tell of one only"
            )


def out_of_turn(lines: Sequence[Line], reasoned: Sequence[bool]) -> Iterator[str]:
    """Where a story says reasons out of their turn.

    Args:
        lines: what it tells.
        reasoned: per line whether its sentence says what speaks for having the thing so.
    """
    told = reasons_told(lines)
    for number, (line, says) in enumerate(zip(lines, reasoned, strict=True)):
        if says != (number in told):
            yield (
                f"line ({number + 1}) {'repeats' if says else 'lacks'} what speaks for "
                f"{line.value!r}; repair: say it where it is first wished for, and only there"
            )


@cache
def _timed(frame: str) -> bool:
    """Whether a frame says when each thing was told."""
    parts = ("aside", "lead", "earlier")
    return any("{time}" in w for p in parts for w in (*frame_parts(frame, p), bare(frame)))


def _times(style: int, count: int) -> list[str]:
    """When each of so many things was told: time enough between them to go away and come back."""
    minutes = 8 * 60 + pick(f"{style}-clock", 240)
    found: list[str] = []
    for position in range(count):
        minutes += 12 + pick(f"{style}-clock-{position}", 19)
        found.append(f"{minutes // 60 % 24:02d}:{minutes % 60:02d}")
    return found


def _places(lines: Iterable[Line]) -> list[int]:
    """What the choice of words goes by: the number of the line, from 0, but for the ground.

    So a story keeps its words when its ground is told as well, which is not weighed with it.
    """
    found: list[int] = []
    told, ground = 0, 0
    for line in lines:
        if line.act in _GROUND:
            ground += 1
            found.append(-ground)
        else:
            found.append(told)
            told += 1
    return found


def _wrapper(script: Script, style: int, index: int, place: int, said: str, template: str) -> str:
    """How the frame introduces a line, of which something may be said ahead."""
    template = said or template
    if script.flashback and script.flashback[0] == index:
        fits = [w for w in frame_parts(script.frame, "earlier") if joins(w, template)]
        # What it happened just before was told under the number that the line itself would have.
        return fits[pick(f"{style}-earlier", len(fits))].replace("{n}", str(index + 1))
    part = "aside" if script.lines[index].act in ASIDE else "lead"
    wrappers = frame_parts(script.frame, part)
    wrapper = wrappers[order(f"{style}-{part}", len(wrappers))[place % len(wrappers)]]
    no_fanfare = said or script.lines[index].act in _UNSAID or _EARLIER.match(template)
    plain = no_fanfare or pick(f"{style}-bare-{place}", 100) < BARE_SHARE[part]
    return bare(script.frame) if plain or not joins(wrapper, template) else wrapper


@lru_cache(maxsize=8)
def story(script: Script, style: int) -> str:
    """The whole text, what is told of every event with its number in brackets."""
    opening = _part(script, style, "opening")
    closing = _part(script, style, "closing")
    body = ""
    for number, text in enumerate(sentences(script, style), 1):
        runs_on = script.frame in PARAGRAPH or goes_on(text)
        body += (" " if runs_on else "\n") * (number > 1) + f"({number}) {text}"
    return f"{opening}\n{body}\n{closing}"


def bare(frame: str) -> str:
    """How a frame tells a clause and no more."""
    return {"chat": "[{time}] {clause}.", "script": "({clause}.)"}.get(frame, "{clause}.")


def joins(wrapper: str, template: str) -> bool:
    """Whether the clause can follow: after ``that`` or ``as`` it must begin with its subject."""
    if not _SUBORDINATE.search(wrapper) and not _DEPENDENT.match(wrapper):
        return True
    begins = template.startswith("{") or template.split()[0] in _DETERMINERS
    return begins and not _ABSOLUTE.match(template)


_EARLIER = re.compile(r"\{[ab]\} had ")
"""What was so before, which no "then" introduces."""
_SUBORDINATE = re.compile(r"\b(?:that|when|how) \{clause\}")
_DEPENDENT = re.compile(r"\W*(?:As|Following|Hardly|In the|Once|When|With)\b[^:]*, \{clause\}")
_ABSOLUTE = re.compile(r"[^{,]* (?:being|having)\b[^{,]*,")
"""What is so in the meantime, told ahead of the subject: ``the milk being finished, ...``."""
_DETERMINERS = frozenset(
    {
        "a", "all", "an", "another", "any", "both", "each", "either", "every", "everybody", "four",
        "neither", "no", "nobody", "one", "some", "the", "their", "there", "these", "this", "those",
        "three", "two",
    }
)  # fmt: skip
"""Words that a subject begins with."""


def wrap(wrapper: str, clause: str, time: str) -> str:
    """The sentence: the clause in its wrapper, with a capital in front."""
    text = wrapper.replace("{time}", time).replace("{clause}", clause)
    return capital(text)


def capital(text: str) -> str:
    """The text with a capital in front, behind a bracket if there is one; slots stay."""
    at = 1 if text[0] == "(" else 0
    return text[:at] + text[at].upper() + text[at + 1 :]


def fill(template: str, line: Line, room: str) -> str:
    """The clause with its slots filled."""
    return template.format(
        a=line.actor,
        b=line.other,
        o=line.thing,
        c=line.value.lstrip("+-~") if line.value else None,
        room=room,
        people=join_names(line.people),
        p=occasion(line.noise).purpose if line.act is _ROLL and line.noise else None,
        w=speaks_for(line.act, line.thing, line.value),
        n=in_bank(subjects(), line.thing).end if "{n}" in template else None,
    )


def _errands(script: Script, style: int) -> Iterator[str]:
    """What the occasion has people go well away for, one after the other."""
    found = occasion(script.occasion).errands if script.occasion else ()
    yield from (found[i] for i in order(f"{style}-errands", len(found)))


def _ways(script: Script, line: Line, slots: Iterable[str], going: str = "") -> tuple[str, ...]:
    """The clauses that may tell a line: of a deed those that leave room for what is said ahead.

    Args:
        script: the story.
        line: what they tell.
        slots: those of whom something can be said ahead.
        going: key of the clauses, if not the usual one.
    """
    if line.act in _OF_DOMAIN and line.noise:
        scene, beat = occasion(line.noise), int(line.noise.rpartition("/")[2])
        return ((scene.doings if line.act is _DOING else scene.sights)[beat],)
    file, key = clause_key(line, script.matter)
    key = going or key
    found = clauses(file, key, script.family)
    if line.act not in _DEEDS:
        return found
    begin = [_begun(file, key, script.family, slot) for slot in dict.fromkeys(slots)]
    return next((ways for ways in begin if len(ways) >= ENOUGH), found)


@cache
def _begun(file: str, key: str, family: str, slot: str) -> tuple[str, ...]:
    """The clauses of one act that begin with a slot and give no reason of their own."""
    found = (c for c in clauses(file, key, family) if c.startswith(f"{{{slot}}}"))
    return tuple(c for c in found if bare_of_reasons(c))


def _part(script: Script, style: int, part: str) -> str:
    texts = frame_parts(script.frame, part, script.family)
    text = texts[pick(f"{style}-{part}", len(texts))]
    return text.replace("{room}", script.room).replace("{teller}", teller(script, style))


def teller(script: Script, style: int) -> str:
    """Who tells the story: nobody of its people, nor anybody's namesake."""
    return Random(f"{style}-teller").choice(tellers(script.family))
