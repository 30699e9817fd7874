"""Perturbation operators, always in pairs (HARDBENCH 8): what flips the answer, what must not.

An operator is a kind of line that can change who takes what to be so: a peek, a message, a nap.
Undoing it where it stands shows whether the answer hangs on it (DIR, for directional) or not (INV,
for invariant); planting it where it cannot matter (`plants`) gives an inert twin. The same words
thus occur with and without effect, so that no operator word gives the answer away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.questions import answer
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.sense import senseless

Lines = tuple[Line, ...]


class Use(NamedTuple):
    """One use of an operator in a story.

    Attributes:
        operator: its name.
        line: the number of its line, from 0.
        flips: whether the answer changes when it is undone.
        script: the story without it.
        answer: the answer there; None if there is none.
    """

    operator: str
    line: int
    flips: bool
    script: Script
    answer: str | None

    @property
    def tag(self) -> str:
        """``peek:DIR`` or ``peek:INV``."""
        return f"{self.operator}:{'DIR' if self.flips else 'INV'}"


class Twin(NamedTuple):
    """A story that differs from an item's by one operator."""

    operator: str
    script: Script
    answer: str


def _drop(lines: Lines, at: int) -> Lines:
    return (*lines[:at], *lines[at + 1 :])


def _as(act: Act) -> Callable[[Lines, int], Lines]:
    """Undo by making another act of the line."""

    def undo(lines: Lines, at: int) -> Lines:
        keep = act not in (Act.MOVE, Act.SAY, Act.SHIFTED)
        new = replace(lines[at], act=act, other=lines[at].other if keep else None, people=())
        return (*lines[:at], new, *lines[at + 1 :])

    return undo


def _drop_with(ending: Act) -> Callable[[Lines, int], Lines]:
    """Undo a state together with the line that ends it."""

    def undo(lines: Lines, at: int) -> Lines:
        who = lines[at].actor
        end = next(
            (i for i in range(at + 1, len(lines)) if lines[i] == Line(ending, who)), len(lines)
        )
        return tuple(x for i, x in enumerate(lines) if i not in (at, end))

    return undo


def _noticed(lines: Lines, at: int) -> Lines:
    """An unnoticed lapse becomes one that everybody sees."""
    who = lines[at].actor
    swap = {Line(Act.DRIFT, who): Line(Act.NAP, who), Line(Act.STIR, who): Line(Act.WAKE, who)}
    return tuple(swap.get(x, x) if i >= at else x for i, x in enumerate(lines))


def _other_outcome(lines: Lines, at: int) -> Lines:
    """The stake on the other outcome."""
    line = lines[at]
    values = {x.value for x in lines if x.thing == line.thing and x.value}
    other = next((v for v in sorted(values) if v[:1] in "+-" and v != line.value), line.value)
    return (*lines[:at], replace(line, value=other), *lines[at + 1 :])


def _blank(lines: Lines, at: int) -> Lines:
    """A note that can be read becomes one that cannot."""
    return (*lines[:at], replace(lines[at], act=Act.BLANK, value=None), *lines[at + 1 :])


class Operator(NamedTuple):
    """A kind of line and how to undo it."""

    acts: tuple[Act, ...]
    undo: Callable[[Lines, int], Lines]
    what: str


OPERATORS: Mapping[str, Operator] = {
    "peek": Operator((Act.PEEK_MOVE,), _as(Act.MOVE), "an unseen watcher"),
    "overhear": Operator((Act.OVERHEAR,), _as(Act.SAY), "an unseen listener"),
    "transparent": Operator((Act.GLIMPSE,), _as(Act.FACED_AWAY), "a clear look through glass"),
    "testimony": Operator((Act.TEXT, Act.SAY), _drop, "a word that may be true, false or old"),
    "honest_word": Operator((Act.RELAY,), _drop, "an honest answer that is not quoted"),
    "letter": Operator((Act.READ,), _drop, "a message read, not only sent"),
    "entry": Operator((Act.ENTRY,), _blank, "an unsigned note that somebody reads alone"),
    "distrust": Operator((Act.DOUBT,), _drop, "somebody who is not taken at his word"),
    "nap": Operator((Act.NAP,), _drop_with(Act.WAKE), "a lapse that everybody sees"),
    "lapse": Operator((Act.DRIFT,), _drop_with(Act.STIR), "a lapse that nobody notices"),
    "noticed": Operator((Act.DRIFT,), _noticed, "whether a lapse is noticed"),
    "absence": Operator((Act.LEAVE,), _drop, "going out"),
    "return": Operator((Act.ENTER,), _drop, "coming in again"),
    "routine": Operator((Act.ROUTINE,), _as(Act.SHIFTED), "a change foretold to some"),
    "shift": Operator((Act.SHIFTED,), _drop, "a change by nobody in sight"),
    "look": Operator((Act.LOOK,), _drop, "a search that others watch"),
    "stake": Operator((Act.STANCE,), _other_outcome, "what somebody has at stake"),
    "rivalry": Operator((Act.RIVAL,), _as(Act.SIDE), "whose side somebody is on"),
    "courtesy": Operator((Act.POLITE,), _drop, "a wish named out of courtesy"),
    "turned_back": Operator((Act.FACED_AWAY,), _drop, "passing by with the back turned"),
    "unread": Operator((Act.LETTER,), _drop, "a message sent and not read"),
    "illegible": Operator((Act.BLANK,), _drop, "a note that cannot be made out"),
    "aim": Operator((Act.AIM,), _drop, "how somebody would have it"),
    "distractor": Operator((Act.DOING, Act.AMBIENCE, Act.NOTE), _drop, "what changes nothing"),
}
"""All operators. From ``turned_back`` on they are inert by their nature."""


def uses(script: Script, question: Question, options: tuple[str, ...], gold: str) -> Iterator[Use]:
    """Every use of an operator, with what the story comes to without it."""
    for name, operator in OPERATORS.items():
        for at, line in enumerate(script.lines):
            if line.act not in operator.acts or (name == "unread" and _is_read(script, at)):
                continue
            other = script.with_lines(operator.undo(script.lines, at))
            try:
                log = stage(other)
            except ScriptError:
                continue
            said = answer(question, log, Replay(log), options)
            yield Use(name, at, said != gold, other, said)


def _is_read(script: Script, at: int) -> bool:
    letter = script.lines[at]
    return replace(letter, act=Act.READ) in script.lines[at:]


def directional(found: list[Use], options: tuple[str, ...], thing: str) -> list[Twin]:
    """The twins whose answer is another one of the options, in stories that make sense."""
    return [
        Twin(u.operator, u.script, u.answer)
        for u in found
        if u.flips and u.answer is not None and u.answer in options
        if not senseless(u.script, thing)
    ]


def pivotal(
    script: Script, question: Question, options: tuple[str, ...], gold: str
) -> tuple[int, ...]:
    """Numbers (from 0) of the lines without which the answer would be another, or none.

    ExploreToM's counterfactual as a definition of what matters (HARDBENCH 11).
    """
    found: list[int] = []
    for at in range(len(script.lines)):
        try:
            log = stage(script.with_lines(_drop(script.lines, at)))
        except ScriptError:
            continue  # what others stand on is not toggled alone
        if answer(question, log, Replay(log), options) != gold:
            found.append(at)
    return tuple(found)


def binding_depth(script: Script, question: Question, lines: tuple[int, ...]) -> int:
    """How many hops from the person asked about the answer needs (F4).

    Hops go over names that stand in one pivotal line together. A pivotal line that no hop reaches
    is one further than all that are reached.
    """
    asked = set(question.chain[-1:])
    named = [script.lines[i].names() for i in lines if script.lines[i].act is not Act.ROLL]
    reach, depth = set(asked), 1
    rest = [n for n in named if n]
    if not asked:
        return 2
    while True:
        near = [n for n in rest if n & reach]
        rest = [n for n in rest if not n & reach]
        if not rest:
            return depth
        if not near:
            return max(depth, 2)
        depth += 1
        reach |= {x for n in near for x in n}
