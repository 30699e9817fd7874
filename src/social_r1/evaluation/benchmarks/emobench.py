"""EmoBench: Sabour et al., "EmoBench: evaluating the emotional intelligence of large language
models" (ACL 2024).

Source: Sahandfer/EmoBench at 3b4f843, ``data/EA.jsonl`` and ``data/EU.jsonl``. Licence: MIT.
Form: emotional application (EA, 200 questions, four options: what should one do or answer?) and
emotional understanding (EU, 200 situations: six emotions, then four or six causes; one Chinese row
has seven), in English (``emobench``) and, row by row the same, in Chinese (``emobench_zh``). Under
our protocol an EU row becomes two items of one group, so that joint accuracy is the authors'
(emotion and cause both right). The files hold no questions: their words are ours there. The
authors' one prompt for both is in `emobench_native`, together with what it leaves out.

Labels are the texts of options. The authors show the options as they stand; `eval` shuffles them,
as it does everywhere, for **the position and the length of the right cause give it away**: the
longest cause is right in 51 % of the English rows, the first in 66 % of the Chinese ones.
"""  # noqa: D205

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, reading, story_id
from social_r1.evaluation.benchmarks.emobench_native import PARTS, native
from social_r1.evaluation.figures import accuracy, accuracy_by, joint, macro, mean_detail
from social_r1.evaluation.types import Figure, Item, Scored
from social_r1.items import SocialItem
from social_r1.records import read_jsonl

NAMES = {"en": "emobench", "zh": "emobench_zh"}
"""Language of the rows to the name of the benchmark."""
ASKED = {
    ("en", "Action"): "What is the best thing that {subject} can do in this situation?",
    ("en", "Response"): "What is the best thing that {subject} can say in this situation?",
    ("en", "emotion"): "What does {subject} feel in the end?",
    ("en", "cause"): "Why does {subject} feel that way in the end?",
    ("zh", "Action"): "这时{subject}怎么做最好？",
    ("zh", "Response"): "这时{subject}怎么回应最好？",
    ("zh", "emotion"): "最后{subject}有什么感受？",
    ("zh", "cause"): "{subject}最后为什么会有这种感受？",
}
"""Question of each type of EA row, and of each half of an EU row."""


def load(folder: Path, language: str = "en") -> list[Item]:
    """The questions in one language: EA, then EU.

    Raises:
        InputError: a row that is not of the known form; file and line are named.
    """
    items: list[Item] = []
    for file, read in (("EA.jsonl", _application), ("EU.jsonl", _understanding)):
        for number, row in read_jsonl(folder / file):
            with reading(f"{folder / file}:{number}", "an EmoBench row"):
                if row["language"] == language:
                    items += read(row)
    return items


def _application(row: dict[str, Any]) -> list[SocialItem]:
    kind = str(row["question type"])
    question = ASKED[row["language"], kind].format(subject=row["subject"])
    meta = {"category": row["category"], "kind": kind}
    return [_item(row, "EA", "EA", question, row["choices"], row["label"], meta)]


def _understanding(row: dict[str, Any]) -> list[SocialItem]:
    meta = {"category": row["coarse_category"], "kind": row["finegrained_category"]}
    items: list[SocialItem] = []
    for part in ("emotion", "cause"):
        question = ASKED[row["language"], part].format(subject=row["subject"])
        choices, label = row[f"{part}_choices"], row[f"{part}_label"]
        items.append(_item(row, "EU", f"EU {part}", question, choices, label, meta))
    return items


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
    texts = [choice.strip() for choice in choices]
    options = tuple(dict.fromkeys(texts))
    group = f"{NAMES[row['language']]}/{half}/{row['qid']}"
    return SocialItem(
        id=f"{group}/{dimension.split()[-1].lower()}",
        source=NAMES[row["language"]],
        dimension=dimension,
        group=group,
        story=row["scenario"].strip(),
        question=question,
        options=options,
        answer=options.index(label.strip()),
        meta={
            **meta,
            "subject": row["subject"],
            "language": row["language"],
            "scenario": story_id(row["scenario"]),
            "licence": "MIT",
            **({"fault": "two options are equal"} if len(options) < len(texts) else {}),
        },
    )


# Figures ------------------------------------------------------------------------------------------


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """The mean of EU and EA, then each and its parts; EU counts emotion and cause together."""
    understood = [one for one in scored if one.item.dimension in PARTS]
    halves = [*joint(understood, "EU", size=len(PARTS)), *_applied(scored)]
    return [
        *macro(halves, "overall"),
        *halves,
        *accuracy_by(understood, lambda item: item.dimension),
        *_joint_by_category(understood),
        *_applied_by_category(scored),
        *accuracy(scored),
    ]


def native_metrics(scored: Sequence[Scored]) -> list[Figure]:
    """The same figures where an EU row is one item."""
    understood = [one for one in scored if one.item.dimension == "EU"]
    halves = [*accuracy(understood, "EU"), *_applied(scored)]
    return [
        *macro(halves, "overall"),
        *halves,
        *(figure for part in PARTS for figure in mean_detail(understood, part)),
        *accuracy_by(understood, lambda item: item.meta["category"], "EU "),
        *_applied_by_category(scored),
    ]


def _applied(scored: Sequence[Scored]) -> list[Figure]:
    return accuracy([one for one in scored if one.item.dimension == "EA"], "EA")


def _applied_by_category(scored: Sequence[Scored]) -> list[Figure]:
    applied = [one for one in scored if one.item.dimension == "EA"]
    return accuracy_by(applied, lambda item: item.meta["category"], "EA ")


def _joint_by_category(understood: Sequence[Scored]) -> list[Figure]:
    categories = dict.fromkeys(one.item.meta["category"] for one in understood)
    return [
        figure
        for category in categories
        for figure in joint(
            [one for one in understood if one.item.meta["category"] == category],
            f"EU {category}",
            size=len(PARTS),
        )
    ]


# The two benchmarks -------------------------------------------------------------------------------

_REVISION = "3b4f84312541f8469e909965e1fff3691ef85c62"
_WHERE = "the authors' result files at ffa5e58, older data and protocol: approximate"
_PUBLISHED = {
    "en": (("GPT-4", 0.5975, 0.7550), ("GPT-3.5", 0.331, 0.614), ("Qwen-14B", 0.355, 0.605)),
    "zh": (("GPT-4", 0.5412, 0.7375),),
}
"""Model, EU, EA."""


def _reported(language: str) -> tuple[Reported, ...]:
    return tuple(
        Reported(model, metric, value, _WHERE)
        for model, *values in _PUBLISHED[language]
        for metric, value in zip(("EU", "EA"), values, strict=True)
    )


def _benchmark(language: str, caveat: str, more: tuple[Reported, ...] = ()) -> Benchmark:
    return Benchmark(
        name=NAMES[language],
        load=partial(load, language=language),
        home="github.com/Sahandfer/EmoBench (data/EA.jsonl, data/EU.jsonl)",
        files=("EA.jsonl", "EU.jsonl"),
        caveat=caveat,
        metrics=metrics,
        native=native(NAMES[language]),
        native_metrics=native_metrics,
        source=Source(
            paper='Sabour et al., "EmoBench" (ACL 2024)',
            licence="MIT",
            revision=_REVISION,
            repository="Sahandfer/EmoBench",
            remote=(("data/EA.jsonl", "EA.jsonl"), ("data/EU.jsonl", "EU.jsonl")),
            evaluation_only=False,
        ),
        folder="emobench",
        total=600,
        reported=_reported(language) + more,
    )


BENCHMARKS = (
    _benchmark(
        "en",
        "the longest cause is right in half of the rows, so compare with the column of the longest "
        "option",
        (
            Reported("GPT-4, chain of thought", "EU", 0.5825, _WHERE),
            Reported("GPT-4, chain of thought", "EA", 0.7588, _WHERE),
        ),
    ),
    _benchmark(
        "zh",
        "in the file's order the first cause is right in two rows of three; the longest in half",
    ),
)  # fmt: skip
