"""The trajectories that are shown: which, and how they are cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from social_r1.analysis import load_run
from social_r1.analysis.examples import examples, pieces, story_lines
from social_r1.analysis.scoring import reward_scorer
from social_r1.analysis.types import EvalRow, EvalSet
from social_r1.items import SocialItem
from social_r1.trajectory import parse

ITEM = SocialItem(
    id="x", dimension="Belief", group="g", story="Ann left.", question="Why?", options=("a", "b"),
    answer=0,
)  # fmt: skip


def test_three_kinds_are_shown_before_and_after(make_run: Callable[..., Path]) -> None:
    shown = examples(load_run(make_run(n=48, steps=1)), None)
    rights = [[told.right for told in example.told] for example in shown]
    assert rights == [[False, True], [False, False], [True, True]]
    assert [example.item.split for example in shown] == ["hard", "hard", "easy"]
    assert all(told.parts is None for example in shown for told in example.told)


def test_each_trajectory_is_scored_part_by_part(make_run: Callable[..., Path]) -> None:
    run = load_run(make_run(n=48, steps=1))
    scorer = reward_scorer(run.manifest)
    assert "reward nano" in scorer.says
    gained = examples(run, scorer)[0].told[1].parts
    assert gained is not None
    assert (gained.format, gained.outcome) == (1.0, 1.0)
    assert gained.structure is not None
    assert gained.structure > 0.5


def test_an_unknown_reward_falls_back_to_the_recommended_one(tmp_path: Path) -> None:
    says = reward_scorer({"config": {"reward": "of/another/place"}}).says
    assert "reward recommended (the run's own is not at hand)" in says
    own = tmp_path / "own.yaml"
    own.write_text("extends: paper\nfloor: 0.5\n")
    scorer = reward_scorer({"config": {"reward": str(own)}})
    assert scorer.reward.config.floor == 0.5
    assert "not at hand" not in scorer.says
    assert "reward paper" in reward_scorer({"config": {"a": {"reward": {"name": "paper"}}}}).says


def test_a_kind_that_does_not_occur_is_left_out(make_run: Callable[..., Path]) -> None:
    run = load_run(make_run(n=8, steps=1, rates={"hard": (1.0, 1.0)}))
    assert examples(run, None) == []


def test_pieces_lose_no_words() -> None:
    thought = "Intro words.\nCue Encoding: Ann left.\nGoal: find out why.\nCue Encoding: again."
    trajectory = parse(f"<think>{thought}</think><Answer>A</Answer>", ITEM)
    cut = pieces(trajectory)
    assert " ".join(" ".join(p.text for p in cut).split()) == " ".join(thought.split())
    assert [piece.stage for piece in cut][-3:] == [1, 3, 1]


def test_a_story_is_shown_line_by_line_without_its_own_numbers() -> None:
    assert story_lines("[1] Ann left.\n[2] Bo came.") == ("Ann left.", "Bo came.")
    assert story_lines("Ann left. Bo came.") == ("Ann left.", "Bo came.")
    assert story_lines("3 men came.\n4 men left.") == ("3 men came.", "4 men left.")


def test_letters_are_those_of_the_order_in_which_the_options_were_shown(
    make_run: Callable[..., Path],
) -> None:
    run = load_run(make_run(n=8, steps=1))
    pair = run.sets["hard"]
    item = run.items[pair.before[0].item_id]
    places = tuple(reversed(range(len(item.options))))
    shown = item.reordered(places)
    wrong = shown.letters[shown.answer - 1]

    def row(letter: str, greedy: float) -> EvalRow:
        text = f"<think>Goal: find out.</think><Answer>{letter}</Answer>"
        return pair.before[0].model_copy(
            update={"greedy": greedy, "completion": text, "places": places}
        )

    only = EvalSet("hard", (row(wrong, 0),), (row(shown.letter, 1),))
    (example,) = examples(replace(run, sets={"hard": only}), None)
    assert example.item == shown
    assert [(told.answer, told.right) for told in example.told] == [
        (wrong, False),
        (shown.letter, True),
    ]
