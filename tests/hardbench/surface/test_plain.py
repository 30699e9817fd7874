"""Words and sentences: what a reader is shown, and what no sentence may say."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.surface import (
    ask,
    draw_cast,
    join_names,
    lexicon,
    number,
    surface_bank,
    tell,
)

BANK = surface_bank()
STORY = {k: v for k, v in BANK.items() if k != "questions"}
SENTENCES = [
    (kind if isinstance(found, list) else f"{kind}.{which}", sentence)
    for kind, found in STORY.items()
    for which, sentence in (found.items() if isinstance(found, dict) else enumerate(found))
]

MINDS = (
    r"know|knew|think|thought|believ|suppos|assum|expect|suspect|guess|imagin|wonder|remember|"
    r"forg[eo]t|realiz|realis|understand|understood|notic|aware|ignoran|mistak|sure|certain|"
    r"secret|actual|real|true|truth|false|lie[sd]?\b|lying|pretend|decei|trick|"
    r"want|wish|hope|fear|afraid|happy|glad|sad|angry|like[sd]?\b|love|hate|prefer|enjoy|feel|felt|"
    r"trust|doubt|intend|plan(?:s|ned)?\b|decid|without"
)
ALLOWED = {
    "doubt": {"trust"},  # whom one does not take at his word must be said (ledger A4)
    "noise.like": {"likes"},  # an inert preference for another thing, never asked about
}


@pytest.mark.parametrize(("name", "sentence"), SENTENCES)
def test_no_sentence_of_a_story_names_a_mental_state(name: str, sentence: str) -> None:
    words = re.sub(r"\{\w+\}", "", sentence).lower()
    found = {m[0] for m in re.finditer(rf"\b(?:{MINDS})\w*", words)}
    assert found <= ALLOWED.get(name, set())


def test_the_lint_would_find_what_it_looks_for() -> None:
    for bad in ("secretly moved it", "does not know it", "had forgotten it", "felt sad", "planned"):
        assert re.search(rf"\b(?:{MINDS})\w*", bad)


@pytest.mark.parametrize(("name", "sentence"), SENTENCES)
def test_a_sentence_has_the_slots_of_its_kind_and_ends_with_a_stop(
    name: str, sentence: str
) -> None:
    kind = name.split(".")[0]
    slots = set(re.findall(r"\{(\w+)\}", sentence))
    needed = {
        "roll": {"people"},
        "roll_one": {"people"},
        "place": {"o", "c"},
        "move": {"a", "o", "c"},
        "peek_move": {"a", "b", "o", "c"},
        "look": {"a", "o"},
        "say": {"a", "o", "c"},
        "text": {"a", "b", "o", "c"},
        "relay": {"a", "b", "o"},
        "nap": {"a"},
        "wake": {"a"},
        "doubt": {"a", "b"},
        "leave": {"a"},
        "enter": {"a"},
        "noise": set[str](),
    }[kind]
    assert needed <= slots <= needed | {"room", "a", "o2", "c2"}
    assert sentence.endswith(".")
    assert sentence.count(".") == 1


def test_an_honest_answer_does_not_name_the_place() -> None:
    assert all("{c}" not in s for s in BANK["relay"])


def test_names_are_joined_as_one_says_them() -> None:
    assert join_names(()) == ""
    assert join_names(("Ella",)) == "Ella"
    assert join_names(("Ella", "Ben")) == "Ella and Ben"
    assert join_names(["Ella", "Ben", "Kofi"]) == "Ella, Ben and Kofi"


def test_sentences_are_numbered_from_one_a_line_each() -> None:
    assert number(["It rained.", "Ella left."]) == "1 It rained.\n2 Ella left."


SCRIPT = Script(
    ("Ella", "Ben"),
    "barn",
    (
        Line(Act.ROLL, people=("Ella", "Ben")),
        Line(Act.PLACE, thing="key", value="red box"),
        Line(Act.LEAVE, "Ella"),
        Line(Act.MOVE, "Ben", thing="key", value="tin jar"),
        Line(Act.NOISE, "Ben", thing="cup", value="old bag", noise="put"),
        Line(Act.NOISE, noise="weather"),
    ),
)


def test_a_line_is_a_sentence_and_every_slot_is_filled() -> None:
    for style in range(30):
        sentences = tell(SCRIPT, style)
        assert len(sentences) == len(SCRIPT.lines)
        assert not [s for s in sentences if "{" in s or "None" in s]
        assert sentences[4:] == ["Ben put the cup into the old bag.", "It rained outside."]


def test_one_person_is_in_the_room_and_two_are() -> None:
    alone = Script(("Ella",), "barn", (Line(Act.ROLL, people=("Ella",)),))
    told = {tell(alone, style)[0] for style in range(30)}
    assert told == {"Ella is in the barn.", "Ella entered the barn.", "Ella waited in the barn."}


def test_the_style_alone_chooses_the_words_and_people_do_not() -> None:
    swap = SCRIPT.rename({"Ella": "Ben", "Ben": "Ella"})
    for style in range(20):
        one, other = ([re.sub("Ella|Ben", "N", s) for s in tell(x, style)] for x in (SCRIPT, swap))
        assert one == other
    assert len({tuple(tell(SCRIPT, style)) for style in range(30)}) > 10


def test_a_line_keeps_its_words_when_lines_of_other_kinds_move_around_it() -> None:
    roll, place, leave, move, *_ = SCRIPT.lines
    before = Script(SCRIPT.agents, "barn", (roll, place, move, leave))
    assert tell(before, 7)[2] == tell(SCRIPT, 7)[3]
    assert tell(before, 7)[3] == tell(SCRIPT, 7)[2]


@pytest.mark.parametrize(
    ("form", "chain", "must"),
    [
        ("reality", (), ()),
        ("memory", (), ()),
        ("belief1", ("Ella",), ("Ella",)),
        ("belief2", ("Ella", "Ben"), ("Ella", "Ben")),
        ("belief3", ("Ella", "Ben", "Kofi"), ("Ella", "Ben", "Kofi")),
        ("knowledge1", (), ()),
        ("knowledge2", ("Ella",), ("Ella",)),
        ("knowledge3", ("Ella", "Ben"), ("Ella", "Ben")),
    ],
)
def test_a_question_names_the_chain_and_the_thing(
    form: str, chain: tuple[str, ...], must: tuple[str, ...]
) -> None:
    asked = {ask(form, chain, "key", style) for style in range(40)}
    assert len(asked) == len(BANK["questions"][form])
    for question in asked:
        assert question.endswith("?")
        assert "the key" in question
        assert all(name in question for name in must)
        assert "{" not in question


@pytest.mark.parametrize("kind", ["names", "things", "containers"])
def test_the_shelves_share_no_word_and_leave_none_out(kind: str) -> None:
    whole, train, test = (getattr(lexicon(s), kind) for s in ("all", "train", "test"))
    assert not set(train) & set(test)
    assert sorted(train + test) == sorted(whole)
    assert len(test) == pytest.approx(len(whole) / 4, abs=1)


@pytest.mark.parametrize("kind", ["names", "things", "rooms"])
def test_no_word_is_listed_twice(kind: str) -> None:
    assert [w for w, n in Counter(getattr(lexicon(), kind)).items() if n > 1] == []


def test_no_name_is_a_thing_or_part_of_a_container() -> None:
    words = lexicon()
    others = {w for phrase in (*words.things, *words.containers) for w in phrase.split()}
    assert {n.lower() for n in words.names}.isdisjoint(others)


def test_a_cast_mixes_no_two_places_and_keeps_to_its_shelf() -> None:
    for seed in range(60):
        cast = draw_cast(Random(seed), agents=5, places=4, shelf="test")
        assert len(set(cast.names)) == 5
        assert len({cast.thing, *cast.other_things}) == 3
        words = [w for p in cast.places for w in p.split()]
        assert len(words) == len(set(words))
        assert set(cast.names) <= set(lexicon("test").names)
        assert {cast.thing, *cast.other_things} <= set(lexicon("test").things)
        assert set(cast.places) <= set(lexicon("test").containers)


def test_the_same_seed_draws_the_same_cast() -> None:
    one, two = (draw_cast(Random("x"), agents=4, places=4) for _ in range(2))
    assert one == two
