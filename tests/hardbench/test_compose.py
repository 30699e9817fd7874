"""Rich blocks of every kind: each option right once, by both oracles, and F1, F2 and F4 hold."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.agents.appraisal import gains_by
from social_r1.hardbench.assemble import world
from social_r1.hardbench.blocks import Block, Kind
from social_r1.hardbench.compose import draw_rich_block
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import FORMS, Question
from social_r1.hardbench.ground import with_ground
from social_r1.hardbench.ledger import contested, needs
from social_r1.hardbench.mix import OOD_FORMS, TRAIN_FORMS, RichSpec, rich_kinds
from social_r1.hardbench.questions import answer, second_oracle
from social_r1.hardbench.reasons import pointless
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act
from social_r1.hardbench.sense import senseless, walked
from social_r1.hardbench.solvers import Case, solve
from social_r1.hardbench.surface.rich import PARAGRAPH, sentences, story
from social_r1.hardbench.surface.words import domain_names
from social_r1.hardbench.variants import hits
from social_r1.items import SocialItem

SPEC = RichSpec()
LATE = RichSpec(domains=domain_names(), without=(), forms=tuple(OOD_FORMS.items()))


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Kind, Block]]:
    rng = Random(11)
    return [(k, draw_rich_block(rng, s, k)) for s in (SPEC, LATE) for k in rich_kinds(s)]


def test_each_option_is_right_once_by_both_oracles(drawn: list[tuple[Kind, Block]]) -> None:
    for _, block in drawn:
        golds = []
        for v in block.variants:
            oracles = (Replay(v.log), second_oracle(v.log, v.question, block.options))
            said = {answer(v.question, v.log, o, block.options) for o in oracles}
            assert said == {v.gold}
            golds.append(v.gold)
        assert sorted(golds) == sorted(block.options)


def test_a_relay_block_says_the_same_of_the_asked_people(drawn: list[tuple[Kind, Block]]) -> None:
    for kind, block in drawn:
        if kind.design != "relay":
            continue
        asked = set(block.question.chain)
        windows = {
            tuple(x for x in v.script.lines if x.names() & asked and x.act is not Act.ROLL)
            for v in block.variants
        }
        assert len(windows) == 1


def test_a_block_that_exchanges_people_exchanges_nothing_else(
    drawn: list[tuple[Kind, Block]],
) -> None:
    for kind, block in drawn:
        if kind.design in ("perm", "relay"):
            shapes = {
                tuple((x.act, x.thing, x.value, len(x.people)) for x in v.script.lines)
                for v in block.variants
            }
            assert len(shapes) == 1


def test_a_block_of_orders_tells_the_same_lines_and_the_same_lines_of_the_asked_people(
    drawn: list[tuple[Kind, Block]],
) -> None:
    for kind, block in drawn:
        if kind.design == "order":
            told = {tuple(sorted(map(repr, v.script.lines))) for v in block.variants}
            assert len(told) == 1
            assert len({v.script.lines for v in block.variants}) == 4


def test_no_story_does_what_nobody_would(drawn: list[tuple[Kind, Block]]) -> None:
    for _, block in drawn:
        for v in block.variants:
            assert not senseless(v.script, block.question.thing)
            assert not pointless(Replay(v.log), v.question, block.options)
            assert not contested(v.script, v.log, v.question, block.options)


def test_only_the_asked_people_differ_where_the_askee_changes(
    drawn: list[tuple[Kind, Block]],
) -> None:
    for kind, block in drawn:
        if kind.design == "ask":
            assert len({v.script.lines[:2] for v in block.variants}) == 1
            assert len({v.question.people for v in block.variants}) == 4


def test_every_question_outside_belief_hangs_on_what_somebody_takes_to_be_so(
    drawn: list[tuple[Kind, Block]],
) -> None:
    for kind, block in drawn:
        if block.question.dimension != "Belief":
            assert kind.depth >= 1 or FORMS[kind.form].options == "person"


def of_form(items: list[SocialItem], form: str) -> list[tuple[Question, Replay]]:
    worlds = [world(item) for item in items if item.meta["form"] == form]
    assert len(worlds) >= 20
    return [(w.question, Replay(w.log)) for w in worlds]


def test_of_everybody_whom_a_figure_may_be_the_onlooker_has_a_picture(
    rich_items: list[SocialItem],
) -> None:
    for item in rich_items:
        if item.meta["form"] == "identity":
            asked, replay = world(item).question, Replay(world(item).log)
            held = [replay.value((*asked.chain, x), asked.thing) for x in item.options]
            assert not [v for v in held if v.startswith("<")]
            assert held.count(str(asked.value)) == 1


def test_whoever_lies_or_brings_news_takes_the_hearer_to_be_of_another_mind_and_side(
    rich_items: list[SocialItem],
) -> None:
    for asked, replay in of_form(rich_items, "interest"):
        speaker, [hearer], said = asked.chain[-1], asked.others, str(asked.value)
        own, theirs = (replay.value(c, asked.thing) for c in (asked.chain, (*asked.chain, hearer)))
        assert own != theirs
        stakes = [gains_by(replay.log.stakes, n, asked.thing, said) for n in (speaker, hearer)]
        assert sorted(map(str, stakes)) == ["False", "True"]


def test_those_who_are_spoken_of_are_neither_onlookers_nor_the_speaker(
    rich_items: list[SocialItem],
) -> None:
    for asked, _ in of_form(rich_items, "scalar"):
        assert len(set(asked.people)) == len(asked.chain) + 2


def test_training_never_sees_the_held_out_forms_acts_and_depths() -> None:
    train = {(f, d) for entries in TRAIN_FORMS.values() for f, d, _ in entries}
    late = {(f, d) for dim, entries in OOD_FORMS.items() if dim != "Belief" for f, d, _ in entries}
    assert not train & late
    assert set(TRAIN_FORMS) == {FORMS[f].dimension for f, _ in train}
    assert len(TRAIN_FORMS) == 6


def test_at_most_a_third_of_the_blocks_exchange_all_parts() -> None:
    shares = rich_kinds(SPEC)
    assert sum(shares.values()) == pytest.approx(1)
    assert sum(w for k, w in shares.items() if k.design == "perm") <= 0.35
    assert len({k.design for k in shares}) == 5


def test_a_specification_that_no_story_meets_is_refused_with_what_to_change() -> None:
    nothing_happens = RichSpec(acts=(0, 0), tries=20)
    with pytest.raises(InputError, match=r"no relay block of belief.*repair: allow longer"):
        draw_rich_block(Random(0), nothing_happens, Kind("relay", "belief", 1))


def test_no_sentence_comes_twice_in_a_story(rich_items: list[SocialItem]) -> None:
    for item in rich_items:
        here = world(item)
        told = sentences(here.script, here.style)
        bare = [re.sub(r"^\[\d\d:\d\d\] ", "", text) for text in told]
        assert len(set(bare)) == len(bare), item.id


def test_a_block_about_people_is_weighed_on_the_story_that_is_printed() -> None:
    rng = Random(5)
    # Where sentences run on, their numbers part people from what they are named beside.
    spec = replace(SPEC, frames=PARAGRAPH)
    kinds = [Kind("perm", form, depth) for form, depth in (("after", 0), ("pretender", 1))]
    for block in (draw_rich_block(rng, spec, kind) for kind in kinds for _ in range(40)):
        taken = block.variants
        rests = sorted({a for v in taken for a in needs(v.log, v.question, block.options)})
        for v in taken:
            told = with_ground(v.script, rests, v.question)
            text = story(told, block.style)
            log = stage(told)
            said = solve(Case(told, log, v.question, block.options, text, Replay(log)))
            assert hits(said, v.gold, said) == v.hits


def test_nobody_gains_by_what_has_no_outcome_yet(rich_items: list[SocialItem]) -> None:
    stances = [
        line.value
        for item in rich_items
        for line in world(item).script.lines
        if line.act is Act.STANCE
    ]
    assert len(stances) > 50
    assert not [value for value in stances if value and value.startswith("~")]


def test_a_promise_is_told_where_it_is_asked_about_and_no_wish_gives_the_mover_away(
    rich_items: list[SocialItem],
) -> None:
    asked = [item for item in rich_items if item.meta["form"] == "conscience"]
    assert asked
    for item in rich_items:
        lines = world(item).script.lines
        promises = [(x.actor, x.other, x.thing) for x in lines if x.act is Act.PROMISE]
        told = [(*item.meta["chain"][-2:], item.meta["thing"])] if item in asked else []
        assert promises == told, item.id
        assert not (item in asked and any(x.act is Act.AIM for x in lines)), item.id


ASKED_OF = (Act.DEED, Act.FAILED, Act.POLITE, Act.PROMISE, Act.REMARK, Act.REMARKS)


def test_the_lines_that_a_question_is_about_are_no_news_to_anybody(
    drawn: list[tuple[Kind, Block]],
) -> None:
    rng, told, sensible = Random(3), 0, 0
    for _, block in drawn:
        script, thing = block.variants[0].script, block.question.thing
        for _ in range(14):
            bare = [x for x in script.lines if x.act not in ASKED_OF]
            told += len(bare) < len(script.lines)
            without, without_sense = walked(script.with_lines(tuple(bare)), thing)
            eyes, sense = walked(script, thing)
            assert (eyes.on, eyes.inside, eyes.lost, sense) == (
                without.on, without.inside, without.lost, without_sense,
            )  # fmt: skip
            sensible += sense
            first, second = sorted(rng.sample(range(len(script.lines)), 2))
            lines = list(script.lines)
            lines[first], lines[second] = lines[second], lines[first]
            script = script.with_lines(tuple(lines))
    assert told > 300
    assert 100 < sensible < 900
