"""Who sees what, for each relationship and each mark."""

from __future__ import annotations

import pytest

from social_r1.evaluation.sotopia.profiles import Profiles
from social_r1.evaluation.sotopia.scene import (
    JUDGE,
    Scene,
    judge_view,
    make_scene,
    other_goal,
    own_goal,
    scenario,
    view,
)

PUBLIC = "is a 47-year-old male ferry pilot. He/him pronouns. Bo sings in the choir."
VALUES = "Personality and values description: Bo values calm."
SECRET = "Bo's secrets: once sank the harbour clock"


def scene_of(profiles: Profiles, code: int) -> Scene:
    """Ada and Bo at the quay, in the given relationship."""
    scene = make_scene(profiles, profiles.pairs[0])
    return scene._replace(environment=scene.environment.model_copy(update={"relationship": code}))


@pytest.mark.parametrize(
    ("code", "known"),
    [
        (0, "Bo Ibarra's background: Unknown"),
        (1, "Bo Ibarra's background: Bo Ibarra"),
        (2, f"Bo Ibarra's background: Bo Ibarra {PUBLIC}"),
        (3, f"Bo Ibarra's background: Bo Ibarra {PUBLIC} {VALUES}"),
        (4, f"Bo Ibarra's background: Bo Ibarra {PUBLIC} {VALUES}"),
        (5, f"Bo Ibarra's background: Bo Ibarra {PUBLIC} {VALUES}"),
    ],
)
def test_the_other_is_known_as_far_as_the_relationship_goes(
    profiles: Profiles, code: int, known: str
) -> None:
    scene = scene_of(profiles, code)
    lines = view(scene, 0).splitlines()
    assert lines[3] == known
    assert lines[2] == (
        "Ada Nowak's background: Ada Nowak is a 31-year-old female beekeeper. She/her pronouns. "
        "Ada sings in the choir. Personality and values description: Ada values calm. Ada's "
        "secrets: keeps a tin of pebbles"
    )
    own = view(scene, 1).splitlines()[3]
    assert own == f"Bo Ibarra's background: Bo Ibarra {PUBLIC} {VALUES} {SECRET}"


@pytest.mark.parametrize("code", range(6))
@pytest.mark.parametrize("omniscient", [False, True])
def test_no_relationship_opens_a_secret_or_a_tag(
    profiles: Profiles, code: int, omniscient: bool
) -> None:
    ada = view(scene_of(profiles, code), 0, omniscient=omniscient)
    bo = view(scene_of(profiles, code), 1, omniscient=omniscient)
    for words in ("harbour clock", "Praise the paint", "Cheap is under 50", "Ida"):
        assert words not in ada
    for words in ("tin of pebbles", "You paid 90", "Ida"):
        assert words not in bo
    assert ada.endswith("Bo Ibarra's goal: " + ("Buy the boat" if omniscient else "Unknown"))
    assert ("Ada Nowak's goal: " + ("Sell the boat" if omniscient else "Unknown")) in bo
    assert "Ada Nowak's goal: Sell the boat (You paid 90 & owe 20.)" in ada
    assert bo.endswith("Bo Ibarra's goal: Buy the boat (Praise the paint. Cheap is under 50.)")


def test_the_judge_sees_everything(profiles: Profiles) -> None:
    seen = judge_view(scene_of(profiles, 0))
    assert "Scenario: A quay. Both know Ida." in seen
    for words in ("harbour clock", "tin of pebbles", "owe 20", "Praise", "Cheap", "values calm"):
        assert words in seen
    assert "<" not in seen
    assert "Unknown" not in seen


def test_a_part_of_a_scenario_is_for_its_viewer() -> None:
    text = "A fair. <p viewer='agent_0'>It rains.</p> <p viewer=\"environment\">Ida.</p> Noon."
    assert scenario(text, "agent_0") == "A fair. It rains. Noon."
    assert scenario(text, "agent_1") == "A fair. Noon."
    assert scenario(text, JUDGE) == "A fair. It rains. Ida. Noon."


def test_goals_keep_what_is_no_tag() -> None:
    goal = "Pay < 5 & (perhaps) leave (<extra_info>a\nb</extra_info>)"
    assert own_goal(goal) == "Pay < 5 & (perhaps) leave (a\nb)"
    assert other_goal(goal) == "Pay < 5 & (perhaps) leave"
    assert other_goal("Sing the solo") == "Sing the solo"


def test_tags_inside_tags_and_tags_without_end_hide_all_they_hold() -> None:
    nested = "Sing (<extra_info>First <strategy_hint>smile</strategy_hint> then</extra_info>) now"
    assert own_goal(nested) == "Sing (First smile then) now"
    assert other_goal(nested) == "Sing now"
    assert other_goal("Sing <extra_info>softly (you are hoarse)") == "Sing"
    assert own_goal("Sing <extra_info>softly") == "Sing softly"


def test_two_people_of_one_name_are_told_apart(profiles: Profiles) -> None:
    scene = scene_of(profiles, 0)
    twins = scene._replace(agents=(scene.agents[0], scene.agents[0]))
    assert twins.names == ("Ada Nowak (1)", "Ada Nowak (2)")
