"""The table of an evaluation: every score beside what shortcuts get on the same figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from social_r1.cli.console import note, print_table

if TYPE_CHECKING:
    from social_r1.evaluation.types import Summary
    from social_r1.stats import Interval


def show(model: str, summaries: Sequence[Summary]) -> None:
    """Print the sets, the means over them, and what a reader should know."""
    columns = ["set", "items", "figure", "score [95 %]", "accuracy"]
    sampled = any(one.sampled for one in summaries)
    columns += ["sampled [95 %]"] * sampled
    columns += ["chance", "letter", "longest", "unread", "form", "length"]
    print_table(model, columns, [_row(one, sampled) for one in summaries])
    _means(summaries)
    _notes(summaries)


def _means(summaries: Sequence[Summary]) -> None:
    """The paper's Overall, or over how many of its sets a mean is, and the mean of all figures."""
    if len(summaries) < 2:
        return
    from social_r1.evaluation.comparison.overall import overall

    for protocol in ("social-r1", "native"):
        some = [one for one in summaries if one.protocol == protocol]
        if not some:
            continue
        found = overall(some, protocol=protocol)
        parts = [found.text] if found.mean else []
        if found.macro:
            parts.append(f"macro over {len(found.macro_sets)} sets: {span(found.macro)}")
        note(f"{protocol}: {'; '.join(parts)}")


def _row(summary: Summary, sampled: bool) -> tuple[object, ...]:
    name, interval = next(iter(summary.metrics.items()), ("", None))
    shortcuts = {rule: figures.get(name) for rule, figures in summary.shortcuts.items()}
    letters = {rule: value for rule, value in shortcuts.items() if rule.startswith("letter ")}
    best = max(letters, key=lambda rule: letters[rule] or 0.0, default=None)
    accuracy = summary.metrics.get("accuracy") or summary.greedy
    return (
        summary.name,
        summary.n,
        name,
        span(interval),
        None if accuracy is None else share(accuracy.value),
        *([span(summary.sampled)] if sampled else []),
        share(shortcuts.get("random")),
        None if best is None else f"{best[-1]} {share(letters[best])}",
        share(shortcuts.get("longest")),
        share(summary.unread),
        share(summary.well_formed),
        round(summary.length),
    )


def _notes(summaries: Sequence[Summary]) -> None:
    from social_r1.evaluation.benchmarks import BENCHMARKS, benchmark

    told: set[str] = set()
    for one in summaries:
        base = one.name.removesuffix(".native")
        if base not in BENCHMARKS:
            continue
        found = benchmark(base)
        if base not in told:
            told.add(base)
            note(f"{base}: {found.caveat}")
        if one.protocol == "native" and found.native is not None:
            for defect in found.native.defects:
                note(f"{one.name}: the authors' rule, followed as it is: {defect}")
    for one in summaries:
        if one.failures:
            reasons = ", ".join(f"{reason} {count}" for reason, count in one.failures.items())
            note(f"{one.name}: not read as asked: {reasons}")
        if one.faults:
            note(f"{one.name}: {one.faults} items have a known fault of the data; they count")
    read = sum(one.input_tokens or 0 for one in summaries)
    written = sum(one.output_tokens or 0 for one in summaries)
    cost = sum(one.cost or 0.0 for one in summaries)
    if read:  # scripts read nothing
        price = f", cost {cost:.4g}" if cost else ""
        note(f"{read:,} tokens read, {written:,} written{price}")


def span(interval: Interval | None) -> str | None:
    """A value with its interval."""
    if interval is None:
        return None
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def share(value: float | None) -> str | None:
    """Three digits."""
    return None if value is None else f"{value:.3f}"
