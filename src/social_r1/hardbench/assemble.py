"""From a script and a question to a `SocialItem`, and back from its record (HARDBENCH 15)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.questions import Oracle, answer, second_oracle
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.solvers import Case, solve
from social_r1.hardbench.surface import ask, number, rich, tell
from social_r1.hardbench.surface.asking import ask_rich, option_texts
from social_r1.hardbench.traces import Trace, make_trace
from social_r1.items import SocialItem

ENGINE = "1"
"""Version of the engine; part of every item's id."""


@dataclass(frozen=True)
class World:
    """What stands behind an item: its script, log, question and gold trace."""

    script: Script
    log: Log
    question: Question
    style: int
    trace: Trace
    keys: tuple[str, ...]
    """What the options stand for; in the plain register the options themselves."""
    pivotal: tuple[int, ...] = ()
    """Numbers of the lines without which the answer would be another, where they are known."""


def story_text(script: Script, style: int) -> str:
    """The story as a reader gets it, in the script's register."""
    if script.frame == "plain":
        return number(tell(script, style))
    return rich.story(script, style)


def question_text(script: Script, question: Question, style: int) -> str:
    """The question in the script's register."""
    if script.frame == "plain":
        return ask(question.template, question.chain, question.thing, style)
    return ask_rich(question, style, script.family)


def printed(script: Script, question: Question, keys: Sequence[str], style: int) -> tuple[str, ...]:
    """The options as they are printed."""
    return tuple(keys) if script.frame == "plain" else option_texts(question, keys, style)


def make_item(
    script: Script,
    log: Log,
    question: Question,
    options: Sequence[str],
    gold: str,
    style: int,
    *,
    group: str,
    variant: int,
    design: str,
    split: str,
    difficulty: int,
    more: Mapping[str, Any] | None = None,
) -> SocialItem:
    """Render one item with its whole provenance in ``meta``; ``more`` is added to it."""
    story = story_text(script, style)
    texts = printed(script, question, options, style)
    shown = dict(zip(options, texts, strict=True))
    name = hashlib.blake2b(f"{ENGINE}/{group}/{variant}".encode(), digest_size=6).hexdigest()
    case = Case(script, log, question, tuple(options), story, Replay(log))
    return SocialItem(
        id=f"hb-{name}",
        source="hardbench",
        dimension=question.dimension,
        group=group,
        story=story,
        question=question_text(script, question, style),
        options=texts,
        answer=list(options).index(gold),
        difficulty=difficulty,
        split=split,
        meta={
            "engine": ENGINE,
            "design": design,
            "variant": variant,
            "order": question.order,
            "form": question.form,
            "chain": list(question.chain),
            "thing": question.thing,
            "style": style,
            "script": dump(script),
            "solvers": {n: shown[k] if k is not None else None for n, k in solve(case).items()},
            **({"others": list(question.others)} if question.others else {}),
            **(more or {}),
        },
    )


def world(item: SocialItem) -> World:
    """The world behind one of our items.

    Raises:
        InputError: the item carries no script (it is not from this generator).
    """
    return _world(item.id, item.model_dump_json())


@lru_cache(maxsize=20_000)
def _world(name: str, record: str) -> World:
    item = SocialItem.model_validate_json(record)
    meta = item.meta
    if "script" not in meta:
        raise InputError(f"item {name} has no script in meta; repair: use items of `hard build`")
    try:
        script = _load(meta["script"])
        log = stage(script)
        question = Question(
            meta["form"],
            tuple(meta["chain"]),
            meta["thing"],
            meta.get("value"),
            script.matter,
            tuple(meta.get("others", ())),
        )
        gold, style = item.options[item.answer], int(meta["style"])
        keys = tuple(meta.get("keys", item.options))
        trace = make_trace(script, log, question, keys, gold, style)
        told = {line + 1: number for number, line in enumerate(script.order(), 1)}
        pivotal = tuple(sorted(told[line] for line in meta.get("pivotal", ())))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"item {name}: its meta tells no story that can be staged "
            f"({type(error).__name__}: {error}); repair: rebuild the items"
        ) from error
    if trace is None:
        raise InputError(f"item {name} has no gold trace; repair: rebuild the items")
    return World(script, log, question, style, trace, keys, pivotal)


def proofs(item: SocialItem) -> dict[str, str | None]:
    """The answer by each oracle, as it is printed; both must be the recorded one."""
    here = world(item)
    shown = dict(zip(here.keys, item.options, strict=True))
    oracles: dict[str, Oracle] = {
        "replay": Replay(here.log),
        "kripke": second_oracle(here.log, here.question, here.keys),
    }
    found = {n: answer(here.question, here.log, o, here.keys) for n, o in oracles.items()}
    return {name: shown.get(key, key) if key is not None else None for name, key in found.items()}


def dump(script: Script) -> dict[str, Any]:
    """A script as plain values, as an item's ``meta`` keeps it."""
    rows = [_row(line) for line in script.lines]
    record: dict[str, Any] = {"agents": list(script.agents), "room": script.room, "lines": rows}
    if script.frame != "plain":
        more = ("frame", "domain", "matter", "family")
        record |= {name: getattr(script, name) for name in more}
    if script.flashback:
        record["flashback"] = list(script.flashback)
    return record


def _row(line: Line) -> dict[str, Any]:
    """What a line says, without the parts that it leaves empty."""
    parts = {name: getattr(line, name) for name in _PARTS}
    return {k: list(v) if k == "people" else v for k, v in parts.items() if v}


_PARTS = tuple(part.name for part in fields(Line))


def _load(record: Mapping[str, Any]) -> Script:
    rows: list[dict[str, Any]] = [
        {**row, "act": Act(row["act"]), "people": tuple(row.get("people", ()))}
        for row in record["lines"]
    ]
    lines = tuple(Line(**row) for row in rows)
    more = {n: record[n] for n in ("frame", "domain", "matter", "family") if n in record}
    if "flashback" in record:
        more["flashback"] = tuple(record["flashback"])
    return Script(tuple(record["agents"]), record["room"], lines, **more)
