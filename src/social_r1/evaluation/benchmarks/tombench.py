"""ToMBench: Chen et al., "ToMBench: benchmarking Theory of Mind in large language models"
(ACL 2024).

Source: zhchen18/ToMBench at 4f491f0, folder ``data`` (20 JSONL files, 2,860 questions; English and
Chinese stand in one row). Licence: MIT; its authors ask that nobody trains on it: evaluation only,
never part of this package. Form: two or four options, 32 abilities in six groups (31 in the paper,
where the influence of desires on actions and on emotions is one).

Read here are the English questions. Of the data's faults these are mended: missing options are the
bare token ``NaN``; some options begin with their own letter ("B. No"); one answer is ``"A. "``;
an ability occurs in several spellings; two questions offer the same option twice (the second one
is dropped). One question of the Strange Story Task is left out: it belongs to another story than
the one it stands with, which shows in its two languages having different numbers of options.

Protocol of the authors: options in five shuffled orders, majority vote (``eval --orders 5``).
**Known shortcut:** who reads the options alone scores .45, where guessing scores .29.
"""  # noqa: D205

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, story_id
from social_r1.items import LETTERS, SocialItem
from social_r1.records import read_jsonl

TASKS = (
    "Ambiguous Story Task", "False Belief Task", "Faux-pas Recognition Test", "Hinting Task Test",
    "Persuasion Story Task", "Scalar Implicature Test", "Strange Story Task",
    "Unexpected Outcome Test", "Completion of Failed Actions", "Discrepant Desires",
    "Discrepant Emotions", "Discrepant Intentions", "Emotion Regulation", "Hidden Emotions",
    "Knowledge-Attention Links", "Knowledge-Pretend Play Links", "Moral Emotions",
    "Multiple Desires", "Percepts-Knowledge Links", "Prediction of Actions",
)  # fmt: skip
"""The files: the eight tasks of the paper, then those that hold one ability alone."""

ABILITY, ANSWER = "能力\nABILITY", "答案\nANSWER"
"""Two keys of a row; they do contain a line break."""

SECOND_ORDER = "Second-order beliefs"


def load(folder: Path) -> list[SocialItem]:
    """The English questions, file by file.

    Raises:
        InputError: a row that is not of the known form; file and line are named.
    """
    items: list[SocialItem] = []
    seen: Counter[str] = Counter()
    for task in TASKS:
        path = folder / "data" / f"{task}.jsonl"
        for number, row in read_jsonl(path, allow_nan=True):
            if len(_options(row, "OPTION-")) == len(_options(row, "选项")):
                items.append(_item(row, task, f"{path}:{number}", seen))
    return items


def _options(row: dict[str, Any], key: str) -> list[str]:
    """The options that are there: a missing one is NaN, that is, no string."""
    texts = [row.get(f"{key}{letter}") for letter in "ABCD"]
    return [text for text in texts if isinstance(text, str)]


def _item(row: dict[str, Any], task: str, place: str, seen: Counter[str]) -> SocialItem:
    try:
        story, question = str(row["STORY"]).strip(), str(row["QUESTION"]).strip()
        dimension, ability = _ability(str(row[ABILITY]))
        offered = [_bare(text, i) for i, text in enumerate(_options(row, "OPTION-"))]
        right = offered[LETTERS.index(str(row[ANSWER]).strip(" ."))]
    except (KeyError, ValueError, IndexError) as error:
        raise InputError(f"{place}: not a ToMBench row ({error!r}); repair: get it anew") from error
    options = tuple(dict.fromkeys(offered))
    group = f"tombench/{story_id(story)}"
    text = "\n".join((question, *options))
    name = f"{group}/{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    seen[name] += 1
    meta: dict[str, Any] = {"task": task, "ability": ability, "licence": "MIT, evaluation only"}
    if task == "False Belief Task":
        meta["order"] = 2 if ability == SECOND_ORDER else 1
    return SocialItem(
        id=name if seen[name] == 1 else f"{name}/{seen[name]}",
        source="tombench",
        dimension=dimension,
        group=group,
        story=story,
        question=question,
        options=options,
        answer=options.index(right),
        difficulty=meta.get("order", 1),
        meta=meta,
    )


def _ability(raw: str) -> tuple[str, str]:
    """Group and ability; a row with two labels counts as a second-order belief."""
    if SECOND_ORDER in raw:
        return "Belief", SECOND_ORDER
    group, _, ability = raw.partition(":")
    if not ability.strip():
        raise ValueError(f"ability {raw!r}")
    kind = group.strip().lower().removesuffix(" communication")
    return kind.capitalize(), ability.strip()


def _bare(text: str, slot: int) -> str:
    """An option without the letter of its own slot, where punctuation parts the two.

    >>> _bare("B. No", 1), _bare("A handbag", 0), _bare("B. No", 0)
    ('No', 'A handbag', 'B. No')
    """
    return re.sub(rf"^{LETTERS[slot]}[.:：．、]\s*", "", text.strip())


BENCHMARK = Benchmark(
    name="tombench",
    load=load,
    home="github.com/zhchen18/ToMBench (data/*.jsonl)",
    files=tuple(f"data/{task}.jsonl" for task in TASKS),
    caveat="English questions; the options alone give .45 to who never sees the story, and 17 % "
    "of the questions have two options only",
)
