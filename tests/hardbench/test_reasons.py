"""Nobody acts against his own stake, undoes his own tale or speaks to one who will not listen."""

from __future__ import annotations

import pytest

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.reasons import pointless
from social_r1.hardbench.scenes import stage
from social_r1.hardbench.script import Act, Line, Script

HINT = Question("hint", ("Ana", "Ben"), "key")


def is_pointless(question: Question, *lines: Line, options: tuple[str, ...] = ()) -> bool:
    people = ("Ana", "Ben", "Cy", "Di")
    script = Script(people, "barn", (Line(Act.ROLL, people=people), *lines))
    return pointless(Replay(stage(script)), question, options)


GAINS = Line(Act.STANCE, "Ana", thing="permit", value="+granted")
OPEN = Line(Act.PLACE, thing="permit", value="~pending")
FELT = Question("feel", ("Ben",), "permit", matter="status")


def test_nobody_decides_a_matter_to_his_own_loss() -> None:
    refused = Line(Act.MOVE, "Ana", thing="permit", value="-refused")
    assert is_pointless(FELT, GAINS, OPEN, refused)
    assert not is_pointless(FELT, GAINS, OPEN, Line(Act.MOVE, "Cy", None, "permit", "-refused"))
    assert not is_pointless(FELT, GAINS, OPEN, Line(Act.MOVE, "Ana", None, "permit", "+granted"))
    rival = Line(Act.RIVAL, "Ben", "Ana")
    granted = Line(Act.MOVE, "Ben", thing="permit", value="+granted")
    assert is_pointless(FELT, GAINS, rival, OPEN, granted)


def test_nobody_lies_to_his_own_loss_but_may_have_to_admit_it() -> None:
    away = Line(Act.LEAVE, "Ben")
    word = Line(Act.TEXT, "Ana", "Ben", "permit", "-refused")
    refused = Line(Act.MOVE, "Cy", thing="permit", value="-refused")
    assert is_pointless(FELT, GAINS, OPEN, away, word)
    assert not is_pointless(FELT, GAINS, OPEN, away, refused, word)


def test_nobody_hints_at_his_own_tale() -> None:
    start = (Line(Act.PLACE, thing="key", value="tin"), Line(Act.LEAVE, "Ben"))
    tale = Line(Act.TEXT, "Ana", "Ben", "key", "box")
    assert is_pointless(HINT, *start, tale)
    true = Line(Act.MOVE, "Cy", thing="key", value="box")
    later = Line(Act.MOVE, "Cy", thing="key", value="jar")
    assert not is_pointless(HINT, *start, true, tale, later)  # it was so when she said it


@pytest.mark.parametrize(
    ("question", "options"),
    [
        (Question("turn", ("Ben", "Ana"), "permit"), ()),
        (Question("speech", ("Ben", "Ana"), "permit", "+granted"), ()),
        (Question("takes", ("Ana", "Ben"), "permit", "+granted"), ()),
        (Question("liar", ("Ana",), "permit", "+granted"), ("Ben", "Cy")),
        (Question("hint", ("Ben", "Ana"), "permit"), ()),
        (Question("interest", ("Ben",), "permit", "+granted", others=("Ana",)), ()),
    ],
)
def test_nobody_speaks_to_one_who_is_known_not_to_take_his_word(
    question: Question, options: tuple[str, ...]
) -> None:
    doubt = Line(Act.DOUBT, "Ana", "Ben")
    assert is_pointless(question, doubt, OPEN, options=options)
    assert not is_pointless(question, Line(Act.DOUBT, "Ben", "Ana"), OPEN, options=options)


def test_whose_belief_is_asked_about_may_doubt_whom_he_likes() -> None:
    asked = Question("belief", ("Ben", "Ana"), "permit")
    assert not is_pointless(asked, Line(Act.DOUBT, "Ana", "Ben"), OPEN)
