"""Corruptions are mistakes for certain, and go on as somebody would who made them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from social_r1.hardbench.assemble import make_item
from social_r1.hardbench.forms import Question
from social_r1.hardbench.oracle import Verdict, check_thought
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.items import SocialItem
from social_r1.preference.corruptions import (
    CONTENT_CODES,
    FORM_CODES,
    _other_witnesses,
    _witnesses,
    codes_for,
    corrupt,
)
from social_r1.preference.subject import Corruption, Subject, is_mistake
from social_r1.preference.types import Code
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage

STAGE_OF = {"C": {0}, "I": {1}, "G": {2}, "R": {3}}


def found(
    items: list[SocialItem], code: Code, *, notation: bool = False
) -> list[tuple[Subject, Corruption]]:
    subjects = [Subject.of(item, notation=notation) for item in items]
    made = [(s, corrupt(s, code, Random(i))) for i, s in enumerate(subjects)]
    return [(s, c) for s, c in made if c is not None]


@pytest.mark.parametrize("code", CONTENT_CODES)
def test_the_log_contradicts_every_corruption_at_its_stage_and_the_gold_nowhere(
    items: list[SocialItem], rich_items: list[SocialItem], code: Code
) -> None:
    made = [*found(items, code), *found(rich_items, code)]
    assert made
    for s, c in made:
        assert {int(c.stage)} == STAGE_OF[code.family]
        gold = check_thought(s.item, render_thought(s.texts))
        assert all(claim.verdict is Verdict.TRUE for claim in gold.claims)
        assert not is_mistake(s.item, c.stage, s.texts)
        body = c.text.removeprefix(f"{c.stage.title}: ")
        texts = [*s.texts]
        texts[c.stage] = body
        assert is_mistake(s.item, c.stage, texts)


def test_a_reality_leak_shows_bo_what_he_did_not_see(bo_left: SocialItem) -> None:
    s = Subject.of(bo_left)
    assert s.texts[1] == "[2] Bo red box. [4] nothing. So it ends: Bo red box."
    c = corrupt(s, Code.REALITY_LEAK, Random(0))
    assert c is not None
    assert c.text == "Cue Interpretation: [2] Bo red box. [4] Bo tin jar. So it ends: Bo tin jar."
    assert c.carried is not None
    assert c.carried.endswith("the tin jar (A).")


def test_a_missed_cue_leaves_bo_without_a_belief(bo_left: SocialItem) -> None:
    c = corrupt(Subject.of(bo_left), Code.MISSED_CUE, Random(0))
    assert c is not None
    assert c.text == (
        "Cue Encoding: Who: Bo. [1] in: Bo. [2] nothing. [3] Bo out; in: no one. "
        "[4] key to tin jar; seen by no one."
    )
    assert c.carried is not None
    assert c.carried.startswith("Cue Interpretation: [4] nothing. So it ends: Bo unknown.")


def test_an_absent_person_who_attends_all_the_same_ends_with_the_other_place(
    bo_left: SocialItem,
) -> None:
    c = corrupt(Subject.of(bo_left), Code.ATTENTION, Random(0))
    assert c is not None
    assert c.text.endswith("[4] Bo tin jar. So it ends: Bo tin jar.")


SHALLOW_FORMS = {
    "feel", "shows", "turn", "want", "why", "failed", "speech", "takes", "hint", "source",
}  # fmt: skip


def test_a_shallow_reading_changes_the_reading_alone(rich_items: list[SocialItem]) -> None:
    made = found(rich_items, Code.TYPICAL, notation=True)
    assert {s.here.question.form for s, _ in made} == SHALLOW_FORMS
    assert len(made) > 60
    for s, c in made:
        gold, wrong = f"Cue Interpretation: {s.texts[1]}", c.text
        assert wrong.partition(" Read: ")[0] == gold.partition(" Read: ")[0]
        assert abs(len(wrong) - len(gold)) <= 0.05 * len(gold)
        texts = [*s.texts]
        texts[1] = wrong.removeprefix("Cue Interpretation: ")
        check = check_thought(s.item, render_thought(texts))
        [claim] = [x for x in check.claims if x.verdict is not Verdict.TRUE]
        assert claim.verdict is Verdict.FALSE
        assert claim.truth == s.trace.reading
        needed = len(s.trace.beliefs) + 1
        assert check.beliefs == pytest.approx((needed - 1) / needed)
        # whoever reads so goes on to another option
        assert c.carried is not None
        assert f"({s.item.letter})" not in c.carried


def test_items_without_a_reading_offer_no_shallow_one(items: list[SocialItem]) -> None:
    assert found(items, Code.TYPICAL) == []
    for s in map(Subject.of, items):
        assert codes_for(s, CONTENT_CODES) == tuple(c for c in CONTENT_CODES if c.value != "I5")


RESTART = Line(Act.PLACE, thing="reactor restart", value="~on hold")


def restart(act: Act, actor: str, other: str | None = None, value: str | None = None) -> Line:
    return replace(RESTART, act=act, actor=actor, other=other, value=value)


def rich_subject(question: Question, keys: tuple[str, ...], gold: str, *lines: Line) -> Subject:
    roll = Line(Act.ROLL, people=("Ana", "Ben", "Cy"))
    script = Script(
        ("Ana", "Ben", "Cy"), "control room", (roll, RESTART, *lines),
        frame="narrative", domain="lab", matter="status",
    )  # fmt: skip
    item = make_item(
        script, stage(script), question, keys, gold, 0, group="hand", variant=0, design="single",
        split="train", difficulty=1, more={"value": question.value, "keys": list(keys)},
    )  # fmt: skip
    return Subject.of(item, notation=True)


def test_who_loses_by_it_is_typically_pleased() -> None:
    s = rich_subject(
        Question("feel", ("Ana",), "reactor restart", matter="status"),
        ("pleased", "let_down", "relieved", "dismayed"), "dismayed",
        restart(Act.STANCE, "Ben", value="+cleared"),
        Line(Act.RIVAL, "Ana", "Ben"),
        restart(Act.MOVE, "Cy", value="+cleared"),
    )  # fmt: skip
    start = "[2] Ana on hold. [5] Ana cleared. So it ends: Ana cleared. Read: Ana"
    assert s.texts[1] == f"{start} loses by cleared, takes it to be cleared: dismayed."
    c = corrupt(s, Code.TYPICAL, Random(0))
    assert c is not None
    assert c.text == (
        f"Cue Interpretation: {start} gains by cleared, takes it to be cleared: pleased."
    )
    assert c.carried is not None
    assert c.carried.endswith(f"So it is {s.item.options[0]} (A).")


def test_a_lie_at_face_value_is_consent_and_a_wrong_belief_is_read_as_it_stands() -> None:
    s = rich_subject(
        Question("speech", ("Ana", "Ben"), "reactor restart", "+cleared", "status"),
        ("joke", "agree", "inform", "lie"), "lie",
        restart(Act.MOVE, "Cy", value="+cleared"),
        Line(Act.LEAVE, "Ben"),
        restart(Act.MOVE, "Cy", value="-halted"),
        restart(Act.REMARK, "Ana", "Ben", "+cleared"),
    )  # fmt: skip
    hearer = "takes Ben to take it to be cleared"
    assert s.trace.reading == f"Ana takes it not to be cleared, {hearer}: lie"
    c = corrupt(s, Code.TYPICAL, Random(0))
    assert c is not None
    assert c.text.endswith(f" Read: Ana takes it to be cleared, {hearer}: agree.")
    assert c.carried is not None
    assert c.carried.endswith("(B).")
    # Passing over line 5 leaves her with the clearance, and she would be agreeing.
    missed = [corrupt(s, Code.MISSED_CUE, Random(seed)) for seed in range(20)]
    carried = {x.carried for x in missed if x and "[5] nothing." in x.text and x.carried}
    assert any(f"Read: Ana takes it to be cleared, {hearer}: agree." in x for x in carried)


def test_a_goal_error_asks_for_the_world(bo_left: SocialItem) -> None:
    c = corrupt(Subject.of(bo_left), Code.GOAL, Random(1))
    assert c is not None
    assert c.text in {
        f"Goal Clarification: The question asks for the {w} place." for w in ("real", "first")
    }


def test_a_non_sequitur_names_the_other_letter(bo_left: SocialItem) -> None:
    for seed in range(8):
        c = corrupt(Subject.of(bo_left), Code.NON_SEQUITUR, Random(seed))
        assert c is not None
        assert c.text.endswith("(A).")
        assert c.carried is None


def test_order_collapse_needs_two_minds(bo_left: SocialItem) -> None:
    assert corrupt(Subject.of(bo_left), Code.ORDER_COLLAPSE, Random(0)) is None


def test_parasitism_names_an_option_before_the_goal(items: list[SocialItem]) -> None:
    for _, c in found(items, Code.PARASITISM):
        assert c.stage <= Stage.CUE_INTERPRETATION
        assert "looks right" in c.text


def test_skip_swap_and_padding_change_the_form_alone(bo_left: SocialItem) -> None:
    s = Subject.of(bo_left)
    gold = render_thought(s.texts).split("\n")
    for code in (Code.SKIP, Code.SWAP, Code.PADDING):
        c = corrupt(s, code, Random(2))
        assert c is not None
        before = gold[: c.stage]
        rest = gold[c.stage + 1 :] if c.carried is None else c.carried.split("\n")
        lines = [*before, *([c.text] if c.text else []), *rest]
        if code is Code.SKIP:
            assert lines == [x for x in gold if x != gold[c.stage]]
        elif code is Code.SWAP:
            assert lines != gold
            assert sorted(lines) == sorted(gold)
        else:
            assert lines[c.stage].startswith(gold[c.stage])
            assert len(lines[c.stage]) > len(gold[c.stage])


def test_every_code_but_the_twin_swap_has_a_maker() -> None:
    assert {*CONTENT_CODES, *FORM_CODES} == set(Code) - {Code.TWIN, Code.POLICY}
    assert [c for c in Code if c.is_form] == list(FORM_CODES)


def test_wrong_witnesses_are_one_too_many_or_one_too_few(items: list[SocialItem]) -> None:
    seen = 0
    for s in map(Subject.of, items):
        for cue in s.trace.cues:
            head, mark, people = _witnesses(cue)
            for seed in range(8):
                changed = _other_witnesses(s, cue, Random(seed))
                if not mark or not s.trace.people:
                    assert changed is None
                    continue
                assert changed is not None
                assert (_witnesses(changed)[0], _witnesses(changed)[1]) == (head, mark)
                assert len(set(_witnesses(changed)[2]) ^ set(people)) == 1
                seen += 1
    assert seen > 100


def test_an_eavesdropper_who_is_not_followed_can_be_misquoted(rich_items: list[SocialItem]) -> None:
    subject = Subject.of(rich_items[0])
    cue = f"Zoe tells {subject.places[0]}; heard by {subject.tracked[0]}; overheard by Zachary"
    made = {_other_witnesses(subject, cue, Random(seed)) for seed in range(40)}
    start = cue.removesuffix("Zachary")
    assert made == {f"{start}no one", *(f"{start}{name}, Zachary" for name in subject.tracked)}
