"""Every cheat makes what it says."""

from __future__ import annotations

from random import Random

import pytest

from social_r1.hardbench import OracleContent
from social_r1.redteam import CHEATS, Attempt, Scene
from social_r1.redteam.cheats import REFERENCES
from social_r1.redteam.wording import Wording, speaker
from social_r1.rewards.config import EfficiencyConfig
from social_r1.rewards.efficiency import repeated_share, window
from social_r1.rewards.plain import disguises, marks_up
from social_r1.trajectory import ParseOutcome, Stage, Trajectory, parse


def made(scene: Scene, name: str, letter: str, wording: Wording = "prose") -> Attempt:
    cheat = {**CHEATS, **REFERENCES}[name]
    attempt = cheat.make(scene, letter, speaker(wording, scene.item), Random(f"{name}-{letter}"))
    assert attempt is not None
    return attempt


def read(scene: Scene, name: str, letter: str) -> Trajectory:
    return parse(made(scene, name, letter).completion, scene.item, answer_rule="letter_first")


def places(thought: str) -> list[int]:
    return [thought.index(f"{stage.title}:") for stage in Stage]


@pytest.mark.parametrize("name", [*CHEATS, *REFERENCES])
def test_the_same_chance_gives_the_same_completion(scenes: list[Scene], name: str) -> None:
    for scene in scenes:
        missing = {"twin_trace": scene.twin, "honest_wrong": scene.wrong}
        if missing.get(name, True):
            assert made(scene, name, "A") == made(scene, name, "A")


WELL_FORMED = [
    name
    for name in CHEATS
    if name
    not in {
        "several_answers", "all_letters", "no_option", "no_letter", "nested_think", "second_think",
        "unclosed_think", "unclosed_answer", "text_outside", "truncated", "lookalike_letter",
    }
]  # fmt: skip


@pytest.mark.parametrize("name", WELL_FORMED)
def test_a_cheat_answers_the_letter_that_it_is_given(scenes: list[Scene], name: str) -> None:
    scene = next(s for s in scenes if s.twin)
    for letter in scene.item.letters:
        found = read(scene, name, letter)
        assert found.outcome is ParseOutcome.OK
        assert scene.item.letters[found.answer or 0] == letter


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("several_answers", ParseOutcome.SEVERAL_ANSWERS),
        ("all_letters", ParseOutcome.NOT_AN_OPTION),
        ("no_option", ParseOutcome.NOT_AN_OPTION),
        ("no_letter", ParseOutcome.NOT_AN_OPTION),
        ("nested_think", ParseOutcome.NESTED_THINK),
        ("second_think", ParseOutcome.NESTED_THINK),
        ("unclosed_think", ParseOutcome.UNCLOSED_THINK),
        ("unclosed_answer", ParseOutcome.UNCLOSED_ANSWER),
        ("text_outside", ParseOutcome.TEXT_OUTSIDE),
        ("truncated", ParseOutcome.UNCLOSED_THINK),
        ("lookalike_letter", ParseOutcome.NOT_AN_OPTION),
    ],
)
def test_a_cheat_of_form_breaks_the_form_that_it_names(
    scenes: list[Scene], name: str, outcome: ParseOutcome
) -> None:
    assert {read(scene, name, "B").outcome for scene in scenes} == {outcome}


def test_the_verdict_stands_before_the_stages(scenes: list[Scene]) -> None:
    for scene in scenes:
        thought = read(scene, "answer_first", "B").thought
        first = thought[: places(thought)[0]]
        assert "B" in first or scene.option("B") in first


def test_the_letter_stands_in_every_stage(scenes: list[Scene]) -> None:
    for name, sign in (("letter_in_every_stage", "(C)"), ("verdict_in_every_stage", "is C.")):
        for scene in scenes:
            lines = read(scene, name, "C").thought.split("\n")
            assert len(lines) == 4
            assert all(sign in line for line in lines[:3])


def test_empty_headings_hold_nothing(scenes: list[Scene]) -> None:
    words = read(scenes[0], "bare_headings", "A").thought
    assert words == "\n".join(f"{stage.title}:" for stage in Stage)


def test_talk_that_fits_any_story_takes_only_names_from_it(scenes: list[Scene]) -> None:
    for scene in scenes:
        thought = read(scene, "stage_talk_named", "A").thought
        assert sum(name in thought for name in scene.people) == 2
        assert not any(place in thought for place in scene.places if " " in place)
        assert places(thought) == sorted(places(thought))
        assert 400 < len(thought) < 1600


def test_the_story_is_pasted(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert scene.item.story[:2000] in read(scene, "story_pasted", "A").thought
        passage = read(scene, "passage_in_stages", "A").thought.split("\n")
        assert len({line.partition(": ")[2] for line in passage}) == 1


def test_one_claim_is_said_in_other_words_only(scenes: list[Scene]) -> None:
    thought = read(scenes[0], "one_claim_reworded", "A").thought
    assert repeated_share(thought) < 0.1
    assert thought.count(". ") > 8


def test_a_fluent_wrong_thought_makes_hardly_a_true_claim(scenes: list[Scene]) -> None:
    for scene in scenes:
        claims = made(scene, "fluent_wrong", "A").claims
        assert claims is not None
        [score] = OracleContent()([scene.item], [claims])
        assert score is not None
        assert score < -1.5  # of -2 to 2


def test_a_trace_of_another_item_is_gold_there_and_wrong_here(scenes: list[Scene]) -> None:
    oracle = OracleContent()
    for scene in scenes:
        claims = made(scene, "other_trace", "A").claims
        gold = made(scene, "honest_right", "A").claims
        assert claims is not None
        assert gold is not None
        theirs, ours = oracle([scene.item] * 2, [claims, gold])
        assert ours == 2.0
        assert theirs is not None
        assert theirs < -1.5


def test_padding_reaches_the_length_window(scenes: list[Scene]) -> None:
    for name in ("padded", "padded_stages", "padded_repeats", "unseen_padding"):
        for scene in scenes:
            thought = read(scene, name, "A").thought
            assert window(len(thought), EfficiencyConfig()) > 0.9


@pytest.mark.parametrize(
    "name", ["split_verdict", "lookalike_verdict", "lookalike_letter", "foreign_verdict",
             "unseen_padding"]
)  # fmt: skip
def test_disguises_hold_characters_that_are_not_plain(scenes: list[Scene], name: str) -> None:
    for scene in scenes:
        assert disguises(made(scene, name, "B").completion, scene.item)
        assert not disguises(made(scene, "honest_right", "B").completion, scene.item)


def test_messages_to_a_judge_are_messages(scenes: list[Scene]) -> None:
    for name in ("judge_fences", "judge_chat"):
        assert all(marks_up(read(s, name, "A").thought) for s in scenes)
    orders = [read(s, "judge_orders", x).thought for s in scenes for x in s.item.letters]
    assert all("1.0" in thought or "full score" in thought for thought in orders)


def test_the_honest_answers_are_right_and_wrong(scenes: list[Scene]) -> None:
    for scene in scenes:
        for letter in scene.item.letters:
            found = read(scene, "honest_right", letter)
            assert found.answer == scene.item.answer
        if scene.wrong:
            found = read(scene, "honest_wrong", scene.item.letter)
            assert found.answer is not None
            assert found.answer != scene.item.answer


def test_every_letter_has_its_best_case(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert set(scene.argued) == set(scene.item.letters)
        for letter, texts in scene.argued.items():
            assert texts[-1].endswith(f"({letter}).")
