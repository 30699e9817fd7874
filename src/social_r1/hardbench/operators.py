"""Perturbation operators, always in pairs (HARDBENCH 8): what flips the answer, what must not.

An operator is a kind of line that can change who takes what to be so: a peek, a message, a nap.
Undoing it where it stands shows whether the answer hangs on it (DIR, for directional) or not (INV,
for invariant); planting it where it cannot matter gives an inert twin. The same words thus occur
with and without effect, so that no operator word gives the answer away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import NamedTuple

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.questions import Question, answer, second_oracle
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script

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
    "distractor": Operator((Act.DOING, Act.AMBIENCE, Act.NOTE), _drop, "what changes nothing"),
}
"""All operators. ``turned_back``, ``unread`` and ``distractor`` are inert by their nature."""


def uses(script: Script, question: Question, options: tuple[str, ...], gold: str) -> Iterator[Use]:
    """Every use of an operator, with what the story comes to without it."""
    for name, operator in OPERATORS.items():
        for at, line in enumerate(script.lines):
            if line.act not in operator.acts or (name == "unread" and _is_read(script, at)):
                continue
            other = replace(script, lines=operator.undo(script.lines, at))
            try:
                log = stage(other)
            except ScriptError:
                continue
            said = answer(question, log, Replay(log), options)
            yield Use(name, at, said != gold, other, said)


def _is_read(script: Script, at: int) -> bool:
    letter = script.lines[at]
    return replace(letter, act=Act.READ) in script.lines[at:]


def directional(found: list[Use], options: tuple[str, ...]) -> list[Twin]:
    """The twins whose answer is another one of the options."""
    return [
        Twin(u.operator, u.script, u.answer)
        for u in found
        if u.flips and u.answer is not None and u.answer in options
    ]


def inert(
    rng: Random,
    script: Script,
    question: Question,
    options: tuple[str, ...],
    gold: str,
    count: int = 2,
) -> list[Twin]:
    """Stories in which an operator was planted where it does not change the answer.

    Each is proved by both oracles; plants that turn out to matter are left out.
    """
    found: list[Twin] = []
    for name in rng.sample(sorted(PLANTS), len(PLANTS)):
        if len(found) == count:
            break
        other = PLANTS[name](rng, script, question)
        if other is None:
            continue
        try:
            log = stage(other)
        except ScriptError:
            continue
        oracles = (Replay(log), second_oracle(log, question, options))
        if {answer(question, log, oracle, options) for oracle in oracles} == {gold}:
            found.append(Twin(name, other, gold))
    return found


Plant = Callable[[Random, Script, Question], Script | None]


def _other_thing(script: Script, question: Question) -> tuple[str, str] | None:
    """A fluent besides the asked one, with a value that the story gives it."""
    found = [
        (x.thing, x.value)
        for x in script.lines
        if x.thing and x.value and x.thing != question.thing and x.act is not Act.POLITE
    ]
    return found[0] if found else None


def _insert(script: Script, at: int, *lines: Line) -> Script:
    return replace(script, lines=(*script.lines[:at], *lines, *script.lines[at:]))


def _spot(rng: Random, script: Script) -> tuple[int, list[str], list[str]]:
    """A place in the story, who is there and awake, and who is out."""
    at = rng.randint(min(3, len(script.lines)), len(script.lines))
    inside: set[str] = set()
    away: set[str] = set()
    for line in script.lines[:at]:
        inside |= set(line.people) if line.act is Act.ROLL else set()
        if line.actor and line.act is Act.ENTER:
            inside.add(line.actor)
        elif line.actor and line.act is Act.LEAVE:
            inside.discard(line.actor)
        elif line.actor and line.act in (Act.NAP, Act.DRIFT):
            away.add(line.actor)
        elif line.actor and line.act in (Act.WAKE, Act.STIR):
            away.discard(line.actor)
    return at, sorted(inside - away), sorted(set(script.agents) - inside)


def _plant_message(rng: Random, script: Script, question: Question) -> Script | None:
    """A message about something else."""
    about = _other_thing(script, question)
    at, there, out = _spot(rng, script)
    if about is None or len(there) + len(out) < 2:
        return None
    a, b = rng.sample([*there, *out], 2)
    return _insert(script, at, Line(Act.TEXT, a, b, thing=about[0], value=about[1]))


def _plant_peek(rng: Random, script: Script, question: Question) -> Script | None:
    """A peek at something else."""
    about = _other_thing(script, question)
    at, there, out = _spot(rng, script)
    if about is None or not there or not out:
        return None
    line = Line(Act.PEEK_MOVE, rng.choice(there), rng.choice(out), about[0], about[1])
    return _insert(script, at, line)


def _plant_glimpse(rng: Random, script: Script, question: Question) -> Script | None:
    """The right spot, the back turned."""
    at, _, out = _spot(rng, script)
    if not out:
        return None
    return _insert(script, at, Line(Act.FACED_AWAY, rng.choice(out), thing=question.thing))


def _plant_letter(rng: Random, script: Script, question: Question) -> Script | None:
    """A letter that is never read."""
    at, there, _ = _spot(rng, script)
    values = [x.value for x in script.lines if x.thing == question.thing and x.value]
    if not there or len(script.agents) < 2:
        return None
    writer = rng.choice(there)
    reader = rng.choice([n for n in script.agents if n != writer])
    value = rng.choice(values)
    return _insert(script, at, Line(Act.LETTER, writer, reader, question.thing, value))


def _plant_nap(rng: Random, script: Script, question: Question) -> Script | None:
    """A nap through nothing."""
    at, there, _ = _spot(rng, script)
    if len(there) < 2:
        return None
    who = rng.choice(there)
    return _insert(script, at, Line(Act.NAP, who), Line(Act.WAKE, who))


def _plant_lapse(rng: Random, script: Script, question: Question) -> Script | None:
    """An absent mind while nothing happens."""
    at, there, _ = _spot(rng, script)
    if len(there) < 2:
        return None
    who = rng.choice(there)
    return _insert(script, at, Line(Act.DRIFT, who), Line(Act.STIR, who))


def _plant_return(rng: Random, script: Script, question: Question) -> Script | None:
    """Out and in again while nothing happens."""
    at, there, _ = _spot(rng, script)
    if len(there) < 2:
        return None
    who = rng.choice(there)
    return _insert(script, at, Line(Act.LEAVE, who), Line(Act.ENTER, who))


def _plant_doubt(rng: Random, script: Script, question: Question) -> Script | None:
    """Doubt of somebody whose word does not matter."""
    if len(script.agents) < 2:
        return None
    a, b = rng.sample(script.agents, 2)
    return _insert(script, 2, Line(Act.DOUBT, a, b))


def _plant_overheard(rng: Random, script: Script, question: Question) -> Script | None:
    """Something else is overheard."""
    about = _other_thing(script, question)
    at, there, out = _spot(rng, script)
    if about is None or not there or not out:
        return None
    line = Line(Act.OVERHEAR, rng.choice(there), rng.choice(out), about[0], about[1])
    return _insert(script, at, line)


def _plant_routine(rng: Random, script: Script, question: Question) -> Script | None:
    """Something else changes as foretold."""
    about = _other_thing(script, question)
    if about is None:
        return None
    told = (rng.choice(script.agents),)
    at = rng.randint(min(3, len(script.lines)), len(script.lines))
    return _insert(script, at, Line(Act.ROUTINE, None, None, about[0], about[1], told))


def _plant_shift(rng: Random, script: Script, question: Question) -> Script | None:
    """Something else is shifted by nobody in sight."""
    about = _other_thing(script, question)
    if about is None:
        return None
    at = rng.randint(min(3, len(script.lines)), len(script.lines))
    return _insert(script, at, Line(Act.SHIFTED, thing=about[0], value=about[1]))


PLANTS: Mapping[str, Plant] = {
    "testimony": _plant_message,
    "peek": _plant_peek,
    "transparent": _plant_glimpse,
    "letter": _plant_letter,
    "nap": _plant_nap,
    "lapse": _plant_lapse,
    "return": _plant_return,
    "distrust": _plant_doubt,
    "overhear": _plant_overheard,
    "routine": _plant_routine,
    "shift": _plant_shift,
}
"""Ways to use an operator's words to no effect."""


def pivotal(
    script: Script, question: Question, options: tuple[str, ...], gold: str
) -> tuple[int, ...]:
    """Numbers (from 0) of the lines without which the answer would be another, or none.

    ExploreToM's counterfactual as a definition of what matters (HARDBENCH 11).
    """
    found: list[int] = []
    for at in range(len(script.lines)):
        try:
            log = stage(replace(script, lines=_drop(script.lines, at)))
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
