"""The designs of a block: how its variants come from one story (HARDBENCH 9).

``perm`` exchanges people's parts, ``relay`` does so behind somebody who tells, ``edit`` changes one
line, ``order`` tells the same lines in another order, ``ask`` asks about other people. Each yields
scripts with questions; whether one of them is any good is for `blocks` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import permutations
from random import Random

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import FELT, Question
from social_r1.hardbench.messages import untrue
from social_r1.hardbench.questions import answer
from social_r1.hardbench.scenes import replayed
from social_r1.hardbench.script import BY_HAND, CHANGES, CREDIT, Act, Line, Script
from social_r1.hardbench.solvers.case import Case
from social_r1.hardbench.solvers.first_leaver import first_leaver
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.rich import ASIDE
from social_r1.hardbench.surface.ties import answering

Told = tuple[Script, Question]
"""A variant: a story and what is asked about it."""


def _permutations(
    rng: Random, script: Script, question: Question, options: tuple[str, ...], cast: Cast
) -> Iterator[Told]:
    """Exchange parts so that each chain of people comes to stand where the asked one stands."""
    names = list(cast.names)
    if not question.asks_person:
        for chain in _chains_by_answer(rng, script, question, options):
            others = [n for n in names if n not in chain]
            free = [n for n in names if n not in question.people]
            rng.shuffle(free)
            swap = dict(zip([*chain, *others], [*question.people, *free], strict=True))
            yield script.rename(swap), question
        return
    # The four candidates take turns in the part of the one who knows.
    cycle = list(options)
    for shift in range(len(cycle)):
        swap = dict(zip(cycle, cycle[shift:] + cycle[:shift], strict=True))
        yield script.rename(swap), question


def _chains_by_answer(
    rng: Random, script: Script, question: Question, options: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """For each option some chains of the asked length that end in it; nothing if one has none."""
    replay = replayed(script)
    if replay is None:
        return []
    found: dict[str, list[tuple[str, ...]]] = {o: [] for o in options}
    depth = len(question.people)
    if depth > 2 and question.form == "belief":
        pairs = permutations(script.agents, 2)
        if not {replay.value(c, question.thing) for c in pairs}.issuperset(options):
            return []  # the cheap half: what three minds nest, two nearly always do
    chains = list(permutations(script.agents, depth))
    rng.shuffle(chains)
    for chain in chains:
        value = answer(question.about(chain), replay.log, replay, options)
        if value in found:
            found[value].append(chain)
    if not all(found.values()):
        return []
    for same in found.values():  # first those that shortcuts do not explain
        same.sort(key=lambda c: _explained(question.about(c), script, replay))
    return [chain for same in found.values() for chain in same[:10]]


def _explained(question: Question, script: Script, replay: Replay) -> int:
    """By how many shortcuts the value along the chain is found too.

    They leave out a mind, or all of them, and in rich stories go by joint presence.
    """
    chain = question.chain
    value = replay.value(chain, question.thing)
    said: list[str | None] = [replay.value(c, question.thing) for c in (chain[1:], chain[:-1], ())]
    if script.frame != "plain":
        said.append(first_leaver(Case(script, replay.log, question, (), "", replay)))
    return said.count(value)


def _askees(
    rng: Random, script: Script, question: Question, options: tuple[str, ...], cast: Cast
) -> Iterator[Told]:
    """One story, other people asked about."""
    for chain in _chains_by_answer(rng, script, question, options):
        yield script, question.about(chain)


def _relays(
    rng: Random, script: Script, question: Question, options: tuple[str, ...], cast: Cast
) -> Iterator[Told]:
    """Exchange the parts of all others in the lines that do not name an asked person.

    In rich stories those come first in which fewer say what they do not take to be so.
    """
    asked = set(question.people)
    others = [n for n in cast.names if n not in asked]
    stays = [line.names() & asked and line.act is not Act.ROLL for line in script.lines]

    def exchanged() -> Script:
        shuffled = others[:]
        rng.shuffle(shuffled)
        names = dict(zip(others, shuffled, strict=True))
        told = zip(script.lines, stays, strict=True)
        return script.with_lines(
            tuple([line if stay else line.rename(names) for line, stay in told])
        )

    if script.frame == "plain":
        for _ in range(24):
            yield exchanged(), question
        return
    # The same exchange may come twice; it is looked at once.
    found = list(dict.fromkeys(exchanged() for _ in range(_EXCHANGES)))
    found.sort(key=lambda told: untrue(told, question))
    shape = answering(script)
    for told in found[:_HONEST]:
        if answering(told) == shape:  # else its words would not be those of the others
            yield told, question


_EXCHANGES = 40
"""How many exchanges of parts are drawn for one story."""
_HONEST = 14
"""How many of them are looked at: those with the fewest lies."""


def candidates(rng: Random, script: Script, question: Question) -> tuple[str, ...] | None:
    """One who knows the place and three who do not; who moved it last is seldom the one."""
    replay = replayed(script)
    if replay is None:
        return None
    chain, thing = question.chain, question.thing
    truth = replay.value(chain, thing)
    named = {n for line in script.lines for n in line.names()}
    others = [n for n in script.agents if n in named and n not in chain]
    knowers = [n for n in others if replay.value((*chain, n), thing) == truth]
    ignorant = [n for n in others if n not in knowers]
    movers = [line.actor for line in script.lines if line.act in BY_HAND]
    if rng.random() < 0.8:
        knowers = [n for n in knowers if n not in movers[-1:]]
    if not knowers or len(ignorant) < 3 or truth.startswith("<"):
        return None
    options = [rng.choice(knowers), *rng.sample(ignorant, 3)]
    rng.shuffle(options)
    return tuple(options)


def parted(script: Script, question: Question) -> int:
    """How many of three shortcuts fail: reality, leaving out the outer or the inner mind."""
    replay = replayed(script)
    if replay is None:
        return 0
    chain, thing = question.chain, question.thing
    value = replay.value(chain, thing)
    return sum(replay.value(c, thing) != value for c in ((), chain[1:], chain[:-1]))


def others_differ(script: Script, question: Question) -> bool:
    """Whether the people behind the asked ones hold four different beliefs."""
    named = {line.value for line in script.lines if line.thing == question.thing and line.value}
    if len(named) < 4:
        return False  # the cheap half of the same question: nobody believes what nobody was shown
    replay = replayed(script)
    if replay is None:
        return False
    others = [n for n in script.agents if n not in question.chain]
    values = {replay.value((n,), question.thing) for n in others}
    return len({v for v in values if not v.startswith("<")}) >= 4


def _orders(
    rng: Random, script: Script, question: Question, options: tuple[str, ...], cast: Cast
) -> Iterator[Told]:
    """The same sentences in other orders: who does what stays, what came before what does not."""
    yield script, question
    lines, telling = script.lines, _telling(script, question)
    several = [i for i, x in enumerate(lines) if x.act not in _FIXED and x.act not in ASIDE]
    for _ in range(_ORDERS if min(len(telling), len(several)) > 1 else 0):
        free = telling if question.form == "source" or rng.random() < 0.8 else several
        places = sorted(rng.sample(free, rng.randint(2, min(len(free), 6))))
        told = list(lines)
        for place, other in zip(places, rng.sample(places, len(places)), strict=True):
            told[place] = lines[other]
        yield script.with_lines(tuple(told)), question


_ORDERS = 600
"""How many orders of one story are looked at; most of them cannot have happened."""


def _telling(script: Script, question: Question) -> list[int]:
    """The lines that name the asked people or change the thing; in the end those of one person."""
    chain, lines = set(question.chain), list(enumerate(script.lines))
    named = [i for i, x in lines if x.names() & chain and x.act not in ASIDE]
    changes = [i for i, x in lines if x.act in CHANGES and x.thing == question.thing][1:]
    if question.form == "source":
        changes = [i for i in changes if i not in named][-1:]
    return sorted({*named, *changes})


def _edits(
    rng: Random, script: Script, question: Question, options: tuple[str, ...], cast: Cast
) -> Iterator[Told]:
    """The script, and what becomes of it when one line is edited."""
    # How somebody knows depends on the order of things more than on what they are.
    for edited in edits(rng, script, cast, moves=8 if question.form == "source" else 2):
        yield edited, question
        if question.form in FELT:  # two things decide here, so both are edited
            for tied in question.others if question.form == "mixed" else question.chain[-1:]:
                flipped = _other_side(edited, tied)
                if flipped is not None:
                    yield flipped, question


def _other_side(script: Script, agent: str) -> Script | None:
    """The script with the agent on the other side of whoever he is tied to."""
    swap = {Act.SIDE: Act.RIVAL, Act.RIVAL: Act.SIDE}
    lines = tuple(
        replace(x, act=swap[x.act]) if x.actor == agent and x.act in swap else x
        for x in script.lines
    )
    return script.with_lines(lines) if lines != script.lines else None


def edits(rng: Random, script: Script, cast: Cast, moves: int = 2) -> Iterator[Script]:
    """The script, and what becomes of it when one line is edited.

    Each line of a rich story is moved to ``moves`` other places; most moves change no answer.
    """
    yield script
    lines = script.lines
    found: list[Callable[[], tuple[Line, ...]]] = []
    for at in range(2, len(lines)):
        line = lines[at]
        if line.act in _FIXED:
            continue
        if line.act is not Act.NOISE:
            places = [to for to in range(2, len(lines)) if to != at]
            if script.frame != "plain":
                places = rng.sample(places, min(moves, len(places)))
            found += [partial(_moved, lines, at, to) for to in places]
        for part, word in _exchanges(line, cast):
            if part == "value" and line.act in BY_HAND and script.frame != "plain":
                found.append(partial(_in_another_way, lines, at, word))
            else:
                found.append(partial(_exchanged, lines, at, part, word))
    rng.shuffle(found)
    for edit in found:
        yield script.with_lines(edit())


def _moved(lines: tuple[Line, ...], at: int, to: int) -> tuple[Line, ...]:
    rest = (*lines[:at], *lines[at + 1 :])
    return (*rest[:to], lines[at], *rest[to:])


def _exchanged(lines: tuple[Line, ...], at: int, part: str, word: str) -> tuple[Line, ...]:
    x = lines[at]
    who = {"actor": x.actor, "other": x.other, "value": x.value, part: word}
    new = Line(x.act, thing=x.thing, people=x.people, noise=x.noise, **who)
    return (*lines[:at], new, *lines[at + 1 :])


def _in_another_way(lines: tuple[Line, ...], at: int, word: str) -> tuple[Line, ...]:
    """Whoever changes the thing there has it otherwise, as often as he changes it."""
    x = lines[at]
    return tuple(
        [
            replace(y, value=word)
            if y.act in BY_HAND and (y.actor, y.thing) == (x.actor, x.thing)
            else y
            for y in lines
        ]
    )


_FIXED = CREDIT | {Act.DOING, Act.AMBIENCE, Act.NOTE, Act.AWAY, Act.NEWEST, Act.AIM}
"""Lines of the rich register whose edit would change nothing that is asked."""


def _exchanges(line: Line, cast: Cast) -> list[tuple[str, str]]:
    """The places and persons that may be exchanged in a line: the part, and what comes there."""
    swaps: list[tuple[str, str]] = []
    if line.value and line.thing == cast.thing:
        settled = line.act is Act.STANCE  # nobody gains by what has no outcome yet
        values = [p for p in cast.places if p != line.value and not (settled and p[0] == "~")]
        swaps += [("value", p) for p in values]
    if line.actor and line.act is not Act.NOISE:
        swaps += [("actor", n) for n in cast.names if n not in (line.actor, line.other)]
    if line.other:
        swaps += [("other", n) for n in cast.names if n not in (line.actor, line.other)]
    return swaps


_Variants = Callable[[Random, Script, Question, tuple[str, ...], Cast], Iterator[Told]]
VARIANTS: dict[str, _Variants] = {
    "perm": _permutations,
    "relay": _relays,
    "edit": _edits,
    "ask": _askees,
    "order": _orders,
}
