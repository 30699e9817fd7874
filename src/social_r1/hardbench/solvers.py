"""Named shortcut solvers: executable programs that answer without doing the work (HARDBENCH 7).

Each takes a `Case` and returns one of the options, or None where it has nothing to say (which
counts as a blind guess). On hard items every one of them must sit between .20 and .30; below .20
would be as exploitable as above .30.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from social_r1.hardbench.core.events import Kind, Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.questions import Question
from social_r1.hardbench.scenes import Act, Script


@dataclass(frozen=True)
class Case:
    """What a solver may look at."""

    script: Script
    log: Log
    question: Question
    options: tuple[str, ...]
    story: str
    replay: Replay = field(repr=False)


Solver = Callable[[Case], str | None]


def reality(case: Case) -> str | None:
    """Where the thing is now."""
    return case.replay.value((), case.question.thing)


def initial(case: Case) -> str | None:
    """Where the thing was first."""
    return next(e.value for e in case.log.events if e.kind is Kind.PLACE)


def previous(case: Case) -> str | None:
    """The false-belief template: where it was before the last move."""
    moves = _moves(case)
    return moves[-2] if len(moves) > 1 else moves[-1]


def last_testimony(case: Case) -> str | None:
    """What was said last, whoever heard it."""
    said = [e.value for e in case.log.events if e.kind is Kind.TELL]
    return said[-1] if said else None


def first_leaver(case: Case) -> str | None:
    """Joint presence: where it was when the first of the asked people left (solves Hi-ToM)."""
    place: str | None = None
    for line in case.script.lines:
        if line.thing == case.question.thing and line.act in _MOVES:
            place = line.value
        if line.act is Act.LEAVE and line.actor in case.question.chain:
            return place
    return place


def drop_outer(case: Case) -> str | None:
    """Order collapse: answers for the inner minds only."""
    return case.replay.value(case.question.chain[1:], case.question.thing)


def drop_inner(case: Case) -> str | None:
    """Order collapse: answers for the outer minds only."""
    return case.replay.value(case.question.chain[:-1], case.question.thing)


def absent_ignorant(case: Case) -> str | None:
    """What the innermost mind saw while in the room; forgets messages, peeks and naps."""
    inside: set[str] = set()
    who = case.question.chain[-1] if case.question.chain else None
    known: str | None = None
    for line in case.script.lines:
        if line.act is Act.ROLL:
            inside |= set(line.people)
        elif line.act is Act.ENTER and line.actor:
            inside.add(line.actor)
        elif line.act is Act.LEAVE and line.actor:
            inside.discard(line.actor)
        elif line.thing == case.question.thing and line.act in _MOVES and who in inside:
            known = line.value
    return known


def first_mentioned(case: Case) -> str | None:
    """The option that the story names first."""
    return min(_mentioned(case), key=case.story.find, default=None)


def last_mentioned(case: Case) -> str | None:
    """The option that the story names last."""
    return max(_mentioned(case), key=case.story.rfind, default=None)


def most_mentioned(case: Case) -> str | None:
    """The option that the story names most often."""
    return _by_count(case, most=True)


def least_mentioned(case: Case) -> str | None:
    """The option that the story names least often."""
    return _by_count(case, most=False)


def last_mover(case: Case) -> str | None:
    """The person who moved it last."""
    movers = [
        line.actor
        for line in case.script.lines
        if line.thing == case.question.thing and line.act in (Act.MOVE, Act.PEEK_MOVE)
    ]
    return movers[-1] if movers else None


def last_told(case: Case) -> str | None:
    """Told means knows: the last person to get a message."""
    told = [line.other for line in case.script.lines if line.act in (Act.TEXT, Act.RELAY)]
    return told[-1] if told else None


def still_present(case: Case) -> str | None:
    """Present means knows: the option who is in the room at the end (if it is one person)."""
    inside: set[str] = set()
    for line in case.script.lines:
        if line.act is Act.ROLL:
            inside |= set(line.people)
        elif line.act is Act.ENTER and line.actor:
            inside.add(line.actor)
        elif line.act is Act.LEAVE and line.actor:
            inside.discard(line.actor)
    there = [x for x in case.options if x in inside]
    return there[0] if len(there) == 1 else None


def at_position(case: Case, index: int) -> str | None:
    """Always the same letter."""
    return case.options[index] if index < len(case.options) else None


TEXT_SOLVERS: dict[str, Solver] = {
    "first_mentioned": first_mentioned,
    "last_mentioned": last_mentioned,
    "most_mentioned": most_mentioned,
    "least_mentioned": least_mentioned,
    **{f"position_{letter}": partial(at_position, index=i) for i, letter in enumerate("ABCD")},
    "longest": lambda case: max(case.options, key=len),
    "shortest": lambda case: min(case.options, key=len),
}

PLACE_SOLVERS: dict[str, Solver] = {
    "reality": reality,
    "initial": initial,
    "previous": previous,
    "last_testimony": last_testimony,
    "first_leaver": first_leaver,
    "drop_outer": drop_outer,
    "drop_inner": drop_inner,
    "absent_ignorant": absent_ignorant,
    **TEXT_SOLVERS,
}

PERSON_SOLVERS: dict[str, Solver] = {
    "last_mover": last_mover,
    "last_told": last_told,
    "still_present": still_present,
    **TEXT_SOLVERS,
}


def solvers_for(question: Question) -> dict[str, Solver]:
    """The solvers that apply to the question's kind of option."""
    return PERSON_SOLVERS if question.form == "knowledge" else PLACE_SOLVERS


def solve(case: Case) -> dict[str, str | None]:
    """Every applicable solver's answer; None where it names no option."""
    answers = {name: solver(case) for name, solver in solvers_for(case.question).items()}
    return {name: a if a in case.options else None for name, a in answers.items()}


_MOVES = (Act.PLACE, Act.MOVE, Act.PEEK_MOVE)


def _moves(case: Case) -> list[str]:
    return [
        line.value
        for line in case.script.lines
        if line.act in _MOVES and line.thing == case.question.thing and line.value
    ]


def _mentioned(case: Case) -> Sequence[str]:
    return [o for o in case.options if o in case.story]


def _by_count(case: Case, *, most: bool) -> str | None:
    counts = {o: case.story.count(o) for o in case.options}
    wanted = max(counts.values()) if most else min(counts.values())
    best = [o for o, c in counts.items() if c == wanted]
    return best[0] if len(best) == 1 else None
