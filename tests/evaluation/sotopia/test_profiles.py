"""The authors' files: every id leads somewhere, and the public set has the counts it should."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.sotopia import load_profiles
from social_r1.evaluation.sotopia.profiles import Profiles
from social_r1.evaluation.sotopia.scene import OWNERS_TAGS, judge_view, make_scene, view

from ..contract import DATA
from .conftest import agent_rows, environment_rows, pair_rows, relationship_rows, write_data


def test_profiles_are_read_and_words_lose_the_space_before_them(profiles: Profiles) -> None:
    assert set(profiles.environments) == {"boat", "choir", "kiln"}
    assert profiles.environments["boat"].relationship == 0
    assert profiles.agents["ada"].moral_values == ("Care", "Fairness")
    assert profiles.agents["ada"].name == "Ada Nowak"
    assert profiles.relationships[1].background_story == "Choir."


def test_the_folder_itself_may_be_given(data: Path) -> None:
    assert load_profiles(data / "sotopia").hard == ("choir", "boat")


def test_the_spelling_of_the_authors_code_is_read_too(tmp_path: Path) -> None:
    def renamed(row: dict[str, object], *names: str) -> dict[str, object]:
        return {"pk" if key in names else key: value for key, value in row.items()}

    ends = {"agent1_id": "agent_1_id", "agent2_id": "agent_2_id"}
    write_data(
        tmp_path,
        agent_profiles=[renamed(row, "agent_id") for row in agent_rows()],
        environment_profiles=[renamed(row, "env_id") for row in environment_rows()],
        env_agent_combo_storages=[renamed(row, "combo_id") for row in pair_rows()],
        relationship_profiles=[
            {ends.get(key, key): value for key, value in row.items()} for row in relationship_rows()
        ],
    )
    assert load_profiles(tmp_path).agents["bo"].secret == "once sank the harbour clock"


def test_the_first_pair_of_every_environment_comes_before_the_second(profiles: Profiles) -> None:
    assert [pair.id for pair in profiles.chosen(hard=True)] == [
        "choir-0", "boat-0", "choir-1", "boat-1",
    ]  # fmt: skip
    assert [pair.id for pair in profiles.chosen(hard=False)][:4] == [
        "boat-0", "choir-0", "kiln-0", "boat-1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"agent_profiles": agent_rows()[1:]}, r"no profile 'ada'"),
        ({"agent_profiles": agent_rows() * 2}, r"agent_profiles\.jsonl:4: id 'ada' stands twice"),
        ({"environment_profiles": environment_rows()[:2]}, r"pair kiln-0 .*no profile 'kiln'"),
        ({"env_ids": {"SOTOPIA-HARD": ["attic"]}}, r"SOTOPIA-HARD .*no profile 'attic'"),
        ({"env_ids": {"SOTOPIA-HARD": "choir"}}, r"no list 'SOTOPIA-HARD'"),
        ({"env_ids": ["choir"]}, r"no list 'SOTOPIA-HARD'"),
        (
            {"env_agent_combo_storages": [pair_rows()[0] | {"agent_ids": ["bo", "bo"]}]},
            r"one agent on both sides",
        ),
        (
            {"environment_profiles": [environment_rows()[0] | {"relationship": "6"}]},
            r"environment_profiles\.jsonl:1: relationship",
        ),
        (
            {"environment_profiles": [environment_rows()[0] | {"agent_goals": ["one"]}]},
            r"environment_profiles\.jsonl:1: agent_goals",
        ),
        ({"agent_profiles": [agent_rows()[0] | {"moral_values": 3}]}, r"agent_profiles\.jsonl:1"),
        (
            {"relationship_profiles": [relationship_rows()[0] | {"agent2_id": "dee"}]},
            r"relationship 1 .*no profile 'dee'",
        ),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        load_profiles(write_data(tmp_path, **changes))


def test_missing_files_and_a_missing_hard_list_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"agent_profiles\.jsonl.*repair: get sotopia-lab"):
        load_profiles(write_data(tmp_path / "a", agent_profiles=None))
    with pytest.raises(InputError, match="needs its data"):
        load_profiles(None)
    found = load_profiles(write_data(tmp_path / "b", env_ids=None))
    assert len(found.chosen(hard=False)) == 6
    with pytest.raises(InputError, match="nothing says which environments are hard"):
        found.chosen(hard=True)


@pytest.fixture(scope="module")
def public() -> Profiles:
    if not (DATA / "sotopia").is_dir():
        pytest.skip(f"no {DATA / 'sotopia'}: public data are not part of the repository")
    return load_profiles(DATA)


def test_the_public_set_is_whole(public: Profiles) -> None:
    assert len(public.environments) == 90
    assert len(public.agents) == 40
    assert len(public.pairs) == 450
    assert len(public.relationships) == 120
    assert len(public.hard) == 14
    assert set(Counter(pair.env_id for pair in public.pairs).values()) == {5}
    assert len(public.chosen(hard=True)) == 70
    assert len({one.codename for one in public.environments.values()}) == 81
    text = json.dumps([one.agent_goals for one in public.environments.values()])
    counts = [len(re.findall(f"<{tag}>", text)) for tag in OWNERS_TAGS]
    assert counts == [154, 25, 2]


def tagged(goal: str) -> list[str]:
    """The pieces of a goal that stand inside a tag, or in a tag within another."""
    pieces, depth = list[str](), 0
    for piece in re.split(r"(</?\w+>)", goal):
        if re.fullmatch(r"</?\w+>", piece):
            depth += -1 if piece.startswith("</") else 1
        elif depth and piece.strip():
            pieces.append(piece.strip())
    assert depth == 0
    return pieces


def test_nothing_of_the_public_set_leaks_to_the_other_side(public: Profiles) -> None:
    hidden = 0
    for pair in public.pairs:
        scene = make_scene(public, pair)
        whole = judge_view(scene)
        for side in (0, 1):
            for omniscient in (False, True):
                seen = view(scene, side, omniscient=omniscient)
                assert "<" not in seen
                mine, theirs = (scene.environment.agent_goals[i] for i in (side, 1 - side))
                for part in tagged(theirs):
                    assert part in mine or part not in seen
                    assert part in whole
                assert f"secrets: {scene.agents[1 - side].secret}" not in seen
                assert f"secrets: {scene.agents[side].secret}" in seen
            told = re.findall(r'<p viewer="environment">(.*?)</p>', scene.environment.scenario)
            for part in told:
                hidden += 1
                assert part in whole
                assert part not in view(scene, side)
    assert hidden == 100  # 10 environments, 5 pairs, 2 sides: the common friend of two strangers
