"""From findings to the HTML page: what the template is handed."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from social_r1.analysis import figures, goodhart, words
from social_r1.analysis.examples import Example
from social_r1.analysis.findings import Findings
from social_r1.analysis.types import FEW_GROUPS, MOMENTS, Curve, JsonObject
from social_r1.pages import render_page

SCORE_NAMES = (
    ("format", "right form"),
    ("outcome", "right answer"),
    ("structure", "four stages S"),
    ("content_score", "content score s"),
    ("content", "content C"),
    ("window", "length window G"),
    ("repetition", "no repetition Q"),
)


def render(
    document: JsonObject, findings: Findings, shown: list[Example], scored_by: str | None = None
) -> str:
    """Fill the template.

    Args:
        document: the report as JSON.
        findings: the same figures as records.
        shown: the trajectories to read.
        scored_by: who scored these, in a sentence.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    filters = {
        "share": words.share,
        "points": words.points,
        "interval": words.interval,
        "set_name": words.set_name,
        "part_name": words.part_name,
        "parse_name": lambda name: words.PARSE_NAMES.get(name, name),
        "gain_name": lambda name: words.GAIN_NAMES.get(name, name),
        "signed": signed,
        "score": score,
        "figure": figure,
        "sentence": _capital,
        "pretty": lambda value: json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True),
    }
    context = {**_context(document, findings, shown), "example_scorer": scored_by}
    return render_page("social_r1.analysis", "report.html.j2", "report", filters, **context)


def score(value: float | None) -> str:
    """A part of a reward; a missing one is said to be missing."""
    return "not scored" if value is None else f"{value:.2f}"


def figure(value: float) -> str:
    """A figure under a panel: whole from 100 on, else two decimals."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}".replace("-", "−")


def signed(value: float) -> str:
    """A change with its sign.

    >>> signed(1.204), signed(-0.5), signed(0.001)
    ('+1.20', '−0.50', '0.00')
    """
    number = f"{abs(value):.2f}"
    return number if float(number) == 0 else f"{'+' if value > 0 else '−'}{number}"


def _context(document: JsonObject, findings: Findings, shown: list[Example]) -> dict[str, Any]:
    # Imported here because markupsafe comes with jinja2.
    from markupsafe import Markup

    drawn = _draw(findings)
    return {
        "report": document,
        "findings": findings,
        "figures": {name: Markup(svg) for name, svg in drawn.items()},
        "missing_scores": words.missing_scores(findings.unscored),
        "watch_curves": _watch_curves(findings),
        "alarm_spans": goodhart.spans(findings.watch) if findings.watch else [],
        "illusion": words.shortcut_illusion(findings.accuracy, findings.chance.get("hard")),
        "others": words.other_sets(findings.accuracy),
        "failures": _failures(document),
        "examples": shown,
        "score_names": SCORE_NAMES,
        "stage_names": figures.STAGE_NAMES,
        "few_groups": FEW_GROUPS,
    }


def _draw(findings: Findings) -> dict[str, str]:
    drawn: dict[str, str] = {}
    if findings.accuracy:
        rows = [
            figures.IntervalRow(_capital(words.set_name(name)), change, findings.chance[name])
            for name, change in findings.accuracy.items()
        ]
        drawn["accuracy"] = figures.interval_figure(rows)
    for number, (name, curve) in enumerate(findings.curves.items()):
        drawn[f"curve/{name}"] = figures.curve_figure(f"c{number}", words.part_name(name), curve)
    watch = findings.watch
    if watch is not None and watch.score is not None and watch.truth is not None:
        drawn["goodhart"] = figures.parting_figure(
            "parting", watch.score, watch.truth, sorted(watch.alarms), watch.window
        )
    for number, (name, curve) in enumerate(_watch_curves(findings).items()):
        drawn[name] = figures.curve_figure(f"w{number}", words.part_name(name), curve)
    for number, (name, (before, after)) in enumerate(findings.habits.items()):
        label = words.set_name(name)
        drawn[f"mention/{name}"] = figures.mention_figure(f"m{number}", label, before, after)
        drawn[f"stages/{name}"] = figures.stage_figure(f"s{number}", label, before, after)
    return drawn


def _watch_curves(findings: Findings) -> dict[str, Curve]:
    """The small panels of the Goodhart watch."""
    found = findings.watch
    if found is None:
        return {}
    alone = found.truth_raw if found.score is None else None
    wanted = [found.rank, alone, found.length, *found.zero.values()]
    return {curve.name: curve for curve in wanted if curve is not None}


class Unread(NamedTuple):
    """Answers of one set at one moment that could not be read."""

    share: float
    reasons: dict[str, int]


def _failures(document: JsonObject) -> list[tuple[str, Unread, Unread]]:
    """Per set with any failure: the unread answers before and after."""
    rows: list[tuple[str, Unread, Unread]] = []
    for name, moments in document["parse"].items():
        before, after = (_unread(moments[moment]) for moment in MOMENTS)
        if before.reasons or after.reasons:
            rows.append((name, before, after))
    return rows


def _unread(counts: dict[str, int]) -> Unread:
    reasons = {reason: n for reason, n in counts.items() if n and reason != "ok"}
    return Unread(sum(reasons.values()) / max(1, sum(counts.values())), reasons)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
