"""Who is told what, so that people's pictures part."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from social_r1.hardbench.designs import VARIANTS
from social_r1.hardbench.forms import Question
from social_r1.hardbench.messages import untrue, with_false_word, with_old_news
from social_r1.hardbench.mix import RichSpec
from social_r1.hardbench.scenes import replayed
from social_r1.hardbench.script import Act, Line, Script
from social_r1.hardbench.sense import senseless
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.casting import draw_rich_cast

SPEC = RichSpec()


@pytest.fixture
def cast() -> Cast:
    return draw_rich_cast(
        Random(3), agents=4, matter="location", frames=SPEC.frames, domains=SPEC.domains
    )


def test_a_false_word_reaches_one_who_had_it_before_his_eyes(cast: Cast) -> None:
    a, b, *_ = cast.names
    first, second, third, _ = cast.places
    lines = (
        Line(Act.ROLL, people=cast.names),
        Line(Act.PLACE, thing=cast.thing, value=first),
        Line(Act.MOVE, a, thing=cast.thing, value=second),
        Line(Act.MOVE, b, thing=cast.thing, value=third),
    )
    script = Script(cast.names, cast.room, lines)
    seen = Counter[int]()
    for seed in range(60):
        told = with_false_word(Random(seed), script, cast)
        new = told.lines[4:]
        seen[len(new)] += 1
        if new:
            leave, text = new
            assert (leave.act, leave.actor) == (Act.LEAVE, text.other)
            assert text.actor == a  # would have it otherwise; b has just seen to it
            assert text.value in {first, second, cast.places[3]}
            assert not senseless(told, cast.thing)
    assert set(seen) == {0, 2}
    assert seen[2] > 15
    assert with_false_word(Random(1), script.with_lines(lines[:2]), cast).lines == lines[:2]


def test_whoever_is_away_is_told_how_it_stands_before_that_changes(cast: Cast) -> None:
    a, b, c, d = cast.names
    first, second, third, _ = cast.places
    lines = (
        Line(Act.ROLL, people=cast.names),
        Line(Act.PLACE, thing=cast.thing, value=first),
        Line(Act.LEAVE, a),
        Line(Act.MOVE, b, thing=cast.thing, value=second),
        Line(Act.MOVE, c, thing=cast.thing, value=third),
    )
    script = Script(cast.names, cast.room, lines)
    before = replayed(script)
    assert before
    assert [before.value(chain, cast.thing) for chain in ((a,), (b, a), (b,))] == [
        first, first, third,
    ]  # fmt: skip
    seen = Counter[str]()
    for seed in range(60):
        told = with_old_news(Random(seed), script, cast)
        [(at, new)] = [(i, x) for i, x in enumerate(told.lines) if x.act is Act.RELAY]
        assert (new.other, new.thing) == (a, cast.thing)
        assert not senseless(told, cast.thing)
        after = replayed(told)
        assert after
        # Before the last change he hears where it was in between, and only who told him knows.
        was = second if at == 4 else first
        for other in (b, c, d):
            held = was if other == new.actor else first
            assert after.value((other, a), cast.thing) == held
        assert after.value((a,), cast.thing) == was
        seen[f"{at} {new.actor}"] += 1
    assert set(seen) == {f"{at} {name}" for at in (3, 4) for name in (b, c, d)}


def test_nobody_is_told_where_nobody_is_away_or_nobody_can_tell(cast: Cast) -> None:
    place = Line(Act.PLACE, thing=cast.thing, value=cast.places[0])
    script = Script(cast.names, cast.room, (Line(Act.ROLL, people=cast.names), place))
    assert with_old_news(Random(0), script, cast) == script
    gone = script.with_lines((*script.lines, *(Line(Act.LEAVE, name) for name in cast.names)))
    assert with_old_news(Random(0), gone, cast) == gone


def test_a_lie_is_what_its_speaker_does_not_take_to_be_so() -> None:
    # Ben left while the key was in the tin: that is what he takes to be so, though it is not.
    script = Script(
        ("Ana", "Ben", "Cy"),
        "barn",
        (
            Line(Act.ROLL, people=("Ana", "Ben", "Cy")),
            Line(Act.PLACE, thing="key", value="tin"),
            Line(Act.LEAVE, "Ben"),
            Line(Act.LEAVE, "Cy"),
            Line(Act.MOVE, "Ana", thing="key", value="jar"),
            Line(Act.TEXT, "Ben", "Cy", "key", "tin"),
            Line(Act.TEXT, "Ana", "Ben", "key", "box"),
            Line(Act.TEXT, "Ben", "Cy", "key", "tin"),
            Line(Act.TEXT, "Ana", "Cy", "hat", "box"),
        ),
    )
    # Ana lies to Ben, who then lies to Cy: by then he takes it to be in the box.
    assert untrue(script, Question("belief", ("Cy",), "key")) == 2


def test_parts_are_exchanged_so_that_fewer_lie_first(cast: Cast) -> None:
    a, b, c, d = cast.names
    tin, jar, box, _ = cast.places
    key = cast.thing
    lines = (
        Line(Act.ROLL, people=cast.names),
        Line(Act.PLACE, thing=key, value=tin),
        Line(Act.LEAVE, a),
        Line(Act.LEAVE, b),
        Line(Act.MOVE, d, thing=key, value=jar),
        Line(Act.LEAVE, c),
        Line(Act.MOVE, d, thing=key, value=box),
        Line(Act.TEXT, c, a, key, jar),
    )
    script = Script(cast.names, cast.room, lines, frame=cast.frame, matter="location")
    question = Question("belief", (a,), key)
    told = [x for x, _ in VARIANTS["relay"](Random(0), script, question, cast.places, cast)]
    lies = [untrue(x, question) for x in told]
    # Of the six exchanges of b, c and d two leave c to leave second, who then says what c saw.
    assert lies == [0, 0, 1, 1, 1, 1]
    assert all(x.lines[-1] == lines[-1] for x in told)
