"""A judging job in a run folder: answers as they come, results and summary at the end.

    out/answers.jsonl   what the judge said, line by line; a killed run goes on from here
    out/results.jsonl   one row per row of the input, in its order, with its verdict or the reason
    out/judge.json      counts, missing rates by reason, tokens, cost
    out/manifest.json   config (the name of the key's variable, not the key), versions, input hashes

The same command again asks only what has no answer yet, failures among it, and writes the last
three anew.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any, NamedTuple, cast

from social_r1.append_log import file_lock
from social_r1.errors import ConfigError, InputError
from social_r1.judge.client import JudgeClient
from social_r1.judge.config import JudgeConfig
from social_r1.judge.rows import ThoughtRow, result_row
from social_r1.judge.rubrics import rubric
from social_r1.judge.scorers import Advance, JudgeContent, JudgeStructure
from social_r1.judge.types import JudgeStats
from social_r1.records import read_json, write_json, write_jsonl, write_manifest
from social_r1.trajectory.sip import Stage

ANSWERS, RESULTS, SUMMARY = "answers.jsonl", "results.jsonl", "judge.json"
SCORED = ("structure", "content")
"""Rubrics that score thoughts."""


class Scored(NamedTuple):
    """Verdicts on a list of rows."""

    rows: list[dict[str, Any]]
    """One per row, in their order."""
    scores: list[float | None]
    """As the judge gave them, in [0, 1]."""
    stats: JudgeStats


class Job(NamedTuple):
    """What a folder is for; another job gets another folder."""

    command: str
    """``score`` or ``pairs``."""
    rubric: str
    stage: str | None
    input: str
    """The file that is judged, as a whole path."""
    model: str
    temperature: float


def score_rows(
    client: JudgeClient,
    rows: Sequence[ThoughtRow],
    name: str,
    *,
    stage: Stage | None = None,
    advance: Advance | None = None,
) -> Scored:
    """Have thoughts scored.

    Args:
        client: the judge.
        rows: what to score.
        name: ``structure`` or ``content``.
        stage: with ``content``, this stage alone.
        advance: told how many rows were dealt with.

    Raises:
        ConfigError: a rubric that scores no thoughts, or structure of a stage.
    """
    check_rubric(name, stage)
    items, thoughts = [row.item for row in rows], [row.thought for row in rows]
    structure, content = JudgeStructure(client), JudgeContent(client, stage)
    scorer = structure if name == "structure" else content
    replies = scorer.replies(items, thoughts, advance)
    scores = [reply.score for reply in replies]
    grades = scores if name == "structure" else [content.standardise(score) for score in scores]
    used = rubric(name if stage is None else "stage")
    results = [
        result_row(row, reply, used, grade, stage)
        for row, reply, grade in zip(rows, replies, grades, strict=True)
    ]
    return Scored(results, scores, scorer.stats)


def check_rubric(name: str, stage: Stage | None = None) -> None:
    """Refuse what cannot be scored.

    Raises:
        ConfigError: a rubric that scores no thoughts, or structure of a stage.
    """
    if name not in SCORED:
        raise ConfigError(f"rubric {name!r} scores no thoughts; repair: {' or '.join(SCORED)}")
    if stage is not None and name != "content":
        raise ConfigError(
            f"stage {stage.key} has no {name} of its own; repair: --rubric content, or no stage"
        )


@contextmanager
def run_folder(config: JudgeConfig, out: Path, job: Job) -> Generator[JudgeClient, None, None]:
    """A client that keeps its answers in a folder, which no other run may use meanwhile.

    Raises:
        ConfigError: the folder holds another job, or the key's variable is not set.
        InputError: another run is using the folder, or it cannot be used.
    """
    config.api_key()
    _check_job(out, job)
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("a") as stream:
        try:
            with file_lock(stream, wait=False):
                client = JudgeClient(config, out / ANSWERS)
                try:
                    yield client
                finally:
                    client.store.close()
        except BlockingIOError as error:
            raise InputError(
                f"{out} is in use by another run; repair: wait for it, or give another --out"
            ) from error


def write_run(
    out: Path,
    client: JudgeClient,
    job: Job,
    results: Sequence[object],
    summary: Mapping[str, Any],
    inputs: Sequence[Path],
) -> dict[str, Any]:
    """Write results, summary and manifest; returns the summary as it was written.

    Args:
        out: the run folder.
        client: whose answers they are.
        job: what was done.
        results: one row per input row.
        summary: what this kind of job has to tell.
        inputs: files that were read.
    """
    config, budget = client.config, client.budget
    used = rubric(job.rubric if job.stage is None else "stage")
    told = {
        "job": job,
        "endpoint": config.endpoint,
        "prompt": {"name": used.name, "version": used.version, "digest": used.digest},
        "rows": len(results),
        **summary,
        "currency": config.currency,
        "spent": {**budget.used._asdict(), "cost": budget.cost},
        "broken_lines": client.store.broken,
    }
    write_jsonl(out / RESULTS, results)
    write_json(out / SUMMARY, told)
    command = f"social-r1 judge {job.command} {job.input} --out {out}"
    write_manifest(out, command=command, config=config, seeds=None, inputs=inputs)
    return told


def spread(scores: Sequence[float | None]) -> dict[str, Any]:
    """Number, mean and standard deviation of the scores that are there; None where there are none.

    >>> spread([0.25, None, 0.75])
    {'n': 2, 'mean': 0.5, 'std': 0.25}
    """
    there = [score for score in scores if score is not None]
    if not there:
        return {"n": 0, "mean": None, "std": None}
    return {"n": len(there), "mean": fmean(there), "std": pstdev(there)}


def _check_job(out: Path, job: Job) -> None:
    """Refuse to write one job's results over another's."""
    if not (out / SUMMARY).is_file():
        return
    found: object = read_json(out / SUMMARY)
    held: object = cast("dict[str, object]", found).get("job") if isinstance(found, dict) else None
    known = cast("dict[str, object]", held) if isinstance(held, dict) else {}
    names = [name for name, value in job._asdict().items() if known.get(name) != value]
    if names:
        raise ConfigError(
            f"{out} holds another job (other {', '.join(names)}); repair: give another --out"
        )
