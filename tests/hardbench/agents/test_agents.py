"""What people feel, want, mean and know, by tables worked out by hand (HARDBENCH 5.4 to 5.7)."""

from __future__ import annotations

from math import exp

import pytest

from social_r1.hardbench.agents.appraisal import Feeling, appraise, feeling, gains_by
from social_r1.hardbench.agents.planner import chance_to_go, goal, posterior
from social_r1.hardbench.agents.provenance import source
from social_r1.hardbench.agents.speech import speech_act
from social_r1.hardbench.core.events import Event, Kind, Log, Stake

STAKES = (Stake("Ana", "permit", "+granted"), Stake("Ben", "permit", "not +granted"))


@pytest.mark.parametrize(
    ("gains", "came", "cell"),
    [
        (True, True, "pleased"),
        (True, False, "let_down"),
        (False, False, "relieved"),
        (False, True, "dismayed"),
    ],
)
def test_the_four_cells_of_the_appraisal(gains: bool, came: bool, cell: str) -> None:
    assert appraise(gains=gains, came=came) is Feeling(cell)


@pytest.mark.parametrize(
    ("agent", "believed", "cell"),
    [
        ("Ana", "+granted", "pleased"),
        ("Ana", "-refused", "let_down"),
        ("Ben", "+granted", "dismayed"),
        ("Ben", "-refused", "relieved"),
        ("Ana", "~pending", None),
        ("Cy", "+granted", None),
    ],
)
def test_a_feeling_depends_on_the_stake_and_on_what_is_taken_to_be_so(
    agent: str, believed: str, cell: str | None
) -> None:
    assert feeling(STAKES, agent, "permit", believed) == cell


def test_who_stakes_on_the_refusal_is_dismayed_by_the_grant() -> None:
    stakes = (Stake("Di", "permit", "-refused"),)
    assert feeling(stakes, "Di", "permit", "+granted") == "dismayed"
    assert feeling(stakes, "Di", "permit", "-refused") == "relieved"


def test_who_is_against_a_rival_gains_by_the_other_outcome() -> None:
    assert gains_by(STAKES, "Ben", "permit", "-refused") is True
    assert gains_by(STAKES, "Ben", "permit", "+granted") is False
    assert gains_by(STAKES, "Ben", "licence", "+granted") is None


def test_the_posterior_is_bayes_rule_by_hand() -> None:
    # Match pays 8 - 4 = 4, else -4: at beta 1 the chances to go are s(4) and s(-4) = 1 - s(4).
    yes = 1 / (1 + exp(-4))
    assert chance_to_go(match=True, beta=1) == pytest.approx(yes)
    found = posterior("tea", ("tea", "rice", "nails", "rope"), beta=1)
    assert found["tea"] == pytest.approx(yes / (yes + 3 * (1 - yes)))  # .948
    assert found["tea"] == pytest.approx(0.948, abs=5e-4)
    assert sum(found.values()) == pytest.approx(1)


def test_the_worst_prior_in_the_box_still_settles_the_goal() -> None:
    prior = {"tea": 0.5, "rice": 1.5, "nails": 1.5, "rope": 1.5}
    found = posterior("tea", tuple(prior), beta=1, prior=prior)
    assert found["tea"] == pytest.approx(0.859, abs=1e-3)
    assert goal("tea", tuple(prior)) == "tea"


def test_no_goal_is_read_where_the_container_is_taken_to_hold_none_of_the_goods() -> None:
    assert goal("salt", ("tea", "rice")) is None
    assert goal("tea", ("tea",)) is None


def test_so_many_goods_that_the_posterior_no_longer_settles_it_give_no_goal() -> None:
    # s(4) / (s(4) + 20 s(-4)) = .982 / (.982 + .360) = .732 < .85.
    goods = tuple(f"g{i}" for i in range(21))
    assert goal("g0", goods) is None


@pytest.mark.parametrize(
    ("belief", "hearer", "mutual", "act"),
    [
        ("yes", "no", "no", "inform"),
        ("yes", "no", "yes", "inform"),
        ("yes", "yes", "yes", "agree"),
        ("yes", "yes", "no", "agree"),
        ("no", "yes", "yes", "lie"),
        ("no", "yes", "no", "lie"),
        ("no", "no", "no", "joke"),
        ("no", "no", "yes", None),
    ],
)
def test_the_eight_states_of_a_speaker_who_says_yes(
    belief: str, hearer: str, mutual: str, act: str | None
) -> None:
    assert speech_act("yes", belief, hearer, mutual) == act


@pytest.mark.parametrize("mutual", ["yes", "no", "open"])
def test_what_the_hearer_has_yet_to_be_made_believe_is_a_lie_and_no_joke(mutual: str) -> None:
    assert speech_act("yes", "no", "open", mutual) == "lie"


def test_a_joke_needs_the_hearer_to_know_what_the_speaker_takes_to_be_so() -> None:
    assert speech_act("yes", "no", "no", "open") is None


def _log(*events: Event) -> Log:
    return Log(("Ana", "Ben", "Cy"), events, {"key": "tin"})


BOTH = frozenset({"Ana", "Ben"})


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (Event(Kind.MOVE, "Ben", "key", "tin", group=BOTH), "seen"),
        (
            Event(Kind.MOVE, "Ben", "key", "tin", group=BOTH - {"Ana"}, covert=BOTH - {"Ben"}),
            "spied",
        ),
        (Event(Kind.TELL, "Ben", "key", "tin", group=BOTH), "told"),
        (Event(Kind.LOOK, "Ana", "key", group=frozenset({"Ana"})), "spied"),
        (Event(Kind.LOOK, "Ana", "key", group=BOTH), "seen"),
        (Event(Kind.MOVE, None, "key", "tin", covert=frozenset({"Ana"})), None),
        (Event(Kind.TELL, None, "key", "tin", group=frozenset({"Ana"})), None),
    ],
)
def test_knowledge_has_a_source(event: Event, kind: str | None) -> None:
    assert source(_log(event), ("Ana",), "key", truth="tin", held="tin") == kind


def test_what_came_in_two_ways_has_no_one_source() -> None:
    seen = Event(Kind.MOVE, "Ben", "key", "tin", group=BOTH)
    told = Event(Kind.TELL, "Ben", "key", "tin", group=BOTH)
    other = Event(Kind.TELL, "Ben", "key", "box", group=BOTH)
    asked = {"chain": ("Ana",), "thing": "key", "truth": "tin", "held": "tin"}
    assert source(_log(seen, told), **asked) is None
    assert source(_log(seen, other, told), **asked) == "told"  # in between she held something else


def test_who_holds_something_else_is_ignorant_whatever_he_saw() -> None:
    event = Event(Kind.MOVE, "Ben", "key", "tin", group=BOTH)
    assert source(_log(event), ("Ana",), "key", truth="box", held="tin") == "ignorant"
