"""From text back to the script: the gatekeeper of every sentence (HARDBENCH 10).

Each sentence must be readable in one way only: as one act with one filling of its slots. The round
trip script, text, script is the identity, and so is text, script, text; a template that can be
read as another act, or whose slots run into each other, does not survive it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface.rich import (
    ACTS,
    FRAMES,
    PARAGRAPH,
    adrift,
    bare,
    capital,
    frame_parts,
)
from social_r1.hardbench.surface.ties import Tie, split, unfounded
from social_r1.hardbench.surface.vocabulary import (
    all_words,
    ends,
    errands,
    given_names,
    occasion_keys,
    outcomes,
    rooms,
    vocabulary,
)
from social_r1.hardbench.surface.words import (
    MATTERS,
    bank,
    domain_names,
    occasions,
    reason,
)

_NAME = r"[A-Z][a-z]+"
_PHRASE = r"[a-zA-Z][a-zA-Z' -]*"
_SLOTS = {
    "a": _NAME,
    "b": _NAME,
    "people": rf"{_NAME}(?:(?:, {_NAME})* and {_NAME})?",
    "o": _PHRASE,
    "c": _PHRASE,
    "room": rf"{_PHRASE}?",
    "p": r"[^,]+",
    "e": r"to .+",
    "w": r"[^,]+",
    "n": r"[^,]+",
}
_SLOT = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[A-Za-z']+")
_NUMBERED = re.compile(r"\((\d+)\) ")

_FILES = ("presence", "opening", "extras", "location", "contents", "status")
_DECIDED = (Act.STANCE, Act.REMARK, Act.REMARKS)
"""Acts about something that is decided, in whatever file."""
_EXTRAS = (*_DECIDED, Act.POLITE, Act.DEED, Act.FAILED, Act.QUEST)


class ParseError(InputError):
    """A sentence that cannot be read, or in more than one way."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A clause as something to match."""

    act: Act
    matter: str
    """The matter whose clauses it belongs to; empty for clauses of any."""
    noise: str | None
    """Key of the doing or ambience clause that it is."""
    regex: re.Pattern[str]
    room: bool


class _Reading(NamedTuple):
    """One way to read a sentence."""

    line: Line
    matter: str
    """The matter in whose bank it stands; empty for any."""
    room: str
    """The room that it names, if it does."""
    ties: frozenset[Tie] = frozenset()
    """What it may be said to answer, if it is."""
    reasoned: bool = False
    """Whether it says what speaks for having the thing so."""


def parse(text: str) -> Script:
    """Read a story of the rich register.

    The cast is everybody whom the story names, in order of appearance; the family of sentences
    leaves no mark in a text and is ``all``.

    Raises:
        ParseError: no frame fits, or a sentence cannot be read in exactly one way.
    """
    opening, body, frame = _parts(text)
    readings = [_readings(sentence, frame, first=i == 0) for i, sentence in enumerate(body)]
    flashback = _flashback(body, readings, frame)
    for number, (sentence, found) in enumerate(zip(body, readings, strict=True), 1):
        if not found:
            raise ParseError(
                f"sentence ({number}) {sentence!r} of a {frame} story after {opening[:40]!r} fits "
                "no template; repair: mend the template that made it"
            )
    matter = _matter(readings)
    chosen: list[_Reading] = []
    named: set[str] = set()
    for number, (sentence, found) in enumerate(zip(body, readings, strict=True), 1):
        fits = {x.line: x for x in found if x.matter in ("", matter)}
        if len(fits) != 1:
            what = ", ".join(sorted({f"{line.act}" for line in fits})) or "no act"
            raise ParseError(
                f"sentence ({number}) {sentence!r} reads as {what} in {len(fits)} ways; "
                "repair: make its template say one thing only"
            )
        only = next(iter(fits.values()))
        chosen.append(only)
        named |= {only.room} if only.room else set()
    if len(named) != 1:
        raise ParseError(f"the story names the rooms {sorted(named)}; repair: name one room")
    if flashback:
        chosen.insert(flashback[0], chosen.pop(flashback[1]))
    lines = tuple(only.line for only in chosen)
    agents = tuple(dict.fromkeys(n for line in lines for n in _in_order(line)))
    script = Script(
        agents,
        named.pop(),
        lines,
        frame,
        _domain(lines),
        matter,
        flashback=flashback,
    )
    faults = (
        *unfounded(script, [only.ties for only in chosen]),
        *adrift(script, [only.reasoned for only in chosen]),
    )
    for fault in faults:
        raise ParseError(fault)
    return script


def _flashback(
    body: list[str], readings: list[set[_Reading]], frame: str
) -> tuple[int, int] | None:
    """Which line is told only after which; its readings are put in their place."""
    for position, sentence in enumerate(body):
        for head, pattern, tail in _wrappers(frame, "earlier"):
            match = sentence.startswith(head) and sentence.endswith(tail)
            found = pattern.fullmatch(sentence) if match else None
            if found and not readings[position] and 0 < int(found["n"]) <= position:
                readings[position] = set(_clause_readings(found["clause"]))
                return int(found["n"]) - 1, position
    return None


def read_clause(clause: str) -> set[tuple[Line, str]]:
    """Every reading of one clause, with the matter whose bank it stands in."""
    return {(x.line, x.matter) for x in _clause_readings(clause)}


def _parts(text: str) -> tuple[str, list[str], str]:
    """Opening, sentences without numbers, and the frame."""
    opening, _, rest = text.partition("\n")
    body, _, closing = rest.rpartition("\n")
    frame = next(
        (
            f
            for f in FRAMES
            if any(t.fullmatch(opening) for t in _texts(f, "opening"))
            and any(t.fullmatch(closing) for t in _texts(f, "closing"))
        ),
        None,
    )
    if frame is None:
        raise ParseError(f"no frame opens with {opening!r}; repair: give a story of this bank")
    marks = list(_NUMBERED.finditer(body))
    if [int(m[1]) for m in marks] != list(range(1, len(marks) + 1)):
        raise ParseError("the sentences are not numbered (1), (2), ...; repair: number them")
    stops = [m.start() - 1 for m in marks[1:]] + [len(body)]
    return opening, [body[m.end() : stop] for m, stop in zip(marks, stops, strict=True)], frame


@cache
def _texts(frame: str, part: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(re.escape(t).replace(r"\{room\}", _PHRASE).replace(r"\{teller\}", _NAME))
        for t in frame_parts(frame, part)
    )


@cache
def _wrappers(frame: str, part: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """(literal start, pattern, literal end) of each wrapper."""
    found: list[tuple[str, re.Pattern[str], str]] = []
    for wrapper in (bare(frame),) if part == "bare" else frame_parts(frame, part):
        # What `wrap` does to the first letter is done to the template here.
        before, _, after = capital(wrapper).partition("{clause}")
        pattern = re.escape(before) + "(?P<clause>.+)" + re.escape(after)
        pattern = pattern.replace(r"\{time\}", r"\d\d:\d\d").replace(r"\{n\}", r"(?P<n>\d+)")
        head = before.partition("{time}")[0].partition("{n}")[0]
        tail = after.rpartition("{time}")[2]
        found.append((head, re.compile(pattern, re.DOTALL), tail))
    return tuple(found)


def _readings(sentence: str, frame: str, *, first: bool) -> set[_Reading]:
    found: set[_Reading] = set()
    wrappers = (
        *_wrappers(frame, "bare"),
        *_wrappers(frame, "aside"),
        *_wrappers(frame, "first" if first else "lead"),
    )
    for head, pattern, tail in wrappers:
        if not (sentence.startswith(head) and sentence.endswith(tail)):
            continue
        match = pattern.fullmatch(sentence)
        if match:
            found |= _clause_readings(match["clause"])
            for answers, clause in split(match["clause"]):
                found |= {x._replace(ties=answers) for x in _clause_readings(clause)}
    return found


@lru_cache(maxsize=65536)
def _clause_readings(clause: str) -> frozenset[_Reading]:
    """A reading for each template that the clause fits."""
    found: set[_Reading] = set()
    index = _index()
    words = {w.lower() for w in _WORD.findall(clause)}
    for pattern in (p for w in (*words, "") for p in index.get(w, ())):
        match = pattern.regex.fullmatch(clause)
        if match:
            found |= set(_lines(pattern, match.groupdict()))
    return frozenset(found)


def _lines(pattern: _Pattern, slots: dict[str, str]) -> Iterator[_Reading]:
    """What a match stands for, if its slots hold words of the bank."""
    things, values = vocabulary()[pattern.matter or "location"]
    thing, value = slots.get("o"), slots.get("c")
    if "n" in slots:
        thing = ends().get(slots["n"], "")
    people = slots.get("people")
    if pattern.act in _EXTRAS:
        things = things | vocabulary()["status"][0] | vocabulary()["contents"][0]
    if thing is not None and thing not in things:
        return
    if pattern.room and slots.get("room") not in rooms():
        return
    said = (*_people(people, pattern.act, None), slots.get("a"), slots.get("b"))
    if any(name is not None and name not in given_names() for name in said):
        return
    purpose = occasion_keys().get(slots.get("p") or "")
    if ("p" in slots and purpose is None) or ("e" in slots and slots["e"] not in errands()):
        return
    for v in _values(pattern, thing, value, values):
        if "w" in slots and slots["w"] != reason(thing, v):
            continue
        line = Line(
            pattern.act,
            slots.get("a"),
            slots.get("b"),
            thing=thing,
            value=v,
            people=_people(people, pattern.act, slots.get("a")),
            noise=pattern.noise,
        )
        if pattern.act is Act.ROLL:
            line = Line(Act.ROLL, people=line.people, noise=purpose)
        yield _Reading(line, pattern.matter, slots.get("room") or "", reasoned="w" in slots)


def _values(
    pattern: _Pattern, thing: str | None, value: str | None, values: frozenset[str]
) -> list[str | None]:
    """The values that a word may stand for: status words get their sign back."""
    if value is None:
        return [None]
    if pattern.matter == "status" or pattern.act in _DECIDED:
        return [v for v in outcomes().get(thing or "", ()) if v[1:] == value]
    if pattern.act is Act.POLITE:
        values = vocabulary()["contents"][1]
    return [value] if value in values else []


def _people(text: str | None, act: Act, actor: str | None) -> tuple[str, ...]:
    if act is Act.ROLL and text is None and actor:
        return (actor,)
    return tuple(re.split(r", | and ", text)) if text else ()


def _in_order(line: Line) -> Iterable[str]:
    return (x for x in (*line.people, line.actor, line.other) if x)


@cache
def _index() -> dict[str, list[_Pattern]]:
    """Patterns by the rarest literal word of each."""
    templates = list(_templates())
    counts = Counter(w for _, text in templates for w in set(_literal(text)))
    found: dict[str, list[_Pattern]] = {}
    for (act, matter, noise), text in templates:
        key = min(_literal(text), key=lambda w: (counts[w], w), default="")
        found.setdefault(key, []).append(
            _Pattern(act, matter, noise, pattern(text), "{room}" in text)
        )
    return found


def _templates() -> Iterator[tuple[tuple[Act, str, str | None], str]]:
    for file in _FILES:
        for key, texts in bank(f"clauses/{file}.yaml").items():
            act = ACTS.get(key)
            if act is None:
                continue
            for text in texts:
                yield (act, file if file in MATTERS else "", None), text
    for name in domain_names():
        for key, scene in occasions(name).items():
            for act, texts in ((Act.DOING, scene.doings), (Act.AMBIENCE, scene.sights)):
                for i, text in enumerate(texts):
                    yield (act, "", f"{key}/{i}"), text


def _literal(text: str) -> list[str]:
    """The whole words of a template outside its slots, in lower case."""
    return [w.lower() for w in _WORD.findall(re.sub(r"\S*\{\w+\}\S*", " ", text))]


def pattern(template: str) -> re.Pattern[str]:
    """A clause template as something to match."""
    return re.compile(_regex(template))


def _regex(text: str) -> str:
    first = text[0]
    parts = _SLOT.split(text)
    seen: set[str] = set()
    pattern = ""
    for i, part in enumerate(parts):
        if i % 2 == 0:
            pattern += re.escape(part)
            continue
        pattern += f"(?P={part})" if part in seen else f"(?P<{part}>{_SLOTS[part]})"
        seen.add(part)
    if first.isalpha():
        pattern = f"[{first.upper()}{first.lower()}]{pattern[1:]}"
    return pattern


def _matter(readings: Iterable[set[_Reading]]) -> str:
    """What the story is about: the matter in which every sentence that has one can be read."""
    fitting = [
        m for m in MATTERS if all(any(x.matter in ("", m) for x in found) for found in readings)
    ]
    if len(fitting) != 1:
        raise ParseError(
            f"the story can be about {fitting or 'nothing'}; repair: let its templates tell"
        )
    return fitting[0]


def _domain(lines: Iterable[Line]) -> str:
    """The walk of life to which most of the words belong."""
    counts: Counter[str] = Counter()
    for line in lines:
        if line.noise:
            counts[line.noise.partition("/")[0]] += 1
        for word in (line.thing, line.value):
            counts.update(d for d in domain_names() if word and word in all_words(d))
    return max(sorted(counts), key=counts.__getitem__, default="")


__all__ = ["MATTERS", "PARAGRAPH", "ParseError", "parse", "read_clause"]
