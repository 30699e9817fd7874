"""`social-r1 audit`: what gives the answers of a multiple-choice set away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.console import note, print_json, print_line, print_table
from social_r1.cli.options import Data
from social_r1.errors import InputError
from social_r1.items import SocialItem

if TYPE_CHECKING:
    from social_r1.audit.types import Audit, Figure, Gate, Trap


MOST_DIMENSIONS = 8
"""Columns for dimensions in the terminal; a set with more gets the whole alone."""

MOST_FAILURES = 20


def audit(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="JSONL files, one question per line.", show_default=False),
    ] = None,
    benchmark: Annotated[
        str | None, typer.Option(help="A public set by name instead: tombench, emobench, ...")
    ] = None,
    data: Data = None,
    train: Annotated[
        Path | None, typer.Option(help="Items to learn from; probes are tested on the set.")
    ] = None,
    probes: Annotated[bool, typer.Option(help="Train the probes (scikit-learn).")] = True,
    aflite: Annotated[bool, typer.Option("--aflite", help="Also filter with AFLite.")] = False,
    aflite_k: Annotated[
        float, typer.Option(min=0.001, max=1, help="AFLite: most dropped in a round, a share.")
    ] = 0.05,
    aflite_m: Annotated[int, typer.Option(min=2, help="AFLite: partitions in a round.")] = 16,
    aflite_tau: Annotated[
        float, typer.Option(min=0, max=1, help="AFLite: dropped from this predictability on.")
    ] = 0.75,
    aflite_quota: Annotated[
        float, typer.Option(min=0, max=1, help="AFLite: most that a cell may lose; 1 for all.")
    ] = 0.2,
    seed: Annotated[int, typer.Option(min=0, help="Of folds and samples.")] = 0,
    gates: Annotated[bool, typer.Option("--gates", help="Exit status 1 if a gate fails.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for audit.json and audit.html.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Audit a multiple-choice set: solvers, probes, bias, diversity, overlap, gates.

    Example: social-r1 audit data/hard/hard.jsonl --train data/hard/train.jsonl --out outputs/audit

    Beside our own files any public set that `eval` knows: social-r1 audit --benchmark tombench
    --data DIR. Of several files the splits are compared with each other.

    A file holds one question per line, as a JSON object; "answer" is the place of the right option,
    counted from 0, and what belongs together (a story) shares a "group". One line of it:

    {"id": "q1", "dimension": "Belief", "group": "story 1", "story": "Ann hid a key. Bo saw her.",
    "question": "Who knows where it is?", "options": ["Cy", "Bo"], "answer": 1}
    """
    from social_r1.audit.run import audit as run
    from social_r1.audit.run import audit_json
    from social_r1.audit.types import AFLite, Settings
    from social_r1.records import read_items

    items, title = _items(files or [], benchmark, data)
    settings = Settings(
        probes=probes,
        aflite=AFLite(aflite_m, threshold=aflite_tau, cut=aflite_k, quota=aflite_quota)
        if aflite
        else None,
        seed=seed,
    )
    learned = read_items(train) if train else []
    found = run(items, title=title, train=learned, settings=settings, report=note)
    if out is not None:
        from social_r1.audit.page import write_audit

        command = _command(files or [], benchmark, train, seed)
        for path in write_audit(found, out, command=command):
            note(f"written: {path}")
    if as_json:
        print_json(audit_json(found))
    else:
        _show(found)
    if gates and any(gate.verdict == "fail" for gate in found.gates):
        raise typer.Exit(1)


def _items(files: list[Path], name: str | None, data: Path | None) -> tuple[list[SocialItem], str]:
    """The set and what to call it."""
    if bool(files) == bool(name):
        raise InputError("give item files or --benchmark NAME, one of the two; repair: see --help")
    if name:
        from social_r1.evaluation.benchmarks import load_choices

        return load_choices(name, data), name
    from social_r1.records import read_items

    read = {path: read_items(path) for path in files}
    splits = [{item.split for item in items} for items in read.values()]
    # Files that call their splits alike are told apart by their names.
    alike = len(set().union(*splits)) < sum(len(found) for found in splits)
    items: list[SocialItem] = []
    first: dict[str, Path] = {}
    for path, rows in read.items():
        for item in rows:
            if first.setdefault(item.id, path) is not path:
                raise InputError(
                    f"{path}: item {item.id} stands in {first[item.id]} too; repair: audit each "
                    "of them once, or give one of them with --train"
                )
            items.append(item.model_copy(update={"split": path.stem}) if alike else item)
    return items, ", ".join(path.stem for path in files)


def _command(files: list[Path], benchmark: str | None, train: Path | None, seed: int) -> str:
    named = f"--benchmark {benchmark}" if benchmark else " ".join(path.name for path in files)
    learned = f" --train {train.name}" if train else ""
    return f"social-r1 audit {named}{learned} --seed {seed}"


def _show(found: Audit) -> None:
    from social_r1.audit.gates import counts, worst
    from social_r1.audit.page import headline

    print_line(
        f"{found.title}: {found.n} items in {found.groups} groups, chance {found.chance:.3f}\n"
    )
    _show_answerers(found)
    if found.transfer:
        print_table(
            "Probes that learned the training file",
            ("probe", "on", "accuracy [95 %]", "n"),
            [
                (f.name, f.part if f.by == "all" else f"{f.part}, depth 2+", _interval(f), f.n)
                for f in found.transfer
                if f.by == "all" or (f.by == "deep" and f.name == "window_1")
            ],
        )
    _show_shape(found)
    rows = [(gate, *row.values()) for gate, row in counts(found.gates).items()]
    print_table("Gates", ("gate", "pass", "fail", "unclear", "not shown"), rows)
    columns = ("gate", "what", "where", "value", "95 %", "limits", "n", "verdict")
    print_table("Farthest from passing", columns, map(_gate_row, worst(found.gates)))
    failed = [gate for gate in found.gates if gate.verdict == "fail"]
    if failed:
        title = f"Failures ({min(len(failed), MOST_FAILURES)} of {len(failed)})"
        print_table(title, columns, map(_gate_row, failed[:MOST_FAILURES]))
    _show_traps(found)
    for line in found.notes:
        print_line(f"note: {line}")
    print_line(headline(found))


def _show_traps(found: Audit) -> None:
    """Which option is right where an operator is used, and the table of traps."""
    if found.operators:
        print_table(
            "What is so is the right option where an operator is used",
            ("operator", "share [95 %]", "n"),
            [
                (r.operator, f"{r.share.value:.3f} [{r.share.low:.3f}, {r.share.high:.3f}]",
                 r.share.n)
                for r in found.operators if r.role == "reality"
            ],
        )  # fmt: skip
    if found.template_gap:
        print_table(
            "Probes on the training file's own templates, and on the set",
            ("probe", "in-template", "held-out", "gap", "95 %", "n"),
            [
                (g.probe, f"{g.inside:.3f}", f"{g.outside:.3f}", f"{g.gap:+.3f}",
                 f"{g.low:+.3f} to {g.high:+.3f}", g.n)
                for g in found.template_gap
            ],
        )  # fmt: skip
    if found.traps:
        columns = ("trap", "measure", "value", "95 %", "limit", "n", "verdict")
        print_table("Traps (HARDBENCH 18)", columns, map(_trap_row, found.traps))


def _show_answerers(found: Audit) -> None:
    from social_r1.audit.page import KINDS, ordered
    from social_r1.audit.tables import by_name

    dimensions = sorted(found.dimensions)
    shown = dimensions if 1 < len(dimensions) <= MOST_DIMENSIONS else []
    table = by_name(found.figures, "dimension")
    for kind, title in KINDS.items():
        rows = [
            (f.name, _interval(f), f.n, *(_part(table, f.name, part) for part in shown))
            for f in ordered(found.figures, kind)
        ]
        if rows:
            print_table(title, ("answerer", "accuracy [95 %]", "n", *shown), rows)


def _show_shape(found: Audit) -> None:
    """Bias, diversity, overlap and AFLite."""
    print_table(
        "Where the right option stands",
        ("option", "share", "low", "high", "chance", "n"),
        [
            (name, *(row[key] for key in ("share", "low", "high", "chance", "n")))
            for key in ("position", "mention")
            for name, row in found.bias[key].items()
        ],
    )
    length = found.bias["length"]
    print_line(
        f"words of right options {length['words_right']:.2f}, of wrong ones "
        f"{length['words_wrong']:.2f}; longest over 1.25 shortest: {length['over_limit']:.3f}"
    )
    for side in ("right", "wrong"):
        told = ", ".join(f"{w['word']} {w['z']:+.1f}" for w in found.bias["wording"][side])
        print_line(f"words of {side} options (z): {told or 'none'}")
    told = found.diversity
    keys = (
        "stories", "tokens", "word_types", "distinct_2", "sentence_types", "sentences",
        "max_share", "evenness", "max_domain",
    )  # fmt: skip
    print_line("")
    print_table("Diversity", keys, [tuple(told[key] for key in keys)])
    if found.overlap:
        keys = (
            "left", "right", "groups", "stories", "signatures", "near_pairs", "near_share", "names",
            "name_share", "word_share",
        )  # fmt: skip
        rows = [tuple(row[key] for key in keys) for row in found.overlap]
        print_table("What splits share", keys, rows)
    if found.aflite is not None:
        columns = ("items", "accuracy", "chance", "dropped")
        rows = [tuple(row[key] for key in columns) for row in found.aflite["rounds"]]
        print_table("AFLite", columns, rows)
        left = ", ".join(f"{name} {share:.2f}" for name, share in found.aflite["left"].items())
        print_line(f"stopped: {found.aflite['stop']}; left: {left}\n")


def _interval(figure: Figure) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _part(table: dict[str, dict[str, Figure]], name: str, part: str) -> str | None:
    figure = table.get(name, {}).get(part)
    return None if figure is None else f"{figure.value:.3f}"


def _gate_row(gate: Gate) -> tuple[object, ...]:
    if gate.value is None or gate.interval is None:
        return (gate.gate, gate.what, gate.note, None, None, None, None, gate.verdict)
    low, high = gate.interval
    limits = f"{gate.low:.3f} to {gate.high:.3f}"
    spread = f"{low:.3f} to {high:.3f}"
    return (
        gate.gate, gate.what, gate.part, f"{gate.value:.3f}", spread, limits, gate.n, gate.verdict,
    )  # fmt: skip


def _trap_row(row: Trap) -> tuple[object, ...]:
    value = None if row.value is None else f"{row.value:.3f}".removesuffix(".000")
    spread = None if row.interval is None else "{:.3f} to {:.3f}".format(*row.interval)
    verdict = f"{row.verdict}: {row.note}" if row.note else row.verdict
    return (row.trap, row.measure, value, spread, row.limit or None, row.n or None, verdict)
