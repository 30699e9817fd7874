"""From text back to the script: the gatekeeper of every sentence (HARDBENCH 10).

Each unit, taken out of its sentence (`flow`), must be readable in one way only: as one act with one
filling of its slots. The round trip script, text, script is the identity, and so is text, script,
text; a template that can be read as another act, or whose slots run into each other, does not
survive it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from social_r1.errors import InputError
from social_r1.hardbench.script import Line, Script
from social_r1.hardbench.surface.ahead import split
from social_r1.hardbench.surface.flow import goes_on, ways_to_read
from social_r1.hardbench.surface.reading import NAME, PHRASE, Reading, clause_readings
from social_r1.hardbench.surface.rich import (
    FRAMES,
    astray,
    bare,
    capital,
    frame_parts,
    out_of_turn,
    wrap,
)
from social_r1.hardbench.surface.ties import unfounded
from social_r1.hardbench.surface.vocabulary import all_words
from social_r1.hardbench.surface.words import MATTERS, domain_names, subjects

_NUMBERED = re.compile(r"\((\d+)\) ")


class ParseError(InputError):
    """A sentence that cannot be read, or in more than one way."""


def parse(text: str) -> Script:
    """Read a story of the rich register.

    The cast is everybody whom the story names, in order of appearance; the family of sentences
    leaves no mark in a text and is ``all``.

    Raises:
        ParseError: no frame fits, or a sentence cannot be read in exactly one way.
    """
    opening, body, frame = _parts(text)
    readings = _unit_readings(body, frame, _subjects_named(text))
    flashback = _flashback(body, readings, frame)
    for number, (sentence, found) in enumerate(zip(body, readings, strict=True), 1):
        if not found:
            # It may be about a thing of another occasion, of which nothing here could be read.
            for fault in astray([next((x.line for x in each), None) for each in readings]):
                raise ParseError(fault)
            raise ParseError(
                f"sentence ({number}) {sentence!r} of a {frame} story after {opening[:40]!r} fits "
                "no template; repair: mend the template that made it"
            )
    matter = _matter(readings)
    chosen: list[Reading] = []
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
        *unfounded(script, [only.ahead.ties for only in chosen]),
        *astray(lines),
        *out_of_turn(lines, [only.reasoned for only in chosen]),
    )
    for fault in faults:
        raise ParseError(fault)
    return script


def _subjects_named(text: str) -> list[str]:
    """What a text names of that which people come to differ about; as a rule one thing."""
    found: dict[str, None] = {}
    for noun in _NOUNS.finditer(text):
        words = noun[1].split(" ")
        heads = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        names = (head.removesuffix("'s") for head in heads)
        found.update(dict.fromkeys([n for n in names if n in subjects()][:1]))  # the longest
    return list(found)


_NOUNS = re.compile(r"\b[Tt]he (?=((?:[a-zA-Z'-]+ ){0,2}[a-zA-Z'-]+))")
"""What may be the name of a thing: up to three words after an article."""


def _unit_readings(body: list[str], frame: str, names: list[str]) -> list[set[Reading]]:
    """The readings of each unit, taken out of the sentence that it is a part of."""
    found: list[set[Reading]] = []
    for number, unit in enumerate(body):
        joined = number > 0 and goes_on(unit)
        runs_on = number + 1 < len(body) and goes_on(body[number + 1])
        text = re.sub(r",$", ".", unit) if runs_on else unit
        before = {x.line.actor for x in found[-1] if x.line.actor} if joined else set[str]()
        here: set[Reading] = set()
        for way in ways_to_read(text, names, sorted(before)):
            told = wrap(bare(frame), way.removesuffix("."), "00:00") if joined else way
            here |= _readings(told, frame)
            if here:
                break
        found.append(here)
    return found


def _flashback(body: list[str], readings: list[set[Reading]], frame: str) -> tuple[int, int] | None:
    """Which line is told only after which; its readings are put in their place."""
    for position, sentence in enumerate(body):
        for head, pattern, tail in _wrappers(frame, "earlier"):
            match = sentence.startswith(head) and sentence.endswith(tail)
            found = pattern.fullmatch(sentence) if match else None
            if found and not readings[position] and 0 < int(found["n"]) <= position:
                readings[position] = set(clause_readings(found["clause"]))
                return int(found["n"]) - 1, position
    return None


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
        re.compile(re.escape(t).replace(r"\{room\}", PHRASE).replace(r"\{teller\}", NAME))
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


def _readings(sentence: str, frame: str) -> set[Reading]:
    found: set[Reading] = set()
    wrappers = (
        *_wrappers(frame, "bare"),
        *_wrappers(frame, "aside"),
        *_wrappers(frame, "lead"),
    )
    for head, pattern, tail in wrappers:
        if not (sentence.startswith(head) and sentence.endswith(tail)):
            continue
        match = pattern.fullmatch(sentence)
        if match:
            found |= clause_readings(match["clause"])
            for ahead, clause in split(match["clause"]):
                told = (x for x in clause_readings(clause) if ahead.suits(x.line))
                found |= {x._replace(ahead=ahead) for x in told}
    return found


def _in_order(line: Line) -> Iterable[str]:
    return (x for x in (*line.people, line.actor, line.other) if x)


def _matter(readings: Iterable[set[Reading]]) -> str:
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
