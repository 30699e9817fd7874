"""The page of a comparison: whole, without requests, ours and others' apart."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.comparison.folders import read_folders
from social_r1.evaluation.comparison.page import (
    Compared,
    compare_all,
    comparison_json,
    headline,
    render,
    write_comparison,
)

from .folders_of_ours import row, write_folder

pytest.importorskip("jinja2")

KINDS = ("memory", "first_order")


@pytest.fixture
def found(tmp_path: Path) -> Compared:
    """The trained model has lost the control of ToMi, and has twins and orders to look at."""
    sides = []
    for name, memory in (("base", 1.0), ("<b>trained</b>", 0.0)):
        tomi = [
            row(f"{kind}{i}", memory if kind == "memory" else 1.0, dimension=kind)
            for kind in KINDS
            for i in range(8)
        ]
        hard = [row(f"h{i}", 1.0, 0.0) for i in range(4)]
        twins = [row(f"t{i}", 0.0, meta={"design": "twin:DIR", "of": f"h{i}"}) for i in range(4)]
        path = tmp_path / name.strip("</b>")
        sides.append(write_folder(path, {"tomi": tomi, "hard": hard, "twins": twins}, model=name))
    return compare_all(read_folders(sides))


def test_the_page_names_what_got_worse(found: Compared) -> None:
    page = render(found)
    assert "What got worse" in page
    assert "control: tomi, memory: score 1.000 to 0.000" in page
    assert headline(found.comparisons).startswith(
        "Of 3 sets, <b>trained</b> is clearly better than base on 0 and clearly worse on 1"
    )


def test_names_are_escaped(found: Compared) -> None:
    page = render(found)
    assert "<b>trained</b>" not in page
    assert "&lt;b&gt;trained&lt;/b&gt;" in page


def test_reported_figures_stand_in_a_section_of_their_own(found: Compared) -> None:
    before, _, after = render(found).partition('<h2 id="reported">Reported by others</h2>')
    assert "SocialR1-8B" not in before
    assert "SocialR1-8B" in after
    assert "not run here" in after


def test_robustness_is_shown(found: Compared) -> None:
    page = render(found)
    assert "twin:DIR" in page
    assert "Orders of the options" in page


def test_a_comparison_is_written_whole(tmp_path: Path, found: Compared) -> None:
    pytest.importorskip("matplotlib")
    files = write_comparison(found, tmp_path / "out")
    assert {file.name for file in files} >= {
        "comparison.html", "comparison.json", "table.csv", "table.md", "table.tex",
        "abilities.csv", "sets-social-r1.png", "sets-social-r1.svg",
    }  # fmt: skip
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert page.count("data:image/svg+xml;base64,") >= 2
    assert all(re.search(r'alt="[^"]{20,}"', tag) for tag in re.findall(r"<img [^>]*>", page))


def test_the_json_marks_every_row_by_its_kind(found: Compared) -> None:
    document = json.loads(json.dumps(comparison_json(found)))
    kinds = {one["name"]: one["kind"] for one in document["table"]}
    assert kinds["base"] == "ours"
    assert kinds["chance"] == "shortcut"
    assert kinds["SocialR1-8B"] == "reported"
    for one in document["table"]:
        for figure in one["figures"]:
            assert ("low" in figure) == (one["kind"] == "ours")
            assert ("where" in figure) == (one["kind"] == "reported")
    assert document["comparisons"][0]["sets"][0]["whole"]["mcnemar"]["lost"] == 8


def test_one_folder_is_nothing_to_compare(found: Compared) -> None:
    with pytest.raises(InputError, match="1 evaluation folder; repair: give two or more"):
        compare_all(found.folders[:1])


def test_three_models_are_each_held_against_the_first(tmp_path: Path) -> None:
    rows = [row(f"i{i}", 1.0) for i in range(3)]
    folders = [write_folder(tmp_path / name, {"set": rows}) for name in "abc"]
    found = compare_all(read_folders(folders))
    assert [(one.before, one.after) for one in found.comparisons] == [("a", "b"), ("a", "c")]
    assert "Nothing got significantly worse." in render(found)
