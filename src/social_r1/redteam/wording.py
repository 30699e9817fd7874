"""A trace in ordinary words: the form of an honest thought under the paper's length window.

A gold trace walks every line and tells each perspective once per line. It is made to be checked,
and by the paper's repetition penalty most of it is waste. `prose` says the same as a person would:
what happened, where each view of it ended, what is asked, what follows. The claims stay those of
the trace, so the oracle grades the trace and the wording only carries it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Literal, NamedTuple

from social_r1.hardbench.readings import UNSAID
from social_r1.hardbench.traces import ENDS, NOTHING, READS
from social_r1.trajectory.sip import Stage

Wording = Literal["trace", "prose"]

Texts = tuple[str, str, str, str]
"""The four stage texts of a trace, without headings."""

Speak = Callable[[Texts], str]
"""Makes a thought of stage texts."""


def headed(texts: Sequence[str]) -> str:
    r"""Stage texts under their headings, a line each: the thought in the words of the trace.

    >>> headed(("a", "b", "c", "d")).split("\n")[0]
    'Cue Encoding: a'
    """
    return "\n".join(f"{s.title}: {t}" for s, t in zip(Stage, texts, strict=True))


def prose(texts: Texts) -> str:
    """The trace in ordinary words, under the same headings."""
    cues, beliefs, goal, reply = texts
    return headed((_cues(cues), _beliefs(beliefs), _named(goal), _named(reply)))


SPEAK: dict[Wording, Speak] = {"trace": headed, "prose": prose}
"""How a thought is worded, by name."""


# --- cues ------------------------------------------------------------------------------------

_CUE = re.compile(r"\[(\d+)\]\s*([^\[\]]*)")

_OPENINGS = ("In line {n}", "Line {n}:", "Then, at {n},", "After that ({n})", "By sentence {n}")


class _Turn(NamedTuple):
    """A kind of cue and some ways to say it; they are used in turn."""

    claim: re.Pattern[str]
    ways: tuple[str, ...]


_TURNS = tuple(
    _Turn(re.compile(claim), ways)
    for claim, ways in (
        (r"in: (?P<a>.+)", ("{a} are around", "those present are {a}")),
        (r"(?P<a>\S+) out",
         ("{a} leaves", "{a} goes off", "{a} is no longer there", "off goes {a}")),
        (r"(?P<a>\S+) in", ("{a} comes in", "{a} is back", "{a} joins the others")),
        (r"(?P<a>\S+) asleep", ("{a} falls asleep", "sleep takes {a}", "{a} nods off")),
        (r"(?P<a>\S+) awake", ("{a} wakes", "{a} is up again")),
        (r"(?P<a>\S+) far away, unnoticed", ("{a} is lost in thought, unseen",)),
        (r"(?P<a>\S+) attends", ("{a} pays attention again",)),
        (r"(?P<a>\S+) doubts (?P<b>\S+)", ("{a} distrusts {b}", "{b} is not trusted by {a}")),
        (r"(?P<a>\S+) looks", ("{a} has a look at it", "{a} checks for himself or herself")),
        (r"(?P<a>\S+) glimpses", ("{a} catches sight of it",)),
        (r"(?P<a>\S+) answers (?P<b>\S+)",
         ("{b} asks {a} and hears the truth as {a} sees it", "{a} tells {b} what {a} holds")),
        (r"(?P<a>\S+) tells (?P<b>[A-Z]\S*) (?P<v>.+)",
         ("{a} names {v} to {b}", "{b} is told of {v} by {a}", "word of {v} goes from {a} to {b}")),
        (r"(?P<a>\S+) tells (?P<v>.+)", ("{a} speaks of {v}", "{v} is what {a} announces")),
        (r"(?P<b>\S+) reads from (?P<a>\S+) (?P<v>.+)", ("{b} reads {v}, written by {a}",)),
        (r"(?P<a>\S+) reads (?P<v>.+)", ("{a} reads of {v}",)),
        (r"(?P<t>[a-z].*?) in (?P<v>.+)", ("the {t} starts out as {v}", "{v} goes with the {t}")),
        (r"(?P<t>[a-z].*?) to (?P<v>.+)",
         ("it changes to {v}", "{v} takes over", "next up is {v}", "what counts becomes {v}",
          "someone turns it to {v}", "{v} it is from here on")),
    )
)  # fmt: skip


def _cues(text: str) -> str:
    """What happened, line by line; who stood by is left to the reader of the comings and goings."""
    who, _, rest = text.partition("[")
    opening = who.strip().removeprefix("Who: ").removesuffix(".")
    said = [f"The people to watch are {_listed(opening)}"] if opening else []
    openings, uses = cycle(_OPENINGS), dict[str, int]()
    for number, body in _CUE.findall(f"[{rest}"):
        claim = body.strip().removesuffix(".")
        if claim and claim != NOTHING:
            told = _tell(claim, uses)
            said.append(f"{next(openings).format(n=number)} {told}")
    return ". ".join(said) + "." if said else text


def _tell(claim: str, uses: dict[str, int]) -> str:
    """One cue in words; a kind that has no words of its own stays as it is."""
    act, *rest = claim.split("; ")
    unseen = [p for p in rest if p.startswith(("peeked by", "overheard by", "foretold to"))]
    for turn in _TURNS:
        found = turn.claim.fullmatch(act)
        if found:
            turned = uses.get(turn.claim.pattern, 0)
            uses[turn.claim.pattern] = turned + 1
            names = {k: _listed(v) for k, v in found.groupdict().items()}
            act = turn.ways[turned % len(turn.ways)].format(**names)
            break
    return ", ".join([act, *unseen])


def _listed(names: str) -> str:
    """``Ann, Bo, Cy`` as ``Ann, Bo and Cy``."""
    first, mark, last = names.rpartition(", ")
    return f"{first} and {last}" if mark else last


# --- interpretation --------------------------------------------------------------------------

_ENTRY = re.compile(r"([A-Z][\w'’-]*(?: on [A-Z][\w'’-]*)*) (.+)")
_VIEW = re.compile(r"\b[A-Z][\w'’-]*(?: on [A-Z][\w'’-]*)+")
_WAYS = (
    "{p} is left with {v}, by line {n}",
    "For {p}, sentence {n} settles on {v}",
    "What reaches {p} last is {n}, so {v} stays",
    "As to {p}: {v}, since line {n}",
    "{v} remains with {p} because of {n}",
    "No news after {n} gets to {p}, hence {v}",
)


def _beliefs(text: str) -> str:
    """Where each view ends and by which line, then the reading."""
    body, _, reading = text.partition(f" {READS}: ")
    steps, _, end = body.partition(f"{ENDS}: ")
    held: dict[str, tuple[str, str]] = {}
    for number, claim in _CUE.findall(steps):
        for entry in claim.strip().removesuffix(".").split(", "):
            found = _ENTRY.fullmatch(entry)
            if found:
                held[found[1]] = (number, found[2])
    said: list[str] = []
    for i, entry in enumerate(end.strip().removesuffix(".").split(", ")):
        found = _ENTRY.fullmatch(entry)
        if not found:
            continue
        view, value = _view(found[1]), found[2]
        number = held.get(found[1], ("", ""))[0]
        known = value != UNSAID and number
        way = _WAYS[i % len(_WAYS)] if known else "{p} never finds out"
        said.append(_upper(way.format(p=view, v=value, n=number)))
    if reading:
        said.append(f"Taken together, {_named(reading.strip().removesuffix('.'))}")
    return ". ".join(said) + "." if said else text


def _view(chain: str) -> str:
    """``Ella on Ben`` as ``Ella's idea of Ben``; ``Really`` as ``the world itself``."""
    if chain == "Really":
        return "the world itself"
    *outer, inner = chain.split(" on ")
    return "".join(f"{name}'s idea of " for name in outer) + inner


def _named(text: str) -> str:
    return _VIEW.sub(lambda found: _view(found[0]), text)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
