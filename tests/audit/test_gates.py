"""Limits, verdicts and what counts as not shown."""

from __future__ import annotations

import pytest

from social_r1.audit.bias import mentions, positions
from social_r1.audit.gates import counts, gates, verdict, worst
from social_r1.audit.heuristics import read
from social_r1.audit.types import Figure, Kind, Limits
from social_r1.stats import wilson


def figure(name: str, kind: Kind, right: int, n: int, *, by: str = "dimension",
           part: str = "Belief") -> Figure:  # fmt: skip
    value, low, high, _ = wilson(right, n)
    return Figure(name, kind, by, part, value, low, high, n, 0.25)


def verdicts(found) -> dict[tuple[str, str], str]:
    return {(gate.what, gate.part): gate.verdict for gate in found}


@pytest.mark.parametrize(
    ("value", "interval", "enough", "said"),
    [
        (0.25, (0.2, 0.3), False, "pass"),
        (0.30, (0.2, 0.4), True, "pass"),
        (0.19, (0.1, 0.3), False, "unclear"),
        (0.19, (0.1, 0.3), True, "fail"),
        (0.50, (0.4, 0.6), False, "fail"),
        (0.05, (0.01, 0.15), False, "fail"),
    ],
)
def test_verdicts(value: float, interval: tuple[float, float], enough: bool, said: str) -> None:
    assert verdict(value, 0.2, 0.3, interval, enough) == said


def test_every_gate_has_its_own_width() -> None:
    found = gates(
        [
            figure("option_only", "probe", 120, 400),  # .30 passes g1
            figure("option_question", "probe", 122, 400),  # .305 does not
            figure("bag_of_words", "probe", 10, 400),  # low is no fault of a learned probe
            figure("longest", "text", 70, 400),  # .175 is below the band of g3
            figure("reality", "log", 110, 400),
            figure(
                "reality", "log", 130, 400, by="cell", part="Belief, order 1"
            ),  # .325 in .15-.35
            figure("reality", "log", 130, 400, by="operator", part="peek"),  # .325 not in .22-.28
            figure("reality", "log", 400, 400, by="operator", part="peek:DIR"),  # not looked at
        ],
        [
            figure("window_1", "probe", 136, 400),  # .34 passes over all depths
            figure("window_1", "probe", 136, 400, by="deep"),  # but not at depth 2 and more
            figure("window_2", "probe", 400, 400),  # reported only
        ],
        {},
        Limits(),
    )
    assert verdicts(found) == {
        ("option_only", "Belief"): "pass",
        ("option_question", "Belief"): "fail",
        ("bag_of_words", "Belief"): "pass",
        ("longest", "Belief"): "fail",
        ("reality", "Belief"): "pass",
        ("reality", "Belief, order 1"): "pass",
        ("window_1", "Belief"): "pass",
        ("window_1", "Belief, depth 2 or more"): "fail",
        ("no story, shuffled story", "all"): "not shown",
        ("reality", "operator peek"): "fail",
    }
    assert counts(found)["g5"] == {"pass": 1, "fail": 1, "unclear": 0, "not shown": 0}
    assert [gate.gate for gate in worst(found)] == ["g1", "g2", "g3", "g4", "g5", "g6", "g7"]
    assert worst(found)[0].what == "option_question"


def test_limits_move_with_the_number_of_options() -> None:
    two = figure("longest", "text", 220, 400)._replace(chance=0.5)
    [gate, *_] = [g for g in gates([two], [], {}, Limits()) if g.gate == "g3"]
    assert (gate.low, gate.high, gate.verdict) == (0.45, 0.55, "pass")


def test_what_a_file_cannot_show_is_said() -> None:
    found = {gate.gate: gate for gate in gates([], [], {}, Limits())}
    assert {gate.verdict for gate in found.values()} == {"not shown"}
    assert "--train" in found["g5"].note
    assert "language model" in found["g6"].note


def test_letters_of_right_options_are_held_within_three_points(make) -> None:
    readings = [read(make(n, answer=n % 4 if n % 10 else 0)) for n in range(400)]
    tables = {"Belief": {"position": positions(readings), "mention": mentions(readings)}}
    found = verdicts(gates([], [], tables, Limits()))
    # A is right 100 times and also on the 20 multiples of ten that are even but not by four.
    assert readings[10].item.answer == 0
    assert found["right letter A", "Belief"] == "fail"
    assert found["right letter B", "Belief"] == "pass"
