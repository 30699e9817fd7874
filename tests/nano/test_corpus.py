"""The cold-start corpus: three habits, all of them right on the items they are shown on."""

from __future__ import annotations

from collections import Counter
from random import Random

from social_r1.hardbench import check_thought, easy_item
from social_r1.nano.corpus import (
    CorpusSpec,
    careful_thought,
    collapsed_thought,
    drill,
    example,
    hasty_thought,
)
from social_r1.trajectory import parse, render_target


def test_a_careful_thought_makes_only_true_claims():
    for i in range(40):
        item = easy_item(11, i)
        assert check_thought(item, careful_thought(item)).quality == 1.0


def test_every_habit_reaches_the_right_answer_or_is_not_used():
    used = Counter()
    for i in range(80):
        item = easy_item(12, i)
        thoughts = {
            "careful": careful_thought(item),
            "collapsed": collapsed_thought(item),
            "hasty": hasty_thought(item),
        }
        for habit, thought in thoughts.items():
            if thought is None:
                continue
            used[habit] += 1
            said = parse(render_target(thought, item.letter), item)
            assert said.well_formed
            assert said.answer == item.answer
            assert item.options[item.answer] in thought
    assert used["careful"] == 80
    assert used["collapsed"] > 20
    assert used["hasty"] > 40


def test_a_collapsed_thought_looks_complete_and_interprets_nothing():
    item, thought = next(
        (item, thought)
        for item in (easy_item(13, i) for i in range(50))
        if (thought := collapsed_thought(item)) and item.meta["order"] == 2
    )
    assert check_thought(item, thought).beliefs == 0.0


def test_a_drill_asks_for_the_letter_of_a_named_option():
    ex = drill(Random(3))
    letter = ex.completion.partition("<Answer>")[2][0]
    option = ex.messages[0]["content"].partition("Which option is the ")[2].partition("?")[0]
    assert f"{option} ({letter})" in ex.messages[0]["content"]


def test_example_i_depends_on_its_arguments_alone():
    spec = CorpusSpec(hasty=0.3, collapsed=0.3)
    assert example(5, 17, spec) == example(5, 17, spec)
    assert example(5, 17, spec) != example(6, 17, spec)
