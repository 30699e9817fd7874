"""Charts: bars from 0, chance marked, the same bytes twice, words for who does not see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from social_r1.errors import MissingExtraError
from social_r1.evaluation.comparison import charts as module
from social_r1.evaluation.comparison.charts import charts, write_charts
from social_r1.evaluation.comparison.folders import EvalFolder, read_folders
from social_r1.evaluation.comparison.plots import by_ability, by_set

from .folders_of_ours import row, write_folder

pytest.importorskip("matplotlib")


@pytest.fixture
def folders(tmp_path: Path) -> list[EvalFolder]:
    rows = [row(f"i{i}", float(i < 3), dimension="Belief" if i < 2 else "Desire") for i in range(4)]
    base = write_folder(tmp_path / "base", {"tombench": rows, "tomi": rows, "mine": rows})
    other = write_folder(tmp_path / "other", {"tombench": rows, "tomi": rows})
    return read_folders([base, other])


def drawn_axes(monkeypatch: pytest.MonkeyPatch, folders: list[EvalFolder]) -> list[Any]:
    found: list[Any] = []
    keep = module._drawing

    def spy(figure: Any, name: str, alt: str) -> Any:
        found.extend(figure.axes)
        return keep(figure, name, alt)

    monkeypatch.setattr(module, "_drawing", spy)
    charts(folders, with_abilities=False)
    return found


def test_bars_start_at_0_and_the_scale_ends_past_1(
    monkeypatch: pytest.MonkeyPatch, folders: list[EvalFolder]
) -> None:
    bars, radar = drawn_axes(monkeypatch, folders)
    assert bars.get_xlim()[0] == 0
    assert all(patch.get_x() == 0 for patch in bars.patches)
    assert bars.get_xlim()[1] >= 1
    assert radar.get_ylim() == (0, 1)


def test_titles_say_model_n_and_protocol(folders: list[EvalFolder]) -> None:
    assert by_set(folders).title == "base and other: 3 sets, n = 4 each, protocol social-r1"
    assert by_ability(folders, "tomi").title == (
        "base and other: tomi, n = 2 each, protocol social-r1"
    )


def test_a_set_that_a_model_was_not_asked_has_no_bar(folders: list[EvalFolder]) -> None:
    plot = by_set(folders)
    assert plot.axes == ("tombench\naccuracy", "tomi\naccuracy", "mine\naccuracy")
    assert plot.series[1].values[2] is None
    assert plot.chance == (0.25, 0.25, 0.25)
    assert "mine\naccuracy: base 0.750, other none, chance 0.250" in plot.alt


def test_charts_are_written_as_png_and_svg(tmp_path: Path, folders: list[EvalFolder]) -> None:
    files = write_charts(charts(folders), tmp_path / "figures")
    names = {file.name for file in files}
    assert {"sets-social-r1.svg", "radar-social-r1.png", "abilities-tomi.svg"} <= names
    for file in files:
        data = file.read_bytes()
        if file.suffix == ".svg":
            assert ElementTree.fromstring(data).tag.endswith("svg")
        else:
            assert data.startswith(b"\x89PNG")


def test_the_same_folders_give_the_same_bytes(folders: list[EvalFolder]) -> None:
    first, second = (charts(folders, with_abilities=False) for _ in range(2))
    assert [(one.svg, one.png) for one in first] == [(one.svg, one.png) for one in second]


def test_names_are_no_formulas(tmp_path: Path) -> None:
    rows = [row("a", 1.0, dimension="$x_{$")]
    folder = write_folder(tmp_path / "m", {"set": rows, "b": rows, "c": rows}, model="_a $b^{$ c")
    drawn = charts(read_folders([folder]))
    assert len(drawn) == 2


def test_two_sets_make_no_radar(folders: list[EvalFolder]) -> None:
    drawn = charts(folders[1:], with_abilities=False)
    assert [one.name for one in drawn] == ["sets-social-r1"]


def test_a_missing_matplotlib_names_its_extra(
    monkeypatch: pytest.MonkeyPatch, folders: list[EvalFolder]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match="report"):
        charts(folders)
