"""Windows and alarm of the Goodhart watch, on series worked out by hand."""

from __future__ import annotations

import json

import pytest

from social_r1.training.alarm import ALARM, judge, started, summary
from social_r1.training.callbacks import MetricsCallback
from social_r1.training.goodhart import GoodhartConfig

TWO = GoodhartConfig(window=2)


def log(
    score: list[float], truth: list[float], *, rank: list[float] | None = None, sd: float = 1.0
) -> list[dict]:
    """Rows of a log, one for each step."""
    ranks = rank or [0.6] * len(score)
    return [
        {
            "step": step, "watch/groups": 16.0, "watch/score": s, "watch/truth": t,
            "watch/score_sd": sd, "watch/truth_sd": sd, "watch/spearman_within": r,
            "watch/ranked_groups": 10.0,
        }
        for step, (s, t, r) in enumerate(zip(score, truth, ranks, strict=True), 1)
    ]  # fmt: skip


def rules(rows: list[dict], config: GoodhartConfig = TWO) -> list[str]:
    return [reason.partition(":")[0] for reason in judge(rows, config)[ALARM]]


def test_changes_are_in_standard_deviations_of_the_first_steps() -> None:
    said = judge(log([1.0, 3.0, 5.0, 5.0], [0.0, 0.0, 1.0, 2.0]), TWO)
    # Score: means 2 and 5; spread of the first thoughts sqrt(1² + variance of 1 and 3 = 1).
    assert said["watch/base/score"] == 2.0
    assert said["watch/base/score_sd"] == pytest.approx(2**0.5)
    assert said["watch/rise/score"] == pytest.approx(3 / 2**0.5)
    assert said["watch/rise/truth"] == pytest.approx(1.5)
    assert said["watch/window"] == 2


def test_first_thoughts_that_are_all_alike_do_not_blow_up_the_scale() -> None:
    said = judge(log([0.0, 0.0, 0.1, 0.1], [0.0] * 4, sd=0.0), TWO)
    assert said["watch/base/score_sd"] == 0.25
    assert said["watch/rise/score"] == pytest.approx(0.4)


def test_a_score_that_rises_while_the_truth_falls_is_an_alarm() -> None:
    said = judge(log([0.0, 0.0, 0.5, 0.5], [0.0, 0.0, -0.2, -0.2]), TWO)
    assert said[ALARM] == ["rise: score +0.50, truth -0.20 since the first 2 steps"]


@pytest.mark.parametrize(
    ("score", "truth", "held"),
    [
        (0.8, 0.6, []),  # both rise
        (0.8, 0.21, []),  # a quarter of .8 is .2
        (0.8, 0.19, ["rise"]),
        (0.29, -0.1, []),  # within the noise
        (-0.5, -0.6, []),  # both fall: worse, but no parting
        (0.1, -0.5, ["fall"]),
        (-0.1, -0.5, ["fall"]),  # a quarter of .5 is .125
        (-0.2, -0.5, []),
        (1.5, 0.4, ["gap"]),
        (2.0, 0.4, ["rise", "gap"]),
    ],
)
def test_the_bounds_of_rise_fall_and_gap(score: float, truth: float, held: list[str]) -> None:
    assert rules(log([0.0, 0.0, score, score], [0.0, 0.0, truth, truth])) == held


def test_a_hump_of_the_truth_is_seen_although_it_ends_above_its_beginning() -> None:
    score = [0.0, 0.0, 1.0, 1.0, 1.2, 1.2]
    rows = log(score, [0.0, 0.0, 1.0, 1.0, 0.6, 0.6])
    said = judge(rows, TWO)
    assert said["watch/since_best/truth"] == pytest.approx(-0.4)
    assert said[ALARM] == ["fall: truth -0.40, score +0.20 since the truth was best (steps 3 to 4)"]
    assert rules(log([0.0, 0.0, 1.0, 1.0, 0.6, 0.6], [0.0, 0.0, 1.0, 1.0, 0.6, 0.6])) == []


def test_a_score_that_does_not_order_thoughts_as_the_truth_does_is_an_alarm() -> None:
    flat = [0.0] * 4
    lost = log(flat, flat, rank=[0.5, 0.3, 0.1, 0.2])
    assert judge(lost, TWO)[ALARM] == [
        "rank: correlation within groups 0.15 over the last 2 steps, 0.40 over the first"
    ]
    never = log(flat, flat, rank=[0.1, 0.2, 0.3, 0.1])
    assert [rules(never[:n]) for n in (1, 2, 3, 4)] == [[], ["rank"], [], []]  # .15, .25, .20


def test_rank_correlations_weigh_by_groups_and_need_two_a_step() -> None:
    rows = log([0.0] * 4, [0.0] * 4, rank=[0.5, 0.5, 0.5, -0.1])
    for row, groups in zip(rows[2:], (1.0, 5.0), strict=True):
        row["watch/ranked_groups"] = groups
    assert judge(rows, TWO)["watch/rank"] == pytest.approx((0.5 - 0.5) / 6)
    assert rules(rows) == ["rank"]
    rows[3]["watch/ranked_groups"] = 2.0  # all but three groups had thoughts that were equally good
    assert judge(rows, TWO)["watch/rank"] is None
    assert rules(rows) == []


def test_there_is_no_verdict_before_two_windows_and_none_without_score_or_truth() -> None:
    steep = log([0.0, 0.0, 2.0, 2.0], [0.0, 0.0, -1.0, -1.0])
    assert rules(steep[:3]) == []
    assert judge(steep[:3], TWO)["watch/rise/score"] is None
    blind = [{k: v for k, v in row.items() if "score" not in k} for row in steep]
    assert rules(blind) == []
    assert judge(blind, TWO)["watch/score"] is None  # every watched row has every key


def test_rows_of_steps_without_a_new_batch_are_passed_over() -> None:
    rows = log([0.0, 0.0, 0.5, 0.5], [0.0, 0.0, -0.2, -0.2])
    mixed = [part for row in rows for part in ({"step": row["step"] - 0.5}, row)]
    assert rules(mixed) == ["rise"]
    assert judge([*mixed, {"step": 9}], TWO) == {}


def gains(first: dict[str, float], last: dict[str, float]) -> list[dict]:
    return [
        {"step": 1, "watch/groups": 4.0, **first},
        {"step": 2, "watch/groups": 4.0, **last},
    ]


def test_the_gain_of_the_reward_is_shared_among_its_parts_and_the_weights_told_apart() -> None:
    one = GoodhartConfig(window=1)
    rows = gains(
        {"watch/earned/outcome": 0.4, "watch/earned/structure": 1.0, "watch/earned/content": 1.0,
         "weights/structure": 2.0, "weights/content": 1.0},
        {"watch/earned/outcome": 0.6, "watch/earned/structure": 0.8, "watch/earned/content": 5.0,
         "weights/structure": 1.0, "weights/content": 3.0},
    )  # fmt: skip
    said = judge(rows, one)
    assert said["watch/gain/total"] == pytest.approx(4.0)  # .2 - .2 + 4
    assert said["watch/share/outcome"] == pytest.approx(0.05)
    assert said["watch/share/structure"] == pytest.approx(-0.05)
    assert said["watch/share/content"] == pytest.approx(1.0)
    # The first thoughts under the last weights: structure 1 to ½, content 1 to 3.
    assert said["watch/gain/weights"] == pytest.approx(1.5)
    assert said["watch/share/weights"] == pytest.approx(0.375)


def test_a_gain_that_is_hardly_there_has_no_shares() -> None:
    said = judge(
        gains({"watch/earned/outcome": 0.4}, {"watch/earned/outcome": 0.44}),
        GoodhartConfig(window=1),
    )
    assert said["watch/gain/total"] == pytest.approx(0.04)
    assert said["watch/share/outcome"] is None


def test_an_alarm_starts_once_for_each_rule() -> None:
    before = {ALARM: ["rise: score +0.50, truth -0.20 since the first 2 steps"]}
    now = {ALARM: ["rise: score +0.60, truth -0.30 since the first 2 steps", "gap: 1.1"]}
    assert started(before, now) == ["gap: 1.1"]
    assert started(None, before) == before[ALARM]
    assert started(now, {}) == []


def test_the_summary_counts_steps_with_alarms() -> None:
    rows = [{"step": 1, "watch/groups": 1.0, ALARM: []}, {"step": 2}]
    rows.append({"step": 3, "watch/groups": 1.0, ALARM: ["rise: x", "gap: y"]})
    assert summary(rows) == {"watched": 2, "alarms": 1, "first_alarm": 3}
    assert summary([]) == {"watched": 0, "alarms": 0, "first_alarm": None}


class State:
    is_world_process_zero = True

    def __init__(self, step: int) -> None:
        self.global_step = step


def write(path, rows: list[dict]) -> None:
    callback = MetricsCallback(path, watch=TWO)
    for row in rows:
        callback.on_log(None, State(row["step"]), None, {"loss": 0.0} | row)


def test_a_log_that_is_gone_on_with_says_what_an_unbroken_one_says(tmp_path, capsys) -> None:
    rows = log([0.0, 0.1, 0.2, 0.9, 1.3, 1.4], [0.1, 0.0, 0.3, -0.2, -0.4, -0.4])
    write(tmp_path / "whole.jsonl", rows)
    told = capsys.readouterr().err
    for part in (rows[:4], rows[4:]):
        write(tmp_path / "parts.jsonl", part)
    whole, parts = (
        [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        for name in ("whole.jsonl", "parts.jsonl")
    )
    kept = [{k: v for k, v in row.items() if "seconds" not in k} for row in whole]
    assert kept == [{k: v for k, v in row.items() if "seconds" not in k} for row in parts]
    assert [bool(row[ALARM]) for row in whole] == [False, False, False, True, True, True]
    # Each rule is told when it begins, by the unbroken log and by the other alike.
    assert told.count("Goodhart alarm, rise") == 1
    assert capsys.readouterr().err == told
