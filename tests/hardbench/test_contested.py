"""Conventions on which readers would not agree: who saw a change, and whose note is newer."""

from __future__ import annotations

import pytest

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.ledger import contested
from social_r1.hardbench.questions import answer
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script

PLACES = ("tin", "box", "bag", "jar")
ANA_OF_BEN = Question("belief", ("Ana", "Ben"), "key")


def told(*lines: Line, question: Question = ANA_OF_BEN) -> bool:
    """Whether the answer is contested in a story of four who saw the key put into the tin."""
    people = ("Ana", "Ben", "Cy", "Di")
    opening = (Line(Act.ROLL, people=people), Line(Act.PLACE, thing="key", value="tin"))
    script = Script(people, "barn", (*opening, *lines))
    return contested(script, stage(script), question, PLACES)


def out(who: str) -> Line:
    return Line(Act.LEAVE, who)


BOX = Line(Act.MOVE, "Cy", thing="key", value="box")
WORD = Line(Act.TEXT, "Di", "Ana", "key", "box")


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ((out("Ana"), BOX, WORD), "she left Ben there and is told of it"),
        ((out("Ana"), BOX, Line(Act.GLIMPSE, "Ana", thing="key")), "she sees what has come of it"),
        ((out("Ana"), BOX, Line(Act.ENTRY, "Ana", thing="key", value="box")), "she reads of it"),
        ((out("Ana"), BOX, out("Ben"), WORD), "she did not see Ben go"),
        ((out("Ana"), BOX, Line(Act.ENTER, "Ana"), Line(Act.LOOK, "Ana", thing="key")),
         "Ben is there when she comes back"),
        ((out("Ana"), BOX, out("Ben"), Line(Act.ENTER, "Ana"), Line(Act.LOOK, "Ana", thing="key")),
         "Ben, who was there when she left, is gone when she comes back"),
        ((Line(Act.DRIFT, "Ben"), out("Ana"), BOX, WORD), "for all she can tell Ben attends"),
        ((Line(Act.NAP, "Ana"), BOX, out("Di"), Line(Act.WAKE, "Ana"), WORD), "she slept by him"),
        ((out("Ana"), Line(Act.PEEK_MOVE, "Cy", "Ana", "key", "bag"), BOX, WORD),
         "she looked in and saw him there"),
    ],
)  # fmt: skip
def test_who_did_not_see_a_change_can_only_guess_whether_those_left_there_did(
    lines: tuple[Line, ...], what: str
) -> None:
    assert told(*lines), what


@pytest.mark.parametrize(
    "lines",
    [
        (out("Ben"), out("Ana"), BOX, WORD),  # Ben went before her eyes
        (Line(Act.NAP, "Ben"), out("Ana"), BOX, WORD),  # or sleeps
        (out("Ana"), BOX),  # she knows of no change
        (out("Ana"), Line(Act.PEEK_MOVE, "Cy", "Ana", "key", "box")),  # sees it happen, Ben by
        (out("Ana"), BOX, Line(Act.TEXT, "Ben", "Ana", "key", "box")),  # has it from Ben
        (out("Ana"), BOX, out("Di"), WORD, Line(Act.TEXT, "Ana", "Ben", "key", "bag")),  # tells him
    ],
)
def test_what_she_saw_of_him_or_had_from_him_is_no_guess(lines: tuple[Line, ...]) -> None:
    assert not told(*lines)


BAG = Line(Act.MOVE, "Cy", thing="key", value="bag")


@pytest.mark.parametrize(
    ("lines", "guess"),
    [
        # Back in the room, Ana sees Cy take the key out of the box: it was put there without her,
        # perhaps while Ben, since gone, was still there.
        ((out("Ana"), BOX, out("Ben"), Line(Act.ENTER, "Ana"), BAG), True),
        # The same seen from outside.
        ((out("Ana"), BOX, out("Ben"), Line(Act.PEEK_MOVE, "Cy", "Ana", "key", "bag")), True),
        # He sees it, too, whatever he saw before.
        ((out("Ana"), BOX, Line(Act.ENTER, "Ana"), BAG), False),
        # He went before her eyes.
        ((out("Ben"), out("Ana"), BOX, Line(Act.ENTER, "Ana"), BAG), False),
        # It comes out of the tin, where she had seen it.
        ((out("Ana"), out("Ben"), Line(Act.ENTER, "Ana"), BAG), False),
    ],
)  # fmt: skip
def test_a_change_gives_away_one_that_went_before(lines: tuple[Line, ...], guess: bool) -> None:
    assert told(*lines) is guess


def test_a_hidden_watcher_leaves_two_people_together() -> None:
    # Ana saw Ben and Cy there with the key. Later Ben writes to her that it is elsewhere: did Cy,
    # as Ben sees it, watch it go there?
    seen = (out("Ana"), out("Di"), Line(Act.PEEK_MOVE, "Ben", "Ana", "key", "box"))
    word = Line(Act.TEXT, "Ben", "Ana", "key", "bag")
    of_both = Question("belief", ("Ana", "Ben", "Cy"), "key")
    assert told(*seen, word, question=of_both)
    assert not told(*seen, question=of_both)
    assert not told(Line(Act.NAP, "Cy"), *seen, word, question=of_both)  # Cy slept, and both know


def test_one_s_own_belief_rests_on_no_guess_about_others() -> None:
    assert not told(out("Ana"), BOX, WORD, question=Question("belief", ("Ana",), "key"))


def test_a_note_by_nobody_named_is_not_set_against_a_person_s_word() -> None:
    note = Line(Act.ENTRY, "Ana", thing="key", value="bag")
    own = Question("belief", ("Ana",), "key")
    assert told(out("Ana"), BOX, WORD, note, question=own)
    assert not told(out("Ana"), BOX, note, question=own)  # newer than what she saw
    assert not told(out("Ana"), BOX, note, WORD, question=own)  # he who was there has newer news
    same = Line(Act.ENTRY, "Ana", thing="key", value="box")
    assert not told(out("Ana"), BOX, WORD, same, question=own)  # they agree


def test_nobody_who_is_asked_about_hits_on_the_truth_by_accident() -> None:
    # Di went out with the key in the tin. She writes that it is in the box, and so it is.
    gone = (out("Di"), BOX, out("Ana"))
    of_di = Question("belief", ("Di",), "key")
    assert told(*gone, WORD, question=of_di)
    assert not told(*gone, WORD, question=Question("belief", ("Ana",), "key"))
    assert not told(*gone, Line(Act.TEXT, "Di", "Ana", "key", "bag"), question=of_di)  # a tale
    assert not told(*gone, Line(Act.TEXT, "Di", "Ana", "key", "tin"), question=of_di)  # a mistake
    assert not told(BOX, out("Di"), out("Ana"), WORD, question=of_di)  # she saw it


SAID_BOX = Question("speech", ("Ana", "Ben"), "key", "box")
"""Ana tells Ben that the key is in the box."""
ABSENT = Line(Act.GLIMPSE, "Ana", thing="key")


@pytest.mark.parametrize(
    ("lines", "doubtful"),
    [
        ((), False),  # both look at the tin
        ((out("Ana"),), False),  # she left him there beside it
        ((out("Ana"), out("Ben")), False),  # he saw it after her
        ((out("Ben"), out("Ana"), Line(Act.TEXT, "Ben", "Ana", "key", "tin")), False),  # his word
        # She saw it last: for all that he can tell it is in the box now, and she deceives him.
        ((out("Ben"), out("Ana")), True),
        ((out("Ben"),), True),
        ((Line(Act.NAP, "Ben"), out("Ana")), True),  # he slept beside it
        # Di, who stayed, may have told her anything.
        ((out("Ana"), out("Ben"), Line(Act.TEXT, "Di", "Ana", "key", "tin")), True),
        ((out("Ana"), ABSENT), True),  # whom she saw in there is not told
        # He is back beside her, but has missed what she may have seen.
        ((out("Ben"), Line(Act.ENTER, "Ben")), True),
        ((Line(Act.NAP, "Ben"), Line(Act.WAKE, "Ben"), out("Ana")), True),
        ((out("Ben"), Line(Act.ENTER, "Ben"), BOX, BAG), False),  # and has seen it since
        # What she hears or watches from elsewhere he does not know of, wherever she is by then.
        ((out("Di"), Line(Act.TEXT, "Di", "Ana", "key", "tin")), True),
        ((out("Ana"), Line(Act.TEXT, "Di", "Ana", "key", "tin"), Line(Act.ENTER, "Ana")), True),
        ((out("Ana"), Line(Act.OVERHEAR, "Ben", "Ana", "key", "tin")), True),
        # What becomes of another thing plays no part.
        ((out("Ana"), Line(Act.PEEK_MOVE, "Cy", "Ana", "hat", "box")), False),
        (
            (
                out("Ben"),
                out("Ana"),
                Line(Act.ENTER, "Ben"),
                Line(Act.PEEK_MOVE, "Cy", "Ana", "hat", "box"),
            ),
            True,
        ),
        ((out("Ana"), Line(Act.PEEK_MOVE, "Cy", "Ana", "key", "box")), False),  # no false word
    ],
)
def test_a_false_word_is_a_joke_only_to_one_who_has_seen_no_less(
    lines: tuple[Line, ...], doubtful: bool
) -> None:
    assert told(*lines, question=SAID_BOX) is doubtful


def test_who_of_several_lies_is_not_asked_where_another_may_be_joking_or_not() -> None:
    # "It is in the tin", each of them tells Ben. Cy went while it was, and means it. Di has put it
    # into the box, and later into the bag, so she lies. Ana left when it was in the box and Ben
    # still there beside it: she can only be joking.
    box, bag = (Line(Act.MOVE, "Di", thing="key", value=v) for v in ("box", "bag"))
    people = ("Ana", "Cy", "Di")
    opening = (Line(Act.ROLL, people=("Ben", *people)), Line(Act.PLACE, thing="key", value="tin"))

    def asked(*lines: Line) -> bool:
        script = Script(("Ben", *people), "barn", (*opening, out("Cy"), *lines))
        question = Question("liar", ("Ben",), "key", "tin")
        assert answer(question, stage(script), Replay(stage(script)), people) == "Di"
        return not contested(script, stage(script), question, people)

    assert asked(box, out("Ana"), out("Ben"), bag)
    assert not asked(box, out("Ben"), out("Ana"), bag)  # to him it may be news


def test_no_remark_is_asked_about_that_came_true_unseen() -> None:
    # Ana left Ben beside the tin and says "box". In the meantime it has been there.
    back = Line(Act.MOVE, "Cy", thing="key", value="tin")
    assert told(out("Ana"), BOX, question=SAID_BOX)
    assert told(out("Ana"), BOX, back, question=SAID_BOX)
    assert not told(BOX, back, out("Ana"), question=SAID_BOX)  # she has seen it taken away
    # Ana knows that Ben did not see it put into the bag: "box" is a lie, whatever it is later.
    bag = Line(Act.MOVE, "Cy", thing="key", value="bag")
    assert not told(out("Ben"), bag, out("Ana"), question=SAID_BOX)
    assert told(out("Ben"), bag, out("Ana"), BOX, question=SAID_BOX)  # and if it is true?
