"""Blocks of four: one question, one list of options, each option right once (HARDBENCH 4, 9).

Whoever sees only question and options scores exactly 1/4 on a block, whatever his capacity (F1).
Three designs:

- ``perm``: the people exchange their parts; the name-masked words of the four stories are equal
  (F2), so no bag of words can tell them apart.
- ``relay``: as ``perm``, but every line that names the asked person stays as it is; what changes
  lies behind somebody who tells him (F4).
- ``edit``: one story, of which the four differ in at most one line each: it stands elsewhere, or
  one place or person in it is another.

In ``relay`` blocks, and in ``perm`` blocks about places, what a story-level shortcut says is the
same in all four stories, so it is right exactly once (F3). For all else a block holds several
candidates per option, of which `balance` takes those on which the shortcuts come out even.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.hardbench.designs import (
    VARIANTS,
    Told,
    candidates,
    others_differ,
    parted,
)
from social_r1.hardbench.forms import Question
from social_r1.hardbench.messages import with_messages, with_plain_relay
from social_r1.hardbench.plots import PlotSpec, draw_script
from social_r1.hardbench.script import Act, Script
from social_r1.hardbench.solvers import Case, plain_solvers, solve
from social_r1.hardbench.surface import Cast, draw_cast, number, tell
from social_r1.hardbench.variants import Finds, Staged, Variant, hits, staged, sure

HARD_WEIGHTS = {
    Act.MOVE: 3.0,
    Act.LEAVE: 2.2,
    Act.ENTER: 1.2,
    Act.PEEK_MOVE: 0.7,
    Act.LOOK: 0.4,
    Act.SAY: 0.5,
    Act.TEXT: 0.9,
    Act.RELAY: 0.4,
    Act.NAP: 0.7,
    Act.WAKE: 0.7,
    Act.NOISE: 1.5,
}


@dataclass(frozen=True, slots=True)
class BlockSpec:
    """What blocks are drawn from."""

    agents: tuple[int, int] = (4, 5)
    acts: tuple[int, int] = (7, 10)
    doubt: float = 0.2
    shelf: str = "all"
    designs: tuple[tuple[str, float], ...] = (("perm", 0.15), ("edit", 0.3), ("relay", 0.55))
    forms: tuple[tuple[str, int, float], ...] = (
        ("belief", 1, 0.2),
        ("belief", 2, 0.3),
        ("belief", 3, 0.2),
        ("knowledge", 0, 0.15),
        ("knowledge", 1, 0.15),
    )
    max_lines: int = 14
    candidates: int = 12
    """How many variants to find per option; the builder takes the ones that balance shortcuts."""
    attempts: int = 96
    """How many variants of one story to look at."""
    tries: int = 100_000
    """How many stories to draw for one block before giving up."""


class Kind(NamedTuple):
    """What sort of block: its design, the form of its question and the length of the chain."""

    design: str
    form: str
    depth: int


class Block(NamedTuple):
    """A block, with all the variants that were found for it.

    Attributes:
        design: ``perm``, ``relay`` or ``edit``.
        question: what is asked in all of them.
        options: the four options, in the same order for all.
        candidates: per option the variants in which it is right; one of each makes the block.
        style: seed of the choice of sentences.
    """

    design: str
    question: Question
    options: tuple[str, ...]
    candidates: tuple[tuple[Variant, ...], ...]
    style: int

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The first variant of each option."""
        return tuple(c[0] for c in self.candidates)


def kinds(spec: BlockSpec) -> dict[Kind, float]:
    """All kinds of block that the specification asks for, with their shares."""
    shares: dict[Kind, float] = {}
    whole = sum(w for _, _, w in spec.forms)
    for form, depth, weight in spec.forms:
        designs = {d: w for d, w in spec.designs if (form, depth) in _FORMS[d]}
        for design, part in designs.items():
            share = weight / whole * part / sum(designs.values())
            shares[Kind(design, form, depth)] = share
    return shares


def next_kind(shares: Mapping[Kind, float], drawn: Mapping[Kind, int]) -> Kind:
    """The kind that is furthest behind its share, so that the mix is kept at any length."""
    total = sum(drawn.values()) + 1
    return max(shares, key=lambda kind: shares[kind] * total - drawn.get(kind, 0))


def draw_block(rng: Random, spec: BlockSpec, kind: Kind | None = None) -> Block:
    """Draw plots until one gives a block of the given kind; by default any that is asked for.

    Raises:
        InputError: ``spec.tries`` stories gave none; the specification cannot be met.
    """
    if kind is None:
        shares = kinds(spec)
        kind = rng.choices(list(shares), list(shares.values()))[0]
    for _ in range(spec.tries):
        block = _try_block(rng, spec, kind)
        if block is not None:
            return block
    raise InputError(
        f"no {kind.design} block of {kind.form} questions about {kind.depth} minds in {spec.tries} "
        f"stories of {spec.acts[0]} to {spec.acts[1]} acts and at most {spec.max_lines} lines; "
        "repair: allow longer stories, or leave the form or the design out"
    )


_PLACES = (("belief", 1), ("belief", 2), ("belief", 3))
_FORMS = {
    "perm": (*_PLACES, ("knowledge", 0), ("knowledge", 1), ("knowledge", 2)),
    "edit": _PLACES,
    "relay": _PLACES[:2],
}
"""Which forms (with the length of their chain) a design can ask."""


def _try_block(rng: Random, spec: BlockSpec, kind: Kind) -> Block | None:
    cast = draw_cast(rng, agents=_crowd(rng, spec, kind), places=4, shelf=spec.shelf)
    question = Question(kind.form, tuple(cast.names[: kind.depth]), cast.thing)
    script = _draw_base(rng, spec, kind, question, cast)
    if script is None:
        return None
    options = tuple(rng.sample(cast.places, 4))
    if kind.form == "knowledge":
        options = candidates(rng, script, question)
    if options is None:
        return None
    if kind.form == "knowledge" and not people_named(script, options):
        return None
    variants = VARIANTS[kind.design](rng, script, question, options, cast)
    found = _collect(variants, options, cast.style, spec)
    if found is None:
        return None
    return Block(kind.design, question, options, found, cast.style)


def _draw_base(
    rng: Random, spec: BlockSpec, kind: Kind, question: Question, cast: Cast
) -> Script | None:
    """The story that a block's variants are made from, or None if it does not promise any."""
    plot = _plot(rng, spec, kind)
    if plot.acts[0] > plot.acts[1]:  # the messages of a relay leave no room for a plot
        return None
    script = draw_script(rng, cast, plot)
    if kind.design == "edit":
        script = with_messages(rng, script, question.chain, cast)
    elif kind.design == "perm" and kind.form == "belief":
        for _ in range(kind.depth - 1):
            script = with_messages(rng, script, rng.sample(cast.names, kind.depth), cast)
    if len(script.lines) > spec.max_lines or not _all_named(script, cast.places):
        return None
    if kind.design == "edit" and parted(script, question) < rng.choice((0, 2, 3, 3)):
        return None
    if kind.design == "relay":
        if not others_differ(script, question):
            return None
        script = with_plain_relay(rng, script, question, cast)
    return script


def _crowd(rng: Random, spec: BlockSpec, kind: Kind) -> int:
    """How many people; where four of them are the options, somebody else should be there too."""
    agents = rng.randint(*spec.agents)
    if kind.form == "knowledge":
        return max(agents, 4 + kind.depth) + rng.randint(0, 1)
    if kind.design == "relay":
        return max(agents, 4 + kind.depth)
    return max(agents, 5) if kind.design == "perm" else agents


def _plot(rng: Random, spec: BlockSpec, kind: Kind) -> PlotSpec:
    """What the story is drawn from: beliefs part where people go out, peek and get messages."""
    weights = {a: w * rng.choice((0.3, 1.0, 2.0)) for a, w in HARD_WEIGHTS.items()}
    acts = spec.acts
    if kind.design == "relay":
        # People who leave one after the other, a move after each, end up with different beliefs.
        weights |= {Act.RELAY: 0.0, Act.ENTER: 0.3, Act.LOOK: 0.1}
        acts = (min(acts[0], 6), spec.max_lines - 3 - 3 * kind.depth + 1)
        return PlotSpec(acts, weights, spec.doubt, late=0.1, skeleton=(Act.LEAVE, Act.MOVE) * 3)
    weights[Act.TEXT] *= 3.0
    weights[Act.PEEK_MOVE] *= 2.0
    if kind.form == "knowledge":
        weights[Act.NOISE] *= 1.5
    return PlotSpec(acts, weights, spec.doubt, late=0.1)


def _collect(
    told: Iterable[Told],
    options: tuple[str, ...],
    style: int,
    spec: BlockSpec,
) -> tuple[tuple[Variant, ...], ...] | None:
    """Per option the variants that have it as their proved answer; None where one has none.

    Of variants on which the same shortcuts are right, one is enough.
    """
    finds = Finds(
        options,
        spec.candidates,
        partial(sure, options=options),
        partial(_weighed, options=options, style=style),
    )
    for number_, (script, question) in enumerate(told):
        if number_ == spec.attempts // 2 and finds.answered < 2:
            return None
        if number_ == spec.attempts:
            break
        if question.form == "belief" and not _all_named(script, options):
            continue
        found = staged(script, question, options)
        if found is not None:
            finds.add(found)
    return finds.all()


def _weighed(found: Staged, options: tuple[str, ...], style: int) -> Variant:
    """The variant with what the shortcuts make of it."""
    script, question, log, replay, gold = found
    case = Case(script, log, question, options, number(tell(script, style)), replay)
    said = solve(case)
    return Variant(script, log, gold, hits(said, gold, plain_solvers(question)), question)


def people_named(script: Script, options: tuple[str, ...]) -> bool:
    """Whether the story names every candidate; one who comes late may never come."""
    return {name for line in script.lines for name in line.names()} >= set(options)


def _all_named(script: Script, options: tuple[str, ...]) -> bool:
    named = {line.value for line in script.lines}
    return all(o in named for o in options)
