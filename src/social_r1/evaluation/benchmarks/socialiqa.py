"""SocialIQA: Sap et al., "Social IQa: commonsense reasoning about social interactions"
(EMNLP 2019).

Source: the archive ``socialiqa-train-dev.zip``, ``dev.jsonl`` and ``dev-labels.lst`` (a copy is in
kashrest/socialiqa-nlp244 at 3d4a82e; the hub calls the set allenai/social_i_qa). Licence: none
stated, so for local testing only. Form: 1,954 questions of the dev split on 1,930 contexts, three
options; there are no public labels of a test split.

Nothing is left out. Marked in ``meta["fault"]``: 5 questions with two equal options (one option
here: naming either is right), 5 that occur twice with different right answers, and every exact
repetition (24) after the first. The file holds no ids: ours are made of the words of the row. The
text is noisy and was written by the crowd; "Others" is a legal person.
"""  # noqa: D205

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, reading, story_id, text_of
from social_r1.evaluation.figures import accuracy
from social_r1.evaluation.protocols import Protocol, in_file_order, per_order, read_option
from social_r1.evaluation.types import (
    Ask,
    Completion,
    Figure,
    Item,
    Pick,
    Reading,
    Scored,
)
from social_r1.items import LETTERS, SocialItem
from social_r1.records import read_jsonl

EQUAL = "two options are equal"
CONFLICT = "asked twice with different right answers"
REPEATED = "repeats an earlier row"
"""Texts of ``meta["fault"]``."""


class _Row(NamedTuple):
    """One line of the file, with its label."""

    context: str
    question: str
    answers: tuple[str, ...]
    label: int
    """Index of the right answer."""

    @property
    def right(self) -> str:
        return self.answers[self.label]


def load(folder: Path) -> list[Item]:
    """The questions of the dev split, in the file's order.

    Raises:
        InputError: a row or a label that is not of the known form, or not as many labels as rows.
    """
    rows = _rows(folder / "dev.jsonl", folder / "dev-labels.lst")
    rights: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        rights[row.context, row.question].add(row.right)
    seen: Counter[str] = Counter()
    repeated: set[_Row] = set()
    items: list[Item] = []
    for row in rows:
        faults = [
            *([EQUAL] if len(set(row.answers)) < len(row.answers) else []),
            *([CONFLICT] if len(rights[row.context, row.question]) > 1 else []),
            *([REPEATED] if row in repeated else []),
        ]
        repeated.add(row)
        items.append(_item(row, seen, "; ".join(faults)))
    return items


def _rows(path: Path, labels: Path) -> list[_Row]:
    told = text_of(labels).split()
    rows: list[_Row] = []
    lines = list(read_jsonl(path))
    if len(lines) != len(told):
        raise InputError(
            f"{labels}: {len(told)} labels for {len(lines)} rows; repair: get both files anew"
        )
    for (number, row), label in zip(lines, told, strict=True):
        with reading(f"{path}:{number}", "a SocialIQA row"):
            rows.append(_row(row, label))
    return rows


def _row(row: dict[str, Any], label: str) -> _Row:
    answers = tuple(row[f"answer{letter}"].strip() for letter in "ABC")
    return _Row(
        row["context"].strip(), row["question"].strip(), answers, ("1", "2", "3").index(label)
    )


def _item(row: _Row, seen: Counter[str], fault: str) -> SocialItem:
    """One question; a row that occurs again (its context never leaves it) is told by a number."""
    name = story_id(" | ".join((row.context, row.question, *row.answers)))
    seen[name] += 1
    options = tuple(dict.fromkeys(row.answers))
    return SocialItem(
        id=f"socialiqa/{name}" + (f"-{seen[name]}" if seen[name] > 1 else ""),
        source="socialiqa",
        dimension="social",
        group=f"socialiqa/{story_id(row.context)}",
        story=row.context,
        question=row.question,
        options=options,
        answer=options.index(row.right),
        split="dev",
        meta={
            "licence": "none stated: local testing only",
            **({"fault": fault} if fault else {}),
        },
    )


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Accuracy, and the same without the items that have a fault."""
    sound = [one for one in scored if "fault" not in one.item.meta]
    return [*accuracy(scored), *accuracy(sound, "without_faults")]


# The prompt of common use -------------------------------------------------------------------------

_LETTER = re.compile(r"(?<![A-Za-z0-9_])[A-C](?![A-Za-z0-9_])")


def _messages(item: SocialItem) -> list[dict[str, str]]:
    options = "\n".join(f"{LETTERS[i]}. {text}" for i, text in enumerate(item.options))
    text = f"Context: {item.story}\nQuestion: {item.question}\n{options}\nAnswer:"
    return [{"role": "user", "content": text}]


def _write(ask: Ask, pick: Pick) -> str:
    return LETTERS[pick] if isinstance(pick, int) else ""


def _read(ask: Ask, completion: Completion) -> Reading:
    """The first capital A, B or C that stands alone."""
    found = _LETTER.search(completion.text)
    if found is None:
        return read_option(ask, None, "no_letter")
    place = LETTERS.index(found[0])
    return read_option(ask, place, "ok" if place < len(ask.places) else "not_an_option")


NATIVE = Protocol(
    name="socialiqa/native",
    ask=in_file_order(_messages, "socialiqa/native"),
    write=_write,
    read=_read,
    runs=per_order,
    rule="the authors give no prompt for language models; here context, question and lettered "
    "options in the file's order, one answer, the first capital A, B or C that stands alone",
    defects=("the article 'A' at the head of an answer reads as option A",),
)

BENCHMARK = Benchmark(
    name="socialiqa",
    load=load,
    home="the archive socialiqa-train-dev.zip (hub data set allenai/social_i_qa)",
    files=("dev.jsonl", "dev-labels.lst"),
    caveat="dev split: there are no public labels of a test split; written by the crowd, noisy",
    metrics=metrics,
    native=NATIVE,
    source=Source(
        paper='Sap et al., "Social IQa" (EMNLP 2019)',
        licence="none stated; local testing only",
        revision="3d4a82ed0b3df82e14769d94c2e9d5dca291bd33",
        repository="kashrest/socialiqa-nlp244",
        hub="allenai/social_i_qa",
        split="dev",
    ),
    total=1954,
    reported=(Reported("human", "accuracy", 0.869, "paper, dev split, from memory: approximate"),),
)
BENCHMARKS = (BENCHMARK,)
