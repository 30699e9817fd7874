"""The audit as one HTML page without scripts and without requests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.audit.diversity import AIMS
from social_r1.audit.figures import bars, place
from social_r1.audit.gates import counts, worst
from social_r1.audit.probes import PROBES
from social_r1.audit.run import audit_json
from social_r1.audit.tables import by_name
from social_r1.audit.types import Audit, Figure, Kind
from social_r1.pages import render_page
from social_r1.records import write_json

KINDS: dict[Kind, str] = {
    "probe": "Learned probes",
    "log": "Solvers over the event log",
    "text": "Rules on the words",
}
"""Kinds of answerers in the order of the page."""

SHOWN_FAILURES = 40


class AuditFiles(NamedTuple):
    """What `write_audit` wrote."""

    json: Path
    html: Path


def write_audit(found: Audit, out: str | Path, *, command: str = "") -> AuditFiles:
    """Write ``audit.json`` and ``audit.html`` into a folder.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    page = render(found, command=command)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    written = AuditFiles(folder / "audit.json", folder / "audit.html")
    write_json(written.json, {**audit_json(found), "command": command})
    written.html.write_text(page, encoding="utf-8")
    return written


def render(found: Audit, *, command: str = "") -> str:
    """Fill the template.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    context = {**_context(found), "figures": _drawn(found), "command": command}
    filters = {"share": _share, "range": _range}
    return render_page("social_r1.audit", "audit.html.j2", "audit", filters, **context)


def headline(found: Audit) -> str:
    """What the audit comes to, in one sentence."""
    blind = [f for f in found.figures if f.by == "all" and f.kind == "probe"]
    total = [gate for gate in found.gates if gate.verdict != "not shown"]
    passed = sum(gate.verdict == "pass" for gate in total)
    failed = sum(gate.verdict == "fail" for gate in total)
    unclear = len(total) - passed - failed
    text = f"{passed} of {len(total)} checks pass, {failed} fail, {unclear} lack the items to tell"
    if not blind:
        return f"{text}."
    best = max(blind, key=lambda f: f.value - f.chance)
    return (
        f"{text}. The best probe, {best.name}, scores {best.value:.3f} where guessing scores "
        f"{best.chance:.3f}."
    )


def ordered(figures: Sequence[Figure], kind: Kind, by: str = "all") -> list[Figure]:
    """Figures of one kind and cut, the farthest above chance first; probes in their own order."""
    chosen = [f for f in figures if f.kind == kind and f.by == by]
    return chosen if kind == "probe" else sorted(chosen, key=lambda f: (f.chance - f.value, f.name))


def _context(found: Audit) -> dict[str, Any]:
    failures = [gate for gate in found.gates if gate.verdict == "fail"]
    failures.sort(key=lambda g: (g.gate, -abs((g.value or 0) - (g.low + g.high) / 2)))
    names = {kind: [f.name for f in ordered(found.figures, kind)] for kind in KINDS}
    return {
        "audit": found,
        "headline": headline(found),
        "kinds": KINDS,
        "names": names,
        "dimensions": sorted(found.dimensions),
        "by_dimension": by_name(found.figures, "dimension"),
        "by_order": by_name(found.figures, "order"),
        "by_operator": by_name(found.figures, "operator"),
        "transfer": [
            f
            for f in found.transfer
            if f.by == "all" or (f.by == "deep" and f.name.startswith("window"))
        ],
        "probes": PROBES,
        "counts": counts(found.gates),
        "worst": worst(found.gates),
        "failures": failures[:SHOWN_FAILURES],
        "more_failures": max(0, len(failures) - SHOWN_FAILURES),
        "aims": AIMS,
        "place": lambda figure: place(figure, 0.05),
    }


def _drawn(found: Audit) -> dict[str, str]:
    drawn: dict[str, str] = {}
    for kind, title in KINDS.items():
        rows = ordered(found.figures, kind)
        if rows:
            drawn[kind] = bars(f"f-{kind}", f"{title}: accuracy with 95 % intervals", rows, 0.05)
    return drawn


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _range(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}"
