"""The gates of HARDBENCH section 12 that a file of items can show: g1 to g7.

The limits there speak of four options, where chance is .25; here they are widths around the mean
of 1/options, so that sets of other sizes can be held against them too. A value inside its limits
passes. One outside fails if its 95 % interval lies outside as well, or if it stands on 400 items or
more; else it is unclear: too few items to say. g6 is a bound on every reader that is not shown the
story, exact where blocks are whole; g8 to g12 need the engine, a model or people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from social_r1.audit.blind import BlindBound
from social_r1.audit.tables import REALITY
from social_r1.audit.types import Figure, Gate, Limits, Verdict

BLIND = ("option_only", "option_question")
"""Probes of g1."""

STORY = ("bag_of_words", "bigrams")
"""Probes of g2."""

NEEDS_TRAIN = "needs a training file (--train): in-template figures say nothing about this gate"


def gates(
    figures: Sequence[Figure],
    transfer: Sequence[Figure],
    biases: Mapping[str, Mapping[str, Any]],
    limits: Limits,
    blind: Mapping[str, BlindBound] | None = None,
) -> tuple[Gate, ...]:
    """Every gate on every part it is held against.

    Args:
        figures: all answerers on all parts.
        transfer: probes that learned the training file; empty without one.
        biases: dimension to its ``position`` and ``mention`` tables (`bias.bias`).
        limits: widths of the bands.
        blind: dimension to what can be had without the story (`blind.blind_bounds`).
    """
    by_dimension = [f for f in figures if f.by == "dimension"]
    found: list[Gate] = []
    for gate, names in (("g1", BLIND), ("g2", STORY)):
        chosen = [f for f in by_dimension if f.name in names]
        found += [_upper(gate, f, limits.band, limits) for f in chosen]
        if not chosen:
            found.append(_missing(gate, "probes", "needs the probes (--probes)"))
    found += [_around("g3", f, limits.band, limits) for f in by_dimension if f.kind == "text"]
    log = [f for f in by_dimension if f.kind == "log"]
    found += [_around("g4", f, limits.band, limits) for f in log]
    cells = [f for f in figures if f.kind == "log" and f.by == "cell"]
    found += [_around("g4", f, limits.cell, limits) for f in cells]
    if not log:
        found.append(_missing("g4", "log-level solvers", "the items carry no meta.solvers"))
    found += _windows(transfer, limits)
    found += _blind(blind or {}, limits)
    found += _balance(figures, biases, limits)
    return tuple(found)


def verdict(
    value: float, low: float, high: float, interval: Sequence[float], enough: bool
) -> Verdict:
    """Inside passes; outside fails where the interval is outside too or the items are enough.

    >>> verdict(0.31, 0.20, 0.30, (0.25, 0.37), False), verdict(0.31, 0.2, 0.3, (0.25, 0.37), True)
    ('unclear', 'fail')
    """
    if low - 1e-9 <= value <= high + 1e-9:
        return "pass"
    outside = interval[0] > high or interval[1] < low
    return "fail" if outside or enough else "unclear"


def worst(found: Iterable[Gate]) -> list[Gate]:
    """Of each gate the check that is farthest from passing, failures first."""
    rank = {"fail": 0, "unclear": 1, "pass": 2, "not shown": 3}
    best: dict[str, Gate] = {}
    for gate in found:
        other = best.get(gate.gate)
        if other is None or (rank[gate.verdict], -_excess(gate)) < (
            rank[other.verdict],
            -_excess(other),
        ):
            best[gate.gate] = gate
    return [best[name] for name in sorted(best)]


def counts(found: Iterable[Gate]) -> dict[str, dict[str, int]]:
    """Gate to verdict to number of checks."""
    table: dict[str, dict[str, int]] = {}
    for gate in found:
        row = table.setdefault(gate.gate, {"pass": 0, "fail": 0, "unclear": 0, "not shown": 0})
        row[gate.verdict] += 1
    return dict(sorted(table.items()))


def _windows(transfer: Sequence[Figure], limits: Limits) -> list[Gate]:
    """g5: what the lines around the people asked about give away on structures never seen."""
    near = [f for f in transfer if f.name == "window_1"]
    if not near:
        return [_missing("g5", "window_1", NEEDS_TRAIN)]
    whole = [_upper("g5", f, limits.cell, limits) for f in near if f.by == "dimension"]
    return whole + [
        _upper("g5", f, limits.band, limits)._replace(part=f"{f.part}, depth 2 or more")
        for f in near
        if f.by == "deep"
    ]


def _blind(bounds: Mapping[str, BlindBound], limits: Limits) -> list[Gate]:
    """g6: any reader without the story; a bound by counting has no interval."""
    if not bounds:
        return [
            _missing("g6", "no story, shuffled story", "needs whole blocks or a language model")
        ]
    top = 0.25 + limits.band
    return [
        _gate(
            "g6", "any reader, no story", part, b.share, (b.share, b.share), b.n, (0.0, top), limits
        )
        for part, b in bounds.items()
    ]


def _balance(
    figures: Sequence[Figure], biases: Mapping[str, Mapping[str, Any]], limits: Limits
) -> list[Gate]:
    """g7: letter of the gold, its place among the mentions, reality given an operator."""
    found: list[Gate] = []
    for dimension, tables in biases.items():
        for label, key in (("right letter", "position"), ("right option", "mention")):
            for name, share in tables[key].items():
                found.append(
                    _gate(
                        "g7", f"{label} {name}", dimension, share["share"],
                        (share["low"], share["high"]), int(share["n"]),
                        (share["chance"] - limits.share, share["chance"] + limits.share), limits,
                    )
                )  # fmt: skip
    for figure in figures:
        if figure.name == REALITY and figure.by == "operator" and ":" not in figure.part:
            gate = _around("g7", figure, limits.share, limits)
            found.append(gate._replace(what="reality", part=f"operator {figure.part}"))
    return found


def _upper(gate: str, figure: Figure, width: float, limits: Limits) -> Gate:
    return _of(gate, figure, (0.0, figure.chance + width), limits)


def _around(gate: str, figure: Figure, width: float, limits: Limits) -> Gate:
    return _of(gate, figure, (figure.chance - width, figure.chance + width), limits)


def _of(gate: str, f: Figure, bounds: tuple[float, float], limits: Limits) -> Gate:
    return _gate(gate, f.name, f.part, f.value, (f.low, f.high), f.n, bounds, limits)


def _gate(
    gate: str,
    what: str,
    part: str,
    value: float,
    interval: tuple[float, float],
    n: int,
    bounds: tuple[float, float],
    limits: Limits,
) -> Gate:
    low, high = max(0.0, bounds[0]), min(1.0, bounds[1])
    said = verdict(value, low, high, interval, n >= limits.enough)
    return Gate(gate, what, part, low, high, value, interval, n, said)


def _missing(gate: str, what: str, why: str) -> Gate:
    return Gate(gate, what, "all", 0.0, 1.0, None, None, 0, "not shown", why)


def _excess(gate: Gate) -> float:
    if gate.value is None:
        return -1.0
    return max(gate.value - gate.high, gate.low - gate.value)
