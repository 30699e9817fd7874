"""Did reward model and truth part? What the Goodhart watch logged, as figures (ours; DESIGN 4).

`social_r1.training.goodhart` and `alarm` say what each ``watch/...`` metric is and when there is an
alarm; nothing is judged again here. Score and truth are drawn on the watch's common scale: the mean
of the first W watched steps is 0, the standard deviation of their thoughts is 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from social_r1.analysis.learning import curve, curve_of
from social_r1.analysis.types import Curve, JsonObject, PartGain, Run, Span, Watch

PARTS = ("outcome", "structure", "content", "format")
ZERO = ("right", "wrong", "mixed")

Row = dict[str, float | None]


def watch(run: Run) -> Watch | None:
    """What the watch says of a run; None where the run has none."""
    rows = [row for row in run.metrics if "watch/groups" in row]
    if not rows:
        return None
    last = rows[-1]
    return Watch(
        watched=tuple(row["step"] or 0.0 for row in rows),
        window=int(last.get("watch/window") or 0),
        score=_scaled(rows, "score"),
        truth=_scaled(rows, "truth"),
        truth_raw=curve(run, "watch/truth"),
        rise=_pair(last, "watch/rise"),
        rank=curve(run, "watch/spearman_within"),
        length=curve(run, "watch/length"),
        zero={name: found for name in ZERO if (found := curve(run, f"watch/zero/{name}"))},
        gain=last.get("watch/gain/total"),
        gains=_gains(last),
        alarms=dict(run.alarms),
    )


def _scaled(rows: Sequence[Row], name: str) -> Curve | None:
    """A curve on the common scale; None where it was not measured, or nothing to compare it with.

    The scale is the last row's, which has seen the whole first window.
    """
    mean, spread = rows[-1].get(f"watch/base/{name}"), rows[-1].get(f"watch/base/{name}_sd")
    if mean is None or not spread:
        return None
    points = [(row["step"], row.get(f"watch/{name}")) for row in rows]
    known = [(s, (v - mean) / spread) for s, v in points if s is not None and v is not None]
    return curve_of(f"watch/{name}", known)


def _pair(row: Row, key: str) -> tuple[float, float] | None:
    score, truth = row.get(f"{key}/score"), row.get(f"{key}/truth")
    return None if score is None or truth is None else (score, truth)


def _gains(row: Row) -> tuple[PartGain, ...]:
    """What each part of the reward gained, and the weights alone; a part that gained nothing goes.

    Empty where the run was too short for two windows.
    """
    found = [
        PartGain(name, gain, row.get(f"watch/share/{name}"))
        for name in (*PARTS, "weights")
        if (gain := row.get(f"watch/gain/{name}")) is not None
    ]
    return tuple(part for part in found if part.gain or part.name in PARTS[:3])


def spans(found: Watch) -> list[Span]:
    """Watched steps in a row in which the same rules held, and what the last of them said."""
    made: list[Span] = []
    before: tuple[str, ...] = ()
    for step in found.watched:
        said = found.alarms.get(step, ())
        rules = tuple(reason.partition(":")[0] for reason in said)
        if rules and rules == before:
            made[-1] = made[-1]._replace(last=step, said=said)
        elif rules:
            made.append(Span(step, step, said))
        before = rules
    return made


def as_json(found: Watch | None, says: str) -> JsonObject:
    """The block ``goodhart`` of report.json."""
    if found is None:
        return {"watched": 0, "says": says}
    return {
        "watched": len(found.watched),
        "window": found.window,
        "says": says,
        "rise": dict(zip(("score", "truth"), found.rise, strict=True)) if found.rise else None,
        "alarms": {
            "steps": len(found.alarms),
            "first": min(found.alarms, default=None),
            "last": max(found.alarms, default=None),
            "by_step": {f"{step:g}": list(said) for step, said in sorted(found.alarms.items())},
        },
        "gain": {
            "total": found.gain,
            "parts": {p.name: {"gain": p.gain, "share": p.share} for p in found.gains},
        },
        "truth": _ends(found.truth_raw),
        "rank_within_groups": _ends(found.rank),
        "thought_length": _ends(found.length),
        "zero_signal": {name: _ends(one) for name, one in found.zero.items()},
    }


def _ends(found: Curve | None) -> JsonObject | None:
    return {"first": found.first, "last": found.last} if found else None
