"""FANToM: Kim et al., "FANToM: a benchmark for stress-testing machine theory of mind in
interactions" (EMNLP 2023, arXiv 2310.15421).

Source: ``fantom_v1.json`` of the authors (skywalker023/fantom at ebd35eb says where; not on a hub).
Licence: MIT; its authors ask that nobody trains on it. Form: 870 sets of questions on 253
conversations that people leave and join. A set asks one thing six ways: beliefs (two options, and
free), who could answer and who has the information (a list, and yes or no for each person).

Two sets of this package: ``fantom`` shows the part of the conversation that the question is about,
``fantom_full`` all of it (people who do not speak in the part then count as unaware; the part-only
questions about them, gold ``no:long``, are left out of ``fantom``).

``fantom_sets.jsonl`` with ``full_contexts.jsonl`` is a reassembled copy: its belief gold is the
authors', its list and yes/no gold is derived (``meta["gold_source"]``), its facts have no answers.
Questions without gold are left out (`count_rows` counts them). For tests, never for reported
scores.
"""  # noqa: D205

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, reading
from social_r1.evaluation.benchmarks.fantom_figures import metrics, native_metrics
from social_r1.evaluation.benchmarks.fantom_native import (
    ABOUT,
    ABSENT,
    CHOICE,
    FACT,
    FAMILIES,
    FREE,
    YES_NO,
    native,
)
from social_r1.evaluation.types import Item, OpenItem
from social_r1.items import SocialItem
from social_r1.records import read_json, read_jsonl

OFFICIAL = "fantom_v1.json"
SETS, CONTEXTS = "fantom_sets.jsonl", "full_contexts.jsonl"

_PERSON = re.compile(r"Does (.+?) know ")


def read_sets(folder: Path) -> list[dict[str, Any]]:
    """The authors' rows: from their file, else from the reassembled copy.

    Raises:
        InputError: neither is there, or what is there is no FANToM.
    """
    if (folder / OFFICIAL).is_file():
        return _records(read_json(folder / OFFICIAL), str(folder / OFFICIAL))
    if (folder / SETS).is_file() and (folder / CONTEXTS).is_file():
        full = {row["conv_id"]: row["full_context"] for _, row in read_jsonl(folder / CONTEXTS)}
        return [
            {**row, "full_context": full.get(row["conv_id"]), "reassembled": True}
            for _, row in read_jsonl(folder / SETS)
        ]
    raise InputError(
        f"{folder} lacks {OFFICIAL} (or {SETS} with {CONTEXTS}); repair: get fantom.tar.gz as "
        f"skywalker023/fantom says and put {OFFICIAL} there"
    )


def _records(table: Any, place: str) -> list[dict[str, Any]]:
    """Rows of a saved data frame: a list of records, or a mapping of row names per column."""
    if isinstance(table, list) and table:
        return cast("list[dict[str, Any]]", table)
    if isinstance(table, dict) and "set_id" in table:
        columns = cast("dict[str, dict[str, Any]]", table)
        return [{name: columns[name].get(k) for name in columns} for k in columns["set_id"]]
    raise InputError(f"{place} holds no FANToM sets; repair: get it anew")


def count_rows(folder: Path) -> dict[str, int]:
    """Questions of each form in the release at hand, with those that have no gold.

    ``rows`` counts as the authors do: every belief twice (free, and with two options).
    """
    count: Counter[str] = Counter()
    for row in read_sets(folder):
        count["sets"] += 1
        for qa in row["beliefQAs"]:
            count["belief:" + qa["question_type"].split(":")[2]] += 1
        for name, theirs in FAMILIES.items():
            count[f"{name}:list"] += 1
            count[f"{name}:binary"] += len(row[f"{theirs}s_binary"])
        count["fact"] += 1
        count["unscored"] += sum(qa["correct_answer"] is None for qa in _questions(row))
    beliefs = count["belief:inaccessible"] + count["belief:accessible"]
    asked = sum(n for form, n in count.items() if form not in ("sets", "unscored"))
    return {**count, "rows": asked + beliefs}


def _questions(row: dict[str, Any]) -> list[dict[str, Any]]:
    lists = [row[f"{theirs}_list"] for theirs in FAMILIES.values()]
    several = [qa for theirs in FAMILIES.values() for qa in row[f"{theirs}s_binary"]]
    return [row["factQA"], *row["beliefQAs"], *lists, *several]


def load(folder: Path) -> list[Item]:
    """The questions with gold, set by set, about the part of the conversation.

    Raises:
        InputError: as `read_sets`; also a set that is not of the known form, which is named.
    """
    return _load(folder, full=False)


def load_full(folder: Path) -> list[Item]:
    """As `load`, about the whole conversation; sets whose whole is unknown are left out."""
    return _load(folder, full=True)


def _load(folder: Path, *, full: bool) -> list[Item]:
    items: list[Item] = []
    for number, row in enumerate(read_sets(folder), start=1):
        with reading(f"{folder}: set {number}", "a FANToM set"):
            if row["full_context" if full else "short_context"]:
                items += _set(row, full=full)
    return items


def _set(row: dict[str, Any], *, full: bool) -> Iterator[Item]:
    name = str(row["set_id"])
    source = "fantom_full" if full else "fantom"
    lists = [row[f"{theirs}_list"] for theirs in FAMILIES.values()]
    shared: dict[str, Any] = {
        "source": source,
        "group": f"{source}/{name}",
        "story": str(row["full_context" if full else "short_context"]).strip(),
        "meta": {
            "conversation": name.split("-")[0],
            "part": "-".join(name.split("-")[:2]),
            "whole": all(qa["correct_answer"] is not None for qa in lists),
            "licence": "MIT, evaluation only",
        },
    }
    fact = row["factQA"]
    if fact["correct_answer"] is not None:
        yield OpenItem(
            **_fields(shared, FACT, fact),
            id=f"{source}/{name}/fact",
            accepted=(fact["correct_answer"].strip(),),
        )
    for number, qa in enumerate(row["beliefQAs"]):
        yield from _belief(shared, qa, f"{source}/{name}/belief/{number}")
    for family, theirs in FAMILIES.items():
        people, several = row[f"{theirs}_list"], row[f"{theirs}s_binary"]
        about, fault = _about(family, fact)
        asked = {**shared, "about": about, "fault": fault}
        yield from _who(asked, family, people, several, f"{source}/{name}/{family}", full)


def _fields(shared: dict[str, Any], dimension: str, qa: dict[str, Any], **meta: Any) -> Any:
    """Fields that an item takes from its set and its question."""
    about, fault = shared.get("about", ""), shared.get("fault", "") or meta.pop("fault", "")
    return {
        "source": shared["source"],
        "dimension": dimension,
        "group": shared["group"],
        "story": shared["story"] + (f"\n\n{about}" if about else ""),
        "question": qa["question"].strip(),
        "meta": {
            **shared["meta"],
            "accessibility": qa.get("missed_info_accessibility", ""),
            "gold_source": qa.get("gold_source", "official"),
            **({ABOUT: about} if about else {}),
            **({"fault": fault} if fault else {}),
            **meta,
        },
    }


def _about(family: str, fact: dict[str, Any]) -> tuple[str, str]:
    """The line that says what a list or yes/no question is about, and its fault if it has one."""
    question, answer = fact["question"].strip(), fact["correct_answer"]
    if family == "answerability":
        return f"Target: {question}", ""
    if answer is None:
        return f"Information: {question}", "the information lacks its answer"
    return f"Information: {question} {answer.strip()}", ""


def _belief(shared: dict[str, Any], qa: dict[str, Any], name: str) -> Iterator[Item]:
    right, wrong = qa["correct_answer"].strip(), qa["wrong_answer"].strip()
    order = {"order": 2 if qa["tom_type"].startswith("second") else 1, "tom_type": qa["tom_type"]}
    yield SocialItem(
        **_fields(shared, CHOICE, qa, **order), id=f"{name}/choice", options=(right, wrong),
        answer=0,
    )  # fmt: skip
    yield OpenItem(
        **_fields(shared, FREE, qa, **order), id=f"{name}/free", accepted=(right,),
        rejected=(wrong,),
    )  # fmt: skip


def _who(
    shared: dict[str, Any], family: str, people: dict[str, Any], several: list[dict[str, Any]],
    name: str, full: bool,
) -> Iterator[Item]:  # fmt: skip
    """The list question and the yes/no questions of one family."""
    aware: list[str] | None = people["correct_answer"]
    unaware: list[str] = people["wrong_answer"] or []
    asked = [_PERSON.match(qa["question"]) for qa in several]
    persons = [found[1] if found else "" for found in asked]
    known = [*(aware or []), *unaware]
    absent: list[str] = []
    if full:
        absent = sorted({person for person in persons if person} - set(known))
        away = bool(unaware) or (bool(absent) and "gold_source" in people)
        people = _inaccessible(people) if away else people
        some = any(qa["correct_answer"] not in ("yes", None) for qa in several)
        several = [_inaccessible(qa) if some else qa for qa in several]
    if aware is not None:
        more = {ABSENT: ", ".join(absent)} if absent else {}
        if _nested(aware, unaware):
            more["fault"] = "a name stands inside another name"
        yield OpenItem(
            **_fields(shared, f"{family}:list", people, **more),
            id=f"{name}/list", form="names", accepted=tuple(aware), rejected=(*unaware, *absent),
        )  # fmt: skip
    for number, (qa, person) in enumerate(zip(several, persons, strict=True)):
        gold = qa["correct_answer"]
        if gold is None or (gold == "no:long" and not full):
            continue
        yield SocialItem(
            **_fields(shared, f"{family}:binary", qa, person=person, gold=gold),
            id=f"{name}/binary/{number}", options=YES_NO,
            answer=YES_NO.index(gold.split(":")[0].capitalize()),
        )  # fmt: skip


def _inaccessible(qa: dict[str, Any]) -> dict[str, Any]:
    """With the whole conversation, what somebody cannot know makes a question inaccessible."""
    return {**qa, "missed_info_accessibility": "inaccessible"}


def _nested(aware: Sequence[str], unaware: Sequence[str]) -> bool:
    return any(out.lower() in name.lower() for out in unaware for name in aware)


_CAVEAT = (
    "a model that thinks nobody knows anything is right on inaccessible questions and wrong on "
    "accessible/ ones, so read both; a reassembled copy (meta gold_source derived-*) has no fact "
    "answers and is not for reported scores"
)
_SOURCE = Source(
    paper='Kim et al., "FANToM", EMNLP 2023 (arXiv 2310.15421)',
    licence="MIT; for testing only",
    revision="ebd35eb5c9eb157c24bc7bcffac66ae138eaed44",
    repository="skywalker023/fantom",
)
_REPO = "authors' repository, part of the conversation"
_SHORT = Benchmark(
    name="fantom",
    load=load,
    home="fantom.tar.gz (sha256 1d08dfa0...) as skywalker023/fantom says",
    files=(),
    caveat=_CAVEAT,
    metrics=metrics,
    native=native("fantom"),
    native_metrics=native_metrics,
    source=_SOURCE,
    reported=(
        Reported("human", "all", 0.875, _REPO),
        Reported("human", "belief_choice", 0.938, _REPO),
        Reported("human", "answerability_list", 0.906, f"{_REPO}; 'list', its family unsaid"),
        Reported("GPT-4-1106", "all", 0.002, _REPO),
        Reported("GPT-4-1106", "all_star", 0.0, _REPO),
        Reported("GPT-4-1106", "belief_choice", 0.519, _REPO),
        Reported("GPT-4-1106", "belief_distance", 0.203, f"{_REPO}; by sentence embeddings"),
        Reported("GPT-4-1106", "answerability_list", 0.285, _REPO),
        Reported("GPT-4-1106", "answerability_binary_f1", 0.506, _REPO),
        Reported("GPT-4-1106", "info_access_list", 0.087, _REPO),
        Reported("GPT-4-1106", "info_access_binary_f1", 0.778, _REPO),
        Reported("GPT-3.5", "all", 0.002, _REPO),
    ),
)
_FULL = _SHORT._replace(
    name="fantom_full", load=load_full, native=native("fantom_full"), folder="fantom",
    total=12832, reported=(),
)  # fmt: skip
BENCHMARKS = (_SHORT, _FULL)
