"""Blocks of four: appendix B's asserts, proved by both oracles, for every design and form.

What the block guarantees is not measured but follows from these facts: whoever sees only question
and options is right exactly once in four (F1); in blocks that exchange people, so is whoever counts
words with the names masked (F2).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.assemble import proofs, world
from social_r1.hardbench.blocks import (
    Block,
    BlockSpec,
    Kind,
    draw_block,
    kinds,
    next_kind,
)
from social_r1.hardbench.build import OOD
from social_r1.hardbench.core import Kripke, Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.questions import answer
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.solvers import PLAIN, TEXT, VALUE, Case, plain_solvers, solve
from social_r1.hardbench.surface import number, tell
from social_r1.hardbench.variants import Variant
from social_r1.items import SocialItem

SPEC = BlockSpec()
PEOPLE_EXCHANGED = ("perm", "relay")


def story(block: Block, variant: Variant) -> str:
    return number(tell(variant.script, block.style))


def masked_words(block: Block, variant: Variant) -> Counter[str]:
    words = re.findall(r"\w+", story(block, variant))
    return Counter("NAME" if w in variant.script.agents else w for w in words)


def case(block: Block, variant: Variant) -> Case:
    return Case(
        variant.script,
        variant.log,
        block.question,
        block.options,
        story(block, variant),
        Replay(variant.log),
    )


def proved(question: Question, script: Script, options: tuple[str, ...]) -> set[str | None]:
    log = stage(script)
    return {answer(question, log, oracle(log), options) for oracle in (Replay, Kripke)}


def test_there_are_more_than_a_hundred_blocks_of_all_designs_and_forms(
    blocks: list[Block],
) -> None:
    found = Counter((b.design, b.question.form, len(b.question.chain)) for b in blocks)
    assert set(found) == set(kinds(SPEC))
    assert len(blocks) >= 100


def test_the_four_items_share_question_and_options_and_each_option_is_right_once(
    block_item_lists: list[list[SocialItem]],
) -> None:
    for four in block_item_lists:
        assert len({(i.question, i.options) for i in four}) == 1
        assert len(set(four[0].options)) == 4
        assert sorted(i.answer for i in four) == [0, 1, 2, 3]
        assert len({i.group for i in four}) == 1
        assert len({i.id for i in four}) == 4
        assert len({i.story for i in four}) == 4


def test_both_oracles_prove_the_recorded_answer_of_every_item(
    block_item_lists: list[list[SocialItem]],
) -> None:
    for four in block_item_lists:
        for item in four:
            gold = item.options[item.answer]
            assert proofs(item) == {"replay": gold, "kripke": gold}


def test_exactly_one_option_is_true_by_each_oracle(blocks: list[Block]) -> None:
    for block in blocks:
        chain, thing = block.question.chain, block.question.thing
        for v in block.variants:
            for oracle in (Replay(v.log), Kripke(v.log)):
                value = oracle.value(chain, thing)
                if block.question.form == "belief":
                    true = [o for o in block.options if o == value]
                else:
                    true = [o for o in block.options if oracle.value((*chain, o), thing) == value]
                assert true == [v.gold]


def test_every_candidate_is_proved_and_stands_under_its_option(blocks: list[Block]) -> None:
    for block in blocks:
        for option, candidates in zip(block.options, block.candidates, strict=True):
            assert 1 <= len(candidates) <= SPEC.candidates
            for v in candidates:
                assert v.gold == option
                assert v.log == stage(v.script)
                assert answer(block.question, v.log, Replay(v.log), block.options) == option


def test_the_recorded_hits_of_the_shortcuts_are_what_the_shortcuts_say(
    blocks: list[Block],
) -> None:
    for block in blocks:
        for v in block.variants:
            said = solve(case(block, v)).values()
            assert v.hits == tuple(0.25 if s is None else float(s == v.gold) for s in said)


def test_whoever_sees_only_question_and_options_is_right_once_in_four(
    blocks: list[Block],
) -> None:
    for block in blocks:
        names = plain_solvers(block.question)
        for blind in ("position_A", "position_B", "position_C", "position_D", "longest"):
            at = names.index(blind)
            assert sum(v.hits[at] for v in block.variants) == 1


def test_where_people_are_exchanged_all_candidates_have_the_same_words_but_for_names(
    blocks: list[Block],
) -> None:
    # True of relay blocks too: there a line keeps its people or gets others, but never other words.
    # What differs is how often *each* name occurs, since the lines of the asked people stay.
    for block in blocks:
        if block.design in PEOPLE_EXCHANGED:
            first = masked_words(block, block.variants[0])
            for candidates in block.candidates:
                assert all(masked_words(block, v) == first for v in candidates)


def test_a_permutation_keeps_the_number_of_times_that_the_parts_are_named(
    blocks: list[Block],
) -> None:
    for block in blocks:
        if block.design == "perm":
            parts = {
                tuple(
                    sorted(Counter(re.findall(r"\w+", story(block, v)))[n] for n in v.script.agents)
                )
                for v in block.variants
            }
            assert len(parts) == 1


def test_in_a_relay_block_every_line_that_names_an_asked_person_stays_as_it_is(
    blocks: list[Block],
) -> None:
    for block in blocks:
        if block.design == "relay":
            told = {
                tuple(
                    sentence
                    for line, sentence in zip(
                        v.script.lines, tell(v.script, block.style), strict=True
                    )
                    if line.names() & set(block.question.chain) and line.act is not Act.ROLL
                )
                for candidates in block.candidates
                for v in candidates
            }
            assert len(told) == 1
            assert told.pop()  # there is such a line: the honest message at least


def test_in_a_relay_block_the_four_answers_come_from_the_honest_messages(
    blocks: list[Block],
) -> None:
    for block in blocks:
        if block.design == "relay":
            silent = [
                replace(v.script, lines=tuple(x for x in v.script.lines if x.act is not Act.RELAY))
                for v in block.variants
            ]
            answers = [proved(block.question, script, block.options) for script in silent]
            assert answers != [{v.gold} for v in block.variants]


def line_bag(script: Script) -> Counter[Line]:
    return Counter(script.lines)


def test_the_stories_of_an_edit_block_are_one_edit_away_from_one_story(
    blocks: list[Block],
) -> None:
    for block in blocks:
        if block.design == "edit":
            bags = [line_bag(v.script) for v in block.variants]
            for one in bags:
                for other in bags:
                    assert sum((one - other).values()) <= 2  # at most one edit each
            assert len({v.script.lines[:2] for v in block.variants}) == 1


STORY_LEVEL = (
    "reality",
    "initial",
    "previous",
    "last_testimony",
    "first_mentioned",
    "last_mentioned",
    "most_mentioned",
    "least_mentioned",
)


def test_a_shortcut_that_ignores_who_is_who_says_the_same_in_all_of_a_permutation_block(
    blocks: list[Block],
) -> None:
    checked = 0
    for block in blocks:
        if block.design == "perm" and block.question.form == "belief":
            for name in STORY_LEVEL:
                said = {{**VALUE, **PLAIN, **TEXT}[name](case(block, v)) for v in block.variants}
                assert len(said) == 1
                checked += 1
    assert checked >= 30 * len(STORY_LEVEL)


def inert_lines(script: Script) -> list[Line]:
    """Lines that use the words of what matters and must not matter."""
    one, two = script.agents[-2:]
    place = next(x.value for x in script.lines if x.act is Act.PLACE)
    speaks = any(x.actor == two and x.act in (Act.SAY, Act.TEXT, Act.RELAY) for x in script.lines)
    return [
        Line(Act.NOISE, noise="weather"),
        Line(Act.TEXT, one, two, thing="oven", value=place),
        *([] if speaks else [Line(Act.DOUBT, one, two)]),
    ]


def asleep_before(script: Script, at: int) -> set[str]:
    asleep: set[str] = set()
    for line in script.lines[:at]:
        if line.act is Act.NAP and line.actor:
            asleep.add(line.actor)
        elif line.act is Act.WAKE and line.actor:
            asleep.discard(line.actor)
    return asleep


def test_an_inert_line_anywhere_keeps_the_answer_of_both_oracles(blocks: list[Block]) -> None:
    tried = 0
    for block in blocks[::3]:
        for v in block.variants[::3]:
            for line in inert_lines(v.script):
                for at in range(2, len(v.script.lines) + 1, 4):
                    if line.act is Act.TEXT and line.names() & asleep_before(v.script, at):
                        continue
                    twin = replace(
                        v.script, lines=(*v.script.lines[:at], line, *v.script.lines[at:])
                    )
                    assert proved(block.question, twin, block.options) == {v.gold}
                    tried += 1
    assert tried > 150


def test_all_four_places_are_named_in_every_story_that_asks_for_one(
    block_item_lists: list[list[SocialItem]],
) -> None:
    for four in block_item_lists:
        for item in four:
            if item.dimension == "Belief":
                assert all(option in item.story for option in item.options)


def test_stories_are_no_longer_than_the_specification_allows(blocks: list[Block]) -> None:
    for block in blocks:
        for candidates in block.candidates:
            assert all(len(v.script.lines) <= SPEC.max_lines for v in candidates)


def test_no_contested_value_stands_on_the_way_to_an_answer(
    block_item_lists: list[list[SocialItem]],
) -> None:
    for four in block_item_lists:
        for item in four:
            shown = [value for _, updates in world(item).trace.beliefs for _, value in updates]
            assert not [v for v in shown if v.startswith("<")]


def test_kinds_share_out_the_whole_and_no_relay_asks_for_people() -> None:
    shares = kinds(SPEC)
    assert sum(shares.values()) == pytest.approx(1)
    assert not [k for k in shares if k.design == "relay" and k.form == "knowledge"]
    second_order = [s for k, s in shares.items() if (k.form, k.depth) == ("belief", 2)]
    knowers = [s for k, s in shares.items() if (k.form, k.depth) == ("knowledge", 0)]
    assert sum(second_order) == pytest.approx(0.3)
    assert sum(knowers) == pytest.approx(0.15)


def test_the_mix_of_kinds_is_kept_at_any_length() -> None:
    shares = kinds(SPEC)
    drawn = Counter[Kind]()
    for n in range(1, 200):
        drawn[next_kind(shares, drawn)] += 1
        assert all(abs(drawn[k] - share * n) <= 1.5 for k, share in shares.items())


@pytest.mark.parametrize("kind", kinds(BlockSpec()))
def test_a_specification_that_no_story_meets_is_refused_with_what_to_change(kind: Kind) -> None:
    too_short = BlockSpec(acts=(1, 1), max_lines=3, tries=20)
    complaint = rf"no {kind.design} block of {kind.form} questions about {kind.depth} minds in 20 "
    with pytest.raises(InputError, match=complaint + r".*at most 3 lines; repair: allow longer"):
        draw_block(Random(0), too_short, kind)


def test_knowledge_is_asked_up_to_third_order() -> None:
    block = draw_block(Random(4), OOD, Kind("perm", "knowledge", 2))
    outer, inner = block.question.chain
    assert block.question.order == 3
    for v in block.variants:
        for oracle in (Replay(v.log), Kripke(v.log)):
            place = oracle.value((outer, inner), block.question.thing)
            held = [oracle.value((outer, inner, x), block.question.thing) for x in block.options]
            assert [x for x, p in zip(block.options, held, strict=True) if p == place] == [v.gold]
