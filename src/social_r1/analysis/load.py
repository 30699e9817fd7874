"""A run folder, read and checked (DESIGN 2, 5).

What is not there is left out with a reason; what is there but broken raises an `InputError` that
names file and line. See `social_r1.analysis` for the layout of the folder.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from social_r1.analysis.types import EvalRow, EvalSet, JsonObject, LeftOut, Run
from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.records import explain, read_items, read_jsonl

EXPECTED_SETS = ("easy", "hard", "ood")
"""Sets that every run should have; others (public benchmarks) are shown when they are there."""
METRICS = "metrics.jsonl"
NOT_EVALUATED = LeftOut(
    "accuracy before and after",
    "this is the folder of a training; measure both policies with `social-r1 eval` and set them "
    "side by side with `social-r1 compare`",
)


def load_run(path: str | Path) -> Run:
    """Read a run folder.

    Args:
        path: the folder that holds ``eval/``, ``train/``, ``items/``, ``manifest.json``; or the
            folder that a training has written, without evaluation beside it.

    Returns:
        The run; missing parts are listed in ``left_out``.

    Raises:
        InputError: no such folder, no evaluation in it, or a broken file (named, with its line).
    """
    folder = Path(path)
    if not folder.is_dir():
        raise InputError(f"no run folder at {folder}; repair: give the folder that a run has made")
    if (folder / METRICS).is_file() and not (folder / "eval").is_dir():
        return _load_training(folder)
    left: list[LeftOut] = []
    sets = _load_sets(folder, left)
    if not sets and not (folder / "train" / METRICS).is_file():
        raise InputError(
            f"{folder} holds neither an evaluation (eval/before and eval/after) nor "
            f"train/{METRICS} or {METRICS}; repair: give the folder that a run or a training has "
            "made"
        )
    metrics, alarms = _load_metrics(folder / "train" / METRICS, left)
    return Run(
        path=folder,
        manifest=_load_object(folder / "manifest.json", left, "how the run was made"),
        sets=sets,
        items=_load_items(folder, left),
        metrics=metrics,
        timings=_load_timings(folder / "timings.json", left),
        alarms=alarms,
        left_out=tuple(left),
    )


def _load_training(folder: Path) -> Run:
    """The folder of a training alone: what it was told, its metrics and its alarms."""
    left = [NOT_EVALUATED]
    metrics, alarms = _load_metrics(folder / METRICS, left)
    manifest = _load_object(folder / "manifest.json", left, "how the run was made")
    return Run(folder, manifest, {}, {}, metrics, {}, alarms, tuple(left))


def _load_sets(folder: Path, left: list[LeftOut]) -> dict[str, EvalSet]:
    found = {file.stem for file in (folder / "eval").glob("*/*.jsonl")}
    extra = sorted(found - set(EXPECTED_SETS))
    sets: dict[str, EvalSet] = {}
    for name in (*EXPECTED_SETS, *extra):
        files = [folder / "eval" / moment / f"{name}.jsonl" for moment in ("before", "after")]
        absent = [f"eval/{file.parent.name}/{file.name}" for file in files if not file.is_file()]
        if absent:
            left.append(LeftOut(f"set {name}", f"no {' and no '.join(absent)} in the run folder"))
            continue
        before, after = (_load_rows(file) for file in files)
        _check_pairing(files[0], before, files[1], after)
        sets[name] = EvalSet(name, before, after)
    return sets


def _load_rows(file: Path) -> tuple[EvalRow, ...]:
    rows: list[EvalRow] = []
    seen: dict[str, int] = {}
    for line, raw in read_jsonl(file):
        try:
            row = EvalRow.model_validate(raw)
        except ValidationError as error:
            raise InputError(f"{file}:{line}: {explain(error, repair='mend this row')}") from error
        if row.item_id in seen:
            raise InputError(
                f"{file}:{line}: item {row.item_id!r} stands already in line "
                f"{seen[row.item_id]}; repair: one row per item"
            )
        seen[row.item_id] = line
        rows.append(row)
    return tuple(rows)


def _check_pairing(
    file_a: Path, before: tuple[EvalRow, ...], file_b: Path, after: tuple[EvalRow, ...]
) -> None:
    """Before and after must hold the same items in the same order; else pairs would be false."""
    for line, (a, b) in enumerate(zip(before, after, strict=False), start=1):
        if (a.item_id, a.group) != (b.item_id, b.group):
            raise InputError(
                f"{file_b}:{line}: item {b.item_id!r} of group {b.group!r} where {file_a} "
                f"has {a.item_id!r} of {a.group!r}; repair: evaluate the same items in one order"
            )
        if a.places != b.places:
            raise InputError(
                f"{file_b}:{line}: item {b.item_id!r} had its options in the order "
                f"{list(b.places)}, in {file_a} {list(a.places)}; repair: evaluate both with one "
                "seed"
            )
    if len(before) != len(after):
        raise InputError(
            f"{file_b} has {len(after)} rows where {file_a} has {len(before)}; "
            "repair: evaluate the same items before and after"
        )


def _load_object(file: Path, left: list[LeftOut], what: str) -> JsonObject:
    if not file.is_file():
        left.append(LeftOut(what, f"no {file.name} in the run folder"))
        return {}
    try:
        value: Any = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file}:{error.lineno}: not JSON ({error.msg}); repair: write it anew"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 text; repair: write it anew") from error
    if not isinstance(value, dict):
        raise InputError(f"{file}:1: {type(value).__name__} where an object is expected")
    return cast("JsonObject", value)


def _load_items(folder: Path, left: list[LeftOut]) -> dict[str, SocialItem]:
    files = sorted((folder / "items").glob("*.jsonl"))
    if not files:
        left.append(LeftOut("stories, chance line and habits", "no items/*.jsonl in the folder"))
    return {item.id: item for file in files for item in read_items(file)}


def _load_timings(file: Path, left: list[LeftOut]) -> dict[str, float]:
    raw = _load_object(file, left, "timings")
    for stage, seconds in raw.items():
        if not _is_number(seconds):
            raise InputError(f"{file}: {stage} is {seconds!r}; repair: give seconds as a number")
    return {stage: float(seconds) for stage, seconds in raw.items()}


def _load_metrics(
    file: Path, left: list[LeftOut]
) -> tuple[tuple[dict[str, float | None], ...], dict[float, tuple[str, ...]]]:
    """The figures of each step, and the alarms of those that had any."""
    if not file.is_file():
        left.append(LeftOut("reward over steps", "no train/metrics.jsonl in the run folder"))
        return (), {}
    rows: list[dict[str, float | None]] = []
    alarms: dict[float, tuple[str, ...]] = {}
    for line, raw in read_jsonl(file, allow_nan=True):
        if not _is_number(raw.get("step")):
            raise InputError(f"{file}:{line}: step is {raw.get('step')!r}; repair: give a number")
        rows.append({key: float(v) if _is_number(v) else None for key, v in raw.items()})
        said = raw.get("watch/alarm")
        if isinstance(said, list) and said:
            alarms[float(raw["step"])] = tuple(map(str, cast("list[object]", said)))
    return tuple(rows), alarms


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
