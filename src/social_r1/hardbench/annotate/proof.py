"""From an expert's scene to an item whose answer is proved, or the reasons why not (HARDBENCH 14).

Nothing is taken on trust: each event must be told by its sentence, the events must be able to
happen, both oracles must find the same one of the options, the text must say what the answer rests
on, and the author, who answered blind, must have found it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.hardbench.annotate.answers import choice
from social_r1.hardbench.annotate.form import form_faults, names
from social_r1.hardbench.annotate.scene import Scene
from social_r1.hardbench.assemble import ENGINE, dump, proofs
from social_r1.hardbench.core.events import Kind, Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.difficulty import difficulty, level
from social_r1.hardbench.forms import FORMS, Question
from social_r1.hardbench.ledger import ASSUMPTIONS, SHUNNED, contested, needs
from social_r1.hardbench.operators import binding_depth, pivotal, uses
from social_r1.hardbench.questions import Oracle, answer, grounded, second_oracle
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import CREDIT, Act, Line, Script
from social_r1.hardbench.solvers import Case, ablate, solve
from social_r1.hardbench.surface.lint import FORBIDDEN
from social_r1.hardbench.traces import perspectives
from social_r1.items import SocialItem

FREE = "free"
"""Design and frame of an expert's scene: the text does not come from the bank of clauses."""


class Refusal(NamedTuple):
    """One reason why a scene does not become an item."""

    place: str
    """Such as ``event 3 (sentence 4)``, ``question`` or ``options``."""
    what: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the engine makes of a scene.

    Attributes:
        scene: the scene's name.
        item: the item, if nothing stands against it.
        refusals: what stands against it.
        answers: by oracle, the key that it finds, or None.
        rests_on: numbers of the sentences without which the answer would be another.
        notes: what does not stand against it, but should be looked at.
    """

    scene: str
    item: SocialItem | None = None
    refusals: tuple[Refusal, ...] = ()
    answers: dict[str, str | None] | None = None
    rests_on: tuple[int, ...] = ()
    notes: tuple[Refusal, ...] = ()


def prove(scene: Scene) -> Proof:
    """Stage a scene, prove its answer, and make it an item if all is well."""
    script, told_by = to_script(scene)
    faults = [Refusal(*fault) for fault in form_faults(scene)]
    if faults:
        return Proof(scene.id, refusals=tuple(faults))
    try:
        log = stage(script)
    except ScriptError as error:
        return Proof(scene.id, refusals=(_unstageable(script, told_by, error),))
    question, keys = scene.asked, tuple(o.key for o in scene.options)
    oracles: dict[str, Oracle] = {
        "replay": Replay(log),
        "kripke": second_oracle(log, question, keys),
    }
    answers = {name: answer(question, log, oracle, keys) for name, oracle in oracles.items()}
    gold = answers["replay"]
    faults = _answer_faults(question, log, keys, answers)
    if faults or gold is None:
        return Proof(scene.id, refusals=tuple(faults), answers=answers)
    lines = pivotal(script, question, keys, gold)
    rests_on = tuple(sorted({told_by[i] for i in lines}))
    faults = _premise_faults(script, log, question, keys)
    faults += _blind_faults(scene, gold, rests_on)
    if faults:
        return Proof(scene.id, None, tuple(faults), answers, rests_on)
    try:
        item = _item(scene, script, log, told_by, gold)
        proved = set(proofs(item).values())
    except InputError as error:
        return Proof(scene.id, None, (Refusal("events", str(error)),), answers, rests_on)
    if proved != {item.options[item.answer]}:
        raise AssertionError(f"scene {scene.id} is not proved by its own record; a bug of ours")
    return Proof(scene.id, item, (), answers, rests_on, tuple(_notes(scene)))


def to_script(scene: Scene) -> tuple[Script, tuple[int, ...]]:
    """The scene's script, and by which sentence each of its lines is told.

    Sentences without an event become lines in which nothing happens, so that line i is sentence i.
    That cannot be where one sentence tells two events, or where they are not told in their order;
    then lines are counted by events.
    """
    told = [event.sentence for event in scene.events]
    aligned = told == sorted(set(told)) and max(told) <= len(scene.sentences)
    lines: list[Line] = []
    told_by: list[int] = []
    letters: dict[tuple[str | None, ...], str | None] = {}
    for event in scene.events:
        while aligned and len(lines) + 1 < event.sentence:
            lines.append(Line(Act.AMBIENCE))
            told_by.append(len(lines))
        value, about = event.value, (event.actor, event.other, event.thing)
        if event.act is Act.LETTER:
            letters[about] = value
        if event.act is Act.READ and value is None:
            value = letters.get(about)
        line = Line(event.act, event.actor, event.other, event.thing, value, event.people)
        lines.append(line)
        told_by.append(event.sentence)
    while aligned and len(lines) < len(scene.sentences):
        lines.append(Line(Act.AMBIENCE))
        told_by.append(len(lines))
    script = Script(scene.people, scene.room, tuple(lines), FREE, "", scene.matter)
    return script, tuple(told_by)


def _unstageable(script: Script, told_by: Sequence[int], error: ScriptError) -> Refusal:
    """Which event cannot happen: the last of the shortest beginning that cannot be staged."""
    for count in range(1, len(script.lines) + 1):
        try:
            stage(script.with_lines(script.lines[:count]))
        except ScriptError:
            line = script.lines[count - 1]
            return Refusal(f"sentence {told_by[count - 1]} ({line.act})", str(error))
    return Refusal("events", str(error))


def _answer_faults(
    question: Question, log: Log, keys: tuple[str, ...], answers: dict[str, str | None]
) -> list[Refusal]:
    one, two = answers["replay"], answers["kripke"]
    if one != two:
        what = f"the oracles disagree: replay {one!r}, kripke {two!r}"
        return [Refusal("question", f"{what}; repair: report it, this is a bug of the engine")]
    if one is None:
        return [Refusal("question", _why_none(question, log, keys))]
    if one not in keys:
        what = f"the answer is {one!r}, which is none of {', '.join(keys)}"
        return [Refusal("options", f"{what}; repair: add it or mend the events")]
    return []


def _why_none(question: Question, log: Log, keys: tuple[str, ...]) -> str:
    """Why there is no answer, or more than one."""
    replay = Replay(log)
    eyes = " on ".join(question.chain) or "the world"
    value = replay.value(question.chain, question.thing)
    kind = FORMS[question.form].options
    if kind == "person" and not value.startswith("<"):
        fits = [x for x in keys if answer(question, log, replay, (x,)) == x]
        if fits:
            return (
                f"the answer is not unique: {' and '.join(fits)} fit; "
                "repair: offer only one of them, or let one learn or miss something"
            )
        return "none of the people offered fits; repair: mend the events or offer another"
    if value.startswith("<"):
        return (
            f"{eyes} has no settled value of {question.thing!r} ({value}); "
            "repair: let an event show or tell it"
        )
    if kind == "feeling":
        return (
            f"{eyes} takes {question.thing!r} to be {value!r}, and no feeling follows; "
            "repair: give values a + or -, and that person a stance (or a side or rival with one)"
        )
    if kind == "act":
        return (
            "the remark is neither news, assent, lie nor joke for certain; repair: mend the events"
        )
    return (
        f"{eyes} takes {question.thing!r} to be {value!r}, which settles nothing; repair: offer it"
    )


def _premise_faults(
    script: Script, log: Log, question: Question, keys: tuple[str, ...]
) -> list[Refusal]:
    """What the answer rests on but must not, or must not without saying so."""
    replay = Replay(log)
    found: list[Refusal] = []
    if not grounded(question, log, replay, keys):
        what = "somebody takes the right thing to be so by luck, which is no knowledge"
        found.append(Refusal("question", f"{what}; repair: ask for belief, or mend the events"))
    chains = perspectives(script, question, keys)
    if chains is None:
        found.append(Refusal("events", "honest answers go round in a circle; repair: drop one"))
    elif any(v.startswith("<") for c in chains for _, v in replay.updates(c, question.thing)):
        what = "somebody on the way to the answer hears a word of which it is open what he makes"
        found.append(Refusal("events", f"{what}; repair: drop the doubt, or the word"))
    if contested(script, log, question, keys):
        what = " or ".join(f"{name} ({ASSUMPTIONS[name]})" for name in SHUNNED)
        found.append(Refusal("events", f"it rests on {what}; repair: drop it"))
    for name in _unsaid(script, log, question, keys):
        what = f"the answer rests on {name} ({ASSUMPTIONS[name]}), which no sentence says"
        found.append(Refusal("prose", f"{what}; repair: add a sentence with an event `custom`"))
    return found


def _unsaid(script: Script, log: Log, question: Question, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Conventions that decide the answer unsaid; trust may also be said of two people alone."""
    if any(line.act in CREDIT for line in script.lines):
        return ()
    rests = needs(log, question, keys)
    trusted = {(x.actor, x.other) for x in script.lines if x.act is Act.TRUST}
    pairs = {(a, b) for a in log.agents for b in log.agents if a != b and (a, b) not in trusted}
    wary = replace(log, distrust=frozenset(pairs) | log.distrust)
    same = answer(question, wary, Replay(wary), keys) == answer(question, log, Replay(log), keys)
    return tuple(name for name in rests if not (name == "A4" and same))


def _blind_faults(scene: Scene, gold: str, rests_on: tuple[int, ...]) -> list[Refusal]:
    keys = [o.key for o in scene.options]
    texts = [o.printed for o in scene.options]
    index = keys.index(scene.blind) if scene.blind in keys else choice(scene.blind, texts)
    if index is None:
        what = f"{scene.blind!r} is no option; repair: write a key, a letter or an option's text"
        return [Refusal("blind", what)]
    if keys[index] == gold:
        return []
    where = ", ".join(map(str, rests_on)) or "none alone"
    return [
        Refusal(
            "blind",
            f"you answered {keys[index]!r}, the events give {gold!r} (sentences that decide: "
            f"{where}); repair: mend the text if it leaves that open, the events if they are wrong",
        )
    ]


def _notes(scene: Scene) -> Iterator[Refusal]:
    """Words of the prose that may give the answer away."""
    for number, sentence in enumerate(scene.sentences, 1):
        for word in FORBIDDEN:
            if names(sentence, word):
                what = f"it names a state of mind ({word!r}), which may give the answer away"
                yield Refusal(f"sentence {number}", what)


def _item(
    scene: Scene, script: Script, log: Log, told_by: tuple[int, ...], gold: str
) -> SocialItem:
    question, keys = scene.asked, tuple(o.key for o in scene.options)
    texts = tuple(o.printed for o in scene.options)
    shown = dict(zip(keys, texts, strict=True))
    case = Case(script, log, question, keys, scene.story, Replay(log))
    record = _record(case, gold)
    worth = difficulty(record, len(scene.story.split()))
    return SocialItem(
        id=f"expert-{scene.id}",
        source="expert",
        dimension=question.dimension,
        group=f"expert-{scene.id}",
        story=scene.story,
        question=scene.question.wording,
        options=texts,
        answer=keys.index(gold),
        difficulty=level(worth),
        meta={
            "engine": ENGINE,
            "design": FREE,
            "variant": 0,
            "whole": False,
            **record,
            "form": question.form,
            "thing": question.thing,
            "value": question.value,
            "style": 0,
            "script": dump(script),
            "keys": list(keys),
            "sentences": list(told_by),
            "assumptions": list(needs(log, question, keys)),
            "solvers": {n: shown[k] if k is not None else None for n, k in solve(case).items()},
            "ablations": {name: key == gold for name, key in ablate(case).items()},
            "author": scene.author,
            "blind": scene.blind,
        },
    )


def _record(case: Case, gold: str) -> dict[str, Any]:
    """What an item's record tells of how hard it is."""
    script, question, replay = case.script, case.question, case.replay
    lines = pivotal(script, question, case.options, gold)
    false_words = sum(
        e.kind is Kind.TELL and replay.value((), question.thing, i) != e.value
        for i, e in enumerate(case.log.events)
        if e.fluent == question.thing
    )
    return {
        "order": question.order,
        "chain": list(question.chain),
        "frame": script.frame,
        "matter": script.matter,
        "pivotal": [i + 1 for i in lines],
        "depth": binding_depth(script, question, lines),
        "operators": sorted({u.tag for u in uses(script, question, case.options, gold)}),
        "false_words": false_words,
    }
