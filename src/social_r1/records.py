"""Stages speak through files: JSONL rows and a manifest for each run folder.

Readers name the file and the line of the first bad row and say how to mend it. Writers are atomic:
a file appears whole or not at all, so an interrupted run never leaves half a file behind.
The schema version of our own files stands in the manifest; item rows may carry ``schema_version``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from social_r1.errors import InputError
from social_r1.items import SocialItem

SCHEMA_VERSION = 1
"""Version of the row formats that this package writes, and the newest that it reads."""

PACKAGES = (
    "social-r1", "numpy", "pydantic", "torch", "transformers", "trl", "datasets", "accelerate",
    "peft", "inspect-ai", "scikit-learn",
)  # fmt: skip
"""Packages whose versions a manifest records, where they are installed."""

_ROWS = "one whole JSON object per line"
_ITEMS = f"{_ROWS}, each a question; `social-r1 audit --help` shows one"

_LOADED = datetime.now(UTC)


def explain(error: ValidationError, *, repair: str = "") -> str:
    """Say in one line what a pydantic validation found: place, value and reason of each fault.

    Args:
        error: what pydantic raised.
        repair: added as ``; repair: ...`` where no fault brings a repair of its own.

    >>> try:
    ...     SocialItem.model_validate_json('{"id": 3}', strict=True)
    ... except ValidationError as error:
    ...     explain(error).split("; ")[0]
    'id: Input should be a valid string (got 3)'
    """
    faults: list[str] = []
    for fault in error.errors(include_url=False):
        place = ".".join(str(part) for part in fault["loc"])
        reason = fault["msg"].removeprefix("Value error, ")
        if fault["type"] not in {"missing", "missing_argument", "value_error"}:
            reason += f" (got {_short(fault['input'])})"
        faults.append(f"{place}: {reason}" if place else reason)
    text = "; ".join(faults)
    return f"{text}; repair: {repair}" if repair and "repair:" not in text else text


@contextmanager
def folder_to_fill(out: Path) -> Generator[None, None, None]:
    """Make the folder, and take away again what was made of it if the work within fails."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:  # an interrupt leaves nothing behind either
        with suppress(OSError):  # somebody else has put something there since
            for folder in made:
                folder.rmdir()
        raise


def read_jsonl(
    path: str | Path, *, allow_nan: bool = False, wanted: str = _ROWS
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line number, row)`` for each row of a JSONL file; blank lines are passed over.

    Args:
        path: the file; UTF-8, with or without a byte order mark.
        allow_nan: accept the bare words NaN and Infinity, which some public sets contain.
        wanted: what the file should hold, for the messages.

    Raises:
        InputError: no such file, no rows, text that is not UTF-8 or not JSON, a row that is not
            an object. The message names file and line.
    """
    path = Path(path)
    found = False
    for number, line in _lines(path, wanted):
        if not line.strip():
            continue
        found = True
        yield number, _row(line.rstrip("\r\n"), f"{path}:{number}", allow_nan, wanted)
    if not found:
        raise InputError(f"{path} holds no rows; repair: give a file with {wanted}")


def read_items(path: str | Path) -> list[SocialItem]:
    """Read a file of questions, one `SocialItem` per line, and check each of them.

    Types are taken literally: an answer ``"1"`` or ``true`` is an error, not the option 1.

    Raises:
        InputError: as `read_jsonl`; also a row that is not a valid item, a schema version newer
            than ours, or an id that occurs twice.
    """
    items: list[SocialItem] = []
    first_line: dict[str, int] = {}
    for number, row in read_jsonl(path, wanted=_ITEMS):
        item = parse_item(row, place=f"{path}:{number}")
        if item.id in first_line:
            raise InputError(
                f"{path}:{number}: id {item.id!r} stands already on line {first_line[item.id]}; "
                "repair: give every item its own id"
            )
        first_line[item.id] = number
        items.append(item)
    return items


def parse_item(row: Mapping[str, Any], *, place: str) -> SocialItem:
    """Make one row an item; ``place`` (file and line) opens the message when it cannot be one.

    Raises:
        InputError: the row is not a valid item, or its schema version is newer than ours.
    """
    fields = dict(row)
    version = fields.pop("schema_version", SCHEMA_VERSION)
    if type(version) is not int or not 1 <= version <= SCHEMA_VERSION:
        raise InputError(
            f"{place}: schema_version {version!r} is not known here (1 to {SCHEMA_VERSION}); "
            "repair: upgrade social-r1 or rebuild the file"
        )
    try:
        return SocialItem.model_validate_json(json.dumps(fields), strict=True)
    except ValidationError as error:
        repair = "mend this question; `social-r1 audit --help` shows one"
        raise InputError(f"{place}: {explain(error, repair=repair)}") from error


def row_item(row: Mapping[str, Any], known: Mapping[str, SocialItem], *, place: str) -> SocialItem:
    """The question that a row is about: whole under ``item``, or named by ``item_id``.

    Raises:
        InputError: neither, or a name that is not known; the message begins with ``place``.
    """
    inside = row.get("item")
    if isinstance(inside, dict):
        return parse_item(cast("dict[str, Any]", inside), place=place)
    name = row.get("item_id", inside)
    if isinstance(name, str) and name in known:
        return known[name]
    raise InputError(
        f"{place}: no item for {name!r}; repair: put the question under 'item', or give the file "
        "of questions with --items"
    )


def jsonable(value: object) -> Any:
    """Turn a record into plain JSON values; tuples with field names become objects.

    Takes pydantic models, NamedTuples, dataclasses, mappings, sequences, sets, enums, paths, dates
    and numpy scalars and arrays, nested as they like.

    Raises:
        TypeError: a value of another kind.
        ValueError: a number that is not finite, which JSON cannot say.
    """
    if value is None or (isinstance(value, str | bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not JSON; repair: None for a missing value")
        return float(value)
    if isinstance(value, BaseModel):
        return {name: jsonable(field) for name, field in value}
    if isinstance(value, Mapping):
        return {str(jsonable(k)): jsonable(v) for k, v in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, list | tuple | set | frozenset):
        return _jsonable_sequence(cast("Iterable[Any]", value))
    return _jsonable_scalar(value)


def write_jsonl(path: str | Path, rows: Iterable[object]) -> int:
    """Write one JSON object per row, whole or not at all, and return the number of rows.

    Raises:
        InputError: a row that JSON cannot hold; the message gives its number. Nothing is written.
    """

    def lines() -> Iterator[str]:
        for number, row in enumerate(rows, start=1):
            try:
                yield json.dumps(jsonable(row), ensure_ascii=False, allow_nan=False) + "\n"
            except (TypeError, ValueError) as error:
                raise InputError(f"{path}: row {number} cannot be written: {error}") from error

    return _write_lines(Path(path), lines())


def read_json(path: str | Path) -> Any:
    """Read one JSON document.

    Raises:
        InputError: no such file, or not JSON; the message names file and line.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; repair: check it") from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}; repair: write it anew") from error


def write_json(path: str | Path, value: object) -> None:
    """Write one indented JSON document, whole or not at all."""
    text = json.dumps(jsonable(value), ensure_ascii=False, indent=2, allow_nan=False)
    _write_lines(Path(path), [text + "\n"])


def write_manifest(
    run_dir: str | Path,
    *,
    command: str,
    config: object,
    seeds: object,
    inputs: Iterable[str | Path] = (),
    started: datetime | None = None,
) -> None:
    """Write ``manifest.json``: all that is needed to repeat the run or to compare it with another.

    Args:
        run_dir: folder of the run; made when it is not there.
        command: the command as a person would type it.
        config: the frozen config of the job (a pydantic model or plain values).
        seeds: the seed, or a mapping of name to seed.
        inputs: files and folders that the run read; their SHA-256 are kept.
        started: when the job began; by default when this process loaded this module.
    """
    write_json(
        Path(run_dir) / "manifest.json",
        {
            "schema_version": SCHEMA_VERSION,
            "command": command,
            "config": config,
            "seeds": seeds,
            "inputs": {str(path): sha256(path) for path in inputs},
            "packages": package_versions(),
            "git": git_state(),
            "python": sys.version.split()[0],
            "platform": platform.platform(),
            "started": started or _LOADED,
            "ended": datetime.now(UTC),
        },
    )


def sha256(path: str | Path) -> str:
    """Hex SHA-256 of a file, or of a folder: the names and contents of all files below it.

    Raises:
        InputError: nothing is there.
    """
    path = Path(path)
    if path.is_dir():
        digest = hashlib.sha256()
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            digest.update(f"{file.relative_to(path).as_posix()}\0{sha256(file)}\n".encode())
        return digest.hexdigest()
    if not path.is_file():
        raise InputError(f"{path} does not exist; repair: check the path")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def package_versions() -> dict[str, str]:
    """Installed versions of `PACKAGES`; what is not installed is left out."""
    versions: dict[str, str] = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def git_state() -> dict[str, Any] | None:
    """Commit of the source tree and whether files differ from it; None outside a git checkout."""
    here = Path(__file__)

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(here.parent), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        git("ls-files", "--error-unmatch", here.name)
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return None


def _lines(path: Path, wanted: str) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, start=1):
                yield number, line
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist; repair: check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder; repair: name a file inside it") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 after line {number} ({error.reason}); repair: save it as UTF-8, "
            f"{wanted}"
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _row(line: str, place: str, allow_nan: bool, wanted: str) -> dict[str, Any]:
    def constant(word: str) -> float:
        if allow_nan:
            return float(word)
        raise InputError(f"{place}: {word} is not JSON; repair: write null for a missing value")

    try:
        row = json.loads(line, parse_constant=constant)
    except (json.JSONDecodeError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        column = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{place}: broken JSON{column} ({reason}); repair: {wanted}") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: the row is {_short(row)}, not an object; repair: {wanted}")
    return cast(dict[str, Any], row)


def _jsonable_sequence(values: Iterable[Any]) -> Any:
    fields = getattr(values, "_fields", None)
    if fields is not None:
        return {name: jsonable(getattr(values, name)) for name in fields}
    if isinstance(values, set | frozenset):
        return sorted((jsonable(value) for value in cast("set[Any]", values)), key=str)
    return [jsonable(value) for value in values]


def _jsonable_scalar(value: object) -> Any:
    if isinstance(value, Enum):
        return jsonable(value.value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: jsonable(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return jsonable(cast(Any, value).tolist())
    raise TypeError(f"{_short(value)} ({type(value).__name__}) has no JSON form")


def _write_lines(path: Path, lines: Iterable[str]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    count = 0
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            for line in lines:
                stream.write(line)
                count += 1
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _short(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
