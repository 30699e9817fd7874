"""From the authors' rows to items."""

from __future__ import annotations

import ast
import hashlib
import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

from social_r1.errors import InputError
from social_r1.hardbench.original.columns import Columns, dimension, find_columns
from social_r1.hardbench.original.tables import Row, data_files, read_rows, split_of
from social_r1.items import LETTERS, SocialItem

HOME = "the authors' ToMBench_Hard (hub data set Jincenzi/ToMBench_Hard)"

_LETTER = re.compile(r"(?:option |choice )?[(\[]?([A-O])[)\]]?[.:)]?", re.IGNORECASE)
_PREFIX = re.compile(r"(?:\(([A-O])\)|([A-O])[).:．：、])\s*(?=\S)", re.IGNORECASE)


def use(split: str) -> str:
    """What the questions of a split are for; those of no named split are held out, to be safe.

    >>> use("train"), use("val").partition(":")[0]
    ('training', 'evaluation only')
    """
    return "training" if split == "train" else "evaluation only: held out, not to be trained on"


def read_original(path: str | Path, *, first_index: int | None = None) -> list[SocialItem]:
    """Read the authors' set from a CSV, TSV, JSONL or parquet file, or a folder of such files.

    Args:
        path: the file, or a folder with files of one kind (a hub snapshot in parquet).
        first_index: 0 or 1, what the first option is called where answers are numbers; by default
            seen from the numbers themselves, and an error where they leave it open.

    Returns:
        One item per question in the order of the files; a row that says the same as an earlier one
        is left out. Ids are made of the content. The split is what the file's name tells.

    Raises:
        InputError: nothing to read, columns missing (those found are named), a row whose answer
            is none of its options or could be two, one question with two labels.
        MissingExtraError: parquet without pyarrow.
    """
    items: dict[str, SocialItem] = {}
    for file in data_files(Path(path)):
        rows = list(read_rows(file))
        if not rows:
            raise InputError(f"{file} holds no rows; repair: get {HOME} anew")
        columns = find_columns(
            list(dict.fromkeys(name for _, row in rows for name in row)), str(file)
        )
        parts = [_parts(row, columns, place) for place, row in rows]
        first = _first_index(parts, columns.first, file) if first_index is None else first_index
        for part in parts:
            item = _item(part, split_of(file), first)
            twin = items.setdefault(item.id, item)
            if twin.answer != item.answer:
                raise InputError(
                    f"{part.place}: this question stands there twice with two answers "
                    f"({twin.letter} and {item.letter}); repair: get {HOME} anew"
                )
    return list(items.values())


class _Parts(NamedTuple):
    """What one row says, its answer not yet read."""

    place: str
    story: str
    question: str
    options: dict[int, str]
    """Option texts by place in the row; places without an option are left out."""
    answer: str
    ability: str


def _parts(row: Row, columns: Columns, place: str) -> _Parts:
    if columns.options is None:
        given: list[object] = [row.get(name) for name in columns.slots]
    else:
        given = _list(row.get(columns.options), place, columns.options)
    parts = _Parts(
        place,
        _text(row.get(columns.story)),
        _text(row.get(columns.question)),
        _bare({i: text for i, value in enumerate(given) if (text := _text(value))}),
        _text(_only(row.get(columns.answer))),
        " ".join(_text(row.get(columns.ability)).split()) if columns.ability else "",
    )
    empty = [name for name in ("story", "question", "answer") if not getattr(parts, name)]
    if empty:
        raise InputError(f"{place}: no {' and no '.join(empty)}; repair: fill it, or drop the row")
    texts = list(parts.options.values())
    if len(texts) < 2 or len(given) > len(LETTERS):
        raise InputError(
            f"{place}: {len(texts)} options; repair: 2 to {len(LETTERS)}, each with a text"
        )
    if len(set(texts)) < len(texts):
        raise InputError(f"{place}: one option stands there twice; repair: mend the row")
    return parts


def _text(value: object) -> str:
    """A cell as text; empty for what stands for nothing (None, NaN, ``nan``)."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    # A column of whole numbers with a gap in it is written as 1.0, 2.0, ... by some tools.
    text = re.sub(r"^(\d+)\.0$", r"\1", text)
    return "" if text.casefold() in ("nan", "<na>") else text


def _only(value: object) -> object:
    """The one element of a list of one; anything else as it is."""
    values = cast("list[object]", value) if isinstance(value, list) else []
    return values[0] if len(values) == 1 else cast(object, value)


def _list(value: object, place: str, column: str) -> list[object]:
    """All options of one cell: a list, a mapping by letter, or a text that spells either."""
    if isinstance(value, str):
        value = _spelt(value)
    if isinstance(value, dict):
        cells = {str(k).casefold(): v for k, v in cast("dict[object, object]", value).items()}
        value = cells["text"] if "text" in cells else [cells[k] for k in sorted(cells)]
    if isinstance(value, list | tuple):
        return list(cast("Sequence[object]", value))
    raise InputError(
        f"{place}: column {column!r} holds no list of options; repair: write a JSON list"
    )


def _spelt(text: str) -> object:
    """A list or mapping spelt as JSON or Python, or one option per line."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [line for line in text.splitlines() if line.strip()] if "\n" in text else text


def _bare(options: dict[int, str]) -> dict[int, str]:
    """Options without ``A. `` before them, if every one carries its own letter."""
    found = {i: _prefixed(text) for i, text in options.items()}
    if all(letter == i for i, (letter, _) in found.items()):
        return {i: text for i, (_, text) in found.items()}
    return options


def _prefixed(text: str) -> tuple[int | None, str]:
    """Which letter stands before a text, as an index, and the text without it."""
    found = _PREFIX.match(text)
    if not found:
        return None, text
    return LETTERS.index((found[1] or found[2]).upper()), text[found.end() :]


def _first_index(parts: Sequence[_Parts], named: int | None, file: Path) -> int | None:
    """What number the first option has where answers are numbers; None where none is."""
    numbers = [
        (int(p.answer), max(p.options) + 1, p.place)
        for p in parts
        if p.answer.isdecimal() and p.answer not in p.options.values()
    ]
    if not numbers:
        return None
    zero = next((place for n, _, place in numbers if n == 0), None)
    last = next((place for n, size, place in numbers if n == size), None)
    if zero and last:
        raise InputError(
            f"{file}: answers count from 0 ({zero}) and from 1 ({last}); repair: write letters"
        )
    if zero or last:
        return 0 if zero else 1
    if named is None:
        raise InputError(
            f"{file}: answers are numbers, and whether they count from 0 or from 1 cannot be seen; "
            "repair: write letters, or give first_index (--first-index)"
        )
    return named


def _item(part: _Parts, split: str, first: int | None) -> SocialItem:
    texts = tuple(part.options.values())
    group = f"tombench_hard/{_digest(part.story)}"
    return SocialItem(
        id=f"{group}/{_digest(part.question, *texts)}",
        source="tombench_hard",
        dimension=dimension(part.ability),
        group=group,
        story=part.story,
        question=part.question,
        options=texts,
        answer=list(part.options).index(_answer(part, first)),
        split=split,
        meta={"ability": part.ability, "use": use(split), "licence": "see the authors' release"},
    )


def _answer(part: _Parts, first: int | None) -> int:
    """Place of the right option by its text, letter or number, which must not contradict it."""
    said = part.answer
    found = {i for i, text in part.options.items() if text == said}
    if letter := _LETTER.fullmatch(said):
        index = LETTERS.index(letter[1].upper())
        found |= {index} if index in part.options or not found else set()
    elif said.isdecimal() and first is not None:
        found.add(int(said) - first)
    elif not found:
        index, text = _prefixed(said)
        found = {i for i, option in part.options.items() if option == text}
        found |= {index} if index is not None else set()
    if len(found) == 1 and found <= part.options.keys():
        return found.pop()
    raise InputError(
        f"{part.place}: answer {said[:60]!r} {'could be two' if len(found) > 1 else 'is none'} of "
        f"its {len(part.options)} options; repair: write the letter of the right one"
    )


def _digest(*texts: str) -> str:
    """Short stable name of some texts, however they are spaced."""
    words = "\n".join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(words.encode()).hexdigest()[:12]
