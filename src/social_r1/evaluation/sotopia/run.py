"""`run_sotopia`: a model meets a partner, a judge watches, and nothing finished is done twice.

    result = run_sotopia("openai/…", "openai-api/local/…", "openai/…", data, out="outputs/sotopia")

Under ``out``: ``episodes.jsonl`` (one row per finished episode, appended as it ends),
``sotopia.json`` (figures, and what others report), ``manifest.json``. The same call goes on where
a killed one stopped. A row names model, partner and judge, and so does everything made of rows.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from social_r1.errors import ConfigError
from social_r1.evaluation.sotopia.dialogue import talk
from social_r1.evaluation.sotopia.figures import REPORTED, ROLES, summarise
from social_r1.evaluation.sotopia.judge import judge as ask_judge
from social_r1.evaluation.sotopia.judge import overall, scores_of
from social_r1.evaluation.sotopia.plan import Episode, plan
from social_r1.evaluation.sotopia.profiles import FILES, Profiles, load_profiles
from social_r1.evaluation.sotopia.scripts import JUDGES, PLAYERS, PREFIX
from social_r1.evaluation.sotopia.store import EpisodeStore
from social_r1.evaluation.sotopia.types import (
    OK,
    Ask,
    Dialogue,
    EpisodeRow,
    Judgement,
    Missing,
    Reply,
    Role,
    SotopiaConfig,
    SotopiaResult,
    Turn,
    UnreachableError,
    Voice,
    VoiceConfig,
)
from social_r1.evaluation.sotopia.voices import open_voices
from social_r1.judge.client import run_now
from social_r1.records import explain, write_json, write_manifest

Who = str | VoiceConfig | Voice
"""A model by name, with settings, or open already."""
OnEpisode = Callable[[EpisodeRow | Missing], None]
TEMPERATURES: dict[Role, float] = {"model": 0.7, "partner": 0.7, "judge": 0.0}
"""The authors' temperatures, where a `VoiceConfig` says none."""
NO_JUDGEMENT = Judgement(None, ())


def run_sotopia(
    model: Who, partner: Who, judge: Who, data: str | Path | Profiles | None, *, hard: bool = True,
    limit: int | None = None, both_positions: bool = True, turns: int = 20, seed: int = 0,
    out: str | Path | None = None, concurrency: int = 8, omniscient: bool = False,
    judge_attempts: int = 3, on_start: Callable[[int, int], None] | None = None,
    on_episode: OnEpisode | None = None,
) -> SotopiaResult:  # fmt: skip
    """Play episodes between a model and a partner, and have them judged.

    Args:
        model: who is tested: a name of Inspect, a Hugging Face folder, ``baseline/polite`` or
            ``baseline/silent``, a `VoiceConfig` (arguments, base URL, temperature), or a `Voice`.
        partner: whom it meets, in the same forms.
        judge: who scores, in the same forms, or ``baseline/middle``.
        data: folder that holds ``sotopia/``, or profiles read already.
        hard: the 14 hard environments instead of all 90.
        limit: at most so many episodes, over as many environments as can be.
        both_positions: the model plays either side of each pair, else the first.
        turns: the longest episode, both sides together.
        seed: of sampling and bootstrap.
        out: folder of the results, resumed from; None keeps them in memory.
        concurrency: episodes under way at once.
        omniscient: each side is told the other's goal (without its tags).
        judge_attempts: times that a judge is asked while its reply cannot be used.
        on_start: told the number of planned and of finished episodes.
        on_episode: told each episode of this run as it ends: its row, or why it is missing.

    Raises:
        ConfigError: a setting out of range, or a model that cannot be opened.
        InputError: the data or the folder cannot be used.
        MissingExtraError: Inspect is not installed and a model needs it.
    """
    try:
        config = SotopiaConfig(
            hard=hard, limit=limit, both_positions=both_positions, turns=turns, seed=seed,
            concurrency=concurrency, omniscient=omniscient, judge_attempts=judge_attempts,
        )  # fmt: skip
    except ValidationError as error:
        raise ConfigError(explain(error, repair="see --help")) from error
    who: dict[Role, VoiceConfig | Voice] = {
        "model": _voice(model, PLAYERS), "partner": _voice(partner, PLAYERS),
        "judge": _voice(judge, JUDGES),
    }  # fmt: skip
    profiles = data if isinstance(data, Profiles) else load_profiles(data)
    told: dict[Role, dict[str, Any]] = {role: _told(role, one) for role, one in who.items()}
    episodes = plan(profiles, config, told)
    store = EpisodeStore(out)
    run = _Run(who, config, store, on_episode)
    started = time.perf_counter()
    try:
        kept = [row for one in episodes if (row := store.get(one.key)) is not None]
        if on_start is not None:
            on_start(len(episodes), len(kept))
        todo = [one for one in episodes if store.get(one.key) is None]
        if todo:
            run_now(lambda: run.play(todo))
    finally:
        store.close()
    rows = [row for one in episodes if (row := run.rows.get(one.key) or store.get(one.key))]
    summary = summarise(
        run.names, config, len(episodes), rows, run.missing,
        seconds=time.perf_counter() - started,
    )  # fmt: skip
    result = SotopiaResult(summary, rows, run.missing, resumed=len(kept))
    if out is not None:
        _write(Path(out), result, config, told, profiles)
    return result


class _Run:
    """The three models and the episodes under way."""

    def __init__(
        self, who: dict[Role, VoiceConfig | Voice], config: SotopiaConfig, store: EpisodeStore,
        on_episode: OnEpisode | None,
    ) -> None:  # fmt: skip
        self.who, self.config, self.store = who, config, store
        self.names: dict[Role, str] = {role: one.name for role, one in who.items()}
        self.rows: dict[str, EpisodeRow] = {}
        self.missing: list[Missing] = []
        self._tell = on_episode or _nothing

    async def play(self, episodes: Sequence[Episode]) -> None:
        """Play and judge them, ``concurrency`` at a time."""
        waiting = iter(episodes)
        opened = open_voices(
            [self.who[role] for role in ROLES], [TEMPERATURES[role] for role in ROLES],
            self.config.concurrency,
        )  # fmt: skip
        async with opened as voices:
            seats = dict(zip(ROLES, map(_Seat, ROLES, voices), strict=True))

            async def work() -> None:
                for episode in waiting:
                    # A task of its own: what Inspect records of it goes when it ends.
                    await asyncio.create_task(self._episode(episode, seats))

            count = min(self.config.concurrency, len(episodes))
            workers = [asyncio.create_task(work()) for _ in range(count)]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)

    async def _episode(self, episode: Episode, seats: dict[Role, _Seat]) -> None:
        players = [seats["model"], seats["partner"]]
        done = self.store.dialogue(episode.dialogue_key)
        try:
            if done is None:
                order = players if episode.position == 0 else players[::-1]
                done = await talk(episode.scene, order, self.config, key=episode.dialogue_key)
            judgement = await ask_judge(
                episode.scene, done, seats["judge"], attempts=self.config.judge_attempts,
                seed=self.config.seed, key=episode.key,
            )  # fmt: skip
        except _LostError as lost:
            self.missing.append(Missing(episode.id, lost.role, str(lost)))
            if done is not None and self.store.dialogue(episode.dialogue_key) is None:
                self._keep(episode, done, NO_JUDGEMENT)
            elif done is not None:
                self.rows[episode.key] = self._row(episode, done, NO_JUDGEMENT)
            self._tell(self.missing[-1])
            return
        self._tell(self._keep(episode, done, judgement))

    def _keep(self, episode: Episode, done: Dialogue, judgement: Judgement) -> EpisodeRow:
        row = self.rows[episode.key] = self._row(episode, done, judgement)
        self.store.add(row)
        return row

    def _row(self, episode: Episode, done: Dialogue, judgement: Judgement) -> EpisodeRow:
        scene, position = episode.scene, episode.position
        marks = judgement.marks
        scores = None if marks is None else scores_of(marks[position])
        sides = [[turn for turn in done.turns if turn.side == side] for side in (0, 1)]
        mine, theirs = sides[position], sides[1 - position]
        return EpisodeRow(
            key=episode.key,
            dialogue_key=episode.dialogue_key,
            id=episode.id,
            **self.names,
            env_id=scene.environment.id,
            codename=scene.environment.codename,
            relationship=scene.environment.relationship,
            names=scene.names,
            position=position,
            turns=done.turns,
            ended=done.ended,
            scores=scores,
            overall=None if scores is None else overall(scores),
            partner_scores=None if marks is None else scores_of(marks[1 - position]),
            reasoning={}
            if marks is None
            else {name: mark.reasoning for name, mark in marks[position].items()},
            judge_reasons=judgement.reasons,
            parse=_failures(mine),
            partner_parse=_failures(theirs),
            tokens={
                "model": _tokens(mine),
                "partner": _tokens(theirs),
                "judge": (judgement.input_tokens, judgement.output_tokens),
            },
        )


class _LostError(Exception):
    """Somebody could not be reached."""

    def __init__(self, role: Role, detail: str) -> None:
        super().__init__(detail)
        self.role: Role = role


class _Seat:
    """A voice in its role, so that a failure says whose it is."""

    def __init__(self, role: Role, voice: Voice) -> None:
        self.role: Role = role
        self.voice, self.name = voice, voice.name

    async def say(self, ask: Ask) -> Reply:
        try:
            return await self.voice.say(ask)
        except UnreachableError as error:
            raise _LostError(self.role, str(error)) from error


def _voice(who: Who, scripts: Sequence[str]) -> VoiceConfig | Voice:
    """Settings of a named model; a script must be one for this role."""
    if not isinstance(who, str | VoiceConfig):
        return who
    config = VoiceConfig(name=who) if isinstance(who, str) else who
    if config.name.startswith(PREFIX) and config.name.removeprefix(PREFIX) not in scripts:
        known = ", ".join(PREFIX + name for name in scripts)
        raise ConfigError(f"{config.name} cannot take this part; repair: {known}, or a model")
    return config


def _told(role: Role, one: VoiceConfig | Voice) -> dict[str, Any]:
    if not isinstance(one, VoiceConfig):
        return {"name": one.name}
    told = one.told()
    return told | {"temperature": TEMPERATURES[role]} if one.temperature is None else told


def _failures(turns: Iterable[Turn]) -> dict[str, int]:
    return dict(sorted(Counter(turn.reason for turn in turns if turn.reason != OK).items()))


def _tokens(turns: Sequence[Turn]) -> tuple[int, int]:
    return (sum(turn.input_tokens for turn in turns), sum(turn.output_tokens for turn in turns))


def _write(
    out: Path, result: SotopiaResult, config: SotopiaConfig, told: dict[Role, dict[str, Any]],
    profiles: Profiles,
) -> None:  # fmt: skip
    write_json(
        out / "sotopia.json",
        {
            "summary": result.summary,
            "missing": result.missing,
            "reported": [{**one._asdict(), "overall": one.overall} for one in REPORTED],
        },
    )
    folder = profiles.folder
    inputs = [] if folder is None else [folder / name for name in FILES]
    write_manifest(
        out,
        command="sotopia",
        config={**told, **config.model_dump()},
        seeds=config.seed,
        inputs=[path for path in inputs if path.is_file()],
    )


def _nothing(done: EpisodeRow | Missing) -> None:
    return None
