"""The report of a run: ``report.json`` for tools, ``report.html`` for people (DESIGN 5).

The page is one file without scripts and without requests, and follows the reader's light or dark
setting. Its sentences are chosen by the figures: a gain is called a gain only when its interval
leaves out zero, and the shortcut illusion is named only when the intervals of easy and hard items
lie apart. Run it: ``social-r1 report RUN``.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.analysis import goodhart, learning, words
from social_r1.analysis.examples import Scorer, examples
from social_r1.analysis.findings import Findings, find
from social_r1.analysis.learning import Resampling
from social_r1.analysis.load import load_run
from social_r1.analysis.page import render
from social_r1.analysis.types import MOMENTS, Breakdown, JsonObject, Run
from social_r1.records import write_json

SCHEMA_VERSION = 1


class ReportFiles(NamedTuple):
    """What `write_report` wrote."""

    html: Path
    json: Path
    report: JsonObject


def report_json(findings: Findings) -> JsonObject:
    """The report as one JSON object; its ``accuracy`` block is a contract (DESIGN 5)."""
    run = findings.run
    manifest = run.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "run": run.path.resolve().name,
        "headline": words.headline(findings.accuracy, run.left_out)
        if run.sets
        else words.training_headline(findings.curves, len(run.metrics)),
        "accuracy": {name: change.as_json() for name, change in findings.accuracy.items()},
        "accuracy_greedy": {n: change.as_json() for n, change in findings.accuracy_greedy.items()},
        "block_accuracy": {n: change.as_json() for n, change in findings.block_accuracy.items()},
        "chance": findings.chance,
        "intervals": {
            "level": 0.95,
            "accuracy": "bootstrap over items, whole groups drawn",
            "accuracy_greedy": "Wilson over items; gain by paired bootstrap, whole groups drawn",
            "block_accuracy": "Wilson over groups; gain by paired bootstrap over groups",
            "gain": "paired bootstrap over items, whole groups drawn",
            "n_boot": findings.resampling.n_boot,
            "seed": findings.resampling.seed,
        },
        "flips": {n: learning.flips(pair)._asdict() for n, pair in run.sets.items()},
        "parse": {
            name: {m: learning.parse_failures(getattr(pair, m)) for m in MOMENTS}
            for name, pair in run.sets.items()
        },
        "breakdown": {n: _breakdown_json(parts) for n, parts in findings.breakdown.items()},
        "habits": {
            name: {"before": asdict(pair[0]), "after": asdict(pair[1])}
            for name, pair in findings.habits.items()
        },
        "reward_parts": {
            name.removeprefix("parts/"): {"first": c.first, "last": c.last, "steps": len(c.steps)}
            for name, c in findings.curves.items()
        },
        "missing_scores": {part: found._asdict() for part, found in findings.unscored.items()},
        "goodhart": goodhart.as_json(findings.watch, words.parted(findings.watch)),
        "training": {"steps": len(run.metrics)},
        "content_scorer": words.content_scorer(manifest),
        "timings": run.timings,
        "command": manifest.get("command"),
        "config": manifest.get("config"),
        "seeds": manifest.get("seeds"),
        "versions": manifest.get("packages", {}),
        "git": manifest.get("git"),
        "left_out": [entry._asdict() for entry in run.left_out],
    }


def _breakdown_json(parts: list[Breakdown]) -> JsonObject:
    keys: dict[str, Any] = {}
    for part in parts:
        keys.setdefault(part.key, {})[part.value] = part.change.as_json()
    return keys


def write_report(
    run: Run | str | Path,
    out: str | Path | None = None,
    *,
    scorer: Scorer | None = None,
    resampling: Resampling = Resampling(),  # noqa: B008 (immutable)
) -> ReportFiles:
    """Read a run folder and write ``report.html`` and ``report.json``.

    Args:
        run: the run folder, or a run that is already read.
        out: where to write; by default the run folder itself.
        scorer: scores the shown trajectories part by part; None leaves these scores out.
        resampling: rounds and seed of the bootstrap.

    Raises:
        InputError: no run folder, or a broken file in it.
        MissingExtraError: jinja2 is not installed.
    """
    run = run if isinstance(run, Run) else load_run(run)
    folder = Path(out) if out is not None else run.path
    findings = find(run, resampling)
    document = report_json(findings)
    page = render(document, findings, examples(run, scorer), getattr(scorer, "says", None))
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "report.json", document)
    (folder / "report.html").write_text(page, encoding="utf-8")
    return ReportFiles(folder / "report.html", folder / "report.json", document)
