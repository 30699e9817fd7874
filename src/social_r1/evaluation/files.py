"""The files of an evaluation folder: read back, written, never mixed with another model's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from social_r1.errors import ConfigError, InputError
from social_r1.evaluation.types import ItemRow, SetResult, Summary
from social_r1.records import read_jsonl, write_json, write_manifest

RESULTS = "results.json"


def open_folder(out: Path, model: str) -> None:
    """Make the folder, or see that it is this model's.

    Raises:
        ConfigError: another model's results are there.
    """
    out.mkdir(parents=True, exist_ok=True)
    before = _results(out).get("config", {}).get("model", model)
    if before != model:
        raise ConfigError(
            f"{out} holds the results of {before}, not of {model}; repair: a folder for each model"
        )


def read_back(out: Path, name: str, fingerprint: str) -> SetResult | None:
    """The finished set of an equal run, if there is one."""
    if not (out / f"{name}.json").is_file():
        return None
    try:
        kept = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        summary = Summary.model_validate(kept["summary"])
        if kept["fingerprint"] != fingerprint or summary.missing:
            return None
        rows = [ItemRow.model_validate(row) for _, row in read_jsonl(out / f"{name}.jsonl")]
        return SetResult(summary, rows, resumed=True)
    except (ValidationError, InputError, json.JSONDecodeError, KeyError, TypeError):
        return None  # written by another version or damaged: the set is scored again


def write_results(
    out: Path, settings: Mapping[str, Any], results: Sequence[SetResult], inputs: Sequence[Path]
) -> None:
    """``results.json`` and the manifest; sets of earlier runs with the same settings stay."""
    before = _results(out)
    told = json.loads(json.dumps(dict(settings), default=str))
    same = _without_limit(before.get("config", {})) == _without_limit(told)
    kept = before.get("sets", {}) if same else {}
    sets = {**kept, **{result.summary.name: result.summary for result in results}}
    write_json(out / RESULTS, {"config": settings, "sets": sets})
    write_manifest(
        out,
        command="eval",
        config=dict(settings),
        seeds=settings["seed"],
        inputs=[file for file in inputs if file.exists()],
    )


def _results(out: Path) -> dict[str, Any]:
    """What ``results.json`` holds; nothing where it is absent or damaged."""
    try:
        found = json.loads((out / RESULTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _without_limit(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != "limit"}
