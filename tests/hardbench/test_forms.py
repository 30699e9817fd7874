"""What each form of question comes to, worked out by hand on small logs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from social_r1.hardbench.agents.appraisal import mixed, turn
from social_r1.hardbench.agents.conscience import conscience
from social_r1.hardbench.agents.interest import interest
from social_r1.hardbench.agents.scale import Scale, scale
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
    story: Log,
    form: str,
    *chain: str,
    value: str | None = None,
    options: tuple[str, ...] = PLACES,
    others: tuple[str, ...] = (),
) -> str | None:
    """The answer, on which both oracles must agree."""
    question = Question(form, chain, "key", value, others=others)
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


def test_whoever_moved_it_himself_suspects_nobody() -> None:
    told = log(place("tin"), move("Ana", "jar"), tell("Ana", "Dee", "jar"))
    assert ask(told, "conscience", "Dee", "Ana") is None


def test_a_thing_put_back_leaves_the_conscience_contested() -> None:
    back = log(*SPLIT.events, move("Ana", "tin"))
    assert ask(back, "conscience", "Ana", "Cy") is None


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        (lambda a, b: conscience(broke=a, noticed=b), "conscience"),
        (lambda a, b: mixed(first=a, second=b), "mixed"),
        (lambda a, b: interest(meant=a, kind=b), "interest"),
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


def test_one_of_two_fits_neither_falls_short_both_is_untrue_and_an_error_is_blind() -> None:
    assert [scale(knows=True, count=n) for n in range(3)] == ["short", "fitting", "untrue"]
    assert {scale(knows=False, count=n) for n in range(3)} == {"blind"}
    assert {c.value for c in CELLS["scale"]} == {c.value for c in Scale}


def test_a_figure_is_taken_for_whoever_is_taken_to_look_there() -> None:
    four = ("Ana", "Cy", "Dee", "Eve")
    # Ben saw Ana put it in the jar and nothing more; she herself would go to the box.
    assert ask(SPLIT, "identity", "Ben", value="jar", options=four) == "Ana"
    assert ask(SPLIT, "identity", "Ben", value="box", options=four) is None  # nobody
    assert ask(SPLIT, "identity", "Ben", value="tin", options=four) is None  # three of them
    assert ask(SPLIT, "identity", "Cy", value="jar", options=("Ana", "Ben", "Dee")) is None
    assert ask(SPLIT, "identity", "Ana", "Ben", value="jar", options=four) == "Ana"


def test_a_figure_may_be_anybody_of_whom_one_has_no_picture() -> None:
    few = log(Event(Kind.PLACE, None, "key", "tin", frozenset({"Ana", "Ben"})))
    assert ask(few, "identity", "Ana", value="tin", options=("Ben",)) == "Ben"
    assert ask(few, "identity", "Ana", value="tin", options=("Ben", "Cy")) is None


MOVED = log(place("tin"), move("Ana", "jar", "Ben Cy"))
"""Ana, Ben and Cy know that it is in the jar and know that of each other; Dee and Eve do not."""


@pytest.mark.parametrize(
    ("speaker", "two", "expected"),
    [
        ("Ana", ("Ben", "Dee"), "fitting"),
        ("Ana", ("Dee", "Eve"), "short"),
        ("Ana", ("Ben", "Cy"), "untrue"),
        ("Dee", ("Ben", "Cy"), "blind"),  # takes it to be in the tin
    ],
)
def test_not_both_is_worth_what_its_speaker_knows(
    speaker: str, two: tuple[str, str], expected: str
) -> None:
    assert ask(MOVED, "scalar", speaker, others=two) == expected


def test_in_the_eyes_of_one_who_missed_it_all_know_who_think_as_he_does() -> None:
    assert ask(MOVED, "scalar", "Dee", "Ana", others=("Ben", "Cy")) == "untrue"
    assert ask(MOVED, "scalar", "Ana", "Dee", others=("Ben", "Cy")) == "blind"


def test_whoever_knows_it_by_word_alone_has_no_picture_of_who_else_saw_it() -> None:
    told = log(*MOVED.events, tell("Ana", "Dee", "jar"))
    assert ask(told, "scalar", "Dee", others=("Ben", "Cy")) is None
    again = log(*MOVED.events, tell("Ana", "Ben", "jar"))
    assert ask(again, "scalar", "Ben", others=("Cy", "Dee")) == "fitting"  # he saw it first
    assert ask(MOVED, "scalar", "Ana", others=("Ben",)) is None


OPPOSED = (Stake("Ana", "key", "+yes"), Stake("Ben", "key", "-no"))


@pytest.mark.parametrize(
    ("outcome", "said", "expected"),
    [
        ("+yes", "+yes", "unwelcome"),
        ("-no", "-no", "welcome"),
        ("+yes", "-no", "white"),
        ("-no", "+yes", "selfish"),
        ("~open", "+yes", None),  # nothing happened: Ben takes it to be open too
    ],
)
def test_a_lie_serves_whoever_gains_by_what_it_says(
    outcome: str, said: str, expected: str | None
) -> None:
    story = log(place("~open"), move("Ana", outcome), stakes=OPPOSED)
    assert ask(story, "interest", "Ana", value=said, others=("Ben",)) == expected


def test_to_one_who_knows_as_well_it_is_no_lie_and_no_news() -> None:
    seen = log(place("~open"), move("Ana", "-no", "Ben"), stakes=OPPOSED)
    assert ask(seen, "interest", "Ana", value="+yes", others=("Ben",)) is None


def test_what_suits_both_or_one_without_a_stake_serves_nobody_in_particular() -> None:
    events = (place("~open"), move("Ana", "-no"))
    friends = log(*events, stakes=(OPPOSED[0], Stake("Ben", "key", "+yes")))
    assert ask(friends, "interest", "Ana", value="+yes", others=("Ben",)) is None
    assert (
        ask(log(*events, stakes=OPPOSED), "interest", "Ana", value="+yes", others=("Cy",)) is None
    )
    assert ask(log(*events, stakes=OPPOSED), "interest", "Ana", value="+yes") is None


def test_a_lie_in_somebodys_eyes_is_one_that_he_takes_to_be_known_as_such() -> None:
    # Cy saw it refused with Ana; Dee saw nothing: as he sees it she would only be guessing.
    story = log(place("~open"), move("Ana", "-no", "Cy"), stakes=OPPOSED)
    assert ask(story, "interest", "Cy", "Ana", value="+yes", others=("Ben",)) == "selfish"
    assert ask(story, "interest", "Dee", "Ana", value="+yes", others=("Ben",)) is None


def test_every_dimension_holds_a_form_or_depth_back_from_training() -> None:
    for name, entries in TRAIN_FORMS.items():
        trained = {(form, depth) for form, depth, _ in entries}
        late = {(form, depth) for form, depth, _ in OOD_FORMS[name]}
        assert late - trained
        assert {FORMS[form].dimension for form, _ in trained | late} == {name}
