"""`social-r1 annotate`: studies of agreement among people, and scenes written by experts."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from social_r1.cli.console import note, print_json, print_line, print_table, status
from social_r1.cli.group import group
from social_r1.errors import InputError

if TYPE_CHECKING:
    from social_r1.hardbench.annotate import Answers, Key, Proof, Report
    from social_r1.hardbench.annotate.study import Figures, Stratum
    from social_r1.items import SocialItem
    from social_r1.stats import Interval

app = group(
    "People in the loop: agreement, expert scenes.",
    "social-r1 annotate export data/hard/hard.jsonl --out study --raters 3",
    "social-r1 annotate import study --answers rater-1.csv rater-2.csv rater-3.csv",
    "social-r1 annotate scene configs/scene_example.yaml --out data/expert.jsonl",
)

REPORT = "agreement.json"
ADJUDICATION = "adjudication.csv"


@app.command()
def export(
    items: Annotated[Path, typer.Argument(help="JSONL file of items")],
    out: Annotated[Path, typer.Option(help="folder of the study")],
    n: Annotated[int, typer.Option("--n", min=1, help="items in all")] = 240,
    per_dimension: Annotated[int, typer.Option(min=1, help="items per dimension at most")] = 40,
    raters: Annotated[int, typer.Option(min=2, help="people who rate every item")] = 3,
    no_story: Annotated[int, typer.Option(min=0, help="control items without story")] = 120,
    seed: Annotated[int, typer.Option(min=0, help="same seed, same tasks")] = 0,
    format: Annotated[str, typer.Option(help="label-studio or csv")] = "label-studio",
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Sample items and write a list of tasks for each rater, and the key that no rater gets.

    Items are drawn by dimension and level, half of them whole blocks where the file has blocks.
    Hand out the folder raters/ only; key.json stays with you. Files that exist are never touched.

    Example: social-r1 annotate export data/hard/test.jsonl --out study --raters 3
    """
    from social_r1.hardbench.annotate import draw_sample, make_study, write_study
    from social_r1.hardbench.annotate.tasks import Format, Round
    from social_r1.records import read_items

    if format not in list(Format):
        raise InputError(f"no format {format!r}; repair: one of {', '.join(Format)}")
    sample = draw_sample(read_items(items), n=n, per_dimension=per_dimension, seed=seed)
    key = make_study(sample, raters=raters, no_story=no_story, seed=seed, source=items.name)
    files = write_study(key, out, Format(format))
    control = sum(t.round is Round.NO_STORY for t in key.tasks) // raters
    if json:
        print_json(
            {
                "study": key.study,
                "items": len(key.items),
                "blocks": len(sample.blocks),
                "no_story": control,
                "short": sample.short,
                "files": files,
            }
        )
        return
    for dimension, missing in sample.short.items():
        note(f"{dimension}: {missing} items fewer than asked for; the file has no more")
    if control < no_story:
        note(f"control without story: {control} items, one of each block or story, not {no_story}")
    rows = _strata(key)
    print_table(f"Study {key.study}", ["dimension", "level", "items"], rows)
    print_line(
        f"{len(key.items)} items, {len(sample.blocks)} whole blocks; control without story: "
        f"{control}; written: {out}"
    )


def _strata(key: Key) -> list[tuple[str, int, int]]:
    from collections import Counter

    counts = Counter((i.dimension, i.difficulty) for i in key.items)
    return [(dimension, level, n) for (dimension, level), n in sorted(counts.items())]


@app.command("import")
def import_(
    study: Annotated[Path, typer.Argument(help="folder of `annotate export`")],
    more: Annotated[list[Path] | None, typer.Argument(help="further files of answers")] = None,
    answers: Annotated[list[Path] | None, typer.Option(help="files that raters sent back")] = None,
    adjudicated: Annotated[Path | None, typer.Option(help="adjudication.csv, decided")] = None,
    by_file: Annotated[bool, typer.Option("--by-file", help="a file's name is its rater")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Read the raters' answers: accuracy, Fleiss' kappa, sense, the control, gate g12.

    Takes Label Studio exports (JSON, JSON_MIN) and filled tables. Writes agreement.json and, for
    the adjudicator, adjudication.csv with the items whose majority is not the key. With
    --adjudicated the figures after adjudication are added. Rows that cannot be read are named and
    count as missing; exit status 1 if there are any.

    Example: social-r1 annotate import study --answers rater-1.csv rater-2.csv rater-3.csv
    """
    from social_r1.hardbench.annotate import read_answers, read_decisions, read_key, report
    from social_r1.records import write_json

    files = [*(answers or []), *(more or [])]
    if not files:
        raise InputError("no files of answers; repair: name them after --answers")
    key = read_key(study)
    votes = read_answers(key, files, by_file=by_file)
    decisions, unread = None, ()
    if adjudicated:
        decisions, unread = read_decisions(key, adjudicated)
    with status("Drawing blocks for the intervals"):
        found = report(key, votes, decisions)
    bad = [*found.bad, *unread]
    write_json(study / REPORT, _record(found) | {"bad": bad})
    if decisions is None:
        _write_adjudication(study / ADJUDICATION, key, votes, found)
    if json:
        print_json(_record(found) | {"bad": bad})
    else:
        for row in bad:
            print_line(f"{row.place}: {row.what}")
        _print_report(found)
        print_line(f"written: {study / REPORT}")
    if bad:
        raise typer.Exit(1)


@app.command()
def scene(
    file: Annotated[Path, typer.Argument(help="YAML with one scene or several")],
    out: Annotated[Path | None, typer.Option(help="JSONL file to add the items to")] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Prove an expert's scene with both oracles and make it an item.

    Refused, with place and repair, is a scene whose events are not told by their sentences or
    cannot happen, whose answer is not proved or not unique, or whose author answered otherwise.
    Nothing of it is written then, and the exit status is 1. An item of the same id is replaced.

    Example: social-r1 annotate scene configs/scene_example.yaml --out data/expert.jsonl
    """
    from social_r1.hardbench.annotate import prove, read_scenes

    proved = [prove(scene) for scene in read_scenes(file)]
    items = [p.item for p in proved if p.item]
    replaced = _add(out, items) if out and items else 0
    if json:
        print_json({"scenes": proved, "out": out if items else None, "replaced": replaced})
    else:
        for proof in proved:
            _print_proof(proof)
        if out and items:
            print_line(f"{len(items)} items written: {out} ({replaced} replaced)")
    if len(items) < len(proved):
        raise typer.Exit(1)


def _add(out: Path, items: list[SocialItem]) -> int:
    """Add the items to the file; returns how many were there under the same id."""
    from social_r1.records import read_items, write_jsonl

    before = read_items(out) if out.exists() and out.stat().st_size else []
    kept = {item.id: item for item in before}
    replaced = sum(item.id in kept for item in items)
    write_jsonl(out, (kept | {item.id: item for item in items}).values())
    return replaced


def _print_proof(proof: Proof) -> None:
    for refusal in proof.refusals:
        print_line(f"{proof.scene}: {refusal.place}: {refusal.what}")
    for place, what in proof.notes:
        note(f"{proof.scene}: {place}: {what}")
    if proof.item:
        where = ", ".join(map(str, proof.rests_on)) or "none alone"
        print_line(
            f"{proof.scene}: proved by both oracles: {proof.item.letter}. "
            f"{proof.item.options[proof.item.answer]} (decided by sentences {where}; "
            f"{proof.item.dimension}, level {proof.item.difficulty})"
        )


def _record(found: Report) -> dict[str, object]:
    from social_r1.records import jsonable

    record: dict[str, object] = jsonable(found)
    return {**record, "passed": (found.final.figures if found.final else found.figures).passed}


def _write_adjudication(path: Path, key: Key, votes: Answers, found: Report) -> None:
    """Write the list for the adjudicator, unless one with decisions is there already."""
    from social_r1.hardbench.annotate import adjudication_rows
    from social_r1.hardbench.annotate.answers import read_table

    if path.exists() and any(
        row.fields.get("decision", "").strip() for row in read_table(path, ("item", "decision"))
    ):
        note(f"{path} holds decisions and stays as it is; use it with --adjudicated")
        return
    rows = adjudication_rows(key, votes, found.disputed)
    columns = list(rows[0]) if rows else ["item", "story", "question", "votes", "decision"]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    note(f"{len(rows)} items to adjudicate: {path}")


def _print_report(found: Report) -> None:
    _print_figures("As the raters voted", found.figures)
    rows = [(r.name, *_share(r.story), *_share(r.no_story)) for r in found.raters]
    columns = ["rater", "accuracy", "95 %", "n", "no story", "95 %", "n"]
    print_table("Raters", columns, rows)
    for kind, planned in found.planned.items():
        got = found.answered[kind]
        print_line(f"{kind}: {got} answers to {planned} tasks, {max(0, planned - got)} missing")
    print_line(f"{found.blank} blank rows, {len(found.bad)} rows that cannot be read")
    print_line(f"{len(found.disputed)} items whose majority is not the key")
    if found.final is None:
        return
    print_line("")
    _print_figures("After adjudication", found.final.figures)
    for name in ("confirmed", "overruled", "dropped", "undecided"):
        members = getattr(found.final, name)
        print_line(f"{name}: {len(members)}  {' '.join(members)}".rstrip())


def _print_figures(title: str, figures: Figures) -> None:
    columns = ["items of", "items", "votes", "accuracy", "95 %", "kappa", "95 % by block", "sense"]
    rows = [
        _row("all", figures.overall),
        *(_row(s.name, s) for s in figures.dimensions),
        *(_row(f"level {s.name}", s) for s in figures.levels),
    ]
    print_table(title, columns, rows)
    gates = [(g.source, g.name, g.value, g.bound, _verdict(g.passed)) for g in figures.gates]
    print_table("Gates", ["gate", "of", "value", "bound", ""], gates)


def _row(name: str, stratum: Stratum) -> tuple[object, ...]:
    kappa = stratum.kappa
    between = None if kappa.low is None else f"{kappa.low:.3f}–{kappa.high:.3f}"
    share = _share(stratum.accuracy)[:2]
    sense = f"{stratum.sense.value:.2f}" if stratum.sense else None
    return (name, stratum.items, stratum.votes, *share, kappa.value, between, sense)


def _share(interval: Interval | None) -> tuple[float | None, str | None, int | None]:
    if interval is None:
        return None, None, None
    return interval.value, f"{interval.low:.3f}–{interval.high:.3f}", interval.n


def _verdict(passed: bool | None) -> str:
    return "not measured" if passed is None else "kept" if passed else "broken"
