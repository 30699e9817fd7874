"""EmoBench: Sabour et al., "EmoBench: evaluating the emotional intelligence of large language
models" (ACL 2024).

Source: Sahandfer/EmoBench at 3b4f843, ``data/EA.jsonl`` and ``data/EU.jsonl``. Licence: MIT.
Form: emotional application (EA, 200 questions, four options: what should one do or answer?) and
emotional understanding (EU, 200 situations: six emotions, then four or six causes). We read the
English half; an EU row becomes two items of one group, so that joint accuracy is the authors'
(emotion and cause both right). The files hold no questions: their words are ours.

Labels are the texts of options. The authors show the options as they stand; `eval` shuffles them,
as it does everywhere, for **the position and the length of the right cause give it away**: the
longest cause is right in 51 % of the English rows.
"""  # noqa: D205

from __future__ import annotations

from pathlib import Path
from typing import Any

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, story_id
from social_r1.items import SocialItem
from social_r1.records import read_jsonl

ASKED = {
    "Action": "What is the best thing that {subject} can do in this situation?",
    "Response": "What is the best thing that {subject} can say in this situation?",
}
"""Question of each type of EA row."""


def load(folder: Path) -> list[SocialItem]:
    """The English questions: EA, then EU.

    Raises:
        InputError: a row that is not of the known form; file and line are named.
    """
    items: list[SocialItem] = []
    for file, read in (("EA.jsonl", _application), ("EU.jsonl", _understanding)):
        for number, row in read_jsonl(folder / file):
            try:
                if row["language"] == "en":
                    items += read(row)
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                raise InputError(
                    f"{folder / file}:{number}: not an EmoBench row ({error!r}); repair: get it "
                    "anew"
                ) from error
    return items


def _application(row: dict[str, Any]) -> list[SocialItem]:
    kind = str(row["question type"])
    question = ASKED[kind].format(subject=row["subject"])
    meta = {"category": row["category"], "kind": kind}
    return [_item(row, "EA", "EA", question, row["choices"], row["label"], meta)]


def _understanding(row: dict[str, Any]) -> list[SocialItem]:
    subject = row["subject"]
    meta = {"category": row["coarse_category"], "kind": row["finegrained_category"]}
    parts = (
        ("emotion", f"What does {subject} feel in the end?"),
        ("cause", f"Why does {subject} feel that way in the end?"),
    )
    return [
        _item(row, "EU", f"EU {part}", question, row[f"{part}_choices"], row[f"{part}_label"], meta)
        for part, question in parts
    ]


def _item(
    row: dict[str, Any],
    half: str,
    dimension: str,
    question: str,
    choices: list[str],
    label: str,
    meta: dict[str, Any],
) -> SocialItem:
    """One question; ids are made of the row's number, which both languages and all copies share."""
    options = tuple(dict.fromkeys(choice.strip() for choice in choices))
    group = f"emobench/{half}/{row['qid']}"
    return SocialItem(
        id=f"{group}/{dimension.split()[-1].lower()}",
        source="emobench",
        dimension=dimension,
        group=group,
        story=row["scenario"].strip(),
        question=question,
        options=options,
        answer=options.index(label.strip()),
        meta={**meta, "scenario": story_id(row["scenario"]), "licence": "MIT"},
    )


BENCHMARK = Benchmark(
    name="emobench",
    load=load,
    home="github.com/Sahandfer/EmoBench (data/EA.jsonl, data/EU.jsonl)",
    files=("EA.jsonl", "EU.jsonl"),
    caveat="English half, emotion and cause asked apart; the longest cause is right in half of "
    "them, so compare with the column of the longest option",
)
