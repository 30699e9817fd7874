"""`social-r1 hard replay`: what both oracles make of the stories of ToMi and Hi-ToM."""

from __future__ import annotations

import json as jsons
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from social_r1.cli.console import print_json, print_line, print_table, status

if TYPE_CHECKING:
    from social_r1.items import SocialItem

OLD_HITOM = "Hi-ToM_data_dec2023.json"
"""The release of December 2023 under this name, where the folder has it."""

COLUMNS = ("table", "row", "n", "label agrees", "joint presence", "last place")


def replay(
    benchmark: Annotated[str, typer.Option(help="tomi or hitom")],
    data: Annotated[
        Path | None,
        typer.Option(help="folder of the public benchmarks", envvar="SOCIAL_R1_DATA"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="JSON file for the whole report")] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Read every story of ToMi or Hi-ToM as a log, and hold its labels against both oracles.

    Beside the set that `eval` scores: ToMi's training stories, and the Hi-ToM release of December
    2023 (as Hi-ToM_data_dec2023.json, each of its two prompt styles for itself), if they are there.

    Example: social-r1 hard replay --benchmark hitom --data ../shared/benchmarks
    """
    from social_r1.hardbench.readers import replay_report

    sets = {
        "tomi": _tomi_sets,
        "hitom": _hitom_sets,
    }
    if benchmark not in sets:
        from social_r1.errors import InputError

        raise InputError(f"no reader for {benchmark!r}; repair: tomi or hitom")
    with status("Replaying every question with both oracles"):
        reports = {name: replay_report(found) for name, found in sets[benchmark](data).items()}
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(jsons.dumps(reports, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if json:
        print_json(reports)
        return
    for name, report in reports.items():
        _show(name, report)
    if out is not None:
        print_line(f"written: {out}")


def _show(name: str, report: dict[str, Any]) -> None:
    tables = {"all": {"": report["all"]}, **report["by"]}
    rows = [
        (table, row, r["n"], r["agree"], r["joint_presence"], r["last_place"])
        for table, found in tables.items()
        for row, r in found.items()
    ]
    print_table(f"{name}: shares of the labels", COLUMNS, rows)
    print_line(
        f"{report['questions']} questions on {report['stories']} stories; both oracles say the "
        f"same on {report['oracles_agree']}; {len(report['unread'])} unread"
    )
    print_line(f"why labels differ: {report['causes'] or 'they do not'}")
    for found in report["disagreements"]:
        print_line(
            f"{found['id']}: {found['question']} label {found['label']!r}, "
            f"proved {found['replay']!r} ({found['cause']})"
        )
    for found in report["unread"]:
        print_line(f"unread {found['id']}: {found['reason']}")


def _tomi_sets(data: Path | None) -> dict[str, list[SocialItem]]:
    from social_r1.evaluation.benchmarks import load_choices

    sets = {"test": load_choices("tomi", data)}
    kinds = ("txt", "trace")
    files = [Path(data or "") / "tomi" / f"fb_all_train.{kind}" for kind in kinds]
    if all(file.is_file() for file in files):
        with TemporaryDirectory() as folder:
            # The loader knows the test split only: lay the training one out as if it were that.
            target = Path(folder) / "tomi"
            target.mkdir()
            for file in files:
                shutil.copy(file, target / file.name.replace("train", "test"))
            sets["train"] = load_choices("tomi", folder)
    return sets


def _hitom_sets(data: Path | None) -> dict[str, list[SocialItem]]:
    from social_r1.evaluation.benchmarks import load_choices
    from social_r1.evaluation.benchmarks.hitom import FILE

    sets = {"newer release": load_choices("hitom", data)}
    old = Path(data or "") / "hitom" / OLD_HITOM
    if not old.is_file():
        return sets
    rows = jsons.loads(old.read_text(encoding="utf-8"))["data"]
    for style in ("CoTP", "VP"):
        with TemporaryDirectory() as folder:
            # Its two styles contradict each other, which the loader rightly refuses: one by one.
            target = Path(folder) / "hitom" / FILE
            target.parent.mkdir()
            mine = [row for row in rows if row["prompting_type"] == style]
            target.write_text(jsons.dumps({"data": mine}), encoding="utf-8")
            sets[f"December 2023, {style}"] = load_choices("hitom", folder)
    return sets
