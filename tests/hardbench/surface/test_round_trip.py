"""Text to script to text is the identity; a clause that can be read twice is found out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path
from random import Random

import pytest

from social_r1.audit.text import words as words_in
from social_r1.errors import InputError
from social_r1.hardbench.blocks import Block
from social_r1.hardbench.compose import draw_rich_block
from social_r1.hardbench.ground import with_premise
from social_r1.hardbench.mix import OOD_FORMS, RichSpec, rich_kinds
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface.casting import draw_rich_cast
from social_r1.hardbench.surface.gate import accept, bank_faults
from social_r1.hardbench.surface.lint import lint, words_of_mind
from social_r1.hardbench.surface.parser import ParseError, parse
from social_r1.hardbench.surface.reading import read_clause
from social_r1.hardbench.surface.rich import (
    FRAMES,
    clauses,
    fill,
    joins,
    out_of_turn,
    reasons_told,
    sentences,
    speaks_for,
    story,
)
from social_r1.hardbench.surface.words import (
    MATTERS,
    bank,
    domain,
    domain_names,
    names,
    occasion,
    occasions,
    people,
    reason,
    shelve,
    tellers,
)
from social_r1.hardbench.twins.story import Story
from social_r1.hardbench.twins.telling import flashback

SPEC = RichSpec(frames=FRAMES, domains=domain_names(), without=())
LATE = RichSpec(frames=FRAMES, domains=domain_names(), without=(), forms=tuple(OOD_FORMS.items()))

BACK = (Act.ENTER, Act.GLIMPSE, Act.FACED_AWAY)
"""Acts by which somebody is seen in the room or at it; those who watch are an act's ``other``."""


def blocks() -> list[Block]:
    rng = Random(5)
    return [draw_rich_block(rng, s, k) for s in (SPEC, LATE) for k in rich_kinds(s)]


@pytest.fixture(scope="module")
def drawn() -> list[Block]:
    return blocks()


def test_every_story_reads_back_as_its_script_and_its_log(drawn: list[Block]) -> None:
    for block in drawn:
        for number, v in enumerate(block.variants):
            text = story(v.script, block.style + number)
            read = parse(text)
            assert read.lines == v.script.lines
            assert (read.room, read.frame, read.matter) == (
                v.script.room, v.script.frame, v.script.matter,
            )  # fmt: skip
            assert stage(read).events == v.log.events


def test_both_families_and_all_frames_occur(drawn: list[Block]) -> None:
    assert {b.variants[0].script.frame for b in drawn} == set(FRAMES)


def test_no_clause_of_the_bank_can_be_read_as_another_event() -> None:
    assert list(bank_faults(samples=1)) == []


def test_a_sentence_outside_the_bank_is_refused_with_its_number() -> None:
    block = blocks()[0]
    text = story(block.variants[0].script, 1)
    broken = text.replace("(2) ", "(2) Nobody ever wrote this. ", 1)
    with pytest.raises(ParseError, match=r"sentence \(2\).*repair"):
        parse(broken)


def test_numbers_that_do_not_run_are_refused() -> None:
    text = story(blocks()[0].variants[0].script, 1)
    with pytest.raises(ParseError, match="numbered"):
        parse(text.replace("(3) ", "(7) ", 1))


def test_a_text_that_opens_in_no_frame_is_refused() -> None:
    with pytest.raises(ParseError, match="no frame"):
        parse("Once upon a time.\n(1) Ana slept.\nThe end.")


def test_a_new_clause_passes_the_gate_only_if_it_can_be_told_apart() -> None:
    good, bad = accept(
        [
            "{a} nudged the {o} along until it dropped into the {c}",  # sound
            "{a} put the {o} into the {c}",  # stands there already
            "{a} hid the {o}",  # no place
            "{a} thought of the {o} and put it in the {c}",  # names a thought
            "in private {a} told {b} that the {o} was in the {c}",  # another act's slots
        ],
        "move",
        "location",
    )
    assert good == ["{a} nudged the {o} along until it dropped into the {c}"]
    assert len(bad) == 4
    assert all("repair" in fault for fault in bad)


def test_a_clause_that_reads_as_another_act_names_it() -> None:
    aloud = clauses("location", "say")[0]
    _, bad = accept([aloud], "move", "location")
    assert "say" in bad[0]


def test_the_gate_knows_its_files() -> None:
    with pytest.raises(InputError, match="no clause file"):
        accept(["x"], "move", "nowhere")
    with pytest.raises(InputError, match="no act"):
        accept(["x"], "fly", "location")


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{a} left", "{o} 0 times"),
        ("{a} and {a} moved the {o}", "{a} 2 times"),
        ("{a} moved the {o} {x}", "slot {x}"),
        ("{a} secretly moved the {o}", "'secretly'"),
        ("{a} moved the {o}.", "ends a sentence"),
        ("{a moved the {o}", "no template"),
        ("{o} was moved by {a}", "begins with a thing"),
    ],
)
def test_the_lint_names_each_fault(template: str, fault: str) -> None:
    assert any(fault in found for found in lint(template, ("a", "o")))


def test_the_shelves_share_no_word_and_are_all_words_together() -> None:
    words = tuple(range(10))
    assert shelve(words, "test") == (2, 5, 8)
    assert set(shelve(words, "train")) | set(shelve(words, "test")) == set(words)


def test_who_tells_a_story_is_nobody_s_namesake() -> None:
    for shelf in ("train", "test"):
        assert set(tellers(shelf)) | set(people(shelf)) == set(shelve(names(), shelf))
        assert not set(tellers(shelf)) & set(people("all"))
    assert (len(tellers("all")), len(tellers("test"))) == (48, 16)


def test_no_walk_of_life_tests_a_word_that_another_one_trains() -> None:
    said: dict[str, set[str]] = {"train": set(), "test": set()}
    for shelf, words in said.items():
        for where in map(domain, domain_names()):
            words |= {*shelve(where.rooms, shelf), *shelve(where.things, shelf)}
            words |= {*shelve(where.places, shelf), *(m.name for m in shelve(where.matters, shelf))}
            for key in shelve(tuple(occasions(where.name)), shelf):
                about = occasion(key).subjects
                words |= {s.name for s in about.values()}
                words |= {*about["location"].values, *about["contents"].values}
    assert said["train"] & said["test"] == set()


def test_variants_that_exchange_people_have_the_same_sentences_but_for_names() -> None:
    script = Script(
        ("Ana", "Bo"),
        "attic",
        (
            Line(Act.ROLL, people=("Ana", "Bo")),
            Line(Act.LEAVE, "Ana"),
            Line(Act.LEAVE, "Bo"),
        ),
        frame="minutes",
        domain="home",
    )
    one, two = (story(s, 3) for s in (script, script.rename({"Ana": "Bo", "Bo": "Ana"})))
    assert one != two
    assert one.replace("Ana", "N").replace("Bo", "N") == two.replace("Ana", "N").replace("Bo", "N")


def test_who_goes_far_away_is_not_seen_there_again(drawn: list[Block]) -> None:
    near, far = clauses("presence", "leave"), clauses("presence", "leave_far")
    errand = clauses("presence", "leave_for")
    assert not set(near) & {*far, *errand}
    told = {True: 0, False: 0}
    for block in drawn:
        for script in (v.script for v in block.variants):
            texts = sentences(replace(script, flashback=None), block.style)
            errands = occasion(script.occasion).errands
            away = (*far, *(c.replace("{e}", e) for c in errand for e in errands))
            for at, line in enumerate(script.lines):
                if line.act is not Act.LEAVE:
                    continue
                later = [
                    x.actor if x.act in BACK else x.other
                    for x in script.lines[at + 1 :]
                    if x.act in (*BACK, Act.PEEK_MOVE, Act.OVERHEAR)
                ]
                seen = line.actor in later
                kind = near if seen else away
                # The frame's wrapper may come before it, and a capital; a subject may be left out.
                said = (fill(c, line, script.room).removeprefix(f"{line.actor} ") for c in kind)
                assert any(text.lower() in texts[at].lower() for text in said)
                told[seen] += 1
    assert min(told.values()) > 20


def test_nobody_goes_on_an_errand_of_somebody_else(drawn: list[Block]) -> None:
    told = 0
    for block in drawn:
        script = block.variants[0].script
        text = "\n".join(sentences(script, block.style))
        counts = [text.count(errand) for errand in occasion(script.occasion).errands]
        assert max(counts) <= 1
        assert occasion(script.occasion).purpose in text
        told += sum(counts)
    assert told > len(drawn)


def test_a_flashback_reads_back_as_the_order_of_events_and_of_telling(drawn: list[Block]) -> None:
    rng, told = Random(5), 0
    for block in drawn:
        variant = block.variants[0]
        item = Story(variant.script, variant.question, block.options, variant.gold)
        for other in flashback(rng, item):
            text = story(other.script, block.style)
            assert text != story(variant.script, block.style)
            read = parse(text)
            assert (read.lines, read.flashback) == (other.script.lines, other.script.flashback)
            told += 1
    assert told > 20


def test_after_that_a_clause_begins_with_its_subject() -> None:
    assert joins("I state that {clause}.", "{a} left the {room}")
    assert joins("I state that {clause}.", "the {o} lay in the {c}")
    assert not joins("I state that {clause}.", "passed from hand to hand, the slip read “{c}”")
    assert not joins("I state that {clause}.", "the milk being finished, {a} left the {room}")
    assert not joins("As the hour crept on, {clause}.", "as the bus was due, {a} left the {room}")
    assert joins("As the hour crept on, {clause}.", "{a} left the {room}")
    assert joins("Next item: {clause}.", "passed from hand to hand, the slip read “{c}”")


def test_words_and_frames_name_no_state_of_mind() -> None:
    assert list(words_of_mind("a felt bonnet")) == [
        "'a felt bonnet' says 'felt'; repair: show a physical fact instead"
    ]
    assert list(words_of_mind("a woollen bonnet")) == []


@pytest.mark.parametrize("shelf", ["train", "test"])
@pytest.mark.parametrize("name", domain_names())
def test_stories_about_contents_are_about_what_can_be_carried_off(name: str, shelf: str) -> None:
    where = domain(name)
    assert set(where.portable) < set(where.places)
    cast = draw_rich_cast(
        Random(2), agents=3, matter="contents", frames=FRAMES, domains=(name,), shelf=shelf
    )
    assert set(cast.other_things) <= set(where.portable)
    assert cast.thing == occasion(cast.occasion).subjects["contents"].name


@pytest.mark.parametrize("matter", MATTERS)
@pytest.mark.parametrize("shelf", ["train", "test"])
def test_a_story_is_about_what_its_occasion_turns_on(matter: str, shelf: str) -> None:
    rng = Random(4)
    for _ in range(50):
        cast = draw_rich_cast(
            rng, agents=3, matter=matter, frames=FRAMES, domains=domain_names(), shelf=shelf
        )
        subject = occasion(cast.occasion).subjects[matter]
        assert cast.thing == subject.name
        assert set(cast.places) == set(subject.values)
        assert all(reason(cast.thing, value) for value in cast.places)
        others = {w for o in cast.other_things for w in o.split()}
        assert not others & set(cast.thing.split())
        if matter == "status":
            assert [value[0] for value in cast.places[:1]] == ["~"]


@pytest.mark.parametrize(("act", "least"), [(Act.AIM, 100), (Act.STANCE, 20)])
def test_who_is_the_first_to_be_for_something_says_why(
    drawn: list[Block], act: Act, least: int
) -> None:
    told = 0
    for script, style in ((v.script, b.style) for b in drawn for v in b.variants):
        seen: set[tuple[str | None, str | None]] = set()
        texts = sentences(replace(script, flashback=None), style)
        for line, text in zip(script.lines, texts, strict=True):
            if line.act is act:
                said = speaks_for(act, line.thing, line.value)
                first = (line.thing, line.value) not in seen
                assert (said.lower() in text.lower()) is first
                seen.add((line.thing, line.value))
                told += first
    assert told > least


def test_what_one_has_of_the_other_outcome_is_not_read() -> None:
    subject = occasion("theatre/0").subjects["status"]
    good, bad = subject.gains
    stance = Line(Act.STANCE, names()[0], thing=subject.name, value=good)
    text = fill(clauses("extras", "stance_why")[0], stance, "attic")
    assert {line for line, _ in read_clause(text)} == {stance}
    swapped = text.replace(subject.gains[good], subject.gains[bad])
    assert not read_clause(swapped)


def test_a_reason_for_another_wish_is_not_read() -> None:
    subject = occasion("theatre/0").subjects["location"]
    one, other = subject.values[:2]
    aim = Line(Act.AIM, names()[0], thing=subject.name, value=one)
    text = fill(clauses("location", "aim_why")[0], aim, "attic")
    assert {line for line, _ in read_clause(text)} == {aim}
    assert read_clause(text.replace(subject.reasons[one], subject.reasons[other])) == set()


def test_a_story_keeps_to_one_occasion(drawn: list[Block]) -> None:
    for block in drawn[:40]:
        told = with_premise(block.variants[0].script, block.variants[0].question.thing)
        text = story(told, block.style)
        assert parse(text).lines == told.lines
        here = occasion(told.occasion)
        other = occasion("farm/0" if told.occasion != "farm/0" else "farm/1")
        ends = (scene.subjects[told.matter].end for scene in (here, other))
        for old, new in (tuple(ends), (here.purpose, other.purpose)):
            with pytest.raises(ParseError, match="is of another occasion than"):
                parse(text.replace(old, new).replace(old.capitalize(), new.capitalize()))


def test_a_reason_is_said_where_it_is_first_wished_for_and_only_there(drawn: list[Block]) -> None:
    script = next(
        v.script
        for b in drawn
        for v in b.variants
        if sum(x.act is Act.AIM for x in v.script.lines) > 1
    )
    says = [number in reasons_told(script.lines) for number in range(len(script.lines))]
    assert list(out_of_turn(script.lines, says)) == []
    at = next(number for number, line in enumerate(script.lines) if line.act is Act.AIM)
    (lacks,) = out_of_turn(script.lines, [*says[:at], False, *says[at + 1 :]])
    assert f"line ({at + 1}) lacks what speaks for" in lacks
    at = next(number for number, line in enumerate(script.lines) if line.act is Act.PLACE)
    (repeats,) = out_of_turn(script.lines, [*says[:at], True, *says[at + 1 :]])
    assert f"line ({at + 1}) repeats what speaks for" in repeats


def test_a_subject_that_lacks_something_is_refused_with_its_place(tmp_path: Path) -> None:
    where = resources.files("social_r1") / "hardbench" / "data"
    tree = tmp_path / "social_r1"
    shutil.copytree(str(resources.files("social_r1")), tree, ignore=shutil.ignore_patterns("*.pyc"))
    file = tree / "hardbench" / "data" / "subjects" / "farm.yaml"
    text = (where / "subjects" / "farm.yaml").read_text(encoding="utf-8")
    for broken, says in (
        (text.replace(", why:", ", because:", 1), "farm.yaml.*'why'.*repair: give it"),
        (text[text.index("- purpose", 10) :], "47 entries for 48 occasions; repair"),
    ):
        file.write_text(broken, encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from social_r1.cli.main import main; exit(main())",
                "hard",
                "lint",
            ],
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert re.search(says, done.stderr), done.stderr
        assert "Traceback" not in done.stderr


def test_who_is_away_may_be_one_or_several() -> None:
    for clause in bank("clauses/opening.yaml")["away"]:
        assert not re.search(r"\{people\} (?:were|was|are|is|have|has)\b", clause), clause
        assert not re.search(r"\b(?:were|was) \{people\}", clause), clause


@pytest.mark.parametrize("name", domain_names())
def test_options_of_one_kind_are_about_as_long(name: str) -> None:
    where = domain(name)
    for phrase in where.places:
        assert len(words_in(phrase)) == 2, phrase
    for scene in where.occasions:
        for matter in ("location", "contents"):
            names = [words_in(value) for value in scene.subjects[matter].values]
            assert len({len(name) for name in names}) == 1, names
        lengths = [len(words_in(f"to {to}")) for to in scene.subjects["contents"].purposes.values()]
        assert max(lengths) <= 1.25 * min(lengths), scene.purpose


def test_an_exception_to_trust_is_named_only_where_there_is_one(drawn: list[Block]) -> None:
    plain, but = clauses("opening", "custom"), clauses("opening", "custom_but")
    assert all(text.startswith(short) for short, text in zip(plain, but, strict=True))
    doubt = Line(Act.DOUBT, "Ana", "Bo")
    for block in drawn[:20]:
        roll, *rest = (x for x in block.variants[0].script.lines if x.act is not Act.DOUBT)
        people = roll.people[:2]
        for more, ways in (((), plain), ((replace(doubt, actor=people[0], other=people[1]),), but)):
            lines = (roll, Line(Act.CUSTOM), *more, *rest)
            told = sentences(block.variants[0].script.with_lines(lines), block.style)[1].lower()
            assert any(text.lower() in told for text in ways)
            assert any(text.lower() in told for text in but) is bool(more)
