"""Random plots happen in a possible world, for every seed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from social_r1.hardbench.blocks import HARD_WEIGHTS
from social_r1.hardbench.plots import PlotSpec, draw_script
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Script
from social_r1.hardbench.surface import draw_cast, surface_bank

SPEC = PlotSpec((6, 9), HARD_WEIGHTS, doubt=0.5, late=0.5)
STORY = {Act.ROLL, Act.PLACE, Act.DOUBT}


def scripts(spec: PlotSpec, count: int, agents: int = 4) -> list[Script]:
    rng = Random("plots")
    return [draw_script(rng, draw_cast(rng, agents=agents, places=4), spec) for _ in range(count)]


def test_a_drawn_plot_can_be_staged_unless_somebody_passes_on_what_he_was_never_shown() -> None:
    refusals: list[str] = []
    for script in scripts(SPEC, 400):
        try:
            assert len(stage(script).events) == len(script.lines)
        except ScriptError as problem:
            refusals.append(str(problem))
    assert all("has no idea where" in reason for reason in refusals)
    assert len(refusals) < 40


def test_a_plot_opens_with_who_is_there_and_where_the_thing_is() -> None:
    for script in scripts(SPEC, 100):
        opening = [line.act for line in script.lines if line.act is not Act.DOUBT][:2]
        assert opening == [Act.ROLL, Act.PLACE]
        assert sum(line.act in STORY for line in script.lines) <= 3


def test_a_plot_has_as_many_acts_as_asked_for() -> None:
    for script in scripts(SPEC, 200):
        assert 6 <= sum(line.act not in STORY for line in script.lines) <= 9


def test_an_act_without_weight_does_not_happen() -> None:
    spec = PlotSpec((6, 9), {Act.MOVE: 1.0, Act.LEAVE: 1.0, Act.NAP: 0.0})
    seen = {line.act for script in scripts(spec, 50) for line in script.lines}
    assert seen == {Act.ROLL, Act.PLACE, Act.MOVE, Act.LEAVE}


def test_every_act_happens_somewhere() -> None:
    acts = Counter(line.act for script in scripts(SPEC, 300) for line in script.lines)
    assert set(acts) == {act for act in Act if act.value in surface_bank()}


def test_who_comes_late_is_not_on_the_roll() -> None:
    late = PlotSpec((6, 9), HARD_WEIGHTS, late=1.0)
    for script in scripts(late, 50):
        assert script.lines[0].people == script.agents[:-1]
    for script in scripts(late, 20, agents=2):
        assert script.lines[0].people == script.agents  # two are too few for it


def test_a_thing_that_is_moved_goes_somewhere_else() -> None:
    for script in scripts(SPEC, 200):
        thing = script.lines[1].thing or script.lines[2].thing
        places = [
            line.value
            for line in script.lines
            if line.thing == thing and line.act in (Act.PLACE, Act.MOVE, Act.PEEK_MOVE)
        ]
        assert all(a != b for a, b in pairwise(places))
        assert len(set(places[:4])) == len(places[:4])  # new places first


def test_a_skeleton_comes_in_its_order() -> None:
    spec = PlotSpec((8, 8), {Act.NOISE: 1.0}, skeleton=(Act.LEAVE, Act.MOVE) * 2)
    for script in scripts(spec, 50):
        acts = [line.act for line in script.lines if line.act in (Act.LEAVE, Act.MOVE)]
        assert acts == [Act.LEAVE, Act.MOVE, Act.LEAVE, Act.MOVE]
        assert len(script.lines) == 10


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_draws_the_same_plot(seed: int) -> None:
    cast = draw_cast(Random(seed), agents=4, places=4)
    assert draw_script(Random(seed), cast, SPEC) == draw_script(Random(seed), cast, SPEC)
