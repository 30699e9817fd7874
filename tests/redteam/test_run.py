"""What cheats earn: the arithmetic, the bounds, the shipped profiles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from social_r1.errors import ConfigError, InputError
from social_r1.items import SocialItem
from social_r1.redteam import CHEATS, RedteamConfig, Report, Row, Scene, load_config, redteam
from social_r1.redteam.page import report_json

Shipped = Callable[[str], Report]
ROOT = Path(__file__).resolve().parents[2]

BEYOND = 0.1


def row(report: Report, name: str) -> Row:
    return next(row for row in (*report.references, *report.rows) if row.name == name)


def test_no_cheat_earns_more_than_30_percent_under_the_recommended_profile(
    shipped: Shipped,
) -> None:
    report = shipped("redteam")
    assert report.profile == "recommended"
    assert report.broken == ()
    assert {r.verdict for r in report.rows} == {"held"}
    assert max(r.earned.guess.value for r in report.rows) <= 0.30
    assert report.skipped == ()
    assert {r.name for r in report.rows} == set(CHEATS)


def test_a_right_letter_pays_its_outcome_and_little_more(shipped: Shipped) -> None:
    # cheats whose claims are partly true are paid for these; see their own bounds
    partly_true = {name for name, cheat in CHEATS.items() if cheat.beyond is not None}
    assert partly_true == {"cues_alone", "twin_trace"}
    for r in shipped("redteam").rows:
        if r.name not in partly_true:
            assert r.earned.beyond <= BEYOND
            assert r.earned.right <= 0.30


def test_the_embedded_models_profile_holds_as_well(shipped: Shipped) -> None:
    report = shipped("redteam_nano")
    assert (report.profile, report.wording, report.broken) == ("nano", "trace", ())


def test_the_known_holes_of_the_paper_are_there_and_no_worse() -> None:
    # On all of its 80 items, for its ceilings were measured on them.
    report = redteam(load_config(ROOT / "configs/redteam_paper.yaml"))
    assert report.profile == "paper"
    assert {r.name for r in report.rows} == set(CHEATS)
    assert report.broken == ()
    assert {r.verdict for r in report.rows} <= {"held", "known", "closed"}
    # a verdict first and its best case behind it: nearly all of an honest answer
    for name in ("answer_first", "verdict_in_every_stage", "answer_in_thought", "split_verdict"):
        known = row(report, name)
        assert known.verdict == "known"
        assert known.earned.guess.value > 0.30
        assert known.earned.right > 0.9
    # a fluent chain of false claims has nearly all of S, R = 1 + 2 S at the beginning; some ways to
    # name a wrong goal take nothing from the question and lose it .4
    honest = report.honest[0]
    talk = row(report, "fluent_wrong")
    s = talk.parts["structure"] or 0.0
    assert s > 0.85
    assert talk.earned.right == pytest.approx((1 + 2 * s) / honest, abs=0.01)
    assert talk.earned.beyond == pytest.approx(2 * s / honest, abs=0.01)
    # and by guessing among four: only the right letter has its outcome, wrong ones a fifth of S
    guess = (1 + 2 * s + 3 * 0.2 * 2 * s) / 4
    assert talk.earned.guess.value == pytest.approx(guess / honest, abs=0.01)
    # talk that fits any story has S = .6
    assert row(report, "stage_talk_named").earned.right == pytest.approx(2.2 / honest, abs=0.01)


def test_recommended_closes_each_of_them(shipped: Shipped) -> None:
    paper, ours = shipped("redteam_paper"), shipped("redteam")
    for known in paper.rows:
        if known.verdict == "known":
            closed = row(ours, known.name).earned
            assert closed.guess.value < known.earned.guess.value or known.name == "cues_alone"


def test_messages_to_a_judge_earn_nothing_extra_with_rules(shipped: Shipped) -> None:
    for name in ("redteam", "redteam_paper"):
        report = shipped(name)
        talk = row(report, "stage_talk_named").earned.guess.value
        for cheat in ("judge_orders", "judge_fences", "judge_chat"):
            assert row(report, cheat).earned.guess.value <= talk + 0.005


def test_honest_answers_are_the_yardstick(shipped: Shipped) -> None:
    # R = 1 + 2 + 5.278 and 1 + 1 + 3 · 5.278 with S = 1, s = 2; prose costs next to nothing, but
    # for what long stories make it repeat: asked of all 80 items that the config names
    whole = redteam(load_config(ROOT / "configs/redteam.yaml", cheats=["answer_only"]))
    assert whole.honest == pytest.approx((8.278, 17.834), rel=0.02)
    report = shipped("redteam")
    assert row(report, "honest_right").earned.guess.value == pytest.approx(1.0)
    assert 0.05 < row(report, "honest_wrong").earned.wrong < 0.19
    # the limit of what any reward with this gate can do: the text of a guess that is well argued
    # and happens to be right is the honest text
    guess = row(report, "guess_argued").earned
    assert guess.right == pytest.approx(1.0)
    assert 0.30 < guess.guess.value < 0.40


def test_without_a_content_scorer_false_claims_are_as_good_as_true_ones(
    scenes: list[Scene],
) -> None:
    names = ("stage_talk_named", "fluent_wrong")
    report = redteam(RedteamConfig(content="none", cheats=names), scenes=scenes[:4])
    assert row(report, "fluent_wrong").earned.right == pytest.approx(1.0, abs=0.02)
    # talk that fits any story lacks stages: S is capped at .3, R = 1.9 of 4 at the beginning
    assert row(report, "stage_talk_named").earned.right == pytest.approx(1.9 / 4, abs=0.01)
    assert {r.name for r in report.broken} == set(names)


def test_the_guess_is_the_mean_over_letters(scenes: list[Scene]) -> None:
    report = redteam(RedteamConfig(cheats=("fluent_wrong",)), scenes=scenes[:1])
    earned = row(report, "fluent_wrong").earned
    mean = (earned.right + 3 * earned.wrong) / 4
    assert earned.guess.value == pytest.approx(mean, abs=0.01)


def test_the_same_seed_gives_the_same_table() -> None:
    config = load_config(None, ["items.plain=0", "items.rich=1"])
    first, second = (report_json(redteam(config)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        (["bounds.twin_trace=0.01"], "broken"),
        (["beyond.twin_trace=0.01"], "broken"),
        (["expected.twin_trace={guess: 0.01}"], "broken"),
        (["bounds.twin_trace=0.01", "expected.twin_trace={guess: 0.9}"], "known"),
        (["expected.twin_trace={guess: 0.9}"], "closed"),
        ([], "held"),
    ],
)
def test_bounds_and_known_holes(scenes: list[Scene], words: list[str], verdict: str) -> None:
    scene = next(s for s in scenes if s.twin)
    words = [*words, "cheats=[twin_trace]"]
    report = redteam(load_config(None, words, cheats=list(CHEATS)), scenes=[scene])
    assert row(report, "twin_trace").verdict == verdict
    assert (report.broken != ()) == (verdict == "broken")


def test_a_default_bound_holds_for_every_cheat_without_its_own(scenes: list[Scene]) -> None:
    words = ["bounds.default=0.001", "beyond.default=0.5", "cheats=[stage_talk, cues_alone]"]
    talk, cues = redteam(load_config(None, words), scenes=scenes[:1]).rows
    assert (talk.bound, talk.beyond_bound, talk.verdict) == (0.001, 0.5, "broken")
    assert (cues.bound, cues.beyond_bound) == (0.001, CHEATS["cues_alone"].beyond)


def foreign(n: int) -> SocialItem:
    return SocialItem(
        id=f"x{n}", dimension="Belief", group=f"x{n}", answer=n % 2, options=("the jar", "the tin"),
        story="One day Ella hid a key in the jar. Then Ben took it, and Ella went out to sea.",
        question="Where is it?",
    )  # fmt: skip


def test_items_without_a_log_are_measured_by_the_formula() -> None:
    scenes = [Scene(foreign(n), "file", people=("Ella", "Ben")) for n in range(2)]
    report = redteam(RedteamConfig(content="none"), scenes=scenes)
    # C is missing, so R = 1 + 3 · 1 at the beginning and 1 + 4 · 1 at the end
    assert report.honest == pytest.approx((4.0, 5.0))
    assert "answer_first" in report.skipped
    # two options: half of the guesses are right; S is capped at .3 where a stage has no content of
    # its own: (1.9 + 0.2 · 0.9) / 2 of 4 at the beginning
    talk = row(report, "stage_talk_named").earned
    assert talk.guess.value == pytest.approx(1.04 / 4, abs=0.01)


def test_nothing_to_try_on_is_an_error() -> None:
    with pytest.raises(InputError, match="no items"):
        redteam(load_config(None, ["items.plain=0", "items.rich=0"]))


@pytest.mark.parametrize(
    ("words", "error"), [(["profile=papper"], ConfigError), (["content=nowhere"], InputError)]
)
def test_a_wrong_reward_or_scorer_is_found_before_the_items_are_built(
    words: list[str], error: type[Exception]
) -> None:
    with pytest.raises(error, match="repair"):
        redteam(load_config(None, words))
