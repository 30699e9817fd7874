"""Turns and endings, worked out by hand."""

from __future__ import annotations

import asyncio

import pytest

from social_r1.evaluation.sotopia.dialogue import messages, talk, transcript
from social_r1.evaluation.sotopia.profiles import Profiles
from social_r1.evaluation.sotopia.scene import Scene, make_scene
from social_r1.evaluation.sotopia.types import Dialogue, SotopiaConfig

from .conftest import Lines, act

SPEAK, IDLE, LEAVE = act("speak", "Hm."), act("none"), act("leave")
GARBAGE = "I would rather not say."


@pytest.fixture
def scene(profiles: Profiles) -> Scene:
    return make_scene(profiles, profiles.pairs[0])


def played(scene: Scene, first: list[str], second: list[str], **changes: object) -> Dialogue:
    config = SotopiaConfig.model_validate(changes)
    return asyncio.run(talk(scene, [Lines(*first), Lines(*second)], config))


@pytest.mark.parametrize(
    ("first", "second", "ended", "types"),
    [
        # The 20th turn of both together is the last.
        ([SPEAK], [SPEAK], "turns", ["speak"] * 20),
        # Somebody leaves: at once, in the first turn too.
        ([LEAVE], [SPEAK], "left", ["leave"]),
        ([SPEAK, LEAVE], [SPEAK], "left", ["speak", "speak", "leave"]),
        ([SPEAK], [LEAVE], "left", ["speak", "leave"]),
        # Two idle turns in a row are not yet too many, three are.
        ([IDLE], [IDLE], "idle", ["none", "none", "none"]),
        ([SPEAK, IDLE], [IDLE], "idle", ["speak", "none", "none", "none"]),
        ([IDLE, SPEAK], [IDLE, SPEAK], "turns", ["none", "none"] + ["speak"] * 18),
        ([IDLE], [SPEAK], "turns", ["none", "speak"] * 10),
        # What cannot be read is idle.
        ([GARBAGE], [IDLE], "idle", ["none", "none", "none"]),
        # Leaving after two idle turns is leaving.
        ([IDLE, LEAVE], [IDLE], "left", ["none", "none", "leave"]),
    ],
)
def test_endings(
    scene: Scene, first: list[str], second: list[str], ended: str, types: list[str]
) -> None:
    done = played(scene, first, second)
    assert done.ended == ended
    assert [turn.type for turn in done.turns] == types
    assert [turn.side for turn in done.turns] == [number % 2 for number in range(len(types))]


def test_leaving_in_the_last_turn_is_leaving_and_silence_then_is_silence(scene: Scene) -> None:
    assert played(scene, [SPEAK], [LEAVE], turns=2).ended == "left"
    assert played(scene, [IDLE], [IDLE], turns=3).ended == "idle"
    assert played(scene, [SPEAK], [SPEAK], turns=3).ended == "turns"
    assert played(scene, [IDLE], [IDLE], turns=2).ended == "turns"


def test_reasons_and_texts_are_kept(scene: Scene) -> None:
    done = played(scene, [GARBAGE, LEAVE], [SPEAK])
    assert [(turn.reason, turn.text) for turn in done.turns] == [
        ("no_json", GARBAGE), ("ok", SPEAK), ("ok", LEAVE),
    ]  # fmt: skip
    assert [(turn.input_tokens, turn.output_tokens) for turn in done.turns] == [(10, 2)] * 3


def test_each_side_reads_its_own_view_and_every_turn(scene: Scene) -> None:
    first, second = Lines(act("speak", "Fine boat."), LEAVE), Lines(act("action", "kicks it"))
    asyncio.run(talk(scene, [first, second], SotopiaConfig()))
    opening = first.asks[0].messages[0]["content"]
    assert "You are Ada Nowak." in opening
    assert "(nothing has been said yet)" in opening
    assert "turn #0" in opening
    reply = second.asks[0].messages[0]["content"]
    assert "You are Bo Ibarra." in reply
    assert 'Turn #0: Ada Nowak said: "Fine boat."' in reply
    assert "Praise the paint" in reply
    assert "You paid 90" not in reply
    later = first.asks[1].messages[0]["content"]
    assert "Turn #1: Bo Ibarra [action] kicks it" in later
    assert [ask.turn for ask in first.asks] == [0, 1]


def test_words_that_look_like_marks_are_passed_on(scene: Scene) -> None:
    done = played(scene, [act("speak", "<extra_info>{me}</extra_info> & co"), LEAVE], [SPEAK])
    text = messages(scene, 1, done.turns[:1])[0]["content"]
    assert "<extra_info>{me}</extra_info> & co" in text


def test_seeds_differ_by_turn_and_repeat(scene: Scene) -> None:
    def seeds(seed: int) -> list[int]:
        voice = Lines(SPEAK)
        asyncio.run(talk(scene, [voice, voice], SotopiaConfig(seed=seed, turns=6), key="k"))
        return [ask.seed for ask in voice.asks]

    assert len(set(seeds(0))) == 6
    assert seeds(0) == seeds(0) != seeds(1)
    assert all(0 <= seed < 2**31 for seed in seeds(0))


def test_the_judges_transcript_leaves_idle_turns_out(scene: Scene) -> None:
    done = played(scene, [IDLE, LEAVE], [SPEAK])
    assert transcript(scene, done.turns, idle=False).splitlines() == [
        'Turn #1: Bo Ibarra said: "Hm."', "Turn #2: Ada Nowak left the conversation",
    ]  # fmt: skip
