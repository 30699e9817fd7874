"""One audit from items to findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from statistics import fmean
from typing import Any

from social_r1.audit.aflite import aflite
from social_r1.audit.bias import bias, mentions, positions
from social_r1.audit.blind import blind_bounds
from social_r1.audit.diversity import diversity
from social_r1.audit.gates import counts, gates
from social_r1.audit.hardness import length_correlations
from social_r1.audit.heuristics import Reading, heuristic_answers, read
from social_r1.audit.operators import inert_share, role_shares
from social_r1.audit.overlap import overlap
from social_r1.audit.probes import (
    PROBES,
    cross_validated,
    need_sklearn,
    one_fold,
    transferred,
    within_dimensions,
)
from social_r1.audit.tables import figures, log_answers
from social_r1.audit.template_gap import template_gaps
from social_r1.audit.text import Masker
from social_r1.audit.traps import traps
from social_r1.audit.types import Answers, Audit, Figure, Settings
from social_r1.audit.wordings import trace_wordings
from social_r1.audit.worlds import Staged, audited_answers, stage_all
from social_r1.errors import InputError, MissingExtraError
from social_r1.items import SocialItem

SCHEMA_VERSION = 1

Report = Callable[[str], None]
"""Told what is being done."""


def audit(
    items: Sequence[SocialItem],
    *,
    title: str = "items",
    train: Sequence[SocialItem] = (),
    settings: Settings = Settings(),  # noqa: B008 (immutable)
    report: Report = lambda _: None,
) -> Audit:
    """Audit a set.

    Args:
        items: the set.
        title: what to call it.
        train: items that a model may learn from; probes learn them too and are tested on the set,
            and what the two share is told.
        settings: what to do.
        report: told what is being done.

    Raises:
        InputError: no items; AFLite on items of one group.
        MissingExtraError: probes are wanted and scikit-learn is not installed.
    """
    if not items:
        raise InputError("nothing to audit: no items; repair: give a file with some")
    if settings.probes or settings.aflite:
        need_sklearn()
    report("Reading the words")
    masker = Masker([*train, *items])
    readings = [read(item) for item in items]
    report("Heuristics and solvers")
    staged = stage_all(items)
    answers = [*heuristic_answers(readings), *log_answers(items), *audited_answers(staged)]
    notes = _remarks(items, settings)
    if settings.probes and not one_fold(items):
        answers += _probed(readings, masker, settings, report)
    found = figures(items, answers)
    learned = [read(item) for item in train] if settings.probes else []
    away = _moved(learned, readings, masker, report) if learned else []
    moved = figures(items, away)
    inside = _in_template(learned, masker, settings, report) if learned else []
    report("Bias, diversity, overlap")
    by_dimension = _by_dimension(readings)
    worded = _traces(staged, masker, settings, notes)
    whole = Audit(
        title=title,
        n=len(items),
        groups=len({item.group for item in items}),
        chance=fmean(1 / len(item.options) for item in items),
        dimensions=dict(Counter(item.dimension for item in items).most_common()),
        figures=tuple(found),
        transfer=tuple(moved),
        bias=bias(readings),
        diversity=diversity(items, masker, seed=settings.seed),
        overlap=tuple(_overlaps(items, train, masker)),
        aflite=_filtered(readings, masker, settings, report) if settings.aflite else None,
        gates=gates(found, moved, by_dimension, settings.limits, blind_bounds(items, masker)),
        operators=tuple(role_shares(readings)),
        inert=inert_share(readings),
        template_gap=tuple(template_gaps(inside, moved)),
        hardness=length_correlations(readings, away),
        traces=worded,
        notes=tuple(notes),
    )
    return replace(whole, traps=traps(whole, items, settings.limits))


def audit_json(found: Audit) -> dict[str, Any]:
    """The audit as one JSON object; figures are grouped by answerer, cut and part."""
    return {
        "schema_version": SCHEMA_VERSION,
        "title": found.title,
        "items": found.n,
        "groups": found.groups,
        "chance": found.chance,
        "dimensions": found.dimensions,
        "figures": _nested(found.figures),
        "transfer": _nested(found.transfer),
        "probes": {name: probe.says for name, probe in PROBES.items()},
        "bias": found.bias,
        "diversity": found.diversity,
        "overlap": list(found.overlap),
        "aflite": found.aflite,
        "gates": {
            "counts": counts(found.gates),
            "checks": [gate._asdict() for gate in found.gates],
        },
        "operators": [
            {**r._asdict(), "share": r.share._asdict(), "shift": r.shift} for r in found.operators
        ],
        "inert": found.inert,
        "template_gap": [{**g._asdict(), "gap": g.gap} for g in found.template_gap],
        "hardness": {name: r._asdict() for name, r in found.hardness.items()},
        "traces": found.traces,
        "traps": [trap._asdict() for trap in found.traps],
        "notes": list(found.notes),
    }


def _probed(
    readings: Sequence[Reading], masker: Masker, settings: Settings, report: Report
) -> list[Answers]:
    several = len({reading.item.dimension for reading in readings}) > 1
    answers: list[Answers] = []
    for name, probe in PROBES.items():
        report(f"Probe {name}: {probe.says}")
        repeats = 1 if probe.story else settings.repeats
        how = {"folds": settings.folds, "repeats": repeats, "seed": settings.seed}
        answers.append(cross_validated(readings, masker, name, **how))
        if several and not probe.story:
            answers.append(within_dimensions(readings, masker, name, **how))
    return answers


def _moved(
    learned: Sequence[Reading], readings: Sequence[Reading], masker: Masker, report: Report
) -> list[Answers]:
    """Probes that learned the training items, on the set."""
    answers: list[Answers] = []
    for name in PROBES:
        report(f"Probe {name}, learned from the training file")
        answers.append(transferred(learned, readings, masker, name))
    return answers


def _in_template(
    learned: Sequence[Reading], masker: Masker, settings: Settings, report: Report
) -> list[Figure]:
    """Probes on blocks of the training file that they did not learn."""
    items = [reading.item for reading in learned]
    if one_fold(items):
        return []
    report("Probes within the training file")
    how = {"folds": settings.folds, "repeats": 1, "seed": settings.seed}
    return figures(items, [cross_validated(learned, masker, name, **how) for name in PROBES])


def _traces(
    staged: Sequence[Staged | None], masker: Masker, settings: Settings, notes: list[str]
) -> dict[str, Any] | None:
    """How varied the gold traces are; what is missing is noted."""
    try:
        told = [found for found in staged if found is not None]
        return trace_wordings(told, masker, seed=settings.seed)
    except MissingExtraError as error:
        notes.append(f"traces were not compared: {error}")
        return None


def _by_dimension(readings: Sequence[Reading]) -> dict[str, dict[str, Any]]:
    parts: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        parts[reading.item.dimension].append(reading)
    return {
        name: {"position": positions(part), "mention": mentions(part)}
        for name, part in sorted(parts.items())
    }


def _overlaps(
    items: Sequence[SocialItem], train: Sequence[SocialItem], masker: Masker
) -> list[dict[str, Any]]:
    """Between every two splits of the set, and between the training file and the set."""
    splits: dict[str, list[SocialItem]] = defaultdict(list)
    for item in items:
        splits[item.split].append(item)
    pairs = [(a, splits[a], b, splits[b]) for a, b in combinations(splits, 2)]
    if train:
        pairs.append(("training file", list(train), "this set", list(items)))
    return [
        {"left": a, "right": b, **overlap(ours, theirs, masker)} for a, ours, b, theirs in pairs
    ]


def _filtered(
    readings: Sequence[Reading], masker: Masker, settings: Settings, report: Report
) -> dict[str, Any] | None:
    report("AFLite")
    assert settings.aflite is not None
    return aflite(readings, masker, settings.aflite, settings.seed)


def _remarks(items: Sequence[SocialItem], settings: Settings) -> list[str]:
    notes: list[str] = []
    if not settings.probes:
        notes.append("probes were not run")
    elif one_fold(items):
        notes.append("probes were not run: all items share one group or story")
    if not any(item.meta.get("solvers") for item in items):
        notes.append("no log-level solvers: the items carry no meta.solvers")
    if not any(item.meta.get("script") for item in items):
        notes.append(
            "names are guessed from capitals, and things and places are not masked: the items "
            "carry no meta.script"
        )
    return notes


def _nested(found: Sequence[Figure]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for figure in found:
        entry = table.setdefault(figure.name, {"kind": figure.kind, "by": {}})
        row = {
            key: round(value, 6) if isinstance(value, float) else value
            for key in ("value", "low", "high", "n", "chance", "first")
            if (value := getattr(figure, key)) is not None
        }
        entry["by"].setdefault(figure.by, {})[figure.part] = row
    return table
