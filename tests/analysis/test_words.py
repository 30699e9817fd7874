"""Sentences say no more than the figures."""

from __future__ import annotations

from social_r1.analysis import words
from social_r1.analysis.types import Change, Gain, LeftOut
from social_r1.stats import Interval


def change(before: float, after: float, low: float, high: float) -> Change:
    return Change(
        Interval(before, before - 0.05, before + 0.05, 100),
        Interval(after, after - 0.05, after + 0.05, 100),
        Gain(after - before, low, high),
        25,
    )


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("−", "-")


def test_a_gain_is_told_with_its_interval() -> None:
    told = words.headline({"hard": change(0.41, 0.58, 0.11, 0.23)}, [])
    assert told["verdict"] == "gain"
    assert plain(told["text"]) == (
        "41 % of the hard items were answered right before training and 58 % after it: "
        "+17.0 points (95 % interval +11.0 to +23.0), over 100 items."
    )


def test_an_interval_that_holds_zero_is_no_gain() -> None:
    told = words.headline({"hard": change(0.41, 0.44, -0.01, 0.07)}, [])
    assert told["verdict"] == "no clear change"
    assert "includes zero" in told["text"]
    assert "lifted" not in told["title"]


def test_an_interval_that_ends_at_zero_is_no_gain() -> None:
    assert words.verdict(Gain(0.05, 0.0, 0.1)) == "no clear change"


def test_few_groups_are_pointed_out() -> None:
    few = change(0.4, 0.6, 0.1, 0.3)._replace(groups=3)
    assert "With 3 groups of items" in words.headline({"hard": few}, [])["text"]


def test_a_loss_is_called_a_loss() -> None:
    told = words.headline({"hard": change(0.5, 0.4, -0.15, -0.05)}, [])
    assert told["verdict"] == "loss"
    assert "a loss, not a gain" in told["text"]
    assert "-10.0 points" in plain(told["text"])


def test_a_missing_hard_set_is_told_with_its_reason() -> None:
    told = words.headline({}, [LeftOut("set hard", "no eval/after/hard.jsonl in the run folder")])
    assert told["verdict"] == "not measured"
    assert "no eval/after/hard.jsonl" in told["text"]


def test_the_shortcut_illusion_is_named_only_when_intervals_lie_apart() -> None:
    apart = {"easy": change(0.9, 0.9, -0.1, 0.1), "hard": change(0.4, 0.4, -0.1, 0.1)}
    close = {"easy": change(0.48, 0.5, -0.1, 0.1), "hard": change(0.4, 0.4, -0.1, 0.1)}
    assert "the paper calls the shortcut illusion" in (words.shortcut_illusion(apart, 0.25) or "")
    assert "does not show" in (words.shortcut_illusion(close, None) or "")
    assert words.shortcut_illusion({"hard": apart["hard"]}, None) is None


def test_the_content_scorer_is_found_or_said_to_be_unknown() -> None:
    manifest = {"config": {"training": {"content_scorer": "oracle"}}}
    assert words.content_scorer(manifest) == "oracle"
    assert words.content_scorer({"config": {}}) == "not stated in the manifest"
