"""Which episodes are played: pairs, positions, and the keys by which finished ones are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from social_r1.evaluation.sotopia import dialogue, judge
from social_r1.evaluation.sotopia.profiles import Profiles
from social_r1.evaluation.sotopia.scene import Scene, judge_view, make_scene, view
from social_r1.evaluation.sotopia.types import Role, SotopiaConfig

_SCHEMA = 1
"""Raised when dialogues or rows change their meaning, so that older episodes are played again."""


class Episode(NamedTuple):
    """One dialogue to be played."""

    id: str
    scene: Scene
    position: int
    """Side that the model plays."""
    dialogue_key: str
    key: str


def plan(
    profiles: Profiles, config: SotopiaConfig, told: Mapping[Role, Mapping[str, Any]]
) -> list[Episode]:
    """The episodes of a run, the first pair of every environment before the second.

    Args:
        profiles: of the authors.
        config: which of them.
        told: the settings of the three models, for the keys.

    Where ours differs: on the hard set the authors give the model one fixed side in each
    environment (70 episodes); their lists of sides are not part of the public files, and
    ``both_positions`` plays either (140).
    """
    found: list[Episode] = []
    for pair in profiles.chosen(hard=config.hard):
        scene = make_scene(profiles, pair)
        for position in (0, 1) if config.both_positions else (0,):
            talk = _key(
                _SCHEMA, told["model"], told["partner"], position,
                config.model_dump(include={"turns", "idle", "omniscient", "seed"}),
                dialogue.PROMPT,
                *(view(scene, side, omniscient=config.omniscient) for side in (0, 1)),
            )  # fmt: skip
            asked = {name: list(one) for name, one in judge.DIMENSIONS.items()}
            key = _key(talk, told["judge"], judge.PROMPT, asked, judge_view(scene))
            found.append(Episode(f"{pair.id}#{position}", scene, position, talk, key))
    return found[: config.limit]


def _key(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
