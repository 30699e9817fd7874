"""Gold traces in ordinary words: they say what the trace says, and the oracle reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from social_r1.hardbench.assemble import make_item, world
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.forms import Question
from social_r1.hardbench.oracle import Verdict, check_thought
from social_r1.hardbench.prose import brief, cited, read, sentences, told, write
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.traces import perspective
from social_r1.items import SocialItem
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage

SCRIPT = Script(
    ("Ana", "Ben", "Cy"),
    "barn",
    (
        Line(Act.ROLL, people=("Ana", "Ben", "Cy")),
        Line(Act.PLACE, thing="key", value="tin"),
        Line(Act.LEAVE, "Cy"),
        Line(Act.MOVE, "Ben", thing="key", value="jar"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.MOVE, "Ben", thing="key", value="box"),
    ),
    frame="narrative",
    domain="farm",
    matter="location",
)
QUESTION = Question("belief", ("Ben", "Ana"), "key", matter="location")
ITEM = make_item(
    SCRIPT, stage(SCRIPT), QUESTION, ("box", "jar", "tin", "pot"), "jar", 0, group="hand",
    variant=0, design="single", split="test", difficulty=1,
    more={"keys": ["box", "jar", "tin", "pot"], "pivotal": [5]},
)  # fmt: skip
THOUGHT = """\
Cue Encoding: Watch Ben and Ana. [4] the key is moved to the jar, seen by Ben and Ana. In [5], Ana \
leaves, with Ben there. Line [6] has it that the key is moved to the box, seen by Ben.
Cue Interpretation: Ben ends with the box, by [6]. Ana in the eyes of Ben has the jar from [4].
Goal Clarification: The question turns to Ana in the eyes of Ben, true or false.
Response Generation: Hence jar (B)."""
"""Written by hand. The lines that are told: 5, without which Ben would see Ana look on, and 6 and
4, by which the two views end."""


def verdicts(thought: str) -> dict[str, Verdict]:
    return {c.text: c.verdict for c in check_thought(ITEM, thought).claims}


def test_what_decides_is_told_and_nothing_else() -> None:
    here = world(ITEM)
    assert cited(here) == {4, 5, 6}
    assert here.pivotal == (5,)
    short = brief(here)
    assert short.beliefs == ((("Ben",), ((6, "box"),)), (("Ben", "Ana"), ((4, "jar"),)))
    assert [c != "nothing" for c in short.cues] == [False, False, False, True, True, True]


def test_the_thought_written_by_hand_is_right_in_every_claim() -> None:
    check = check_thought(ITEM, THOUGHT)
    assert (check.cues, check.beliefs, check.goal, check.quality) == (1.0, 1.0, 1.0, 1.0)
    assert {c.verdict for c in check.claims} == {Verdict.TRUE}


@pytest.mark.parametrize(
    ("said", "instead", "claim"),
    [
        ("moved to the jar", "moved to the tin", "[4] key to tin; seen by Ben, Ana"),
        ("the box, seen by Ben.", "the box, seen by Ana.", "[6] key to box; seen by Ana"),
        ("Ben ends with the box, by [6]", "Ben ends with the box, by [4]", "[4] Ben box, Ben on"),
        ("has the jar from [4]", "has the box from [6]", "[6] Ben box, Ben on Ana box"),
        ("turns to Ana in the eyes of Ben", "turns to Ana", "The question asks for Ana"),
    ],
)
def test_a_false_claim_is_found_and_named(said: str, instead: str, claim: str) -> None:
    assert said in THOUGHT
    found = verdicts(THOUGHT.replace(said, instead, 1))
    wrong = [text for text, verdict in found.items() if verdict is Verdict.FALSE]
    assert any(text.startswith(claim) for text in wrong), wrong
    assert check_thought(ITEM, THOUGHT.replace(said, instead, 1)).quality < 1


def test_a_true_cue_beside_the_point_costs_nothing_and_a_missing_one_does() -> None:
    """F1 of 4 claims (whose eyes, 4, 5, 6): one left out gives 2 * 3 / (4 + 3)."""
    more = THOUGHT.replace("[4] the key", "At [2], the key starts out in the tin, seen by Ben and "
                           "Ana. [4] the key", 1)  # fmt: skip
    assert check_thought(ITEM, more).cues == 1.0
    less = THOUGHT.replace("In [5], Ana leaves, with Ben there. ", "", 1)
    check = check_thought(ITEM, less)
    assert check.cues == pytest.approx(6 / 7)
    assert [c.text for c in check.claims if c.verdict is Verdict.MISSING] == ["[5]"]


def test_half_a_point_is_for_an_end_that_is_right_by_the_wrong_line() -> None:
    check = check_thought(ITEM, THOUGHT.replace("has the jar from [4]", "has the jar from [6]", 1))
    assert check.beliefs == pytest.approx((1 + 0.5) / 2)


def pairs(items: Sequence[SocialItem]) -> list[tuple[SocialItem, tuple[str, ...]]]:
    return [(item, told(world(item), item.letter, item.group)) for item in items]


def test_words_say_all_that_the_trace_says_of_every_form(rich_items: list[SocialItem]) -> None:
    for item, texts in pairs(rich_items):
        here = world(item)
        short = brief(here)
        views = [perspective(chain) for chain, _ in short.beliefs]
        for one, text, claims in zip(Stage, texts, short.stages(item.letter), strict=True):
            heard = read(one, text, views)
            assert heard == re.sub(r" \[\d+\] nothing\.", "", claims), text
        check = check_thought(item, render_thought(texts))
        assert check.quality == 1.0
        assert {c.verdict for c in check.claims} == {Verdict.TRUE}


def test_another_items_words_are_found_out(rich_items: list[SocialItem]) -> None:
    """Of another story nearly every claim is false, whatever the words."""
    apart = [
        (a, b) for a, b in zip(rich_items, rich_items[40:], strict=False) if a.group != b.group
    ]
    scores = [
        check_thought(a, render_thought(told(world(b), b.letter, b.group))).quality
        for a, b in apart
    ]
    assert sum(scores) / len(scores) < 0.1


def test_the_same_seed_takes_the_same_words_and_a_change_leaves_the_rest() -> None:
    claims = "Who: Ben, Ana. [4] key to jar; seen by Ben, Ana. [6] key to box; seen by Ben."
    first = write(Stage.CUE_ENCODING, claims, "x", "location")
    assert first == write(Stage.CUE_ENCODING, claims, "x", "location")
    other = write(Stage.CUE_ENCODING, claims.replace("box", "pot"), "x", "location")
    assert [a == b for a, b in zip(sentences(first), sentences(other), strict=True)] == [
        True, True, False,
    ]  # fmt: skip
    assert other == first.replace("box", "pot")
    assert len({write(Stage.CUE_ENCODING, claims, str(n), "location") for n in range(50)}) == 50


def test_a_place_with_a_capital_is_nobody() -> None:
    """Who is told by name alone hears it alone; what others hear is said aloud."""
    told_all = "[3] Ben tells Faraday cage; heard by Ana."
    told_one = "[4] Ben tells Ana Faraday cage."
    for seed in map(str, range(20)):
        said = write(Stage.CUE_ENCODING, f"{told_all} {told_one}", seed, "location")
        assert "the Faraday cage" in said.split("[4]")[0]
        assert read(Stage.CUE_ENCODING, said) == f"{told_all} {told_one}"


def test_what_is_no_trace_is_refused() -> None:
    for at, text in ((0, "Who: Ben. [1] Ben sings."), (1, "So it ends: ben jar."), (2, "Why?")):
        with pytest.raises(ValueError, match="is no "):
            write(Stage(at), text, "x", "location")


def test_small_stories_keep_the_notation() -> None:
    item = easy_item(0, 0)
    here = world(item)
    assert told(here, item.letter, "x") == here.trace.stages(item.letter)


def test_free_prose_makes_no_claims(rich_items: list[SocialItem]) -> None:
    thought = render_thought(("They met.", "She is glad. He knows it.", "It asks this.", "Yes."))
    check = check_thought(rich_items[0], thought)
    assert check.quality == 0.0
