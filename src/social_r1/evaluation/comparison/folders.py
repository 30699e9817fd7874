"""What an evaluation left in its folder, read back for comparison and export.

``results.json`` names the model and its sets; ``<set>.jsonl`` holds a row per item and
``<set>.json`` the set's figures with the fingerprint of what was asked. Rows are read when they are
asked for, because a table of figures needs none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from social_r1.errors import InputError
from social_r1.evaluation.types import ItemRow, Summary
from social_r1.records import explain, read_json, read_jsonl
from social_r1.stats import Interval

NATIVE = ".native"
"""Ending of the name of a set that was asked as its authors ask."""
_ANEW = "evaluate anew into this folder"


@dataclass(frozen=True)
class SetFiles:
    """One evaluated set: its figures, and the way to its rows."""

    name: str
    summary: Summary
    path: Path
    """The file of its rows."""

    @cached_property
    def rows(self) -> list[ItemRow]:
        """A row per item, in the order of the file.

        Raises:
            InputError: no such file, a row that is none, or an id that occurs twice.
        """
        rows: list[ItemRow] = []
        seen: set[str] = set()
        for number, fields in read_jsonl(self.path):
            place = f"{self.path}:{number}"
            try:
                row = ItemRow.model_validate(fields)
            except ValidationError as error:
                raise InputError(f"{place}: {explain(error, repair=_ANEW)}") from error
            if row.item_id in seen:
                raise InputError(f"{place}: item {row.item_id!r} occurs twice; repair: {_ANEW}")
            seen.add(row.item_id)
            rows.append(row)
        return rows

    @cached_property
    def fingerprint(self) -> str:
        """Of all that decided the answers (model, prompts, settings); empty where unknown."""
        path = self.path.with_suffix(".json")
        found: object = read_json(path) if path.is_file() else None
        if not isinstance(found, dict):
            return ""
        return str(cast("dict[str, Any]", found).get("fingerprint", ""))

    @property
    def base(self) -> str:
        """Name of the set without its protocol."""
        return self.name.removesuffix(NATIVE)

    @property
    def figures(self) -> dict[str, Interval]:
        """The set's metrics, the one to report first; plain accuracy is added where it is none."""
        plain = self.summary.greedy or self.summary.sampled
        found = dict(self.summary.metrics)
        if plain is not None:
            found.setdefault("accuracy", plain)
        return found


@dataclass(frozen=True)
class EvalFolder:
    """A model and the sets that it was evaluated on."""

    label: str
    """The model as tables name it."""
    model: str
    path: Path
    config: Mapping[str, Any]
    sets: Mapping[str, SetFiles]

    @property
    def summaries(self) -> dict[str, Summary]:
        """Set to figures."""
        return {name: one.summary for name, one in self.sets.items()}


def read_folder(path: str | Path, label: str = "") -> EvalFolder:
    """Read an evaluation folder.

    Raises:
        InputError: no folder, no ``results.json`` in it, or one of another form.
    """
    path = Path(path)
    file = path / "results.json"
    if not file.is_file():
        raise InputError(
            f"{path} is no evaluation folder (no results.json); "
            "repair: give the --out folder of social-r1 eval"
        )
    try:
        found = read_json(file)
        config, sets = found["config"], found["sets"]
        model = str(config["model"])
        summaries = {str(name): Summary.model_validate(one) for name, one in sets.items()}
    except ValidationError as error:
        raise InputError(f"{file}: {explain(error, repair=_ANEW)}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{file} lacks its model or its sets ({error!r}); repair: {_ANEW}"
        ) from error
    if not summaries:
        raise InputError(f"{file} holds no set; repair: {_ANEW}")
    files = {
        name: SetFiles(name, summary, path / f"{name}.jsonl") for name, summary in summaries.items()
    }
    return EvalFolder(label or model, model, path, config, files)


def read_folders(paths: Sequence[str | Path]) -> list[EvalFolder]:
    """Read several, as `read_folder` and `distinct`."""
    return distinct([read_folder(path) for path in paths])


def distinct(folders: Sequence[EvalFolder]) -> list[EvalFolder]:
    """The same folders; labels that several share are told apart by the path."""
    names = Counter(one.label for one in folders)
    return [
        one if names[one.label] == 1 else replace(one, label=f"{one.label} ({one.path.name})")
        for one in folders
    ]


def score(row: ItemRow) -> float | None:
    """Score of an item from 0 to 1: the mean over its runs; None where nothing was scored."""
    if row.runs:
        return sum(row.runs) / len(row.runs)
    return row.greedy if row.greedy is not None else row.sampled
