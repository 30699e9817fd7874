"""Rich blocks: all six dimensions, several designs, any walk of life (HARDBENCH 5 to 9).

A block is one question, four options, and four stories in which each option is right once. The plot
is drawn as in `plots`; what a dimension adds to it are lines of its own: stakes for emotion, a deed
for intention, a costly errand for desire, a remark for non-literal. They hang on what people take
to be so, which only the epistemic core can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from random import Random

from social_r1.errors import InputError
from social_r1.hardbench.asides import coloured
from social_r1.hardbench.blocks import Block, Kind
from social_r1.hardbench.designs import VARIANTS, Told
from social_r1.hardbench.forms import CELLS, FELT, FORMS, OTHERS, SPEAKERS, Question
from social_r1.hardbench.ground import with_ground
from social_r1.hardbench.ledger import needs
from social_r1.hardbench.messages import (
    with_answer,
    with_channels,
    with_false_word,
    with_messages,
    with_old_news,
    with_relay,
)
from social_r1.hardbench.mix import MATTERS, WEIGHTS, RichSpec
from social_r1.hardbench.motives import draw_story
from social_r1.hardbench.people import asked_apart, asked_of_people
from social_r1.hardbench.plots import PlotSpec
from social_r1.hardbench.questions import remark
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.sense import Walk, senseless, without_idle_words
from social_r1.hardbench.solvers import Case, solve
from social_r1.hardbench.stances import TAILS, clouded, with_aims, with_stakes
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.casting import draw_rich_cast
from social_r1.hardbench.surface.rich import story
from social_r1.hardbench.variants import (
    Finds,
    Staged,
    Variant,
    all_awake,
    fits,
    hits,
    says_all,
    staged,
)


def draw_rich_block(rng: Random, spec: RichSpec, kind: Kind) -> Block:
    """Draw plots until one gives a block of the given kind.

    Raises:
        InputError: ``spec.tries`` stories gave none; the specification cannot be met.
    """
    for _ in range(spec.tries):
        block = _try_block(rng, spec, kind)
        if block is not None:
            return block
    raise InputError(
        f"no {kind.design} block of {kind.form} questions about {kind.depth} minds in {spec.tries} "
        f"stories of {spec.acts[0]} to {spec.acts[1]} acts and at most {spec.max_lines} lines; "
        "repair: allow longer stories, fewer acts in `without`, or leave the form out"
    )


def _try_block(rng: Random, spec: RichSpec, kind: Kind) -> Block | None:
    matter = rng.choice(MATTERS.get(kind.form, ("location", "contents")))
    cast = draw_rich_cast(
        rng,
        agents=_crowd(rng, kind),
        matter=matter,
        frames=spec.frames,
        domains=spec.domains,
        shelf=spec.shelf,
    )
    question = Question(kind.form, cast.names[: kind.depth], cast.thing, matter=matter)
    if FORMS[kind.form].options in ("act", "interest") or kind.form in SPEAKERS:
        question = replace(question, value=next(v for v in cast.places if v.startswith("+")))
    count = OTHERS.get(kind.form, 0)
    question = replace(question, others=cast.names[kind.depth : kind.depth + count])
    script = _draw_base(rng, spec, kind, question, cast)
    if script is None:
        return None
    if question.asks_person:
        found = asked_of_people(rng, script, question, cast.places)
        if found is None:
            return None
        script, question, options = found
    else:
        options = _options(rng, kind, cast)
    polite = rng.choice(cast.places)
    if kind.design in _OF_ONE_STORY and not _promises(script, question, options, polite):
        return None
    variants = VARIANTS[kind.design](rng, script, question, options, cast)
    told = _finished(variants, options, polite, kind.design)
    found = _collect(told, options, cast, spec)
    return Block(kind.design, question, options, found, cast.style) if found else None


_OF_ONE_STORY = ("edit", "order", "relay")
"""Designs whose first variant is the drawn story itself, and the others differ little from it."""


_ALL_ASKED = ("perm", "ask")
"""Designs in whose variants anybody may come to be asked about."""
_CHANGED = ("edit", "order")
"""Designs whose stories differ in what happens."""


def _promises(script: Script, question: Question, options: tuple[str, ...], polite: str) -> bool:
    """Whether the story can itself be asked about; if it cannot, hardly any variant can."""
    whole = finish(script, question, options, polite)
    if not _named(whole, question, options) or senseless(whole, question.thing):
        return False
    found = staged(whole, question, options)
    return found is not None and fits(found, options)


def _options(rng: Random, kind: Kind, cast: Cast) -> tuple[str, ...]:
    cells = CELLS.get(FORMS[kind.form].options)
    return tuple(rng.sample([c.value for c in cells] if cells else list(cast.places), 4))


def _crowd(rng: Random, kind: Kind) -> int:
    """How many people; fewer where each of them needs a stake."""
    most = 5 if kind.form in FELT else 6
    if FORMS[kind.form].options == "person":
        return min(6, 4 + kind.depth + rng.randint(0, 1))
    if kind.design == "relay":
        few = FORMS[kind.form].options == "feeling"
        asked = kind.depth + OTHERS.get(kind.form, 0)
        return min(6, asked + (rng.randint(3, 4) if few else 4))
    if kind.form in OTHERS and kind.design != "relay":
        return rng.randint(kind.depth + 3, most)
    if kind.form in TAILS and kind.design in _CHANGED:  # whoever is asked about changes nothing
        return rng.randint(max(4, kind.depth + 2), 6)
    if kind.design == "edit":
        return rng.randint(max(2, kind.depth + 1), 5)
    return rng.randint(max(4, kind.depth + 2), most)


def _bystander(question: Question, design: str) -> bool:
    """Whether he whose reasons are asked may not have been seen to be after something else."""
    return question.form in TAILS and design not in _ALL_ASKED and len(question.chain) < 3


def _draw_base(
    rng: Random, spec: RichSpec, kind: Kind, question: Question, cast: Cast
) -> Script | None:
    """The story that a block's variants are made from, or None if it does not promise any."""
    changed = kind.design in _CHANGED
    bystanders = question.chain[-1:] if changed and _bystander(question, kind.design) else ()
    drawn = draw_story(rng, cast, replace(_plot(rng, spec, kind), bystanders=bystanders))
    script = _informed(rng, drawn, kind, question, cast)
    if script is None:
        return None
    script = without_idle_words(script, cast.thing)
    if len(script.lines) > spec.max_lines:
        return None
    if _wishes_are_told(kind):
        script = with_aims(script, question)
    if kind.design in ("edit", "order") and not says_all(script, question, cast.places):
        return None
    script = coloured(rng, script, cast, fixed=kind.design not in _CHANGED)
    if question.form in FELT:
        staked = with_stakes(rng, script, question, kind.design, cast)
        if staked is None:
            return None
        script = staked
    if question.form in FELT and question.form != "turn":  # what the news are must be settled
        script = clouded(rng, script, question, cast)
    if kind.design == "relay":
        relayed = with_relay(rng, script, question, cast)
        if relayed is None or not _can_happen(relayed):
            return None
        script = relayed
    return None if senseless(script, cast.thing) else script


def _wishes_are_told(kind: Kind) -> bool:
    """Whether it is said beforehand how people would have the thing.

    Edited stories say it when they are edited. Nothing is said where it would give away what
    somebody is after, or who it was that moved the thing.
    """
    if kind.design == "edit" or kind.form == "conscience":
        return False
    return not (kind.form in TAILS and kind.design in _ALL_ASKED)


def _informed(
    rng: Random, script: Script, kind: Kind, question: Question, cast: Cast
) -> Script | None:
    """Let the asked people hear what parts their pictures from how it is, and from each other's."""
    if kind.design in ("perm", "ask"):
        if question.form == "hint":
            for _ in range(HINTED):
                script = with_old_news(rng, script, cast)
        for _ in range(kind.depth - 1 if question.form in _NESTED else 0):
            script = with_messages(rng, script, rng.sample(cast.names, kind.depth), cast)
        return with_false_word(rng, script, cast) if question.form == "scalar" else script
    if question.form == "source":
        return with_channels(rng, script, question, cast)
    apart = asked_apart(rng, script, question, kind.design)
    if apart is None or kind.design == "relay":
        return apart
    return with_answer(rng, with_messages(rng, apart, question.chain[-3:], cast), question)


HINTED = 3
"""How often somebody asks before a change, where one is to hint at what the other believes."""
_NESTED = (
    "belief", "before", "predict", "hint", "persuade", "shows", "turn", "conscience", "scalar",
)  # fmt: skip
"""Forms whose answer is, or hangs on, what one takes another to take to be so."""


def _can_happen(script: Script) -> bool:
    try:
        stage(script)
    except ScriptError:
        return False
    return True


def _plot(rng: Random, spec: RichSpec, kind: Kind) -> PlotSpec:
    """What the story is drawn from: beliefs part where people go out, peek and get messages."""
    weights = {a: w * rng.choice((0.3, 1.0, 2.0)) for a, w in WEIGHTS.items()}
    weights |= dict.fromkeys(spec.without, 0.0)
    acts = spec.acts
    skeleton: tuple[Act, ...] = ()
    family = "act" if kind.form in SPEAKERS else FORMS[kind.form].options
    family = kind.form if kind.form in _SKELETONS else _LIKE.get(family, family)
    changed = kind.design in ("edit", "order")  # what makes the difference comes later
    if family in _BAGS and not changed:
        skeleton = (Act.LEAVE, *rng.sample(_BAGS[family], 6))
    elif not changed:
        skeleton = rng.choice(_SKELETONS[family])
    if kind.design == "relay":
        weights |= {Act.RELAY: 0.0, Act.ENTER: 0.3, Act.LOOK: 0.1}
        # Who is told goes first, so that whoever tells may have seen more.
        skeleton = ((Act.LEAVE,) * kind.depth) + skeleton
    elif not changed and family == "value":
        skeleton += (Act.RELAY, Act.TEXT)  # else one's picture is always that of when one left
    if family in _BAGS:
        weights[Act.NOISE] *= 1.5
    if kind.depth > 2:
        weights |= {Act.PEEK_MOVE: 2.5, Act.ENTER: 2.5}
        skeleton = _DEEP_CHANGED if changed else rng.choice(_DEEP)
    late = 0.0 if kind.form == "conscience" else 0.1  # whom a promise is given to has to be there
    wanted = (len(skeleton) + more for more in spec.spare)
    few, most = (max(pair) + _MORE.get(kind.form, 0) for pair in zip(acts, wanted, strict=True))
    return PlotSpec((few, most), weights, spec.doubt, late, skeleton=skeleton)


_L, _E, _M, _P, _N = Act.LEAVE, Act.ENTER, Act.MOVE, Act.PEEK_MOVE, Act.NAP
_SKELETONS: Mapping[str, tuple[tuple[Act, ...], ...]] = {
    # People who leave one after the other, a change after each, end up with other beliefs; some
    # peek or come back, so that who left first, or who is still there, does not tell.
    "value": ((_L, _M) * 3, (_L, _M, _L, _P, _L, _M), (_L, _M, _L, _M, _E, _P)),
    "act": ((_L, _M) * 2,),
    "takes": ((_L, _M, _L, _P), (_M, _L, _P, _L)),
    # Some go with a mark that is false later and mean what they say. Whoever sees that it is may
    # lie to one who has gone, or joke with one who stays; so may one who had gone before that mark.
    "liar": (
        (_M, _L, _L, _M, _L), (_L, _M, _L, _M, _L, _L, _L, _M), (_L, _M, _L, _M, _L, _L, _L, _P),
        (_L, _M, _E, _L, _M, _L, _L, _M),
    ),
    "joker": (
        (_M, _L, _L, _M, _L), (_L, _M, _L, _M, _L, _L, _M), (_L, _M, _E, _L, _M, _L, _L, _M),
    ),
    "feeling": ((_M, _L, _L, _M, _L),),
}  # fmt: skip
"""What must happen so that people's answers differ, by what the options are."""
_DEEP = (
    (_L, _P, _E, _L, _P, _L, _P, _E, _L, _P),
    (_L, _P, _E, _L, _P, _L, _P, _E, _L, _P, _L, _P),
)
"""The same where three minds are nested.

What they share ends when the first of them leaves, and then it is also what two of them share, and
what the innermost saw. Who peeks, or comes back and goes again, has seen more in the company of
some than of others, so that none of these tells what three share.
"""
_DEEP_CHANGED = (_L, _M, _P, _L, _M, _E, _L, _P)
"""The same where one line is edited or the order is another: few such stories come to anything."""
_MORE = {"takes": 2, "identity": 2}
"""Acts besides, of forms that hang on more than their plot must have."""
_LIKE = {
    "conscience": "value", "turn": "feeling", "mixed": "feeling", "interest": "feeling",
}  # fmt: skip
_BAGS: Mapping[str, tuple[Act, ...]] = {
    "person": (_L, _L, _L, _M, _M, _P, _N, _E, _E, Act.DRIFT, Act.RELAY, Act.TEXT),
    "scale": (_L, _L, _L, _P, _P, _P, _P, _M, _E, Act.DRIFT, Act.TEXT, Act.TEXT),
    "source": (_L, _L, _P, _P, _M, _E, Act.GLIMPSE, Act.RELAY, Act.RELAY, Act.TEXT),
}
"""Where whoever peeks, sleeps, leaves or is told shall be right as often as not, six of these in
any order, after somebody has left."""


def _finished(
    variants: Iterator[Told], options: tuple[str, ...], polite: str, design: str
) -> Iterator[Told]:
    """Each variant with the lines that its question is about; none that nobody would act out."""
    walk: Walk | None = None
    for script, question in variants:
        stated = with_aims(script, question) if design == "edit" else script
        told = finish(stated, question, options, polite)
        walk = walk or Walk(told, question.thing)
        eyes, sensible = walk.through(told)
        if _bystander(question, design) and question.chain[-1] in eyes.ways:
            continue
        if sensible and all_awake(eyes, question, options):
            yield told, question


def finish(script: Script, question: Question, options: tuple[str, ...], polite: str) -> Script:
    """Add the deed, errand or remark that is asked about, at the end of the story."""
    lines, chain = script.lines, question.chain
    if question.form in TAILS:
        lines = (*lines, Line(TAILS[question.form], chain[-1], thing=question.thing))
    if question.form == "want":
        lines = (*lines[:2], Line(Act.POLITE, chain[-1], value=polite), *lines[2:])
    if question.form == "conscience":
        at = 1 + next(i for i, line in enumerate(lines) if line.act is Act.PLACE)
        promised = Line(Act.PROMISE, *chain[-2:], thing=question.thing)
        lines = (*lines[:at], promised, *lines[at:])
    thing, value = question.thing, question.value
    if question.form in ("speech", "takes"):
        lines = (*lines, Line(Act.REMARK, *remark(question), thing, value))
    if question.form in SPEAKERS:
        people = tuple(n for n in script.agents if n in options)
        lines = (*lines, Line(Act.REMARKS, None, chain[-1], thing, value, people))
    return script.with_lines(lines) if lines is not script.lines else script


def _collect(
    told: Iterator[Told], options: tuple[str, ...], cast: Cast, spec: RichSpec
) -> tuple[tuple[Variant, ...], ...] | None:
    """Per option the variants that have it as their answer; None where one has none."""
    finds = Finds(
        options,
        spec.candidates,
        fits=partial(fits, options=options),
        weigh=partial(_weighed, options=options, style=cast.style),
    )
    few = spec.attempts // 5
    for number, (script, question) in enumerate(told):
        # A story that gives little is let go: two answers by then, and three by the second time.
        if number in (few, 2 * few) and finds.answered <= number // few:
            return None
        if number == spec.attempts or finds.full():
            break
        found = staged(script, question, options) if _named(script, question, options) else None
        if found is not None:
            finds.add(found)
    return finds.all()


def _named(script: Script, question: Question, options: tuple[str, ...]) -> bool:
    """Whether the story names what the options speak of."""
    if not says_all(script, question, options):
        return False
    if question.form in FELT:  # a feeling is about a favourable outcome
        return any(x.value and x.value[0] == "+" for x in script.lines)
    return True


def _weighed(found: Staged, options: tuple[str, ...], style: int) -> Variant:
    """The variant with what the shortcuts make of it.

    Of the text they get only what those look at who count mentions: the values in their order, or
    the story as it is printed where the options are people.
    """
    script, question, log, replay, gold = found
    text = ""
    match FORMS[question.form].options:
        case "person":
            told = with_ground(script, needs(log, question, options), question)
            text = story(told, style)
        case "value" if question.form not in ("why", "failed"):
            text = "\n".join(line.value for line in script.lines if line.value)
        case _:
            pass
    said = solve(Case(script, log, question, options, text, replay))
    return Variant(script, log, gold, hits(said, gold, said), question)
