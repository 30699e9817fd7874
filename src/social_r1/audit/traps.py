"""The table of traps (HARDBENCH 18): each with what was measured, beside its limit.

Of several checks of one measure (dimensions, operators, probes) the table shows the one that is
farthest from passing. Where the table of section 18 has no number, the value is told without a
verdict. What an audit of questions cannot measure is told with the command that does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import inf

from social_r1.audit.gates import verdict
from social_r1.audit.hardness import BARE_LEVEL, LEVEL
from social_r1.audit.tables import REALITY
from social_r1.audit.text import agents
from social_r1.audit.types import Audit, Figure, Limits, Trap, Verdict
from social_r1.items import SocialItem

_CHANCE = 0.25
_ANY = (-inf, inf)
"""The limits of what has none."""


ELSEWHERE = (
    ("wrong labels", "two oracles", "social-r1 hard check FILE"),
    ("engine bug shared by both oracles", "properties, cases solved by hand", "tests/hardbench"),
    ("contested conventions", "an answer that rests on one", "social-r1 hard check FILE"),
    ("elimination across block mates", "one item of a block in core tests", "hard release"),
    ("reward model learns style", "story-blind accuracy on pairs", "social-r1 pairs audit FILE"),
    ("event soup without motives", "people find that it makes sense", "social-r1 annotate"),
    ("hard because ambiguous", "agreement of people by level", "social-r1 annotate"),
)
"""Traps that questions alone do not show: trap, measure, and where it is taken."""


def traps(found: Audit, items: Sequence[SocialItem], limits: Limits) -> tuple[Trap, ...]:
    """Every trap; empty where items carry no script, as the table is about sets of ours.

    Args:
        found: the rest of the audit.
        items: the set.
        limits: from how many items on a value outside of its limits fails.
    """
    if not any(item.meta.get("script") for item in items):
        return ()
    return (
        *_shortcuts(found, limits),
        *_operators(found, limits),
        *_shapes(items),
        *_words(found),
        *_options(found, limits),
        *_traces(found),
        *_hardness(found),
        *(Trap(*row[:2], None, None, None, None, 0, "not shown", row[2]) for row in ELSEWHERE),
    )


def _shortcuts(found: Audit, limits: Limits) -> list[Trap]:
    band = (_CHANCE - limits.band, _CHANCE + limits.band)
    by_dimension = [f for f in found.figures if f.by == "dimension"]
    rules = [f for f in by_dimension if f.kind != "probe"]
    windows = [f for f in found.transfer if f.name == "window_1"]
    rule, near = "one positional rule solves everything", "a name window gets everything"
    over = "overcorrection: never what is so, never the last"
    truth = [f for f in found.figures if f.by == "all" and f.name == REALITY]
    gap = [
        _trap("template memorisation", f"{g.probe}, in-template less held-out", (-inf, 0.10),
              g.gap, (g.low, g.high), g.n, limits, "of linear probes, not of a language model")
        for g in found.template_gap
    ]  # fmt: skip
    return [
        *_farthest(_of(rule, f, band, limits) for f in by_dimension if f.name == "first_leaver"),
        *_farthest(
            _of(near, f, (-inf, _CHANCE + limits.cell), limits)
            for f in windows if f.by == "dimension"
        ),
        *_farthest(
            _of(near, f, (-inf, band[1]), limits, "depth 2 or more")
            for f in windows if f.by == "deep"
        ),
        *_farthest(gap),
        *_farthest(_of(over, f, (band[0], inf), limits) for f in rules),
        *(_of(over, f, (_CHANCE - limits.share, _CHANCE + limits.share), limits) for f in truth),
    ]  # fmt: skip


def _operators(found: Audit, limits: Limits) -> list[Trap]:
    trap = "operator word as a label"
    band = (_CHANCE - limits.band, _CHANCE + limits.band)
    shifts = [
        _trap(trap, f"P({r.role}), given {r.operator}, less P({r.role})",
              (-limits.band, limits.band), r.shift,
              (r.share.low - r.base, r.share.high - r.base), r.share.n, limits)
        for r in found.operators
    ]  # fmt: skip
    so = [
        _trap(trap, f"P(what is so), given {r.operator}", band, r.share.value,
              (r.share.low, r.share.high), r.share.n, limits)
        for r in found.operators if r.role == REALITY
    ]  # fmt: skip
    rows = [*_farthest(shifts), *_farthest(so)]
    if found.inert is not None:
        share, uses = found.inert
        rows.append(_trap(trap, "uses that change nothing (INV)", (0.40, inf), share, None, uses))
    return rows


def _shapes(items: Sequence[SocialItem]) -> list[Trap]:
    trap = "four parallel characters in every story"
    n = len(items)
    designs = Counter(str(i.meta["design"]) for i in items if "design" in i.meta)
    skeletons = Counter(str(i.meta["signature"]) for i in items if "signature" in i.meta)
    people = [len(agents(item)) for item in items]
    deep = [item.meta["depth"] >= 2 for item in items if isinstance(item.meta.get("depth"), int)]
    rows = [
        _trap(trap, "blocks that exchange all parts (perm)", (-inf, 0.35), designs["perm"] / n,
              None, n),
        _trap(trap, "designs", (5, inf), len(designs), None, n),
        _trap(trap, "fewest people in a story", (2, inf), min(people), None, n),
        _trap(trap, "most people in a story", (-inf, 6), max(people), None, n),
    ]  # fmt: skip
    if skeletons:
        most = max(skeletons.values()) / n
        rows.append(_trap(trap, "largest share of one structure", (-inf, 0.01), most, None, n))
    if deep:
        near = "a name window gets everything"
        rows.append(
            _trap(near, "items of depth 2 or more", (0.60, inf), sum(deep) / n, None, len(deep))
        )
    return rows


def _words(found: Audit) -> list[Trap]:
    told, poverty, home = found.diversity, "vocabulary poverty", "one walk of life"
    n = told["tokens"]
    rows = [
        _trap(poverty, f"word types at {n} words", (2800, inf), told["word_types"], None, n),
        _trap(poverty, "distinct pairs of words", (0.50, inf), told["distinct_2"], None, n),
        _trap(poverty, "largest share of a masked sentence", (-inf, 0.01), told["max_share"],
              None, told["sentences"]),
        _trap(poverty, "evenness of masked sentences", (0.90, inf), told["evenness"], None,
              told["sentences"]),
    ]  # fmt: skip
    if told["domains"]:
        rows += [
            _trap(home, "walks of life", (12, inf), len(told["domains"]), None, found.n,
                  note="of this file; a release holds one back for ood"),
            _trap(home, "largest share of one", (-inf, 0.12), told["max_domain"], None, found.n),
        ]  # fmt: skip
    twins = "near duplicates across splits"
    for row in found.overlap:
        where = f"{row['left']} / {row['right']}"
        rows.append(_trap(twins, f"pairs, {where}", (-inf, 0), row["near_pairs"], None, 0))
        if row["signatures"] is not None:
            rows.append(
                _trap(twins, f"structures in both, {where}", (-inf, 0), row["signatures"], None, 0)
            )
    return rows


def _options(found: Audit, limits: Limits) -> list[Trap]:
    trap = "option leakage by style or length"
    blind = [f for f in found.figures if f.by == "dimension" and f.name == "option_only"]
    over = found.bias["length"]["over_limit"]
    return [
        *_farthest(_of(trap, f, (-inf, _CHANCE + limits.band), limits) for f in blind),
        _trap(trap, "longest option over 1.25 of the shortest", (-inf, 0), over, None, found.n),
    ]


def _traces(found: Audit) -> list[Trap]:
    trap, told = "traces that are always right in the same words", found.traces
    if told is None:
        return []
    n, sample = told["traces"], told["sample"]
    counted = {k: v for k, v in told["renderers"].items() if v is not None}
    stage = min(counted, key=counted.__getitem__, default=None)
    rows = [
        _trap(trap, f"renderers ({stage})", (20, inf), counted[stage], None, n)
    ] if stage else []  # fmt: skip
    masked = "self-BLEU, names and things masked"
    return [
        *rows,
        _trap(trap, "self-BLEU", (-inf, 0.5), told["self_bleu"], None, sample),
        _trap(trap, masked, _ANY, told["self_bleu_masked"], None, sample),
        _trap(trap, "type entropy, masked", _ANY, told["type_entropy"], None, n),
    ]


def _hardness(found: Audit) -> list[Trap]:
    """The levels, and of the answerers the one that goes with length most, either way."""
    rows = {
        name: _trap("hardness by length only", f"r({name}, words), depth and order given", _ANY,
                    r.value, (r.low, r.high), r.n)
        for name, r in found.hardness.items()
    }  # fmt: skip
    levels = [rows.pop(name) for name in (LEVEL, BARE_LEVEL) if name in rows]
    return levels + sorted(rows.values(), key=lambda row: -abs(row.value or 0.0))[:1]


def _farthest(rows: Iterable[Trap]) -> list[Trap]:
    """The one that is farthest from passing, failures first; none of none."""
    rank = {"fail": 0, "unclear": 1, "pass": 2}
    found = sorted(rows, key=lambda row: (rank[row.verdict], -_excess(row)))
    passed = sum(row.verdict == "pass" for row in found)
    told = f"{passed} of {len(found)} pass"
    return [r._replace(note=f"{told}; {r.note}" if r.note else told) for r in found[:1]]


def _excess(row: Trap) -> float:
    value = row.value or 0.0
    above = -inf if row.high is None else value - row.high
    below = -inf if row.low is None else row.low - value
    return max(above, below)


def _of(trap: str, f: Figure, bounds: tuple[float, float], limits: Limits, more: str = "") -> Trap:
    where = f"{f.part}, {more}" if more else f.part
    return _trap(trap, f"{f.name} on {where}", bounds, f.value, (f.low, f.high), f.n, limits)


def _trap(
    trap: str,
    measure: str,
    bounds: tuple[float, float],
    value: float | None,
    interval: tuple[float, float] | None,
    n: int,
    limits: Limits | None = None,
    note: str = "",
) -> Trap:
    low, high = bounds
    said: Verdict
    if value is None:
        said = "not shown"
    elif bounds == _ANY:
        said = "no limit"
    elif interval is None or limits is None:
        said = "pass" if low <= value <= high else "fail"
    else:
        said = verdict(value, low, high, interval, n >= limits.enough)
    ends = (None if low == -inf else low, None if high == inf else high)
    return Trap(trap, measure, *ends, value, interval, n, said, note)
