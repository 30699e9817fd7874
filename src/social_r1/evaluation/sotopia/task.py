"""SOTOPIA as an Inspect task: one sample per episode, partner and judge as model roles.

    inspect eval social_r1/sotopia -T data=DIR --model openai/… \
        --model-role partner=openai-api/local/… --model-role judge=openai/…

Scores carry the names of all three models. A judge that gives nothing usable leaves a sample
unscored, an endpoint that is dead leaves it as an error; neither is a zero. Intervals over
environments, parse failures by reason and resuming by episode are in `run.run_sotopia`; here a run
is resumed as Inspect does it (``inspect eval-retry``).
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import Model, ModelOutput, get_model
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from social_r1.evaluation.benchmarks import DATA_VARIABLE
from social_r1.evaluation.sotopia.dialogue import talk, transcript
from social_r1.evaluation.sotopia.judge import judge as ask_judge
from social_r1.evaluation.sotopia.judge import overall, scores_of
from social_r1.evaluation.sotopia.plan import Episode, plan
from social_r1.evaluation.sotopia.profiles import load_profiles
from social_r1.evaluation.sotopia.run import TEMPERATURES
from social_r1.evaluation.sotopia.scene import view
from social_r1.evaluation.sotopia.scripts import PREFIX, Script
from social_r1.evaluation.sotopia.types import OK, Dialogue, Role, SotopiaConfig, Turn, Voice
from social_r1.evaluation.sotopia.voices import InspectVoice

DIALOGUE = "dialogue"
"""Key of a sample's metadata: its turns and what ended it."""


def sotopia_task(
    data: str | None = None, partner: str | None = None, judge: str | None = None,
    hard: bool = True, both_positions: bool = True, episodes: int | None = None, turns: int = 20,
    seed: int = 0, judge_attempts: int = 3,
) -> Task:  # fmt: skip
    """The task of the hard (or of all) environments.

    Args:
        data: folder that holds ``sotopia/``; None takes the one that SOCIAL_R1_DATA names.
        partner: a model's name or ``baseline/polite``; None takes the role ``partner``.
        judge: a model's name or ``baseline/middle``; None takes the role ``judge``.
        hard: the 14 hard environments instead of all 90.
        both_positions: the model plays either side of each pair, else the first.
        episodes: at most so many.
        turns: the longest episode, both sides together.
        seed: of the sampling.
        judge_attempts: times that a judge is asked while its reply cannot be used.

    Raises:
        InputError: the data cannot be used.
        ConfigError: a script that does not exist.
    """
    config = SotopiaConfig(
        hard=hard, both_positions=both_positions, limit=episodes, turns=turns, seed=seed,
        judge_attempts=judge_attempts,
    )  # fmt: skip
    settings = config.model_dump()
    data = data or os.environ.get(DATA_VARIABLE) or None
    folder = None if data is None else str(Path(data).resolve())
    named = {"partner": partner, "judge": judge}
    for name in named.values():
        if name and name.startswith(PREFIX):
            Script(name.removeprefix(PREFIX))
    roles: dict[str, str | Model] = {
        role: name for role, name in named.items() if name and not name.startswith(PREFIX)
    }
    return Task(
        dataset=MemoryDataset(
            [_sample(one) for one in _episodes(folder, config.model_dump_json()).values()],
            name="sotopia",
        ),
        solver=play_episode(settings, folder, partner),
        scorer=sotopia_scorer(settings, folder, partner, judge),
        model_roles=cast("Any", roles) or None,
        fail_on_error=False,
        name="sotopia",
        metadata={"config": settings, "partner": partner, "judge": judge},
    )


@solver
def play_episode(
    settings: dict[str, Any], data: str | None = None, partner: str | None = None
) -> Solver:
    """Play the sample's episode with the evaluated model and the partner."""
    config = SotopiaConfig.model_validate(settings)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        episode = _episodes(data, config.model_dump_json())[str(state.sample_id)]
        voices = [_voice("model", None), _voice("partner", partner)]
        order = voices if episode.position == 0 else voices[::-1]
        done = await talk(episode.scene, order, config, key=episode.id)
        state.metadata[DIALOGUE] = {
            "turns": [turn.model_dump() for turn in done.turns],
            "ended": done.ended,
        }
        said = transcript(episode.scene, done.turns)
        state.output = ModelOutput.from_content(str(state.model), said)
        state.messages.append(state.output.message)
        return state

    return solve


@scorer(metrics={"*": [mean(), stderr(cluster="environment")]})
def sotopia_scorer(
    settings: dict[str, Any], data: str | None = None, partner: str | None = None,
    judge: str | None = None,
) -> Scorer:  # fmt: skip
    """The judge's seven scores of the evaluated model, and their mean."""
    config = SotopiaConfig.model_validate(settings)

    async def score(state: TaskState, target: Target) -> Score:
        episode = _episodes(data, config.model_dump_json())[str(state.sample_id)]
        kept = state.metadata[DIALOGUE]
        done = Dialogue(tuple(Turn.model_validate(turn) for turn in kept["turns"]), kept["ended"])
        voice = _voice("judge", judge)
        given = await ask_judge(
            episode.scene, done, voice, attempts=config.judge_attempts, seed=config.seed,
            key=episode.id,
        )  # fmt: skip
        mine = [turn for turn in done.turns if turn.side == episode.position]
        metadata: dict[str, Any] = {
            "model": str(get_model()),
            "partner": _voice("partner", partner).name,
            "judge": voice.name,
            "position": episode.position,
            "ended": done.ended,
            "unread": [turn.reason for turn in mine if turn.reason != OK],
            "judge_reasons": list(given.reasons),
        }
        if given.marks is None:
            return Score.unscored(reason="scoring_failed", metadata=metadata)
        marks = given.marks[episode.position]
        scores = scores_of(marks)
        metadata["partner_scores"] = scores_of(given.marks[1 - episode.position])
        return Score(
            value={"overall": overall(scores), **scores},
            explanation="\n".join(f"{name}: {mark.reasoning}" for name, mark in marks.items()),
            metadata=metadata,
        )

    return score


@lru_cache(maxsize=8)
def _episodes(data: str | None, config: str) -> dict[str, Episode]:
    """The planned episodes by id."""
    told: dict[Role, dict[str, Any]] = {"model": {}, "partner": {}, "judge": {}}
    planned = plan(load_profiles(data), SotopiaConfig.model_validate_json(config), told)
    return {episode.id: episode for episode in planned}


def _sample(episode: Episode) -> Sample:
    scene = episode.scene
    return Sample(
        id=episode.id,
        input=view(scene, episode.position),
        metadata={
            "environment": scene.environment.id,
            "codename": scene.environment.codename,
            "relationship": scene.environment.relationship,
            "position": episode.position,
        },
    )


def _voice(role: Role, name: str | None) -> Voice:
    """The evaluated model, a script, or the model of a role."""
    if name and name.startswith(PREFIX):
        return Script(name.removeprefix(PREFIX))
    model = get_model() if role == "model" else get_model(role=role, required=True)
    return InspectVoice(str(model), model, TEMPERATURES[role])
