"""Questions and when they have one sure answer."""

from __future__ import annotations

import pytest

from social_r1.hardbench.core import Event, Kind, Kripke, Log, Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.questions import answer, grounded

PEOPLE = ("Ana", "Ben", "Cy", "Dee")


def place(value: str, group: str) -> Event:
    return Event(Kind.PLACE, None, "key", value, frozenset(group.split()))


def move(actor: str, value: str, others: str = "") -> Event:
    return Event(Kind.MOVE, actor, "key", value, frozenset({actor, *others.split()}))


def tell(speaker: str, hearer: str, value: str) -> Event:
    return Event(Kind.TELL, speaker, "key", value, frozenset({speaker, hearer}))


def log(*events: Event) -> Log:
    return Log(PEOPLE, events)


def both(question: Question, story: Log, options: tuple[str, ...]) -> str | None:
    said = {answer(question, story, oracle(story), options) for oracle in (Replay, Kripke)}
    assert len(said) == 1
    return said.pop()


SPLIT = log(place("tin", "Ana Ben Cy Dee"), move("Ana", "jar", "Ben"), move("Ana", "box"))
"""Ana: box. Ben: jar, as does Ana of him. Cy and Dee: tin."""


@pytest.mark.parametrize(
    ("form", "chain", "order", "template", "dimension"),
    [
        ("reality", (), 0, "reality", "Belief"),
        ("memory", (), 0, "memory", "Belief"),
        ("belief", ("Ana",), 1, "belief1", "Belief"),
        ("belief", ("Ana", "Ben", "Cy"), 3, "belief3", "Belief"),
        ("knowledge", (), 1, "knowledge1", "Knowledge"),
        ("knowledge", ("Ana",), 2, "knowledge2", "Knowledge"),
    ],
)
def test_a_question_knows_its_order_its_words_and_its_dimension(
    form: str, chain: tuple[str, ...], order: int, template: str, dimension: str
) -> None:
    question = Question(form, chain, "key")
    assert (question.order, question.template, question.dimension) == (order, template, dimension)


@pytest.mark.parametrize(
    ("form", "chain", "expected"),
    [
        ("reality", (), "box"),
        ("memory", (), "tin"),
        ("belief", ("Ana",), "box"),
        ("belief", ("Ben",), "jar"),
        ("belief", ("Cy",), "tin"),
        ("belief", ("Ana", "Ben"), "jar"),
        ("belief", ("Ben", "Ana"), "jar"),
        ("belief", ("Ana", "Cy"), "tin"),
        ("belief", ("Ana", "Ben", "Ana"), "jar"),
    ],
)
def test_a_place_question_is_answered_along_its_chain(
    form: str, chain: tuple[str, ...], expected: str
) -> None:
    assert both(Question(form, chain, "key"), SPLIT, ()) == expected


def test_where_somebody_has_no_idea_there_is_no_answer() -> None:
    story = log(place("tin", "Ana"), move("Ana", "jar"))
    assert both(Question("belief", ("Ben",), "key"), story, ()) is None
    assert both(Question("knowledge", ("Ben",), "key"), story, ("Ana", "Cy")) is None


def test_the_one_who_holds_the_true_place_knows_it() -> None:
    who = Question("knowledge", (), "key")
    assert both(who, SPLIT, ("Ana", "Ben", "Cy", "Dee")) == "Ana"
    # As Ben sees it, it is in the jar, and Ana is the other one who was shown so.
    assert both(Question("knowledge", ("Ben",), "key"), SPLIT, ("Ana", "Cy", "Dee")) == "Ana"


def test_a_knowledge_question_with_no_knower_or_with_two_is_refused() -> None:
    who = Question("knowledge", (), "key")
    assert both(who, SPLIT, ("Ben", "Cy")) is None
    assert both(who, log(place("tin", "Ana Ben"), move("Ana", "jar", "Ben")), PEOPLE) is None


WHO = Question("knowledge", (), "key")


def is_grounded(story: Log, question: Question = WHO) -> bool:
    return grounded(question, story, Replay(story), ("Ana", "Ben"))


def test_a_true_word_is_a_ground_and_a_word_that_came_true_by_chance_is_none() -> None:
    start = place("tin", "Ana Ben Cy Dee")
    honest = log(start, move("Cy", "jar"), tell("Cy", "Ana", "jar"))
    assert is_grounded(honest)
    lucky = log(start, tell("Cy", "Ana", "jar"), move("Cy", "jar"))
    assert both(WHO, lucky, ("Ana", "Ben")) == "Ana"
    assert not is_grounded(lucky)


def test_a_place_to_which_the_thing_was_brought_back_behind_ones_back_is_no_ground() -> None:
    there_and_back = log(
        place("tin", "Ana Ben"), move("Ben", "jar", "Dee"), move("Ben", "tin", "Dee")
    )
    assert both(WHO, there_and_back, ("Ana", "Cy")) == "Ana"
    assert not is_grounded(there_and_back)
    # In Ben's eyes too, who saw it go and come back without her.
    assert not is_grounded(there_and_back, Question("knowledge", ("Ben",), "key"))
    # Somebody who saw all of it knows.
    assert is_grounded(log(place("tin", "Ana"), move("Ana", "jar"), move("Ana", "tin")))


def test_ones_own_eyes_are_always_a_ground() -> None:
    lie_then_look = log(
        place("tin", "Ana Ben"),
        tell("Cy", "Ana", "jar"),
        Event(Kind.LOOK, "Ana", "key", None, frozenset({"Ana"})),
    )
    assert is_grounded(lie_then_look)
    assert is_grounded(log(move("Cy", "jar")))


def test_a_contested_belief_grounds_nothing() -> None:
    story = Log(
        PEOPLE,
        (place("tin", "Ana Ben"), tell("Ben", "Ana", "jar")),
        {},
        frozenset({("Ana", "Ben")}),
    )
    assert not is_grounded(story, Question("knowledge", ("Ana",), "key"))


def test_place_questions_need_no_grounds() -> None:
    lucky = log(place("tin", "Ana"), tell("Cy", "Ana", "jar"), move("Cy", "jar"))
    assert is_grounded(lucky, Question("belief", ("Ana",), "key"))


def speakers(form: str, outer: tuple[str, ...] = ()) -> Question:
    return Question(form, (*outer, "Hal"), "key", value="jar")


GATHERING = Log(
    ("Hal", "Ana", "Ben", "Cy", "Dee"),
    (place("jar", "Hal Ana Ben Cy Dee"), move("Ana", "box", "Hal Ben")),
)
"""Hal, Ana and Ben see it go to the box; Cy and Dee miss that."""


def test_the_same_words_are_a_joke_a_lie_or_a_blunder_by_what_the_speaker_takes_to_be_so() -> None:
    # All say to Hal that it is in the jar. Ana and Hal saw the move together: with her it is a
    # joke. Of Dee, who missed it, nobody can say that she lies or jokes.
    joke = speakers("joker")
    assert both(joke, GATHERING, ("Ana", "Dee")) == "Ana"
    assert both(joke, GATHERING, ("Ana", "Ben", "Dee")) is None  # two of them joke
    assert both(speakers("blunder"), GATHERING, ("Ana", "Ben", "Dee")) == "Dee"


def test_a_lie_counts_on_a_hearer_who_missed_it() -> None:
    start = place("jar", "Hal Ana Ben Cy Dee")
    log_ = Log(("Hal", "Ana", "Ben", "Cy", "Dee"), (start, move("Ana", "box", "Ben")))
    assert both(speakers("liar"), log_, ("Ana", "Cy", "Dee")) == "Ana"
    assert both(speakers("liar"), log_, ("Cy", "Dee")) is None  # both mean it
    # A blunder is made to somebody who knows better, which Hal does not.
    assert both(speakers("blunder"), log_, ("Ana", "Cy")) is None
