"""Items carry the world they were made of, and give it back."""

from __future__ import annotations

import json

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.assemble import ENGINE, make_item, proofs, world
from social_r1.hardbench.easy import easy_item
from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.items import SocialItem

SCRIPT = Script(
    ("Ana", "Ben"),
    "barn",
    (
        Line(Act.ROLL, people=("Ana", "Ben")),
        Line(Act.PLACE, thing="key", value="tin"),
        Line(Act.LEAVE, "Ana"),
        Line(Act.NOISE, "Ben", noise="hum"),
        Line(Act.MOVE, "Ben", thing="key", value="jar"),
    ),
)
ASKED = Question("belief", ("Ana",), "key")


def item(gold: str = "tin", variant: int = 0) -> SocialItem:
    return make_item(
        SCRIPT,
        stage(SCRIPT),
        ASKED,
        ("jar", "tin", "box"),
        gold,
        7,
        group="g",
        variant=variant,
        design="single",
        split="test",
        difficulty=2,
    )


def test_an_item_tells_the_story_a_numbered_line_for_every_line_of_the_script() -> None:
    made = item()
    assert [row.split()[0] for row in made.story.splitlines()] == ["1", "2", "3", "4", "5"]
    assert (made.answer, made.letter, made.dimension) == (1, "B", "Belief")
    assert (made.group, made.split, made.source, made.difficulty) == ("g", "test", "hardbench", 2)
    assert "Ana" in made.question


def test_the_world_behind_an_item_is_the_one_it_was_made_of() -> None:
    here = world(item())
    assert (here.script, here.log, here.question) == (SCRIPT, stage(SCRIPT), ASKED)
    assert here.trace.answer == "tin"
    assert here.style == 7


def test_an_item_survives_its_record() -> None:
    for made in (item(), easy_item(5, 0), easy_item(5, 1)):
        read = SocialItem.model_validate(json.loads(made.model_dump_json()))
        assert read == made
        assert world(read) == world(made)


def test_the_record_tells_engine_design_and_what_the_shortcuts_say() -> None:
    meta = item().meta
    assert (meta["engine"], meta["design"], meta["variant"]) == (ENGINE, "single", 0)
    assert (meta["form"], meta["chain"], meta["thing"], meta["order"]) == (
        "belief",
        ["Ana"],
        "key",
        1,
    )
    assert meta["solvers"]["reality"] == "jar"
    assert meta["solvers"]["first_leaver"] == "tin"
    json.dumps(meta)


def test_variants_of_a_group_have_their_own_ids() -> None:
    assert item(variant=0).id != item(variant=1).id
    assert item(variant=1).id == item(variant=1).id


def test_the_oracles_prove_the_answer_and_show_up_a_wrong_record() -> None:
    assert proofs(item()) == {"replay": "tin", "kripke": "tin"}
    wrong = item().model_copy(update={"answer": 0})
    assert wrong.options[wrong.answer] not in proofs(wrong).values()


def test_an_item_from_elsewhere_has_no_world() -> None:
    other = SocialItem(
        id="x", dimension="Belief", group="g", story="s", question="q", options=("a", "b"), answer=0
    )
    with pytest.raises(InputError, match="no script"):
        world(other)


def test_a_script_in_which_honest_messages_go_round_in_a_circle_has_no_trace() -> None:
    script = Script(
        SCRIPT.agents,
        "barn",
        (
            *SCRIPT.lines,
            Line(Act.RELAY, "Ana", "Ben", thing="key"),
            Line(Act.RELAY, "Ben", "Ana", thing="key"),
        ),
    )
    made = make_item(
        script,
        stage(script),
        ASKED,
        ("jar", "tin"),
        "tin",
        7,
        group="circle",
        variant=0,
        design="single",
        split="test",
        difficulty=2,
    )
    with pytest.raises(InputError, match="no gold trace"):
        world(made)
