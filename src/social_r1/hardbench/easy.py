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
from social_r1.hardbench.forms import Question
from social_r1.hardbench.plots import PlotSpec, draw_script
from social_r1.hardbench.questions import answer, grounded
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Script
from social_r1.hardbench.solvers import Case, first_leaver, reality
from social_r1.hardbench.surface import Cast, draw_cast
from social_r1.hardbench.traces import make_trace
from social_r1.items import SocialItem

EASY_WEIGHTS = {
    Act.MOVE: 3.0,
    Act.LEAVE: 3.0,
    Act.ENTER: 2.0,
    Act.PEEK_MOVE: 1.8,
    Act.LOOK: 0.7,
    Act.SAY: 2.0,
    Act.TEXT: 3.0,
    Act.RELAY: 2.5,
    Act.NAP: 1.5,
    Act.WAKE: 3.0,
    Act.NOISE: 2.0,
}


@dataclass(frozen=True, slots=True)
class EasySpec:
    """What easy items are drawn from."""

    agents: tuple[int, int] = (2, 6)
    acts: tuple[int, int] = (3, 12)
    places: tuple[int, int] = (4, 5)
    options: tuple[int, int] = (4, 4)
    doubt: float = 0.15
    shortcuts: tuple[tuple[bool, bool, float], ...] = (
        (True, True, 0.25),
        (True, False, 0.25),
        (False, True, 0.5),
    )
    """Belief questions: (is reality right, is the first leaver's picture right, weight)."""
    forms: tuple[tuple[str, int, float], ...] = (
        ("reality", 0, 0.06),
        ("memory", 0, 0.03),
        ("belief", 1, 0.22),
        ("belief", 2, 0.27),
        ("belief", 3, 0.18),
        ("knowledge", 0, 0.12),
        ("knowledge", 1, 0.12),
    )
    """(form, length of the chain, weight)."""


def easy_item(
    seed: int, index: int, spec: EasySpec | None = None, *, split: str = "easy"
) -> SocialItem:
    """Easy item number ``index``: depends on the seed and the index alone."""
    spec = spec or EasySpec()
    rng = Random(f"easy-{split}-{seed}-{index}")
    form, depth, _ = rng.choices(spec.forms, [w for _, _, w in spec.forms])[0]
    right = rng.choices(spec.shortcuts, [w for _, _, w in spec.shortcuts])[0][:2]
    while True:
        item = _try_item(rng, spec, (form, depth), right, f"{split}-{seed}-{index}", split)
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
    rng: Random,
    spec: EasySpec,
    kind: tuple[str, int],
    right: tuple[bool, bool],
    group: str,
    split: str,
) -> SocialItem | None:
    form, depth = kind
    people = rng.randint(*spec.agents) + (form == "knowledge")
    agents = max(people, depth + (2 if form == "knowledge" else 0))
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
    if form == "belief" and (gold == reality(case), gold == first_leaver(case)) != right:
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
