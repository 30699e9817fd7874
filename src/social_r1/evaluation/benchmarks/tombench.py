"""ToMBench: Chen et al., "ToMBench: benchmarking Theory of Mind in large language models"
(ACL 2024).

Source: zhchen18/ToMBench at 4f491f0, folder ``data`` (20 JSONL files, 2,860 rows; English and
Chinese stand in one row). Licence: MIT; its authors ask that nobody trains on it: evaluation only,
never part of this package. Form: two or four options, eight tasks and twelve files of one ability
each, 31 abilities in six groups. ``tombench`` is the English half, ``tombench_zh`` the Chinese one.

Of the data's faults these are mended: missing options are the bare token ``NaN``; some options
begin with their own letter ("B. No", nearly all Chinese ones); one answer is ``"A. "``; an ability
occurs in several spellings. These are marked in ``meta["fault"]``: two English questions offer one
option twice (here once); the English question of one Strange Story belongs to another story, which
shows in its two languages having different numbers of options.

**Known shortcut:** who reads the options alone scores .45, where guessing scores .29.
"""  # noqa: D205

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from social_r1.evaluation.benchmarks import Benchmark, Reported, Source, reading, story_id
from social_r1.evaluation.benchmarks.tombench_native import RIGHT, SHOWN, as_authors_show, native
from social_r1.evaluation.figures import accuracy, accuracy_by, consistency, joint, macro
from social_r1.evaluation.types import Figure, Item, Scored
from social_r1.items import LETTERS, SocialItem
from social_r1.records import read_jsonl

MAIN_TASKS = (
    "Ambiguous Story Task", "False Belief Task", "Faux-pas Recognition Test", "Hinting Task Test",
    "Persuasion Story Task", "Scalar Implicature Test", "Strange Story Task",
    "Unexpected Outcome Test",
)  # fmt: skip
"""The eight tasks of the paper; its average is the plain mean over them."""

TASKS = (
    *MAIN_TASKS,
    "Completion of Failed Actions", "Discrepant Desires", "Discrepant Emotions",
    "Discrepant Intentions", "Emotion Regulation", "Hidden Emotions", "Knowledge-Attention Links",
    "Knowledge-Pretend Play Links", "Moral Emotions", "Multiple Desires",
    "Percepts-Knowledge Links", "Prediction of Actions",
)  # fmt: skip
"""The files: the eight tasks, then those that hold one ability alone."""

ABILITY, ANSWER = "能力\nABILITY", "答案\nANSWER"
"""Two keys of a row; they do contain a line break."""

SECOND_ORDER = "Second-order beliefs"
INFLUENCE = "Desires influence on"

MISPLACED = "question and options belong to another story"
DOUBLED = "one option stands twice; here once"


class Half(NamedTuple):
    """One language of the rows: the name of its set, and the keys of its texts."""

    name: str
    language: str
    story: str
    question: str
    option: str
    """Begins the keys of the options; the letter follows."""


ENGLISH = Half("tombench", "en", "STORY", "QUESTION", "OPTION-")
CHINESE = Half("tombench_zh", "zh", "故事", "问题", "选项")


def load(folder: Path, half: Half = ENGLISH) -> list[Item]:
    """The questions of one language, file by file; none is left out.

    Raises:
        InputError: a row that is not of the known form; file and line are named.
    """
    items: list[Item] = []
    seen: Counter[str] = Counter()
    for task in TASKS:
        path = folder / "data" / f"{task}.jsonl"
        for number, row in read_jsonl(path, allow_nan=True):
            with reading(f"{path}:{number}", "a ToMBench row"):
                items.append(_item(row, task, half, seen))
    return items


def _item(row: dict[str, Any], task: str, half: Half, seen: Counter[str]) -> SocialItem:
    dimension, ability = _ability(str(row[ABILITY]))
    offered = _offered(row, half)
    slot = LETTERS.index(str(row[ANSWER]).strip(" ."))
    options = tuple(dict.fromkeys(offered))
    group, name = _names(row, half)
    seen[name] += 1
    meta: dict[str, Any] = {
        "task": task,
        "ability": ability,
        "language": half.language,
        "licence": "MIT, evaluation only",
        **_faults(row, half, options, offered),
        **_as_shown(row, half, options, slot),
    }
    if half is CHINESE:
        meta["english"] = _names(row, ENGLISH)[1]
    if task == "False Belief Task":
        meta["order"] = 2 if ability == SECOND_ORDER else 1
    return SocialItem(
        id=name if seen[name] == 1 else f"{name}/{seen[name]}",
        source=half.name,
        dimension=dimension,
        group=group,
        story=_text(row, half.story),
        question=_text(row, half.question),
        options=options,
        answer=options.index(offered[slot]),
        difficulty=meta.get("order", 1),
        meta=meta,
    )


def _text(row: dict[str, Any], key: str) -> str:
    """A text of the row; NaN is none."""
    if not isinstance(row[key], str):
        raise ValueError(f"{key} is {row[key]!r}")
    return row[key].strip()


def _texts(row: dict[str, Any], half: Half) -> list[str]:
    """The options that are there: a missing one is NaN, that is, no string."""
    texts = [row.get(f"{half.option}{letter}") for letter in "ABCD"]
    return [text for text in texts if isinstance(text, str)]


def _offered(row: dict[str, Any], half: Half) -> list[str]:
    """The options without the letters of their slots."""
    return [_bare(text, slot) for slot, text in enumerate(_texts(row, half))]


def _names(row: dict[str, Any], half: Half) -> tuple[str, str]:
    """Group and id, made of the words alone."""
    group = f"{half.name}/{story_id(_text(row, half.story))}"
    options = dict.fromkeys(_offered(row, half))
    text = "\n".join((_text(row, half.question), *options))
    return group, f"{group}/{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _faults(
    row: dict[str, Any], half: Half, options: Sequence[str], offered: Sequence[str]
) -> dict[str, str]:
    if len(options) < len(offered):
        return {"fault": DOUBLED}
    if half is ENGLISH and len(offered) != len(_texts(row, CHINESE)):
        return {"fault": MISPLACED}
    return {}


def _as_shown(
    row: dict[str, Any], half: Half, options: Sequence[str], slot: int
) -> dict[str, object]:
    """What the authors show, where it is not what we show."""
    texts = as_authors_show(_texts(row, half), four=len(_texts(row, CHINESE)) > 2)
    if slot >= len(texts) or texts == list(options):
        return {}
    return {SHOWN: texts, RIGHT: slot}


def _ability(raw: str) -> tuple[str, str]:
    """Group and ability as the paper counts them.

    A row with two labels is a second-order belief, and the influences of desires on actions and on
    emotions are one.
    """
    if SECOND_ORDER in raw:
        return "Belief", SECOND_ORDER
    group, _, ability = raw.partition(":")
    ability = ability.strip()
    if not ability:
        raise ValueError(f"ability {raw!r}")
    if ability.startswith(INFLUENCE):
        ability = f"{INFLUENCE} actions and emotions"
    kind = group.strip().lower().removesuffix(" communication")
    return kind.capitalize(), ability


def _bare(text: str, slot: int) -> str:
    """An option without the letter of its own slot, where punctuation parts the two.

    >>> _bare("B. No", 1), _bare("A handbag", 0), _bare("B. No", 0)
    ('No', 'A handbag', 'B. No')
    """
    return re.sub(rf"^{LETTERS[slot]}[.:：．、]\s*(?=\S)", "", text.strip())


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Plain mean over the eight tasks (the paper's average), then the whole and its parts."""
    tasks = accuracy_by(scored, lambda item: item.meta["task"], "task/")
    groups = accuracy_by(scored, lambda item: item.dimension)
    main = {f"task/{task}" for task in MAIN_TASKS}
    return [
        *macro([figure for figure in tasks if figure.name in main], "tasks_mean"),
        *accuracy(scored),
        *macro(groups, "abilities_mean"),
        *groups,
        *tasks,
        *accuracy_by(scored, lambda item: item.meta["ability"], "ability/"),
        *joint(scored),
        *consistency(scored),
    ]


_PLACE = "paper, figure of task results: approximate"
_GROUPS = "paper, figure of ability results: approximate"
_PEOPLE = (
    Reported("human", "tasks_mean", 0.854, _PLACE),
    Reported("human", "abilities_mean", 0.861, _GROUPS),
)
_MODELS = (
    ("GPT-4-1106", 0.740, 0.753),
    ("GPT-4-0613", 0.695, 0.735),
    ("GPT-3.5-1106", 0.595, 0.597),
    ("Qwen-14B", 0.567, 0.593),
)
_SOURCE = Source(
    paper='Chen et al., "ToMBench" (ACL 2024)',
    licence="MIT; evaluation only",
    revision="4f491f0784ed31ef93a8837615fbc48f885cf78d",
    repository="zhchen18/ToMBench",
    remote=tuple((f"data/{task}.jsonl", f"data/{task}.jsonl") for task in TASKS),
)
BENCHMARK = Benchmark(
    name=ENGLISH.name,
    load=load,
    home="github.com/zhchen18/ToMBench (data/*.jsonl)",
    files=tuple(f"data/{task}.jsonl" for task in TASKS),
    caveat="English questions; the options alone give .45 to who never sees the story, and 17 % "
    "of the questions have two options only",
    metrics=metrics,
    source=_SOURCE,
    native=native(ENGLISH.name, ENGLISH.language),
    total=2860,
    reported=(
        *_PEOPLE,
        *(Reported(model, "tasks_mean", en, _PLACE) for model, en, _ in _MODELS),
    ),
)
BENCHMARK_ZH = BENCHMARK._replace(
    name=CHINESE.name,
    load=partial(load, half=CHINESE),
    caveat="Chinese questions of the same rows; 17 % of them have two options only",
    native=native(CHINESE.name, CHINESE.language),
    folder=ENGLISH.name,
    reported=(
        *_PEOPLE,
        *(Reported(model, "tasks_mean", zh, _PLACE) for model, _, zh in _MODELS),
    ),
)
BENCHMARKS = (BENCHMARK, BENCHMARK_ZH)
