"""What each form of question comes to, worked out by hand on small logs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from social_r1.hardbench.agents.appraisal import mixed, turn
from social_r1.hardbench.agents.conscience import conscience
from social_r1.hardbench.core import Event, Kind, Kripke, Log, Replay
from social_r1.hardbench.core.events import Stake
from social_r1.hardbench.core.replay import distinct
from social_r1.hardbench.forms import CELLS, FORMS, Question
from social_r1.hardbench.mix import OOD_FORMS, TRAIN_FORMS
from social_r1.hardbench.questions import answer

PEOPLE = ("Ana", "Ben", "Cy", "Dee", "Eve")
PLACES = ("tin", "jar", "box", "bag")


def place(value: str) -> Event:
    return Event(Kind.PLACE, None, "key", value, frozenset(PEOPLE))


def move(actor: str, value: str, others: str = "") -> Event:
    return Event(Kind.MOVE, actor, "key", value, frozenset({actor, *others.split()}))


def tell(speaker: str, hearer: str, value: str) -> Event:
    return Event(Kind.TELL, speaker, "key", value, frozenset({speaker, hearer}))


def log(*events: Event, stakes: tuple[Stake, ...] = ()) -> Log:
    return Log(PEOPLE, events, stakes=frozenset(stakes))


def ask(
    story: Log, form: str, *chain: str, value: str | None = None, options: tuple[str, ...] = PLACES
) -> str | None:
    """The answer, on which both oracles must agree."""
    question = Question(form, chain, "key", value)
    said = {answer(question, story, oracle(story), options) for oracle in (Replay, Kripke)}
    assert len(said) == 1
    return said.pop()


SPLIT = log(place("tin"), move("Ana", "jar", "Ben"), move("Ana", "box"))
"""Ana: tin, jar, box. Ben: tin, jar, as does Ana of him. The others: tin."""


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (("Ana",), "jar"),
        (("Ben",), "tin"),
        (("Ana", "Ben"), "tin"),
        (("Cy",), None),  # has only ever held one thing
    ],
)
def test_before_asks_for_the_belief_that_the_present_one_replaced(
    chain: tuple[str, ...], expected: str | None
) -> None:
    assert ask(SPLIT, "before", *chain) == expected


def test_a_belief_that_comes_back_was_not_held_just_before() -> None:
    back = log(place("tin"), move("Ana", "jar"), move("Ana", "tin"), tell("Ben", "Ana", "tin"))
    assert ask(back, "before", "Ana") == "jar"
    assert distinct(["<unknown>", "tin", "tin", "jar"]) == ["tin", "jar"]


@pytest.mark.parametrize("form", ["predict", "persuade"])
def test_who_acts_or_is_talked_round_goes_by_what_he_takes_to_be_so(form: str) -> None:
    assert ask(SPLIT, form, "Ana", "Ben") == "jar"
    assert ask(SPLIT, form, "Ben", "Cy") == "tin"


def test_a_hint_means_the_place_that_the_speaker_takes_the_hearer_to_have_in_mind() -> None:
    assert ask(SPLIT, "hint", "Ana", "Ben") == "jar"
    assert ask(SPLIT, "hint", "Ben", "Cy") == "tin"


def test_nobody_hints_who_takes_the_other_to_be_right() -> None:
    assert ask(SPLIT, "hint", "Cy", "Dee") is None


def test_of_four_bidders_the_one_is_after_it_who_alone_takes_it_to_be_there() -> None:
    four = ("Ana", "Ben", "Cy", "Dee")
    assert ask(SPLIT, "after", value="box", options=four) == "Ana"
    assert ask(SPLIT, "after", value="jar", options=four) == "Ben"
    assert ask(SPLIT, "after", value="tin", options=four) is None  # two are
    assert ask(SPLIT, "after", "Ben", value="tin", options=("Ana", "Cy", "Ben")) == "Cy"


def test_the_pretender_is_the_one_who_does_not_take_it_to_be_so() -> None:
    told = log(place("tin"), move("Eve", "jar", "Ana Ben Dee"))
    four = ("Ana", "Ben", "Cy", "Dee")
    assert ask(told, "pretender", "Eve", value="jar", options=four) == "Cy"
    assert ask(told, "pretender", "Eve", value="tin", options=four) is None  # three are


WINS, LOSES = Stake("Ben", "key", "+yes"), Stake("Cy", "key", "-no")
RULED = log(place("~open"), move("Ana", "+yes", "Ben Cy"), move("Ana", "-no"), stakes=(WINS, LOSES))
"""It is refused, as only Ana knows. Ben gains by yes, Cy by no."""


def test_what_is_shown_is_the_feeling_ascribed_to_the_other() -> None:
    assert ask(RULED, "shows", "Ana", "Ben") == "pleased"
    assert ask(RULED, "shows", "Ana", "Cy") == "dismayed"
    assert ask(RULED, "shows", "Ana", "Dee") is None  # has nothing at stake


def test_the_truth_dashes_one_and_lifts_the_other() -> None:
    assert ask(RULED, "turn", "Ben") == "dashed"
    assert ask(RULED, "turn", "Cy") == "lifted"
    assert ask(RULED, "turn", "Ana", "Cy") == "lifted"
    assert ask(RULED, "turn", "Cy", "Ben") == "still_good"  # Cy takes it to be granted himself


def test_what_one_feels_for_two_follows_what_one_takes_to_be_so() -> None:
    def feels(who: str, *others: str) -> str | None:
        question = Question("mixed", (who,), "key", others=others)
        said = {answer(question, RULED, oracle(RULED), ()) for oracle in (Replay, Kripke)}
        assert len(said) == 1
        return said.pop()

    assert feels("Ana", "Ben", "Cy") == "sorry_glad"
    assert feels("Cy", "Ben", "Cy") == "glad_sorry"
    assert feels("Dee", "Ben", "Cy") is None  # takes it to be open
    assert feels("Ana", "Ben", "Dee") is None


def test_conscience_is_what_one_did_and_what_one_takes_the_other_to_make_of_it() -> None:
    assert ask(SPLIT, "conscience", "Ana", "Ben") == "ashamed"
    assert ask(SPLIT, "conscience", "Ana", "Cy") == "uneasy"
    assert ask(SPLIT, "conscience", "Ben", "Cy") == "calm"
    told = log(place("tin"), move("Ana", "jar"), tell("Dee", "Cy", "jar"))
    assert ask(told, "conscience", "Dee", "Cy") == "accused"


def test_whoever_is_known_to_know_the_culprit_accuses_nobody_else() -> None:
    assert ask(SPLIT, "conscience", "Ben", "Ana") is None


def test_a_thing_put_back_leaves_the_conscience_contested() -> None:
    back = log(*SPLIT.events, move("Ana", "tin"))
    assert ask(back, "conscience", "Ana", "Cy") is None


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        (lambda a, b: conscience(broke=a, noticed=b), "conscience"),
        (lambda a, b: mixed(first=a, second=b), "mixed"),
        (
            lambda a, b: turn("pleased" if a else "let_down", "relieved" if b else "dismayed"),
            "turn",
        ),
    ],
)
def test_two_halves_make_four_different_cells(
    cell: Callable[[bool, bool], str], values: str
) -> None:
    made = {cell(a, b) for a in (True, False) for b in (True, False)}
    assert made == {c.value for c in CELLS[values]}


def test_every_dimension_holds_a_form_or_depth_back_from_training() -> None:
    for name, entries in TRAIN_FORMS.items():
        trained = {(form, depth) for form, depth, _ in entries}
        late = {(form, depth) for form, depth, _ in OOD_FORMS[name]}
        assert late - trained
        assert {FORMS[form].dimension for form, _ in trained | late} == {name}
