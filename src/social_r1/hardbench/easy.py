"""The easy regime: single items on which the popular shortcuts happen to be right.

This is what most public sets look like (HARDBENCH 3): the answer is where the thing is now, or
where it was when the first of the asked people left. A model that learns only here may learn the
shortcut; the hard regime (`blocks`) then shows which it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from social_r1.hardbench.assemble import make_item
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.plots import PlotSpec, draw_script
from social_r1.hardbench.questions import Question, answer, grounded
from social_r1.hardbench.scenes import Act, Script, ScriptError, stage
from social_r1.hardbench.solvers import Case, first_leaver, reality
from social_r1.hardbench.surface import Cast, draw_cast
from social_r1.hardbench.traces import make_trace
from social_r1.items import SocialItem

EASY_WEIGHTS = {
    Act.MOVE: 3.0,
    Act.LEAVE: 2.5,
    Act.ENTER: 1.5,
    Act.PEEK_MOVE: 0.5,
    Act.LOOK: 0.5,
    Act.SAY: 0.5,
    Act.TEXT: 0.7,
    Act.RELAY: 0.5,
    Act.NAP: 0.6,
    Act.WAKE: 0.6,
    Act.NOISE: 2.5,
}


@dataclass(frozen=True, slots=True)
class EasySpec:
    """What easy items are drawn from."""

    agents: tuple[int, int] = (2, 5)
    acts: tuple[int, int] = (3, 9)
    places: tuple[int, int] = (4, 5)
    options: tuple[int, int] = (4, 4)
    doubt: float = 0.15
    forms: tuple[tuple[str, int, float], ...] = (
        ("reality", 0, 0.08),
        ("memory", 0, 0.05),
        ("belief", 1, 0.25),
        ("belief", 2, 0.27),
        ("belief", 3, 0.15),
        ("knowledge", 0, 0.12),
        ("knowledge", 1, 0.08),
    )
    """(form, length of the chain, weight)."""


def easy_item(
    seed: int, index: int, spec: EasySpec | None = None, *, split: str = "easy"
) -> SocialItem:
    """Easy item number ``index``: depends on the seed and the index alone."""
    spec = spec or EasySpec()
    rng = Random(f"easy-{split}-{seed}-{index}")
    form, depth, _ = rng.choices(spec.forms, [w for _, _, w in spec.forms])[0]
    while True:
        item = _try_item(rng, spec, (form, depth), f"{split}-{seed}-{index}", split)
        if item is not None:
            return item


def person_options(rng: Random, question: Question, cast: Cast, count: int) -> list[str] | None:
    """Candidates for a knowledge question: people other than those in whose eyes we look."""
    others = [n for n in cast.names if n not in question.chain]
    return rng.sample(others, min(count, len(others))) if len(others) > 1 else None


def place_options(
    rng: Random, script: Script, gold: str, cast: Cast, count: int
) -> list[str] | None:
    """Places that the story names, the right one among them, in random order."""
    named = list(dict.fromkeys(line.value for line in script.lines if line.value))
    others = [p for p in named if p != gold]
    if gold not in named or len(others) < count - 1:
        return None
    options = [gold, *rng.sample(others, count - 1)]
    rng.shuffle(options)
    return options


def _try_item(
    rng: Random, spec: EasySpec, kind: tuple[str, int], group: str, split: str
) -> SocialItem | None:
    form, depth = kind
    agents = max(rng.randint(*spec.agents), depth + (2 if form == "knowledge" else 0))
    cast = draw_cast(rng, agents=agents, places=rng.randint(*spec.places))
    question = Question(form, tuple(rng.sample(cast.names, depth)), cast.thing)
    weights = {a: w * rng.choice((0.0, 1.0, 1.0, 2.0)) for a, w in EASY_WEIGHTS.items()}
    weights[Act.MOVE] = max(weights[Act.MOVE], 2.0)
    script = draw_script(rng, cast, PlotSpec(spec.acts, weights, spec.doubt, late=0.15))
    count = rng.randint(*spec.options)
    try:
        log = stage(script)
    except ScriptError:
        return None
    replay = Replay(log)
    if question.form == "knowledge":
        options = person_options(rng, question, cast, count)
        gold = answer(question, log, replay, options) if options else None
    else:
        gold = answer(question, log, replay, ())
        options = place_options(rng, script, gold, cast, count) if gold else None
    if not options or gold is None or gold not in options:
        return None
    if not grounded(question, log, replay, options):
        return None
    case = Case(script, log, question, tuple(options), "", replay)
    if question.form == "belief" and gold not in (reality(case), first_leaver(case)):
        return None
    trace = make_trace(script, log, question, options, gold, cast.style)
    if trace is None or any(v.startswith("<") for _, u in trace.beliefs for _, v in u):
        return None
    return make_item(
        script,
        log,
        question,
        options,
        gold,
        cast.style,
        group=group,
        variant=0,
        design="single",
        split=split,
        difficulty=1 + (len(script.lines) > 7),
    )
