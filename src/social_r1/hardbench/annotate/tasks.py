"""What raters get, and the key that they never get (HARDBENCH 14).

A task shows one item with its options in an order of its own. It carries neither the item's id nor
its dimension, level or answer; those stand in ``key.json``. Each rater has a file of his own.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from social_r1.errors import InputError
from social_r1.hardbench.annotate.sample import Sample, draw_no_story
from social_r1.items import LETTERS, SocialItem
from social_r1.records import SCHEMA_VERSION, explain, write_json

KEY = "key.json"
"""The key's name in the folder of a study."""
RATERS = "raters"
"""The folder below it that holds all that raters get."""
SCALE = 5
"""How far a story makes sense is rated from 1 to this."""
SENSE = f"How far does the story make sense? 1: not at all; {SCALE}: entirely."
"""What raters are asked besides, of people's reasons and of how it is told (HARDBENCH 18)."""
PARTS = 4
"""Items of one block are spread over so many parts of a rater's list."""


class Round(StrEnum):
    """What a task shows."""

    STORY = "story"
    NO_STORY = "no-story"
    """Question and options only."""


class Format(StrEnum):
    """Kinds of files for raters."""

    LABEL_STUDIO = "label-studio"
    CSV = "csv"


class Task(BaseModel):
    """One item before one rater."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    """Unique name; says nothing of the item."""
    round: Round
    rater: str
    """For whom it is meant, such as ``rater-1``."""
    item: str
    """Id of the item."""
    order: tuple[int, ...]
    """Option i of the task is the item's option ``order[i]``."""


class Key(BaseModel):
    """All that is known of a study but its answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = SCHEMA_VERSION
    study: str
    """Short name, with which every task begins."""
    source: str
    """Name of the file that the items come from."""
    seed: int
    raters: int
    items: tuple[SocialItem, ...]
    tasks: tuple[Task, ...]


def make_study(
    sample: Sample, *, raters: int, no_story: int, seed: int, source: str = "items"
) -> Key:
    """Give every rater every item, options reshuffled, and the control without stories.

    Raises:
        InputError: fewer than two raters, among whom there is no agreement.
    """
    if raters < 2:
        raise InputError(f"{raters} rater; repair: give --raters of 2 or more")
    control = draw_no_story(sample.items, n=no_story, seed=seed)
    ids = "\n".join(i.model_dump_json() for i in sample.items)
    words = f"{seed}/{raters}/{no_story}/{ids}"
    study = hashlib.blake2b(words.encode(), digest_size=3).hexdigest()
    tasks: list[Task] = []
    for number in range(1, raters + 1):
        rng = Random(f"annotate-{seed}-rater-{number}")
        for kind, items in ((Round.STORY, sample.items), (Round.NO_STORY, control)):
            for place, item in enumerate(_spread(rng, items), 1):
                count = len(item.options)
                tasks.append(
                    Task(
                        task=f"{study}-{'s' if kind is Round.STORY else 'n'}{number}-{place:03d}",
                        round=kind,
                        rater=f"rater-{number}",
                        item=item.id,
                        order=tuple(rng.sample(range(count), count)),
                    )
                )
    return Key(
        study=study,
        source=source,
        seed=seed,
        raters=raters,
        items=sample.items,
        tasks=tuple(tasks),
    )


def write_study(key: Key, out: Path, form: Format) -> list[Path]:
    """Write the raters' files and the key; what is there already is never touched.

    Returns:
        The raters' files, in order.

    Raises:
        InputError: one of the files is there already; nothing is written.
    """
    folder = out / RATERS
    suffix = "csv" if form is Format.CSV else "json"
    files: dict[Path, list[Task]] = {}
    for task in key.tasks:
        stem = task.rater if task.round is Round.STORY else f"no-story-{task.rater}"
        files.setdefault(folder / f"{stem}.{suffix}", []).append(task)
    configs = {
        folder / "label_config.xml": label_config(story=True),
        folder / "label_config_no_story.xml": label_config(story=False),
    }
    if form is Format.CSV:
        configs = {}
    for path in (out / KEY, *files, *configs):
        if path.exists():
            raise InputError(f"{path} is there already; repair: give another --out")
    folder.mkdir(parents=True, exist_ok=True)
    write_json(out / KEY, key)
    items = {item.id: item for item in key.items}
    for path, tasks in files.items():
        if form is Format.CSV:
            # Spreadsheets take a file for UTF-8 only if it begins with a byte order mark.
            path.write_text(_csv(tasks, items), encoding="utf-8-sig", newline="")
        else:
            write_json(path, [{"data": _data(task, items[task.item])} for task in tasks])
    for path, text in configs.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def read_key(folder: Path) -> Key:
    """The key of a study.

    Raises:
        InputError: no key there, or a broken one.
    """
    path = folder / KEY
    if not path.is_file():
        raise InputError(f"no {KEY} in {folder}; repair: give a folder of `annotate export`")
    try:
        key = Key.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise InputError(f"{path}: {explain(error, repair='export the study anew')}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}); repair: export anew") from error
    known = {item.id: len(item.options) for item in key.items}
    for task in key.tasks:
        if sorted(task.order) != list(range(known.get(task.item, 0))):
            raise InputError(
                f"{path}: task {task.task} does not fit item {task.item!r}; "
                "repair: export the study anew"
            )
    return key


def label_config(*, story: bool) -> str:
    """The labelling interface of Label Studio for our tasks."""
    told = '  <Text name="story" value="$story"/>\n' if story else ""
    sense = (
        f'  <Header value="{SENSE}"/>\n'
        f'  <Rating name="sense" toName="story" maxRating="{SCALE}" required="true"/>\n'
    )
    return (
        "<View>\n"
        f"{told}"
        '  <Text name="question" value="$question"/>\n'
        '  <Choices name="answer" toName="question" value="$options" choice="single-radio" '
        'required="true"/>\n'
        f"{sense if story else ''}"
        "</View>\n"
    )


def _spread(rng: Random, items: Sequence[SocialItem]) -> list[SocialItem]:
    """A shuffled list in which the items of a block lie in different parts.

    Who sees the four stories of a block in a row may tell the last answer by elimination.
    """
    turns = Counter[str]()
    first = {item.group: rng.randrange(PARTS) for item in items}
    parts: list[list[SocialItem]] = [[] for _ in range(PARTS)]
    for item in rng.sample(items, len(items)):
        parts[(first[item.group] + turns[item.group]) % PARTS].append(item)
        turns[item.group] += 1
    return [item for part in parts for item in part]


def _data(task: Task, item: SocialItem) -> dict[str, Any]:
    """What Label Studio shows and keeps of a task."""
    shown = item.reordered(task.order)
    options = [
        {"value": f"{letter}. {text}", "alias": letter}
        for letter, text in zip(shown.letters, shown.options, strict=True)
    ]
    told = {"story": item.story} if task.round is Round.STORY else {}
    return {
        "task": task.task,
        "rater": task.rater,
        **told,
        "question": item.question,
        "options": options,
        "order": list(task.order),
    }


def _csv(tasks: Iterable[Task], items: dict[str, SocialItem]) -> str:
    """A table with one task a row and empty columns for the answer and what is thought of it."""
    rows = [(task, items[task.item].reordered(task.order)) for task in tasks]
    letters = LETTERS[: max(len(item.options) for _, item in rows)]
    told = any(task.round is Round.STORY for task, _ in rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    story = ["story"] if told else []
    asked = ["answer", "sense"] if told else ["answer"]
    writer.writerow(["task", "rater", *story, "question", *letters, "order", *asked])
    for task, item in rows:
        options = [*item.options, *[""] * (len(letters) - len(item.options))]
        order = " ".join(map(str, task.order))
        story = [item.story] if told else []
        empty = [""] * len(asked)
        writer.writerow([task.task, task.rater, *story, item.question, *options, order, *empty])
    return text.getvalue()
