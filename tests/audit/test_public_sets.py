"""Audits of the public sets give the figures of HARDBENCH section 3, where the data are."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.audit import AFLite, Audit, Settings, audit
from social_r1.evaluation.benchmarks import load_choices

pytest.importorskip("sklearn", reason="probes need the extra 'audit'")


@pytest.fixture(scope="module")
def tombench(benchmarks_dir: Path) -> Audit:
    if not (benchmarks_dir / "tombench").is_dir():
        pytest.skip("no tombench/ in the data folder")
    settings = Settings(aflite=AFLite(quota=1, cut=0.0524))
    return audit(load_choices("tombench", benchmarks_dir), settings=settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [("option_only", 0.448), ("option_question", 0.463), ("longest", 0.306), ("shortest", 0.302)],
)
def test_tombench_is_answered_without_its_stories(tombench: Audit, name: str, value: float) -> None:
    found = tombench.on_all(name)
    assert found is not None
    assert found.value == pytest.approx(value, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"), [("overlap_max", 0.341), ("last_mentioned", 0.331), ("position_B", 0.338)]
)
def test_tombench_rules_with_ties_to_the_first_option(
    tombench: Audit, name: str, value: float
) -> None:
    found = tombench.on_all(name)
    assert found is not None
    assert found.first == pytest.approx(value, abs=0.01)


@pytest.mark.slow
def test_aflite_pays_for_tombench_with_its_non_literal_questions(tombench: Audit) -> None:
    told = tombench.aflite
    assert told is not None
    assert told["rounds"][0]["accuracy"] == pytest.approx(0.459, abs=0.01)
    assert told["rounds"][-1]["accuracy"] < 0.30
    assert told["left"]["Non-literal"] < 0.45 < 0.65 < told["left"]["Belief"]


@pytest.mark.slow
def test_percepts_and_knowledge_links_need_no_story(tombench: Audit) -> None:
    [found] = [
        f
        for f in tombench.figures
        if (f.name, f.by, f.part) == ("option_only", "task", "Percepts-Knowledge Links")
    ]
    assert found.value == 1.0


def test_the_longest_cause_of_emobench_is_right_in_half_of_the_rows(benchmarks_dir: Path) -> None:
    if not (benchmarks_dir / "emobench").is_dir():
        pytest.skip("no emobench/ in the data folder")
    found = audit(load_choices("emobench", benchmarks_dir), settings=Settings(probes=False))
    values = {f.part: f for f in found.figures if (f.name, f.by) == ("longest", "dimension")}
    for part, value in (("EA", 0.31), ("EU cause", 0.51), ("EU emotion", 0.19)):
        assert values[part].low <= value <= values[part].high
