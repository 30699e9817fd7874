"""Files that raters send back: Label Studio exports and filled tables, read with patience.

A letter or the option's text will do, in any case. What cannot be read is never guessed: each such
row is named with its file and line, and counts as no answer.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

from social_r1.errors import InputError
from social_r1.hardbench.annotate.tasks import SCALE, Key, Round, Task
from social_r1.items import LETTERS

ANNOTATOR_COLUMNS = ("annotator", "name", "rater")
"""Columns and fields that may name the rater; the first one that is filled counts."""


class Vote(NamedTuple):
    """One answer of one rater."""

    item: str
    round: Round
    annotator: str
    choice: int
    """Index into the options of the item, as they stand in the key."""
    sense: int | None = None
    """How far the story makes sense to him, from 1 to 5; None where he does not say."""


class BadRow(NamedTuple):
    """A row that gives no answer although it holds something."""

    place: str
    """File and line."""
    what: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All that the files give.

    Attributes:
        votes: one per rater, item and round.
        blank: rows without an answer.
        bad: rows that cannot be read.
    """

    votes: tuple[Vote, ...]
    blank: int
    bad: tuple[BadRow, ...]


class Row(NamedTuple):
    """One row of a file, before it is understood."""

    place: str
    fields: dict[str, str]
    """Fields by name in small letters, whatever file they come from."""


def read_answers(key: Key, files: Sequence[Path], *, by_file: bool = False) -> Answers:
    """Read all files of answers.

    Args:
        key: the study's key.
        files: Label Studio exports (JSON or JSON_MIN) or tables (CSV with , ; or tab).
        by_file: take a file's name for the rater's, whatever the file says.

    Raises:
        InputError: a file that is not there or is no such file as a whole.
    """
    reader = _Reader(key)
    for path in files:
        for row in read_rows(path):
            named = (row.fields.get(column, "").strip() for column in ANNOTATOR_COLUMNS)
            name = path.stem if by_file else next(filter(None, named), path.stem)
            reader.take(row, name)
    return Answers(tuple(reader.votes.values()), reader.blank, tuple(reader.bad))


def choice(text: str, options: Sequence[str]) -> int | None:
    """The option that an answer names, by letter, text or both; None where that is not clear.

    >>> options = ("red box", "tin jar")
    >>> choice("b", options), choice(" Red  Box ", options), choice("B) tin jar", options)
    (1, 0, 1)
    >>> choice("B. red box", options) is None
    True
    """
    said = _plain(text)
    found = {i for i, option in enumerate(options) if said == _plain(option)}
    for i, (letter, option) in enumerate(zip(LETTERS, options, strict=False)):
        if said.strip("()[].: ") == letter.casefold():
            found.add(i)
        head, rest = said.lstrip("([")[:1], said.lstrip("([")[1:]
        if head == letter.casefold() and rest[:1] in (".", ")", ":", "]"):
            found |= {i} if rest.lstrip(".):] ") == _plain(option) else set()
    return found.pop() if len(found) == 1 else None


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a table or of a Label Studio export, whichever the file is.

    Raises:
        InputError: no such file, not text, or nothing that has a ``task`` and an ``answer``.
    """
    text = _text(path)
    if text.lstrip()[:1] in ("[", "{"):
        yield from _json_rows(path, text)
    else:
        yield from _table_rows(path, text, ("task", "answer"))


def read_table(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a table that must have these columns.

    Raises:
        InputError: no such file, not text, or a column is missing.
    """
    yield from _table_rows(path, _text(path), columns)


class _Reader:
    """Turns rows into votes; remembers who has voted on what."""

    def __init__(self, key: Key) -> None:
        self.items = {item.id: item for item in key.items}
        self.tasks = {task.task: task for task in key.tasks}
        self.votes: dict[tuple[str, str, Round], Vote] = {}
        self.places: dict[tuple[str, str, Round], tuple[str, str]] = {}
        self.blank = 0
        self.bad: list[BadRow] = []

    def take(self, row: Row, name: str) -> None:
        task = self.tasks.get(row.fields.get("task", "").strip())
        said = row.fields.get("answer", "").strip()
        fault = self._fault(row, task)
        if fault or task is None:
            self.bad.append(BadRow(row.place, fault or ""))
        elif not said:
            self.blank += 1
        else:
            self._vote(row.place, task, name, said, row.fields.get("sense", "").strip())

    def _fault(self, row: Row, task: Task | None) -> str | None:
        if task is None:
            name = row.fields.get("task", "")
            return f"no task {name!r} in the key; repair: give the files of this study"
        order = row.fields.get("order", "").replace(",", " ").strip("[] ").split()
        if order and order != [str(i) for i in task.order]:
            return (
                f"task {task.task} has its options in the order {' '.join(order)}, the key has "
                f"{' '.join(map(str, task.order))}; repair: give the files of this study"
            )
        return None

    def _sense(self, place: str, said: str) -> int | None:
        """The rating; one that is no rating is named, and the answer beside it still counts."""
        if not said:
            return None
        number, of, most = _rating(said).partition("/")
        number = number.strip().removesuffix(".0")
        if number in _RATINGS and (not of or most.strip() == str(SCALE)):
            return int(number)
        what = f"sense {said!r} is no number from 1 to {SCALE}"
        self.bad.append(BadRow(place, f"{what}; repair: write one, or leave it empty"))
        return None

    def _vote(self, place: str, task: Task, name: str, said: str, rated: str) -> None:
        shown = self.items[task.item].reordered(task.order)
        index = choice(said, shown.options)
        if index is None:
            what = f"answer {said!r} is none of {shown.letters} nor the text of one option"
            self.bad.append(BadRow(place, f"{what}; repair: write one letter"))
            return
        key = (name, task.item, task.round)
        sense = self._sense(place, rated)
        vote = Vote(task.item, task.round, name, task.order[index], sense)
        if key not in self.votes:
            self.votes[key], self.places[key] = vote, (place, task.task)
        elif self.votes[key] != vote or self.places[key][1] != task.task:
            before = self.places[key][0]
            what = f"{name} has answered this item before, at {before}"
            self.bad.append(
                BadRow(place, f"{what}; repair: keep one answer, or --by-file if that was another")
            )


_RATINGS = {str(number) for number in range(1, SCALE + 1)}


def _rating(text: str) -> str:
    """The rating alone, where Label Studio has put its JSON into a table."""
    try:
        return _word(json.loads(text))
    except ValueError:
        return text


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip("\"'“”‘’").rstrip(".").strip()


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; repair: check it") from error
    for encoding in ("utf-8-sig", "cp1252"):  # what spreadsheets on Windows write
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path} is not text; repair: save it as UTF-8 CSV or as JSON")


def _table_rows(path: Path, text: str, columns: Sequence[str]) -> Iterator[Row]:
    head = text.lstrip("\n\r").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            place, start = f"{path}:{start}", reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [cell.strip().casefold() for cell in cells]
                _has(path, names, columns)
                continue
            yield Row(place, dict(zip(names, cells, strict=False)))
    except csv.Error as error:
        raise InputError(f"{path}:{start}: no table ({error}); repair: save it as CSV") from error
    if names is None:
        raise InputError(f"{path} is empty; repair: give a filled file")


def _has(path: Path, names: Sequence[str], columns: Sequence[str]) -> None:
    for column in columns:
        if column not in names:
            raise InputError(
                f"{path}: no column {column!r} among {', '.join(names)[:200]}; "
                "repair: keep the first row as it was exported"
            )


def _json_rows(path: Path, text: str) -> Iterator[Row]:
    """One row per annotation; a task that nobody has annotated gives a blank one."""
    for number, (line, value) in enumerate(_elements(path, text), 1):
        place = f"{path}:{line} (entry {number})"
        if not isinstance(value, dict):
            raise InputError(f"{place}: no task; repair: export from Label Studio as JSON")
        entry = cast("dict[str, Any]", value)
        inner = entry.get("data")
        data = cast("dict[str, Any]", inner) if isinstance(inner, dict) else entry
        fields = {str(k): _word(v) for k, v in data.items()}
        if "data" not in entry and "annotations" not in entry:  # JSON_MIN: one flat row
            yield Row(place, fields)
            continue
        for given_back in ("answer", "sense"):
            fields.pop(given_back, None)
        given = [a for a in _dicts(entry.get("annotations")) if not a.get("was_cancelled")]
        for annotation in given:
            by = _word(annotation.get("completed_by"))
            who = {"annotator": by} if by else {}
            said = {"answer": _given(annotation, "choices"), "sense": _given(annotation, "rating")}
            yield Row(place, {**fields, **who, **said})
        if not given:
            yield Row(place, fields)


def _elements(path: Path, text: str) -> Iterator[tuple[int, object]]:
    """The elements of a list, or of objects one after another, each with the line it begins on."""
    decoder = json.JSONDecoder()
    at, line, counted = 0, 1, 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] in "[,]"):
            at += 1
        if at >= len(text):
            return
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}:{line}: not JSON ({error}); repair: export anew") from error
        yield line, value


def _dicts(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [cast("dict[str, Any]", x) for x in cast("list[object]", value) if isinstance(x, dict)]


def _given(annotation: dict[str, Any], kind: str) -> str:
    """What was chosen or rated; several choices are kept, so that they are reported."""
    for result in _dicts(annotation.get("result")):
        value = result.get("value")
        if isinstance(value, dict) and kind in value:
            return _word(cast("dict[str, Any]", value)[kind])
    return ""


def _word(value: object) -> str:
    """A field as one piece of text: of a person the address, of a list its elements."""
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        for name in ("choices", "rating", "email", "id"):
            if name in fields:
                return _word(fields[name])
        return ""
    if isinstance(value, list):
        return " ".join(_word(x) for x in cast("Iterable[object]", value))
    return "" if value is None else str(value)
