"""ToMBench-Hard: the authors' own validation questions (arXiv 2603.09249, section 3).

Source: hub data set ``Jincenzi/ToMBench_Hard``, or ``dataset/ToMBench_Hard_val.csv`` of the
authors' repository. Licence: see the authors' release; never part of this package; the validation
questions are for evaluation only. Form: a story, a question, two to six options, six dimensions;
700 questions to train on, 100 for validation. Published scores are of the 100.

The release was not at hand when this was written, so the loader takes what there is: CSV, TSV,
JSONL or parquet, in the folder or below it (a snapshot of the hub). Columns are found by name
(`social_r1.hardbench.original`), and an error names those that the file has. Of several splits the
validation questions are read; whoever trains on the others reads them with `read_original`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Source
from social_r1.evaluation.figures import accuracy, accuracy_by, consistency, joint
from social_r1.evaluation.types import Figure, Item, Scored
from social_r1.hardbench.original import read_original
from social_r1.hardbench.original.tables import SUFFIXES, split_of
from social_r1.items import SocialItem

FILE = "ToMBench_Hard_val.csv"
"""The authors' file; it is read and nothing else where it lies in the folder."""
HELD_OUT = ("val", "test")
"""Splits to evaluate on, best first."""

_HOME = f"hub data set Jincenzi/ToMBench_Hard ({FILE} of its authors)"


def load(folder: Path) -> list[Item]:
    """The validation questions (all questions where the files tell no splits apart).

    Raises:
        InputError: no file, files of several kinds, columns missing, a row without one right
            option, or one question with two answers; the place is named.
        MissingExtraError: parquet without pyarrow.
    """
    items: dict[str, SocialItem] = {}
    for file, split in _chosen(folder).items():
        for item in read_original(file):
            twin = items.setdefault(item.id, item.model_copy(update={"split": split}))
            if twin.answer != item.answer:
                raise InputError(
                    f"{file}: a question stands in two files with two answers ({twin.letter} and "
                    f"{item.letter}): {item.question[:60]!r}; repair: keep one release in {folder}"
                )
    return list(items.values())


def _chosen(folder: Path) -> dict[Path, str]:
    """The files to read, with their split: those of one split and of one kind."""
    there = {file: _split(file.relative_to(folder)) for file in _tables(folder)}
    exact = [file for file in there if file.name == FILE]
    if exact:
        return {exact[0]: there[exact[0]]}
    split = next((name for name in HELD_OUT if name in there.values()), None)
    files = {file: found for file, found in there.items() if split in (None, found)}
    kinds = sorted({file.suffix.lower() for file in files})
    if len(kinds) > 1:
        raise InputError(
            f"{folder} holds the same split as {', '.join(kinds)}; repair: keep one of these kinds"
        )
    if not files:
        raise InputError(
            f"{folder} holds no file of {', '.join(SUFFIXES)}; repair: get {_HOME} and put it there"
        )
    return files


def _tables(folder: Path) -> list[Path]:
    """All tables below a folder; hidden files and folders are bookkeeping."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in SUFFIXES
        and file.is_file()
        and not any(part.startswith((".", "__")) for part in file.relative_to(folder).parts)
    )


def _split(place: Path) -> str:
    """What a file's name tells, else its folders' names from within (``val/0000.parquet``)."""
    for part in (place.stem, *reversed(place.parts[:-1])):
        found = split_of(Path(part))
        if found != "test" or "test" in re.split(r"[^a-z]+", part.lower()):
            return found
    return "test"


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Accuracy, that of each dimension, and stories with several questions right throughout."""
    return [
        *accuracy(scored),
        *accuracy_by(scored, lambda item: item.dimension),
        *joint(scored),
        *consistency(scored),
    ]


_PAPER = "arXiv 2603.09249"

BENCHMARK = Benchmark(
    name="tombench_hard",
    load=load,
    home=_HOME,
    files=(),
    caveat="the authors' set, not ours; not for a model trained on its training questions",
    metrics=metrics,
    source=Source(
        paper=f'"Social-R1" ({_PAPER})',
        licence="see the authors' release",
        revision="main",
        repository="jincenziwu/SocialR1",
        hub="Jincenzi/ToMBench_Hard",
        split="val",
        remote=((f"dataset/{FILE}", FILE),),
    ),
    total=100,
)
BENCHMARKS = (BENCHMARK,)
