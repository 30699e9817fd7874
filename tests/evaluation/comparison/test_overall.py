"""The paper's mean over eight sets: whole, in part, and of which metric."""

from __future__ import annotations

import pytest

from social_r1.evaluation.comparison.overall import METRICS, overall
from social_r1.evaluation.types import Summary
from social_r1.stats import Interval

from .folders_of_ours import summary


def with_accuracy(name: str, value: float, **changes: object) -> Summary:
    found = Interval(value, value - 0.1, value + 0.1, 100)
    return summary(name, [], **({"n": 99_999, "metrics": {"accuracy": found}} | changes))


def test_the_eight_are_those_of_the_paper() -> None:
    assert list(METRICS) == [
        "tombench", "tombench_hard", "socialiqa", "simpletom", "emobench", "motivebench", "hitom",
        "tactfultom",
    ]  # fmt: skip


def test_overall_is_complete_with_all_eight_and_their_plain_mean() -> None:
    found = overall({name: with_accuracy(name, 0.1 * (i + 1)) for i, name in enumerate(METRICS)})
    assert found.complete
    assert found.mean is not None
    assert found.mean.value == pytest.approx(0.45)  # (0.1 + ... + 0.8) / 8
    # Eight equal half widths: the mean's is one of them over sqrt(8).
    assert found.mean.high - found.mean.value == pytest.approx(0.1 / 8**0.5)
    assert found.text == "Overall: 0.4500"


def test_fewer_than_eight_are_named_for_what_they_are() -> None:
    found = overall([with_accuracy("tombench", 0.6), with_accuracy("hitom", 0.4)])
    assert not found.complete
    assert found.text == "mean over 2 of 8: 0.5000"
    assert found.missing[:2] == ("tombench_hard", "socialiqa")


def test_without_any_there_is_no_mean() -> None:
    found = overall([with_accuracy("tomi", 0.6)])
    assert found.mean is None
    assert found.text.startswith("no Overall: none of tombench")
    assert found.macro is not None
    assert found.macro_sets == ("tomi",)


def test_accuracy_stands_for_a_set_whose_own_figure_is_stricter() -> None:
    figures = {"all_three": Interval(0.2, 0.1, 0.3, 9), "accuracy": Interval(0.7, 0.6, 0.8, 27)}
    found = overall([with_accuracy("simpletom", 0, metrics=figures)])
    assert found.used == {"simpletom": "accuracy"}
    assert found.mean is not None
    assert found.mean.value == pytest.approx(0.7)
    assert found.macro is not None
    assert found.macro.value == pytest.approx(0.2)


def test_a_set_without_accuracy_is_stood_for_by_its_first_figure() -> None:
    plain = {"metrics": {"joint": Interval(0.3, 0.2, 0.4, 9)}, "greedy": None}
    assert overall([with_accuracy("hitom", 0, **plain)]).used == {"hitom": "joint"}


def test_protocols_are_not_mixed() -> None:
    native = with_accuracy("tombench.native", 0.9, protocol="native")
    both = [with_accuracy("tombench", 0.5), native]
    means = [overall(both, protocol).mean for protocol in ("social-r1", "native")]
    assert [mean.value for mean in means if mean] == pytest.approx([0.5, 0.9])


def test_a_copy_with_fewer_items_is_named() -> None:
    assert overall([with_accuracy("simpletom", 0.5, n=10)]).partial == ("simpletom",)
    assert overall([with_accuracy("simpletom", 0.5)]).partial == ()
