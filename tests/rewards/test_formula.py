"""`explain_config` shows the paper's table of composed rewards."""

from __future__ import annotations

import pytest

from social_r1.rewards import reward_config
from social_r1.rewards.config import GateConfig, RewardConfig
from social_r1.rewards.formula import explain_config, formula, rules

TABLE = {
    "right, S=1, s=1": (6.7372, 9.9744, 13.2116, 13.2116),
    "right, S=0.3, s=-1": (2.6, 3.45, 4.3, 4.3),
    "right, S=0, s=-3": (1.0, 1.0, 1.0, 1.0),
    "wrong, S=1, s=2": (1.4556, 2.4112, 3.3668, 3.3668),
    "wrong, S=1, s=1": (1.1474, 1.7949, 2.4423, 2.4423),
    "wrong, S=0.3, s=-1": (0.32, 0.49, 0.66, 0.66),
}


def test_the_examples_are_the_table_of_the_paper() -> None:
    moments = explain_config(reward_config("paper"))
    for label, expected in TABLE.items():
        shown = [moment.examples[label] for moment in moments]
        assert shown == pytest.approx(expected, abs=1e-4)


def test_parts_that_are_off_leave_the_formula() -> None:
    assert formula(reward_config("outcome_only")) == (
        "R = R_fmt · (1 + 1·R_out)",
        "R = 0 when R_fmt = 0, otherwise max(0.01, R)",
    )
    assert "w_content" not in formula(reward_config("no_content"))[0]
    assert "G(L)" not in formula(reward_config("no_length"))[0]


def test_the_rules_tell_profiles_apart_whose_formula_is_the_same() -> None:
    paper, advised = reward_config("paper"), reward_config("recommended")
    assert formula(paper) == formula(advised)
    assert "no option named: R_fmt = 0" in rules(advised)[0]
    assert "no option named" not in rules(paper)[0]
    assert "S ≤ 0.3 by the rule scorer where one of the four stages is missing" in rules(advised)
    assert "w_struct 2 → 1, w_content 1 → 3, linear over the first 0.3333 of the run" in rules(
        paper
    )
    assert len(rules(reward_config("outcome_only"))) == 1


def test_a_clock_gate_says_so() -> None:
    lines = formula(RewardConfig(gate=GateConfig(kind="schedule")))
    assert "τ rises from 0.2 to 1 over the first 0.3333 of the run" in lines
