"""The gate that every clause passes: lint, slots, and one reading only (HARDBENCH 10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from string import Formatter

from social_r1.errors import InputError
from social_r1.hardbench.script import Act, Line
from social_r1.hardbench.surface.ahead import split
from social_r1.hardbench.surface.lint import lint, words_of_mind
from social_r1.hardbench.surface.reading import pattern, read_clause
from social_r1.hardbench.surface.rich import ACTS, FRAMES, fill, speaks_for
from social_r1.hardbench.surface.ties import Tie, say
from social_r1.hardbench.surface.ties import split as split_tie
from social_r1.hardbench.surface.vocabulary import errands
from social_r1.hardbench.surface.words import (
    MATTERS,
    Subject,
    bank,
    domain,
    domain_names,
    names,
    occasions,
    subject_rows,
    tested,
)

LENGTH_RATIO = 1.25
"""Words of the longest option over those of the shortest, at most (HARDBENCH 18)."""
DUE = 3
"""Phrases about what is still due for each thing that people differ about, at least."""
FILES = ("presence", "opening", "extras", *MATTERS)
"""The files of clauses."""


def bank_faults(file: str | None = None, samples: int = 2) -> Iterator[str]:
    """What is wrong with the clauses of the bank, one sentence per fault.

    Each clause is filled with words drawn from the bank and read back; it must come back as the
    same line, and as no other. Words and frames may name no state of mind either.
    """
    for name in FILES if file is None else (file,):
        for key, templates in bank(f"clauses/{name}.yaml").items():
            if key not in ACTS:
                continue
            for template in templates:
                for fault in clause_faults(template, key, name, samples=samples):
                    yield f"{name}.yaml, {key}: {fault}"
    if file is None:
        parts = (f"{part}/{d}" for d in domain_names() for part in ("domains", "subjects"))
        for path in (*parts, *(f"frames/{f}" for f in FRAMES)):
            for fault in words_of_mind(repr(bank(f"{path}.yaml"))):
                yield f"{path}.yaml: {fault}"
        yield from occasion_faults()
        yield from subject_faults()
        yield from tie_faults()


def occasion_faults() -> Iterator[str]:
    """What is wrong with the occasions, one sentence per fault.

    What goes on there must read back as itself, and no two may share a purpose or an errand.
    """
    once: set[str] = set()
    for name in domain_names():
        for key, scene in occasions(name).items():
            for text in (scene.purpose, *scene.errands):
                if text in once:
                    yield f"{name}.yaml, occasions: {text!r} comes twice; repair: reword one"
                once.add(text)
            if "," in scene.purpose:  # people are named behind it
                yield f"{name}.yaml, occasions: {scene.purpose!r} has a comma; repair: reword it"
            for act, beats in ((Act.DOING, scene.doings), (Act.AMBIENCE, scene.sights)):
                who = names()[0] if act is Act.DOING else None
                for number, beat in enumerate(beats):
                    line = Line(act, who, noise=f"{key}/{number}")
                    if {x for x, _ in read_clause(fill(beat, line, ""))} != {line}:
                        yield (
                            f"{name}.yaml, occasions: {beat!r} reads as something else too; "
                            "repair: reword it"
                        )


def subject_faults() -> Iterator[str]:
    """What is wrong with what people differ about, one sentence per fault.

    Each is known by its name and by what will come of it, a stuff by what it is fetched for and a
    way to be by its reason, so none may come twice; what is named on one shelf of words may not be
    on the other; and no line of an occasion may name what it turns on or how that may be.
    """
    once = {m.name for name in domain_names() for m in domain(name).matters}
    shelf: dict[str, tuple[str, bool]] = {}
    for name in domain_names():
        rows = zip(domain(name).occasions, subject_rows(name), strict=True)
        for number, (scene, row) in enumerate(rows):
            at = f"subjects/{name}.yaml, {scene.purpose!r}"
            if row["purpose"] != scene.purpose:
                yield f"{at} stands at {row['purpose']!r}; repair: keep to the occasions' order"
            lines = " ".join((*scene.doings, *scene.sights, *scene.errands))
            for matter, subject in scene.subjects.items():
                words = [subject.name, *(subject.values if matter != "status" else ())]
                for word in words:
                    before = shelf.setdefault(word, (at, tested(number)))
                    if before[1] != tested(number):
                        yield f"{at}: {word!r} is of the other shelf in {before[0]}; repair: rename"
                    if re.search(rf"\b{re.escape(word)}\b", lines):
                        yield f"{at}: its lines name the {word}; repair: take another"
                whys = (*subject.reasons.values(), *subject.gains.values())
                told = (subject.name, subject.end, *subject.purposes, *whys)
                for text in told:
                    if text in once:
                        yield f"{at}: {text!r} comes twice; repair: reword one"
                    once.add(text)
                yield from (f"{at}: {fault}" for fault in _text_faults(matter, subject))


def _text_faults(matter: str, subject: Subject) -> Iterator[str]:
    """What is wrong with what is said of one thing that people differ about."""
    ways = {value.lstrip("+-~") for value in subject.values}
    if len(ways) != (3 if matter == "status" else 4):
        yield f"{subject.name!r} has {len(ways)} ways to be; repair: no two alike"
    if matter != "status" and len({_length(value) for value in subject.values}) > 1:
        yield f"{subject.name!r} may be {subject.values}; repair: as many words for each"
    lengths = [_length(f"to {purpose}") for purpose in subject.purposes.values()]
    if lengths and max(lengths) > LENGTH_RATIO * min(lengths):
        yield f"{subject.name!r} serves {tuple(subject.purposes.values())}; repair: as long each"
    yield from _phrase_faults(subject)
    yield from _ahead_faults(subject)
    for word in (subject.name, *(subject.values if matter == "location" else ())):
        if re.search(r"[^aisu]s$", word):
            yield f"{word!r} is several; repair: one thing, of which {{o}} was can be said"
    if not re.search(rf"\bthe {re.escape(subject.name)}\b", subject.end):
        yield f"{subject.end!r} does not name the {subject.name}; repair: let it"


def _phrase_faults(subject: Subject) -> Iterator[str]:
    """What is wrong with the form of what is said of it."""
    for text in (subject.end, *_phrases(subject)):
        if not re.fullmatch(r"[a-z][a-zA-Z' -]*[a-zA-Z]", text):
            yield (
                f"{text!r} is no plain clause; repair: words only, without a comma, the first in "
                "small letters"
            )
        yield from words_of_mind(text)
    for text in subject.gains.values():
        if not text.startswith("would "):
            yield f"{text!r} does not say what somebody has of it; repair: begin with 'would'"


def _ahead_faults(subject: Subject) -> Iterator[str]:
    """What is wrong with what may be said of it ahead of a clause."""
    ways = {value.lstrip("+-~") for value in subject.values}
    kinds = (
        *((text, _AHEAD) for text in subject.moments.values()),
        *((t, _DUE) for t in subject.due),
    )
    for text, begins in kinds:
        if not text.startswith(begins):
            yield f"{text!r} cannot stand ahead of a clause; repair: begin with {begins[0]!r}"
        if any(ahead.ties for ahead, _ in split(f"{text}, Ana left the barn")):
            yield f"{text!r} can be taken for a tie; repair: reword it"
        for word in (subject.name, *ways):
            if re.search(rf"\b{re.escape(word)}\b", text):
                yield f"{text!r} names the {word}; repair: do not"
    if len({*subject.due}) < DUE:
        yield f"{subject.name!r} has {len(subject.due)} phrases that say what is due; repair: {DUE}"


def _phrases(subject: Subject) -> tuple[str, ...]:
    """What is said of one thing that people differ about, but for its end."""
    return (
        *subject.reasons.values(),
        *subject.moments.values(),
        *subject.due,
        *subject.gains.values(),
    )


_AHEAD = tuple(
    f"{word} "
    for word in (
        "with", "at", "after", "on", "seeing", "hearing", "reading", "finding", "smelling",
        "reminded", "because", "in", "for", "as", "since", "once", "now that",
    )
)  # fmt: skip
"""How a circumstance begins that can stand ahead of a clause."""
_DUE = ("with ", "ahead of ")
"""How that begins which is still due: for those who are away as well as for those who are there."""


def _length(text: str) -> int:
    """Words of a text, those with a hyphen counted as two."""
    return len(re.findall(r"[a-zA-Z']+", text))


def tie_faults() -> Iterator[str]:
    """What is wrong with the phrases that say what an act answers, one sentence per fault.

    Each is put ahead of a clause and taken off again; it must come back as what it is.
    """
    clause = "Ana left the barn"
    for kind, ways in bank("ties.yaml").items():
        for way in ways:
            tie = Tie(kind, "Ben" if "{x}" in way else None)
            found = list(split_tie(f"{say(tie, way)}, {clause}"))
            faults = list(words_of_mind(way))
            if len(found) != 1 or tie not in found[0][0] or found[0][1] != clause:
                faults.append(
                    f"{way!r} cannot be told from what follows it, or from another phrase; "
                    "repair: word it so that it is one phrase, with {x} for a name or without"
                )
            for fault in faults:
                yield f"ties.yaml, {kind}: {fault}"


def clause_faults(
    template: str, key: str, file: str, *, samples: int = 2, fresh: bool = False
) -> Iterator[str]:
    """What is wrong with one clause.

    Args:
        template: the clause.
        key: its act, as the bank calls it (``roll_for`` with an occasion, ``leave_far`` for good).
        file: the bank file that it stands in, or is meant for.
        samples: how often to fill it.
        fresh: whether it is new to the bank, so that only others' readings of it count.
    """
    slots = _slots(key, file)
    faults = list(lint(template, slots))
    yield from faults
    if faults:
        return
    rng = Random(f"{file}-{key}-{template}")
    for _ in range(samples):
        line, room = _sample(rng, key, file, slots)
        told = template.replace("{e}", rng.choice(sorted(errands())))
        text = fill(told, line, room)
        found = {
            x for x, matter in read_clause(text) if matter in ("", file) or file not in MATTERS
        }
        if fresh and pattern(template).fullmatch(text) is None:
            yield f"{text!r} cannot be read back; repair: set its slots apart by words"
        others = found - {line}
        if others or (not fresh and line not in found):
            acts = ", ".join(sorted({x.act.value for x in others})) or "nothing"
            yield (
                f"{text!r} reads as {acts}; repair: word the template {template!r} so that it "
                f"can only be {key}"
            )
            return


def accept(templates: Sequence[str], key: str, file: str) -> tuple[list[str], list[str]]:
    """Of new clauses those that pass the gate, and what is wrong with the others."""
    _slots(key, file)
    known = set(bank(f"clauses/{file}.yaml")[key])
    good: list[str] = []
    bad: list[str] = []
    for template in templates:
        faults = list(clause_faults(template, key, file, samples=3, fresh=True))
        if template in known or template in good:
            faults = [f"{template!r} is in the bank already; repair: drop it"]
        if faults:
            bad += faults
        else:
            good.append(template)
    return good, bad


def _slots(key: str, file: str) -> tuple[str, ...]:
    """The slots of an act: those of the bank's first clause for it.

    Raises:
        InputError: the bank has no such file or act.
    """
    if file not in FILES:
        raise InputError(f"no clause file {file!r}; repair: one of {', '.join(FILES)}")
    templates = bank(f"clauses/{file}.yaml").get(key)
    if not templates or key not in ACTS:
        raise InputError(f"{file}.yaml has no act {key!r}; repair: one that it has")
    found = [name for _, name, _, _ in Formatter().parse(templates[0]) if name]
    return tuple(dict.fromkeys(found))


_EXTRAS = {
    **dict.fromkeys(("stance", "stance_why", "remark", "remarks"), "status"),
    **dict.fromkeys(("deed", "failed", "quest", "polite", "free"), "contents"),
}
"""What the acts of ``extras.yaml`` are about."""


def _sample(rng: Random, key: str, file: str, slots: Sequence[str]) -> tuple[Line, str]:
    """A line of that act with words of the bank, and a room."""
    where = domain(rng.choice(domain_names()))
    people = rng.sample(names(), 3)
    matter = file if file in MATTERS else _EXTRAS.get(key, "location")
    subject = rng.choice(where.occasions).subjects[matter]
    act = ACTS[key]
    ways = [v for v in subject.values if "w" not in slots or speaks_for(act, subject.name, v)]
    thing, value = subject.name, rng.choice(ways)
    group: tuple[str, ...] = ()
    if "people" in slots:
        group = tuple(people[: rng.randint(2 if act is Act.ROLL else 1, 3)])
    one = key == "roll_one"
    line = Line(
        act,
        people[0] if "a" in slots and not one else None,
        people[1] if "b" in slots else None,
        thing=thing if {"o", "n"} & set(slots) else None,
        value=value if "c" in slots else None,
        people=(people[0],) if one else group,
        noise=rng.choice(tuple(occasions(where.name))) if "p" in slots else None,
    )
    return line, rng.choice(where.rooms)
