"""The table of models as CSV, Markdown and LaTeX: figures, shortcuts, what others report."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest

from social_r1.errors import ConfigError
from social_r1.evaluation.comparison.export import abilities, escape_latex, export
from social_r1.evaluation.comparison.folders import EvalFolder, read_folders
from social_r1.evaluation.comparison.table import Column, make_table
from social_r1.stats import Interval

from .folders_of_ours import row, write_folder

JOINT = {
    "metrics": {
        "all_three": Interval(0.25, 0.1, 0.4, 4),
        "accuracy": Interval(0.5, 0.3, 0.7, 12),
    },
    "shortcuts": {
        "random": {"all_three": 0.125, "accuracy": 0.5},
        "letter A": {"all_three": 0.0, "accuracy": 0.4},
        "letter B": {"all_three": 0.3, "accuracy": 0.2},
        "longest": {"all_three": 0.0, "accuracy": 0.1},
    },
}


@pytest.fixture
def folders(tmp_path: Path) -> list[EvalFolder]:
    rows = [row(f"i{i}", float(i < 3), dimension="Belief" if i < 2 else "Desire") for i in range(4)]
    base = write_folder(
        tmp_path / "base_4b", {"simpletom": rows, "mine": rows}, summaries={"simpletom": JOINT}
    )
    other = write_folder(tmp_path / "a&b", {"simpletom": rows}, summaries={"simpletom": JOINT})
    return read_folders([base, other])


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def named(rows: Sequence[dict[str, str]], name: str) -> dict[str, str]:
    return next(one for one in rows if one["name"] == name)


def test_csv_has_a_row_per_model_and_a_column_per_set_and_metric(folders: list[EvalFolder]) -> None:
    rows = read(export(folders, "csv"))
    base = named(rows, "base_4b")
    assert base["kind"] == "ours"
    assert base["simpletom all_three"] == "0.25"
    assert (base["simpletom all_three low"], base["simpletom all_three high"]) == ("0.1", "0.4")
    assert base["simpletom accuracy"] == "0.5"
    assert base["mine accuracy"] == "0.75"
    assert named(rows, "a&b")["mine accuracy"] == ""


def test_shortcuts_stand_beside_each_metric(folders: list[EvalFolder]) -> None:
    rows = read(export(folders, "csv"))
    assert named(rows, "chance")["simpletom all_three"] == "0.125"
    # The best letter is another one for each metric: B, then A.
    assert named(rows, "best letter")["simpletom all_three"] == "0.3"
    assert named(rows, "best letter")["simpletom accuracy"] == "0.4"
    assert named(rows, "longest")["simpletom accuracy"] == "0.1"
    assert named(rows, "chance")["kind"] == "shortcut"


def test_reported_figures_are_never_ours(folders: list[EvalFolder]) -> None:
    rows = read(export(folders, "csv"))
    assert {one["name"] for one in rows if one["kind"] == "ours"} == {"base_4b", "a&b"}
    reported = named(rows, "SocialR1-8B")
    assert reported["kind"] == "reported"
    assert (reported["Overall"], reported["Overall low"]) == ("0.727", "")
    assert reported["simpletom accuracy"] == "0.9675"
    assert "arXiv 2603.09249" in reported["where"]
    assert all(one["where"] for one in rows if one["kind"] == "reported")


def test_a_reported_figure_without_a_protocol_stands_where_there_is_a_column(
    tmp_path: Path,
) -> None:
    native = {"hitom.native": {"protocol": "native"}}
    folder = write_folder(tmp_path / "m", {"hitom.native": [row("a", 1.0)]}, summaries=native)
    rows = read(export([folder], "csv"))
    assert named(rows, "SocialR1-8B")["hitom.native accuracy"] == "0.7083"


def test_a_set_whose_metrics_lack_accuracy_gets_its_plain_one(tmp_path: Path) -> None:
    parts = {"tactfultom": {"metrics": {"macro": Interval(0.4, 0.3, 0.5, 2)}}}
    rows_of_two = [row("a", 1.0), row("b", 0.0)]
    folder = write_folder(tmp_path / "m", {"tactfultom": rows_of_two}, summaries=parts)
    rows = read(export([folder], "csv", metrics="main"))
    assert named(rows, "m")["tactfultom macro"] == "0.4"
    assert named(rows, "m")["tactfultom accuracy"] == "0.5"
    assert named(rows, "SocialR1-8B")["tactfultom accuracy"] == "0.5079"


def test_without_all_eight_ours_has_no_overall(folders: list[EvalFolder]) -> None:
    table = make_table(folders)
    for one in table.of("ours"):
        assert Column("", "Overall") not in one.cells
        assert one.cells[Column("", "mean of the paper's sets")].value == 0.5
    assert any("over 1 of 8: simpletom (accuracy)" in note for note in table.notes)
    assert "a&b was not asked mine." in table.notes


def test_means_are_over_the_sets_that_all_were_asked(folders: list[EvalFolder]) -> None:
    alone = make_table(folders[:1]).of("ours")[0].cells[Column("", "macro")]
    assert alone.value == pytest.approx((0.25 + 0.75) / 2)
    assert Column("", "macro") not in make_table(folders).of("ours")[0].cells


def test_main_leaves_the_figure_to_report_and_the_papers(folders: list[EvalFolder]) -> None:
    three = {**JOINT["metrics"], "kind": Interval(1, 1, 1, 4)}
    write_folder(folders[0].path, {"simpletom": [row("i", 1.0)]},
                 summaries={"simpletom": JOINT | {"metrics": three}})  # fmt: skip
    found = read_folders([folders[0].path])
    main = [column.metric for column in make_table(found, "main").columns if column.set]
    every = [column.metric for column in make_table(found, "all").columns if column.set]
    assert main == ["all_three", "accuracy"]
    assert every == ["all_three", "accuracy", "kind"]


def test_latex_is_whole_and_escaped(folders: list[EvalFolder]) -> None:
    text = export(folders, "latex")
    assert "base\\_4b & " in text
    assert "a\\&b & " in text
    assert "0.250 {\\scriptsize [0.100, 0.400]}" in text
    for rule in ("\\toprule", "\\midrule", "\\bottomrule", "\\cmidrule(lr)"):
        assert rule in text
    below = text[text.index("reported by others, not run here") :]
    assert "SocialR1-8B" in below
    body = [line for line in text.splitlines() if line.endswith("\\\\")]
    columns = len(re.search(r"\{l(r+)\}", text)[1]) + 1  # type: ignore[index]
    for line in body:
        spanned = sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d+)\}", line))
        assert len(re.findall(r"(?<!\\)&", line)) + 1 + spanned == columns, line


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a_b", r"a\_b"),
        ("50% & $3", r"50\% \& \$3"),
        ("\\{x}", r"\textbackslash{}\{x\}"),
        ("x^2 ~ #1", r"x\textasciicircum{}2 \textasciitilde{} \#1"),
        ("plain", "plain"),
    ],
)
def test_latex_escapes_each_character_once(text: str, escaped: str) -> None:
    assert escape_latex(text) == escaped


def test_markdown_has_as_many_cells_in_every_row(folders: list[EvalFolder]) -> None:
    lines = [line for line in export(folders, "md").splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
    assert "0.250 [0.100, 0.400]" in lines[2]
    assert any(line.startswith("| *reported by others, not run here* |") for line in lines)


def test_markdown_escapes_the_bar(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "m", {"set": [row("a", 1.0)]}, model="a|b")
    assert "| a\\|b |" in export([folder], "md")


def test_abilities_are_a_line_each(folders: list[EvalFolder]) -> None:
    rows = list(csv.DictReader(StringIO(abilities(folders))))
    assert len(rows) == 3 * 2
    assert rows[1] | {"low": "", "high": ""} == {
        "model": "base_4b", "set": "simpletom", "protocol": "social-r1", "dimension": "Desire",
        "n": "2", "value": "0.5", "low": "", "high": "",
    }  # fmt: skip


def test_an_unknown_format_is_named(folders: list[EvalFolder]) -> None:
    with pytest.raises(ConfigError, match="'xls'; repair: one of csv, latex, md"):
        export(folders, "xls")  # type: ignore[arg-type]


def test_older_summaries_without_metrics_have_their_accuracy(tmp_path: Path) -> None:
    bare = {"set": {"metrics": {}, "shortcuts": {}}}
    folder = write_folder(tmp_path / "m", {"set": [row("a", 1.0)]}, summaries=bare)
    rows = read(export([folder], "csv"))
    assert named(rows, "m")["set accuracy"] == "1"
    assert named(rows, "chance")["set accuracy"] == "0.25"
    assert named(rows, "longest")["set accuracy"] == "0.35"
