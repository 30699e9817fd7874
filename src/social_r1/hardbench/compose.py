"""Rich blocks: all six dimensions, several designs, any walk of life (HARDBENCH 5 to 9).

A block is one question, four options, and four stories in which each option is right once. The plot
is drawn as in `plots`; what a dimension adds to it are lines of its own: stakes for emotion, a deed
for intention, a costly errand for desire, a remark for non-literal. They hang on what people take
to be so, which only the epistemic core can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from social_r1.errors import InputError
from social_r1.hardbench.agents.appraisal import Feeling
from social_r1.hardbench.agents.provenance import Source
from social_r1.hardbench.agents.speech import Speech
from social_r1.hardbench.blocks import Block, Kind, Variant, hits, people_named, sure
from social_r1.hardbench.core.events import Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.designs import VARIANTS, Told, with_messages, with_relay
from social_r1.hardbench.ledger import contested
from social_r1.hardbench.mix import WEIGHTS, RichSpec
from social_r1.hardbench.people import draw_people
from social_r1.hardbench.plots import PlotSpec, draw_script
from social_r1.hardbench.questions import FORMS, Question, answer
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.solvers import Case, solve
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.rich import sentences
from social_r1.hardbench.surface.words import domain, draw_rich_cast, shelve


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


_MATTERS = {
    **dict.fromkeys(("feel", "speech", "takes"), ("status",)),
    **dict.fromkeys(("why", "failed", "want"), ("contents",)),
}
"""What some forms are about; all others ask for places or contents."""


def _try_block(rng: Random, spec: RichSpec, kind: Kind) -> Block | None:
    matter = rng.choice(_MATTERS.get(kind.form, ("location", "contents")))
    cast = draw_rich_cast(
        rng,
        agents=_crowd(rng, kind),
        matter=matter,
        frames=spec.frames,
        domains=spec.domains,
        shelf=spec.shelf,
    )
    question = Question(kind.form, cast.names[: kind.depth], cast.thing, matter=matter)
    if FORMS[kind.form].options == "act":
        question = replace(question, value=next(v for v in cast.places if v.startswith("+")))
    script = _draw_base(rng, spec, kind, question, cast)
    if script is None:
        return None
    if question.asks_person:
        asked = draw_people(rng, script, question)
        if asked is None or not people_named(script, asked[1]):
            return None
        question, options = asked
    else:
        options = _options(rng, kind, cast)
    variants = VARIANTS[kind.design](rng, script, question, options, cast)
    polite = rng.choice(cast.places)
    found = _collect(_finished(variants, polite), options, cast, spec)
    return Block(kind.design, question, options, found, cast.style) if found else None


def _options(rng: Random, kind: Kind, cast: Cast) -> tuple[str, ...]:
    match FORMS[kind.form].options:
        case "feeling":
            keys = [f.value for f in Feeling]
        case "act":
            keys = [s.value for s in Speech]
        case "source":
            keys = [s.value for s in Source]
        case _:
            keys = list(cast.places)
    return tuple(rng.sample(keys, 4))


def _crowd(rng: Random, kind: Kind) -> int:
    """How many people."""
    if FORMS[kind.form].options == "person":
        return min(6, 4 + kind.depth + rng.randint(0, 1))
    if kind.design == "relay":
        few = FORMS[kind.form].options in ("feeling", "act")
        return min(6, kind.depth + (rng.randint(3, 4) if few else 4))
    if kind.design == "edit":
        return rng.randint(max(2, kind.depth + 1), 5)
    return rng.randint(max(4, kind.depth + 2), 6)


def _draw_base(
    rng: Random, spec: RichSpec, kind: Kind, question: Question, cast: Cast
) -> Script | None:
    """The story that a block's variants are made from, or None if it does not promise any."""
    script = draw_script(rng, cast, _plot(rng, spec, kind))
    if kind.design == "edit" and kind.depth and not question.asks_person:
        script = with_messages(rng, script, question.chain[-3:], cast)
    elif kind.design in ("perm", "ask") and question.form == "belief":
        for _ in range(kind.depth - 1):
            script = with_messages(rng, script, rng.sample(cast.names, kind.depth), cast)
    if len(script.lines) > spec.max_lines:
        return None
    script = _coloured(rng, script, cast)
    if question.form == "feel":
        script = _clouded(rng, _with_stakes(rng, script, question, kind, cast), cast)
    if kind.design == "relay":
        if not _others_differ(script, question, cast):
            return None
        relay = _with_speech_relay if question.form == "speech" else _with_relay
        script = relay(rng, script, question, cast)
        if not _can_happen(script):
            return None
    return script


def _coloured(rng: Random, script: Script, cast: Cast) -> Script:
    """A few lines that change nothing: what somebody there does besides, what happens around."""
    words, lines = domain(cast.domain), list(script.lines)
    for _ in range(rng.randint(4, 6)):
        at = rng.randrange(2, len(lines) + 1)
        before = lines[at - 1]
        doing = before.act in (Act.MOVE, Act.LOOK, Act.SAY) and before.actor is not None
        indices = shelve(range(len(words.doings if doing else words.ambience)), cast.family)
        noise = f"{cast.domain}/{rng.choice(indices)}"
        actor = before.actor if doing else None
        lines.insert(at, Line(Act.DOING if doing else Act.AMBIENCE, actor, noise=noise))
    return replace(script, lines=tuple(lines))


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
    if kind.design == "relay":
        # People who leave one after the other, a change after each, end up with other beliefs.
        weights |= {Act.RELAY: 0.0, Act.ENTER: 0.3, Act.LOOK: 0.1}
        skeleton = (Act.LEAVE, Act.MOVE) * (2 if FORMS[kind.form].options == "act" else 3)
        return PlotSpec(acts, weights, spec.doubt, late=0.1, skeleton=skeleton)
    if FORMS[kind.form].options == "person":
        weights[Act.NOISE] *= 1.5
    return PlotSpec(acts, weights, spec.doubt, late=0.1)


def _with_stakes(rng: Random, script: Script, question: Question, kind: Kind, cast: Cast) -> Script:
    """Say what people have at stake: two have opposite ones, the others side with or against them.

    Where others exchange their parts, the asked person's stake is that of whoever he is tied to.
    """
    subject = question.chain[-1]
    others = [n for n in cast.names if n != subject]
    rng.shuffle(others)
    first, second = others[0], others[1 % len(others)]
    yes, no = sorted(v for v in cast.places if not v.startswith("~"))
    one, two = rng.sample((yes, no), 2)
    lines = [Line(Act.STANCE, first, thing=cast.thing, value=one)]
    if second != first:
        lines.append(Line(Act.STANCE, second, thing=cast.thing, value=two))
    tied = [subject]
    if kind.design in ("perm", "ask"):
        tied += others[2:]
    for name in tied:
        act = rng.choice((Act.SIDE, Act.RIVAL))
        lines.append(Line(act, name, rng.choice((first, second))))
    rng.shuffle(lines)
    at = len([x for x in script.lines[:3] if x.act in (Act.ROLL, Act.PLACE, Act.DOUBT)])
    return replace(script, lines=(*script.lines[:at], *lines, *script.lines[at:]))


def _clouded(rng: Random, script: Script, cast: Cast) -> Script:
    """Let the matter end, and the last word be, that nothing is settled yet.

    Else there would be two outcomes only, and who guesses one for a wrong reason is right half of
    the time.
    """
    lines, pending = list(script.lines), next(v for v in cast.places if v.startswith("~"))
    if rng.random() < 0.5:
        lines.append(Line(Act.SHIFTED, thing=cast.thing, value=rng.choice(cast.places)))
    if rng.random() < 0.8:
        lines.append(Line(Act.SHIFTED, thing=cast.thing, value=pending))
    if rng.random() < 0.75 and len(cast.names) > 2:
        a, b = rng.sample(cast.names, 2)
        lines.append(Line(Act.TEXT, a, b, thing=cast.thing, value=pending))
    return replace(script, lines=tuple(lines))


def _others_differ(script: Script, question: Question, cast: Cast) -> bool:
    """Whether those behind the asked people hold all the beliefs that the options need."""
    try:
        replay = Replay(stage(script))
    except ScriptError:
        return False
    held = {n: replay.value((n,), question.thing) for n in script.agents}
    others = {n: v for n, v in held.items() if n not in question.chain and v[0] != "<"}
    if question.matter != "status":
        return set(others.values()) >= set(cast.places)
    if question.form == "feel":  # whoever has the stake, another brings good or bad news
        holders = [x.actor for x in script.lines if x.act is Act.STANCE]
        news = [{v[0] for n, v in others.items() if n != h} for h in holders]
        return all(signs >= {"+", "-"} for signs in news)
    true = sum(v == question.value for v in others.values())
    return true >= 2 and len(others) - true >= 2  # both may hold it, and neither


def _with_relay(rng: Random, script: Script, question: Question, cast: Cast) -> Script:
    return with_relay(rng, script, question, cast.places)


def _with_speech_relay(rng: Random, script: Script, question: Question, cast: Cast) -> Script:
    """Let both have their pictures from others, and the speaker hear the hearer's from himself.

    The hearer asks somebody; the speaker asks the hearer, so that he knows what that one takes to
    be so and is taken to think the same; then the speaker asks somebody else, of which the hearer
    does not know.
    """
    *_, speaker, hearer = question.chain
    free = [n for n in script.agents if n not in question.chain]
    thing = cast.thing
    hearers, speakers = rng.sample(free, 2)
    told = [
        Line(Act.RELAY, hearers, hearer, thing=thing),
        Line(Act.RELAY, hearer, speaker, thing=thing),
        Line(Act.RELAY, speakers, speaker, thing=thing),
    ]
    at = rng.randint(len(script.lines) - 2, len(script.lines))
    return replace(script, lines=(*script.lines[:at], *told, *script.lines[at:]))


_TAILS = {"why": Act.DEED, "failed": Act.FAILED, "want": Act.QUEST}


def _finished(variants: Iterator[Told], polite: str) -> Iterator[Told]:
    """Each variant with the lines that its question is about."""
    for script, question in variants:
        yield finish(script, question, polite), question


def finish(script: Script, question: Question, polite: str) -> Script:
    """Add the deed, errand or remark that is asked about, at the end of the story."""
    lines = script.lines
    if question.form in _TAILS:
        lines = (*lines, Line(_TAILS[question.form], question.chain[-1], thing=question.thing))
    if question.form == "want":
        lines = (*lines[:2], Line(Act.POLITE, question.chain[-1], value=polite), *lines[2:])
    if question.form in ("speech", "takes"):
        *_, first, second = question.chain
        speaker, hearer = (first, second) if question.form == "speech" else (second, first)
        remark = Line(Act.REMARK, speaker, hearer, thing=question.thing, value=question.value)
        lines = (*lines, remark)
    return replace(script, lines=lines)


def _collect(
    told: Iterator[Told], options: tuple[str, ...], cast: Cast, spec: RichSpec
) -> tuple[tuple[Variant, ...], ...] | None:
    """Per option the variants that have it as their answer; None where one has none."""
    found: dict[str, dict[tuple[float, ...], Variant]] = {o: {} for o in options}
    for number, (script, question) in enumerate(told):
        if number == spec.attempts // 2 and not sum(map(bool, found.values())) > 1:
            return None
        if number == spec.attempts or all(len(f) == spec.candidates for f in found.values()):
            break
        staged = _staged(script, question, options)
        if staged is None or len(found[staged[2]]) == spec.candidates:
            continue
        variant = rich_variant(script, question, options, *staged, cast.style)
        same = found[variant.gold]
        if (
            variant.hits not in same
            and sure(variant, options)
            and not contested(variant.script, variant.log, question, options)
        ):
            same[variant.hits] = variant
    if not all(found.values()):
        return None
    return tuple(tuple(same.values()) for same in found.values())


def _staged(
    script: Script, question: Question, options: tuple[str, ...]
) -> tuple[Log, Replay, str] | None:
    """The story's log and right answer, if it can happen and one of the options is right."""
    if FORMS[question.form].options == "value" and not set(options) <= {
        line.value for line in script.lines
    }:
        return None
    try:
        log = stage(script)
    except ScriptError:
        return None
    replay = Replay(log)
    gold = answer(question, log, replay, options)
    return (log, replay, gold) if gold is not None and gold in options else None


def rich_variant(
    script: Script,
    question: Question,
    options: tuple[str, ...],
    log: Log,
    replay: Replay,
    gold: str,
    style: int,
) -> Variant:
    """A variant with what the shortcuts make of it.

    Of the text they get only what those look at who count mentions: the values in their order, or
    the sentences where the options are people.
    """
    text = ""
    match FORMS[question.form].options:
        case "person":
            text = "\n".join(sentences(script, style))
        case "value" if question.form not in ("why", "failed"):
            text = "\n".join(line.value for line in script.lines if line.value)
        case _:
            pass
    said = solve(Case(script, log, question, options, text, replay))
    return Variant(script, log, gold, hits(said, gold, said), question)
