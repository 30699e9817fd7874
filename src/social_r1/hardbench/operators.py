"""Perturbation operators, always in pairs (HARDBENCH 8): what flips the answer, what must not.

An operator is a kind of line that can change who takes what to be so: a peek, a message, a nap.
Undoing it where it stands shows whether the answer hangs on it (DIR, for directional) or not (INV,
for invariant). `twins` makes other stories of an item with it, so that the same words occur with
and without effect, and no operator word gives the answer away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.questions import answer
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import IDLE, Act, Line, Script

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


class Undone:
    """What a story comes to with one of its lines undone; nothing is worked out twice.

    Args:
        script: the story.
        question: what is asked.
        options: keys of the options.
        gold: the answer in the whole story.
    """

    def __init__(
        self, script: Script, question: Question, options: tuple[str, ...], gold: str
    ) -> None:
        self._script = script
        self._question = question
        self._options = options
        self._gold = gold
        self._dropped: dict[int, _Other | None] = {}
        # An honest answer about another thing can be given only by one who has heard of that.
        answered = (x.thing for x in script.lines if x.act is Act.RELAY)
        self._things = frozenset((question.thing, *answered))

    def pivotal(self) -> tuple[int, ...]:
        """Numbers (from 0) of the lines without which the answer would be another, or none."""
        found = ((at, self._without(at)) for at in range(len(self._script.lines)))
        # What others stand on is not toggled alone.
        return tuple(at for at, other in found if other and other.answer != self._gold)

    @cached_property
    def uses(self) -> list[Use]:
        """Every use of an operator, with what the story comes to without it."""
        found: list[Use] = []
        for name, operator in OPERATORS.items():
            for at, line in enumerate(self._script.lines):
                if line.act not in operator.acts or (name == "unread" and self._is_read(at)):
                    continue
                drops = operator.undo is _drop
                other = self._without(at) if drops else self._with(operator.undo, at)
                if other is not None:
                    flips = other.answer != self._gold
                    found.append(Use(name, at, flips, other.script, other.answer))
        return found

    def _is_read(self, at: int) -> bool:
        letter = self._script.lines[at]
        return replace(letter, act=Act.READ) in self._script.lines[at:]

    def _without(self, at: int) -> _Other | None:
        if at not in self._dropped:
            self._dropped[at] = self._with(_drop, at)
        return self._dropped[at]

    def _with(self, undo: Callable[[Lines, int], Lines], at: int) -> _Other | None:
        """The story with a line undone, and the answer there; None where it cannot happen."""
        script = self._script.with_lines(undo(self._script.lines, at))
        if not _leaves_traces(self._script.lines[at], self._things):
            return _Other(script, self._gold)
        try:
            log = stage(script)
        except ScriptError:
            return None
        return _Other(script, answer(self._question, log, Replay(log), self._options))


class _Other(NamedTuple):
    """Another story, and the answer in it."""

    script: Script
    answer: str | None


def _leaves_traces(line: Line, things: frozenset[str | None]) -> bool:
    """Whether the line can make a difference to what anybody takes to be so of the things."""
    return line.act not in _TRACELESS and (line.act not in _ABOUT_ITS_THING or line.thing in things)


_TRACELESS = IDLE | {
    Act.AWAY, Act.NEWEST, Act.PREMISE, Act.FREE, Act.TRUST, Act.CUSTOM, Act.POLITE, Act.PROMISE,
    Act.AIM, Act.DEED, Act.FAILED, Act.QUEST, Act.REMARK, Act.REMARKS, Act.FACED_AWAY, Act.BLANK,
}  # fmt: skip
"""Acts after which room, minds, mail and stakes are as before."""
_ABOUT_ITS_THING = frozenset(
    {
        Act.MOVE, Act.PEEK_MOVE, Act.ROUTINE, Act.SHIFTED, Act.LOOK, Act.GLIMPSE, Act.SAY,
        Act.OVERHEAR, Act.TEXT, Act.RELAY, Act.ENTRY,
    }
)  # fmt: skip
"""Acts that change the thing that they are about, or what people take it to be, and no more."""


def uses(script: Script, question: Question, options: tuple[str, ...], gold: str) -> list[Use]:
    """Every use of an operator, with what the story comes to without it."""
    return Undone(script, question, options, gold).uses


def pivotal(
    script: Script, question: Question, options: tuple[str, ...], gold: str
) -> tuple[int, ...]:
    """Numbers (from 0) of the lines without which the answer would be another, or none.

    ExploreToM's counterfactual as a definition of what matters (HARDBENCH 11).
    """
    return Undone(script, question, options, gold).pivotal()


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
