"""The rich register: clauses in discourse frames (HARDBENCH 10).

A story is an opening, one sentence per event, and a closing. The sentence is a *clause* of the bank
for the event's act, put into a *wrapper* of the frame (``It is on record that ...``). Which clause
and which wrapper depends on the style, on the act and on how many of the kind came before, never on
the people, so that the variants of a block that exchange people consist of the same words (F2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import gcd
from random import Random

from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface.plain import join_names
from social_r1.hardbench.surface.ties import Tie, phrases, say, ties
from social_r1.hardbench.surface.words import (
    bank,
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
        Act.POLITE, Act.AIM, Act.AWAY, Act.NEWEST, Act.BANTER, Act.PREMISE,
    }
)  # fmt: skip
"""Acts that say how things stand rather than what happens; they get wrappers of their own."""
BARE_SHARE = 75
"""Per cent of the sentences after the first that are the clause alone."""
TIED_SHARE = {"ask": 80, "report": 80, "done": 70}
"""Per cent of the clauses of a kind of tie that say what they answer, where they begin so."""
TIED = 90
"""The same for the other kinds."""
ENOUGH = 5
"""Of how many clauses one is chosen at least, where only some can say what they answer."""
_BEGINS = re.compile(r"\{([ab])\}")
_REASON = re.compile(
    r"\b(?:because|so that|as (?:rain|the|a)|to (?:keep|make|have|get|be)|\} had|"
    r"needed|was (?:\w+ing|sent|driven)|with \w+ \w+ to|before|until|in a (?:hurry|rush))\b"
)
"""What says why somebody does it; a clause with a tie in front has a reason already."""
PARAGRAPH = ("narrative", "letter")
"""Frames whose sentences run on; the others have a line each."""

_ROLL, _DOING, _LEAVE = Act.ROLL, Act.DOING, Act.LEAVE
_REASONED = frozenset({Act.AIM, Act.SHIFTED})
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
        Act.STANCE, Act.SIDE, Act.RIVAL, Act.DEED, Act.FAILED, Act.QUEST, Act.POLITE, Act.REMARK,
        Act.REMARKS, Act.NOTE,
    }
)  # fmt: skip
_DEEDS = frozenset({Act.MOVE, Act.PEEK_MOVE, Act.LEAVE, Act.TEXT, Act.RELAY})
"""Acts told so that they can say what they answer."""
_OF_DOMAIN = frozenset({Act.DOING, Act.AMBIENCE})
_GROUND = frozenset({Act.PREMISE, Act.CUSTOM, Act.BANTER})
"""What `ground` adds to a story that has been weighed."""


ACTS = {act.value: act for act in Act} | {
    "roll_one": Act.ROLL, "roll_for": Act.ROLL, "leave_far": Act.LEAVE, "leave_for": Act.LEAVE,
    "aim_why": Act.AIM, "shifted_why": Act.SHIFTED,
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
    """``opening``, ``first``, ``aside``, ``lead`` or ``closing`` of a frame, of one family."""
    return shelve(tuple(bank(f"frames/{frame}.yaml")[part]), family)


def sentences(script: Script, style: int) -> list[str]:
    """One sentence per line of the script in the order of telling, not numbered."""
    templates: list[str] = []
    told: list[str] = []
    gone = _for_good(script.lines)
    answers = ties(script)
    errands = _errands(script, style)
    reasoned = reasons_told(script.lines)
    for number, line in enumerate(script.lines):
        errand = next(errands, "") if number in gone else ""
        key = "leave_for" if errand else "leave_far" if number in gone else ""
        key = f"{line.act}_why" if number in reasoned else key
        ways = _ways(script, line, answers[number], key)
        told.append(_next(ways, f"{style}-{line.act}-{len(line.people) == 1}", told))
        templates.append(told[-1].replace("{e}", errand))
    places = _places(script.lines)
    tied = _tied(script, style, places, answers, templates)
    found: list[str] = []
    times = _times(style, len(script.lines)) if _timed(script.frame) else [""] * len(script.lines)
    for time, index in zip(times, script.order(), strict=True):
        clause = fill(templates[index], script.lines[index], script.room)
        tie = tied.get(index, "")
        wrapper = _wrapper(script, style, index, places[index], tie or templates[index])
        found.append(wrap(wrapper, f"{tie}{clause}", time))
    return found


def _next(ways: Sequence[str], seed: str, told: Sequence[str]) -> str:
    """The first of the ways, from where the seed points, that has not been told yet, if any."""
    count = len(ways)
    first, step = _pick(seed, count), _stride(count)
    order = [ways[(first + n * step) % count] for n in range(min(count, len(told) + 1))]
    return next((way for way in order if way not in told), order[0])


def _tied(
    script: Script,
    style: int,
    places: Sequence[int],
    answers: Sequence[Mapping[str, Tie]],
    templates: Sequence[str],
) -> dict[int, str]:
    """What is said ahead of the clauses that answer something, by line."""
    said: list[str] = []
    found: dict[int, str] = {}
    for index, (slots, template) in enumerate(zip(answers, templates, strict=True)):
        begins = _BEGINS.match(template)
        tie = slots.get(begins[1]) if begins and not _REASON.search(template) else None
        share = TIED_SHARE.get(tie.kind, TIED) if tie else 0
        if tie and _pick(f"{style}-tied-{places[index]}", 100) < share:
            said.append(_next(phrases(tie.kind, script.family), f"{style}-tie-{tie.kind}", said))
            found[index] = f"{say(tie, said[-1])}, "
    return found


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


def reasons_told(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines that are the first to say what speaks for having the thing so."""
    found: dict[tuple[str | None, str | None], int] = {}
    for number, line in enumerate(lines):
        if line.act in _REASONED and reason(line.thing, line.value):
            found.setdefault((line.thing, line.value), number)
    return set(found.values())


def adrift(script: Script, reasoned: Sequence[bool]) -> Iterator[str]:
    """Where a story tells of another occasion than its own, or says reasons out of their turn.

    Args:
        script: the story.
        reasoned: per line whether its sentence says what speaks for having the thing so.
    """
    here, told = script.occasion, reasons_told(script.lines)
    about = occasion(here).subjects[script.matter].name if here else None
    for number, (line, says) in enumerate(zip(script.lines, reasoned, strict=True)):
        stray = line.noise and not f"{line.noise}/".startswith(f"{here}/")
        if here and (stray or (line.act is Act.PREMISE and line.thing != about)):
            yield (
                f"line ({number + 1}) is of another occasion than {occasion(here).purpose!r}; "
                "repair: tell of one only"
            )
        if says != (number in told):
            yield (
                f"line ({number + 1}) {'repeats' if says else 'lacks'} what speaks for "
                f"{line.value!r}; repair: say it where it is first wished for, and only there"
            )


@cache
def _timed(frame: str) -> bool:
    """Whether a frame says when each thing was told."""
    parts = ("first", "aside", "lead", "earlier")
    return any("{time}" in w for p in parts for w in (*frame_parts(frame, p), bare(frame)))


def _times(style: int, count: int) -> list[str]:
    """When each of so many things was told: time enough between them to go away and come back."""
    minutes = 8 * 60 + _pick(f"{style}-clock", 240)
    found: list[str] = []
    for position in range(count):
        minutes += 12 + _pick(f"{style}-clock-{position}", 19)
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


def _wrapper(script: Script, style: int, index: int, place: int, template: str) -> str:
    """How the frame introduces a line."""
    if script.flashback and script.flashback[0] == index:
        fits = [w for w in frame_parts(script.frame, "earlier") if joins(w, template)]
        # What it happened just before was told under the number that the line itself would have.
        return fits[_pick(f"{style}-earlier", len(fits))].replace("{n}", str(index + 1))
    part = "aside" if script.lines[index].act in ASIDE else "lead" if index else "first"
    wrappers = frame_parts(script.frame, part)
    wrapper = wrappers[_order(f"{style}-{part}", len(wrappers))[place % len(wrappers)]]
    idle = script.lines[index].act in _OF_DOMAIN  # no fanfare for what changes nothing
    plain = index and (idle or _pick(f"{style}-bare-{place}", 100) < BARE_SHARE)
    return bare(script.frame) if plain or not joins(wrapper, template) else wrapper


def story(script: Script, style: int) -> str:
    """The whole text, every event's sentence with its number in brackets."""
    opening = _part(script, style, "opening")
    closing = _part(script, style, "closing")
    told = [f"({i}) {s}" for i, s in enumerate(sentences(script, style), 1)]
    body = (" " if script.frame in PARAGRAPH else "\n").join(told)
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
        w=reason(line.thing, line.value) if line.act in _REASONED else None,
        n=in_bank(subjects(), line.thing).end if "{n}" in template else None,
    )


def _errands(script: Script, style: int) -> Iterator[str]:
    """What the occasion has people go well away for, one after the other."""
    found = occasion(script.occasion).errands if script.occasion else ()
    yield from (found[i] for i in _order(f"{style}-errands", len(found)))


def _ways(
    script: Script, line: Line, answers: Mapping[str, Tie], going: str = ""
) -> tuple[str, ...]:
    """The clauses that may tell a line: of a deed that answers something those that can say so."""
    if line.act in _OF_DOMAIN and line.noise:
        scene, beat = occasion(line.noise), int(line.noise.rpartition("/")[2])
        return ((scene.doings if line.act is _DOING else scene.sights)[beat],)
    file, key = clause_key(line, script.matter)
    key = going or key
    found = clauses(file, key, script.family)
    if line.act not in _DEEDS:
        return found
    begin = [_begun(file, key, script.family, slot) for slot in answers]
    return next((ways for ways in begin if len(ways) >= ENOUGH), found)


@cache
def _begun(file: str, key: str, family: str, slot: str) -> tuple[str, ...]:
    """The clauses of one act that begin with a slot and give no reason of their own."""
    found = (c for c in clauses(file, key, family) if c.startswith(f"{{{slot}}}"))
    return tuple(c for c in found if not _REASON.search(c))


def _part(script: Script, style: int, part: str) -> str:
    texts = frame_parts(script.frame, part, script.family)
    text = texts[_pick(f"{style}-{part}", len(texts))]
    return text.replace("{room}", script.room).replace("{teller}", teller(script, style))


def teller(script: Script, style: int) -> str:
    """Who tells the story: nobody of its people, nor anybody's namesake."""
    return Random(f"{style}-teller").choice(tellers(script.family))


@lru_cache(maxsize=4096)
def _order(seed: str, count: int) -> tuple[int, ...]:
    """In which order a story uses so many wrappers, so that none comes twice in a row."""
    return tuple(Random(seed).sample(range(count), count))


@cache
def _stride(count: int) -> int:
    """A step that leads to each of so many places before it comes back to the first."""
    return next(step for step in range(7, 7 + max(2, count)) if gcd(step, count) == 1)


@lru_cache(maxsize=65536)
def _pick(seed: str, count: int) -> int:
    """Which of so many a seed chooses."""
    return Random(seed).choice(range(count))
