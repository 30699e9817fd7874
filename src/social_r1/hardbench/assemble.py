"""From a script and a question to a `SocialItem`, and back from its record (HARDBENCH 15)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from social_r1.errors import InputError
from social_r1.hardbench.core.events import Log
from social_r1.hardbench.core.kripke import Kripke
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.questions import Question, answer
from social_r1.hardbench.scenes import Act, Line, Script, stage
from social_r1.hardbench.solvers import Case, solve
from social_r1.hardbench.surface import ask, number, tell
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
) -> SocialItem:
    """Render one item with its whole provenance in ``meta``."""
    story = number(tell(script, style))
    name = hashlib.blake2b(f"{ENGINE}/{group}/{variant}".encode(), digest_size=6).hexdigest()
    case = Case(script, log, question, tuple(options), story, Replay(log))
    return SocialItem(
        id=f"hb-{name}",
        source="hardbench",
        dimension=question.dimension,
        group=group,
        story=story,
        question=ask(question.template, question.chain, question.thing, style),
        options=tuple(options),
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
            "script": _dump(script),
            "solvers": solve(case),
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
        question = Question(meta["form"], tuple(meta["chain"]), meta["thing"])
        gold, style = item.options[item.answer], int(meta["style"])
        trace = make_trace(script, log, question, item.options, gold, style)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"item {name}: its meta tells no story that can be staged "
            f"({type(error).__name__}: {error}); repair: rebuild the items"
        ) from error
    if trace is None:
        raise InputError(f"item {name} has no gold trace; repair: rebuild the items")
    return World(script, log, question, style, trace)


def proofs(item: SocialItem) -> dict[str, str | None]:
    """The answer by each oracle; both must be the recorded one."""
    here = world(item)
    return {
        "replay": answer(here.question, here.log, Replay(here.log), item.options),
        "kripke": answer(here.question, here.log, Kripke(here.log), item.options),
    }


def _dump(script: Script) -> dict[str, Any]:
    rows = [
        {k: list(line.people) if k == "people" else v for k, v in asdict(line).items() if v}
        for line in script.lines
    ]
    return {"agents": list(script.agents), "room": script.room, "lines": rows}


def _load(record: Mapping[str, Any]) -> Script:
    rows: list[dict[str, Any]] = [
        {**row, "act": Act(row["act"]), "people": tuple(row.get("people", ()))}
        for row in record["lines"]
    ]
    lines = tuple(Line(**row) for row in rows)
    return Script(tuple(record["agents"]), record["room"], lines)
