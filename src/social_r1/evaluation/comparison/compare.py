"""Two models on the same items: what was gained and what was lost, set by set.

    found = compare("outputs/base", "outputs/trained")
    found.sets[0].whole.difference      # Interval of the difference of the scores

Everything is paired by item. Intervals come from a bootstrap that draws whole groups. Two p-values
stand side by side: McNemar's exact test of items right or wrong, and a test that turns the sign of
whole groups (`significance.sign_flip`), which also holds for scores in parts and for items that
share a story. Losses are flagged by the second; among the abilities of a set it is Holm-corrected.

Where we depart from the textbook: the difference of a set's own metric (joint scores, macro means)
has Newcombe's unpaired interval, since rows do not hold all that such a metric looks at. It is too
wide where both models find the same items hard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from social_r1.errors import InputError
from social_r1.evaluation.comparison.changes import (
    Change,
    Comparison,
    MetricChange,
    SetComparison,
    flags_of,
)
from social_r1.evaluation.comparison.folders import EvalFolder, SetFiles, distinct, read_folder
from social_r1.evaluation.comparison.matching import Pair, match, settings_notes
from social_r1.evaluation.comparison.overall import Overall, overall
from social_r1.evaluation.comparison.significance import holm, sign_flip, unpaired
from social_r1.evaluation.types import ItemRow, ProtocolName, Summary
from social_r1.stats import mcnemar, paired_bootstrap

N_BOOT = 2000


def compare(
    before: str | Path | EvalFolder,
    after: str | Path | EvalFolder,
    *,
    seed: int = 0,
    n_boot: int = N_BOOT,
) -> Comparison:
    """Compare two evaluation folders.

    Args:
        before: the model to compare with.
        after: the model that should be better.
        seed: of the bootstrap and the sign test.
        n_boot: rounds of the bootstrap.

    Raises:
        InputError: a folder that cannot be read, or no set that can be compared; each with reason.
    """
    one, two = distinct(
        [part if isinstance(part, EvalFolder) else read_folder(part) for part in (before, after)]
    )
    common = [name for name in one.sets if name in two.sets]
    sets: list[SetComparison] = []
    refused: dict[str, str] = {}
    for name in common:
        try:
            sets.append(compare_sets(one.sets[name], two.sets[name], seed=seed, n_boot=n_boot))
        except InputError as error:
            refused[name] = str(error)
    if not sets:
        reasons = "; ".join(refused.values()) or (
            f"{one.path} has {', '.join(one.sets)} and {two.path} has {', '.join(two.sets)}; "
            "repair: evaluate both on the same sets"
        )
        raise InputError(f"nothing to compare: {reasons}")
    return Comparison(
        before=one.label,
        after=two.label,
        sets=tuple(sets),
        refused=refused,
        only_before=tuple(name for name in one.sets if name not in two.sets),
        only_after=tuple(name for name in two.sets if name not in one.sets),
        notes=settings_notes(one.config, two.config),
        overall=_overalls(one, two),
        flags=tuple(flag for found in sets for flag in flags_of(found)),
    )


def compare_sets(
    before: SetFiles, after: SetFiles, *, seed: int = 0, n_boot: int = N_BOOT
) -> SetComparison:
    """Compare one set.

    Raises:
        InputError: the two hold other questions (`matching.match`).
    """
    found = match(before, after)
    measure = _Measure(seed, n_boot)
    old, new = before.figures, after.figures
    return SetComparison(
        name=before.name,
        protocol=before.summary.protocol,
        whole=measure.scores("all", found.pairs),
        metrics=tuple(
            MetricChange(name, old[name], new[name], unpaired(old[name], new[name]))
            for name in old
            if name in new
        ),
        dimensions=tuple(measure.by_dimension(found.pairs)),
        failures=measure.of("unreadable", found.pairs, failure_share),
        length=measure.of("length", found.pairs, lambda row: row.length),
        only_before=found.only_before,
        only_after=found.only_after,
        notes=(*found.notes, *_missing(before.summary, after.summary)),
    )


def _missing(before: Summary, after: Summary) -> list[str]:
    return [
        f"{one.missing} answers never came {when}; their items are left out"
        for one, when in ((before, "before"), (after, "after"))
        if one.missing
    ]


class _Measure:
    """Makes changes of pairs, all with one seed."""

    def __init__(self, seed: int, n_boot: int) -> None:
        self.seed, self.n_boot = seed, n_boot

    def scores(self, name: str, pairs: Sequence[Pair]) -> Change:
        before, after = [pair.scores[0] for pair in pairs], [pair.scores[1] for pair in pairs]
        changed = mcnemar([_right(value) for value in before], [_right(value) for value in after])
        return replace(self._change(name, pairs, before, after), mcnemar=changed)

    def of(self, name: str, pairs: Sequence[Pair], value: Callable[[ItemRow], float]) -> Change:
        before = [value(pair.before) for pair in pairs]
        return self._change(name, pairs, before, [value(pair.after) for pair in pairs])

    def by_dimension(self, pairs: Sequence[Pair]) -> list[Change]:
        parts: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            parts[pair.before.dimension].append(pair)
        found = [self.scores(name, parts[name]) for name in sorted(parts)]
        corrected = holm([change.p for change in found])
        return [replace(change, holm=p) for change, p in zip(found, corrected, strict=True)]

    def _change(
        self, name: str, pairs: Sequence[Pair], before: list[float], after: list[float]
    ) -> Change:
        groups = [pair.before.group for pair in pairs]
        return Change(
            name=name,
            n=len(pairs),
            groups=len(set(groups)),
            before=sum(before) / len(before),
            after=sum(after) / len(after),
            difference=paired_bootstrap(
                before, after, groups=groups, n_boot=self.n_boot, seed=self.seed
            ),
            p=sign_flip(before, after, groups, seed=self.seed),
        )


def failure_share(row: ItemRow) -> float:
    """Share of an item's answers that could not be read as asked."""
    total = sum(row.parse.values())
    return 1 - row.parse.get("ok", 0) / total if total else 0.0


def _right(value: float) -> bool:
    return value > 1 - 1e-9


def _overalls(one: EvalFolder, two: EvalFolder) -> dict[ProtocolName, tuple[Overall, Overall]]:
    protocols: list[ProtocolName] = [part.summary.protocol for part in one.sets.values()]
    return {
        protocol: (overall(one.summaries, protocol), overall(two.summaries, protocol))
        for protocol in dict.fromkeys(protocols)
    }
